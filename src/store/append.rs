//! Appending to a room's log inside the writer's transaction: the next `seq`, keys seen before, members in and out.

use super::admit::{self, Admitted, Invited, Newcomer};
use super::invitations;
use crate::protocol::{Kind, RoomId, Seq, UserId};
use sqlx::{Any, Row, Transaction};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

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
    New(Box<Newcomer>),
    /// Somebody known who becomes a member by an invitation, which is used up by it.
    Invited(Box<Invited>),
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is entry `seq`.
    Stored {
        /// The entry's number.
        seq: Seq,
        /// Who did it; tells a newcomer's id.
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
    /// Somebody has the newcomer's name.
    NameTaken,
    /// The invitation lets nobody in.
    NoInvitation,
}

impl Draft {
    /// Somebody becomes a member.
    pub fn join(user: UserId) -> Draft {
        Draft { author: Author::Known(user), kind: Kind::Join, key: None, text: None }
    }
}

/// What is to be appended to one room's log.
#[derive(Debug)]
pub struct Append {
    /// Which room.
    pub room: RoomId,
    /// When, in Unix milliseconds.
    pub at: i64,
    /// In order.
    pub drafts: Vec<Draft>,
}

/// Sizes of the lists in statements. A list is filled up to the next size, so that each text is prepared once and kept.
/// Binding takes SQLite a time that grows with the square of a statement's binds, so the longest is short.
const LIST_SIZES: [usize; 4] = [1, 4, 16, 32];
/// The longest list of one statement.
const LIST_MAX: usize = LIST_SIZES[LIST_SIZES.len() - 1];
/// Values that an entry binds.
const ENTRY_BINDS: usize = 7;

/// SQLite takes 32,766 binds a statement, PostgreSQL 65,535.
const _: () = assert!(LIST_MAX * ENTRY_BINDS <= 32_766);

/// Ends a membership.
const LEAVE_SQL: &str = "delete from memberships where room_id = $1 and user_id = $2";

/// An entry that is about to be inserted.
struct NewEntry<'a> {
    room: RoomId,
    seq: Seq,
    at: i64,
    author: UserId,
    kind: Kind,
    key: Option<&'a str>,
    text: Option<&'a str>,
}

/// Entries by the key that their author gave them in a room: `seq` and time.
type Keys = HashMap<(RoomId, String, UserId), (Seq, i64)>;

/// Appends to the logs of several rooms, each in order; for each the outcomes of its drafts. The number of statements
/// does not grow with the number of rooms.
pub async fn append(
    transaction: &mut Transaction<'_, Any>,
    appends: &[&Append],
) -> Result<Vec<Vec<Appended>>, sqlx::Error> {
    let mut heads = lock(transaction, appends).await?;
    let mut seen = keys_seen(transaction, appends).await?;
    let mut entries = Vec::new();
    let mut outcomes = Vec::with_capacity(appends.len());
    for append in appends {
        let head = heads.get_mut(&append.room).ok_or(sqlx::Error::RowNotFound)?;
        let mut appended = Vec::with_capacity(append.drafts.len());
        for draft in &append.drafts {
            let outcome = settle(transaction, append, draft, *head + 1, &mut seen).await?;
            if let Appended::Stored { seq, author } = outcome {
                *head = seq;
                let (key, text) = (draft.key.as_deref(), draft.text.as_deref());
                entries.push(NewEntry { room: append.room, seq, at: append.at, author, kind: draft.kind, key, text });
            }
            appended.push(outcome);
        }
        outcomes.push(appended);
    }
    insert(transaction, &entries).await?;
    move_heads(transaction, &heads).await?;
    Ok(outcomes)
}

/// What becomes of one draft, were it to be entry `seq`; carries out all of it but the entry.
async fn settle(
    transaction: &mut Transaction<'_, Any>,
    append: &Append,
    draft: &Draft,
    seq: Seq,
    seen: &mut Keys,
) -> Result<Appended, sqlx::Error> {
    let admitted = match &draft.author {
        Author::Known(user) => Admitted::In { user: *user, rises: false, takes: None },
        Author::New(newcomer) => admit::admit(transaction, newcomer, append.room, append.at).await?,
        Author::Invited(invited) => admit::welcome(transaction, invited, append.room, append.at).await?,
    };
    let (author, rises, takes) = match admitted {
        Admitted::In { user, rises, takes } => (user, rises, takes),
        Admitted::NameTaken => return Ok(Appended::NameTaken),
        Admitted::NoInvitation => return Ok(Appended::NoInvitation),
    };
    if let Some(key) = &draft.key {
        match seen.entry((append.room, key.clone(), author)) {
            Entry::Occupied(before) => {
                let (seq, at) = *before.get();
                return Ok(Appended::Repeated { seq, at });
            }
            Entry::Vacant(new) => new.insert((seq, append.at)),
        };
    }
    let changed = match draft.kind {
        Kind::Message => true,
        Kind::Join => join(transaction, append.room, author, seq, append.at).await?,
        Kind::Leave => leave(transaction, append.room, author).await?,
        Kind::Topic => {
            let topic = draft.text.as_deref().unwrap_or_default();
            sqlx::query("update rooms set topic = $2 where id = $1")
                .bind(append.room)
                .bind(topic)
                .execute(&mut **transaction)
                .await?;
            true
        }
    };
    if let Some(invitation) = takes.filter(|_| changed || rises) {
        invitations::take(transaction, &invitation, author, append.at).await?;
    }
    Ok(if changed { Appended::Stored { seq, author } } else { Appended::Unchanged })
}

