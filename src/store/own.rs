//! What somebody has in rooms: what they wrote, for their export, and what they are to a room.

use super::{Store, StoreError};
use crate::protocol::{Kind, RoomId, RoomKind, Seq, UserId};
use crate::rights::Standing;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Entries of the log that one look goes through.
const WINDOW_ENTRIES: i64 = 10_000;

/// A window of the log, as far as somebody wrote in it.
#[derive(Debug)]
pub struct OwnEntries {
    /// Their entries, by room and number.
    pub entries: Vec<Value>,
    /// Behind which entry the next window begins; `None`: that was the last one.
    pub next: Option<(RoomId, Seq)>,
}

/// Where a window of the log ends.
pub(super) const WINDOW_SQL: &str =
    "select room_id, seq from entries where (room_id, seq) > ($1, $2) order by room_id, seq limit 1 offset $3";
/// What somebody wrote in a window.
pub(super) const OWN_SQL: &str = "select room_id, seq, at, kind, text from
    (select * from entries where (room_id, seq) > ($1, $2) order by room_id, seq limit $3) as w where author = $4";

impl Store {
    /// What `user` wrote in the window of the log that begins behind entry `after`, over all rooms.
    ///
    /// # Errors
    /// The database failed.
    pub async fn own_entries(&self, user: UserId, (room, seq): (RoomId, Seq)) -> Result<OwnEntries, StoreError> {
        let mut reader = self.reader().await?;
        let connection = reader.get()?;
        let found = async {
            let query = sqlx::query(WINDOW_SQL).bind(room).bind(seq).bind(WINDOW_ENTRIES - 1);
            let end = query.fetch_optional(&mut *connection).await?;
            let next = end.map(|row| Ok::<_, sqlx::Error>((row.try_get(0)?, row.try_get(1)?))).transpose()?;
            let query = sqlx::query(OWN_SQL).bind(room).bind(seq).bind(WINDOW_ENTRIES).bind(user);
            let rows = query.fetch_all(connection).await?;
            Ok(OwnEntries { entries: rows.iter().map(entry).collect::<Result<_, _>>()?, next })
        };
        let found = found.await;
        found.map_err(|problem: sqlx::Error| reader.distrust(problem))
    }

    /// The name and kind of a room and what `user` is to it; `None` if there is no such room.
    ///
    /// # Errors
    /// The database failed.
    pub async fn place_of(
        &self,
        user: UserId,
        room: RoomId,
    ) -> Result<Option<(String, RoomKind, Standing)>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select r.name, r.kind, r.created_by,
            (select count(*) from memberships m where m.user_id = $2 and m.room_id = r.id)
            from rooms r where r.id = $1 and r.deleted_at is null";
        let found = sqlx::query(sql).bind(room).bind(user).fetch_optional(reader.get()?).await;
        let place = |row: AnyRow| {
            let (kind, maker, inside): (i64, Option<UserId>, i64) = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
            let kind =
                RoomKind::from_number(kind).ok_or_else(|| sqlx::Error::Decode(format!("room kind {kind}").into()))?;
            let standing = match (inside > 0, maker == Some(user)) {
                (false, _) => Standing::Outside,
                (true, true) => Standing::Maker,
                (true, false) => Standing::Inside,
            };
            Ok((row.try_get(0)?, kind, standing))
        };
        found.and_then(|row| row.map(place).transpose()).map_err(|problem| reader.distrust(problem))
    }
}

fn entry(row: &AnyRow) -> Result<Value, sqlx::Error> {
    let (room, seq, at): (RoomId, Seq, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let text: Option<String> = row.try_get(4)?;
    Ok(json!({"room": room, "seq": seq, "at": at, "kind": Kind::from_number(row.try_get(3)?), "text": text}))
}
