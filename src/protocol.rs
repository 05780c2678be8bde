//! The WebSocket protocol's frames, ids and limits. `docs/protocol.md` is its text; `tests/chat.rs` parses every example there.
//!
//! This page has what the server says; `request.rs` what a client may ask, read by [`decode`]; `roles.rs` what people and
//! rooms are, `account.rs` who is signed in.

mod account;
mod request;
mod roles;

pub use account::{Account, Session, SessionId};
pub use request::{Page, Request, Unreadable, check_name, decode};
pub use roles::{ROLES, ROOM_KINDS, Role, RoomKind};

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A person's id.
pub type UserId = i64;
/// A room's id.
pub type RoomId = i64;
/// An entry's number in its room's log: 1, 2, 3, ...
pub type Seq = i64;
/// The number that a client gives a request, to know its reply by.
pub type RequestId = u64;

/// The WebSocket subprotocol.
pub const SUBPROTOCOL: &str = "snug.v1";
/// The room that everyone enters first.
pub const LOBBY: RoomId = 1;

/// Bytes of one WebSocket message from a client; 8,000 characters of four bytes, escaped, fit twice.
pub const FRAME_BYTES_MAX: usize = 64 << 10;
/// Characters (Unicode scalar values) of a message.
pub const TEXT_CHARS_MAX: usize = 8_000;
/// Characters of a person's or a room's name.
pub const NAME_CHARS_MAX: usize = 40;
/// Characters of a room's topic.
pub const TOPIC_CHARS_MAX: usize = 200;
/// Characters of a key.
pub const KEY_CHARS_MAX: usize = 64;
/// Entries of a page when a request does not say.
pub const PAGE_ENTRIES: usize = 50;
/// Entries of a page at most.
pub const PAGE_ENTRIES_MAX: usize = 100;
/// Messages up to which unread ones are counted.
pub const UNREAD_MAX: i64 = 100;
/// People that a presence event names.
pub const PRESENCE_PEOPLE_MAX: usize = 50;

const _: () =
    assert!(FRAME_BYTES_MAX >= TEXT_CHARS_MAX * 8, "the longest text must fit, in four-byte characters, escaped");

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person's id.
    pub id: UserId,
    /// The name as typed.
    pub name: String,
}

/// What happened, in an entry of a room's log. The numbers are what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody wrote; has `key` and `text`.
    Message = 0,
    /// Somebody became a member.
    Join = 1,
    /// Somebody left for good.
    Leave = 2,
    /// The topic was set; has `key` and `text`.
    Topic = 3,
}

impl Kind {
    /// The kind that the database's number means, or `None` for one that this version does not know.
    pub fn from_number(number: i64) -> Option<Kind> {
        [Kind::Message, Kind::Join, Kind::Leave, Kind::Topic].into_iter().find(|kind| *kind as i64 == number)
    }
}

/// One entry of a room's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose log.
    pub room: RoomId,
    /// Its number there.
    pub seq: Seq,
    /// When it was stored, in Unix milliseconds, by the server's clock; says nothing about order.
    pub at: i64,
    /// Who did it.
    pub by: Person,
    /// What was done.
    pub kind: Kind,
    /// The author's own key for it, where the kind has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The text, where the kind has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A room as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomView {
    /// The room's id.
    pub id: RoomId,
    /// Its name as typed.
    pub name: String,
    /// Its topic, empty if it has none.
    pub topic: String,
    /// What it is.
    pub kind: RoomKind,
    /// The last entry's number.
    pub head: Seq,
    /// How far this member has read.
    pub read: Seq,
    /// Messages of others behind `read`, counted up to [`UNREAD_MAX`].
    pub unread: i64,
}

/// A room in the list of those that one may join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomListing {
    /// The room's id.
    pub id: RoomId,
    /// Its name as typed.
    pub name: String,
    /// Its topic, empty if it has none.
    pub topic: String,
    /// How many people are members.
    pub members: i64,
    /// Whether the asking person is one.
    pub joined: bool,
}

