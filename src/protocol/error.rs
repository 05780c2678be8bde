//! Why a request was not carried out.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

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
    /// One is in the room, or the room is open to all, but one may not do this.
    Forbidden,
    /// One may not speak for some time; carries `retry_after_ms`.
    Muted,
    /// The room lets everybody speak only every so often; carries `retry_after_ms`.
    SlowMode,
    /// The room is kept for reading only.
    Archived,
    /// Direct rooms have no such thing.
    NotDirect,
    /// A direct room has two to eight people.
    TooManyPeople,
    /// There is no such person here.
    NoSuchPerson,
    /// There is no such message, or it has been deleted.
    NoSuchMessage,
    /// The message has as many reactions as one may have.
    TooManyReactions,
    /// Nothing but white space.
    TextEmpty,
    /// More characters than allowed.
    TextTooLong,
    /// Not 1 to [`NAME_CHARS_MAX`](super::NAME_CHARS_MAX) visible characters.
    BadName,
    /// The name exists.
    NameTaken,
    /// One is in as many rooms as one may be, or the server has as many as it may.
    TooManyRooms,
    /// Too many requests; carries `retry_after_ms`.
    RateLimited,
    /// The invitation lets nobody in: unknown, used up, expired or revoked.
    NoSuchInvitation,
    /// There is no owner yet, and until then nobody comes in.
    NoOwner,
    /// Whoever asks for an account, or for a role by a link, has an account.
    HasAccount,
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

    /// One knows of the room, but may not do this there, or not on this server.
    pub fn forbidden() -> Error {
        Error::new(Code::Forbidden, "You may not do this. Nothing was done; ask somebody who keeps order here.")
    }

    /// Direct rooms have no such thing.
    pub fn not_direct() -> Error {
        Error::new(
            Code::NotDirect,
            "A direct room stays as it is: its people, without name and topic. Nothing was done; make a private room for more.",
        )
    }

    /// There is no such person, or not here.
    pub fn no_such_person() -> Error {
        Error::new(Code::NoSuchPerson, "There is no such person here. Nothing was done; they may have left.")
    }

    /// There is no such message, or it is gone.
    pub fn no_such_message() -> Error {
        Error::new(Code::NoSuchMessage, "There is no such message, or it has been deleted. Nothing was done.")
    }

    /// The message has as many reactions as one may have.
    pub fn too_many_reactions() -> Error {
        let text = "This message has as many reactions as one may have. Nothing was added; take one that is there.";
        Error::new(Code::TooManyReactions, text)
    }

    /// The room is kept for reading only.
    pub fn archived() -> Error {
        Error::new(
            Code::Archived,
            "This room is archived: it can be read, and nothing is added. Nothing was sent; write in another room.",
        )
    }

    /// A moderator has muted this person for `retry_after_ms` from now.
    pub fn muted(retry_after_ms: u64) -> Error {
        let minutes = retry_after_ms.div_ceil(60_000);
        let text = format!("You have been muted. Nothing was sent; you can write again in {minutes} min.");
        Error { code: Code::Muted, text: text.into(), retry_after_ms: Some(retry_after_ms) }
    }

    /// The room is in slow mode; the same request may succeed after `retry_after_ms`.
    pub fn slow_mode(retry_after_ms: u64) -> Error {
        let seconds = retry_after_ms.div_ceil(1_000);
        let text = format!("This room is in slow mode. Nothing was sent; you can write again in {seconds} s.");
        Error { code: Code::SlowMode, text: text.into(), retry_after_ms: Some(retry_after_ms) }
    }

    /// The invitation lets nobody in; why is nobody's business.
    pub fn no_such_invitation() -> Error {
        let text = "This invitation is not, or no longer, good: it is unknown, used up, expired or revoked. Nothing was done. Ask for a new one.";
        Error::new(Code::NoSuchInvitation, text)
    }

    /// Nobody comes in before the owner.
    pub fn no_owner() -> Error {
        let text = "This server has no owner yet, and until then nobody else comes in. Nothing was done. Whoever keeps it opens \
                    the setup link first (snug setup-link makes another).";
        Error::new(Code::NoOwner, text)
    }

    /// Whoever has an account gets no other one, nor another role by a link.
    pub fn has_account() -> Error {
        let text =
            "You have an account already, and its role is the owner's to change. Nothing was done. Ask the owner.";
        Error::new(Code::HasAccount, text)
    }

    /// Too fast; the same request may succeed after `retry_after_ms`.
    pub fn rate_limited(retry_after_ms: u64) -> Error {
        let seconds = retry_after_ms.div_ceil(1_000);
        let text = format!("Too fast. Nothing was sent or done; try again in {seconds} s.");
        Error { code: Code::RateLimited, text: text.into(), retry_after_ms: Some(retry_after_ms) }
    }
}
