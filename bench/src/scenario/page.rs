//! `page`: pages of history out of rooms with a past.

use memchr::memmem;

use crate::herd::{Herd, Load, Out, reply_id};
use crate::histogram::Histogram;
use crate::report::Report;
use crate::scenario::speech::{Counters, gather, make_rooms};
use crate::server::Setup;
use crate::system::{Error, now_ns};
use crate::talk::{Pace, Talk};

/// Clients that turn pages at the same time.
const READERS: usize = 16;

/// Entries of a page.
const PAGE_ENTRIES: usize = 50;

/// Messages in flight while the room is filled.
const FILL_IN_FLIGHT: usize = 200;

/// How long the filling may take, for each message.
const FILL_NS: u64 = 2_000_000;

/// Clients that ask for a page somewhere in the past when the last has come.
struct Reading {
    room: u64,
    entries: usize,
    dice: u64,
    asked_ns: Vec<u64>,
    counting: bool,
    pages: u64,
    bytes: u64,
    latency: Histogram,
    error: Option<String>,
}

impl Reading {
    fn ask(&mut self, client: usize, now_ns: u64, out: &mut Out) {
        // xorshift64: the same pages in every run.
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        let before = PAGE_ENTRIES + 1 + self.dice as usize % (self.entries - PAGE_ENTRIES);
        let request = format!(
            "{{\"op\":\"history\",\"id\":1,\"room\":{},\"before\":{before},\"limit\":{PAGE_ENTRIES}}}",
            self.room
        );
        out.text(client, request.as_bytes());
        self.asked_ns[client] = now_ns;
    }
}

impl Load for Reading {
    fn frame(&mut self, client: usize, payload: &[u8], now_ns: u64, out: &mut Out) {
        if reply_id(payload).is_none() {
            return;
        }
        if memmem::find(&payload[..payload.len().min(64)], b"\"error\"").is_some() {
            self.error = Some(String::from_utf8_lossy(payload).into_owned());
            return;
        }
        if self.counting {
            self.pages += 1;
            self.bytes += payload.len() as u64;
            self.latency.record(now_ns - self.asked_ns[client]);
        }
        self.ask(client, now_ns, out);
    }
}

/// Pages of 50 from random places of a room with so many messages, read by 16 clients.
pub fn page(setup: &Setup, entries: usize) -> Result<Report, Error> {
    let (server, mut herd) = gather(setup, READERS)?;
    let room = make_rooms(&mut herd, 1, 1)?[0];
    let filled_ns = fill(&mut herd, room, entries)?;
    let joins: Vec<_> = (1..READERS).map(|reader| (reader, format!("\"op\": \"join\", \"room\": {room}"))).collect();
    herd.ask(&joins)?;
    let mut reading = Reading {
        room,
        entries,
        dice: 0x9e37_79b9_7f4a_7c15,
        asked_ns: vec![0; READERS],
        counting: false,
        pages: 0,
        bytes: 0,
        latency: Histogram::new(),
        error: None,
    };
    (0..READERS).for_each(|client| reading.ask(client, now_ns(), herd.out()));
    herd.run_until(&mut reading, now_ns() + setup.warm_up.as_nanos() as u64)?;
    let before = Counters::read(&server)?;
    reading.counting = true;
    herd.run_until(&mut reading, before.at_ns + setup.window.as_nanos() as u64)?;
    let used = Counters::read(&server)?.since(&before);
    if let Some(error) = reading.error {
        return Err(format!("the server refused a page: {error}").into());
    }
    let mut report = Report::default();
    report.add("pages", "/s", reading.pages as f64 / (used.at_ns as f64 / 1e9));
    report.add("page p50", "ms", reading.latency.quantile(0.5) as f64 / 1e6);
    report.add("page p99", "ms", reading.latency.quantile(0.99) as f64 / 1e6);
    report.add("bytes of a page", "B", reading.bytes as f64 / reading.pages as f64);
    report.add("server time a page", "us", used.server_s * 1e6 / reading.pages as f64);
    used.show(&mut report);
    report.add("filled at", "messages/s", entries as f64 / (filled_ns as f64 / 1e9));
    Ok(report)
}

/// Lets the first client say so much in its room; returns how long it took.
fn fill(herd: &mut Herd, room: u64, entries: usize) -> Result<u64, Error> {
    let mut talk = Talk::new(vec![(0, room)], Pace::Silent);
    let start = now_ns();
    let patience = start + 10_000_000_000 + entries as u64 * FILL_NS;
    while talk.returned < entries {
        while talk.said < entries.min(talk.returned + FILL_IN_FLIGHT) {
            talk.say(now_ns(), herd.out());
        }
        herd.turn(&mut talk, patience)?;
        if let Some(error) = &talk.error {
            return Err(format!("the server refused a message: {error}").into());
        }
    }
    Ok(now_ns() - start)
}