/// Why a request was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Not JSON, or a field is missing, of the wrong type or out of bounds.
    BadRequest,
    /// This server has no such `op`.
    UnknownOp,
    /// Something else came before `hello`.
    HelloFirst,
    /// A second `hello` on one connection.
    GreetedAlready,
    /// There is no such room, or one is not in it: the same answer.
    NoSuchRoom,
    /// Nothing but white space.
    TextEmpty,
    /// More characters than allowed.
    TextTooLong,
    /// Not 1 to [`NAME_CHARS_MAX`] visible characters.
    BadName,
    /// The name exists.
    NameTaken,
    /// One is in as many rooms as one may be, or the server has as many as it may.
    TooManyRooms,
    /// Too many requests; carries `retry_after_ms`.
    RateLimited,
    /// The invitation lets nobody in: unknown, used up, expired or revoked.
    NoSuchInvitation,
    /// The disk is full; nothing was stored.
    StorageFull,
    /// The database failed or did not answer; nothing is acknowledged.
    StorageFailed,
    /// The server is going down; nothing was stored.
    ShuttingDown,
}

/// An error as a client reads it: what happened, what it means, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// For the program.
    pub code: Code,
    /// For the person.
    pub text: Cow<'static, str>,
    /// When the same request may succeed, in milliseconds from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Error {
    /// An error with this code and text.
    pub fn new(code: Code, text: impl Into<Cow<'static, str>>) -> Error {
        Error { code, text: text.into(), retry_after_ms: None }
    }

    /// There is no such room, or one is not in it: deliberately the same words.
    pub fn no_such_room() -> Error {
        Error::new(
            Code::NoSuchRoom,
            "There is no such room, or you are not in it. Nothing was done; join the room first.",
        )
    }

    /// The invitation lets nobody in; why is nobody's business.
    pub fn no_such_invitation() -> Error {
        let text = "This invitation is not, or no longer, good: it is unknown, used up, expired or revoked. Nothing was done. Ask for a new one.";
        Error::new(Code::NoSuchInvitation, text)
    }

    /// Too fast; the same request may succeed after `retry_after_ms`.
    pub fn rate_limited(retry_after_ms: u64) -> Error {
        let seconds = retry_after_ms.div_ceil(1_000);
        let text = format!("Too fast. Nothing was sent or done; try again in {seconds} s.");
        Error { code: Code::RateLimited, text: text.into(), retry_after_ms: Some(retry_after_ms) }
    }
}

/// What a client is told about sizes, so that it can say so before sending.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limits {
    /// [`FRAME_BYTES_MAX`].
    pub frame_bytes: usize,
    /// [`TEXT_CHARS_MAX`].
    pub text_chars: usize,
    /// [`NAME_CHARS_MAX`].
    pub name_chars: usize,
    /// [`TOPIC_CHARS_MAX`].
    pub topic_chars: usize,
    /// [`KEY_CHARS_MAX`].
    pub key_chars: usize,
    /// [`PAGE_ENTRIES_MAX`].
    pub page_entries: usize,
    /// Rooms that one person may be in.
    pub rooms: u64,
}

impl Limits {
    /// The limits of this server.
    pub fn new(rooms_per_user_max: u64) -> Limits {
        Limits {
            frame_bytes: FRAME_BYTES_MAX,
            text_chars: TEXT_CHARS_MAX,
            name_chars: NAME_CHARS_MAX,
            topic_chars: TOPIC_CHARS_MAX,
            key_chars: KEY_CHARS_MAX,
            page_entries: PAGE_ENTRIES_MAX,
            rooms: rooms_per_user_max,
        }
    }
}

/// The result of a request.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// Of `hello`.
    Welcome {
        /// Who one is.
        me: Account,
        /// The rooms that one is in.
        rooms: Vec<RoomView>,
        /// Sizes.
        limits: Limits,
        /// The server's version.
        version: &'static str,
    },
    /// Of `send` and `topic`: it is stored.
    Stored {
        /// Its number in the room's log.
        seq: Seq,
        /// When, in Unix milliseconds.
        at: i64,
    },
    /// Of `history`.
    History {
        /// Whose log.
        room: RoomId,
        /// The last entry's number.
        head: Seq,
        /// The page, ascending, without gaps.
        entries: Vec<Entry>,
    },
    /// Of `rooms`.
    Rooms {
        /// The page, by id.
        rooms: Vec<RoomListing>,
        /// Whether there are more behind it.
        more: bool,
    },
    /// Of `create` and `join`.
    Room {
        /// The room, now that one is in it.
        room: RoomView,
    },
    /// Of everything else.
    Done {},
}

