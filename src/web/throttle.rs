//! Slowing down those who guess: token buckets by account and by address, for a bounded number of each.

use super::address::limit_address;
use crate::config::PeopleConfig;
use crate::rate::Bucket;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keys that one throttle remembers at the same time, some 200 bytes each. When they are all busy, one is forgotten.
const KEYS_MAX: usize = 4_096;

/// Bytes of an account's name that are told apart; no real one is longer.
const ACCOUNT_BYTES_MAX: usize = 256;

/// How often more an account may be tried from everywhere than from one address. Whoever guesses from one address keeps out
/// only themselves, not the account's owner at another.
const EVERYWHERE: u32 = 10;

/// A token bucket for each key.
pub struct Throttle<K> {
    per_minute: u32,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Hash + Eq + Clone> Throttle<K> {
    /// Lets each key do so much a minute, in bursts of as many; 0 switches the limit off.
    pub fn new(per_minute: u32) -> Throttle<K> {
        Throttle { per_minute, buckets: Mutex::default() }
    }

    /// Takes one token of this key at `now_ms`.
    ///
    /// # Errors
    /// The milliseconds after which there will be one.
    pub fn take(&self, key: &K, now_ms: u64) -> Result<(), u64> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let mut buckets = self.lock();
        if buckets.len() >= KEYS_MAX && !buckets.contains_key(key) {
            buckets.retain(|_, bucket| !bucket.is_full(now_ms));
            if buckets.len() >= KEYS_MAX {
                let any = buckets.keys().next().cloned();
                any.and_then(|any| buckets.remove(&any));
            }
        }
        buckets.entry(key.clone()).or_insert_with(|| Bucket::new(self.per_minute, self.per_minute)).take(now_ms)
    }

    /// Puts a token back.
    pub fn give_back(&self, key: &K) {
        if let Some(bucket) = self.lock().get_mut(key) {
            bucket.give_back();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Bucket>> {
        // No code that holds the lock can panic half-way through a change.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who may try a password, how often. Each attempt takes a token, a right one puts it back: only failures slow anybody down,
/// and nobody is locked out for good.
pub struct Attempts {
    here: Throttle<(String, IpAddr)>,
    everywhere: Throttle<String>,
    address: Throttle<IpAddr>,
}

impl Attempts {
    /// As the configuration says.
    pub fn new(config: &PeopleConfig) -> Attempts {
        Attempts {
            here: Throttle::new(config.sign_ins_per_minute),
            everywhere: Throttle::new(config.sign_ins_per_minute.saturating_mul(EVERYWHERE)),
            address: Throttle::new(config.sign_ins_per_address),
        }
    }

    /// Somebody at this address tries to come in, by whatever way.
    ///
    /// # Errors
    /// The milliseconds after which they may.
    pub fn knock(&self, address: IpAddr, now_ms: u64) -> Result<(), u64> {
        self.address.take(&limit_address(address), now_ms)
    }

    /// Somebody at this address tries a password of this account, folded, whether or not there is such an account.
    ///
    /// # Errors
    /// The milliseconds after which they may.
    pub fn begin(&self, account: &str, address: IpAddr, now_ms: u64) -> Result<(), u64> {
        let (account, here) = keys(account, address);
        self.knock(address, now_ms)?;
        self.here.take(&here, now_ms)?;
        self.everywhere.take(&account, now_ms).inspect_err(|_| self.here.give_back(&here))
    }

    /// The attempt did not count: it was right, or it was not looked at.
    pub fn forgive(&self, account: &str, address: IpAddr) {
        let (account, here) = keys(account, address);
        self.address.give_back(&limit_address(address));
        self.here.give_back(&here);
        self.everywhere.give_back(&account);
    }
}

fn keys(account: &str, address: IpAddr) -> (String, (String, IpAddr)) {
    let account = account[..account.floor_char_boundary(ACCOUNT_BYTES_MAX)].to_owned();
    (account.clone(), (account, limit_address(address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn attempts(per_minute: u32, per_address: u32) -> Attempts {
        let people = Config::default().people;
        Attempts::new(&PeopleConfig { sign_ins_per_minute: per_minute, sign_ins_per_address: per_address, ..people })
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    #[test]
    fn failures_slow_down_and_a_right_password_after_the_wait_works() {
        let attempts = attempts(2, 0);
        for _ in 0..2 {
            assert_eq!(attempts.begin("rosa", address(1), 0), Ok(()));
        }
        assert_eq!(attempts.begin("rosa", address(1), 0), Err(30_000));
        assert_eq!(attempts.begin("bea", address(1), 0), Ok(()), "another account");
        assert_eq!(attempts.begin("rosa", address(2), 0), Ok(()), "the owner at home");
        assert_eq!(attempts.begin("rosa", address(1), 30_000), Ok(()));
    }

    #[test]
    fn an_account_is_guessed_at_no_faster_from_many_addresses() {
        let attempts = attempts(2, 0);
        let tried = (0..100).filter(|number| attempts.begin("rosa", address(*number), 0).is_ok()).count();
        assert_eq!(tried, 20);
    }

    #[test]
    fn one_address_guesses_at_no_more_accounts() {
        let attempts = attempts(0, 5);
        let tried = (0..100).filter(|number| attempts.begin(&format!("user {number}"), address(1), 0).is_ok()).count();
        assert_eq!(tried, 5);
    }

    #[test]
    fn what_is_forgiven_does_not_count() {
        let attempts = attempts(1, 1);
        for _ in 0..10 {
            assert_eq!(attempts.begin("rosa", address(1), 0), Ok(()));
            attempts.forgive("rosa", address(1));
        }
    }

    #[test]
    fn the_number_of_keys_and_their_size_are_bounded() {
        let attempts = attempts(1, 1);
        for number in 0..KEYS_MAX as u32 + 100 {
            let _ = attempts.begin(&format!("{number}{}", "ü".repeat(10_000)), address(number), 0);
        }
        assert!(attempts.everywhere.lock().len() <= KEYS_MAX && attempts.address.lock().len() <= KEYS_MAX);
        assert!(attempts.everywhere.lock().keys().all(|account| account.len() <= ACCOUNT_BYTES_MAX));
    }
}
