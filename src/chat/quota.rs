//! How often one account may do what, over all its connections and programs together.
//!
//! The hub owns the one table, so that ten tabs send no more than one. A limit refuses a request and says when it may come
//! again; it never ends a connection.

use crate::config::ChatLimits;
use crate::protocol::{Error, UserId};
use crate::rate::{Bucket, Buckets};
use std::sync::{Mutex, PoisonError};

/// Accounts' limits that are remembered at the same time: some 60 bytes each. When they are all busy, one is forgotten.
const BUCKETS_MAX: usize = 32_768;

/// What may come at once, as a part of what a minute allows.
const BURSTS_A_MINUTE: u32 = 4;

/// What is counted, each by itself, so that whoever writes much can still read, leave or report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quota {
    /// Messages, topics, deletions and other entries of a room's log.
    Send,
    /// Pages, lists and read positions.
    Ask,
    /// Notices that one is typing.
    Typing,
    /// Joining and leaving rooms, bringing in and removing people; also of rooms that do not exist.
    Join,
    /// Making rooms, direct ones included; making bots, revoking them and links.
    Create,
    /// Reports to the moderators.
    Report,
}

/// All that is counted.
pub const QUOTAS: [Quota; 6] = [Quota::Send, Quota::Ask, Quota::Typing, Quota::Join, Quota::Create, Quota::Report];

/// The table.
pub struct Quotas {
    buckets: Mutex<Buckets<(UserId, Quota)>>,
}

impl Default for Quotas {
    fn default() -> Quotas {
        Quotas { buckets: Mutex::new(Buckets::new(BUCKETS_MAX)) }
    }
}

impl Quotas {
    /// Counts one thing that `user` does at `now_ms`, a time that never goes back.
    ///
    /// # Errors
    /// `rate_limited` with `retry_after_ms`; nothing was counted.
    pub fn take(&self, limits: &ChatLimits, user: UserId, quota: Quota, now_ms: u64) -> Result<(), Error> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take((user, quota), now_ms, || bucket(limits, quota)).map_err(Error::rate_limited)
    }
}

fn bucket(limits: &ChatLimits, quota: Quota) -> Bucket {
    let per_minute = match quota {
        Quota::Send => limits.sends_per_minute,
        Quota::Ask => limits.asks_per_minute,
        Quota::Typing => limits.typing_per_minute,
        Quota::Join => limits.joins_per_minute,
        Quota::Create => limits.creates_per_minute,
        Quota::Report => limits.reports_per_minute,
    };
    Bucket::new(per_minute / BURSTS_A_MINUTE, per_minute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::protocol::Code;

    #[test]
    fn every_kind_of_thing_is_counted_by_itself_and_by_account() {
        let limits = Config::default().chat;
        let quotas = Quotas::default();
        for quota in QUOTAS {
            let burst = (0..10_000).take_while(|_| quotas.take(&limits, 1, quota, 0).is_ok()).count();
            assert!((1..10_000).contains(&burst), "{quota:?} {burst}");
            let error = quotas.take(&limits, 1, quota, 0).unwrap_err();
            assert_eq!(error.code, Code::RateLimited);
            let retry_after_ms = error.retry_after_ms.unwrap();
            assert!(quotas.take(&limits, 1, quota, retry_after_ms).is_ok(), "{quota:?} keeps its word");
            assert!(quotas.take(&limits, 2, quota, 0).is_ok(), "{quota:?} is another account's own");
        }
    }
}
