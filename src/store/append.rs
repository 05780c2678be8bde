//! Appending to a room's log inside the writer's transaction: the next `seq`, keys seen before, members in and out.

use super::sqlite;
use crate::protocol::{Kind, RoomId, Seq, UserId};
use crate::secret::TokenHash;
use data_encoding::BASE64URL_NOPAD;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
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
const LIST_SIZES: [usize; 4] = [1, 4, 16, 64];
/// The longest list of one statement; what is longer takes several trips to the database.
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

/// Appends to the logs of several rooms, each in order; for each the outcomes of its drafts. `begin` and `commit` are the
/// statements before and behind, if there are any; they take no trip of their own to the database, and the number of trips
/// does not grow with the number of rooms.
pub async fn append(
    connection: &mut AnyConnection,
    appends: &[&Append],
    begin: &str,
    commit: &str,
) -> Result<Vec<Vec<Appended>>, sqlx::Error> {
    let (mut heads, mut seen) = look(connection, appends, begin).await?;
    let mut entries = Vec::new();
    let mut outcomes = Vec::with_capacity(appends.len());
    for append in appends {
        let head = heads.get_mut(&append.room).ok_or(sqlx::Error::RowNotFound)?;
        let mut appended = Vec::with_capacity(append.drafts.len());
        for draft in &append.drafts {
            let outcome = settle(connection, append, draft, *head + 1, &mut seen).await?;
            if let Appended::Stored { seq, author } = outcome {
                *head = seq;
                let (key, text) = (draft.key.as_deref(), draft.text.as_deref());
                entries.push(NewEntry { room: append.room, seq, at: append.at, author, kind: draft.kind, key, text });
            }
            appended.push(outcome);
        }
        outcomes.push(appended);
    }
    write(connection, &entries, &heads, commit).await?;
    Ok(outcomes)
}

/// What becomes of one draft, were it to be entry `seq`; carries out all of it but the entry.
async fn settle(
    connection: &mut AnyConnection,
    append: &Append,
    draft: &Draft,
    seq: Seq,
    seen: &mut Keys,
) -> Result<Appended, sqlx::Error> {
    let author = match &draft.author {
        Author::Known(user) => *user,
        Author::New(guest) => match admit(connection, guest, append.at).await? {
            Some(user) => user,
            None => return Ok(Appended::NameTaken),
        },
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
        Kind::Join => join(connection, append.room, author, seq, append.at).await?,
        Kind::Leave => leave(connection, append.room, author).await?,
        Kind::Topic => {
            let topic = draft.text.as_deref().unwrap_or_default();
            sqlx::query("update rooms set topic = $2 where id = $1")
                .bind(append.room)
                .bind(topic)
                .execute(&mut *connection)
                .await?;
            true
        }
    };
    Ok(if changed { Appended::Stored { seq, author } } else { Appended::Unchanged })
}

/// The last `seq` of each room, and which of the drafts' keys the rooms have already.
async fn look(
    connection: &mut AnyConnection,
    appends: &[&Append],
    begin: &str,
) -> Result<(HashMap<RoomId, Seq>, Keys), sqlx::Error> {
    let (mut heads, mut seen) = (HashMap::new(), Keys::new());
    let rooms: Vec<RoomId> = appends.iter().map(|append| append.room).collect();
    let keys = appends
        .iter()
        .flat_map(|append| append.drafts.iter().filter_map(|draft| Some((append.room, draft.key.as_deref()?))));
    let keys: Vec<(RoomId, &str)> = keys.collect();
    for (trip, (rooms, keys)) in trips(&rooms, &keys).enumerate() {
        let begin = if trip == 0 { begin } else { "" };
        let sql = format!("{begin}{}{}", part(heads_sql, rooms.len()), part(keys_sql, keys.len()));
        if sql.is_empty() {
            // Nobody appends, and the transaction has begun: there is nothing to ask.
            continue;
        }
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for room in filled(rooms) {
            query = query.bind(*room);
        }
        for (room, key) in filled(keys) {
            query = query.bind(*room).bind(*key);
        }
        for row in query.fetch_all(&mut *connection).await? {
            if row.len() == 2 {
                heads.insert(row.try_get(0)?, row.try_get(1)?);
            } else {
                seen.insert((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?), (row.try_get(3)?, row.try_get(4)?));
            }
        }
    }
    Ok((heads, seen))
}

/// Nobody else may append to these rooms until the transaction ends: SQLite has locked them all since it began, PostgreSQL
/// takes `for update`.
fn heads_sql(rooms: usize) -> String {
    format!("select id, head from rooms where id in {}; ", sqlite::binds(1, rooms))
}

