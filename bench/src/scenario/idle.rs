//! `idle N`: what a silent connection costs.

use std::time::Duration;

use crate::guests;
use crate::herd::{Herd, Load, Out};
use crate::report::Report;
use crate::scenario::speech::Counters;
use crate::server::{Server, Setup};
use crate::system::{Error, now_ns};

/// Time for what the arrival set off (presence, buffers given back) to end.
const SETTLE: Duration = Duration::from_secs(3);

/// Hears everything and says nothing.
struct Silence;

impl Load for Silence {
    fn frame(&mut self, _client: usize, _payload: &[u8], _now_ns: u64, _out: &mut Out) {}
}

/// Memory before and after N sockets are in step, how fast they came in, and what they cost while silent.
pub fn idle(setup: &Setup, clients: usize) -> Result<Report, Error> {
    let server = Server::start(setup)?;
    let cookies = guests::make(server.address, clients)?;
    let before_kib = server.memory_kib()?.0;
    let start = Counters::read(&server)?;
    let mut herd = Herd::gather(server.address, &cookies, false)?;
    let arrival = Counters::read(&server)?.since(&start);
    herd.run_until(&mut Silence, now_ns() + SETTLE.as_nanos() as u64)?;
    let after_kib = server.memory_kib()?.0;
    let start = Counters::read(&server)?;
    herd.run_until(&mut Silence, start.at_ns + setup.window.as_nanos() as u64)?;
    let silence = Counters::read(&server)?.since(&start);
    let mut report = Report::default();
    report.add("memory of a connection", "KiB", (after_kib - before_kib) / clients as f64);
    report.add("memory before", "MiB", before_kib / 1024.0);
    report.add("memory after", "MiB", after_kib / 1024.0);
    report.add("connects", "/s", clients as f64 / (arrival.at_ns as f64 / 1e9));
    report.add("server time a connect", "us", arrival.server_s * 1e6 / clients as f64);
    report.add("server busy while idle", "%", silence.server_s / (silence.at_ns as f64 / 1e9) * 100.0);
    Ok(report)
}
