//! The only door to the database.
//!
//! One connection writes (`writer.rs`: group commit), a few read. What is SQLite's alone stands in `sqlite.rs` and, for searching,
//! in `sqlite_search.rs`; every other statement is one text that SQLite and PostgreSQL both read.

pub mod audit;

mod accounts;
mod admit;
mod append;
mod bans;
mod bots;
mod change;
mod deeds;
mod directory;
mod faces;
mod files;
mod follow;
mod invitations;
mod members;
mod messages;
mod own;
mod people;
mod prefs;
mod read;
mod reports;
mod rooms;
mod search;
mod sqlite;
mod sqlite_search;
mod writer;

pub use accounts::{SessionView, State};
pub use admit::{Credentials, Invited, NewSession, Newcomer, SESSIONS_MAX};
use append::Append;
pub use append::{Appended, Author, Draft, More};
pub use bans::{ADDRESS_BANS_MAX, Ban, BanInForce, Banned, InForce, NewBan};
pub use bots::{BOT_ROOMS_MAX, BOTS_PER_PERSON_MAX, Bot, NewBot, NewBotToken};
pub use directory::{Profile, Refusal, StandingChange, Which};
pub use files::{Begun, FileQuota, NewFile, PIECE_BYTES, StoredFile};
pub use invitations::{Invitation, InvitationId, NewInvitation};
pub use members::Message;
pub use people::{Changed, Known, Listed};
pub use read::RoomState;
pub use reports::Report;
pub use rooms::{Demolished, Door, NewDirect, NewRoom, RoomPlan};
pub use search::{Hits, Hunt, Sought};

use crate::config::Config;
use crate::protocol::{RoomId, Seq, UserId};
use crate::vital::vital;
use async_channel::{Receiver, Sender};
use smol::Executor;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{AnyConnection, Connection};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use writer::{Index, Job, Write};

/// The schema that this binary speaks; an older database is upgraded, a newer one refused.
pub const SCHEMA_VERSION: i64 = 3;

/// Jobs that may wait for the writer; rooms that find it full wait, and so do their senders.
const JOBS_MAX: usize = 1_024;

/// The only door to the database. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    jobs: Sender<Job>,
    writer_gone: Receiver<()>,
    /// Reading connections that nobody uses at the moment; `None` stands for one that is to be opened first.
    idle: (Sender<Option<AnyConnection>>, Receiver<Option<AnyConnection>>),
    url: String,
    /// The directory of the database.
    data: PathBuf,
    busy_ms: u64,
    opened: String,
    sessions: SessionTimes,
    /// Rooms that one person may be in.
    rooms_per_user_max: i64,
    /// The last line of the audit log when the store was opened.
    audit_head: i64,
    /// The bans in force when the store was opened.
    bans: InForce,
    /// Holds the data directory for this process alone, as long as a server's store lives.
    lock: Mutex<Option<File>>,
}

/// How long sessions go on, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct SessionTimes {
    /// Without being used.
    idle_ms: i64,
    /// However much they are used.
    absolute_ms: i64,
}

impl SessionTimes {
    /// Since when a session must have been used, and since when it must have been made, to go on at `now`.
    fn since(self, now: i64) -> (i64, i64) {
        (now.saturating_sub(self.idle_ms), now.saturating_sub(self.absolute_ms))
    }
}

/// Why the store did not do it.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// The disk is full; nothing was stored.
    Full,
    /// The database failed or did not answer; the text is for the log only.
    Failed(String),
    /// The store has been closed.
    Closed,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        if sqlite::is_full(&error) { StoreError::Full } else { StoreError::Failed(error.to_string()) }
    }
}

impl Store {
    /// Opens the database under `config.data`, creating or upgrading it if need be; its writer runs on `executor`.
    ///
    /// # Errors
    /// One clear line for the person at the console.
    pub async fn open(config: &Config, executor: &Executor<'static>) -> Result<Store, String> {
        let lock = sqlite::lock(&config.data)?;
        Store::open_locked(config, executor, Some(lock)).await
    }

