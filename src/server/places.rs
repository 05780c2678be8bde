//! How many connections there may be, in all and from one address.

use crate::config::HttpLimits;
use crate::http::problem::Problem;
use crate::rate::limit_address;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Connections that are being told at the same time that there is no place for them; further ones are simply closed.
const REFUSALS_MAX: usize = 64;

/// Milliseconds after which somebody who found no place may try again.
const RETRY_MS: u64 = 5_000;

/// The places of a server.
pub(super) struct Places {
    connections_max: usize,
    per_address_max: usize,
    taken: Mutex<Taken>,
}

/// The places that are taken.
#[derive(Default)]
struct Taken {
    connections: usize,
    refusals: usize,
    /// By address; no entry is 0. Empty when there is no limit by address.
    by_address: HashMap<IpAddr, usize>,
}

/// One place; dropping it gives it back.
pub(super) struct Place {
    places: Arc<Places>,
    kind: Kind,
}

/// What a place is for.
enum Kind {
    /// A connection, counted by this address if there is one.
    Connection(Option<IpAddr>),
    /// A refusal.
    Refusal,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// The server is full.
    Full,
    /// This address has all that one may have.
    AddressFull,
}

impl NoPlace {
    /// What the client is told.
    pub(super) fn problem(self) -> Problem {
        match self {
            NoPlace::Full => {
                let text =
                    "The server has as many connections as it takes. Nothing was done. Try again in a few seconds.";
                Problem::fatal(503, "too_many_connections", text).retry_after_ms(RETRY_MS)
            }
            NoPlace::AddressFull => {
                let text =
                    "Your address has as many connections as one may have. Nothing was done. Close one, and try again.";
                Problem::fatal(429, "too_many_connections", text).retry_after_ms(RETRY_MS)
            }
        }
    }
}

impl Places {
    /// All places free.
    pub(super) fn new(limits: &HttpLimits) -> Arc<Places> {
        let (connections_max, per_address_max) = (limits.connections_max, limits.connections_per_address_max);
        Arc::new(Places { connections_max, per_address_max, taken: Mutex::default() })
    }

    /// Takes a place for a connection from `address`; `None` for one that carries many people's requests, each of which is
    /// counted by itself ([`Place::count_by`]).
    pub(super) fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, NoPlace> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.connections >= self.connections_max {
            return Err(NoPlace::Full);
        }
        let address = address.filter(|_| self.per_address_max > 0).map(limit_address);
        if let Some(address) = address {
            taken.count(address, self.per_address_max)?;
        }
        taken.connections += 1;
        Ok(Place { places: self.clone(), kind: Kind::Connection(address) })
    }

    /// Takes a place for a refusal, if one is left.
    pub(super) fn take_for_refusal(self: &Arc<Self>) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.refusals >= REFUSALS_MAX {
            return None;
        }
        taken.refusals += 1;
        Some(Place { places: self.clone(), kind: Kind::Refusal })
    }
}

impl Taken {
    /// Counts one more by this address.
    fn count(&mut self, address: IpAddr, max: usize) -> Result<(), NoPlace> {
        let count = self.by_address.entry(address).or_default();
        if *count >= max {
            return Err(NoPlace::AddressFull);
        }
        *count += 1;
        Ok(())
    }

    /// Counts one less by this address.
    fn uncount(&mut self, address: IpAddr) {
        if let Some(count) = self.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
    }
}

impl Place {
    /// From now on counts the connection by another address, that of the client for whom a proxy asks, or by none.
    ///
    /// # Errors
    /// [`NoPlace::AddressFull`]; then it counts by none.
    pub(super) fn count_by(&mut self, address: Option<IpAddr>) -> Result<(), NoPlace> {
        let Kind::Connection(counted) = &mut self.kind else { return Ok(()) };
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = counted.take() {
            taken.uncount(before);
        }
        if let Some(address) = address.filter(|_| self.places.per_address_max > 0).map(limit_address) {
            taken.count(address, self.places.per_address_max)?;
            *counted = Some(address);
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match self.kind {
            Kind::Refusal => taken.refusals -= 1,
            Kind::Connection(address) => {
                taken.connections -= 1;
                if let Some(address) = address {
                    taken.uncount(address);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn places(connections_max: usize, connections_per_address_max: usize) -> Arc<Places> {
        Places::new(&HttpLimits { connections_max, connections_per_address_max, ..Config::default().http })
    }

    #[test]
    fn a_place_given_back_can_be_taken_again() {
        let places = places(3, 2);
        let [a, b] = ["192.0.2.1", "192.0.2.2"].map(|address| Some(address.parse().unwrap()));
        let first = places.take(a).ok().unwrap();
        let _second = places.take(a).ok().unwrap();
        assert_eq!(places.take(a).err(), Some(NoPlace::AddressFull));
        let _third = places.take(b).ok().unwrap();
        assert_eq!(places.take(b).err(), Some(NoPlace::Full));
        drop(first);
        assert!(places.take(a).is_ok());
    }

    #[test]
    fn nothing_is_remembered_of_who_has_left() {
        let places = places(10, 2);
        drop((places.take(Some("192.0.2.1".parse().unwrap())), places.take_for_refusal()));
        let taken = places.taken.lock().unwrap();
        assert!(taken.by_address.is_empty() && taken.connections == 0 && taken.refusals == 0);
    }

    #[test]
    fn a_proxys_connection_counts_for_whom_it_asks() {
        let places = places(10, 1);
        let [a, b] = ["192.0.2.1", "192.0.2.2"].map(|address| Some(address.parse().unwrap()));
        let (mut first, mut second) = (places.take(None).ok().unwrap(), places.take(None).ok().unwrap());
        assert_eq!((first.count_by(a), second.count_by(a)), (Ok(()), Err(NoPlace::AddressFull)));
        assert_eq!((first.count_by(b), second.count_by(a)), (Ok(()), Ok(())));
        assert_eq!(places.take(a).err(), Some(NoPlace::AddressFull));
        assert_eq!((second.count_by(None), places.take(a).is_ok()), (Ok(()), true));
        drop((first, second));
        assert!(places.taken.lock().unwrap().by_address.is_empty());
    }

    #[test]
    fn refusals_are_bounded() {
        let places = places(0, 0);
        let refusals: Vec<_> = std::iter::from_fn(|| places.take_for_refusal()).collect();
        assert_eq!(refusals.len(), REFUSALS_MAX);
    }
}
