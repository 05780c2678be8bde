//! What bots do without a WebSocket: come into rooms, go, and write, through the rooms' hosts like everybody else.

use super::act::Speaker;
use super::command::{Command, Joiner, Words};
use super::hub::Hub;
use super::quota::Quota;
use crate::protocol::{Account, Error, Person, RoomId, Seq};
use crate::store::More;
use std::net::IpAddr;
use std::sync::Arc;

impl Hub {
    /// Writes a message as `author`, who asks from `address` and need not have a connection: the same limits,
    /// checks and promises as for `send`. The entry's number and time, once it is stored.
    ///
    /// # Errors
    /// Those of `send`.
    pub async fn say(
        self: &Arc<Self>,
        room: RoomId,
        (author, address): (&Account, IpAddr),
        key: String,
        text: String,
    ) -> Result<(Seq, i64), Error> {
        self.count(author.id, address, Quota::Send)?;
        let speaker = Speaker { role: author.role, muted_ms: author.muted_ms(Hub::unix_ms()) };
        let mentions = self.mentions(room, &text, author).await?;
        let words = Words { key, text, more: More { mentions, ..More::default() } };
        self.ask(room, |reply| Command::Say { author: author.person(), speaker, words, reply }).await
    }

    /// Puts a bot into a room, as its maker does with people.
    ///
    /// # Errors
    /// Those of [`Hub::join`].
    pub async fn bring_bot(self: &Arc<Self>, room: RoomId, bot: Person) -> Result<(), Error> {
        self.join(room, Joiner::Known(bot)).await.map(drop)
    }
}