/// An answer to one request.
#[derive(Debug, Clone, Serialize)]
pub struct Reply {
    /// The request's id; `null` when it could not be read.
    pub re: Option<RequestId>,
    /// What came of it.
    #[serde(flatten)]
    pub answer: Answer,
}

/// Either the one or the other.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It was carried out.
    Result(Outcome),
    /// It was not.
    Error(Error),
}

impl Reply {
    /// The reply to request `id`, as JSON.
    pub fn encode(id: RequestId, answer: Result<Outcome, Error>) -> Vec<u8> {
        let answer = answer.map_or_else(Answer::Error, Answer::Result);
        encode(&Reply { re: Some(id), answer })
    }
}

/// What the server says unasked; entries and resets are put together by [`entry_event`] and [`reset_event`].
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "ev", rename_all = "snake_case")]
pub enum Event {
    /// One's other connection joined a room.
    Joined {
        /// The room.
        room: RoomView,
    },
    /// One's other connection left a room.
    Left {
        /// The room.
        room: RoomId,
    },
    /// One's own role, mute or name has changed.
    Account {
        /// Who one is now.
        me: Account,
    },
    /// One's other connection has read so far.
    Read {
        /// In which room.
        room: RoomId,
        /// The last entry read.
        seq: Seq,
    },
    /// Somebody is writing.
    Typing {
        /// In which room.
        room: RoomId,
        /// Who.
        by: Person,
    },
    /// Who has a connection to the room now.
    Presence {
        /// Which room.
        room: RoomId,
        /// How many people.
        count: usize,
        /// The first [`PRESENCE_PEOPLE_MAX`] of them.
        people: Vec<Person>,
    },
}

/// Turns what the server says into JSON.
pub fn encode(value: &impl Serialize) -> Vec<u8> {
    // None of these types has a map with keys that are no strings, which is all that serde_json can fail on in memory.
    serde_json::to_vec(value).unwrap_or_default()
}

/// The event that carries one entry, from the entry's own JSON.
pub fn entry_event(entry: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"ev":"entry","#);
    out.extend_from_slice(&entry[1..]);
}

/// Bytes that [`entry_event`] adds to the entry's own JSON.
pub const ENTRY_EVENT_BYTES: usize = br#"{"ev":"entry","#.len() - 1;

/// The event that replaces all that a client holds of `room` by its latest page, from the entries' own JSON.
pub fn reset_event<'a>(room: RoomId, head: Seq, entries: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = format!(r#"{{"ev":"reset","room":{room},"head":{head},"entries":["#).into_bytes();
    for (n, entry) in entries.enumerate() {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(entry);
    }
    out.extend_from_slice(b"]}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_reads_the_same_alone_and_in_an_event() {
        let by = Person { id: 3, name: "Rosa \"R\"".to_owned() };
        let entry =
            Entry { room: 1, seq: 2, at: 3, by, kind: Kind::Message, key: Some("k".into()), text: Some("hi".into()) };
        let json = encode(&entry);
        let mut event = Vec::new();
        entry_event(&json, &mut event);
        assert_eq!(event.len(), json.len() + ENTRY_EVENT_BYTES);
        assert!(event.starts_with(br#"{"ev":"entry","room":1"#));
        assert_eq!(serde_json::from_slice::<Entry>(&event).unwrap(), entry);
        let reset = reset_event(1, 2, [json.as_slice(), &json].into_iter());
        let value: serde_json::Value = serde_json::from_slice(&reset).unwrap();
        assert_eq!(value["entries"].as_array().unwrap().len(), 2);
    }
}
