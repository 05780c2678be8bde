//! Appending to a room's log inside the writer's transaction: the next `seq`, keys seen before, members in and out.

use super::admit::{self, Admitted, Invited, Newcomer};
use super::{deeds, invitations};
use crate::protocol::{Kind, RoomId, Seq, UserId};
use sqlx::{AnyConnection, Row};
use std::collections::HashMap;

/// What is to become an entry.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who does it.
    pub author: Author,
    /// What is done; all but a message changes the room, its members or another entry in the same transaction.
    pub kind: Kind,
    /// Whom a `Join` or `Leave` is about, if not the author.
    pub subject: Option<UserId>,
    /// Which entry a `Delete` is about.
    pub target: Option<Seq>,
    /// The author's key, where the kind has one.
    pub key: Option<String>,
    /// The text, where the kind has one; of `Rules` their JSON.
    pub text: Option<String>,
    /// It may not be stored any more: only an entry that has its key already is looked for.
    pub is_late: bool,
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
    /// Nothing to do: a member who joins, or one who is none and leaves; a message to delete that is none; a draft that came
    /// too late.
    Unchanged,
    /// Somebody has the newcomer's name, or an open room the new one.
    NameTaken,
    /// Whoever was to become a member is in as many rooms as one may be.
    TooManyRooms,
    /// The invitation lets nobody in.
    NoInvitation,
}

impl Draft {
    /// Somebody becomes a member.
    pub fn join(user: UserId) -> Draft {
        Draft::new(Author::Known(user), Kind::Join)
    }

    /// Somebody is a member no longer.
    pub fn leave(user: UserId) -> Draft {
        Draft::new(Author::Known(user), Kind::Leave)
    }

    /// Nothing but who does what.
    pub fn new(author: Author, kind: Kind) -> Draft {
        Draft { author, kind, subject: None, target: None, key: None, text: None, is_late: false }
    }

    /// Somebody else is the one it is about.
    pub fn about(self, subject: UserId) -> Draft {
        Draft { subject: Some(subject), ..self }
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
    /// Rooms that one person may be in.
    pub rooms_per_user_max: i64,
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
pub async fn append(connection: &mut AnyConnection, appends: &[&Append]) -> Result<Vec<Vec<Appended>>, sqlx::Error> {
    let mut heads = lock(connection, appends).await?;
    let mut seen = keys_seen(connection, appends).await?;
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
                if draft.subject.is_some() || draft.target.is_some() {
                    deeds::insert(connection, append, draft, seq, author).await?;
                } else {
                    let (room, at, kind) = (append.room, append.at, draft.kind);
                    entries.push(NewEntry { room, seq, at, author, kind, key, text });
                }
            }
            appended.push(outcome);
        }
        outcomes.push(appended);
    }
    insert(connection, &entries).await?;
    move_heads(connection, &heads).await?;
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
    let admitted = match &draft.author {
        Author::Known(user) => Admitted::In { user: *user, rises: false, takes: None },
        Author::New(newcomer) => admit::admit(connection, newcomer, append.room, append.at).await?,
        Author::Invited(invited) => admit::welcome(connection, invited, append.room, append.at).await?,
    };
    let (author, rises, takes) = match admitted {
        Admitted::In { user, rises, takes } => (user, rises, takes),
        Admitted::NameTaken => return Ok(Appended::NameTaken),
        Admitted::NoInvitation => return Ok(Appended::NoInvitation),
    };
    let known = draft.key.as_ref().map(|key| (append.room, key.clone(), author));
    if let Some((seq, at)) = known.as_ref().and_then(|known| seen.get(known)) {
        return Ok(Appended::Repeated { seq: *seq, at: *at });
    }
    if draft.is_late {
        return Ok(Appended::Unchanged);
    }
    let outcome = match draft.kind {
        Kind::Message => Appended::Stored { seq, author },
        _ => deeds::carry_out(connection, append, draft, seq, author).await?,
    };
    if let (Some(known), Appended::Stored { .. }) = (known, &outcome) {
        seen.insert(known, (seq, append.at));
    }
    let is_stored = matches!(outcome, Appended::Stored { .. });
    if let Some(invitation) = takes.filter(|_| is_stored || rises) {
        invitations::take(connection, &invitation, author, append.at).await?;
    }
    Ok(outcome)
}

/// Locks the rooms' rows, so that nobody else appends to them until the transaction ends; the last `seq` of each.
async fn lock(connection: &mut AnyConnection, appends: &[&Append]) -> Result<HashMap<RoomId, Seq>, sqlx::Error> {
    let mut heads = HashMap::new();
    for some in appends.chunks(LIST_MAX) {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(lock_sql(list_size(some.len()))));
        for append in filled(some) {
            query = query.bind(append.room);
        }
        for row in query.fetch_all(&mut *connection).await? {
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
async fn keys_seen(connection: &mut AnyConnection, appends: &[&Append]) -> Result<Keys, sqlx::Error> {
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
        for row in query.fetch_all(&mut *connection).await? {
            seen.insert((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?), (row.try_get(3)?, row.try_get(4)?));
        }
    }
    Ok(seen)
}

fn keys_sql(keys: usize) -> String {
    format!("select room_id, key, author, seq, at from entries where (room_id, key) in (values {})", rows_sql(keys, 2))
}

async fn insert(connection: &mut AnyConnection, entries: &[NewEntry<'_>]) -> Result<(), sqlx::Error> {
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
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

fn insert_sql(entries: usize) -> String {
    let rows = rows_sql(entries, ENTRY_BINDS);
    format!(
        "insert into entries (room_id, seq, at, author, kind, key, text) select * from (values {rows}) as v where v.column2 > 0"
    )
}

async fn move_heads(connection: &mut AnyConnection, heads: &HashMap<RoomId, Seq>) -> Result<(), sqlx::Error> {
    let heads: Vec<(&RoomId, &Seq)> = heads.iter().collect();
    for some in heads.chunks(LIST_MAX) {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(heads_sql(list_size(some.len()))));
        for (room, head) in filled(some) {
            query = query.bind(**room).bind(**head);
        }
        query.execute(&mut *connection).await?;
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
    [lock_sql(4), keys_sql(1), keys_sql(16), heads_sql(4), deeds::LEAVE_SQL.to_owned()]
}
