//! Following the audit log: whatever was done to somebody, here, at the console or by another process, reaches their open
//! connections.
//!
//! The log only says whom to look at; what is so now is asked of the store, so that looking twice does no harm.

use super::bans;
use super::close;
use super::hub::{Hub, Joiner};
use super::outlet::{Notice, Outlet};
use crate::protocol::{Account, Code, Error, LOBBY, SessionId, UserId};
use crate::store::audit::Act;
use crate::store::{State, StoreError};
use smol::Timer;
use smol::future::or;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often the log is looked at: what is done at the console takes effect within a second.
const FOLLOW_PAUSE: Duration = Duration::from_millis(500);
/// A session in use is noted as used about so often, in milliseconds; a fraction of the least time after which it is idle.
const SEEN_EVERY_MS: u64 = 300_000;
/// The same as a part of the time after which a session is idle, where that is short.
const SEEN_A_SPAN: u64 = 4;
/// Sessions that one write notes as used, so that no commit takes long.
const SEEN_AT_ONCE: usize = 500;
/// How long whoever ended a session waits for what it was doing; what is not done by then is broken off.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Follows the log from where it ended when the store was opened, for as long as the hub lives.
pub(super) async fn follow(hub: Weak<Hub>) {
    let Some(mut last) = hub.upgrade().map(|hub| hub.store.audit_head_at_open()) else { return };
    let mut seen_ms = 0;
    let mut is_clear = false;
    while let Some(strong) = hub.upgrade() {
        match strong.follow_from(last).await {
            Ok(reached) => last = reached,
            Err(StoreError::Closed) => return,
            Err(problem) => log::error!("the audit log cannot be read: {problem:?}; tried again in {FOLLOW_PAUSE:?}"),
        }
        strong.lift_ended_bans().await;
        if !is_clear {
            // What a stop of the server has left half done.
            is_clear = strong.clear_up().await.inspect_err(|problem| log::error!("clearing up: {problem:?}")).is_ok();
        }
        if strong.now_ms().saturating_sub(seen_ms) >= strong.seen_every_ms() {
            seen_ms = strong.now_ms();
            strong.touch_open();
        }
        drop(strong);
        Timer::after(FOLLOW_PAUSE).await;
    }
}

/// Whether what a line of the audit log tells is followed by comings and goings, for [`Hub::clear_up`].
fn leaves_work(word: &str) -> bool {
    let acts = [Act::AccountMade, Act::AccountGiven, Act::AccountDeleted, Act::BotRevoked];
    acts.iter().any(|act| act.word() == word)
}

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
            if lines.iter().any(|line| bans::concerns(&line.word)) {
                self.refresh_bans().await?;
            }
            for user in users {
                self.look_at(user).await?;
            }
            if lines.iter().any(|line| leaves_work(&line.word)) {
                self.clear_up().await?;
            }
            last = end;
        }
    }

    /// Brings the open connections of `user` in step with the store: those whose session has ended are closed, and have done
    /// whatever they do when this returns; the others learn of a new role, name or mute. Whoever changed something about
    /// somebody calls it before answering.
    ///
    /// # Errors
    /// The database failed; the follower looks again.
    pub async fn look_at(&self, user: UserId) -> Result<(), StoreError> {
        let outlets = self.outlets_of(user);
        if outlets.is_empty() {
            return Ok(());
        }
        let alive = self.store.sessions_alive(user, Hub::unix_ms()).await?;
        let mut ended: Vec<Arc<Outlet>> = Vec::new();
        let mut code = None;
        for outlet in outlets {
            match alive.iter().find(|account| account.session.id == outlet.session.id) {
                Some(account) => outlet.notify(Notice::Account(Box::new(account.clone()))),
                None => {
                    let code = match code {
                        Some(code) => code,
                        None => *code.insert(self.code_of(user).await?),
                    };
                    log::info!(
                        "#{} user {user}: session {} has ended, closing with {code}",
                        outlet.id,
                        outlet.session.id
                    );
                    outlet.notify(Notice::Close(code));
                    ended.push(outlet);
                }
            }
        }
        let all_done = async {
            for outlet in &ended {
                outlet.served().await;
            }
        };
        or(all_done, async {
            Timer::after(LAST_WORDS).await;
        })
        .await;
        ended.iter().filter(|outlet| !outlet.is_served()).for_each(|outlet| outlet.kill());
        Ok(())
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

    /// Brings rooms in step with what has become of people: whoever has left for good, and every bot that was revoked, leaves
    /// the rooms that they are in, and whoever has an account comes into the lobby; each in the room's own log.
    ///
    /// # Errors
    /// The database failed, or the server goes down; the follower or the next start does it.
    pub async fn clear_up(self: &Arc<Self>) -> Result<(), StoreError> {
        for (person, room) in self.store.rooms_left_over().await? {
            self.leave(room, person).await.map(drop).or_else(unless_final)?;
        }
        for person in self.store.not_let_in().await? {
            self.join(LOBBY, Joiner::Known(person)).await.map(drop).or_else(unless_final)?;
        }
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
