//! `search`: what is found in a past of many messages, and how soon.

use memchr::memmem;
use std::time::Duration;

use crate::herd::{Herd, Load, Out, reply_id};
use crate::histogram::Histogram;
use crate::report::Report;
use crate::scenario::speech::{Counters, LOBBY, gather};
use crate::server::{Server, Setup};
use crate::system::{Error, now_ns};

/// Searches of each kind.
const SEARCHES: usize = 200;
/// Messages in flight while the rooms are filled.
const FILL_IN_FLIGHT: usize = 200;
/// How long anything may take.
const PATIENCE_NS: u64 = 1_200_000_000_000;
/// Different words that are said, the first of them far more often than the last.
const WORDS: u64 = 50_000;
/// Every so many messages has the rare word and a link.
const RARE_EVERY: usize = 5_000;
/// Time in which the index comes to its end when nothing is said.
const SETTLE: Duration = Duration::from_secs(15);

/// What is searched for: a name, and the rest of the request.
const KINDS: [(&str, &str); 13] = [
    ("rare word", r#""text":"needle ""#),
    ("rare word, one room", r#""text":"needle ","room":1"#),
    ("frequent word", r#""text":"wa ""#),
    ("second page of it", r#""text":"wa ","before":[@,1,1]"#),
    ("page from the middle", r#""text":"wa ","before":[%,1,1]"#),
    ("phrase", r#""text":"\"wa wb\"""#),
    ("rare phrase", r#""text":"\"wxa wxb\"""#),
    ("beginning of a word", r#""text":"wab""#),
    ("two frequent words", r#""text":"wa wb -wc ""#),
    ("frequent and rare word", r#""text":"wa needle ""#),
    ("from:me and a word", r#""text":"from:me wd ""#),
    ("has:link", r#""text":"has:link ""#),
    ("absent word", r#""text":"nowhere ""#),
];

/// xorshift64: the same words in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A word: the n-th is said about 1/n as often as the first.
    fn word(&mut self, out: &mut String) {
        let share = (self.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        let mut n = ((WORDS as f64).powf(share) - 1.0) as u64;
        out.push('w');
        loop {
            out.push((b'a' + (n % 24) as u8) as char);
            n /= 24;
            if n == 0 {
                return;
            }
        }
    }
}

/// Says so many messages and waits until they are acknowledged.
struct Filling {
    rooms: Vec<u64>,
    dice: Dice,
    said: usize,
    acknowledged: usize,
    all: usize,
    error: Option<String>,
}

impl Load for Filling {
    fn frame(&mut self, _client: usize, payload: &[u8], _now_ns: u64, _out: &mut Out) {
        if reply_id(payload).is_some() {
            self.acknowledged += 1;
            if memmem::find(payload, b"\"error\"").is_some() {
                self.error = Some(String::from_utf8_lossy(payload).into_owned());
            }
        }
    }

    fn tick(&mut self, _now_ns: u64, out: &mut Out) -> u64 {
        while self.said < self.all.min(self.acknowledged + FILL_IN_FLIGHT) {
            let n = self.said;
            let room = if n.is_multiple_of(2) { LOBBY } else { self.rooms[n / 2 % self.rooms.len()] };
            let mut text = String::new();
            for _ in 0..3 + self.dice.roll() % 18 {
                self.dice.word(&mut text);
                text.push(' ');
            }
            if n % RARE_EVERY == RARE_EVERY / 2 || n % RARE_EVERY == RARE_EVERY - 1 {
                text.push_str("needle https://snug.example/");
            }
            let request = format!(r#"{{"op":"send","id":{n},"room":{room},"key":"{n}","text":"{text}"}}"#);
            out.text(0, request.as_bytes());
            self.said += 1;
        }
        u64::MAX
    }
}

/// How soon everything is found in so many messages.
pub fn search(setup: &Setup, messages: usize, rooms: usize) -> Result<Report, Error> {
    let setup = Setup { keys: &[("SNUG_SEARCHES_PER_MINUTE", "0")], ..setup.clone() };
    let (server, mut herd) = gather(&setup, 1)?;
    let rooms = in_all_of(&mut herd, rooms)?;
    let began = now_ms();
    let before = Counters::read(&server)?;
    fill(&mut herd, rooms, messages)?;
    let filled = Counters::read(&server)?.since(&before);
    herd.run_until(&mut Silence, now_ns() + SETTLE.as_nanos() as u64)?;
    let indexed = Counters::read(&server)?.since(&before);
    let mut report = Report::default();
    report.add("filled at", "messages/s", messages as f64 / (filled.at_ns as f64 / 1e9));
    report.add("server time a message, index included", "us", indexed.server_s * 1e6 / messages as f64);
    report.add("database", "B/message", server.database_bytes()? as f64 / messages as f64);
    let middle = began / 2 + now_ms() / 2 - SETTLE.as_millis() as u64 / 2;
    for (name, what) in KINDS {
        let what =
            what.replace('%', &middle.to_string()).replace('@', &(now_ms() - SETTLE.as_millis() as u64).to_string());
        measure(&server, &mut herd, name, &what, &mut report)?;
    }
    Ok(report)
}

/// The first client is in all of these rooms.
fn in_all_of(herd: &mut Herd, rooms: usize) -> Result<Vec<u64>, Error> {
    let mut made = Vec::new();
    for _ in 0..rooms {
        let name = format!("\"op\": \"create\", \"name\": \"Room {}\"", made.len());
        let answer = herd.ask(&[(0, name)])?.remove(0);
        let at = memmem::find(answer.as_bytes(), b"\"id\":").ok_or("a room without an id")?;
        made.push(crate::herd::number(&answer.as_bytes()[at + 5..]).ok_or("a room's id is no number")? as u64);
    }
    Ok(made)
}

fn fill(herd: &mut Herd, rooms: Vec<u64>, all: usize) -> Result<(), Error> {
    let dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut filling = Filling { rooms, dice, said: 0, acknowledged: 0, all, error: None };
    let patience = now_ns() + PATIENCE_NS;
    while filling.acknowledged < all {
        herd.turn(&mut filling, patience)?;
        if let Some(error) = &filling.error {
            return Err(format!("the server refused a message: {error}").into());
        }
    }
    Ok(())
}

fn measure(server: &Server, herd: &mut Herd, name: &str, what: &str, report: &mut Report) -> Result<(), Error> {
    let mut latency = Histogram::new();
    let mut hits = 0;
    let before = Counters::read(server)?;
    for _ in 0..SEARCHES {
        let asked = now_ns();
        let answer = herd.ask(&[(0, format!("\"op\":\"search\",{what}"))])?.remove(0);
        latency.record(now_ns() - asked);
        hits = memmem::find_iter(answer.as_bytes(), b"\"entry\":").count();
    }
    let used = Counters::read(server)?.since(&before);
    println!(
        "{name:24} {hits:3} hits  p50 {:8.3} ms  p99 {:8.3} ms  server {:8.3} ms",
        latency.quantile(0.5) as f64 / 1e6,
        latency.quantile(0.99) as f64 / 1e6,
        used.server_s * 1e3 / SEARCHES as f64
    );
    if name == KINDS[2].0 {
        report.add("first page of a frequent word, p50", "ms", latency.quantile(0.5) as f64 / 1e6);
        report.add("first page of a frequent word, p99", "ms", latency.quantile(0.99) as f64 / 1e6);
    }
    Ok(())
}

fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}

/// Hears everything and says nothing.
struct Silence;

impl Load for Silence {
    fn frame(&mut self, _client: usize, _payload: &[u8], _now_ns: u64, _out: &mut Out) {}
}
