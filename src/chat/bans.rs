//! Which addresses are kept out: in memory, since every request asks, and brought in step by the follower of the audit log.

use super::close;
use super::follower::{Told, obeyed};
use super::hub::Hub;
use crate::store::audit::Act;
use crate::store::{BanInForce, InForce, StoreError};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{PoisonError, RwLock};

/// The addresses that no ban can keep out: whoever has an account on the machine itself can always come in from there, also
/// by a Unix socket, which has no address.
pub const NEVER_BANNED: [IpAddr; 3] =
    [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::UNSPECIFIED)];

/// The bans in force.
pub struct Bans(RwLock<InForce>);

impl Bans {
    /// What the store knew when it was opened.
    pub fn new(in_force: InForce) -> Bans {
        Bans(RwLock::new(in_force))
    }

    /// The ban that keeps `address` out at `now` (Unix milliseconds), if there is one.
    pub fn of(&self, address: IpAddr, now: i64) -> Option<BanInForce> {
        let in_force = self.0.read().unwrap_or_else(PoisonError::into_inner);
        in_force
            .addresses
            .iter()
            .find(|(range, until)| until.is_none_or(|until| until > now) && range.contains(address))
            .filter(|_| !NEVER_BANNED.contains(&address.to_canonical()))
            .copied()
    }

    /// Whether the time of a ban is over at `now`.
    fn is_any_over(&self, now: i64) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).first_end.is_some_and(|end| end <= now)
    }

    fn set(&self, in_force: InForce) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = in_force;
    }
}

/// What changes which bans are in force.
pub(super) const CONCERNED: &[Act] = &[Act::Banned, Act::AddressesBanned, Act::BanLifted];

impl Hub {
    /// Brings the bans in memory in step with the store, and closes the connections that come from where nobody may come
    /// from any more; they do nothing more when this returns.
    ///
    /// # Errors
    /// The database failed; the bans of before stay in force.
    pub async fn refresh_bans(&self) -> Result<(), StoreError> {
        let now = Hub::unix_ms();
        self.bans.set(self.store.bans_in_force(now).await?);
        let mut told = Vec::new();
        for outlet in self.outlets() {
            if self.bans.of(outlet.address, now).is_some() {
                log::info!("#{} user {}: its address is banned, closing", outlet.id, outlet.user);
                told.push(Told::close(outlet, close::BANNED));
            }
        }
        obeyed(told).await;
        Ok(())
    }

    /// Lifts the bans whose time is over; the audit log says so, and by it everybody learns of it.
    pub(super) async fn lift_ended_bans(&self) {
        let now = Hub::unix_ms();
        if self.bans.is_any_over(now)
            && let Err(problem) = self.store.lift_ended_bans(now).await
        {
            log::warn!("bans whose time is over cannot be lifted: {problem:?}; tried again soon");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bans(list: &[(&str, Option<i64>)]) -> Bans {
        let addresses = list.iter().map(|(range, until)| (range.parse().unwrap(), *until)).collect();
        Bans::new(InForce { addresses, first_end: list.iter().filter_map(|(_, until)| *until).min() })
    }

    #[test]
    fn a_ban_keeps_out_its_range_until_it_ends() {
        let bans = bans(&[("192.0.2.0/24", None), ("2001:db8::/32", Some(1_000))]);
        let is_out = |address: &str, now| bans.of(address.parse().unwrap(), now).is_some();
        assert!(is_out("192.0.2.7", i64::MAX) && is_out("::ffff:192.0.2.7", 0) && !is_out("192.0.3.7", 0));
        assert!(is_out("2001:db8::7", 999) && !is_out("2001:db8::7", 1_000));
        assert!(!bans.is_any_over(999) && bans.is_any_over(1_000));
    }

    #[test]
    fn the_machine_itself_is_never_kept_out() {
        let bans = bans(&[("127.0.0.0/8", None), ("::/32", None)]);
        let is_out = |address: &str| bans.of(address.parse().unwrap(), 0).is_some();
        assert!(is_out("127.0.0.2") && is_out("::2"));
        assert!(!is_out("127.0.0.1") && !is_out("::1") && !is_out("::ffff:127.0.0.1"));
    }
}
