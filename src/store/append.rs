//! Appending to a room's log inside the writer's transaction: the next `seq`, keys seen before, members in and out.

use crate::protocol::{Kind, RoomId, Seq, UserId};
use crate::secret::TokenHash;
use data_encoding::BASE64URL_NOPAD;
use sqlx::{Any, Row, Transaction};
use std::collections::HashMap;

/// What is to become an entry.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who does it.
    pub author: Author,
    /// What is done; `Join` and `Leave` change the membership in the same transaction.
    pub kind: Kind,
    /// The author's key, where the kind has one.
    pub key: Option<String>,
    /// The text, where the kind has one.
    pub text: Option<String>,
}

/// Whose draft it is.
#[derive(Debug, Clone)]
pub enum Author {
    /// Somebody known.
    Known(UserId),
    /// Somebody who becomes known by this very entry, a `Join`: all of it is stored or nothing.
    New(Box<Guest>),
}

/// A guest who comes in.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The name as typed.
    pub name: String,
    /// The form in which names are compared.
    pub folded: String,
    /// What is kept of the session's token.
    pub session: TokenHash,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is entry `seq`.
    Stored {
        /// The entry's number.
        seq: Seq,
        /// Who did it; tells a new guest's id.
        author: UserId,
    },
    /// The author's key was there already: the entry of then.
    Repeated {
        /// The entry's number.
        seq: Seq,
        /// When it was stored, in Unix milliseconds.
        at: i64,
    },
    /// Nothing to do: a member who joins, or one who is none and leaves.
    Unchanged,
    /// Somebody has the new guest's name.
    NameTaken,
}

impl Draft {
    /// Somebody becomes a member.
    pub fn join(user: UserId) -> Draft {
        Draft { author: Author::Known(user), kind: Kind::Join, key: None, text: None }
    }
}

/// Locks the room's row: from here on nobody else appends to this room until the transaction ends.
const LOCK_SQL: &str = "update rooms set head = head where id = $1 returning head";
/// Ends a membership.
const LEAVE_SQL: &str = "delete from memberships where room_id = $1 and user_id = $2";

/// Rows of one insert statement, largest first; few texts, so that each is prepared once and kept.
const ROWS_A_STATEMENT: [usize; 4] = [256, 32, 4, 1];
/// Values that one row binds.
const BINDS_A_ROW: usize = 7;
/// Keys of one look for repeated ones; shorter lists are filled up with their last key.
const KEYS_A_LOOK: [usize; 4] = [1, 8, 64, 512];

/// SQLite takes 32,766 binds a statement, PostgreSQL 65,535.
const _: () = assert!(ROWS_A_STATEMENT[0] * BINDS_A_ROW <= 32_766 && KEYS_A_LOOK[3] < 32_766);

/// An entry that is about to be inserted.
struct Row7<'a> {
    seq: Seq,
    author: UserId,
    kind: Kind,
    key: Option<&'a str>,
    text: Option<&'a str>,
}

