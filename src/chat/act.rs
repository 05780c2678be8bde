//! What somebody wants to do in a room, and whether they may: the table of rights as a room applies it. Pure.

use crate::protocol::{Error, Kind, Person, Role, RoomKind, Rules, RulesChange, Seq, UserId};
use crate::rights::{self, RoomDeed, Standing};

/// What a room is, apart from its log and its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nature {
    /// Open, private or direct; never changes.
    pub kind: RoomKind,
    /// Who has made it; `None`: the schema.
    pub maker: Option<UserId>,
    /// What holds in it.
    pub rules: Rules,
}

/// Who wants to write, as the server knows them at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker {
    /// What they are to the server.
    pub role: Role,
    /// For how long they are muted from now, in milliseconds; 0: not at all.
    pub muted_ms: u64,
}

/// What somebody who sits in a room wants to add to its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A message.
    Message,
    /// A topic.
    Topic,
    /// Another name.
    Name,
    /// Other rules.
    Rules(RulesChange),
    /// A message of `author` is to be deleted.
    Delete {
        /// Its number.
        target: Seq,
        /// Who wrote it.
        author: UserId,
    },
    /// A message of `author` is to have another text.
    Edit {
        /// Its number.
        target: Seq,
        /// Who wrote it.
        author: UserId,
    },
    /// An emoji is to stand under a message, or no longer.
    React {
        /// The message's number.
        target: Seq,
        /// Whether it is to stand there.
        on: bool,
    },
}

impl Act {
    /// The kind of entry that it becomes.
    pub fn kind(self) -> Kind {
        match self {
            Act::Message => Kind::Message,
            Act::Topic => Kind::Topic,
            Act::Name => Kind::Name,
            Act::Rules(_) => Kind::Rules,
            Act::Delete { .. } => Kind::Delete,
            Act::Edit { .. } => Kind::Edit,
            Act::React { on: true, .. } => Kind::React,
            Act::React { on: false, .. } => Kind::Unreact,
        }
    }

    /// The message that it is about.
    pub fn target(self) -> Option<Seq> {
        match self {
            Act::Delete { target, .. } | Act::Edit { target, .. } | Act::React { target, .. } => Some(target),
            Act::Message | Act::Topic | Act::Name | Act::Rules(_) => None,
        }
    }

    /// What it takes to do it, for somebody whose id is `by`; `None`: nobody may.
    pub fn deed(self, by: UserId) -> Option<RoomDeed> {
        Some(match self {
            Act::Message => RoomDeed::Speak,
            Act::Topic => RoomDeed::Topic,
            Act::Name | Act::Rules(_) => RoomDeed::Arrange,
            Act::Delete { author, .. } if author == by => RoomDeed::DeleteOwn,
            Act::Delete { .. } => RoomDeed::DeleteOther,
            Act::Edit { author, .. } if author == by => RoomDeed::Edit,
            Act::Edit { .. } => return None,
            Act::React { .. } => RoomDeed::React,
        })
    }

    /// Whether it says something new, which nobody does who is muted, nor in an archived room.
    pub fn adds(self) -> bool {
        !matches!(self, Act::Rules(_) | Act::Delete { .. })
    }
}

/// Why an act is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// One may not.
    Never(Error),
    /// One might have, at another time: what was stored then is still acknowledged.
    Now(Person, Error),
}

/// Holds somebody to the table of rights.
///
/// # Errors
/// `no_such_room` outside, `not_direct` for what direct rooms do not have, else `forbidden`.
pub fn allowed(role: Role, deed: RoomDeed, kind: RoomKind, standing: Standing) -> Result<(), Error> {
    if rights::may(role, deed, kind, standing) {
        return Ok(());
    }
    Err(match (standing, kind) {
        (Standing::Outside, _) => Error::no_such_room(),
        // What nobody may in a direct room, whoever they are.
        (_, RoomKind::Direct) if !rights::may(Role::Owner, deed, kind, Standing::Maker) => Error::not_direct(),
        _ => Error::forbidden(),
    })
}
