//! Searching what was said: only in rooms that one is in, only what one may see there, the newest first over all of them.
//!
//! The index follows the log behind (`follow.rs`); a search has what waits in its rooms indexed first, so that what was just
//! said is found. A page reads the index downwards, once for all rooms when little is found, or else one range for each room
//! until the page is full; when that takes long the cursor says where to go on.

use super::sqlite_search::{self, Found, Match, PLACES_MAX, Place};
use super::{Store, StoreError, bound, follow};
use crate::protocol::{Cursor, ENTRIES_MAX, Hit, RoomId, Seq, UserId};
use crate::query::{Mark, Query};
use crate::secret;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Hits in the whole index up to which it is asked once for all rooms, which costs no more than one way through it; when there
/// are more, they lie so close that each room is asked for its own.
const WHOLE_MAX: usize = 500;
/// How long rooms are asked one after another before the page ends and says where to go on.
const LOOK_MAX: Duration = Duration::from_millis(300);
/// Entries around a hit among which its surroundings are looked for.
const AROUND_SEQS: i64 = 16;
/// Behind all ids: in a cursor that stands between two times.
const NO_ROOM: RoomId = (1 << 53) - 1;
/// Nothing was written later than this, in Unix milliseconds.
const TIME_MAX: i64 = (1 << 53) - 1;
/// No room has this id or a lower one.
const BEFORE_ALL_ROOMS: RoomId = 0;

/// One's rooms as far as one may see them, and when something last happened there.
const PLACES_SQL: &str = "select m.room_id, m.since_seq, r.head, r.indexed, r.name,
    (select e.at from entries e where e.room_id = r.id and e.seq = r.head),
    (select min(u.name) from memberships o join users u on u.id = o.user_id
     where r.kind = 2 and o.room_id = r.id and o.user_id <> $1)
    from memberships m join rooms r on r.id = m.room_id where m.user_id = $1 and r.deleted_at is null";
/// For each of one's rooms the last entry before a time ($2; in rooms with an id below $3 one millisecond later) and its time.
/// Halves the log until it is found.
const BISECT_SQL: &str = "with recursive half(room, t, lo, hi) as (
        select m.room_id, case when m.room_id < $3 then $2 + 1 else $2 end, 0, r.head + 1
        from memberships m join rooms r on r.id = m.room_id where m.user_id = $1
        union all
        select half.room, half.t, case when e.at < half.t then e.seq else half.lo end,
            case when e.at < half.t then half.hi else e.seq end
        from half join entries e on e.room_id = half.room and e.seq = (half.lo + half.hi) / 2 where half.hi - half.lo > 1
    ) select half.room, half.lo, (select e.at from entries e where e.room_id = half.room and e.seq = half.lo)
    from half where half.hi - half.lo <= 1";
/// Who is called so, among those whom one shares a room with, or, with the right to list people, among all.
const AUTHOR_SQL: &str = "select u.id from users u where (u.folded = $1 or u.account = $1) and (u.id = $2 or $3 = 1
    or exists (select 1 from memberships o join memberships m on m.room_id = o.room_id where o.user_id = $2 and m.user_id = u.id))";
/// The messages before and behind one.
const AROUND_SQL: &str = "select
    (select max(seq) from entries where room_id = $1 and seq between $2 - $3 and $2 - 1 and kind = 0 and text is not null),
    (select min(seq) from entries where room_id = $1 and seq between $2 + 1 and $2 + $3 and kind = 0 and text is not null)";

/// What somebody looks for, and where.
#[derive(Debug, Clone)]
pub struct Hunt {
    /// What.
    pub query: Query,
    /// Only in this room.
    pub room: Option<RoomId>,
    /// Only behind this one, which was the last of the page before.
    pub before: Option<Cursor>,
    /// How many.
    pub limit: usize,
    /// How many minutes the clock on the wall is ahead of UTC.
    pub offset: i64,
    /// One may list all people.
    pub lists_people: bool,
}

/// A page of what was found.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// The newest first.
    pub hits: Vec<Hit>,
    /// Where to go on; `None`: there is no more.
    pub next: Option<Cursor>,
}

/// What became of a search.
#[derive(Debug, Clone)]
pub enum Sought {
    /// This was found.
    Found(Hits),
    /// Something in it stands for nobody or nothing: a sentence for people.
    Unclear(String),
}

