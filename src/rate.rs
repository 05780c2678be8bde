//! Rate limits as token buckets. Pure: the time is an argument.

use std::collections::HashMap;
use std::hash::Hash;

/// Tokens are counted in thousandths, so that slow rates refill evenly.
const MILLI: u64 = 1_000;

/// A token bucket: allows bursts up to its capacity and, in the long run, so many a minute.
#[derive(Debug, Clone)]
pub struct Bucket {
    per_minute: u32,
    capacity_milli: u64,
    tokens_milli: u64,
    at_ms: u64,
}

impl Bucket {
    /// A full bucket. `per_minute` = 0 switches the limit off.
    pub fn new(capacity: u32, per_minute: u32) -> Bucket {
        let capacity_milli = u64::from(capacity.max(1)) * MILLI;
        Bucket { per_minute, capacity_milli, tokens_milli: capacity_milli, at_ms: 0 }
    }

    /// Takes one token at `now_ms`, a time that never goes back.
    ///
    /// # Errors
    /// The milliseconds after which there will be one.
    pub fn take(&mut self, now_ms: u64) -> Result<(), u64> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let per_minute = u64::from(self.per_minute);
        let elapsed_ms = now_ms.saturating_sub(self.at_ms);
        let gained_milli = elapsed_ms.saturating_mul(per_minute) / 60;
        if gained_milli > 0 {
            self.tokens_milli = self.capacity_milli.min(self.tokens_milli.saturating_add(gained_milli));
            self.at_ms = now_ms;
        }
        if self.tokens_milli >= MILLI {
            self.tokens_milli -= MILLI;
            return Ok(());
        }
        Err(((MILLI - self.tokens_milli) * 60).div_ceil(per_minute))
    }

    /// Whether the limit is switched off.
    pub fn is_off(&self) -> bool {
        self.per_minute == 0
    }

    /// Puts the token back that was taken last, for what did not count.
    pub fn give_back(&mut self) {
        self.tokens_milli = self.capacity_milli.min(self.tokens_milli.saturating_add(MILLI));
    }

    /// Whether the bucket has filled up again, so that forgetting it changes nothing.
    pub fn is_full(&self, now_ms: u64) -> bool {
        let elapsed_ms = now_ms.saturating_sub(self.at_ms);
        let gained_milli = elapsed_ms.saturating_mul(u64::from(self.per_minute)) / 60;
        self.tokens_milli.saturating_add(gained_milli) >= self.capacity_milli
    }
}

/// Keys from which [`Buckets`] begins to look for those that it may forget.
const SWEPT_FROM: usize = 64;

/// A token bucket for each of a bounded number of keys. A bucket that has filled up again is forgotten at some time, which
/// changes nothing; when all are busy and one more is needed, any one is.
#[derive(Debug)]
pub struct Buckets<K> {
    keys_max: usize,
    /// The number of keys at which the full ones are forgotten next; so far apart that looking costs each newcomer little.
    sweep_at: usize,
    buckets: HashMap<K, Bucket>,
}

impl<K: Copy + Eq + Hash> Buckets<K> {
    /// No buckets yet, and never more than `keys_max`.
    pub fn new(keys_max: usize) -> Buckets<K> {
        Buckets { keys_max: keys_max.max(1), sweep_at: SWEPT_FROM.min(keys_max), buckets: HashMap::new() }
    }

    /// Takes one token of this key at `now_ms`, from a bucket that `new` makes when the key has none.
    ///
    /// # Errors
    /// The milliseconds after which there will be one.
    pub fn take(&mut self, key: K, now_ms: u64, new: impl FnOnce() -> Bucket) -> Result<(), u64> {
        if let Some(bucket) = self.buckets.get_mut(&key) {
            return bucket.take(now_ms);
        }
        let mut bucket = new();
        if bucket.is_off() {
            return Ok(());
        }
        if self.buckets.len() >= self.sweep_at {
            self.buckets.retain(|_, bucket| !bucket.is_full(now_ms));
            self.sweep_at = (self.buckets.len() * 2).clamp(SWEPT_FROM.min(self.keys_max), self.keys_max);
        }
        if self.buckets.len() >= self.keys_max {
            let any = self.buckets.keys().next().copied();
            any.and_then(|key| self.buckets.remove(&key));
        }
        let taken = bucket.take(now_ms);
        self.buckets.insert(key, bucket);
        taken
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.buckets.len()
    }

    /// Whether no key is remembered.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_holds() {
        let mut bucket = Bucket::new(3, 60);
        for _ in 0..3 {
            assert_eq!(bucket.take(10_000), Ok(()));
        }
        assert_eq!(bucket.take(10_000), Err(1_000));
        assert_eq!(bucket.take(10_400), Err(600));
        assert_eq!(bucket.take(11_000), Ok(()));
        assert_eq!(bucket.take(11_000), Err(1_000));
    }

    #[test]
    fn what_did_not_count_is_given_back_but_never_more_than_fits() {
        let mut bucket = Bucket::new(1, 60);
        bucket.give_back();
        assert_eq!((bucket.take(0), bucket.take(0)), (Ok(()), Err(1_000)));
        bucket.give_back();
        assert_eq!((bucket.take(0), bucket.take(0)), (Ok(()), Err(1_000)));
    }

    #[test]
    fn asking_often_does_not_starve() {
        let mut bucket = Bucket::new(1, 7);
        assert_eq!(bucket.take(1), Ok(()));
        let passed = (2..60_001).filter(|now_ms| bucket.take(*now_ms).is_ok()).count();
        assert!((6..=7).contains(&passed), "{passed} a minute");
    }

    #[test]
    fn zero_switches_the_limit_off_and_a_full_bucket_may_be_forgotten() {
        let mut off = Bucket::new(1, 0);
        assert!((0..1_000).all(|_| off.take(0).is_ok()));
        let mut bucket = Bucket::new(2, 60);
        assert!(bucket.is_full(0));
        assert_eq!(bucket.take(5_000), Ok(()));
        assert!(!bucket.is_full(5_500));
        assert!(bucket.is_full(6_000));
    }

    #[test]
    fn one_key_cannot_use_up_anothers_tokens() {
        let mut buckets = Buckets::new(10);
        let new = || Bucket::new(2, 2);
        assert_eq!((buckets.take('a', 0, new), buckets.take('a', 0, new)), (Ok(()), Ok(())));
        assert_eq!(buckets.take('a', 0, new), Err(30_000));
        assert_eq!(buckets.take('b', 0, new), Ok(()));
        assert_eq!(buckets.take('a', 30_000, new), Ok(()));
    }

    #[test]
    fn the_number_of_keys_is_bounded_and_full_buckets_are_forgotten() {
        let mut buckets = Buckets::new(1_000);
        for key in 0..3_000_u32 {
            let _ = buckets.take(key, 0, || Bucket::new(1, 1));
            assert!(buckets.len() <= 1_000);
        }
        let _ = buckets.take(3_000, 120_000, || Bucket::new(1, 1));
        assert_eq!(buckets.len(), 1, "all others have filled up");
        for key in 0..10_000_u64 {
            let _ = buckets.take(u32::try_from(key).unwrap(), 200_000 + key * 60_000, || Bucket::new(1, 1));
            assert!(buckets.len() <= SWEPT_FROM, "those who come one after another cost no memory");
        }
    }

    #[test]
    fn a_limit_that_is_off_remembers_nobody() {
        let mut buckets = Buckets::new(10);
        assert!((0..100).all(|key| buckets.take(key, 0, || Bucket::new(1, 0)).is_ok()));
        assert!(buckets.is_empty());
    }
}
