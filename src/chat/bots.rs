//! What bots do without a WebSocket: come into rooms, go, and write, through the rooms' hosts like everybody else.

use super::command::{Command, Joiner};
use super::hub::{Hub, shutting_down};
use super::quota::Quota;
use crate::protocol::{Account, Error, Person, RoomId, Seq};
use std::sync::Arc;

/// No seat has this number: nobody sits there to be told.
const NO_SEAT: u64 = 0;

impl Hub {
    /// Writes a message as `author`, who need not have a connection: the same limits, checks and promises as for `send`.
    /// The entry's number and time, once it is stored.
    ///
    /// # Errors
    /// Those of `send`.
    pub async fn say(
        self: &Arc<Self>,
        room: RoomId,
        author: &Account,
        key: String,
        text: String,
    ) -> Result<(Seq, i64), Error> {
        self.count(author.id, Quota::Send)?;
        let (reply, answer) = async_channel::bounded(1);
        self.send(room, Command::Say { author: author.clone(), key, text, reply }).await?;
        answer.recv().await.map_err(|_| shutting_down())?
    }

    /// Puts a bot into a room of its maker's.
    ///
    /// # Errors
    /// Those of [`Hub::join`].
    pub async fn bring_bot(self: &Arc<Self>, room: RoomId, _maker: &Account, bot: Person) -> Result<(), Error> {
        self.join(room, Joiner::Known(bot)).await.map(drop)
    }

    /// Takes somebody out of a room in which they do not sit.
    ///
    /// # Errors
    /// `storage_failed` and the like; they may still be in it.
    pub async fn take_out(self: &Arc<Self>, room: RoomId, person: Person) -> Result<(), Error> {
        let (reply, answer) = async_channel::bounded(1);
        self.send(room, Command::Leave { person, seat: NO_SEAT, reply }).await?;
        answer.recv().await.map_err(|_| shutting_down())?
    }
}
