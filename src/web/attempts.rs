//! Slowing down those who guess, without keeping out those who do not.
//!
//! A wrong password costs a token of its address, one of its account at that address, and one of its account from
//! everywhere. The last is what many addresses share who guess at one account, so its owner must not depend on it:
//!
//! - an address from which somebody has signed in to the account does without it, and so does whoever has a session;
//! - whoever else finds no token is told when there is one, and that one is theirs: nobody else gets it in between.

use super::throttle::{KEYS_MAX, Throttle};
use crate::config::PeopleConfig;
use crate::rate::limit_address;
use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How often more an account may be tried from everywhere than from one address.
pub(super) const EVERYWHERE: u32 = 10;

/// The longest wait after which a try is kept for whoever is told of it, in milliseconds; by default 2,000 may wait in it.
const PROMISE_MS_MAX: u64 = 1_200_000;

/// For how long after that it is kept, in milliseconds: for a person who has looked away.
const KEPT_MS: u64 = 60_000;

/// How often the promises that were not taken up are looked for, in milliseconds, when there is no room for another.
const SWEEP_MS: u64 = 1_000;

/// An account, by a hash that nobody outside can foresee, and an address. Names that are as long as a body are one number.
type Pair = (u64, IpAddr);

/// Who may try a password, or an invitation, how often. Nobody is locked out for good.
pub(super) struct Attempts {
    names: RandomState,
    address: Throttle<IpAddr>,
    links: Throttle<IpAddr>,
    here: Throttle<Pair>,
    everywhere: Throttle<u64>,
    places: Mutex<Places>,
}

/// Where accounts are known, and who waits; at most [`KEYS_MAX`] of each, some 50 bytes each.
#[derive(Default)]
struct Places {
    /// From where somebody has signed in to an account.
    known: HashSet<Pair>,
    /// Who was told to wait, and until when.
    promised: HashMap<Pair, u64>,
    swept_ms: u64,
}

/// A try of a password that was let through. Dropped, it counts as wrong.
#[must_use]
pub(super) struct Attempt {
    pair: Pair,
    /// Whether it has a token that those at other addresses lack.
    is_shared: bool,
}

/// Who tries a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Anybody.
    Anybody,
    /// Somebody who has a session of the account, and is asked once more.
    Session,
}

impl Attempts {
    /// As the configuration says.
    pub(super) fn new(config: &PeopleConfig) -> Attempts {
        Attempts {
            names: RandomState::new(),
            address: Throttle::new(config.sign_ins_per_address),
            links: Throttle::new(config.sign_ins_per_address),
            here: Throttle::new(config.sign_ins_per_minute),
            everywhere: Throttle::new(config.sign_ins_per_minute.saturating_mul(EVERYWHERE)),
            places: Mutex::default(),
        }
    }

    /// Somebody at this address makes an account.
    ///
    /// # Errors
    /// The milliseconds after which they may.
    pub(super) fn knock(&self, address: IpAddr, now_ms: u64) -> Result<(), u64> {
        self.address.take(&limit_address(address), now_ms)
    }

    /// Somebody at this address shows an invitation. That counts apart from passwords.
    ///
    /// # Errors
    /// The milliseconds after which they may.
    pub(super) fn show_link(&self, address: IpAddr, now_ms: u64) -> Result<(), u64> {
        self.links.take(&limit_address(address), now_ms)
    }

    /// The invitation was good, and does not count.
    pub(super) fn good_link(&self, address: IpAddr) {
        self.links.give_back(&limit_address(address));
    }

    /// Somebody at this address tries a password of this account, folded, whether or not there is such an account.
    ///
    /// # Errors
    /// The milliseconds after which they may.
    pub(super) fn begin(&self, account: &str, address: IpAddr, by: By, now_ms: u64) -> Result<Attempt, u64> {
        let address = limit_address(address);
        let pair = (self.names.hash_one(account), address);
        self.address.take(&address, now_ms)?;
        self.here.take(&pair, now_ms)?;
        if by == By::Session || self.lock().known.contains(&pair) {
            return Ok(Attempt { pair, is_shared: false });
        }
        match self.wait_ms(pair, now_ms) {
            0 => Ok(Attempt { pair, is_shared: true }),
            wait_ms => {
                self.here.give_back(&pair);
                Err(wait_ms)
            }
        }
    }

