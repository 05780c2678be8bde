//! Where passwords are hashed: on the blocking pool, so many at once and no more, with a short queue before it.
//!
//! A hash takes 19 MiB and a core for a moment. However many people, or programs, try to sign in at the same time, memory and
//! the other threads stay free for those who are in.

use crate::config::PeopleConfig;
use crate::password::{Password, SALT_BYTES, Verdict};
use smol::lock::Semaphore;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// When whoever finds the queue full may try again, in milliseconds: some tens of hashes later.
const RETRY_MS: u64 = 1_000;

/// Hashes passwords, so many at once.
pub struct Hasher {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    waiting_max: usize,
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
    /// Too many wait; there may be room after so many milliseconds.
    Busy(u64),
    /// The system has no memory or no random bytes; the text is for the log.
    Failed(String),
}

impl Hasher {
    /// As many as the configuration says.
    pub fn new(config: &PeopleConfig) -> Hasher {
        Hasher {
            places: Arc::new(Semaphore::new(config.hashes_at_once)),
            waiting: AtomicUsize::new(0),
            waiting_max: config.hashes_waiting_max,
            counts: Arc::default(),
        }
    }

    /// A new password's hash, as a PHC string.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn hash(&self, password: Password) -> Result<String, HashError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| HashError::Failed(error.to_string()))?;
        self.run(move || password.hash(&salt)).await?.map_err(HashError::Failed)
    }

    /// Whether a password is that of the hash; without a hash it takes as long, and is wrong.
    ///
    /// # Errors
    /// See [`HashError`].
    pub async fn verify(&self, password: Password, hash: Option<String>) -> Result<Verdict, HashError> {
        self.run(move || password.verify(hash.as_deref())).await?.map_err(HashError::Failed)
    }

    /// How many hashes have been made so far.
    pub fn done(&self) -> usize {
        self.counts.done.load(Ordering::Relaxed)
    }

    /// How many hashes were made at the same time, at most.
    pub fn running_max(&self) -> usize {
        self.counts.running_max.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, hash: impl FnOnce() -> T + Send + 'static) -> Result<T, HashError> {
        let queue = Queue::join(self)?;
        let place = self.places.acquire_arc().await;
        drop(queue);
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

/// A place in the queue; dropping it leaves the queue.
struct Queue<'a>(&'a AtomicUsize);

impl Queue<'_> {
    fn join(hasher: &Hasher) -> Result<Queue<'_>, HashError> {
        let queue = Queue(&hasher.waiting);
        if queue.0.fetch_add(1, Ordering::Relaxed) >= hasher.waiting_max {
            Err(HashError::Busy(RETRY_MS))
        } else {
            Ok(queue)
        }
    }
}

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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

    #[test]
    fn a_storm_is_hashed_so_many_at_once_and_the_rest_is_turned_away() {
        let hasher =
            Hasher::new(&PeopleConfig { hashes_at_once: 2, hashes_waiting_max: 4, ..Config::default().people });
        let outcomes = smol::block_on(async {
            let storm = (0..100).map(|_| hasher.verify(password("wrong"), None));
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
        let refused = outcomes.iter().filter(|outcome| **outcome == Err(HashError::Busy(RETRY_MS))).count();
        let wrong = outcomes.iter().filter(|outcome| **outcome == Ok(Verdict::Wrong)).count();
        assert_eq!((refused + wrong, wrong), (100, hasher.done()));
        assert!(wrong >= 4 && hasher.running_max() <= 2, "{wrong} hashed, {} at once", hasher.running_max());
        assert_eq!(hasher.waiting.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn whoever_goes_away_leaves_the_queue() {
        let hasher =
            Hasher::new(&PeopleConfig { hashes_at_once: 1, hashes_waiting_max: 1, ..Config::default().people });
        smol::block_on(async {
            let _busy = hasher.places.acquire_arc().await;
            for _ in 0..3 {
                assert!(future::poll_once(hasher.verify(password("x"), None)).await.is_none(), "it waits");
            }
        });
    }
}
