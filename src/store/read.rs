//! What is asked of the database: rooms, pages of the log. Every page takes a time that does not grow with the log.

use super::accounts::{SESSION_SQL, SESSIONS_ALIVE_SQL};
use super::audit::FOLLOW_SQL;
use super::invitations::INVITATION_SQL;
use super::people::KNOWN_SQL;
use super::{Store, StoreError, append, sqlite};
use crate::protocol::{Entry, Kind, Page, Person, RoomId, RoomKind, RoomListing, RoomView, Seq, UNREAD_MAX, UserId};
use sqlx::any::AnyRow;
use sqlx::{Executor, Row};
use std::collections::HashSet;

/// Entries behind `read` that are looked at to count the unread messages among them.
const UNREAD_WINDOW: i64 = 5 * UNREAD_MAX;

/// A room as its loop loads it.
#[derive(Debug, Clone)]
pub struct RoomState {
    /// Its name as typed.
    pub name: String,
    /// Its topic, empty if it has none.
    pub topic: String,
    /// The last entry's number.
    pub head: Seq,
    /// The latest entries, ascending, ending at `head`.
    pub latest: Vec<Entry>,
}

/// One's rooms, with what is unread in each.
pub(super) const ROOMS_OF_SQL: &str = "select r.id, r.name, r.topic, r.head, m.read_seq,
    (select count(*) from
        (select e.kind, e.author from entries e where e.room_id = m.room_id and e.seq > m.read_seq order by e.seq limit $2) recent
     where recent.kind = 0 and recent.author <> $1)
    from memberships m join rooms r on r.id = m.room_id where m.user_id = $1 order by r.id";
/// A page of all rooms.
pub(super) const ROOMS_SQL: &str = "select r.id, r.name, r.topic,
    (select count(*) from memberships m where m.room_id = r.id),
    (select count(*) from memberships m where m.room_id = r.id and m.user_id = $2)
    from rooms r where r.id > $1 order by r.id limit $3";
/// A page of the log, downwards.
pub(super) const BEFORE_SQL: &str = "select e.seq, e.at, e.author, u.name, e.kind, e.key, e.text
    from entries e join users u on u.id = e.author where e.room_id = $1 and e.seq < $2
    and ($4 = 0 or exists (select 1 from memberships m where m.user_id = $4 and m.room_id = $1)) order by e.seq desc limit $3";
/// A page of the log, upwards.
pub(super) const AFTER_SQL: &str = "select e.seq, e.at, e.author, u.name, e.kind, e.key, e.text
    from entries e join users u on u.id = e.author where e.room_id = $1 and e.seq > $2
    and ($4 = 0 or exists (select 1 from memberships m where m.user_id = $4 and m.room_id = $1)) order by e.seq limit $3";
/// Everybody in a room.
pub(super) const MEMBERS_SQL: &str = "select user_id from memberships where room_id = $1";
/// A room by its id.
pub(super) const ROOM_SQL: &str = "select name, topic, head from rooms where id = $1";

