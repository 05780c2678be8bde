//! The full-text index follows the log: `rooms.indexed` says how far, and moves in the same transaction as the index, so that
//! whatever ends the process, the next one goes on from there.

use super::sqlite_search::{self, Indexed};
use crate::protocol::{RoomId, Seq, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeSet;

/// Entries that one transaction puts into the index, so that nobody waits long behind it.
pub(super) const PIECE_ENTRIES: i64 = 512;
/// Entries that a search has indexed before it looks.
const CATCH_UP_ENTRIES: i64 = 2 * PIECE_ENTRIES;

/// Rooms of which not all is in the index.
const BEHIND_SQL: &str = "select id from rooms where indexed < head and deleted_at is null order by id";
/// What is behind the index of a room, in order.
const NEXT_SQL: &str = "select e.seq, e.author, case when e.kind = 0 then e.text end, e.has from entries e
    where e.room_id = $1 and e.seq > (select indexed from rooms where id = $1) order by e.seq limit $2";
/// Moves it on.
const MOVE_SQL: &str = "update rooms set indexed = $2 where id = $1 and indexed < $2";
/// A message that is in the index.
const MESSAGE_SQL: &str = "select e.seq, e.author, e.text, e.has from entries e join rooms r on r.id = e.room_id
    where e.room_id = $1 and e.seq = $2 and e.kind = 0 and e.text is not null and e.seq <= r.indexed";
/// Messages of a room up to one that are in the index.
const UP_TO_SQL: &str = "select e.seq, e.author, e.text, e.has from entries e join rooms r on r.id = e.room_id
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

/// Puts up to `limit` entries of a room into the index; how many there were.
pub(super) async fn follow(connection: &mut AnyConnection, room: RoomId, limit: i64) -> Result<i64, sqlx::Error> {
    let rows = sqlx::query(NEXT_SQL).bind(room).bind(limit).fetch_all(&mut *connection).await?;
    let Some(last) = rows.last() else { return Ok(0) };
    let last: Seq = last.try_get(0)?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in &rows {
        messages.extend(message(connection, room, row).await?);
    }
    sqlite_search::insert(connection, room, &messages).await?;
    sqlx::query(MOVE_SQL).bind(room).bind(last).execute(connection).await?;
    Ok(i64::try_from(rows.len()).unwrap_or(limit))
}

/// Has the index follow in these rooms, as far as a search waits for.
pub(super) async fn catch_up(connection: &mut AnyConnection, rooms: &[RoomId]) -> Result<(), sqlx::Error> {
    let mut left = CATCH_UP_ENTRIES;
    for room in rooms {
        if left == 0 {
            break;
        }
        left -= follow(connection, *room, left).await?;
    }
    Ok(())
}

/// Takes a message out of the index, if it is there: before its text is changed, its files are, or it is deleted.
pub(super) async fn forget(connection: &mut AnyConnection, room: RoomId, seq: Seq) -> Result<(), sqlx::Error> {
    let query = sqlx::query(MESSAGE_SQL).bind(room).bind(seq);
    let Some(row) = query.fetch_optional(&mut *connection).await? else { return Ok(()) };
    if let Some(message) = message(connection, room, &row).await? {
        sqlite_search::remove(connection, room, &message).await?;
    }
    Ok(())
}

/// Puts a message into the index again, once it has changed; the index will come to it by itself if it was not there yet.
pub(super) async fn reindex(connection: &mut AnyConnection, room: RoomId, seq: Seq) -> Result<(), sqlx::Error> {
    let query = sqlx::query(MESSAGE_SQL).bind(room).bind(seq);
    let Some(row) = query.fetch_optional(&mut *connection).await? else { return Ok(()) };
    let message = message(connection, room, &row).await?;
    sqlite_search::insert(connection, room, message.as_slice()).await
}

/// Takes the messages of a room up to one out of the index.
pub(super) async fn forget_up_to(connection: &mut AnyConnection, room: RoomId, seq: Seq) -> Result<(), sqlx::Error> {
    for row in sqlx::query(UP_TO_SQL).bind(room).bind(seq).fetch_all(&mut *connection).await? {
        if let Some(message) = message(connection, room, &row).await? {
            sqlite_search::remove(connection, room, &message).await?;
        }
    }
    Ok(())
}

/// The message of a row as the index has it; `None`: it has no text.
async fn message(connection: &mut AnyConnection, room: RoomId, row: &AnyRow) -> Result<Option<Indexed>, sqlx::Error> {
    let (seq, author): (Seq, UserId) = (row.try_get(0)?, row.try_get(1)?);
    let (text, has): (Option<String>, i64) = (row.try_get(2)?, row.try_get(3)?);
    let Some(text) = text else { return Ok(None) };
    let types = if has & HAS_FILES == 0 {
        Vec::new()
    } else {
        let rows = sqlx::query(TYPES_SQL).bind(room).bind(seq).fetch_all(connection).await?;
        rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?
    };
    let marks = sqlite_search::marks(author, &text, &types);
    Ok(Some(Indexed { seq, text: sqlite_search::tokens(&text), marks }))
}
