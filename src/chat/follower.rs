//! Following the audit log: whatever was done to somebody, here, at the console or by another process, reaches their open
//! connections.
//!
//! The log only says whom to look at; what is so now is asked of the store, so that looking twice does no harm.

use super::bans;
use super::close;
use super::hub::{Hub, Joiner};
use super::notice::Notice;
use super::outlet::Outlet;
use crate::protocol::{Account, Code, Error, LOBBY, SessionId, UserId};
use crate::store::audit::Act;
use crate::store::{State, StoreError};
use async_channel::Receiver;
use smol::Timer;
use smol::future::{or, pending};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// How often the log is looked at: what is done at the console takes effect within a second.
const FOLLOW_PAUSE: Duration = Duration::from_millis(500);
/// A session in use is noted as used about so often, in milliseconds; a fraction of the least time after which it is idle.
const SEEN_EVERY_MS: u64 = 300_000;
/// The same as a part of the time after which a session is idle, where that is short.
const SEEN_A_SPAN: u64 = 4;
/// Sessions that one write notes as used, so that no commit takes long.
const SEEN_AT_ONCE: usize = 500;
/// How long whoever changed something about somebody waits for what their connections were doing; what is not done by then
/// is broken off.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Follows the log from where it ended when the store was opened, for as long as the hub lives.
pub(super) async fn follow(hub: Weak<Hub>) {
    let Some(mut last) = hub.upgrade().map(|hub| hub.store.audit_head_at_open()) else { return };
    let mut seen_ms = 0;
    while let Some(strong) = hub.upgrade() {
        match strong.follow_from(last).await {
            Ok(reached) => last = reached,
            Err(StoreError::Closed) => return,
            Err(problem) => log::error!("the audit log cannot be read: {problem:?}; tried again in {FOLLOW_PAUSE:?}"),
        }
        strong.lift_ended_bans().await;
        if strong.left_over.load(Ordering::Relaxed)
            && let Err(problem) = strong.clear_up().await
        {
            log::error!("people who have left cannot be taken out of their rooms: {problem:?}; tried again soon");
        }
        if strong.now_ms().saturating_sub(seen_ms) >= strong.seen_every_ms() {
            seen_ms = strong.now_ms();
            strong.touch_open();
        }
        drop(strong);
        Timer::after(FOLLOW_PAUSE).await;
    }
}

/// A connection that has been told something.
pub(super) struct Told {
    outlet: Arc<Outlet>,
    /// Ends once it has heeded that; a connection that is to close has done so when it is served.
    heeded: Option<Receiver<()>>,
}

impl Told {
    /// It is to close.
    pub(super) fn close(outlet: Arc<Outlet>, code: u16) -> Told {
        outlet.notify(Notice::Close(code));
        Told { outlet, heeded: None }
    }

    fn account(outlet: Arc<Outlet>, account: Account) -> Told {
        let (heeded, is_heeded) = async_channel::bounded(1);
        outlet.notify(Notice::Account { account: Box::new(account), heeded });
        Told { outlet, heeded: Some(is_heeded) }
    }

    async fn obeyed(&self) {
        let heeded = async {
            match &self.heeded {
                // An error says that the other end is gone, which is what is waited for.
                Some(heeded) => drop(heeded.recv().await),
                None => pending().await,
            }
        };
        or(heeded, self.outlet.served()).await;
    }
}

/// Returns when all have done what they were told; who has not in time is broken off.
pub(super) async fn obeyed(told: Vec<Told>) {
    let start = Instant::now();
    for told in told {
        let is_late = async {
            Timer::at(start + LAST_WORDS).await;
            told.outlet.kill();
        };
        or(told.obeyed(), is_late).await;
    }
}

/// What gives somebody another name.
const RENAMES: &[Act] = &[Act::NameChanged, Act::AccountDeleted];
/// What makes somebody look otherwise.
const REPAINTS: &[Act] = &[Act::FaceChanged, Act::AccountDeleted];
/// What is followed by comings and goings, for [`Hub::clear_up`].
const LEAVES_WORK: &[Act] = &[Act::AccountMade, Act::AccountGiven, Act::AccountDeleted, Act::BotRevoked];

/// What it means that a room did not take a coming or going: what another try does not mend is let be.
fn unless_final(error: Error) -> Result<(), StoreError> {
    match error.code {
        Code::NoSuchRoom | Code::TooManyRooms => Ok(()),
        Code::ShuttingDown => Err(StoreError::Closed),
        _ => Err(StoreError::Failed(error.text.into_owned())),
    }
}

