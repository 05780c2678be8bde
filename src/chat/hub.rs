//! The registry of rooms in use and of sessions; nothing here waits while it holds a lock.

use super::bans::Bans;
use super::close;
use super::command::{Command, Sitting};
pub use super::command::{Joined, Joiner};
use super::follower;
use super::host;
use super::notice::Notice;
use super::outlet::{ConnectionId, Outlet};
use super::presence::Seen;
use super::quota::{Quota, Quotas};
use super::room::SeatId;
use crate::config::Config;
use crate::hasher::Hasher;
use crate::protocol::{Code, Error, LOBBY, Person, Role, RoomId, UserId};
use crate::secret;
use crate::store::{NewSession, Newcomer, Store, StoreError};
use crate::vital::vital;
use async_channel::{Receiver, Sender};
use async_tungstenite::tungstenite::Bytes;
use smol::{Executor, Timer};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A ping without a body (RFC 6455 section 5.5.2).
const PING: Bytes = Bytes::from_static(&[0x89, 0]);
/// How often the keeper looks after the sessions, as a part of the shortest time that it keeps.
const LOOKS_A_DEADLINE: u64 = 4;
/// Hosts of one room that a command finds ending, one after the other, before the room counts as gone.
const SENDS_MAX: usize = 3;
/// The keeper looks no more often than this, in milliseconds.
const LOOK_MS_MIN: u64 = 50;

/// The registry of rooms in use and of sessions.
pub struct Hub {
    /// The configuration.
    pub config: Config,
    /// The store.
    pub store: Store,
    /// The addresses that are kept out.
    pub bans: Bans,
    quotas: Quotas,
    /// Memberships may be there of people who have left, or of bots whose maker has; the follower ends them.
    pub(super) left_over: AtomicBool,
    /// Where passwords are hashed.
    pub hasher: Hasher,
    pub(super) executor: Arc<Executor<'static>>,
    /// The number of the last seat that anybody took.
    seats: AtomicU64,
    /// When this process began to count milliseconds.
    epoch: Instant,
    rooms: Mutex<HashMap<RoomId, Sender<Command>>>,
    sessions: Mutex<HashMap<UserId, Vec<Arc<Outlet>>>>,
    /// What the keeper has the store keep of who has come and gone.
    pub(super) seen: Seen,
    /// Cloned by every session and every host; gone once the shutdown has begun.
    alive: Mutex<Option<Sender<()>>>,
    all_gone: Receiver<()>,
}

/// A session in the registry; dropping it takes it out and ends the connection, however the session ended.
pub struct Registration {
    hub: Arc<Hub>,
    outlet: Arc<Outlet>,
    _alive: Sender<()>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.outlet.kill();
        self.outlet.end();
        let mut sessions = lock(&self.hub.sessions);
        if let Some(of_user) = sessions.get_mut(&self.outlet.user) {
            of_user.retain(|other| other.id != self.outlet.id);
            if of_user.is_empty() {
                sessions.remove(&self.outlet.user);
                self.hub.seen.note(self.outlet.user);
            }
        }
    }
}

impl Hub {
    /// Makes the hub; room loops and the keeper run on `executor`.
    pub fn new(config: Config, store: Store, executor: Arc<Executor<'static>>) -> Arc<Hub> {
        let (alive, all_gone) = async_channel::bounded(1);
        let hub = Arc::new(Hub {
            hasher: Hasher::new(&config.people),
            config,
            bans: Bans::new(store.bans_at_open().clone()),
            quotas: Quotas::default(),
            // What a stop of the server has left half done.
            left_over: AtomicBool::new(true),
            store,
            executor,
            seats: AtomicU64::new(0),
            epoch: Instant::now(),
            rooms: Mutex::default(),
            sessions: Mutex::default(),
            seen: Seen::default(),
            alive: Mutex::new(Some(alive)),
            all_gone,
        });
        let keeper = keep(Arc::downgrade(&hub));
        hub.executor.spawn(vital(keeper)).detach();
        hub.executor.spawn(vital(follower::follow(Arc::downgrade(&hub)))).detach();
        let weak = Arc::downgrade(&hub);
        let store = hub.store.clone();
        hub.spawn(async move {
            match (store.ruins().await, weak.upgrade()) {
                (Ok(ruins), Some(hub)) => hub.purge(ruins),
                (Err(problem), _) => log::warn!("deleted rooms cannot be looked for: {problem:?}"),
                (Ok(_), None) => {}
            }
        });
        hub
    }

