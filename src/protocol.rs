//! The WebSocket protocol's frames, ids and limits. `docs/protocol.md` is its text; `tests/chat.rs` parses every example there.
//!
//! This page has what the server says; `request.rs` what a client may ask, read by `decode.rs`; `entry.rs` the log, `hit.rs` what is found in it, `view.rs`
//! rooms and people as they are shown, `error.rs` why not, `roles.rs` what people and rooms are, `account.rs` who is signed
//! in.

mod account;
mod decode;
mod entry;
mod error;
mod hit;
mod name;
mod request;
mod roles;
mod view;

pub use account::{Account, Session, SessionId};
pub use decode::{Unreadable, decode};
pub use entry::{ENTRY_EVENT_BYTES, Entry, Kind, Reaction, Rules, entry_event, reset_event};
pub use error::{Code, Error};
pub use hit::{Cursor, HITS, HITS_MAX, Hit, OFFSET_MINUTES_MAX};
pub use name::{LEFT_NAME, check_name, is_visible};
pub use request::{Page, Request, RulesChange};
pub use roles::{Level, ROLES, ROOM_KINDS, Role, RoomKind};
pub use view::{FileView, Listed, Member, Presence, Profile, RoomListing, RoomName, RoomView, Sitter};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
/// Characters of the reason that a report gives.
pub const REASON_CHARS_MAX: usize = 500;
/// People of a direct room, oneself included.
pub const DIRECT_PEOPLE_MAX: usize = 8;
/// Files of one message.
pub const FILES_PER_MESSAGE_MAX: usize = 10;
/// Characters of a file's name.
pub const FILE_NAME_CHARS_MAX: usize = 200;
/// Colours that a person may have.
pub const FACE_COLOURS: u8 = 8;
/// People that one `faces` asks about.
pub const FACES_MAX: usize = 100;
/// Bytes of a person's picture; a client makes one of 256 by 256 pixels, which has a tenth of it.
pub const FACE_BYTES_MAX: usize = 256 << 10;
/// Entries that one `entries` asks for.
pub const ENTRIES_MAX: usize = 50;
/// Bytes of an emoji; the longest that Unicode recommends has 35 (a kiss of two people with skin tones).
pub const EMOJI_BYTES_MAX: usize = 40;
/// Different emojis under one message.
pub const EMOJIS_PER_MESSAGE_MAX: i64 = 20;
/// Reactions to one message: people times emojis.
pub const REACTIONS_PER_MESSAGE_MAX: i64 = 500;
/// Bytes of JSON that somebody's settings may have; the server keeps them for the client and does not read them.
pub const PREFS_BYTES_MAX: usize = 4 << 10;
/// The slowest slow mode, in milliseconds: an hour.
pub const SLOW_MS_MAX: u64 = 3_600_000;
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// The person's id.
    pub id: UserId,
    /// The name as typed.
    pub name: String,
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
    /// Bytes of one file; 0: no files.
    pub file_bytes: u64,
    /// [`FILES_PER_MESSAGE_MAX`].
    pub files: usize,
}

impl Limits {
    /// The limits of this server.
    pub fn new(rooms_per_user_max: u64, file_bytes_max: u64) -> Limits {
        Limits {
            frame_bytes: FRAME_BYTES_MAX,
            text_chars: TEXT_CHARS_MAX,
            name_chars: NAME_CHARS_MAX,
            topic_chars: TOPIC_CHARS_MAX,
            key_chars: KEY_CHARS_MAX,
            page_entries: PAGE_ENTRIES_MAX,
            rooms: rooms_per_user_max,
            file_bytes: file_bytes_max,
            files: FILES_PER_MESSAGE_MAX,
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
        /// What one has set in the client, an object; `None`: nothing.
        prefs: Option<serde_json::Value>,
        /// The server's version.
        version: &'static str,
        /// The build's hash, as in the path of the client's files: another one means that there is a newer client.
        build: &'static str,
    },
    /// Of `send`, `edit`, `react`, `topic`, `delete`, `rename` and `rules`: it is stored.
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
    /// Of `entries`.
    Entries {
        /// Whose log.
        room: RoomId,
        /// Those that one may see, ascending.
        entries: Vec<Entry>,
    },
    /// Of `search`.
    Found {
        /// The page, the newest first.
        hits: Vec<Hit>,
        /// Where the next page begins; absent: there is no more.
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<Cursor>,
        /// What to mark in the texts: parts of words, folded, without accents.
        words: Vec<String>,
    },
    /// Of `revisions`.
    Revisions {
        /// What the message said before, the oldest first.
        revisions: Vec<Revision>,
    },
    /// Of `rooms`.
    Rooms {
        /// The page, by id.
        rooms: Vec<RoomListing>,
        /// Whether there are more behind it.
        more: bool,
    },
    /// Of `members`.
    Members {
        /// The page, by id.
        members: Vec<Member>,
        /// Whether there are more behind it.
        more: bool,
    },
    /// Of `people`.
    People {
        /// The page, by id.
        people: Vec<Listed>,
        /// Whether there are more behind it.
        more: bool,
    },
    /// Of `faces`.
    Faces {
        /// Those of them who have chosen how they look: `0` to `7`, a colour, or `p` and the id of a picture.
        faces: BTreeMap<UserId, String>,
    },
    /// Of `profile`.
    Profile(Box<Profile>),
    /// Of `create`, `direct` and `join`.
    Room {
        /// The room, now that one is in it.
        room: RoomView,
    },
    /// Of everything else.
    Done {},
}

/// What a message said before it was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// When that was written, in Unix milliseconds.
    pub at: i64,
    /// The text.
    pub text: String,
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
#[expect(clippy::large_enum_variant, reason = "it lives on the stack between being made and being encoded")]
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
    /// One's other connection joined a room, or somebody brought one in.
    Joined {
        /// The room.
        room: RoomView,
    },
    /// One is in a room no longer: one's other connection left it, one was removed, or the room was deleted.
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
    /// One's other connection wants to be told otherwise of a room.
    Level {
        /// Which room.
        room: RoomId,
        /// How much.
        level: Level,
    },
    /// One's other connection has changed the settings.
    Prefs {
        /// All of them, an object.
        prefs: serde_json::Value,
    },
    /// Somebody with whom one shares a room looks otherwise from now on.
    Face {
        /// Who.
        user: UserId,
        /// As in `faces`; absent: as everybody does at first.
        #[serde(skip_serializing_if = "Option::is_none")]
        face: Option<String>,
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
        people: Vec<Sitter>,
    },
}

/// Turns what the server says into JSON.
pub fn encode(value: &impl Serialize) -> Vec<u8> {
    // None of these types has a map with keys that are no strings, which is all that serde_json can fail on in memory.
    serde_json::to_vec(value).unwrap_or_default()
}