/// A room that one may look through.
#[derive(Debug, Clone)]
struct Shelf {
    place: Place,
    indexed: Seq,
    name: String,
    /// The other person of a direct room.
    other: Option<String>,
    /// No message of it that is still to be looked at was written later.
    newest_at: i64,
}

impl Store {
    /// What `reader` finds.
    ///
    /// # Errors
    /// The database failed.
    pub async fn search(&self, reader: UserId, hunt: &Hunt) -> Result<Sought, StoreError> {
        let shelves = self.rows(sqlx::query(PLACES_SQL).bind(reader), shelf).await?;
        let mut shelves = match chosen(shelves, hunt) {
            Ok(shelves) => shelves,
            Err(unclear) => return Ok(Sought::Unclear(unclear)),
        };
        let waiting = shelves.iter().filter(|shelf| shelf.indexed < shelf.place.to);
        let waiting: Vec<RoomId> = waiting.map(|shelf| shelf.place.room).collect();
        if !waiting.is_empty() {
            self.change(move |connection| Box::pin(async move { follow::catch_up(connection, &waiting).await }))
                .await?;
        }
        // Only now: what a word begins is asked of the index.
        let Some(matches) = self.matches(reader, hunt).await? else {
            return Ok(Sought::Unclear("There is nobody of that name whom you could find here.".to_owned()));
        };
        self.narrow(reader, hunt, &mut shelves).await?;
        let mut connection = self.reader().await?;
        let page = look_through(connection.get()?, &matches, shelves, hunt.limit).await;
        let (found, next) = page.map_err(|problem| connection.distrust(problem))?;
        drop(connection);
        Ok(Sought::Found(Hits { hits: self.hits(reader, &found).await?, next }))
    }

