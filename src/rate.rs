//! Rate limits as token buckets, and which address they count by. Pure: the time is an argument.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};

/// Tokens are counted in thousandths, so that slow rates refill evenly.
const MILLI: i64 = 1_000;

/// Bits of an IPv6 address that one household gets; whoever has one address there has all of them.
const V6_HOUSEHOLD_BITS: u32 = 64;

/// The address that limits count by: IPv4 whole (also when it comes mapped into IPv6), IPv6 without its lower half.
pub fn limit_address(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> (128 - V6_HOUSEHOLD_BITS) << (128 - V6_HOUSEHOLD_BITS)))
        }
        v4 => v4,
    }
}

/// A token bucket: allows bursts up to its capacity and, in the long run, so many a minute.
#[derive(Debug, Clone)]
pub struct Bucket {
    per_minute: u32,
    capacity_milli: i64,
    /// Below 0 when tokens have been promised that are still to come.
    tokens_milli: i64,
    at_ms: u64,
}

impl Bucket {
    /// A full bucket. `per_minute` = 0 switches the limit off.
    pub fn new(capacity: u32, per_minute: u32) -> Bucket {
        let capacity_milli = i64::from(capacity.max(1)) * MILLI;
        Bucket { per_minute, capacity_milli, tokens_milli: capacity_milli, at_ms: 0 }
    }

    /// Takes one token at `now_ms`, a time that never goes back.
    ///
    /// # Errors
    /// The milliseconds after which there will be one.
    pub fn take(&mut self, now_ms: u64) -> Result<(), u64> {
        match self.promise(now_ms, 0) {
            Ok(_) => Ok(()),
            Err(wait_ms) => Err(wait_ms),
        }
    }

    /// Takes the next token at `now_ms`, even if it comes only later, by `wait_ms_max` at most: it is there after the
    /// milliseconds that are returned, and nobody else gets it.
    ///
    /// # Errors
    /// The milliseconds after which there will be one, when those are more; it is not kept.
    pub fn promise(&mut self, now_ms: u64, wait_ms_max: u64) -> Result<u64, u64> {
        if self.per_minute == 0 {
            return Ok(0);
        }
        let gained_milli = self.gained_milli(now_ms);
        if gained_milli > 0 {
            self.tokens_milli = self.capacity_milli.min(self.tokens_milli.saturating_add(gained_milli));
            self.at_ms = now_ms;
        }
        let lacks_milli = u64::try_from(MILLI - self.tokens_milli).unwrap_or(0);
        let wait_ms = (lacks_milli * 60).div_ceil(u64::from(self.per_minute));
        if wait_ms > wait_ms_max {
            return Err(wait_ms);
        }
        self.tokens_milli -= MILLI;
        Ok(wait_ms)
    }

    /// How many tokens are out at `now_ms`.
    pub fn out(&self, now_ms: u64) -> u64 {
        let out_milli = self.capacity_milli - self.tokens_milli.saturating_add(self.gained_milli(now_ms));
        u64::try_from(out_milli).unwrap_or(0).div_ceil(MILLI.unsigned_abs())
    }

    fn gained_milli(&self, now_ms: u64) -> i64 {
        let elapsed_ms = now_ms.saturating_sub(self.at_ms);
        i64::try_from(elapsed_ms.saturating_mul(u64::from(self.per_minute)) / 60).unwrap_or(i64::MAX)
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
        self.out(now_ms) == 0
    }
}

/// Keys from which [`Buckets`] begins to look for those that it may forget.
const SWEPT_FROM: usize = 64;

/// The part of a table in which every bucket is busy that is forgotten at once, so that newcomers rarely wait for that.
const FORGOTTEN_PART: usize = 8;

/// A token bucket for each of a bounded number of keys. A bucket that has filled up again is forgotten at some time, which
/// changes nothing; when all are busy and one more is needed, some are, whichever.
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
        let keys_max = keys_max.max(1);
        Buckets { keys_max, sweep_at: SWEPT_FROM.min(keys_max), buckets: HashMap::new() }
    }

    /// Takes one token of this key at `now_ms`, from a bucket that `new` makes when the key has none.
    ///
    /// # Errors
    /// The milliseconds after which there will be one.
    pub fn take(&mut self, key: K, now_ms: u64, new: impl FnOnce() -> Bucket) -> Result<(), u64> {
        if let Some(bucket) = self.buckets.get_mut(&key) {
            return bucket.take(now_ms);
        }
        let new = new();
        if new.is_off() { Ok(()) } else { self.bucket(key, now_ms, || new).take(now_ms) }
    }

    /// The bucket of this key, which `new` makes when it has none.
    pub fn bucket(&mut self, key: K, now_ms: u64, new: impl FnOnce() -> Bucket) -> &mut Bucket {
        if !self.buckets.contains_key(&key) && self.buckets.len() >= self.sweep_at {
            self.sweep(now_ms);
        }
        self.buckets.entry(key).or_insert_with(new)
    }

    /// The bucket of this key, if it has one.
    pub fn get(&mut self, key: &K) -> Option<&mut Bucket> {
        self.buckets.get_mut(key)
    }

    /// Forgets what is full, and makes room if that is not enough.
    fn sweep(&mut self, now_ms: u64) {
        self.buckets.retain(|_, bucket| !bucket.is_full(now_ms));
        if self.buckets.len() >= self.keys_max {
            let mut forgotten = self.keys_max.div_ceil(FORGOTTEN_PART);
            self.buckets.retain(|_, _| {
                let stays = forgotten == 0;
                forgotten = forgotten.saturating_sub(1);
                stays
            });
        }
        self.sweep_at = (self.buckets.len() * 2).clamp(SWEPT_FROM.min(self.keys_max), self.keys_max);
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
    fn a_promised_token_is_nobody_elses() {
        let mut bucket = Bucket::new(1, 60);
        assert_eq!(
            (bucket.promise(0, 0), bucket.promise(0, 2_000), bucket.promise(0, 2_000)),
            (Ok(0), Ok(1_000), Ok(2_000))
        );
        assert_eq!(bucket.promise(0, 2_000), Err(3_000), "too late to be worth a promise");
        assert_eq!((bucket.take(2_000), bucket.take(2_999), bucket.take(3_000)), (Err(1_000), Err(1), Ok(())));
    }

    #[test]
    fn what_is_out_comes_back() {
        let mut bucket = Bucket::new(10, 1);
        assert_eq!(bucket.out(0), 0);
        assert_eq!((bucket.take(0), bucket.take(0)), (Ok(()), Ok(())));
        assert_eq!((bucket.out(0), bucket.out(30_000), bucket.out(60_000), bucket.out(120_000)), (2, 2, 1, 0));
    }

    #[test]
    fn one_household_is_one_address() {
        let address = |text: &str| -> IpAddr { text.parse().unwrap() };
        assert_eq!(limit_address(address("2001:db8:1:2:3:4:5:6")), address("2001:db8:1:2::"));
        assert_eq!(limit_address(address("::ffff:192.0.2.7")), address("192.0.2.7"));
        assert_eq!(limit_address(address("192.0.2.7")), address("192.0.2.7"));
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
            assert!(key < 1_000 || buckets.len() >= 800, "no more are forgotten than needed");
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