    /// The password was right: the try does not count, and this address is known from now on.
    pub(super) fn right(&self, attempt: &Attempt) {
        self.give_back(attempt);
        if attempt.is_shared {
            self.everywhere.give_back(&attempt.pair.0);
        }
        let mut places = self.lock();
        if places.known.len() >= KEYS_MAX && !places.known.contains(&attempt.pair) {
            let any = places.known.iter().next().copied();
            any.and_then(|any| places.known.take(&any));
        }
        places.known.insert(attempt.pair);
    }

    /// The password was not looked at, through no fault of theirs: they may try again at once.
    pub(super) fn not_looked_at(&self, attempt: &Attempt, now_ms: u64) {
        self.give_back(attempt);
        if attempt.is_shared && !self.lock().keep(attempt.pair, now_ms, now_ms) {
            self.everywhere.give_back(&attempt.pair.0);
        }
    }

    fn give_back(&self, attempt: &Attempt) {
        self.address.give_back(&attempt.pair.1);
        self.here.give_back(&attempt.pair);
    }

    /// After how many milliseconds the account may be tried from there; 0: now, and the token is taken.
    fn wait_ms(&self, pair: Pair, now_ms: u64) -> u64 {
        let mut places = self.lock();
        if let Some(due_ms) = places.promised.get(&pair).copied() {
            if now_ms < due_ms {
                return due_ms - now_ms;
            }
            places.promised.remove(&pair);
            if now_ms <= due_ms.saturating_add(KEPT_MS) {
                return 0;
            }
        }
        let wait_ms_max = if places.has_room(now_ms) { PROMISE_MS_MAX } else { 0 };
        match self.everywhere.promise(&pair.0, now_ms, wait_ms_max) {
            Ok(0) => 0,
            Ok(wait_ms) => {
                places.promised.insert(pair, now_ms + wait_ms);
                wait_ms
            }
            Err(wait_ms) => wait_ms,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        // No code that holds the lock can panic half-way through a change.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// Whether there is room for one more promise; those that nobody has come back for make some.
    fn has_room(&mut self, now_ms: u64) -> bool {
        if self.promised.len() >= KEYS_MAX && now_ms >= self.swept_ms.saturating_add(SWEEP_MS) {
            self.swept_ms = now_ms;
            self.promised.retain(|_, due_ms| now_ms <= due_ms.saturating_add(KEPT_MS));
        }
        self.promised.len() < KEYS_MAX
    }

    /// Keeps a try for whoever comes back at `due_ms`; false: there is no room.
    fn keep(&mut self, pair: Pair, due_ms: u64, now_ms: u64) -> bool {
        let has_room = self.has_room(now_ms);
        if has_room {
            self.promised.insert(pair, due_ms);
        }
        has_room
    }
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

    /// A try of somebody's password that is wrong.
    fn guess(attempts: &Attempts, account: &str, from: u32, now_ms: u64) -> Result<(), u64> {
        attempts.begin(account, address(from), By::Anybody, now_ms).map(drop)
    }

    #[test]
    fn failures_slow_down_and_a_right_password_after_the_wait_works() {
        let attempts = attempts(2, 0);
        for _ in 0..2 {
            assert_eq!(guess(&attempts, "rosa", 1, 0), Ok(()));
        }
        assert_eq!(guess(&attempts, "rosa", 1, 0), Err(30_000));
        assert_eq!(guess(&attempts, "bea", 1, 0), Ok(()), "another account");
        assert_eq!(guess(&attempts, "rosa", 2, 0), Ok(()), "the owner at home");
        assert_eq!(guess(&attempts, "rosa", 1, 30_000), Ok(()));
    }

    #[test]
    fn an_account_is_guessed_at_no_faster_from_many_addresses() {
        let attempts = attempts(2, 0);
        let tried = (0..100).filter(|number| guess(&attempts, "rosa", *number, 0).is_ok()).count();
        assert_eq!(tried, 20);
        // In the long run, too: a thousand who come every ten seconds for half an hour.
        let seconds = (1..=1_800).step_by(10);
        let tries = seconds.flat_map(|second| (0..1_000).map(move |from| (second * 1_000, from)));
        let tried = tries.filter(|(now_ms, from)| guess(&attempts, "rosa", *from, *now_ms).is_ok()).count();
        assert!((300..=600).contains(&tried), "{tried} in half an hour at 20 a minute");
    }

    /// A thousand addresses guess at one account, each as often as it is let; its owner comes from another one.
    #[test]
    fn whoever_waits_as_told_gets_their_try_however_many_guess() {
        let attempts = attempts(10, 0);
        let mut due_ms = 0;
        let mut tries = 0;
        let mut now_ms = 0;
        loop {
            for from in 0..1_000 {
                let _ = guess(&attempts, "rosa", from, now_ms);
            }
            if now_ms >= 10_000 && now_ms >= due_ms {
                tries += 1;
                match guess(&attempts, "rosa", 5_000, now_ms) {
                    Ok(()) => break,
                    Err(wait_ms) => due_ms = now_ms + wait_ms,
                }
            }
            now_ms += 2_000;
        }
        assert_eq!(tries, 2, "told once, then in");
        assert!(now_ms < 10_000 + PROMISE_MS_MAX, "{now_ms}");
    }

    #[test]
    fn asking_early_changes_nothing_and_a_try_that_was_not_looked_at_is_kept() {
        let attempts = attempts(2, 0);
        for from in 0..100 {
            let _ = guess(&attempts, "rosa", from, 0);
        }
        let told_ms = guess(&attempts, "rosa", 5_000, 0).unwrap_err();
        assert_eq!(guess(&attempts, "rosa", 5_000, 1_000), Err(told_ms - 1_000));
        for _ in 0..5 {
            let attempt = attempts.begin("rosa", address(5_000), By::Anybody, told_ms).ok().unwrap();
            attempts.not_looked_at(&attempt, told_ms);
        }
        assert_eq!(guess(&attempts, "rosa", 5_000, told_ms), Ok(()));
        assert!(guess(&attempts, "rosa", 5_000, told_ms).is_err(), "one try, not two");
    }

    #[test]
    fn a_known_address_and_a_session_do_not_wait_for_those_who_guess_elsewhere() {
        let attempts = attempts(2, 0);
        let attempt = attempts.begin("rosa", address(7), By::Anybody, 0).ok().unwrap();
        attempts.right(&attempt);
        for from in 100..2_000 {
            let _ = guess(&attempts, "rosa", from, 0);
        }
        assert_eq!(guess(&attempts, "rosa", 7, 0), Ok(()));
        assert!(attempts.begin("rosa", address(8), By::Session, 0).is_ok());
        assert!(guess(&attempts, "rosa", 9, 0).is_err(), "an unknown one waits");
        assert_eq!(
            (guess(&attempts, "rosa", 7, 0), guess(&attempts, "rosa", 7, 0)),
            (Ok(()), Err(30_000)),
            "as everybody"
        );
    }

    #[test]
    fn one_address_guesses_at_no_more_accounts() {
        let attempts = attempts(0, 5);
        let tried = (0..100).filter(|number| guess(&attempts, &format!("user {number}"), 1, 0).is_ok()).count();
        assert_eq!(tried, 5);
        assert_eq!(attempts.show_link(address(1), 0), Ok(()), "invitations count apart");
    }

    #[test]
    fn what_is_right_does_not_count() {
        let attempts = attempts(1, 1);
        for _ in 0..50 {
            let attempt = attempts.begin("rosa", address(1), By::Anybody, 0).ok().unwrap();
            attempts.right(&attempt);
            assert_eq!(attempts.show_link(address(1), 0), Ok(()));
            attempts.good_link(address(1));
        }
        assert_eq!((attempts.show_link(address(1), 0), attempts.show_link(address(1), 0)), (Ok(()), Err(60_000)));
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let attempts = attempts(1, 1);
        for number in 0..3 * KEYS_MAX as u32 {
            let _ = guess(&attempts, &number.to_string(), number, 0);
            let _ = guess(&attempts, "rosa", number, 0);
            let attempt = Attempt { pair: (0, address(number)), is_shared: false };
            attempts.right(&attempt);
        }
        assert!(attempts.everywhere.len() <= KEYS_MAX && attempts.address.len() <= KEYS_MAX);
        assert!(attempts.here.len() <= KEYS_MAX);
        let places = attempts.lock();
        assert!(places.known.len() <= KEYS_MAX && places.promised.len() <= KEYS_MAX);
    }
}