    /// Unix milliseconds, for people to read; order never depends on it.
    pub fn unix_ms() -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Milliseconds since this process began, which never go back.
    pub fn now_ms(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Counts one thing that `user` does from `address`, by whatever connection.
    ///
    /// # Errors
    /// `rate_limited` with `retry_after_ms`; the connection goes on.
    pub fn count(&self, user: UserId, address: IpAddr, quota: Quota) -> Result<(), Error> {
        self.quotas.take(&self.config.chat, (user, address), quota, self.now_ms())
    }

    /// A number for a seat.
    pub fn next_seat(&self) -> SeatId {
        self.seats.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Makes a visitor with a session and lets them into the lobby, where everyone sees the `join`; stored before it returns.
    ///
    /// # Errors
    /// `name_taken`, `storage_full`, `storage_failed` or `shutting_down`, as the person may read it.
    pub async fn add_visitor(self: &Arc<Self>, name: &str, session: NewSession) -> Result<Person, Error> {
        let (name, folded) = (name.to_owned(), secret::fold(name));
        let visitor = Newcomer { name, folded, role: Role::Visitor, credentials: None, session, invitation: None };
        Ok(self.join(LOBBY, Joiner::New(Box::new(visitor))).await?.person)
    }

    /// Makes somebody a member of `room`, whoever may do so; stored before it returns. Their open connections are told.
    ///
    /// # Errors
    /// `no_such_room`, `too_many_rooms` and those of [`Hub::add_visitor`].
    pub async fn join(self: &Arc<Self>, room: RoomId, who: Joiner) -> Result<Joined, Error> {
        self.ask(room, |reply| Command::Join { who, by: None, reply }).await
    }

    /// Ends a membership as if its person had left, whoever may do so; stored before it returns, and nothing of the room
    /// reaches their connections any more. False if there was none.
    ///
    /// # Errors
    /// As of [`Hub::join`].
    pub async fn leave(self: &Arc<Self>, room: RoomId, person: Person) -> Result<bool, Error> {
        self.take_out(room, person, None, None).await
    }

    /// Ends a membership, which `by` asks for, or whoever sits on `seat` for themselves; with it goes that of their bots, so
    /// that nobody hears on by one. False if there was none.
    pub(super) async fn take_out(
        self: &Arc<Self>,
        room: RoomId,
        person: Person,
        by: Option<Sitting>,
        seat: Option<SeatId>,
    ) -> Result<bool, Error> {
        let maker = person.id;
        let left = self.ask(room, |reply| Command::Leave { person, by, seat, reply }).await?;
        let bots = self.store.bots_in(room, maker).await.unwrap_or_else(|problem| {
            log::error!("room {room}: the bots of user {maker} cannot be looked for: {problem:?}; tried again soon");
            self.left_over.store(true, Ordering::Relaxed);
            Vec::new()
        });
        for bot in bots {
            self.ask(room, |reply| Command::Leave { person: bot, by: None, seat: None, reply }).await?;
        }
        Ok(left)
    }

    /// Tells every room in use, whether they are in it or not, that `user` has another name.
    ///
    /// # Errors
    /// The database failed; the follower tries again.
    pub async fn rename(&self, user: UserId) -> Result<(), StoreError> {
        let Some(found) = self.store.anybody(user).await? else { return Ok(()) };
        let inboxes: Vec<Sender<Command>> = lock(&self.rooms).values().cloned().collect();
        for inbox in inboxes {
            let person = Person { id: user, name: found.name.clone() };
            // A room that takes no more is gone, and reads the name from the store when it comes back.
            let _ = inbox.send(Command::Named { person }).await;
        }
        Ok(())
    }

    /// Puts a command into a room's inbox and waits for the answer.
    pub(super) async fn ask<T>(
        self: &Arc<Self>,
        room: RoomId,
        command: impl FnOnce(Sender<Result<T, Error>>) -> Command,
    ) -> Result<T, Error> {
        let (reply, answer) = async_channel::bounded(1);
        self.send(room, command(reply)).await?;
        answer.recv().await.map_err(|_| self.lost())?
    }

    /// Puts a command into a room's inbox, waiting while that is full; the inbox.
    ///
    /// # Errors
    /// `shutting_down`, or `no_such_room` of a room that has just been deleted.
    pub(super) async fn send(self: &Arc<Self>, room: RoomId, mut command: Command) -> Result<Sender<Command>, Error> {
        for _ in 0..SENDS_MAX {
            let inbox = self.room(room).ok_or_else(shutting_down)?;
            match inbox.send(command).await {
                Ok(()) => return Ok(inbox),
                Err(closed) => command = closed.into_inner(),
            }
        }
        Err(self.lost())
    }

    /// What it means that a room takes no more: the server goes down, or the room is gone.
    pub(super) fn lost(&self) -> Error {
        if lock(&self.alive).is_some() { Error::no_such_room() } else { shutting_down() }
    }

    /// Takes the entries of deleted rooms away, some at a time, beside everything else.
    pub(super) fn purge(&self, rooms: Vec<RoomId>) {
        let store = self.store.clone();
        self.spawn(async move {
            for room in rooms {
                loop {
                    match store.purge(room).await {
                        Ok(0) => break,
                        Ok(_) => {}
                        // The next start takes the rest.
                        Err(problem) => {
                            log::warn!("room {room}: what was said in it is not all gone yet: {problem:?}");
                            return;
                        }
                    }
                }
            }
        });
    }

    /// Takes away, a little at a time, the files that were never sent and those of deleted messages.
    pub fn sweep(&self) {
        let loose_ms = i64::try_from(self.config.files.loose_ms).unwrap_or(i64::MAX);
        let (store, since) = (self.store.clone(), Hub::unix_ms().saturating_sub(loose_ms));
        self.spawn(async move {
            loop {
                match store.sweep_files(since).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    // The next time takes the rest.
                    Err(problem) => {
                        return log::warn!("files that nobody has any more are not all gone yet: {problem:?}");
                    }
                }
            }
        });
    }

    /// The inbox of a room, whose host is started if it does not run; `None` once the shutdown has begun. While somebody
    /// holds the inbox, its host goes on.
    pub fn room(self: &Arc<Self>, id: RoomId) -> Option<Sender<Command>> {
        let mut rooms = lock(&self.rooms);
        let alive = lock(&self.alive).clone()?;
        if let Some(inbox) = rooms.get(&id) {
            return Some(inbox.clone());
        }
        let (inbox, commands) = async_channel::bounded(self.config.chat.inbox_max);
        rooms.insert(id, inbox.clone());
        let hub = Arc::clone(self);
        let host = async move {
            host::run(hub, id, commands).await;
            drop(alive);
        };
        self.executor.spawn(vital(host)).detach();
        Some(inbox)
    }

    /// Ends the host of a room that nobody uses: true if nobody can have a command for it any more.
    pub fn retire(&self, id: RoomId, inbox: &Receiver<Command>) -> bool {
        let mut rooms = lock(&self.rooms);
        // The one sender is the registry's own, and new ones are cloned only under this lock.
        let unused = inbox.is_empty() && inbox.sender_count() <= 1;
        if unused {
            rooms.remove(&id);
        }
        unused
    }

    /// Takes a room that could not be loaded out of the registry, so that the next one who asks tries anew.
    pub fn forget(&self, id: RoomId) {
        lock(&self.rooms).remove(&id);
    }

    /// The inbox of a room, if somebody uses that.
    pub(super) fn room_in_use(&self, id: RoomId) -> Option<Sender<Command>> {
        lock(&self.rooms).get(&id).cloned()
    }

    /// How many rooms are in memory.
    pub fn rooms_in_use(&self) -> usize {
        lock(&self.rooms).len()
    }

    /// Notes a session for as long as the answer lives; `None` once the shutdown has begun.
    pub fn register(self: &Arc<Self>, outlet: &Arc<Outlet>) -> Option<Registration> {
        let mut sessions = lock(&self.sessions);
        let alive = lock(&self.alive).clone()?;
        sessions.entry(outlet.user).or_default().push(Arc::clone(outlet));
        self.seen.note(outlet.user);
        Some(Registration { hub: Arc::clone(self), outlet: Arc::clone(outlet), _alive: alive })
    }

    /// Gives the other sessions of `user` something to do, even those that are just saying `hello`.
    pub fn notify_others(&self, user: UserId, except: ConnectionId, notice: &Notice) {
        self.others(user, except).iter().for_each(|outlet| outlet.notify(notice.clone()));
    }

    /// Shows a passing thing to the other sessions of `user`.
    pub fn show_others(&self, user: UserId, except: ConnectionId, frame: &Bytes) {
        let others = self.others(user, except);
        others.iter().filter(|outlet| outlet.is_greeted()).for_each(|outlet| outlet.push_passing(frame));
    }

    /// The ways out of all open connections of `user`.
    pub(super) fn outlets_of(&self, user: UserId) -> Vec<Arc<Outlet>> {
        lock(&self.sessions).get(&user).into_iter().flatten().cloned().collect()
    }

    /// The ways out of all open connections.
    pub(super) fn outlets(&self) -> Vec<Arc<Outlet>> {
        lock(&self.sessions).values().flatten().cloned().collect()
    }

    fn others(&self, user: UserId, except: ConnectionId) -> Vec<Arc<Outlet>> {
        let sessions = lock(&self.sessions);
        let of_user = sessions.get(&user).into_iter().flatten();
        of_user.filter(|outlet| outlet.id != except).cloned().collect()
    }

    /// Tells every session that the server shuts down, lets rooms drain and commit; returns when all have ended.
    pub async fn shut_down(&self) {
        // Under both locks, so that whoever comes in is either told below or refused. Each host ends when the last session
        // that sits there has dropped its sender.
        let outlets: Vec<Arc<Outlet>> = {
            let (mut rooms, sessions) = (lock(&self.rooms), lock(&self.sessions));
            drop(lock(&self.alive).take());
            rooms.clear();
            sessions.values().flatten().cloned().collect()
        };
        outlets.iter().for_each(|outlet| outlet.notify(Notice::Close(close::AWAY)));
        // An error is what is waited for: nobody is left.
        let _ = self.all_gone.recv().await;
        self.note_seen().await;
    }

    /// Runs `future` beside everything else.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.executor.spawn(future).detach();
    }

