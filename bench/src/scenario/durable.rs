//! `durable P` and, beside it, `fsync`: how fast words become safe.

use std::fs::{self, File};
use std::io::Write;

use memchr::memmem;

use crate::herd::{Load, Out, reply_id};
use crate::histogram::Histogram;
use crate::report::Report;
use crate::scenario::speech::{Counters, gather, make_rooms};
use crate::server::Setup;
use crate::system::{Error, now_ns};
use crate::talk::write_message;

/// Bytes that `fsync` appends at a time: about what one message takes.
const APPEND_BYTES: usize = 200;

/// Clients that say the next thing when the last is acknowledged.
struct Posting {
    /// The room of each client.
    rooms: Vec<u64>,
    said_ns: Vec<u64>,
    said: usize,
    counting: bool,
    acknowledged: u64,
    latency: Histogram,
    error: Option<String>,
    scratch: Vec<u8>,
}

impl Posting {
    fn say(&mut self, client: usize, now_ns: u64, out: &mut Out) {
        write_message(&mut self.scratch, self.said, self.rooms[client]);
        out.text(client, &self.scratch);
        self.said += 1;
        self.said_ns[client] = now_ns;
    }
}

impl Load for Posting {
    fn frame(&mut self, client: usize, payload: &[u8], now_ns: u64, out: &mut Out) {
        if reply_id(payload).is_none() {
            return;
        }
        if memmem::find(payload, b"\"error\"").is_some() {
            self.error = Some(String::from_utf8_lossy(payload).into_owned());
            return;
        }
        if self.counting {
            self.acknowledged += 1;
            self.latency.record(now_ns - self.said_ns[client]);
        }
        self.say(client, now_ns, out);
    }
}

/// P clients, evenly spread over R rooms, post as fast as acknowledgements come back.
pub fn durable(setup: &Setup, clients: usize, rooms: usize) -> Result<Report, Error> {
    let members = clients / rooms.max(1);
    if members * rooms != clients {
        return Err(format!("{clients} clients do not fill {rooms} rooms evenly").into());
    }
    let (server, mut herd) = gather(setup, clients)?;
    let rooms = make_rooms(&mut herd, rooms, members)?.into_iter().flat_map(|room| vec![room; members]).collect();
    let mut posting = Posting {
        rooms,
        said_ns: vec![0; clients],
        said: 0,
        counting: false,
        acknowledged: 0,
        latency: Histogram::new(),
        error: None,
        scratch: Vec::new(),
    };
    (0..clients).for_each(|client| posting.say(client, now_ns(), herd.out()));
    herd.run_until(&mut posting, now_ns() + setup.warm_up.as_nanos() as u64)?;
    let before = Counters::read(&server)?;
    posting.counting = true;
    herd.run_until(&mut posting, before.at_ns + setup.window.as_nanos() as u64)?;
    let used = Counters::read(&server)?.since(&before);
    if let Some(error) = posting.error {
        return Err(format!("the server refused a message: {error}").into());
    }
    let mut report = summarise(posting.acknowledged, used.at_ns, &posting.latency);
    report.add("server time a message", "us", used.server_s * 1e6 / posting.acknowledged as f64);
    used.show(&mut report);
    Ok(report)
}

/// Append and `fdatasync` alone, one after the other, on the same disk.
pub fn fsync(setup: &Setup) -> Result<Report, Error> {
    fs::create_dir_all(&setup.scratch)?;
    let path = setup.scratch.join(format!("fsync-{}", std::process::id()));
    let mut file = File::create(&path)?;
    let (mut count, mut latency) = (0, Histogram::new());
    let start = now_ns();
    let mut now = start;
    while now < start + setup.window.as_nanos() as u64 {
        file.write_all(&[b'x'; APPEND_BYTES])?;
        file.sync_data()?;
        let done = now_ns();
        latency.record(done - now);
        (count, now) = (count + 1, done);
    }
    fs::remove_file(path)?;
    Ok(summarise(count, now - start, &latency))
}

fn summarise(count: u64, ns: u64, latency: &Histogram) -> Report {
    let mut report = Report::default();
    report.add("acknowledged", "/s", count as f64 / (ns as f64 / 1e9));
    report.add("acknowledgement p50", "ms", latency.quantile(0.5) as f64 / 1e6);
    report.add("acknowledgement p99", "ms", latency.quantile(0.99) as f64 / 1e6);
    report
}
