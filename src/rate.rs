//! Rate limits as token buckets. Pure: the time is an argument.

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
}