    /// Looks after every session once: pings, and ends those that are dead, stuck or never say `hello`.
    fn look_after(self: &Arc<Self>, pinged_ms: &mut u64) {
        let chat = &self.config.chat;
        let now_ms = self.now_ms();
        let ping = now_ms.saturating_sub(*pinged_ms) >= chat.ping_ms;
        if ping {
            *pinged_ms = now_ms;
            self.sweep();
            let hub = Arc::clone(self);
            self.spawn(async move { hub.note_seen().await });
        }
        let unix_ms = Hub::unix_ms();
        for outlet in self.outlets() {
            let stalled_ms = outlet.stalled_ms(now_ms);
            let silent_ms = now_ms.saturating_sub(outlet.heard_ms());
            if silent_ms >= chat.silence_ms || stalled_ms >= chat.stall_ms {
                log::info!(
                    "#{} user {}: silent for {silent_ms} ms, stuck for {stalled_ms} ms, given up",
                    outlet.id,
                    outlet.user
                );
                outlet.kill();
            } else if !outlet.is_greeted() && now_ms.saturating_sub(outlet.since_ms) >= chat.hello_ms {
                outlet.notify(Notice::Close(close::POLICY));
            } else if outlet.session.until <= unix_ms {
                outlet.notify(Notice::Close(close::SESSION_ENDED));
            } else if ping {
                outlet.push_passing(&PING);
            }
        }
    }
}

/// The keeper: one clock for all sessions, none for each.
async fn keep(hub: std::sync::Weak<Hub>) {
    let mut pinged_ms = 0;
    while let Some(strong) = hub.upgrade() {
        let chat = &strong.config.chat;
        let shortest_ms = chat.ping_ms.min(chat.hello_ms).min(chat.stall_ms).min(chat.silence_ms);
        strong.look_after(&mut pinged_ms);
        drop(strong);
        Timer::after(Duration::from_millis((shortest_ms / LOOKS_A_DEADLINE).max(LOOK_MS_MIN))).await;
    }
}

/// The server is going down, as a client reads it.
pub fn shutting_down() -> Error {
    Error::new(Code::ShuttingDown, "The server is going down. Nothing was stored; it goes out when the server is back.")
}

/// No code that holds one of these locks can panic half-way through a change.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
