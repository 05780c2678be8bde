//! What of searching is SQLite's alone: the full-text index (FTS5, <https://sqlite.org/fts5.html>) and how it is asked.
//!
//! A row of it is a message; its rowid is the room's id and the message's `seq`, so that one room is one range, and newest first
//! is simply downwards. It keeps no texts, only which token stands where; whoever takes a row out has to bring the text that
//! it was made of, and then nothing of that is left (`secure-delete`).

use super::sqlite;
use crate::protocol::{RoomId, Seq, UserId};
use crate::query::{self, Has, PREFIX_CHARS_MIN, Term};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

/// Makes the index. Tokens come from `query::tokens`, with spaces between: all but ASCII's signs belongs to one. `prefix` makes
/// beginnings of that many letters as quick as words.
pub(super) const CREATE: &str = "
    create virtual table if not exists search using fts5(text, marks, content = '', columnsize = 0, tokenize = 'ascii', prefix = '3');
    insert into search (search, rank) values ('secure-delete', 1);
    create virtual table if not exists search_words using fts5vocab(search, instance);";

/// Bits of a rowid that are the message's number in its room.
const SEQ_BITS: u32 = 32;
/// Messages that one statement puts into the index: each text is prepared once.
const ROWS: [usize; 4] = [64, 16, 4, 1];
/// Rooms that one statement looks through.
pub(super) const PLACES_MAX: usize = 16;
/// Words that a beginning stands for; when there are more, the index goes through all of them by itself.
const WORDS_MAX: i64 = 64;
/// The greatest character, behind all words that begin alike.
const LAST: char = '\u{10ffff}';

const _: () = assert!(PREFIX_CHARS_MIN == 3, "CREATE has that prefix, too");

/// What is found in a part of the index, the last first.
const PART_SQL: &str = "select * from (select e.at, e.room_id, e.seq from
    (select rowid as id from search where search match ? and rowid between ? and ? order by rowid desc limit ?) f
    cross join entries e on e.room_id = f.id >> 32 and e.seq = f.id & 4294967295)";
/// Words of the index from one on and before another, each found behind the last one.
const WORDS_SQL: &str = "with recursive found(term, n) as (
        select (select term from search_words where term >= $1 limit 1), 1
        union all
        select (select w.term from search_words w where w.term >= found.term || char(1) limit 1), n + 1
        from found where n <= $3 and found.term < $2)
    select term from found where term < $2";

/// All words of the index.
pub(super) const ALL_WORDS_SQL: &str = "select distinct term from search_words order by term";

/// A message in the index.
pub(super) struct Indexed {
    /// Its room.
    pub room: RoomId,
    /// Its number there.
    pub seq: Seq,
    /// Its tokens.
    pub text: String,
    /// What it is, see [`marks`].
    pub marks: String,
}

impl Indexed {
    fn row_id(&self) -> i64 {
        row_id(self.room, self.seq)
    }
}

/// A part of a room's log that is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub room: RoomId,
    /// The first message.
    pub from: Seq,
    /// The last one.
    pub to: Seq,
}

/// A message that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub at: i64,
    pub room: RoomId,
    pub seq: Seq,
}

/// The tokens of a text as the index takes them.
pub(super) fn tokens(text: &str) -> String {
    query::tokens(text).join(" ")
}

/// What the index keeps of a message beside its text: that it is one, whose it is, whether it has a link or files of which types.
pub(super) fn marks(author: UserId, text: &str, types: &[String]) -> String {
    let mut marks = format!("{EVERY} {}", by(author));
    let is_image = types.iter().any(|kind| kind.starts_with("image/"));
    for (has, word) in [(query::has_link(text), LINK), (!types.is_empty(), FILE), (is_image, IMAGE)] {
        if has {
            marks += " ";
            marks += word;
        }
    }
    marks
}

const EVERY: &str = "m";
const LINK: &str = "link";
const FILE: &str = "file";
const IMAGE: &str = "image";

fn by(author: UserId) -> String {
    format!("u{author}")
}

/// What the index is asked for, as it understands it.
#[derive(Debug, Clone, Default)]
pub(super) struct Match {
    all: Vec<String>,
    none: Vec<String>,
}

impl Match {
    /// One of these wrote it.
    pub(super) fn by(&mut self, authors: &[UserId], is: bool) {
        let of: Vec<String> = authors.iter().map(|author| format!("\"{}\"", by(*author))).collect();
        self.add(format!("marks : ({})", of.join(" OR ")), is);
    }

    /// It has this.
    pub(super) fn has(&mut self, has: Has, is: bool) {
        let word = match has {
            Has::Link => LINK,
            Has::File => FILE,
            Has::Image => IMAGE,
        };
        self.add(format!("marks : \"{word}\""), is);
    }

