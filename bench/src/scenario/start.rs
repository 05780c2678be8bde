//! `start` and `size`: how soon it is there, and how little it is.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::guests;
use crate::herd::Herd;
use crate::report::{Report, summarise};
use crate::server::{Server, Setup, Target};
use crate::system::{Error, now_ns};

/// Starts of each kind.
const STARTS: usize = 20;

/// Guests in the database of a server that is started again.
const KNOWN_GUESTS: usize = 100;

/// Time after which a server has put away what it needed to start.
const SETTLE: Duration = Duration::from_secs(1);

/// From starting the process to the first byte of an answer over HTTP, with no database and with one.
pub fn start(setup: &Setup) -> Result<Report, Error> {
    let mut report = Report::default();
    let fresh =
        (0..STARTS).map(|i| first_answer_ms(setup, &scratch(setup, i), false)).collect::<Result<Vec<_>, _>>()?;
    let data = with_database(setup)?;
    let known = (0..STARTS).map(|_| first_answer_ms(setup, &data, true)).collect::<Result<Vec<_>, _>>();
    fs::remove_dir_all(&data)?;
    let (fresh, known) = (summarise(&fresh).ok_or("no start")?, summarise(&known?).ok_or("no start")?);
    report.add("start with a database", "ms", known.median);
    report.add("at most", "ms", known.max);
    report.add("start without", "ms", fresh.median);
    report.add("at most, without", "ms", fresh.max);
    Ok(report)
}

/// Size of the binary, and memory of a server that has a database and nothing to do.
pub fn size(setup: &Setup) -> Result<Report, Error> {
    let Target::Snug(path) = &setup.target else { return Err("the yardstick has no size worth knowing".into()) };
    let data = with_database(setup)?;
    let server = Server::start_with(setup, &data)?;
    answer(&server)?;
    thread::sleep(SETTLE);
    let (private_kib, resident_kib) = server.memory_kib()?;
    let mut report = Report::default();
    report.add("binary", "MiB", fs::metadata(path)?.len() as f64 / f64::from(1 << 20));
    report.add("idle memory, resident", "MiB", resident_kib / 1024.0);
    report.add("idle memory, private", "MiB", private_kib / 1024.0);
    Ok(report)
}

fn scratch(setup: &Setup, i: usize) -> PathBuf {
    setup.scratch.join(format!("start-{}-{i}", std::process::id()))
}

/// A data directory in which a server has lived.
fn with_database(setup: &Setup) -> Result<PathBuf, Error> {
    let data = scratch(setup, STARTS);
    let server = Server::start_with(setup, &data)?;
    let cookies = guests::make(server.address, KNOWN_GUESTS)?;
    Herd::gather(server.address, &cookies[..1], false)?;
    server.kill_and_keep_data();
    Ok(data)
}

fn first_answer_ms(setup: &Setup, data: &Path, keep: bool) -> Result<f64, Error> {
    let begun = now_ns();
    let server = Server::start_with(setup, data)?;
    answer(&server)?;
    let ms = (now_ns() - begun) as f64 / 1e6;
    if keep {
        server.kill_and_keep_data();
    }
    Ok(ms)
}

fn answer(server: &Server) -> Result<(), Error> {
    let mut stream = TcpStream::connect(server.address)?;
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).as_bytes())?;
    let mut first = [0; 8];
    stream.read_exact(&mut first)?;
    if first.starts_with(b"HTTP/1.1") { Ok(()) } else { Err("no answer over HTTP".into()) }
}
