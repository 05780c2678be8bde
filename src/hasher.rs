//! Where passwords are hashed: on the blocking pool, so many at once and no more, with a short queue before it.
//!
//! A hash takes 19 MiB and a core for a moment. However many people, or programs, try to sign in at the same time, memory and
//! the other threads stay free for those who are in.
//!
//! The queue is fair by address: next is whoever's address has failed and waits least, and when the queue is full, whoever's
//! has done so most is turned away. So a storm of wrong passwords waits for itself, and not an honest person elsewhere: the
//! more its addresses fail, the further they stand behind.

use crate::config::PeopleConfig;
use crate::password::{Password, SALT_BYTES, Verdict};
use crate::rate::{Bucket, Buckets, limit_address};
use async_channel::Sender;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// When whoever finds the queue full may try again, in milliseconds: some tens of hashes later.
const RETRY_MS: u64 = 1_000;

/// Hashes in vain that an address may have behind it, as far as they are counted.
const FAILED_MAX: u32 = 1_000;

/// How many of them are forgotten in a minute. A storm from so many addresses that each fails less often than that is not
/// told from honest people: at 20 hashes a second some 1,200.
const FORGIVEN_PER_MINUTE: u32 = 1;

/// Addresses whose failures are remembered at the same time, some 100 bytes each. When more fail, some are forgotten.
const ADDRESSES_MAX: usize = 4_096;

/// Hashes passwords, so many at once.
pub struct Hasher {
    line: Arc<Line>,
    counts: Arc<Counts>,
}

/// What has been hashed so far, for whoever watches.
#[derive(Debug, Default)]
pub struct Counts {
    /// Hashes that are being made.
    running: AtomicUsize,
    /// Most of them at the same time.
    running_max: AtomicUsize,
    /// Hashes that were made.
    done: AtomicUsize,
}

/// Why a password was not hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HashError {
    /// Too many wait.
    Busy {
        /// There may be room after so many milliseconds.
        retry_ms: u64,
        /// Whether it was not their own address that waited or failed before.
        is_first: bool,
    },
    /// The system has no memory or no random bytes; the text is for the log.
    Failed(String),
}

impl Hasher {
    /// As many as the configuration says.
    pub fn new(config: &PeopleConfig) -> Hasher {
        let failed = Buckets::new(ADDRESSES_MAX);
        let state = LineState { free: config.hashes_at_once, waiting: Vec::new(), arrived: 0, failed };
        let line = Line { waiting_max: config.hashes_waiting_max, epoch: Instant::now(), state: Mutex::new(state) };
        Hasher { line: Arc::new(line), counts: Arc::default() }
    }

    /// A new password's hash, as a PHC string, for somebody at this address.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn hash(&self, password: Password, from: IpAddr) -> Result<String, HashError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| HashError::Failed(error.to_string()))?;
        self.run(from, move || password.hash(&salt)).await?.map_err(HashError::Failed)
    }

    /// Whether a password, tried from this address, is that of the hash; without a hash it takes as long, and is wrong.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn verify(&self, password: Password, hash: Option<String>, from: IpAddr) -> Result<Verdict, HashError> {
        let verdict = self.run(from, move || password.verify(hash.as_deref())).await?.map_err(HashError::Failed)?;
        if matches!(verdict, Verdict::Right { .. }) {
            self.line.forgive(from);
        }
        Ok(verdict)
    }

    /// How many hashes have been made so far.
    pub fn done(&self) -> usize {
        self.counts.done.load(Ordering::Relaxed)
    }

    /// How many hashes were made at the same time, at most.
    pub fn running_max(&self) -> usize {
        self.counts.running_max.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        from: IpAddr,
        hash: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Line::place(&self.line, from).await?;
        let counts = Arc::clone(&self.counts);
        // The place goes with the work: whoever stops waiting leaves a hash behind that still takes its memory.
        Ok(smol::unblock(move || {
            let _place = place;
            let running = counts.running.fetch_add(1, Ordering::Relaxed) + 1;
            counts.running_max.fetch_max(running, Ordering::Relaxed);
            let hashed = hash();
            counts.running.fetch_sub(1, Ordering::Relaxed);
            counts.done.fetch_add(1, Ordering::Relaxed);
            hashed
        })
        .await)
    }
}

/// Those who wait, and how they come to their turn.
struct Line {
    waiting_max: usize,
    epoch: Instant,
    state: Mutex<LineState>,
}

struct LineState {
    /// Hashes that could be made at this moment; when there are any, nobody waits.
    free: usize,
    waiting: Vec<Waiting>,
    /// Numbers those who come.
    arrived: u64,
    /// Hashes of each address that were in vain so far.
    failed: Buckets<IpAddr>,
}

