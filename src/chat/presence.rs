//! Where people are: here, away from all their connections, or gone, and since when; and how they look.

use super::command::Command;
use super::hub::{Hub, lock};
use crate::protocol::{Presence, UserId};
use crate::store::StoreError;
use std::collections::HashMap;
use std::sync::Mutex;

/// When those who have come or gone lately were seen, in Unix milliseconds, until the store knows it.
#[derive(Default)]
pub(super) struct Seen(Mutex<HashMap<UserId, i64>>);

impl Seen {
    /// Somebody has come or gone just now.
    pub(super) fn note(&self, user: UserId) {
        lock(&self.0).insert(user, Hub::unix_ms());
    }
}

impl Hub {
    /// Where `user` is now; `known` is what the store knows of it.
    pub fn locate(&self, user: UserId, known: Presence) -> Presence {
        let outlets = self.outlets_of(user);
        let mut greeted = outlets.iter().filter(|outlet| outlet.is_greeted()).peekable();
        if greeted.peek().is_some() {
            return Presence { here: true, away: greeted.all(|outlet| outlet.is_away()), here_at: None };
        }
        lock(&self.seen.0).get(&user).map_or(known, |at| Presence::gone(*at))
    }

    /// Shows those who share a room with `user` how they look now.
    ///
    /// # Errors
    /// The database failed; the follower tries again.
    pub async fn show_face(&self, user: UserId) -> Result<(), StoreError> {
        let face = self.store.face(user).await?;
        for room in self.store.room_ids_of(user).await? {
            if let Some(inbox) = self.room_in_use(room) {
                // A room that takes no more has nobody to tell.
                let _ = inbox.send(Command::Face { user, face: face.clone() }).await;
            }
        }
        Ok(())
    }

    /// Has the store keep when people were seen, as far as it does not know.
    pub async fn note_seen(&self) {
        let seen: Vec<(UserId, i64)> = lock(&self.seen.0).drain().collect();
        if seen.is_empty() {
            return;
        }
        if let Err(problem) = self.store.note_seen(seen).await {
            log::warn!("when people were last here is not kept: {problem:?}");
        }
    }
}
