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
    /// Whether they have a connection now.
    pub here: bool,
    /// Whether they have made the room.
    pub maker: bool,
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
}
