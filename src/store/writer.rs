//! The one writing connection: group commit over all rooms.
//!
//! While one batch is on its way to disk, the next one gathers. Everything that waits becomes one transaction and one
//! `fsync`; then everybody is answered. A batch that fails is rolled back whole, everybody in it hears the error, and the
//! connection is opened anew, since after a failed write or sync its cached pages are not to be trusted.

use super::append::{self, Append, Appended, Draft};
use super::change::Change;
use super::{StoreError, follow, sqlite};
use crate::protocol::{RoomId, Seq, UserId};
use async_channel::{Receiver, Sender, TryRecvError};
use smol::Timer;
use smol::future::or;
use sqlx::{AnyConnection, Connection, Executor};
use std::collections::BTreeSet;
use std::time::Duration;

/// Entries that wait for the index until it is worth a commit of its own; flash wears by commits. A search does not wait for it.
const INDEX_WAITING: usize = 64;
/// Entries that wait for the index until appends wait for a piece of it, so that it keeps up under load.
const INDEX_WAITING_MAX: usize = 4_096;
/// Rooms of which one transaction puts entries into the index.
const PIECE_ROOMS: usize = 512;
/// How long nothing is appended until the index takes what waits, however little.
const INDEX_QUIET: Duration = Duration::from_secs(10);
/// How long the index is left alone after it could not be written.
const INDEX_PAUSE: Duration = Duration::from_secs(60);

/// Where the answer to one job goes; has room for it, so that the writer never waits.
pub type Reply<T> = Sender<Result<T, StoreError>>;

/// What is to be written.
pub enum Write {
    /// See `Store::append`.
    Append { append: Append, reply: Reply<Vec<(Draft, Appended)>> },
    /// See `Store::mark_read`.
    Read { user: UserId, room: RoomId, seq: Seq, reply: Reply<()> },
    /// See `Store::change`.
    Change(Box<dyn Change>),
}

/// A write that waits, and what came of it inside the transaction that is not committed yet.
pub struct Job {
    write: Write,
    done: Done,
}

enum Done {
    NotYet,
    Append(Vec<Appended>),
    Read,
    Change,
}

impl Job {
    /// A job for the writer's inbox.
    pub fn new(write: Write) -> Job {
        Job { write, done: Done::NotYet }
    }

    /// Rows that it may insert.
    fn rows(&self) -> usize {
        match &self.write {
            Write::Append { append, .. } => append.drafts.len(),
            Write::Read { .. } | Write::Change(_) => 1,
        }
    }

    /// Carries out what is no append; those are carried out together.
    async fn carry_out(&mut self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        self.done = match &mut self.write {
            Write::Append { .. } => Done::NotYet,
            Write::Read { user, room, seq, .. } => {
                mark_read(connection, *user, *room, *seq).await?;
                Done::Read
            }
            Write::Change(change) => {
                change.carry_out(connection).await?;
                Done::Change
            }
        };
        Ok(())
    }

    /// Answers whoever waits; one who no longer does has gone away, which is no error.
    fn answer(self, outcome: &Result<(), StoreError>) {
        let failed = || outcome.clone().err().unwrap_or(StoreError::Closed);
        match (self.write, self.done) {
            (Write::Append { reply, append }, Done::Append(appended)) if outcome.is_ok() => {
                drop(reply.try_send(Ok(append.drafts.into_iter().zip(appended).collect())));
            }
            (Write::Read { reply, .. }, Done::Read) if outcome.is_ok() => drop(reply.try_send(Ok(()))),
            (Write::Change(change), _) => change.answer(outcome),
            (Write::Append { reply, .. }, _) => drop(reply.try_send(Err(failed()))),
            (Write::Read { reply, .. }, _) => drop(reply.try_send(Err(failed()))),
        }
    }
}

/// What waits for the full-text index, as far as the writer knows.
pub struct Index {
    /// Rooms that may be behind; `None` until the database has been asked.
    rooms: Option<BTreeSet<RoomId>>,
    /// Entries that were appended since all was in the index.
    waiting: usize,
    is_paused: bool,
    /// Somebody else follows.
    is_off: bool,
}

