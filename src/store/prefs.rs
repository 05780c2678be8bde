//! What somebody has set for themselves: the client's settings, and what they want to be told of each room.

use super::{Store, StoreError};
use crate::protocol::{Level, RoomId, UserId};
use serde_json::Value;
use sqlx::Row;

impl Store {
    /// What `user` has set in the client, an object; `None`: nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn prefs(&self, user: UserId) -> Result<Option<Value>, StoreError> {
        let query = sqlx::query("select prefs from users where id = $1").bind(user);
        let json: Option<String> = self.row(query, |row| row.try_get(0)).await?.flatten();
        // It was written from an object; whatever else stands there is nobody's settings.
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Keeps what `user` has set in the client, the JSON of an object, in place of what they had set before.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn set_prefs(&self, user: UserId, prefs: String) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let query = sqlx::query("update users set prefs = $2 where id = $1").bind(user).bind(prefs);
                query.execute(connection).await.map(drop)
            })
        })
        .await
    }

    /// Keeps what `user` wants to be told of `room`.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn set_level(&self, user: UserId, room: RoomId, level: Level) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let query = sqlx::query("update memberships set level = $3 where user_id = $1 and room_id = $2");
                query.bind(user).bind(room).bind(level as i64).execute(connection).await.map(drop)
            })
        })
        .await
    }
}