impl Hub {
    /// Applies what stands in the log behind line `last`; the last line applied.
    async fn follow_from(self: &Arc<Self>, mut last: i64) -> Result<i64, StoreError> {
        loop {
            let lines = self.store.audit_after(last).await?;
            let Some(end) = lines.last().map(|line| line.id) else { return Ok(last) };
            let mut users: Vec<UserId> = lines.iter().filter_map(|line| line.user).collect();
            users.sort_unstable();
            users.dedup();
            let of = |acts: &'static [Act]| lines.iter().filter(|line| acts.iter().any(|act| act.word() == line.word));
            if of(bans::CONCERNED).next().is_some() {
                self.refresh_bans().await?;
            }
            for user in users {
                self.look_at(user).await?;
            }
            for user in of(RENAMES).filter_map(|line| line.user) {
                self.rename(user).await?;
            }
            for user in of(REPAINTS).filter_map(|line| line.user) {
                self.show_face(user).await?;
            }
            if of(LEAVES_WORK).next().is_some() {
                self.clear_up().await?;
            }
            last = end;
        }
    }

    /// Brings the open connections of `user` and of their bots in step with the store: those whose session has ended are
    /// closed; the others learn of a new role, name or mute. When this returns, none of them does anything more as whoever
    /// they were before. Whoever changed something about somebody calls it before answering.
    ///
    /// # Errors
    /// The database failed; the follower looks again.
    pub async fn look_at(&self, user: UserId) -> Result<(), StoreError> {
        let mut told = self.tell(user).await?;
        for bot in self.store.bot_ids(user).await? {
            told.extend(self.tell(bot).await?);
        }
        obeyed(told).await;
        Ok(())
    }

    async fn tell(&self, user: UserId) -> Result<Vec<Told>, StoreError> {
        let outlets = self.outlets_of(user);
        if outlets.is_empty() {
            return Ok(Vec::new());
        }
        let alive = self.store.sessions_alive(user, Hub::unix_ms()).await?;
        let code = self.code_of(user).await?;
        let tell = |outlet: Arc<Outlet>| {
            if let Some(account) = alive.iter().find(|account| account.session.id == outlet.session.id) {
                return Told::account(outlet, account.clone());
            }
            log::info!("#{} user {user}: session {} has ended, closing with {code}", outlet.id, outlet.session.id);
            Told::close(outlet, code)
        };
        Ok(outlets.into_iter().map(tell).collect())
    }

    /// Who is there by that session now, or the code with which to close.
    ///
    /// # Errors
    /// The database failed.
    pub async fn standing(&self, user: UserId, session: SessionId) -> Result<Result<Account, u16>, StoreError> {
        let alive = self.store.sessions_alive(user, Hub::unix_ms()).await?;
        match alive.into_iter().find(|account| account.session.id == session) {
            Some(account) => Ok(Ok(account)),
            None => Ok(Err(self.code_of(user).await?)),
        }
    }

    /// Brings rooms in step with what has become of people: whoever has left for good, every bot that was revoked, and every
    /// bot whose maker is there no longer, leave the rooms that they are in, and whoever has an account comes into the lobby;
    /// each in the room's own log.
    ///
    /// # Errors
    /// The database failed, or the server goes down; the follower or the next start does it.
    pub async fn clear_up(self: &Arc<Self>) -> Result<(), StoreError> {
        self.left_over.store(true, Ordering::Relaxed);
        for (person, room) in self.store.rooms_left_over().await? {
            self.leave(room, person).await.map(drop).or_else(unless_final)?;
        }
        for person in self.store.not_let_in().await? {
            self.join(LOBBY, Joiner::Known(person)).await.map(drop).or_else(unless_final)?;
        }
        self.left_over.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// With which code connections close whose session has ended.
    async fn code_of(&self, user: UserId) -> Result<u16, StoreError> {
        let state = self.store.state(user).await?;
        Ok(if state == Some(State::Banned) { close::BANNED } else { close::SESSION_ENDED })
    }

    /// How often a session in use is noted as used, in milliseconds.
    pub fn seen_every_ms(&self) -> u64 {
        SEEN_EVERY_MS.min(self.config.people.session_idle_ms / SEEN_A_SPAN)
    }

    /// Notes that these sessions are in use, without waiting for it.
    pub fn touch(&self, sessions: Vec<SessionId>) {
        let store = self.store.clone();
        self.spawn(async move {
            if let Err(problem) = store.touch(sessions, Hub::unix_ms()).await {
                log::warn!("sessions cannot be noted as used: {problem:?}");
            }
        });
    }

    /// Notes that the sessions of all open connections are in use.
    fn touch_open(&self) {
        let sessions: Vec<SessionId> = self.outlets().iter().map(|outlet| outlet.session.id).collect();
        sessions.chunks(SEEN_AT_ONCE).for_each(|some| self.touch(some.to_vec()));
    }
}