impl Index {
    /// Follows, or leaves that to another process.
    pub fn new(follows: bool) -> Index {
        Index { rooms: None, waiting: 0, is_paused: false, is_off: !follows }
    }

    /// Notes what was stored.
    fn note(&mut self, job: &Job) {
        if let (Write::Append { append, .. }, false) = (&job.write, self.is_off) {
            self.waiting += append.drafts.len();
            if let Some(rooms) = &mut self.rooms {
                rooms.insert(append.room);
            }
        }
    }

    /// When the next piece is to be written, if nothing is appended until then; `None`: nothing waits.
    fn due_in(&self) -> Option<Duration> {
        match &self.rooms {
            _ if self.is_off => None,
            _ if self.is_paused => Some(INDEX_PAUSE),
            None => Some(Duration::ZERO),
            Some(rooms) if rooms.is_empty() => None,
            Some(_) if self.waiting >= INDEX_WAITING => Some(Duration::ZERO),
            Some(_) => Some(INDEX_QUIET),
        }
    }

    /// Puts a piece of what waits into the index, in one transaction.
    async fn follow(&mut self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        let Some(rooms) = &mut self.rooms else {
            let rooms = follow::behind(connection).await?;
            // What an earlier process has left is taken up at once.
            self.waiting = if rooms.is_empty() { 0 } else { INDEX_WAITING };
            self.rooms = Some(rooms);
            return Ok(());
        };
        let some: Vec<RoomId> = rooms.iter().copied().take(PIECE_ROOMS).collect();
        let mut transaction = connection.begin_with(sqlite::BEGIN).await?;
        let entries = follow::follow(&mut transaction, &some, follow::PIECE_ENTRIES).await?;
        transaction.commit().await?;
        if entries < follow::PIECE_ENTRIES {
            *rooms = rooms.split_off(&(some.last().copied().unwrap_or_default() + 1));
        }
        let entries = usize::try_from(entries).unwrap_or(0);
        // As long as more is there, it is taken up at once.
        self.waiting = if rooms.is_empty() { 0 } else { self.waiting.saturating_sub(entries).max(INDEX_WAITING) };
        Ok(())
    }
}

/// The owner of the writing connection.
pub struct Writer {
    /// How to open the connection anew.
    pub url: String,
    /// How long SQLite waits for a lock, in milliseconds.
    pub busy_ms: u64,
    /// Rows that one transaction takes, at which it stops gathering.
    pub batch_max: usize,
    /// What waits for the full-text index.
    pub index: Index,
    /// Dropped when the writer has ended.
    pub alive: Sender<()>,
}

impl Writer {
    /// Writes what comes until the inbox is closed and empty, then closes the database. Has the index follow in between.
    pub async fn run(mut self, connection: AnyConnection, inbox: Receiver<Job>) {
        let mut connection = Some(connection);
        let mut batch = Vec::new();
        while let Some(first) = self.next(&mut connection, &inbox).await {
            let mut rows = first.rows();
            batch.push(first);
            // Whoever is about to write gets to say so: fewer, larger commits.
            smol::future::yield_now().await;
            while rows < self.batch_max
                && let Ok(next) = inbox.try_recv()
            {
                rows += next.rows();
                batch.push(next);
            }
            let outcome = self.commit(&mut connection, &mut batch).await;
            match &outcome {
                Ok(()) => batch.iter().for_each(|job| self.index.note(job)),
                Err(problem) => log::error!("a batch of {} jobs was not stored: {problem:?}", batch.len()),
            }
            batch.drain(..).for_each(|job| job.answer(&outcome));
            if self.index.waiting >= INDEX_WAITING_MAX && !self.index.is_paused {
                self.follow(&mut connection).await;
            }
        }
        self.close(connection).await;
        drop(self.alive);
    }