/// Appends `drafts` in order; one outcome for each.
pub async fn append(
    transaction: &mut Transaction<'_, Any>,
    room: RoomId,
    at: i64,
    drafts: &[Draft],
) -> Result<Vec<Appended>, sqlx::Error> {
    let locked = sqlx::query(LOCK_SQL).bind(room).fetch_one(&mut **transaction).await?;
    let mut head: Seq = locked.try_get(0)?;
    let mut seen = keys_seen(transaction, room, drafts).await?;
    let mut rows = Vec::with_capacity(drafts.len());
    let mut appended = Vec::with_capacity(drafts.len());
    let mut topic = None;
    for draft in drafts {
        let author = match &draft.author {
            Author::Known(user) => *user,
            Author::New(guest) => match admit(transaction, guest, at).await? {
                Some(user) => user,
                None => {
                    appended.push(Appended::NameTaken);
                    continue;
                }
            },
        };
        if let Some(key) = &draft.key {
            if let Some((seq, at)) = seen.get(&(author, key.clone())) {
                appended.push(Appended::Repeated { seq: *seq, at: *at });
                continue;
            }
            seen.insert((author, key.clone()), (head + 1, at));
        }
        let changed = match draft.kind {
            Kind::Join => join(transaction, room, author, head + 1, at).await?,
            Kind::Leave => leave(transaction, room, author).await?,
            Kind::Topic => {
                topic = draft.text.as_deref();
                true
            }
            Kind::Message => true,
        };
        if !changed {
            appended.push(Appended::Unchanged);
            continue;
        }
        head += 1;
        rows.push(Row7 { seq: head, author, kind: draft.kind, key: draft.key.as_deref(), text: draft.text.as_deref() });
        appended.push(Appended::Stored { seq: head, author });
    }
    insert(transaction, room, at, &rows).await?;
    if !rows.is_empty() {
        sqlx::query("update rooms set head = $2, topic = coalesce($3, topic) where id = $1")
            .bind(room)
            .bind(head)
            .bind(topic)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(appended)
}

/// Which of the drafts' keys the room has already, with the entry of each.
async fn keys_seen(
    transaction: &mut Transaction<'_, Any>,
    room: RoomId,
    drafts: &[Draft],
) -> Result<HashMap<(UserId, String), (Seq, i64)>, sqlx::Error> {
    let mut seen = HashMap::new();
    let keys: Vec<&str> = drafts.iter().filter_map(|draft| draft.key.as_deref()).collect();
    for some in keys.chunks(KEYS_A_LOOK[KEYS_A_LOOK.len() - 1]) {
        let size = KEYS_A_LOOK.into_iter().find(|size| *size >= some.len()).unwrap_or(some.len());
        let mut query = sqlx::query(sqlx::AssertSqlSafe(keys_sql(size))).bind(room);
        for n in 0..size {
            query = query.bind(some[n.min(some.len() - 1)]);
        }
        for row in query.fetch_all(&mut **transaction).await? {
            seen.insert((row.try_get(0)?, row.try_get(1)?), (row.try_get(2)?, row.try_get(3)?));
        }
    }
    Ok(seen)
}

/// The statements of an append that look something up, for `Store::query_plans`.
pub(super) fn statements() -> [String; 4] {
    [keys_sql(1), keys_sql(8), LOCK_SQL.to_owned(), LEAVE_SQL.to_owned()]
}

/// The text that looks for `size` keys.
fn keys_sql(size: usize) -> String {
    let binds: Vec<String> = (0..size).map(|n| format!("${}", n + 2)).collect();
    format!("select author, key, seq, at from entries where room_id = $1 and key in ({})", binds.join(", "))
}

async fn insert(
    transaction: &mut Transaction<'_, Any>,
    room: RoomId,
    at: i64,
    mut rows: &[Row7<'_>],
) -> Result<(), sqlx::Error> {
    for size in ROWS_A_STATEMENT {
        while rows.len() >= size {
            let (now, later) = rows.split_at(size);
            let mut query = sqlx::query(sqlx::AssertSqlSafe(insert_sql(size)));
            for row in now {
                query = query
                    .bind(room)
                    .bind(row.seq)
                    .bind(at)
                    .bind(row.author)
                    .bind(row.kind as i64)
                    .bind(row.key)
                    .bind(row.text);
            }
            query.execute(&mut **transaction).await?;
            rows = later;
        }
    }
    Ok(())
}

/// The text that inserts `rows` entries.
fn insert_sql(rows: usize) -> String {
    let mut sql = "insert into entries (room_id, seq, at, author, kind, key, text) values ".to_owned();
    for row in 0..rows {
        let binds: Vec<String> = (1..=BINDS_A_ROW).map(|n| format!("${}", row * BINDS_A_ROW + n)).collect();
        sql.push_str(if row == 0 { "(" } else { ", (" });
        sql.push_str(&binds.join(", "));
        sql.push(')');
    }
    sql
}

/// Makes a guest and a session; `None` if the name is taken.
async fn admit(transaction: &mut Transaction<'_, Any>, guest: &Guest, at: i64) -> Result<Option<UserId>, sqlx::Error> {
    let made = sqlx::query(
        "insert into users (id, name, folded, created_at)
         values ((select coalesce(max(id), 0) + 1 from users), $1, $2, $3)
         on conflict (folded) do nothing returning id",
    )
    .bind(&guest.name)
    .bind(&guest.folded)
    .bind(at)
    .fetch_optional(&mut **transaction)
    .await?;
    let Some(made) = made else { return Ok(None) };
    let user: UserId = made.try_get(0)?;
    sqlx::query("insert into sessions (token_hash, user_id, created_at) values ($1, $2, $3)")
        .bind(BASE64URL_NOPAD.encode(&guest.session))
        .bind(user)
        .bind(at)
        .execute(&mut **transaction)
        .await?;
    Ok(Some(user))
}

/// Makes a membership; false if there was one.
async fn join(
    transaction: &mut Transaction<'_, Any>,
    room: RoomId,
    user: UserId,
    seq: Seq,
    at: i64,
) -> Result<bool, sqlx::Error> {
    let joined = sqlx::query(
        "insert into memberships (room_id, user_id, read_seq, joined_at) values ($1, $2, $3, $4)
         on conflict (user_id, room_id) do nothing",
    )
    .bind(room)
    .bind(user)
    .bind(seq)
    .bind(at)
    .execute(&mut **transaction)
    .await?;
    Ok(joined.rows_affected() > 0)
}

/// Ends a membership; false if there was none.
async fn leave(transaction: &mut Transaction<'_, Any>, room: RoomId, user: UserId) -> Result<bool, sqlx::Error> {
    let left = sqlx::query(LEAVE_SQL).bind(room).bind(user).execute(&mut **transaction).await?;
    Ok(left.rows_affected() > 0)
}
