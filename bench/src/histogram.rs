//! A histogram of fixed size for latencies: every value is kept to within 1.6 %.

/// Buckets for each power of two; half of them are used by all but the first.
const STEPS: u64 = 128;

/// Buckets that every `u64` falls into.
const BUCKETS: usize = 59 * (STEPS as usize / 2);

/// Counts of values in nanoseconds.
#[derive(Debug)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    /// An empty histogram.
    pub fn new() -> Histogram {
        Histogram { counts: vec![0; BUCKETS], total: 0 }
    }

    /// Counts one value.
    pub fn record(&mut self, value: u64) {
        self.counts[bucket(value)] += 1;
        self.total += 1;
    }

    /// The value that the given share (0.99) of all values does not exceed; 0 if there are none.
    pub fn quantile(&self, share: f64) -> u64 {
        let rank = ((self.total as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        for (i, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return middle(i);
            }
        }
        0
    }
}

fn bucket(value: u64) -> usize {
    let magnitude = 63 - (value | 1).leading_zeros() as usize;
    let shift = magnitude.saturating_sub(6);
    shift * (STEPS as usize / 2) + (value >> shift) as usize
}

fn middle(bucket: usize) -> u64 {
    let half = STEPS as usize / 2;
    let shift = (bucket / half).saturating_sub(1);
    let step = (bucket - shift * half) as u64;
    (step << shift) + (1 << shift) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value lands in a bucket whose middle is within 1.6 % of it.
    #[test]
    fn values_are_kept_closely() {
        let mut value = 0_u64;
        while value < u64::MAX / 3 {
            let kept = middle(bucket(value));
            assert!(kept.abs_diff(value) <= value / 64, "{value} became {kept}");
            value = value + value / 50 + 1;
        }
        assert!(bucket(u64::MAX) < BUCKETS);
    }

    /// Quantiles come out where they were put in.
    #[test]
    fn quantiles_are_where_they_belong() {
        let mut histogram = Histogram::new();
        (1..=1000).for_each(|n| histogram.record(n * 1000));
        for (share, expected) in [(0.5, 500_000.0), (0.99, 990_000.0), (1.0, 1_000_000.0)] {
            assert!((histogram.quantile(share) as f64 / expected - 1.0).abs() < 0.02);
        }
        assert_eq!(Histogram::new().quantile(0.5), 0);
    }
}
