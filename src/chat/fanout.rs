//! Handing one thing to everybody in a room, by as many threads as there are.
//!
//! Members are taken in shards. A thread takes the next shard as soon as it has done one, and lets others go on in between, so
//! that a large room keeps no thread from the small ones. The room waits until all are done: what each member gets keeps its
//! order, since the next thing begins only then.

use super::outlet::Outlet;
use super::room::{Handed, SeatId};
use smol::Executor;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Members of one shard: about a millisecond of writing, far more than handing a shard over costs.
const SHARD_SEATS: usize = 256;

/// Those who sit in a room, with what is said there handed to each by their outlet.
pub type Crowd = Arc<[(SeatId, Arc<Outlet>)]>;

/// How it is handed to one of them.
pub type Hand = Box<dyn Fn(SeatId, &Outlet) -> Handed + Send + Sync>;

/// Hands something to everybody in `crowd`, by up to as many `threads` as `executor` has; the seats that did not take it.
pub async fn hand_to_all(executor: &Executor<'static>, threads: usize, crowd: Crowd, hand: Hand) -> Vec<SeatId> {
    let shards = crowd.len().div_ceil(SHARD_SEATS);
    if shards <= 1 {
        return hand_to(&crowd, &hand);
    }
    let round = Arc::new(Round { crowd, hand, next: AtomicUsize::new(0) });
    let helpers: Vec<_> = (1..shards.min(threads)).map(|_| executor.spawn(Arc::clone(&round).run())).collect();
    let mut full = round.run().await;
    for helper in helpers {
        full.append(&mut helper.await);
    }
    full
}

fn hand_to(some: &[(SeatId, Arc<Outlet>)], hand: &Hand) -> Vec<SeatId> {
    some.iter().filter(|(seat, outlet)| hand(*seat, outlet) == Handed::Full).map(|(seat, _)| *seat).collect()
}

/// One thing on its way to everybody.
struct Round {
    crowd: Crowd,
    hand: Hand,
    /// The shard that nobody has taken yet.
    next: AtomicUsize,
}

impl Round {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Session;
    use crate::socket::Socket;
    use smol::{Async, block_on};
    use std::collections::HashSet;
    use std::net::Ipv4Addr;
    use std::os::unix::net::UnixStream;
    use std::sync::{Barrier, Mutex};

    const THREADS: usize = 3;

    /// So many seats, all with the same way out.
    fn crowd(seats: u64) -> Crowd {
        let socket = Arc::new(Socket::Unix(Async::new(UnixStream::pair().unwrap().0).unwrap()));
        let who = (1, Session::default(), Ipv4Addr::LOCALHOST.into());
        let outlet = Arc::new(Outlet::new(1, who, socket, 1, 0));
        (0..seats).map(|seat| (seat, Arc::clone(&outlet))).collect()
    }

    #[test]
    fn everybody_is_handed_it_once_and_all_who_do_not_take_it_are_named() {
        let executor = Executor::new();
        let (over, is_over) = async_channel::bounded::<()>(1);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| block_on(executor.run(is_over.recv())));
            }
            let shard = SHARD_SEATS as u64;
            for seats in [0, 1, shard, shard + 1, 2 * shard, 5 * shard + 7] {
                let handed: Arc<Mutex<Vec<(SeatId, std::thread::ThreadId)>>> = Arc::default();
                let (noting, meeting) = (Arc::clone(&handed), Barrier::new(2));
                // Two threads meet in the middle of their first shard: neither can have done all.
                let meets = move |seat| seats > shard && (seat == 0 || seat == shard) && meeting.wait().is_leader();
                let hand: Hand = Box::new(move |seat, _| {
                    meets(seat);
                    noting.lock().unwrap().push((seat, std::thread::current().id()));
                    if seat % 7 == 3 { Handed::Full } else { Handed::Taken }
                });
                let mut full = block_on(hand_to_all(&executor, THREADS, crowd(seats), hand));
                full.sort_unstable();
                assert_eq!(full, (0..seats).filter(|seat| seat % 7 == 3).collect::<Vec<_>>());
                let handed = handed.lock().unwrap();
                assert_eq!(handed.len() as u64, seats);
                assert_eq!(handed.iter().map(|(seat, _)| *seat).collect::<HashSet<_>>(), (0..seats).collect());
                let threads: HashSet<_> = handed.iter().map(|(_, thread)| *thread).collect();
                assert_eq!(threads.len() > 1, seats > shard, "{} threads for {seats} seats", threads.len());
            }
            drop(over);
        });
    }
}
