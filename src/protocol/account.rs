//! Who somebody is to the server: what the store knows of the one whose token it is.

use super::{Person, Role, UserId};
use serde::{Deserialize, Serialize};

/// A session's id: of a browser, or of a bot's token.
pub type SessionId = i64;

/// Somebody who is signed in, as they themselves see it. Only who is active and has a session that goes on is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The person's id.
    pub id: UserId,
    /// The shown name, as typed.
    pub name: String,
    /// What they are to the server.
    pub role: Role,
    /// The name that they sign in with, folded; `None`: there is only the session.
    pub account: Option<String>,
    /// Until when they may not speak, in Unix milliseconds; 0: they may.
    pub muted_until: i64,
    /// Whether it is a program.
    #[serde(skip)]
    pub is_bot: bool,
    /// By which session they are here.
    #[serde(skip)]
    pub session: Session,
}

/// A session, as far as it concerns the one who uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// When the store last noted that it was used, in Unix milliseconds.
    pub seen_at: i64,
    /// When it ends however much it is used, in Unix milliseconds.
    pub until: i64,
}

impl Account {
    /// The person as others see them.
    pub fn person(&self) -> Person {
        Person { id: self.id, name: self.name.clone() }
    }

    /// For how long they may not speak from `now` (Unix milliseconds) on, in milliseconds; 0: they may.
    pub fn muted_ms(&self, now: i64) -> u64 {
        u64::try_from(self.muted_until.saturating_sub(now)).unwrap_or(0)
    }

    /// Whether the person would see a difference.
    pub fn differs_from(&self, other: &Account) -> bool {
        Account { session: other.session, ..self.clone() } != *other
    }
}
