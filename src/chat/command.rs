//! What comes to a room, who waits for the answer, and how it is refused.

use super::close;
use super::frame::text_frame;
use super::outlet::{Notice, Outlet};
use super::room::SeatId;
use crate::protocol::{Account, Code, Error, Kind, Person, Reply, RequestId, RoomView, Seq};
use crate::store::{Author, Draft, Invited, Newcomer, StoreError};
use async_channel::Sender;
use std::fmt::Display;
use std::sync::Arc;

/// What comes to a room.
pub enum Command {
    /// A message or a topic.
    Post {
        /// From which seat.
        seat: SeatId,
        /// Where the answer goes.
        from: Arc<Outlet>,
        /// The request.
        re: RequestId,
        /// `Message` or `Topic`.
        kind: Kind,
        /// The author's key.
        key: String,
        /// The text.
        text: String,
    },
    /// A member sits down, holding everything up to `cursor`.
    Enter {
        /// The new seat.
        seat: SeatId,
        /// Who.
        person: Person,
        /// Its way out.
        outlet: Arc<Outlet>,
        /// The last entry held; `None`: nothing.
        cursor: Option<Seq>,
    },
    /// A seat has drained and comes in step again from `cursor`.
    Resume {
        /// Which.
        seat: SeatId,
        /// The last entry handed over; `None`: nothing.
        cursor: Option<Seq>,
    },
    /// A seat is empty.
    Exit {
        /// Which.
        seat: SeatId,
    },
    /// Somebody becomes a member.
    Join {
        /// Who.
        who: Joiner,
        /// The answer.
        reply: Sender<Result<Joined, Error>>,
    },
    /// Somebody is a member no longer.
    Leave {
        /// Who.
        person: Person,
        /// The seat that asked, which needs no telling.
        seat: SeatId,
        /// The answer.
        reply: Sender<Result<(), Error>>,
    },
    /// Who sits there has another name now.
    Rename {
        /// Where.
        seat: SeatId,
        /// The name.
        name: String,
    },
    /// Somebody is writing.
    Typing {
        /// Where.
        seat: SeatId,
    },
    /// A message from somebody who need not sit here.
    Say {
        /// Who.
        author: Account,
        /// The author's key.
        key: String,
        /// The text.
        text: String,
        /// The entry's number and time.
        reply: Sender<Result<(Seq, i64), Error>>,
    },
    /// Answered when everything before it has been answered.
    Settle {
        /// The answer.
        reply: Sender<()>,
    },
}

/// Who becomes a member.
pub enum Joiner {
    /// Somebody known.
    Known(Person),
    /// Somebody who comes in for the first time.
    New(Box<Newcomer>),
    /// Somebody known who takes an invitation.
    Invited(Person, Box<Invited>),
}

impl Joiner {
    /// The name as typed.
    pub fn into_name(self) -> String {
        match self {
            Joiner::Known(person) | Joiner::Invited(person, _) => person.name,
            Joiner::New(newcomer) => newcomer.name,
        }
    }
}

/// Somebody has become a member, or was one.
pub struct Joined {
    /// Who; tells a newcomer's id.
    pub person: Person,
    /// The room; `None` for whoever was a member already, and has read as far as the store knows.
    pub room: Option<RoomView>,
}

/// A draft that waits for its batch, and who waits for its outcome.
pub enum Waiting {
    /// See [`Command::Post`].
    Post { from: Arc<Outlet>, re: RequestId, author: Person, kind: Kind, key: String, text: String },
    /// See [`Command::Join`].
    Join { who: Joiner, reply: Sender<Result<Joined, Error>> },
    /// See [`Command::Leave`].
    Leave { person: Person, seat: SeatId, reply: Sender<Result<(), Error>> },
    /// See [`Command::Say`].
    Say { author: Person, key: String, text: String, reply: Sender<Result<(Seq, i64), Error>> },
    /// See [`Command::Settle`].
    Settle { reply: Sender<()> },
}

impl Command {
    /// Answers a command to a room that could not be loaded.
    pub fn refuse(self, error: &Error) {
        match self {
            Command::Post { from, re, .. } => from.answer(text_frame(&Reply::encode(re, Err(error.clone())))),
            Command::Enter { outlet, .. } => outlet.notify(Notice::Close(close::FAILED)),
            Command::Join { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Command::Say { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Command::Leave { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Command::Settle { reply } => drop(reply.try_send(())),
            Command::Resume { .. } | Command::Exit { .. } | Command::Rename { .. } | Command::Typing { .. } => {}
        }
    }
}

impl Waiting {
    /// What the store is to append; `None` if this is only waiting for its turn. Texts move into the draft.
    pub fn draft(&mut self) -> Option<Draft> {
        Some(match self {
            Waiting::Post { author, kind, key, text, .. } => Draft {
                author: Author::Known(author.id),
                kind: *kind,
                key: Some(std::mem::take(key)),
                text: Some(std::mem::take(text)),
            },
            Waiting::Join { who: Joiner::Known(person), .. } => Draft::join(person.id),
            Waiting::Join { who: Joiner::New(newcomer), .. } => {
                Draft { author: Author::New(newcomer.clone()), kind: Kind::Join, key: None, text: None }
            }
            Waiting::Join { who: Joiner::Invited(_, invited), .. } => {
                Draft { author: Author::Invited(invited.clone()), kind: Kind::Join, key: None, text: None }
            }
            Waiting::Leave { person, .. } => {
                Draft { author: Author::Known(person.id), kind: Kind::Leave, key: None, text: None }
            }
            Waiting::Say { author, key, text, .. } => Draft {
                author: Author::Known(author.id),
                kind: Kind::Message,
                key: Some(std::mem::take(key)),
                text: Some(std::mem::take(text)),
            },
            Waiting::Settle { .. } => return None,
        })
    }

    /// Answers that nothing was stored.
    pub fn refuse(self, error: &Error) {
        match self {
            Waiting::Post { from, re, .. } => from.answer(text_frame(&Reply::encode(re, Err(error.clone())))),
            // Whoever does not wait any more has gone.
            Waiting::Join { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Waiting::Say { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Waiting::Leave { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Waiting::Settle { reply } => drop(reply.try_send(())),
        }
    }
}

/// What a failed store means for `who` asked (a connection or a room); the detail stays in the log.
pub fn storage_error(problem: &StoreError, who: impl Display) -> Error {
    match problem {
        StoreError::Full => {
            Error::new(Code::StorageFull, "The server's disk is full. Nothing was stored; keep it and try again later.")
        }
        StoreError::Failed(detail) => {
            log::error!("{who}: the database failed: {detail}");
            Error::new(
                Code::StorageFailed,
                "The server's database failed. It is not known to be stored; keep it and try again.",
            )
        }
        StoreError::Closed => Error::new(
            Code::ShuttingDown,
            "The server is going down. Nothing was stored; it goes out when the server is back.",
        ),
    }
}
