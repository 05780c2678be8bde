//! What somebody has in rooms: what they wrote, for their export, and what they are to a room.

use super::{Store, StoreError, bound};
use crate::protocol::{Kind, RoomId, RoomKind, Seq, UserId};
use crate::rights::Standing;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Entries of one room's log that one look goes through.
const LOOK_ENTRIES: Seq = 10_000;
/// Entries that one look returns; at most some 6 MB of text.
const LOOK_OWN_MAX: usize = 200;

/// A part of one room's log, as far as somebody wrote in it.
#[derive(Debug)]
pub struct OwnEntries {
    /// Their entries, in order.
    pub entries: Vec<Value>,
    /// All up to here has been looked at.
    pub reached: Seq,
}

/// Where somebody ($1) may have written, with the last entry that may be theirs: rooms that they are in, and those that they
/// left or were removed from. Nothing of a room in which they never were, and nothing behind their leaving, goes into it.
pub(super) const OWN_ROOMS_SQL: &str = "select room_id, max(until) from (
        select m.room_id, r.head as until from memberships m join rooms r on r.id = m.room_id where m.user_id = $1
        union all
        select room_id, seq from entries where kind = 2 and coalesce(subject, author) = $1) as been
    group by room_id order by room_id";
/// What somebody wrote in a part of a room's log.
pub(super) const OWN_SQL: &str = "select room_id, seq, at, kind, text from entries
    where room_id = $1 and seq > $2 and seq <= $3 and author = $4 order by seq limit $5";
/// What somebody reported.
const OWN_REPORTS_SQL: &str =
    "select room_id, seq, reason, created_at from reports where reported_by = $1 order by id limit $2";
/// Reports that an export holds: more than one person's limit lets through in a day.
const OWN_REPORTS_MAX: usize = 10_000;

impl Store {
    /// The rooms in which `user` may have written, by id, each with the last entry that may be theirs.
    ///
    /// # Errors
    /// The database failed.
    pub async fn own_rooms(&self, user: UserId) -> Result<Vec<(RoomId, Seq)>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(OWN_ROOMS_SQL).bind(user).fetch_all(reader.get()?).await;
        let room = |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?));
        found.and_then(|rows| rows.iter().map(room).collect()).map_err(|problem| reader.distrust(problem))
    }

    /// What `user` wrote in `room` behind entry `after`, up to entry `until`, as far as one look goes: a bounded piece of work,
    /// however long the log is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn own_entries(
        &self,
        user: UserId,
        room: RoomId,
        after: Seq,
        until: Seq,
    ) -> Result<OwnEntries, StoreError> {
        let end = until.min(after.saturating_add(LOOK_ENTRIES));
        let mut reader = self.reader().await?;
        let query = sqlx::query(OWN_SQL).bind(room).bind(after).bind(end).bind(user).bind(bound(LOOK_OWN_MAX));
        let found = query.fetch_all(reader.get()?).await;
        let own = found.and_then(|rows| {
            let is_cut = rows.len() >= LOOK_OWN_MAX;
            let last = rows.last().filter(|_| is_cut).map(|row| row.try_get(1)).transpose()?;
            Ok(OwnEntries { entries: rows.iter().map(entry).collect::<Result<_, _>>()?, reached: last.unwrap_or(end) })
        });
        own.map_err(|problem| reader.distrust(problem))
    }

    /// What `user` has reported to the moderators.
    ///
    /// # Errors
    /// The database failed.
    pub async fn own_reports(&self, user: UserId) -> Result<Vec<Value>, StoreError> {
        let mut reader = self.reader().await?;
        let query = sqlx::query(OWN_REPORTS_SQL).bind(user).bind(bound(OWN_REPORTS_MAX));
        let found = query.fetch_all(reader.get()?).await;
        let report = |row: &AnyRow| {
            let (room, seq, at): (RoomId, Seq, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(3)?);
            let reason: String = row.try_get(2)?;
            Ok(json!({"room": room, "seq": seq, "reason": reason, "created_at": at}))
        };
        found.and_then(|rows| rows.iter().map(report).collect()).map_err(|problem| reader.distrust(problem))
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
