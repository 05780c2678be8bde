//! What a session is told to do, by rooms and by whoever changed something about its person.

use super::room::SeatId;
use crate::protocol::{Account, RoomId, RoomView, Seq};
use async_channel::Sender;

/// Something for the session to do.
#[derive(Debug, Clone)]
pub enum Notice {
    /// Its person joined a room by another connection.
    Joined(RoomView),
    /// Its person is in that room no more; the room has taken the seat away.
    Left {
        /// Which room.
        room: RoomId,
        /// Which seat there.
        seat: SeatId,
    },
    /// Its person's role, name or mute may have changed.
    Account {
        /// Who they are now.
        account: Box<Account>,
        /// Dropped once it holds for all that the session does, and for all that it has asked of rooms before.
        heeded: Sender<()>,
    },
    /// Close with this code.
    Close(u16),
    /// Come in step with that room again.
    CatchUp {
        /// Which room.
        room: RoomId,
        /// Which seat there.
        seat: SeatId,
        /// All up to here has been handed over; `None`: nothing has.
        cursor: Option<Seq>,
        /// Whether the room's memory does not reach back that far.
        from_store: bool,
    },
}