impl Store {
    /// The rooms that `user` is in, by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rooms_of(&self, user: UserId) -> Result<Vec<RoomView>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(ROOMS_OF_SQL).bind(user).bind(UNREAD_WINDOW).fetch_all(reader.get()?).await;
        found.and_then(|rows| rows.iter().map(room_view).collect()).map_err(|problem| reader.distrust(problem))
    }

    /// Up to `limit` rooms with an id above `after`, by id, as `user` sees them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rooms(&self, user: UserId, after: RoomId, limit: usize) -> Result<Vec<RoomListing>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(ROOMS_SQL).bind(after).bind(user).bind(bound(limit)).fetch_all(reader.get()?).await;
        found.and_then(|rows| rows.iter().map(room_listing).collect()).map_err(|problem| reader.distrust(problem))
    }

    /// A room with its `latest` entries, or `None` if there is no such room.
    ///
    /// # Errors
    /// The database failed.
    pub async fn room(&self, room: RoomId, latest: usize) -> Result<Option<RoomState>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(ROOM_SQL)
            .bind(room)
            .fetch_optional(reader.get()?)
            .await
            .map_err(|problem| reader.distrust(problem))?;
        drop(reader);
        let Some(row) = found else { return Ok(None) };
        let head: Seq = row.try_get(2)?;
        let latest = self.page(room, Page::Before(head + 1), latest, None).await?;
        Ok(Some(RoomState { name: row.try_get(0)?, topic: row.try_get(1)?, head, latest }))
    }

    /// The number of the last entry of `room`; 0 if there is no such room.
    ///
    /// # Errors
    /// The database failed.
    pub async fn head(&self, room: RoomId) -> Result<Seq, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(ROOM_SQL).bind(room).fetch_optional(reader.get()?).await;
        found.and_then(|row| row.map_or(Ok(0), |row| row.try_get(2))).map_err(|problem| reader.distrust(problem))
    }

    /// Everybody who is in `room`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn members(&self, room: RoomId) -> Result<HashSet<UserId>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(MEMBERS_SQL).bind(room).fetch_all(reader.get()?).await;
        found
            .and_then(|rows| rows.iter().map(|row| row.try_get(0)).collect())
            .map_err(|problem| reader.distrust(problem))
    }

    /// A page of the log of `room`: up to `limit` entries, ascending, without gaps; nothing if `reader` is named and is no
    /// member at that moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn page(
        &self,
        room: RoomId,
        page: Page,
        limit: usize,
        reader: Option<UserId>,
    ) -> Result<Vec<Entry>, StoreError> {
        match page {
            Page::Before(seq) => {
                let mut entries = self.slice(BEFORE_SQL, room, seq, limit, reader).await?;
                entries.reverse();
                Ok(entries)
            }
            Page::After(seq) => self.slice(AFTER_SQL, room, seq, limit, reader).await,
            Page::Around(seq) => {
                let mut entries = self.slice(BEFORE_SQL, room, seq, limit / 2, reader).await?;
                entries.reverse();
                entries.extend(self.slice(AFTER_SQL, room, seq.saturating_sub(1), limit - limit / 2, reader).await?);
                Ok(entries)
            }
        }
    }

    async fn slice(
        &self,
        sql: &'static str,
        room: RoomId,
        seq: Seq,
        limit: usize,
        reader: Option<UserId>,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut connection = self.reader().await?;
        // No user has the id 0: it stands for snug itself.
        let query = sqlx::query(sql).bind(room).bind(seq).bind(bound(limit)).bind(reader.unwrap_or(0));
        let found = query.fetch_all(connection.get()?).await;
        found
            .and_then(|rows| rows.iter().map(|row| entry(room, row)).collect())
            .map_err(|problem| connection.distrust(problem))
    }

    /// How the database finds the rows of each statement that grows old with the log: the statement and the steps of its plan.
    ///
    /// # Errors
    /// The database failed.
    pub async fn query_plans(&self) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        let accounts = [SESSION_SQL, SESSIONS_ALIVE_SQL, KNOWN_SQL, INVITATION_SQL, FOLLOW_SQL];
        let rooms = [ROOMS_OF_SQL, ROOM_SQL, MEMBERS_SQL, BEFORE_SQL, AFTER_SQL, ROOMS_SQL];
        let statements = accounts.into_iter().chain(rooms).map(str::to_owned);
        let mut plans = Vec::new();
        let mut reader = self.reader().await?;
        for sql in statements.chain(append::statements()) {
            let explain = sqlite::explain_plan(&sql);
            let rows = sqlx::query(sqlx::AssertSqlSafe(explain)).fetch_all(reader.get()?).await;
            let steps = rows.and_then(|rows| rows.iter().map(|row| row.try_get(3)).collect());
            plans.push((sql, steps.map_err(|problem| reader.distrust(problem))?));
        }
        Ok(plans)
    }

    /// Answers when the database answers.
    ///
    /// # Errors
    /// It failed.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut reader = self.reader().await?;
        let answered = reader.get()?.execute("select 1").await;
        answered.map(|_| ()).map_err(|problem| reader.distrust(problem))
    }
}

/// A limit as statements take it.
pub(super) fn bound(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn room_view(row: &AnyRow) -> Result<RoomView, sqlx::Error> {
    Ok(RoomView {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        topic: row.try_get(2)?,
        kind: RoomKind::Open,
        head: row.try_get(3)?,
        read: row.try_get(4)?,
        unread: row.try_get::<i64, _>(5)?.min(UNREAD_MAX),
    })
}

fn room_listing(row: &AnyRow) -> Result<RoomListing, sqlx::Error> {
    let own: i64 = row.try_get(4)?;
    Ok(RoomListing {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        topic: row.try_get(2)?,
        members: row.try_get(3)?,
        joined: own > 0,
    })
}

fn entry(room: RoomId, row: &AnyRow) -> Result<Entry, sqlx::Error> {
    let number: i64 = row.try_get(4)?;
    let kind = Kind::from_number(number).ok_or_else(|| sqlx::Error::Decode(format!("entry kind {number}").into()))?;
    Ok(Entry {
        room,
        seq: row.try_get(0)?,
        at: row.try_get(1)?,
        by: Person { id: row.try_get(2)?, name: row.try_get(3)? },
        kind,
        key: row.try_get(5)?,
        text: row.try_get(6)?,
    })
}
