//! A rate limit that handlers share: a token bucket for each of a bounded number of keys.

use crate::rate::{Bucket, Buckets};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keys that one throttle remembers at the same time, some 100 bytes each.
pub(super) const KEYS_MAX: usize = 4_096;

/// Lets each key do so much a minute.
pub(super) struct Throttle<K> {
    per_minute: u32,
    buckets: Mutex<Buckets<K>>,
}

impl<K: Hash + Eq + Copy> Throttle<K> {
    /// Lets each key do so much a minute, in bursts of as many; 0 switches the limit off.
    pub(super) fn new(per_minute: u32) -> Throttle<K> {
        Throttle { per_minute, buckets: Mutex::new(Buckets::new(KEYS_MAX)) }
    }

    /// Takes one token of this key at `now_ms`.
    ///
    /// # Errors
    /// The milliseconds after which there will be one.
    pub(super) fn take(&self, key: &K, now_ms: u64) -> Result<(), u64> {
        self.lock().take(*key, now_ms, || Bucket::new(self.per_minute, self.per_minute))
    }

    /// Takes the next token of this key, even if it comes only later, by `wait_ms_max` at most; after how many milliseconds.
    ///
    /// # Errors
    /// The milliseconds after which there will be one, when those are more; it is not kept.
    pub(super) fn promise(&self, key: &K, now_ms: u64, wait_ms_max: u64) -> Result<u64, u64> {
        if self.per_minute == 0 {
            return Ok(0);
        }
        let mut buckets = self.lock();
        let bucket = buckets.bucket(*key, now_ms, || Bucket::new(self.per_minute, self.per_minute));
        bucket.promise(now_ms, wait_ms_max)
    }

    /// Puts a token back, for what did not count.
    pub(super) fn give_back(&self, key: &K) {
        if let Some(bucket) = self.lock().get(key) {
            bucket.give_back();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Buckets<K>> {
        // No code that holds the lock can panic half-way through a change.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
impl<K: Hash + Eq + Copy> Throttle<K> {
    /// How many keys are remembered.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}
