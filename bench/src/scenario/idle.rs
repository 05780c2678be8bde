//! `idle N`: what a silent connection costs.

use std::time::Duration;

use crate::guests;
use crate::herd::{Herd, Load, Out};
use crate::report::Report;
use crate::scenario::speech::Counters;
use crate::server::{Server, Setup};
use crate::system::{Error, now_ns};

/// Milliseconds between two pings, shorter than usual so that some are measured; the first ends what the arrival set off.
const PING: (&str, &str) = ("SNUG_PING_MS", "4000");

/// Pings that are measured.
const PINGS: u32 = 4;

/// The time from one ping to the next: the server looks at its clock four times in it.
const PING_EVERY: Duration = Duration::from_secs(4);

/// The same time as servers have it that are not measured.
const USUAL_PING_EVERY: Duration = Duration::from_secs(25);

/// Hears everything and says nothing.
struct Silence;

impl Load for Silence {
    fn frame(&mut self, _client: usize, _payload: &[u8], _now_ns: u64, _out: &mut Out) {}
}

/// Memory before and after N sockets are in step, how fast they came in, and what they cost while silent.
pub fn idle(setup: &Setup, clients: usize) -> Result<Report, Error> {
    let setup = &Setup { keys: &[PING], ..setup.clone() };
    let server = Server::start(setup)?;
    let cookies = guests::make(server.address, clients)?;
    let before_kib = server.memory_kib()?.0;
    let start = Counters::read(&server)?;
    let mut herd = Herd::gather(server.address, &cookies, false)?;
    let arrival = Counters::read(&server)?.since(&start);
    herd.run_until(&mut Silence, now_ns() + (PING_EVERY * 2).as_nanos() as u64)?;
    let after_kib = server.memory_kib()?.0;
    let start = Counters::read(&server)?;
    herd.run_until(&mut Silence, start.at_ns + (PING_EVERY * PINGS).as_nanos() as u64)?;
    let silence = Counters::read(&server)?.since(&start);
    let mut report = Report::default();
    report.add("memory of a connection", "KiB", (after_kib - before_kib) / clients as f64);
    report.add("memory before", "MiB", before_kib / 1024.0);
    report.add("memory after", "MiB", after_kib / 1024.0);
    report.add("connects", "/s", clients as f64 / (arrival.at_ns as f64 / 1e9));
    report.add("server time a connect", "us", arrival.server_s * 1e6 / clients as f64);
    let ping_s = silence.server_s / f64::from(PINGS);
    report.add("server time a ping", "us", ping_s * 1e6 / clients as f64);
    report.add("server busy while idle", "%", ping_s / USUAL_PING_EVERY.as_secs_f64() * 100.0);
    Ok(report)
}
