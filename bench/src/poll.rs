//! epoll, for the generator and the yardstick alike.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, Event, EventData, EventFlags};
use rustix::io::Errno;

/// Sockets looked at for one system call.
const EVENTS_MAX: usize = 1024;

/// A set of sockets, each known by a number of the caller's choice.
pub struct Poll {
    epoll: OwnedFd,
    events: Vec<Event>,
}

impl Poll {
    /// An empty set.
    pub fn new() -> io::Result<Poll> {
        Ok(Poll { epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?, events: Vec::with_capacity(EVENTS_MAX) })
    }

    /// Watches a socket for something to read.
    pub fn add(&self, socket: impl AsFd, id: usize) -> io::Result<()> {
        Ok(epoll::add(&self.epoll, socket, EventData::new_u64(id as u64), EventFlags::IN)?)
    }

    /// Watches a socket for more to read than was there when it was last reported: cheaper, but whoever is told must
    /// read until nothing is left.
    pub fn add_edge(&self, socket: impl AsFd, id: usize) -> io::Result<()> {
        let flags = EventFlags::IN | EventFlags::ET;
        Ok(epoll::add(&self.epoll, socket, EventData::new_u64(id as u64), flags)?)
    }

    /// Watches it for room to write, too, or no more.
    pub fn also_writable(&self, socket: impl AsFd, id: usize, on: bool) -> io::Result<()> {
        let flags = if on { EventFlags::IN | EventFlags::OUT } else { EventFlags::IN };
        Ok(epoll::modify(&self.epoll, socket, EventData::new_u64(id as u64), flags)?)
    }

    /// Waits for at most this long (`None`: forever) and returns how many sockets are ready.
    pub fn wait(&mut self, timeout_ns: Option<u64>) -> io::Result<usize> {
        self.events.clear();
        // Whole milliseconds, rounded down: a caller who must be punctual asks again with 0 for the rest.
        let timeout = timeout_ns.map(|ns| {
            let ms = (ns / 1_000_000) as i64;
            Timespec { tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1_000_000 }
        });
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(self.events.len()),
            Err(error) => Err(error.into()),
        }
    }

    /// The number of the i-th ready socket, and whether it can be read and written.
    pub fn ready(&self, i: usize) -> (usize, bool, bool) {
        let Event { flags, data, .. } = self.events[i];
        (data.u64() as usize, flags.intersects(!EventFlags::OUT), flags.contains(EventFlags::OUT))
    }
}
