//! Rooms and people as a client is shown them.

use super::{Level, Person, Role, RoomId, RoomKind, Rules, Seq, UserId};
use serde::{Deserialize, Serialize};

/// A room as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomView {
    /// The room's id.
    pub id: RoomId,
    /// Its name as typed; empty for direct rooms, which are called by their people.
    pub name: String,
    /// Its topic, empty if it has none.
    pub topic: String,
    /// What it is.
    pub kind: RoomKind,
    /// Of a direct room: its other people, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<Person>>,
    /// What holds in it.
    #[serde(flatten)]
    pub rules: Rules,
    /// Whether this member has made it.
    pub made: bool,
    /// The first entry that this member may see.
    pub since: Seq,
    /// The last entry's number.
    pub head: Seq,
    /// How far this member has read.
    pub read: Seq,
    /// Messages of others behind `read`, counted up to [`UNREAD_MAX`](super::UNREAD_MAX).
    pub unread: i64,
    /// Those of them that call this member by name, counted alike.
    pub mentions: i64,
    /// What this member wants to be told of.
    pub level: Level,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileView {
    /// Its id, below 2^53.
    pub id: i64,
    /// As its owner calls it.
    pub name: String,
    /// What its bytes say that it is.
    #[serde(rename = "type")]
    pub media_type: String,
    /// How long it is.
    pub bytes: i64,
    /// Of a picture: how wide it is shown, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// And how high.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
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

/// Somebody in the list of a room's members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The person's id.
    pub id: UserId,
    /// The name as typed.
    pub name: String,
    /// What they are to the server.
    pub role: Role,
    /// Where they are.
    #[serde(flatten)]
    pub presence: Presence,
    /// Whether they have made the room.
    pub maker: bool,
}

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Presence {
    /// Whether they have a connection now.
    pub here: bool,
    /// Whether they are away from all their connections.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub away: bool,
    /// Of somebody who is not here: when their last connection ended, to within some minutes, in Unix milliseconds; 0: never here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here_at: Option<i64>,
}

impl Presence {
    /// Of somebody who is not here, and was at that time, in Unix milliseconds.
    pub fn gone(here_at: i64) -> Presence {
        Presence { here_at: Some(here_at), ..Presence::default() }
    }
}

/// Somebody in a room now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitter {
    /// Who.
    #[serde(flatten)]
    pub person: Person,
    /// Whether they are away from all their connections.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub away: bool,
}

/// Somebody in the list of everybody who has an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The person's id.
    pub id: UserId,
    /// The name as typed.
    pub name: String,
    /// What they are to the server.
    pub role: Role,
    /// Where they are.
    #[serde(flatten)]
    pub presence: Presence,
}

/// Somebody, as whoever shares a room with them sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Who, what they are, and where.
    #[serde(flatten)]
    pub person: Listed,
    /// Whether it is a program.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
    /// The rooms with a name that both are in, by id.
    pub rooms: Vec<RoomName>,
}

/// A room by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomName {
    /// The room's id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
}
