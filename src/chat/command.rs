//! What comes to a room, who waits for the answer, and how it is refused.

use super::act::{Act, Speaker};
use super::close;
use super::frame::text_frame;
use super::notice::Notice;
use super::outlet::Outlet;
use super::room::SeatId;
use crate::protocol::{self, Code, Error, Kind, Person, Reply, RequestId, RoomId, RoomView, Rules, Seq, UserId};
use crate::store::{Author, Draft, Invited, More, Newcomer, StoreError};
use async_channel::Sender;
use std::fmt::Display;
use std::sync::Arc;

/// What comes to a room.
pub enum Command {
    /// Something for the log: a message, a topic, a name, rules, a deletion.
    Post {
        /// From which seat.
        seat: SeatId,
        /// Where the answer goes.
        from: Arc<Outlet>,
        /// The request.
        re: RequestId,
        /// As whom.
        speaker: Speaker,
        /// What.
        act: Act,
        /// In which words.
        words: Words,
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
        /// Who brings them in; `None`: they come by themselves.
        by: Option<Sitting>,
        /// The answer.
        reply: Sender<Result<Joined, Error>>,
    },
    /// Somebody is a member no longer.
    Leave {
        /// Who.
        person: Person,
        /// Who removes them; `None`: they go by themselves.
        by: Option<Sitting>,
        /// The seat that asked to leave, which needs no telling.
        seat: Option<SeatId>,
        /// The answer: whether they were a member.
        reply: Sender<Result<bool, Error>>,
    },
    /// The room is deleted.
    Demolish {
        /// By whom.
        by: Sitting,
        /// Its name, typed again.
        name: String,
        /// The answer, when nothing of it is left in memory.
        reply: Sender<Result<(), Error>>,
    },
    /// Somebody, who need not be here, has another name now.
    Named {
        /// Who, with that name.
        person: Person,
    },
    /// Somebody who is a member looks otherwise.
    Face {
        /// Who.
        user: UserId,
        /// How; `None`: as everybody does at first.
        face: Option<String>,
    },
    /// Somebody has gone away from their connection, or come back to it.
    Shift {
        /// Where.
        seat: SeatId,
    },
    /// Somebody is writing.
    Typing {
        /// Where.
        seat: SeatId,
    },
    /// A message from a member who need not sit here.
    Say {
        /// Who.
        author: Person,
        /// As whom.
        speaker: Speaker,
        /// What.
        words: Words,
        /// The entry's number and time.
        reply: SayReply,
    },
    /// Answered when everything before it has been answered.
    Settle {
        /// The answer.
        reply: Sender<()>,
    },
}

/// What somebody puts into the log.
#[derive(Debug)]
pub struct Words {
    /// The author's key.
    pub key: String,
    /// The text; empty where the act has none.
    pub text: String,
    /// What a message has beside it.
    pub more: More,
}

/// Where the number and the time of a stored entry go.
pub type SayReply = Sender<Result<(Seq, i64), Error>>;

/// Somebody who does something to others in a room in which they sit.
#[derive(Debug, Clone)]
pub struct Sitting {
    /// Where.
    pub seat: SeatId,
    /// Who.
    pub person: Person,
}

/// Who becomes a member.
pub enum Joiner {
    /// Somebody known.
    Known(Person),
    /// Somebody who comes in for the first time.
    New(Box<Newcomer>),
    /// Somebody known who takes an invitation or gets an account.
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
    Post {
        from: Arc<Outlet>,
        re: RequestId,
        author: Person,
        act: Act,
        words: Words,
        /// Why it may not be stored any more; it is acknowledged if it has been.
        late: Option<Error>,
    },
    /// See [`Command::Join`].
    Join { who: Joiner, by: Option<Sitting>, reply: Sender<Result<Joined, Error>> },
    /// See [`Command::Leave`].
    Leave { person: Person, by: Option<Sitting>, seat: Option<SeatId>, reply: Sender<Result<bool, Error>> },
    /// See [`Command::Demolish`]; the last of its batch.
    Demolish { by: Sitting, name: String, reply: Sender<Result<(), Error>> },
    /// See [`Command::Say`]; `late` as of a post.
    Say { author: Person, words: Words, late: Option<Error>, reply: SayReply },
    /// See [`Command::Settle`].
    Settle { reply: Sender<()> },
}

impl Command {
    /// Answers a command to a room that is not there, or could not be loaded.
    pub fn refuse(self, room: RoomId, error: &Error) {
        match self {
            Command::Post { from, re, .. } => from.answer(text_frame(&Reply::encode(re, Err(error.clone())))),
            // Whoever has a seat in a room that is gone has lost it; one that could not be loaded is tried anew.
            Command::Enter { outlet, seat, .. } if error.code == Code::NoSuchRoom => {
                outlet.notify(Notice::Left { room, seat });
            }
            Command::Enter { outlet, .. } => outlet.notify(Notice::Close(close::FAILED)),
            Command::Join { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Command::Say { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Command::Leave { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Command::Demolish { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Command::Settle { reply } => drop(reply.try_send(())),
            Command::Resume { .. }
            | Command::Exit { .. }
            | Command::Named { .. }
            | Command::Face { .. }
            | Command::Shift { .. }
            | Command::Typing { .. } => {}
        }
    }
}

impl Words {
    /// Words and nothing more.
    pub fn new(key: String, text: String) -> Words {
        Words { key, text, more: More::default() }
    }

    /// A draft of `author`, into which the words move.
    fn draft(&mut self, author: UserId, kind: Kind, is_late: bool) -> Draft {
        Draft {
            key: Some(std::mem::take(&mut self.key)),
            text: Some(std::mem::take(&mut self.text)),
            more: std::mem::take(&mut self.more),
            is_late,
            ..Draft::new(Author::Known(author), kind)
        }
    }
}

impl Waiting {
    /// What the store is to append; `None` if this is no entry. Texts move into the draft. `rules` are those that hold when
    /// all before it has been stored.
    pub fn draft(&mut self, rules: &mut Rules) -> Option<Draft> {
        Some(match self {
            Waiting::Post { author, act, words, late, .. } => {
                let mut draft = words.draft(author.id, act.kind(), late.is_some());
                draft.target = act.target();
                match act {
                    Act::Rules(change) => {
                        *rules = change.apply(*rules);
                        draft.text = Some(String::from_utf8_lossy(&protocol::encode(rules)).into_owned());
                    }
                    Act::Delete { .. } => draft.text = None,
                    _ => {}
                }
                draft
            }
            Waiting::Join { who: Joiner::Known(person), by, .. } => by_or_self(Draft::join, person.id, by.as_ref()),
            Waiting::Join { who: Joiner::New(newcomer), .. } => Draft::new(Author::New(newcomer.clone()), Kind::Join),
            Waiting::Join { who: Joiner::Invited(_, invited), .. } => {
                Draft::new(Author::Invited(invited.clone()), Kind::Join)
            }
            Waiting::Say { author, words, late, .. } => words.draft(author.id, Kind::Message, late.is_some()),
            Waiting::Leave { person, by, .. } => by_or_self(Draft::leave, person.id, by.as_ref()),
            Waiting::Demolish { .. } | Waiting::Settle { .. } => return None,
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
            Waiting::Demolish { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Waiting::Settle { reply } => drop(reply.try_send(())),
        }
    }
}

/// The draft of a coming or going, by oneself or by somebody else.
fn by_or_self(draft: fn(UserId) -> Draft, user: UserId, by: Option<&Sitting>) -> Draft {
    match by {
        Some(by) if by.person.id != user => draft(by.person.id).about(user),
        _ => draft(user),
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