fn keys_sql(keys: usize) -> String {
    format!(
        "select room_id, key, author, seq, at from (values {}) as v
         join entries on room_id = v.column1 and key = v.column2; ",
        sqlite::binds(keys, 2)
    )
}

/// Inserts the entries and moves the rooms' heads to the last of them.
async fn write(
    connection: &mut AnyConnection,
    entries: &[NewEntry<'_>],
    heads: &HashMap<RoomId, Seq>,
    commit: &str,
) -> Result<(), sqlx::Error> {
    let heads: Vec<(RoomId, Seq)> = heads.iter().map(|(room, seq)| (*room, *seq)).collect();
    let mut trips = trips(entries, &heads).peekable();
    while let Some((entries, heads)) = trips.next() {
        let commit = if trips.peek().is_none() { commit } else { "" };
        let sql = format!("{}{}{commit}", part(insert_sql, entries.len()), part(move_sql, heads.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (n, entry) in filled(entries).enumerate() {
            // What fills the list up has no number, and is left out by the statement.
            let some = n < entries.len();
            query = query
                .bind(entry.room)
                .bind(if some { entry.seq } else { 0 })
                .bind(entry.at)
                .bind(entry.author)
                .bind(entry.kind as i64)
                .bind(entry.key.filter(|_| some))
                .bind(entry.text.filter(|_| some));
        }
        for (room, head) in filled(heads) {
            query = query.bind(*room).bind(*head);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

fn insert_sql(entries: usize) -> String {
    format!(
        "insert into entries (room_id, seq, at, author, kind, key, text)
         select * from (values {}) as v where v.column2 > 0; ",
        sqlite::binds(entries, ENTRY_BINDS)
    )
}

fn move_sql(rooms: usize) -> String {
    format!(
        "update rooms set head = v.column2 from (values {}) as v where rooms.id = v.column1; ",
        sqlite::binds(rooms, 2)
    )
}

/// The statement for a list of `len`; nothing for an empty one.
fn part(sql: fn(usize) -> String, len: usize) -> String {
    if len == 0 { String::new() } else { sql(list_size(len)) }
}

/// Two lists in the pieces that one trip to the database takes of each; at least one trip.
fn trips<'a, A, B>(first: &'a [A], second: &'a [B]) -> impl Iterator<Item = (&'a [A], &'a [B])> {
    let trips = first.len().max(second.len()).div_ceil(LIST_MAX).max(1);
    let piece = |len: usize, trip: usize| (trip * LIST_MAX).min(len)..((trip + 1) * LIST_MAX).min(len);
    (0..trips).map(move |trip| (&first[piece(first.len(), trip)], &second[piece(second.len(), trip)]))
}

/// The size of list that holds `len`.
fn list_size(len: usize) -> usize {
    LIST_SIZES.into_iter().find(|size| *size >= len).unwrap_or(LIST_MAX)
}

/// The list, filled up to its size by repeating its last element.
fn filled<T>(some: &[T]) -> impl Iterator<Item = &T> {
    some.iter().chain(some.last().into_iter().cycle()).take(list_size(some.len()))
}

/// The statements of an append that look something up, for `Store::query_plans`.
pub(super) fn statements() -> [String; 5] {
    [heads_sql(4), keys_sql(1), keys_sql(16), move_sql(4), LEAVE_SQL.to_owned()]
}

/// Makes a guest and a session; `None` if the name is taken.
async fn admit(connection: &mut AnyConnection, guest: &Guest, at: i64) -> Result<Option<UserId>, sqlx::Error> {
    let made = sqlx::query(
        "insert into users (id, name, folded, created_at)
         values ((select coalesce(max(id), 0) + 1 from users), $1, $2, $3)
         on conflict (folded) do nothing returning id",
    )
    .bind(&guest.name)
    .bind(&guest.folded)
    .bind(at)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(made) = made else { return Ok(None) };
    let user: UserId = made.try_get(0)?;
    sqlx::query("insert into sessions (token_hash, user_id, created_at) values ($1, $2, $3)")
        .bind(BASE64URL_NOPAD.encode(&guest.session))
        .bind(user)
        .bind(at)
        .execute(&mut *connection)
        .await?;
    Ok(Some(user))
}

/// Makes a membership; false if there was one.
async fn join(
    connection: &mut AnyConnection,
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
    .execute(&mut *connection)
    .await?;
    Ok(joined.rows_affected() > 0)
}

/// Ends a membership; false if there was none.
async fn leave(connection: &mut AnyConnection, room: RoomId, user: UserId) -> Result<bool, sqlx::Error> {
    let left = sqlx::query(LEAVE_SQL).bind(room).bind(user).execute(&mut *connection).await?;
    Ok(left.rows_affected() > 0)
}
