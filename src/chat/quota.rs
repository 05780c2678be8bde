//! How often one account may do what, over all its connections and programs together, and how often all who share an address.
//!
//! The hub owns the one table, so that ten tabs send no more than one, and a hundred guests of one machine no more than a
//! household. A limit refuses a request and says when it may come again; it never ends a connection.

use crate::config::ChatLimits;
use crate::protocol::{Error, UserId};
use crate::rate::{Bucket, Buckets, limit_address};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Accounts' limits that are remembered at the same time: some 60 bytes each. When they are all busy, one is forgotten.
const BUCKETS_MAX: usize = 32_768;

/// How often more all who share an address may do something than one account: a classroom behind one router.
pub const ACCOUNTS_AN_ADDRESS: u32 = 30;

/// What may come at once, as a part of what a minute allows.
const BURSTS_A_MINUTE: u32 = 4;

/// What is counted, each by itself, so that whoever writes much can still read, leave or report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quota {
    /// Messages, topics, deletions and other entries of a room's log.
    Send,
    /// Pages, lists and read positions.
    Ask,
    /// Searches, which are dearer than anything else that is asked.
    Search,
    /// Notices that one is typing.
    Typing,
    /// Joining and leaving rooms, bringing in and removing people; also of rooms that do not exist.
    Join,
    /// Making rooms, direct ones included; making bots, revoking them and links.
    Create,
    /// Reports to the moderators.
    Report,
    /// Files that one begins to upload.
    Upload,
}

/// All that is counted.
pub const QUOTAS: [Quota; 8] =
    [Quota::Send, Quota::Ask, Quota::Search, Quota::Typing, Quota::Join, Quota::Create, Quota::Report, Quota::Upload];

/// Whose doings are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Account(UserId),
    Address(IpAddr),
}

/// The table.
pub struct Quotas {
    buckets: Mutex<Buckets<(Who, Quota)>>,
}

impl Default for Quotas {
    fn default() -> Quotas {
        Quotas { buckets: Mutex::new(Buckets::new(BUCKETS_MAX)) }
    }
}

impl Quotas {
    /// Counts one thing that `user`, who comes from `address`, does at `now_ms`, a time that never goes back. Whoever comes by
    /// a Unix socket has no address (`0.0.0.0`), and is counted by account only.
    ///
    /// # Errors
    /// `rate_limited` with `retry_after_ms`; nothing was counted.
    pub fn take(
        &self,
        limits: &ChatLimits,
        (user, address): (UserId, IpAddr),
        quota: Quota,
        now_ms: u64,
    ) -> Result<(), Error> {
        let account = (Who::Account(user), quota);
        let per_minute = per_minute(limits, quota);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(account, now_ms, || bucket(per_minute)).map_err(Error::rate_limited)?;
        if address.is_unspecified() {
            return Ok(());
        }
        let all = (Who::Address(limit_address(address)), quota);
        let per_minute = per_minute.saturating_mul(ACCOUNTS_AN_ADDRESS);
        buckets.take(all, now_ms, || bucket(per_minute)).map_err(|retry_after_ms| {
            if let Some(bucket) = buckets.get(&account) {
                bucket.give_back();
            }
            Error::rate_limited(retry_after_ms)
        })
    }
}

fn bucket(per_minute: u32) -> Bucket {
    Bucket::new(per_minute / BURSTS_A_MINUTE, per_minute)
}

fn per_minute(limits: &ChatLimits, quota: Quota) -> u32 {
    match quota {
        Quota::Send => limits.sends_per_minute,
        Quota::Ask => limits.asks_per_minute,
        Quota::Search => limits.searches_per_minute,
        Quota::Typing => limits.typing_per_minute,
        Quota::Join => limits.joins_per_minute,
        Quota::Create => limits.creates_per_minute,
        Quota::Report => limits.reports_per_minute,
        Quota::Upload => limits.uploads_per_minute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::protocol::Code;
    use std::net::Ipv4Addr;

    const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    const AWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

    #[test]
    fn every_kind_of_thing_is_counted_by_itself_and_by_account() {
        let limits = Config::default().chat;
        let quotas = Quotas::default();
        for quota in QUOTAS {
            let take = |user, now_ms| quotas.take(&limits, (user, HOME), quota, now_ms);
            let burst = (0..10_000).take_while(|_| take(1, 0).is_ok()).count();
            assert!((1..10_000).contains(&burst), "{quota:?} {burst}");
            let error = take(1, 0).unwrap_err();
            assert_eq!(error.code, Code::RateLimited);
            let retry_after_ms = error.retry_after_ms.unwrap();
            assert!(take(1, retry_after_ms).is_ok(), "{quota:?} keeps its word");
            assert!(take(2, 0).is_ok(), "{quota:?} is another account's own");
        }
    }

    #[test]
    fn a_crowd_of_accounts_at_one_address_does_no_more_than_a_classroom() {
        let limits = Config::default().chat;
        let quotas = Quotas::default();
        let crowd = |address| {
            let take = |user: &UserId| quotas.take(&limits, (*user, address), Quota::Create, 0).is_ok();
            (1..=1_000).filter(take).count()
        };
        let burst = limits.creates_per_minute / BURSTS_A_MINUTE;
        assert_eq!(crowd(HOME), (burst * ACCOUNTS_AN_ADDRESS) as usize);
        assert_eq!(crowd(AWAY), (burst * ACCOUNTS_AN_ADDRESS) as usize, "another address is another's own");
        let refused = quotas.take(&limits, (1, HOME), Quota::Create, 0).unwrap_err();
        assert!(refused.retry_after_ms.is_some_and(|ms| ms > 0));
        let mut own =
            (0..burst - 2).map(|_| quotas.take(&limits, (1, IpAddr::V4(Ipv4Addr::UNSPECIFIED)), Quota::Create, 0));
        assert!(own.all(|taken| taken.is_ok()), "what an address refuses costs the account nothing");
    }
}