    /// The next job; while there is none the index follows, when that is due. `None`: there will be no more.
    async fn next(&mut self, connection: &mut Option<AnyConnection>, inbox: &Receiver<Job>) -> Option<Job> {
        loop {
            match inbox.try_recv() {
                Ok(job) => return Some(job),
                Err(TryRecvError::Closed) => return None,
                Err(TryRecvError::Empty) => {}
            }
            let came = match self.index.due_in() {
                None => inbox.recv().await.ok(),
                Some(Duration::ZERO) => {
                    self.follow(connection).await;
                    continue;
                }
                Some(wait) => {
                    let job = async { Some(inbox.recv().await.ok()) };
                    let quiet = async {
                        Timer::after(wait).await;
                        None
                    };
                    match or(job, quiet).await {
                        Some(job) => job,
                        None => {
                            self.follow(connection).await;
                            continue;
                        }
                    }
                }
            };
            return came;
        }
    }

    /// Puts a piece of what waits into the index.
    async fn follow(&mut self, connection: &mut Option<AnyConnection>) {
        let followed = async {
            let mut open = self.open(connection).await?;
            self.index.follow(&mut open).await?;
            *connection = Some(open);
            Ok::<_, sqlx::Error>(())
        };
        let problem = followed.await.err();
        self.index.is_paused = problem.is_some();
        if let Some(problem) = problem {
            log::warn!("the full-text index does not follow: {problem}; the next attempt is in {INDEX_PAUSE:?}");
        }
    }

    /// The connection, or a new one. Taken out, so that one on which anything fails is never used again.
    async fn open(&self, connection: &mut Option<AnyConnection>) -> Result<AnyConnection, sqlx::Error> {
        match connection.take() {
            Some(open) => Ok(open),
            None => sqlite::connect(&self.url, self.busy_ms).await,
        }
    }

    async fn commit(&self, connection: &mut Option<AnyConnection>, batch: &mut [Job]) -> Result<(), StoreError> {
        let mut open = self.open(connection).await?;
        let mut begin = sqlite::BEGIN;
        if batch.iter().any(|job| !matches!(job.write, Write::Append { .. })) {
            open.execute(sqlx::raw_sql(begin)).await?;
            for job in &mut *batch {
                job.carry_out(&mut open).await?;
            }
            begin = "";
        }
        append_all(&mut open, batch, begin, sqlite::COMMIT).await?;
        *connection = Some(open);
        Ok(())
    }

    async fn close(&self, connection: Option<AnyConnection>) {
        let Some(mut connection) = connection else { return };
        let closed = async {
            connection.execute(sqlx::raw_sql(sqlite::BEFORE_CLOSE)).await?;
            connection.close().await
        };
        if let Err(problem) = closed.await {
            log::warn!("closing the database: {problem}; what was acknowledged is on disk all the same");
        }
    }
}

/// Carries out every append of the batch between two statements, and notes for each what became of it.
async fn append_all(
    connection: &mut AnyConnection,
    batch: &mut [Job],
    begin: &'static str,
    commit: &'static str,
) -> Result<(), sqlx::Error> {
    let appends: Vec<&Append> = batch
        .iter()
        .filter_map(|job| if let Write::Append { append, .. } = &job.write { Some(append) } else { None })
        .collect();
    let outcomes = append::append(connection, &appends, begin, commit).await?;
    let jobs = batch.iter_mut().filter(|job| matches!(job.write, Write::Append { .. }));
    jobs.zip(outcomes).for_each(|(job, appended)| job.done = Done::Append(appended));
    Ok(())
}

async fn mark_read(connection: &mut AnyConnection, user: UserId, room: RoomId, seq: Seq) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update memberships set read_seq = $3 where user_id = $1 and room_id = $2 and read_seq < $3
         and $3 <= (select head from rooms where id = $2)",
    )
    .bind(user)
    .bind(room)
    .bind(seq)
    .execute(&mut *connection)
    .await?;
    Ok(())
}