    /// Every word of which there is a trace in the index, for tests: of what was deleted there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn indexed_words(&self) -> Result<Vec<String>, StoreError> {
        self.rows(sqlx::query(sqlite_search::ALL_WORDS_SQL), |row| row.try_get(0)).await
    }

    /// How many entries the index has still to follow.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unindexed(&self) -> Result<i64, StoreError> {
        let query =
            sqlx::query("select cast(coalesce(sum(head - indexed), 0) as bigint) from rooms where deleted_at is null");
        Ok(self.row(query, |row| row.try_get(0)).await?.unwrap_or(0))
    }

    /// What the index is asked for; `None`: a name is nobody's.
    async fn matches(&self, reader: UserId, hunt: &Hunt) -> Result<Option<Match>, StoreError> {
        let (query, mut matches) = (&hunt.query, Match::default());
        for (marks, is) in [(&query.marks, true), (&query.no_marks, false)] {
            let mut authors = Vec::new();
            for mark in marks {
                match mark {
                    Mark::From(name) if secret::fold(name) == "me" => authors.push(reader),
                    Mark::From(name) => {
                        let found = self.authors(reader, name, hunt.lists_people).await?;
                        if found.is_empty() {
                            return Ok(None);
                        }
                        authors.extend(found);
                    }
                    Mark::Has(has) => matches.has(*has, is),
                    Mark::In(_) => {}
                }
            }
            if !authors.is_empty() {
                matches.by(&authors, is);
            }
        }
        let mut connection = self.reader().await?;
        let terms = query.terms.iter().map(|term| (term, true)).chain(query.no_terms.iter().map(|term| (term, false)));
        for (term, is) in terms {
            let done = matches.stands(connection.get()?, term, is).await;
            done.map_err(|problem| connection.distrust(problem))?;
        }
        Ok(Some(matches))
    }

    async fn authors(&self, reader: UserId, name: &str, all: bool) -> Result<Vec<UserId>, StoreError> {
        let query = sqlx::query(AUTHOR_SQL).bind(secret::fold(name)).bind(reader).bind(i64::from(all));
        self.rows(query, |row| row.try_get(0)).await
    }

    /// Leaves out of the rooms what lies before or behind the days asked for, or before the cursor.
    async fn narrow(&self, reader: UserId, hunt: &Hunt, shelves: &mut Vec<Shelf>) -> Result<(), StoreError> {
        if let Some(since) = hunt.query.since {
            let last = self.last_before(reader, since.begins_at(hunt.offset), BEFORE_ALL_ROOMS).await?;
            for shelf in &mut *shelves {
                let before = last.get(&shelf.place.room).map_or(0, |(seq, _)| *seq);
                shelf.place.from = shelf.place.from.max(before + 1);
            }
        }
        if let Some(until) = hunt.query.until {
            let last = self.last_before(reader, until.begins_at(hunt.offset), BEFORE_ALL_ROOMS).await?;
            shelves.iter_mut().for_each(|shelf| shelf.end(&last, None));
        }
        if let Some(Cursor(at, room, seq)) = hunt.before {
            let (at, seq) = (at.clamp(0, TIME_MAX), seq.max(0));
            let last = self.last_before(reader, at, room).await?;
            // The cursor's own room goes on at the very message, whatever the clock said.
            shelves.iter_mut().for_each(|shelf| shelf.end(&last, (shelf.place.room == room).then_some((seq - 1, at))));
        }
        shelves.retain(|shelf| shelf.place.from <= shelf.place.to);
        Ok(())
    }

    /// The last entry before a time in each of one's rooms, and when that was.
    async fn last_before(
        &self,
        reader: UserId,
        at: i64,
        later_below: RoomId,
    ) -> Result<HashMap<RoomId, (Seq, i64)>, StoreError> {
        let query = sqlx::query(BISECT_SQL).bind(reader).bind(at).bind(later_below);
        let last = |row: &AnyRow| {
            let newest_at: Option<i64> = row.try_get(2)?;
            Ok((row.try_get(0)?, (row.try_get(1)?, newest_at.unwrap_or(0))))
        };
        Ok(self.rows(query, last).await?.into_iter().collect())
    }

    /// The messages that were found, with what stands around them, as far as `reader` may see them at this moment.
    async fn hits(&self, reader: UserId, found: &[Found]) -> Result<Vec<Hit>, StoreError> {
        let mut around = HashMap::new();
        for one in found {
            let query = sqlx::query(AROUND_SQL).bind(one.room).bind(one.seq).bind(AROUND_SEQS);
            let seqs = self.row(query, |row| Ok([row.try_get(0)?, row.try_get(1)?])).await?.unwrap_or([None::<Seq>; 2]);
            around.insert((one.room, one.seq), seqs);
        }
        let mut entries = HashMap::new();
        let rooms: HashSet<RoomId> = found.iter().map(|one| one.room).collect();
        for room in rooms {
            let own = found.iter().filter(|one| one.room == room);
            let mut seqs: Vec<Seq> =
                own.flat_map(|one| around[&(room, one.seq)].into_iter().flatten().chain([one.seq])).collect();
            seqs.sort_unstable();
            seqs.dedup();
            for some in seqs.chunks(ENTRIES_MAX) {
                let some = self.some_entries(room, some, reader).await?;
                entries.extend(some.into_iter().map(|entry| ((room, entry.seq), entry)));
            }
        }
        let hit = |one: &Found| {
            let entry = entries.get(&(one.room, one.seq)).filter(|entry| entry.text.is_some())?.clone();
            let seqs = around[&(one.room, one.seq)].into_iter().flatten();
            let around = seqs.filter_map(|seq| entries.get(&(one.room, seq)).cloned()).collect();
            Some(Hit { entry, around })
        };
        Ok(found.iter().filter_map(hit).collect())
    }
}

impl Shelf {
    /// Goes no further than the last entry named for its room, or than `own`.
    fn end(&mut self, last: &HashMap<RoomId, (Seq, i64)>, own: Option<(Seq, i64)>) {
        let (to, newest_at) = own.or_else(|| last.get(&self.place.room).copied()).unwrap_or((0, 0));
        if to < self.place.to {
            self.place.to = to;
            self.newest_at = newest_at;
        }
    }
}