struct Waiting {
    from: IpAddr,
    /// What its address had failed and waited for, with this one; whoever has less goes first.
    rank: u64,
    number: u64,
    /// Where the place goes; dropped, it says that there is none.
    turn: Sender<Place>,
}

/// The right to make one hash; dropping it gives it to whoever is next.
struct Place(Arc<Line>);

/// Leaves the queue when whoever waits goes away.
struct Leave<'a>(&'a Line, u64);

impl Line {
    /// Waits for a place.
    async fn place(line: &Arc<Line>, from: IpAddr) -> Result<Place, HashError> {
        let from = limit_address(from);
        let (turn, taken) = async_channel::bounded(1);
        let number = {
            let mut state = line.lock();
            let now_ms = line.now_ms();
            if state.free > 0 {
                state.free -= 1;
                state.count(from, now_ms);
                return Ok(Place(line.clone()));
            }
            state.wait(from, turn, line.waiting_max, now_ms)?
        };
        let _leave = Leave(line, number);
        taken.recv().await.map_err(|_| HashError::Busy { retry_ms: RETRY_MS, is_first: false })
    }

    /// One hash of this address was not in vain.
    fn forgive(&self, from: IpAddr) {
        if let Some(failed) = self.lock().failed.get(&limit_address(from)) {
            failed.give_back();
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, LineState> {
        // No code that holds the lock can panic half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LineState {
    /// Stands in the queue, in the place of whoever should come later if it is full; the number by which to leave it.
    fn wait(&mut self, from: IpAddr, turn: Sender<Place>, max: usize, now_ms: u64) -> Result<u64, HashError> {
        let failed = self.failed.get(&from).map_or(0, |failed| failed.out(now_ms));
        let waits = self.waiting.iter().filter(|other| other.from == from).count();
        let rank = failed + waits as u64 + 1;
        if self.waiting.len() >= max {
            let last = (0..self.waiting.len()).max_by_key(|at| self.waiting[*at].order());
            match last.filter(|last| self.waiting[*last].rank > rank) {
                Some(last) => drop(self.waiting.swap_remove(last)),
                None => return Err(HashError::Busy { retry_ms: RETRY_MS, is_first: rank == 1 }),
            }
        }
        self.arrived += 1;
        self.waiting.push(Waiting { from, rank, number: self.arrived, turn });
        Ok(self.arrived)
    }

    /// A hash of this address begins; until it is known to be right, it counts as in vain.
    fn count(&mut self, from: IpAddr, now_ms: u64) {
        // When none is left, it stands last already.
        let _ = self.failed.bucket(from, now_ms, || Bucket::new(FAILED_MAX, FORGIVEN_PER_MINUTE)).take(now_ms);
    }
}

impl Waiting {
    /// The least of it is next.
    fn order(&self) -> (u64, u64) {
        (self.rank, self.number)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let next = {
            let mut state = self.0.lock();
            let next = (0..state.waiting.len()).min_by_key(|at| state.waiting[*at].order());
            match next {
                Some(next) => {
                    let next = state.waiting.swap_remove(next);
                    state.count(next.from, self.0.now_ms());
                    next.turn
                }
                None => return state.free += 1,
            }
        };
        // Whoever has gone away meanwhile drops it, which comes here again.
        let _ = next.try_send(Place(self.0.clone()));
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.lock().waiting.retain(|waiting| waiting.number != self.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use smol::future;

    fn password(text: &str) -> Password {
        Password::from(text.to_owned())
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    fn hasher(hashes_at_once: usize, hashes_waiting_max: usize) -> Hasher {
        Hasher::new(&PeopleConfig { hashes_at_once, hashes_waiting_max, ..Config::default().people })
    }

    fn is_refused(outcome: &Result<Verdict, HashError>) -> bool {
        matches!(outcome, Err(HashError::Busy { .. }))
    }

    #[test]
    fn a_storm_is_hashed_so_many_at_once_and_the_rest_is_turned_away() {
        let hasher = hasher(2, 4);
        let outcomes = smol::block_on(async {
            let storm = (0..100).map(|number| hasher.verify(password("wrong"), None, address(number)));
            let executor = smol::LocalExecutor::new();
            let tasks: Vec<_> = storm.map(|attempt| executor.spawn(attempt)).collect();
            executor
                .run(async {
                    let mut outcomes = Vec::new();
                    for task in tasks {
                        outcomes.push(task.await);
                    }
                    outcomes
                })
                .await
        });
        let refused = outcomes.iter().filter(|outcome| is_refused(outcome)).count();
        let wrong = outcomes.iter().filter(|outcome| **outcome == Ok(Verdict::Wrong)).count();
        assert_eq!((refused + wrong, wrong), (100, hasher.done()));
        assert!(wrong >= 4 && hasher.running_max() <= 2, "{wrong} hashed, {} at once", hasher.running_max());
        let state = hasher.line.lock();
        assert_eq!((state.waiting.len(), state.free), (0, 2));
    }

    /// Who stands in the queue, in the order in which they come to their turn.
    fn queue(hasher: &Hasher) -> Vec<IpAddr> {
        let state = hasher.line.lock();
        let mut waiting: Vec<_> = state.waiting.iter().map(|waiting| (waiting.order(), waiting.from)).collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, from)| from).collect()
    }

    #[test]
    fn the_queue_goes_round_by_address_and_whoever_waits_most_gives_way() {
        let hasher = hasher(1, 4);
        smol::block_on(async {
            let place = Line::place(&hasher.line, address(9)).await.ok().unwrap();
            let mut storm: Vec<_> = (0..4).map(|_| Box::pin(Line::place(&hasher.line, address(1)))).collect();
            for wait in &mut storm {
                assert!(future::poll_once(wait).await.is_none(), "it waits");
            }
            let mut fifth = Box::pin(Line::place(&hasher.line, address(1)));
            let busy = future::poll_once(&mut fifth).await.unwrap().err().unwrap();
            assert_eq!(busy, HashError::Busy { retry_ms: RETRY_MS, is_first: false });
            let mut honest = Box::pin(Line::place(&hasher.line, address(2)));
            assert!(future::poll_once(&mut honest).await.is_none(), "it waits, too");
            assert_eq!(queue(&hasher), [1, 2, 1, 1].map(address));
            assert!(future::poll_once(&mut storm[3]).await.unwrap().is_err(), "the newest of those gave way");
            drop(place);
            let first = future::poll_once(&mut storm[0]).await.unwrap().ok().unwrap();
            // Whoever has failed comes after whoever has not.
            let mut later = Box::pin(Line::place(&hasher.line, address(3)));
            assert!(future::poll_once(&mut later).await.is_none());
            assert_eq!(queue(&hasher), [2, 3, 1, 1].map(address));
            drop(first);
            assert!(future::poll_once(&mut honest).await.is_some());
        });
        assert_eq!(hasher.line.lock().free, 1, "all places come back");
    }

    /// Each of a hundred addresses always has somebody in the queue; once each has failed, they all stand behind.
    #[test]
    fn whoever_has_not_failed_passes_a_storm_from_many_addresses() {
        let hasher = hasher(1, 10);
        smol::block_on(async {
            for number in 0..100 {
                drop(Line::place(&hasher.line, address(number)).await);
            }
            let place = Line::place(&hasher.line, address(0)).await.ok().unwrap();
            let mut storm: Vec<_> = (0..100).map(|n| Box::pin(Line::place(&hasher.line, address(n)))).collect();
            for wait in &mut storm {
                let _ = future::poll_once(wait).await;
            }
            let mut honest = Box::pin(Line::place(&hasher.line, address(1_000)));
            assert!(future::poll_once(&mut honest).await.is_none(), "it waits");
            assert_eq!((queue(&hasher).len(), queue(&hasher)[0]), (10, address(1_000)));
            drop(place);
            assert!(future::poll_once(&mut honest).await.is_some());
        });
    }

    #[test]
    fn a_right_password_is_not_held_against_its_address() {
        let hasher = hasher(2, 1);
        let right = password("correct horse").hash(&[7; SALT_BYTES]).unwrap();
        smol::block_on(async {
            for _ in 0..3 {
                let verdict = hasher.verify(password("correct horse"), Some(right.clone()), address(1)).await;
                assert!(matches!(verdict, Ok(Verdict::Right { .. })));
            }
            assert_eq!(hasher.verify(password("wrong"), Some(right), address(2)).await, Ok(Verdict::Wrong));
        });
        let mut state = hasher.line.lock();
        let now_ms = hasher.line.now_ms();
        assert_eq!([1, 2].map(|n| state.failed.get(&address(n)).unwrap().out(now_ms)), [0, 1]);
    }

    #[test]
    fn whoever_goes_away_leaves_the_queue() {
        let hasher = hasher(1, 1);
        smol::block_on(async {
            let place = Line::place(&hasher.line, address(1)).await.ok().unwrap();
            for _ in 0..3 {
                let mut wait = Box::pin(hasher.verify(password("x"), None, address(2)));
                assert!(future::poll_once(&mut wait).await.is_none(), "it waits");
            }
            // Also when the place has come, and nobody takes it.
            let mut wait = Box::pin(Line::place(&hasher.line, address(2)));
            assert!(future::poll_once(&mut wait).await.is_none());
            drop(place);
            drop(wait);
        });
        let state = hasher.line.lock();
        assert_eq!((state.waiting.len(), state.free), (0, 1));
    }
}