    /// Opens the database beside a server that may be running: for a moment's work from the shell.
    ///
    /// # Errors
    /// One clear line for the person at the console.
    pub async fn open_beside(config: &Config, executor: &Executor<'static>) -> Result<Store, String> {
        // Held only while the database is made or upgraded, which a running server has done.
        let lock = sqlite::lock_unless_taken(&config.data)?;
        let is_free = lock.is_some();
        let store = Store::open_locked(config, executor, lock).await?;
        if is_free {
            store.0.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        Ok(store)
    }

    async fn open_locked(config: &Config, executor: &Executor<'static>, lock: Option<File>) -> Result<Store, String> {
        let url = sqlite::url(&config.data)?;
        sqlite::prepare(&config.data)?;
        let mut connection =
            sqlite::connect(&url, config.store.busy_ms).await.map_err(|e| sqlite::explain(&config.data, &e))?;
        let opened = match &lock {
            Some(_) => sqlite::upgrade(&config.data, &mut connection).await?,
            None => sqlite::check_version(&config.data, &mut connection).await?,
        };
        if lock.is_some() {
            files::reopen(&mut connection).await.map_err(|e| sqlite::explain(&config.data, &e))?;
        }
        let audit_head = audit::head(&mut connection).await.map_err(|e| sqlite::explain(&config.data, &e))?;
        let bans = bans::in_force(&mut connection, 0).await.map_err(|e| sqlite::explain(&config.data, &e))?;
        let (jobs, inbox) = async_channel::bounded(JOBS_MAX);
        let (alive, writer_gone) = async_channel::bounded(1);
        let writer = writer::Writer {
            url: url.clone(),
            busy_ms: config.store.busy_ms,
            batch_max: config.store.batch_max,
            // Whoever only looks in from the shell leaves that to the server.
            index: Index::new(lock.is_some()),
            alive,
        };
        executor.spawn(vital(writer.run(connection, inbox))).detach();
        let idle = async_channel::bounded(config.store.readers);
        for _ in 0..config.store.readers {
            // A channel just made has room for its own capacity.
            let _ = idle.0.try_send(None);
        }
        let long = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let (idle_ms, absolute_ms) = (long(config.people.session_idle_ms), long(config.people.session_ms));
        let sessions = SessionTimes { idle_ms, absolute_ms };
        let busy_ms = config.store.busy_ms;
        let rooms_per_user_max = long(config.chat.rooms_per_user_max);
        let inner = Inner {
            jobs,
            writer_gone,
            idle,
            url,
            data: config.data.clone(),
            busy_ms,
            opened,
            sessions,
            rooms_per_user_max,
            audit_head,
            bans,
            lock: Mutex::new(lock),
        };
        Ok(Store(Arc::new(inner)))
    }

    /// What opening did, as a sentence: created, upgraded, or found.
    pub fn opened(&self) -> &str {
        &self.0.opened
    }

    /// The bans that were in force when the store was opened.
    pub fn bans_at_open(&self) -> &InForce {
        &self.0.bans
    }

    /// Appends `drafts` to the log of `room`, in order, in one transaction; gives them back with what
    /// became of each once it is on disk.
    ///
    /// # Errors
    /// Nothing of it was stored, or (after a lost answer) all of it: sending the same keys again tells.
    pub async fn append(
        &self,
        room: RoomId,
        at: i64,
        drafts: Vec<Draft>,
    ) -> Result<Vec<(Draft, Appended)>, StoreError> {
        let rooms_per_user_max = self.0.rooms_per_user_max;
        self.write(|reply| Write::Append { append: Append { room, at, drafts, rooms_per_user_max }, reply }).await
    }

    /// Notes that `user` has read `room` up to `seq`; never goes back.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn mark_read(&self, user: UserId, room: RoomId, seq: Seq) -> Result<(), StoreError> {
        self.write(|reply| Write::Read { user, room, seq, reply }).await
    }

    /// Commits what is in flight and closes the database.
    pub async fn close(&self) {
        self.0.jobs.close();
        // An error is what is waited for: the writer has dropped its end.
        let _ = self.0.writer_gone.recv().await;
        self.0.idle.1.close();
        while let Ok(idle) = self.0.idle.1.try_recv() {
            if let Some(connection) = idle
                && let Err(problem) = connection.close().await
            {
                log::warn!("closing a reading connection: {problem}");
            }
        }
    }

    async fn write<T>(&self, job: impl FnOnce(writer::Reply<T>) -> Write) -> Result<T, StoreError> {
        let (reply, answer) = async_channel::bounded(1);
        self.0.jobs.send(Job::new(job(reply))).await.map_err(|_| StoreError::Closed)?;
        answer.recv().await.map_err(|_| StoreError::Closed)?
    }

    /// What a query finds, each row as `read` takes it.
    async fn rows<T>(
        &self,
        query: Query<'_>,
        read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>,
    ) -> Result<Vec<T>, StoreError> {
        let mut reader = self.reader().await?;
        let found = query.fetch_all(reader.get()?).await;
        found.and_then(|rows| rows.iter().map(read).collect()).map_err(|problem| reader.distrust(problem))
    }

    /// The one row that a query finds, as `read` takes it, or `None`.
    async fn row<T>(
        &self,
        query: Query<'_>,
        read: impl Fn(&AnyRow) -> Result<T, sqlx::Error>,
    ) -> Result<Option<T>, StoreError> {
        let mut reader = self.reader().await?;
        let found = query.fetch_optional(reader.get()?).await;
        found.and_then(|row| row.map(|row| read(&row)).transpose()).map_err(|problem| reader.distrust(problem))
    }

    /// Borrows a reading connection, opening it at first use; waits while all are in use.
    async fn reader(&self) -> Result<Reader<'_>, StoreError> {
        let idle = self.0.idle.1.recv().await.map_err(|_| StoreError::Closed)?;
        let mut reader = Reader { store: &self.0, connection: None };
        reader.connection = Some(match idle {
            Some(connection) => connection,
            None => sqlite::connect(&self.0.url, self.0.busy_ms).await?,
        });
        Ok(reader)
    }
}

/// A query with its binds.
type Query<'a> = sqlx::query::Query<'a, sqlx::Any, AnyArguments>;

/// A limit as statements take it.
fn bound(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A list of values for a statement that takes `size` of them, filled up by repeating the last, so that each text is prepared
/// once.
fn filled<T>(some: &[T], size: usize) -> impl Iterator<Item = &T> {
    some.iter().chain(some.last().into_iter().cycle()).take(size)
}

/// A borrowed reading connection; dropping it gives it back.
struct Reader<'a> {
    store: &'a Inner,
    connection: Option<AnyConnection>,
}

impl Reader<'_> {
    /// The connection; present from the moment that [`Store::reader`] returns.
    fn get(&mut self) -> Result<&mut AnyConnection, StoreError> {
        self.connection.as_mut().ok_or(StoreError::Closed)
    }

    /// After an error the connection is not trusted: the next borrower opens a new one.
    fn distrust(&mut self, error: sqlx::Error) -> StoreError {
        self.connection = None;
        error.into()
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        // There is room: this one was taken out. Closed means that the store is closing, and the connection closes with it.
        let _ = self.store.idle.0.try_send(self.connection.take());
    }
}
