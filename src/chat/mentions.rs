//! Whom a message calls by name, found before it reaches its room.

use super::command::storage_error;
use super::hub::Hub;
use crate::mention::{EVERYBODY, calls};
use crate::protocol::{Account, Error, RoomId, RoomKind, UserId};
use crate::rights::{self, RoomDeed};

/// The id that stands for everybody in the room.
const EVERYBODY_ID: UserId = 0;

impl Hub {
    /// The members of `room` whom `text` of `author` calls by name, each once, by id; 0 for all of them, by right.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn mentions(&self, room: RoomId, text: &str, author: &Account) -> Result<Vec<UserId>, Error> {
        let calls = calls(text);
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let trouble = |problem| storage_error(&problem, format_args!("room {room}"));
        let mut names: Vec<String> = calls.concat();
        names.sort_unstable();
        names.dedup();
        let known = self.store.members_named(room, &names).await.map_err(trouble)?;
        let may_call_all = match names.iter().any(|name| name == EVERYBODY) {
            true => self.may_summon(room, author).await?,
            false => false,
        };
        let called = |name: &String| match known.get(name) {
            None if name == EVERYBODY && may_call_all => Some(EVERYBODY_ID),
            found => found.copied(),
        };
        let mut mentions: Vec<UserId> = calls.iter().filter_map(|names| names.iter().find_map(called)).collect();
        mentions.sort_unstable();
        mentions.dedup();
        Ok(mentions)
    }

    async fn may_summon(&self, room: RoomId, author: &Account) -> Result<bool, Error> {
        let door = self.store.door(room, author.id).await;
        let door = door.map_err(|problem| storage_error(&problem, format_args!("room {room}")))?;
        let kind = door.as_ref().map_or(RoomKind::Open, |door| door.kind);
        Ok(door.is_some_and(|door| rights::may(author.role, RoomDeed::Summon, kind, door.standing)))
    }
}