/// The rooms that are asked for; an error names one that is not there.
fn chosen(mut shelves: Vec<Shelf>, hunt: &Hunt) -> Result<Vec<Shelf>, String> {
    let named = |name: &str, shelves: &[Shelf]| -> Result<HashSet<RoomId>, String> {
        let folded = secret::fold(name);
        let is_it = |shelf: &&Shelf| match &shelf.other {
            Some(other) => secret::fold(other) == folded,
            None => secret::fold(&shelf.name) == folded,
        };
        let found: HashSet<RoomId> = shelves.iter().filter(is_it).map(|shelf| shelf.place.room).collect();
        if found.is_empty() { Err(format!("You are in no room that is called {name}.")) } else { Ok(found) }
    };
    let (mut only, mut not) = (HashSet::new(), HashSet::new());
    for (marks, rooms) in [(&hunt.query.marks, &mut only), (&hunt.query.no_marks, &mut not)] {
        for mark in marks {
            if let Mark::In(name) = mark {
                rooms.extend(named(name, &shelves)?);
            }
        }
    }
    shelves.retain(|Shelf { place: Place { room, .. }, .. }| {
        hunt.room.is_none_or(|only| only == *room) && (only.is_empty() || only.contains(room)) && !not.contains(room)
    });
    Ok(shelves)
}

/// The newest `limit` that `matches` finds in the rooms, and where to go on.
async fn look_through(
    connection: &mut AnyConnection,
    matches: &Match,
    mut open: Vec<Shelf>,
    limit: usize,
) -> Result<(Vec<Found>, Option<Cursor>), sqlx::Error> {
    let (text, began) = (matches.text(), Instant::now());
    let mut found = whole(connection, &text, &open).await?;
    if found.is_some() {
        open.clear();
    }
    let mut found = found.take().unwrap_or_default();
    // Rooms are asked by the time of their last message, so that a page that ends early has come some way back in time.
    for rounds in 0.. {
        prune(&mut found, limit, &mut open);
        if open.is_empty() || (rounds > 0 && began.elapsed() > LOOK_MAX) {
            break;
        }
        open.sort_by_key(|shelf| Reverse(shelf.newest_at));
        let some: Vec<Place> = open.drain(..open.len().min(PLACES_MAX)).map(|shelf| shelf.place).collect();
        found.extend(sqlite_search::look(connection, &text, &some, bound(limit + 1)).await?);
    }
    let rest = open.iter().map(|shelf| shelf.newest_at).max();
    if let Some(rest) = rest {
        // What is older may have newer ones before it that were not looked at.
        found.retain(|one| one.at > rest);
    }
    let next = match found.get(limit - 1) {
        Some(Found { at, room, seq }) if found.len() > limit || rest.is_some() => Some(Cursor(*at, *room, *seq)),
        _ => rest.map(|at| Cursor(at, NO_ROOM, 0)),
    };
    found.truncate(limit);
    Ok((found, next))
}

/// All that is found in these rooms; `None`: too many.
async fn whole(
    connection: &mut AnyConnection,
    text: &str,
    shelves: &[Shelf],
) -> Result<Option<Vec<Found>>, sqlx::Error> {
    let places: HashMap<RoomId, Place> = shelves.iter().map(|shelf| (shelf.place.room, shelf.place)).collect();
    let first = shelves.iter().map(|shelf| shelf.place).min_by_key(|place| place.room);
    let last = shelves.iter().map(|shelf| shelf.place).max_by_key(|place| place.room);
    let (Some(first), Some(last)) = (first, last) else { return Ok(Some(Vec::new())) };
    let mut found = sqlite_search::look_between(connection, text, first, last, bound(WHOLE_MAX)).await?;
    if found.len() >= WHOLE_MAX {
        return Ok(None);
    }
    found.retain(|one| places.get(&one.room).is_some_and(|place| (place.from..=place.to).contains(&one.seq)));
    Ok(Some(found))
}

/// Puts what was found in order, and leaves out what cannot be on this page any more.
fn prune(found: &mut Vec<Found>, limit: usize, open: &mut Vec<Shelf>) {
    found.sort_unstable_by_key(|one| Reverse(*one));
    found.truncate(limit + 1);
    if let Some(last) = found.get(limit) {
        open.retain(|shelf| shelf.newest_at >= last.at);
    }
}

fn shelf(row: &AnyRow) -> Result<Shelf, sqlx::Error> {
    let newest_at: Option<i64> = row.try_get(5)?;
    Ok(Shelf {
        place: Place { room: row.try_get(0)?, from: row.try_get(1)?, to: row.try_get(2)? },
        indexed: row.try_get(3)?,
        name: row.try_get(4)?,
        other: row.try_get(6)?,
        newest_at: newest_at.unwrap_or(0),
    })
}