/// Locks the rooms' rows, so that nobody else appends to them until the transaction ends; the last `seq` of each.
async fn lock(
    transaction: &mut Transaction<'_, Any>,
    appends: &[&Append],
) -> Result<HashMap<RoomId, Seq>, sqlx::Error> {
    let mut heads = HashMap::new();
    for some in appends.chunks(LIST_MAX) {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(lock_sql(list_size(some.len()))));
        for append in filled(some) {
            query = query.bind(append.room);
        }
        for row in query.fetch_all(&mut **transaction).await? {
            heads.insert(row.try_get(0)?, row.try_get(1)?);
        }
    }
    Ok(heads)
}

fn lock_sql(rooms: usize) -> String {
    let binds: Vec<String> = (1..=rooms).map(|n| format!("${n}")).collect();
    format!("update rooms set head = head where id in ({}) returning id, head", binds.join(", "))
}

/// Which of the drafts' keys their rooms have already.
async fn keys_seen(transaction: &mut Transaction<'_, Any>, appends: &[&Append]) -> Result<Keys, sqlx::Error> {
    let mut seen = HashMap::new();
    let keys = appends
        .iter()
        .flat_map(|append| append.drafts.iter().filter_map(|draft| Some((append.room, draft.key.as_deref()?))));
    let keys: Vec<(RoomId, &str)> = keys.collect();
    for some in keys.chunks(LIST_MAX) {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(keys_sql(list_size(some.len()))));
        for (room, key) in filled(some) {
            query = query.bind(*room).bind(*key);
        }
        for row in query.fetch_all(&mut **transaction).await? {
            seen.insert((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?), (row.try_get(3)?, row.try_get(4)?));
        }
    }
    Ok(seen)
}

fn keys_sql(keys: usize) -> String {
    format!("select room_id, key, author, seq, at from entries where (room_id, key) in (values {})", rows_sql(keys, 2))
}

async fn insert(transaction: &mut Transaction<'_, Any>, entries: &[NewEntry<'_>]) -> Result<(), sqlx::Error> {
    for some in entries.chunks(LIST_MAX) {
        let size = list_size(some.len());
        let mut query = sqlx::query(sqlx::AssertSqlSafe(insert_sql(size)));
        for (n, entry) in filled(some).enumerate() {
            // What fills the list up has no number, and is left out by the statement.
            let seq = if n < some.len() { entry.seq } else { 0 };
            query = query
                .bind(entry.room)
                .bind(seq)
                .bind(entry.at)
                .bind(entry.author)
                .bind(entry.kind as i64)
                .bind(entry.key)
                .bind(entry.text);
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}

fn insert_sql(entries: usize) -> String {
    let rows = rows_sql(entries, ENTRY_BINDS);
    format!(
        "insert into entries (room_id, seq, at, author, kind, key, text) select * from (values {rows}) as v where v.column2 > 0"
    )
}

async fn move_heads(transaction: &mut Transaction<'_, Any>, heads: &HashMap<RoomId, Seq>) -> Result<(), sqlx::Error> {
    let heads: Vec<(&RoomId, &Seq)> = heads.iter().collect();
    for some in heads.chunks(LIST_MAX) {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(heads_sql(list_size(some.len()))));
        for (room, head) in filled(some) {
            query = query.bind(**room).bind(**head);
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}

fn heads_sql(rooms: usize) -> String {
    format!("update rooms set head = v.column2 from (values {}) as v where rooms.id = v.column1", rows_sql(rooms, 2))
}

/// The size of list that holds `len`.
fn list_size(len: usize) -> usize {
    LIST_SIZES.into_iter().find(|size| *size >= len).unwrap_or(LIST_MAX)
}

/// The list, filled up to its size by repeating its last element.
fn filled<T>(some: &[T]) -> impl Iterator<Item = &T> {
    some.iter().chain(some.last().into_iter().cycle()).take(list_size(some.len()))
}

/// `rows` rows of `columns` binds: `($1, $2), ($3, $4)`.
fn rows_sql(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let binds: Vec<String> = (1..=columns).map(|n| format!("${}", row * columns + n)).collect();
        format!("({})", binds.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// The statements of an append that look something up, for `Store::query_plans`.
pub(super) fn statements() -> [String; 5] {
    [lock_sql(4), keys_sql(1), keys_sql(16), heads_sql(4), LEAVE_SQL.to_owned()]
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
        "insert into memberships (room_id, user_id, since_seq, read_seq, joined_at) values ($1, $2, 1, $3, $4)
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
