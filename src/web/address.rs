//! Rate limits by address, for a bounded number of addresses.

use crate::rate::{self, Bucket};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Addresses that are remembered at the same time: some 100 bytes each. When they are all busy, one is forgotten.
const ADDRESSES_MAX: usize = 4_096;

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

/// A token bucket for each address.
pub struct Buckets {
    per_minute: u32,
    buckets: Mutex<rate::Buckets<IpAddr>>,
}

impl Buckets {
    /// Lets each address do so much a minute, in bursts of as many; 0 switches the limit off.
    pub fn new(per_minute: u32) -> Buckets {
        Buckets { per_minute, buckets: Mutex::new(rate::Buckets::new(ADDRESSES_MAX)) }
    }

    /// Takes one token of this address at `now_ms`.
    ///
    /// # Errors
    /// The milliseconds after which there will be one.
    pub fn take(&self, address: IpAddr, now_ms: u64) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(limit_address(address), now_ms, || Bucket::new(self.per_minute, self.per_minute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_household_is_one_address() {
        assert_eq!(limit_address(address("2001:db8:1:2:3:4:5:6")), address("2001:db8:1:2::"));
        assert_eq!(limit_address(address("::ffff:192.0.2.7")), address("192.0.2.7"));
        assert_eq!(limit_address(address("192.0.2.7")), address("192.0.2.7"));
    }

    #[test]
    fn one_address_cannot_use_up_anothers_tokens() {
        let buckets = Buckets::new(2);
        let (a, b) = (address("192.0.2.1"), address("192.0.2.2"));
        assert_eq!((buckets.take(a, 0), buckets.take(a, 0)), (Ok(()), Ok(())));
        assert_eq!(buckets.take(a, 0), Err(30_000));
        assert_eq!(buckets.take(b, 0), Ok(()));
        assert_eq!(buckets.take(a, 30_000), Ok(()));
    }
}
