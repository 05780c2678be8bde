//! The full-text index follows the log: `rooms.indexed` says how far, and moves in the same transaction as the index, so that
//! whatever ends the process, the next one goes on from there.

use super::append::{LIST_MAX, list_size};
use super::sqlite_search::{self, Indexed};
use super::{filled, sqlite};
use crate::protocol::{RoomId, Seq, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};

/// Entries that one transaction puts into the index, so that nobody waits long behind it.
pub(super) const PIECE_ENTRIES: i64 = 512;
/// Entries that a search has indexed before it looks.
const CATCH_UP_ENTRIES: i64 = 2 * PIECE_ENTRIES;

/// Rooms of which not all is in the index.
const BEHIND_SQL: &str = "select id from rooms where indexed < head and deleted_at is null order by id";
/// A message that is in the index.
const MESSAGE_SQL: &str =
    "select e.room_id, e.seq, e.author, e.text, e.has from entries e join rooms r on r.id = e.room_id
    where e.room_id = $1 and e.seq = $2 and e.kind = 0 and e.text is not null and e.seq <= r.indexed";
/// Messages of a room up to one that are in the index.
const UP_TO_SQL: &str =
    "select e.room_id, e.seq, e.author, e.text, e.has from entries e join rooms r on r.id = e.room_id
    where e.room_id = $1 and e.seq <= $2 and e.kind = 0 and e.text is not null and e.seq <= r.indexed";
/// What the files of a message are.
const TYPES_SQL: &str = "select type from files where room_id = $1 and seq = $2";
/// Bit of `entries.has`: there are files.
const HAS_FILES: i64 = 2;

/// Rooms of which not all is in the index.
pub(super) async fn behind(connection: &mut AnyConnection) -> Result<BTreeSet<RoomId>, sqlx::Error> {
    let rows = sqlx::query(BEHIND_SQL).fetch_all(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Puts up to `limit` entries of some rooms into the index, room by room; how many there were, less than that if all is done.
/// The number of trips to the database does not grow with the number of rooms.
pub(super) async fn follow(connection: &mut AnyConnection, rooms: &[RoomId], limit: i64) -> Result<i64, sqlx::Error> {
    let mut followed = 0;
    for rooms in rooms.chunks(LIST_MAX) {
        if followed == limit {
            break;
        }
        let mut query = sqlx::query(AssertSqlSafe(next_sql(list_size(rooms.len()))));
        for room in filled(rooms, list_size(rooms.len())) {
            query = query.bind(*room);
        }
        let rows = query.bind(limit - followed).fetch_all(&mut *connection).await?;
        let (mut messages, mut reached) = (Vec::with_capacity(rows.len()), BTreeMap::new());
        for row in &rows {
            reached.insert(row.try_get(0)?, row.try_get(1)?);
            messages.extend(message(connection, row).await?);
        }
        sqlite_search::insert(connection, &messages).await?;
        move_on(connection, &reached.into_iter().collect::<Vec<_>>()).await?;
        followed += i64::try_from(rows.len()).unwrap_or(limit);
    }
    Ok(followed)
}

/// Notes how far the index reaches in each of at most [`LIST_MAX`] rooms.
async fn move_on(connection: &mut AnyConnection, reached: &[(RoomId, Seq)]) -> Result<(), sqlx::Error> {
    if reached.is_empty() {
        return Ok(());
    }
    let mut query = sqlx::query(AssertSqlSafe(move_sql(list_size(reached.len()))));
    for (room, seq) in filled(reached, list_size(reached.len())) {
        query = query.bind(*room).bind(*seq);
    }
    query.execute(connection).await.map(drop)
}

/// What is behind the index of some rooms, in order.
fn next_sql(rooms: usize) -> String {
    format!(
        "select e.room_id, e.seq, e.author, case when e.kind = 0 then e.text end, e.has
         from rooms r join entries e on e.room_id = r.id and e.seq > r.indexed
         where r.id in {} order by r.id, e.seq limit ?",
        sqlite::binds(1, rooms)
    )
}

fn move_sql(rooms: usize) -> String {
    format!(
        "update rooms set indexed = v.column2 from (values {}) as v where rooms.id = v.column1 and indexed < v.column2",
        sqlite::binds(rooms, 2)
    )
}

/// The statements by which the index follows, for `Store::query_plans`.
pub(super) fn statements() -> [String; 2] {
    [next_sql(4), move_sql(4)]
}

/// Has the index follow in these rooms, as far as a search waits for.
pub(super) async fn catch_up(connection: &mut AnyConnection, rooms: &[RoomId]) -> Result<(), sqlx::Error> {
    follow(connection, rooms, CATCH_UP_ENTRIES).await.map(drop)
}

/// Takes a message out of the index, if it is there: before its text is changed, its files are, or it is deleted.
pub(super) async fn forget(connection: &mut AnyConnection, room: RoomId, seq: Seq) -> Result<(), sqlx::Error> {
    let query = sqlx::query(MESSAGE_SQL).bind(room).bind(seq);
    let Some(row) = query.fetch_optional(&mut *connection).await? else { return Ok(()) };
    if let Some(message) = message(connection, &row).await? {
        sqlite_search::remove(connection, &message).await?;
    }
    Ok(())
}

/// Puts a message into the index again, once it has changed; the index will come to it by itself if it was not there yet.
pub(super) async fn reindex(connection: &mut AnyConnection, room: RoomId, seq: Seq) -> Result<(), sqlx::Error> {
    let query = sqlx::query(MESSAGE_SQL).bind(room).bind(seq);
    let Some(row) = query.fetch_optional(&mut *connection).await? else { return Ok(()) };
    let message = message(connection, &row).await?;
    sqlite_search::insert(connection, message.as_slice()).await
}

/// Takes the messages of a room up to one out of the index.
pub(super) async fn forget_up_to(connection: &mut AnyConnection, room: RoomId, seq: Seq) -> Result<(), sqlx::Error> {
    for row in sqlx::query(UP_TO_SQL).bind(room).bind(seq).fetch_all(&mut *connection).await? {
        if let Some(message) = message(connection, &row).await? {
            sqlite_search::remove(connection, &message).await?;
        }
    }
    Ok(())
}

/// The message of a row as the index has it; `None`: it has no text.
async fn message(connection: &mut AnyConnection, row: &AnyRow) -> Result<Option<Indexed>, sqlx::Error> {
    let (room, seq, author): (RoomId, Seq, UserId) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let (text, has): (Option<String>, i64) = (row.try_get(3)?, row.try_get(4)?);
    let Some(text) = text else { return Ok(None) };
    let types = if has & HAS_FILES == 0 {
        Vec::new()
    } else {
        let rows = sqlx::query(TYPES_SQL).bind(room).bind(seq).fetch_all(connection).await?;
        rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?
    };
    let marks = sqlite_search::marks(author, &text, &types);
    Ok(Some(Indexed { room, seq, text: sqlite_search::tokens(&text), marks }))
}
