//! Handing one thing to everybody in a room, by as many threads as there are.
//!
//! Members are taken in shards. A thread takes the next shard as soon as it has done one, and lets others go on in between, so
//! that a large room keeps no thread from the small ones. The room waits until all are done: what each member gets keeps its
//! order, since the next thing begins only then.

use super::hub::Hub;
use super::outlet::Outlet;
use super::room::{Handed, SeatId};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Members of one shard: about a millisecond of writing, far more than handing a shard over costs.
const SHARD_SEATS: usize = 256;

/// Those who sit in a room, with what is said there handed to each by their outlet.
pub type Crowd = Arc<[(SeatId, Arc<Outlet>)]>;

/// Hands something to everybody in `crowd`; the seats that did not take it.
pub async fn hand_to_all(
    hub: &Hub,
    crowd: Crowd,
    hand: impl Fn(SeatId, &Outlet) -> Handed + Send + Sync + 'static,
) -> Vec<SeatId> {
    let shards = crowd.len().div_ceil(SHARD_SEATS);
    if shards <= 1 {
        return hand_to(&crowd, hand);
    }
    let round = Arc::new(Round { crowd, hand, next: AtomicUsize::new(0) });
    let helpers: Vec<_> =
        (1..shards.min(hub.config.threads)).map(|_| hub.spawn_task(Arc::clone(&round).run())).collect();
    let mut full = round.run().await;
    for helper in helpers {
        full.append(&mut helper.await);
    }
    full
}

fn hand_to(some: &[(SeatId, Arc<Outlet>)], hand: impl Fn(SeatId, &Outlet) -> Handed) -> Vec<SeatId> {
    some.iter().filter(|(seat, outlet)| hand(*seat, outlet) == Handed::Full).map(|(seat, _)| *seat).collect()
}

/// One thing on its way to everybody.
struct Round<F> {
    crowd: Crowd,
    hand: F,
    /// The shard that nobody has taken yet.
    next: AtomicUsize,
}

impl<F: Fn(SeatId, &Outlet) -> Handed> Round<F> {
    /// Takes shards until none is left; the seats that did not take it.
    async fn run(self: Arc<Self>) -> Vec<SeatId> {
        let mut full = Vec::new();
        while let Some(shard) = self.crowd.chunks(SHARD_SEATS).nth(self.next.fetch_add(1, Ordering::Relaxed)) {
            full.append(&mut hand_to(shard, &self.hand));
            smol::future::yield_now().await;
        }
        full
    }
}
