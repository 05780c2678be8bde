//! The load of all scenarios in which messages are delivered: who speaks next, when, and how long it took.

use std::io::Write;

use memchr::memmem;

use crate::herd::{Load, Out};
use crate::histogram::Histogram;

/// What every key starts with; stands nowhere else in a frame.
const MARK: &[u8] = b"~~";

/// Digits of a key behind the mark.
const DIGITS: usize = 8;

/// Messages whose time of sending is remembered: more than can be under way at once. A power of two.
const REMEMBERED: usize = 1 << 17;

const _: () = assert!(REMEMBERED.is_power_of_two());

/// The text of every message: 100 bytes.
pub const TEXT: &str =
    "The loaf is out, the kettle is on and the radio plays something slow; come round once the rain stops";

const _: () = assert!(TEXT.len() == 100);

/// When the next message is sent.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// When one's own has come back.
    Echo,
    /// By the clock, this many nanoseconds apart, the next at `due_ns`.
    Clock {
        /// Time between two messages.
        every_ns: u64,
        /// When the next is due.
        due_ns: u64,
    },
    /// Never.
    Silent,
}

/// Messages sent and received.
#[derive(Debug)]
pub struct Talk {
    /// Who speaks, in turn: client and room.
    rota: Vec<(usize, u64)>,
    pace: Pace,
    /// Messages said.
    pub said: usize,
    /// Author and time of the latest messages.
    under_way: Vec<(u32, u64)>,
    /// Where in the frame the mark stood last.
    mark_at: usize,
    finder: memmem::Finder<'static>,
    scratch: Vec<u8>,
    /// Only what was said from this message on is counted; `usize::MAX` counts nothing.
    pub count_from: usize,
    /// Deliveries counted.
    pub deliveries: u64,
    /// Bytes of one delivery, of the last that came.
    pub frame_bytes: u64,
    /// From being said, or due, to every receipt.
    pub latency: Histogram,
    /// Messages whose author has got them back, counted or not.
    pub returned: usize,
    /// The first error that the server answered.
    pub error: Option<String>,
}

impl Talk {
    /// Speakers in turn, who have said nothing yet.
    pub fn new(rota: Vec<(usize, u64)>, pace: Pace) -> Talk {
        Talk {
            rota,
            pace,
            said: 0,
            under_way: vec![(0, 0); REMEMBERED],
            mark_at: 0,
            finder: memmem::Finder::new(MARK),
            scratch: Vec::new(),
            count_from: usize::MAX,
            deliveries: 0,
            frame_bytes: 0,
            latency: Histogram::new(),
            returned: 0,
            error: None,
        }
    }

    /// Changes the pace.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Lets the next speaker speak.
    pub fn say(&mut self, due_ns: u64, out: &mut Out) {
        let (author, room) = self.rota[self.said % self.rota.len()];
        self.under_way[self.said % REMEMBERED] = (author as u32, due_ns);
        write_message(&mut self.scratch, self.said, room);
        out.text(author, &self.scratch);
        self.said += 1;
    }

    /// Which message a frame brings.
    fn message(&mut self, payload: &[u8]) -> Option<usize> {
        if !payload.get(self.mark_at..).is_some_and(|rest| rest.starts_with(MARK)) {
            self.mark_at = self.finder.find(payload)?;
        }
        let digits = payload.get(self.mark_at + MARK.len()..)?.get(..DIGITS)?;
        Some(digits.iter().fold(0, |n, digit| n * 10 + usize::from(digit & 0x0f)))
    }
}

impl Load for Talk {
    fn frame(&mut self, client: usize, payload: &[u8], now_ns: u64, out: &mut Out) {
        let Some(n) = self.message(payload) else {
            if self.error.is_none() && payload.starts_with(b"{\"re\":") {
                let error = memmem::find(payload, b"\"error\"").map(|_| String::from_utf8_lossy(payload).into_owned());
                self.error = error;
            }
            return;
        };
        let (author, said_ns) = self.under_way[n % REMEMBERED];
        if n >= self.count_from {
            self.deliveries += 1;
            self.frame_bytes = payload.len() as u64 + if payload.len() > 125 { 4 } else { 2 };
            self.latency.record(now_ns.saturating_sub(said_ns));
        }
        if author as usize == client {
            self.returned += 1;
            if let Pace::Echo = self.pace {
                self.say(now_ns, out);
            }
        }
    }

    fn tick(&mut self, now_ns: u64, out: &mut Out) -> u64 {
        let Pace::Clock { every_ns, mut due_ns } = self.pace else { return u64::MAX };
        while due_ns <= now_ns {
            self.say(due_ns, out);
            due_ns += every_ns;
        }
        self.pace = Pace::Clock { every_ns, due_ns };
        due_ns
    }
}

/// Puts the request that sends message `n` into `buf`, replacing what was there.
pub fn write_message(buf: &mut Vec<u8>, n: usize, room: u64) {
    buf.clear();
    let result = write!(buf, "{{\"op\":\"send\",\"id\":{n},\"room\":{room},\"key\":\"~~{n:08}\",\"text\":\"{TEXT}\"}}");
    debug_assert!(result.is_ok(), "a Vec takes everything");
}