    /// This stands in it; the beginning of a word stands for the words of the index that begin so.
    pub(super) async fn stands(
        &mut self,
        connection: &mut AnyConnection,
        term: &Term,
        is: bool,
    ) -> Result<(), sqlx::Error> {
        let quoted = |tokens: &[String]| format!("\"{}\"", tokens.join(" ").replace('"', "\"\""));
        let Some((last, before)) = term.tokens.split_last() else { return Ok(()) };
        let mut phrases = vec![quoted(&term.tokens)];
        if term.is_prefix {
            let words = if last.chars().count() > PREFIX_CHARS_MIN { words(connection, last).await? } else { None };
            match words {
                Some(words) if !words.is_empty() => {
                    phrases = words.into_iter().map(|word| quoted(&[before, &[word]].concat())).collect();
                }
                Some(_) => {}
                None => phrases[0] += " *",
            }
        }
        self.add(format!("text : ({})", phrases.join(" OR ")), is);
        Ok(())
    }

    fn add(&mut self, part: String, is: bool) {
        if is { self.all.push(part) } else { self.none.push(part) }
    }

    /// As the index reads it.
    pub(super) fn text(&self) -> String {
        let every = format!("marks : \"{EVERY}\"");
        let all = if self.all.is_empty() { every } else { self.all.join(" AND ") };
        if self.none.is_empty() { all } else { format!("({all}) NOT ({})", self.none.join(" OR ")) }
    }
}

/// The words that begin so; `None`: too many.
async fn words(connection: &mut AnyConnection, beginning: &str) -> Result<Option<Vec<String>>, sqlx::Error> {
    let query = sqlx::query(WORDS_SQL).bind(beginning).bind(format!("{beginning}{LAST}")).bind(WORDS_MAX);
    let rows = query.fetch_all(connection).await?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) > WORDS_MAX {
        return Ok(None);
    }
    rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>().map(Some)
}

fn row_id(room: RoomId, seq: Seq) -> i64 {
    room << SEQ_BITS | seq
}

/// Puts messages into the index.
pub(super) async fn insert(connection: &mut AnyConnection, mut messages: &[Indexed]) -> Result<(), sqlx::Error> {
    while let Some(rows) = ROWS.into_iter().find(|rows| *rows <= messages.len()) {
        let (some, rest) = messages.split_at(rows);
        let sql = format!("insert into search (rowid, text, marks) values {}", sqlite::binds(rows, 3));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for message in some {
            query = query.bind(message.row_id()).bind(message.text.as_str()).bind(message.marks.as_str());
        }
        query.execute(&mut *connection).await?;
        messages = rest;
    }
    Ok(())
}

/// Takes a message out of the index, in which it stands just so.
pub(super) async fn remove(connection: &mut AnyConnection, message: &Indexed) -> Result<(), sqlx::Error> {
    sqlx::query("insert into search (search, rowid, text, marks) values ('delete', $1, $2, $3)")
        .bind(message.row_id())
        .bind(message.text.as_str())
        .bind(message.marks.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// What `matches` finds in each of at most [`PLACES_MAX`] places, up to `limit` in each, the newest.
pub(super) async fn look(
    connection: &mut AnyConnection,
    matches: &str,
    places: &[Place],
    limit: i64,
) -> Result<Vec<Found>, sqlx::Error> {
    let sizes = [1, 4, PLACES_MAX];
    let size = sizes.into_iter().find(|size| *size >= places.len()).unwrap_or(PLACES_MAX);
    let mut query = sqlx::query(AssertSqlSafe(vec![PART_SQL; size].join(" union all ")));
    for n in 0..size {
        // What fills the list up is empty.
        let (from, to) =
            places.get(n).map_or((1, 0), |place| (row_id(place.room, place.from), row_id(place.room, place.to)));
        query = query.bind(matches).bind(from).bind(to).bind(limit);
    }
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(found).collect()
}

/// What `matches` finds between the beginning of one place and the end of another, up to `limit`, whatever the rooms between.
pub(super) async fn look_between(
    connection: &mut AnyConnection,
    matches: &str,
    first: Place,
    last: Place,
    limit: i64,
) -> Result<Vec<Found>, sqlx::Error> {
    let query = sqlx::query(PART_SQL).bind(matches).bind(row_id(first.room, first.from));
    let rows = query.bind(row_id(last.room, last.to)).bind(limit).fetch_all(connection).await?;
    rows.iter().map(found).collect()
}

fn found(row: &AnyRow) -> Result<Found, sqlx::Error> {
    Ok(Found { at: row.try_get(0)?, room: row.try_get(1)?, seq: row.try_get(2)? })
}
