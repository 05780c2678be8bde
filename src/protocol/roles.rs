//! What people are to the server, and what rooms are. Who may do what stands in `rights`.

use serde::{Deserialize, Serialize};

/// What somebody is to the server. The numbers are what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees the rooms that they were let into and nothing else: who came by an invitation to one room, and every bot.
    Guest = 0,
    /// Came in by a name alone, where `SNUG_GUESTS` lets people do so: open rooms, no private ones.
    Visitor = 1,
    /// Has an account.
    Member = 2,
    /// Keeps order.
    Moderator = 3,
    /// Owns the server.
    Owner = 4,
}

/// All roles, the least first.
pub const ROLES: [Role; 5] = [Role::Guest, Role::Visitor, Role::Member, Role::Moderator, Role::Owner];

impl Role {
    /// The role that the database's number means, or `None` for one that this version does not know.
    pub fn from_number(number: i64) -> Option<Role> {
        ROLES.into_iter().find(|role| *role as i64 == number)
    }

    /// The role's one word, as in JSON, in the audit log and at the console.
    pub fn name(self) -> &'static str {
        match self {
            Role::Guest => "guest",
            Role::Visitor => "visitor",
            Role::Member => "member",
            Role::Moderator => "moderator",
            Role::Owner => "owner",
        }
    }
}

/// What a room is. The numbers are what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Whoever sees the list of rooms may come in.
    Open = 0,
    /// Nobody knows of it but those whom a member brought in.
    Private = 1,
    /// Two to eight people among themselves, for ever the same ones.
    Direct = 2,
}

/// What somebody wants to be told of a room. The numbers are what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Of every message.
    All = 0,
    /// Of messages that call them by name.
    Mentions = 1,
    /// Of nothing.
    Nothing = 2,
}

impl Level {
    /// The level that the database's number means; what this version does not know is told like all.
    pub fn from_number(number: i64) -> Level {
        [Level::Mentions, Level::Nothing].into_iter().find(|level| *level as i64 == number).unwrap_or(Level::All)
    }
}

/// All kinds of rooms.
pub const ROOM_KINDS: [RoomKind; 3] = [RoomKind::Open, RoomKind::Private, RoomKind::Direct];

impl RoomKind {
    /// The kind that the database's number means, or `None` for one that this version does not know.
    pub fn from_number(number: i64) -> Option<RoomKind> {
        ROOM_KINDS.into_iter().find(|kind| *kind as i64 == number)
    }
}
