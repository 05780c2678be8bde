//! The one writing connection: group commit over all rooms.
//!
//! While one batch is on its way to disk, the next one gathers. Everything that waits becomes one transaction and one
//! `fsync`; then everybody is answered. A batch that fails is rolled back whole, everybody in it hears the error, and the
//! connection is opened anew, since after a failed write or sync its cached pages are not to be trusted.

use super::append::{self, Append, Appended, Draft};
use super::change::Change;
use super::{StoreError, sqlite};
use crate::protocol::{RoomId, Seq, UserId};
use async_channel::{Receiver, Sender};
use sqlx::{AnyConnection, Connection, Executor};

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

/// The owner of the writing connection.
pub struct Writer {
    /// How to open the connection anew.
    pub url: String,
    /// How long SQLite waits for a lock, in milliseconds.
    pub busy_ms: u64,
    /// Rows that one transaction takes, at which it stops gathering.
    pub batch_max: usize,
    /// Dropped when the writer has ended.
    pub alive: Sender<()>,
}

impl Writer {
    /// Writes what comes until the inbox is closed and empty, then closes the database.
    pub async fn run(self, connection: AnyConnection, inbox: Receiver<Job>) {
        let mut connection = Some(connection);
        let mut batch = Vec::new();
        while let Ok(first) = inbox.recv().await {
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
            if let Err(problem) = &outcome {
                log::error!("a batch of {} jobs was not stored: {problem:?}", batch.len());
            }
            batch.drain(..).for_each(|job| job.answer(&outcome));
        }
        self.close(connection).await;
        drop(self.alive);
    }

    async fn commit(&self, connection: &mut Option<AnyConnection>, batch: &mut [Job]) -> Result<(), StoreError> {
        // Taken out, so that a connection on which anything fails is never used again.
        let mut open = match connection.take() {
            Some(open) => open,
            None => sqlite::connect(&self.url, self.busy_ms).await?,
        };
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
