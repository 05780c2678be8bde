//! What a client may ask.

use super::{Cursor, Level, RoomId, RoomKind, Rules, Seq, UserId};
use std::collections::HashMap;

/// Which page of a room's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Entries with a lower number, the nearest.
    Before(Seq),
    /// Entries with a higher number, the nearest.
    After(Seq),
    /// That entry in the middle.
    Around(Seq),
}

/// What is to hold in a room from now on; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RulesChange {
    /// Whether new members see what was before them.
    pub shows_past: Option<bool>,
    /// Least time between two messages of one member, in milliseconds; 0: none.
    pub slow_ms: Option<u64>,
    /// Whether nothing may be written.
    pub archived: Option<bool>,
}

impl RulesChange {
    /// The rules when this has been changed about them.
    pub fn apply(self, rules: Rules) -> Rules {
        Rules {
            shows_past: self.shows_past.unwrap_or(rules.shows_past),
            slow_ms: self.slow_ms.unwrap_or(rules.slow_ms),
            archived: self.archived.unwrap_or(rules.archived),
        }
    }
}

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// The first request: which entries the client holds already.
    Hello {
        /// The last entry held, by room.
        cursors: HashMap<RoomId, Seq>,
    },
    /// A message.
    Send {
        /// To which room.
        room: RoomId,
        /// The client's key for it.
        key: String,
        /// What it says.
        text: String,
        /// The number of the message that it answers.
        reply_to: Option<Seq>,
        /// The files that it takes along, in their order, each once.
        files: Vec<i64>,
    },
    /// Another text for one's own message.
    Edit {
        /// In which room.
        room: RoomId,
        /// The message's number.
        seq: Seq,
        /// The client's key for it.
        key: String,
        /// What it is to say.
        text: String,
    },
    /// An emoji to a message, or away from it.
    React {
        /// In which room.
        room: RoomId,
        /// The message's number.
        seq: Seq,
        /// The client's key for it.
        key: String,
        /// Which.
        emoji: String,
        /// Put there, or taken away.
        on: bool,
    },
    /// Some entries of the log.
    Entries {
        /// Of which room.
        room: RoomId,
        /// Their numbers, ascending, each once.
        seqs: Vec<Seq>,
    },
    /// What a message said before it was edited.
    Revisions {
        /// In which room.
        room: RoomId,
        /// The message's number.
        seq: Seq,
    },
    /// How people look.
    Faces {
        /// Of whom; 1 to [`FACES_MAX`](super::FACES_MAX).
        users: Vec<UserId>,
    },
    /// Who somebody is, and which rooms one shares with them.
    Profile {
        /// Who.
        user: UserId,
    },
    /// How much one wants to be told of a room.
    Level {
        /// Which room.
        room: RoomId,
        /// How much.
        level: Level,
    },
    /// What one has set in the client.
    Prefs {
        /// All of it, as the JSON of an object.
        prefs: String,
    },
    /// A new topic.
    Topic {
        /// Of which room.
        room: RoomId,
        /// The client's key for it.
        key: String,
        /// The topic; empty for none.
        text: String,
    },
    /// A page of the log.
    History {
        /// Of which room.
        room: RoomId,
        /// Which page.
        page: Page,
        /// How many entries, 1 to [`PAGE_ENTRIES_MAX`](super::PAGE_ENTRIES_MAX).
        limit: usize,
    },
    /// What was said, in all rooms that one is in.
    Search {
        /// What is looked for.
        text: String,
        /// Only in this room.
        room: Option<RoomId>,
        /// The last of the page before.
        before: Option<Cursor>,
        /// How many hits, 1 to [`HITS_MAX`](super::HITS_MAX).
        limit: usize,
        /// How many minutes the clock on the wall is ahead of UTC.
        offset: i64,
    },
    /// The rooms that one may join.
    Rooms {
        /// The last id of the page before; 0 for the first page.
        after: RoomId,
    },
    /// A new room.
    Create {
        /// Its name.
        name: String,
        /// Its topic; empty for none.
        topic: String,
        /// Open or private.
        kind: RoomKind,
        /// Whether new members see what was before them.
        shows_past: bool,
    },
    /// The direct room of these people and oneself.
    Direct {
        /// The others, ascending, each once.
        people: Vec<UserId>,
    },
    /// Make somebody a member.
    Bring {
        /// Of which room.
        room: RoomId,
        /// Whom.
        user: UserId,
    },
    /// End somebody's membership.
    Remove {
        /// Of which room.
        room: RoomId,
        /// Whose.
        user: UserId,
    },
    /// Who is in a room.
    Members {
        /// Which room.
        room: RoomId,
        /// The last id of the page before; 0 for the first page.
        after: UserId,
    },
    /// Who has an account.
    People {
        /// The last id of the page before; 0 for the first page.
        after: UserId,
        /// What the name has in it; empty for all.
        q: String,
    },
    /// Delete a message.
    Delete {
        /// In which room.
        room: RoomId,
        /// The message's number.
        seq: Seq,
        /// The client's key for it.
        key: String,
    },
    /// Give a room another name.
    Rename {
        /// Which room.
        room: RoomId,
        /// The client's key for it.
        key: String,
        /// The name.
        text: String,
    },
    /// Set a room's rules.
    Rules {
        /// Of which room.
        room: RoomId,
        /// The client's key for it.
        key: String,
        /// What is to change; something is.
        change: RulesChange,
    },
    /// Delete a room with all that was said.
    Demolish {
        /// Which room.
        room: RoomId,
        /// Its name, typed again.
        name: String,
    },
    /// Show a message to the moderators.
    Report {
        /// In which room.
        room: RoomId,
        /// The message's number.
        seq: Seq,
        /// Why; empty if the person does not say.
        reason: String,
    },
    /// Become a member.
    Join {
        /// Of which room.
        room: RoomId,
    },
    /// Be one no longer.
    Leave {
        /// Of which room.
        room: RoomId,
    },
    /// I have read up to here.
    Read {
        /// In which room.
        room: RoomId,
        /// The last entry read.
        seq: Seq,
    },
    /// I am away from this connection, or have come back to it.
    Away {
        /// Whether I am away.
        on: bool,
    },
    /// I am writing.
    Typing {
        /// In which room.
        room: RoomId,
    },
    /// Are you there?
    Ping,
}
