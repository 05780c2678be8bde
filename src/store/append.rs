//! Appending to a room's log inside the writer's transaction: the next `seq`, keys seen before, members in and out.

use super::admit::{self, Admitted, Invited, Newcomer};
use super::{deeds, files, filled, invitations, sqlite};
use crate::protocol::{FileView, Kind, RoomId, Seq, UserId};
use sqlx::{AnyConnection, AssertSqlSafe, Row};
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
    /// Which entry a `Delete`, an `Edit` and a reaction are about.
    pub target: Option<Seq>,
    /// What a message has beside its text; an edit may change it.
    pub more: More,
    /// The author's key, where the kind has one.
    pub key: Option<String>,
    /// The text, where the kind has one; of `Rules` their JSON.
    pub text: Option<String>,
    /// It may not be stored any more: only an entry that has its key already is looked for.
    pub is_late: bool,
}

/// What a message has beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct More {
    /// The number of the message that it answers.
    pub reply_to: Option<Seq>,
    /// Whom it calls by name, each once; 0: everybody in the room.
    pub mentions: Vec<UserId>,
    /// The files that it takes along, in their order.
    pub files: Vec<i64>,
    /// What these files are, as its readers see them; the store does not look at it.
    pub views: Vec<FileView>,
}

/// Whose draft it is.
#[derive(Debug, Clone)]
pub enum Author {
    /// Somebody known.
    Known(UserId),
    /// Somebody who becomes known by this very entry, a `Join`: all of it is stored or nothing.
    New(Box<Newcomer>),
    /// Somebody known who comes in by an invitation, which is used up by it, or gets an account.
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
    /// A file that it should take along is not there, or not its author's to send.
    NoSuchFile,
    /// It was so already: an edit to the same text, a reaction that is there.
    AsItWas,
    /// The message has as many reactions as one may have.
    TooManyReactions,
    /// Somebody has the newcomer's name, or an open room the new one.
    NameTaken,
    /// Whoever was to become a member is in as many rooms as one may be.
    TooManyRooms,
    /// The invitation lets nobody in.
    NoInvitation,
    /// There is no owner yet, and so nobody comes in.
    NoOwner,
    /// Whoever was to get an account has one.
    HasAccount,
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
        Draft {
            author,
            kind,
            subject: None,
            target: None,
            more: More::default(),
            key: None,
            text: None,
            is_late: false,
        }
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
const LIST_SIZES: [usize; 4] = [1, 4, 16, 64];
/// The longest list of one statement; what is longer takes several trips to the database.
pub(super) const LIST_MAX: usize = LIST_SIZES[LIST_SIZES.len() - 1];
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
                if draft.subject.is_some() || draft.target.is_some() || draft.more != More::default() {
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
    let admitted = match &draft.author {
        Author::Known(user) => Admitted::In { user: *user, rises: false, takes: None },
        Author::New(newcomer) => admit::admit(connection, newcomer, append.room, append.at).await?,
        Author::Invited(invited) => admit::welcome(connection, invited, append).await?,
    };
    let (author, rises, takes) = match admitted {
        Admitted::In { user, rises, takes } => (user, rises, takes),
        Admitted::Out(why) => return Ok(why),
    };
    let known = draft.key.as_ref().map(|key| (append.room, key.clone(), author));
    if let Some((seq, at)) = known.as_ref().and_then(|known| seen.get(known)) {
        return Ok(Appended::Repeated { seq: *seq, at: *at });
    }
    if draft.is_late {
        return Ok(Appended::Unchanged);
    }
    let outcome = match draft.kind {
        Kind::Message if !files::are_loose(connection, append.room, author, &draft.more.files).await? => {
            Appended::NoSuchFile
        }
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
        for room in filled(rooms, list_size(rooms.len())) {
            query = query.bind(*room);
        }
        for (room, key) in filled(keys, list_size(keys.len())) {
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
        for (n, entry) in filled(entries, list_size(entries.len())).enumerate() {
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
        for (room, head) in filled(heads, list_size(heads.len())) {
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
pub(super) fn list_size(len: usize) -> usize {
    LIST_SIZES.into_iter().find(|size| *size >= len).unwrap_or(LIST_MAX)
}

/// The statements of an append that look something up, for `Store::query_plans`.
pub(super) fn statements() -> [String; 5] {
    [heads_sql(4), keys_sql(1), keys_sql(16), move_sql(4), deeds::LEAVE_SQL.to_owned()]
}
