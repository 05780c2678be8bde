//! What a search finds.

use super::{Entry, RoomId, Seq};
use serde::{Deserialize, Serialize};

/// Hits of a page when a request does not say.
pub const HITS: usize = 20;
/// Hits of a page at most.
pub const HITS_MAX: usize = 50;
/// How far a clock on the wall can be from UTC, in minutes.
pub const OFFSET_MINUTES_MAX: i64 = 14 * 60;

/// Where to go on in what was found: behind the message of this time, room and number, in that order, downwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor(pub i64, pub RoomId, pub Seq);

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The message.
    pub entry: Entry,
    /// The messages right before and behind it, as far as there are any close by.
    pub around: Vec<Entry>,
}
