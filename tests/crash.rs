//! Pulling the plug: the real binary, killed with SIGKILL at random moments while people write, started again each time.
//!
//! What must hold afterwards: acknowledged => stored once; seen => stored; the same order for all; a key sent again makes
//! no second message. `SNUG_CRASH_SEED=n` repeats a run, `SNUG_CRASH_ROUNDS=n` makes it longer.

#[allow(dead_code)]
#[path = "common/socket.rs"]
mod socket;

use serde_json::{Value, json};
use socket::{Client, Guest};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

const WRITERS: usize = 4;
/// Messages that a writer keeps in flight.
const IN_FLIGHT: usize = 8;
const ROUNDS: u64 = 12;
/// Of so many things said one is an edit, one an emoji, one a deletion, and one a message with a file.
const CHANGED_EVERY: usize = 8;
/// Acknowledgements after which the plug is pulled, at the most.
const ACKS_MAX: u64 = 400;

struct Snug {
    child: Child,
    addr: SocketAddr,
}

impl Snug {
    fn start(place: &Path) -> Snug {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snug"));
        command
            .env_clear()
            .env("SNUG_LISTEN", "127.0.0.1:0")
            .env("SNUG_GUESTS", "yes")
            .env("SNUG_SENDS_PER_MINUTE", "0")
            .env("SNUG_UPLOADS_PER_MINUTE", "0")
            .env("SNUG_ASKS_PER_MINUTE", "0")
            .env("SNUG_LOG", "warn");
        let mut child = command.current_dir(place).stdout(Stdio::piped()).spawn().expect("snug starts");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let line =
            stdout.lines().map_while(Result::ok).find(|line| line.contains("http://")).expect("it says where it is");
        let addr = line.split("http://").nth(1).and_then(|addr| addr.trim().parse().ok()).expect("an address");
        Snug { child, addr }
    }

    /// Pulls the plug.
    fn kill(mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("it is dead");
    }
}

impl Drop for Snug {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What one person knows: what was acknowledged, and what came by.
#[derive(Default)]
struct Knowledge {
    /// Own key -> acknowledged seq.
    acknowledged: BTreeMap<String, i64>,
    /// seq -> (author, key) as seen.
    seen: BTreeMap<i64, (i64, String)>,
    /// Sent, no acknowledgement yet.
    open: Vec<String>,
    sent: usize,
}

impl Knowledge {
    /// Notes one thing that the server said; true if it was an acknowledgement.
    fn note(&mut self, value: &Value, requests: &BTreeMap<u64, String>) -> bool {
        if value["ev"] == "entry" && value["key"].is_string() {
            let entry = (value["by"]["id"].as_i64().unwrap(), value["key"].as_str().unwrap().to_owned());
            let seq = value["seq"].as_i64().unwrap();
            if let Some(before) = self.seen.insert(seq, entry.clone()) {
                assert_eq!(before, entry, "entry {seq} has changed");
            }
        }
        let Some(key) = value["re"].as_u64().and_then(|id| requests.get(&id)) else { return false };
        let seq = value["result"]["seq"].as_i64().unwrap_or_else(|| panic!("refused: {value}"));
        if let Some(before) = self.acknowledged.insert(key.clone(), seq) {
            assert_eq!(before, seq, "{key} was acknowledged as two different entries");
        }
        self.open.retain(|open| open != key);
        true
    }
}

/// What is in a file: as long for every one.
fn content(id: i64) -> String {
    format!("the file {id:>20}")
}

/// Uploads a file; its id once the server says that it has all of it.
fn upload(addr: SocketAddr, by: &Guest) -> Option<i64> {
    let begun = json!({"name": "f.txt", "bytes": content(0).len()}).to_string();
    let (status, begun) = by.request_by_http(addr, "POST", "rooms/1/files", begun.as_ref())?;
    assert_eq!(status, 201, "{begun}");
    let id = serde_json::from_str::<Value>(&begun).expect("JSON")["id"].as_i64().expect("an id");
    let (status, refusal) = by.request_by_http(addr, "PUT", &format!("files/{id}/pieces/0"), content(id).as_ref())?;
    assert_eq!(status, 204, "{refusal}");
    let (status, sealed) = by.request_by_http(addr, "POST", &format!("files/{id}"), "{}".as_ref())?;
    assert_eq!(status, 200, "{sealed}");
    Some(id)
}

/// The number of a message without a file, by its key.
fn number_of(key: &str) -> Option<usize> {
    key.rsplit_once('-')?.1.parse().ok()
}

/// The files that go with a message, by its key.
fn files_of(key: &str) -> Vec<i64> {
    key.split_once('+').and_then(|(_, id)| id.parse().ok()).into_iter().collect()
}

/// The request that has `key`: a message, with the file that the key names; or, where it names one, its edit, its deletion or a
/// reaction to it.
fn request(key: &str) -> Value {
    let about = key.split_once(' ').and_then(|(what, seq)| Some((what, seq.parse::<i64>().ok()?)));
    match about {
        Some(("edit", seq)) => {
            json!({"op": "edit", "room": 1, "seq": seq, "key": key, "text": format!("number {key}")})
        }
        Some(("delete", seq)) => json!({"op": "delete", "room": 1, "seq": seq, "key": key}),
        Some((_, seq)) => json!({"op": "react", "room": 1, "seq": seq, "key": key, "emoji": "🍞", "on": true}),
        None => {
            json!({"op": "send", "room": 1, "key": key, "text": format!("number {key}"), "files": files_of(key)})
        }
    }
}

/// Writes until the connection breaks; first repeats what was not acknowledged, and one thing that was.
fn write_until_broken(addr: SocketAddr, guest: &Guest, mut knowledge: Knowledge, acks: &Sender<()>) -> Knowledge {
    let Ok(mut client) = guest.open(addr) else { return knowledge };
    let mut requests = BTreeMap::new();
    let cursor = knowledge.seen.keys().last().copied().unwrap_or(0);
    if client.try_say(json!({"op": "hello", "cursors": {"1": cursor}})).is_err() {
        return knowledge;
    }
    let mut again = knowledge.open.clone();
    again.extend(knowledge.acknowledged.keys().last().cloned());
    let mut waiting = 0;
    loop {
        while waiting < IN_FLIGHT {
            let file = match (again.is_empty(), (knowledge.sent + 1) % CHANGED_EVERY) {
                (true, 5) => match upload(addr, guest) {
                    None => return knowledge,
                    id => id,
                },
                _ => None,
            };
            let key = again.pop().unwrap_or_else(|| {
                knowledge.sent += 1;
                // The odd ones are changed, the even ones deleted: what is deleted cannot be changed any more.
                let is_new = |key: &String| !knowledge.open.contains(key) && !knowledge.acknowledged.contains_key(key);
                let change = |what: &str, rest: usize| {
                    let own =
                        knowledge.acknowledged.iter().filter(|(key, _)| number_of(key).is_some_and(|n| n % 2 == rest));
                    own.rev().map(|(_, seq)| format!("{what} {seq}")).find(is_new)
                };
                let changed = match knowledge.sent % CHANGED_EVERY {
                    1 => change("edit", 1),
                    2 => change("react", 1),
                    3 => change("delete", 0),
                    _ => file.map(|id| format!("{}+{id}", guest.name)),
                };
                let plain = || format!("{}-{}", guest.name, knowledge.sent);
                let key = changed.unwrap_or_else(plain);
                knowledge.open.push(key.clone());
                key
            });
            let Ok(id) = client.try_say(request(&key)) else { return knowledge };
            requests.insert(id, key);
            waiting += 1;
        }
        let Ok(value) = client.receive() else { return knowledge };
        if knowledge.note(&value, &requests) {
            waiting -= 1;
            let _ = acks.send(());
        }
    }
}

/// The whole log of the lobby, as a newcomer reads it: seq -> (author, key) of its messages and changes. Every message says what
/// its edit made of it, has the emoji that was put to it and its file byte for byte, and nothing is left of a deleted one.
fn log_of(addr: SocketAddr, name: &str) -> BTreeMap<i64, (i64, String)> {
    let mut reader = Client::enter(addr, name);
    let (mut log, mut texts) = (BTreeMap::new(), BTreeMap::new());
    let mut said = BTreeMap::new();
    let (mut reacted, mut with_emoji) = (Vec::new(), Vec::new());
    let (mut deleted, mut without_text) = (Vec::new(), Vec::new());
    let mut after = 0;
    loop {
        let page = reader.ask(json!({"op": "history", "room": 1, "after": after, "limit": 100}));
        for entry in page["entries"].as_array().unwrap() {
            assert_eq!(entry["seq"], after + 1, "a gap in the log");
            after += 1;
            let Some(key) = entry["key"].as_str().map(str::to_owned) else { continue };
            let target = entry["target"].as_i64().unwrap_or(after);
            if entry["kind"] == "message" {
                texts.insert(after, format!("number {key}"));
                with_emoji.extend(entry["reactions"].as_array().map(|_| after));
                without_text.extend(entry["text"].is_null().then_some(after));
                let files: Vec<i64> =
                    entry["files"].as_array().into_iter().flatten().filter_map(|file| file["id"].as_i64()).collect();
                assert_eq!(files, files_of(&key), "the files of {key}");
                for id in files {
                    let got = reader.guest.request_by_http(addr, "GET", &format!("files/{id}/f.txt"), b"");
                    assert_eq!(got, Some((200, content(id))), "the file of {key}");
                }
            }
            match entry["kind"].as_str() {
                Some("edit") => drop(texts.insert(target, format!("number {key}"))),
                Some("react") => reacted.push(target),
                Some("delete") => deleted.push(target),
                _ => {}
            }
            log.insert(after, (entry["by"]["id"].as_i64().unwrap(), key));
            if entry["text"].is_string() && entry["kind"] != "react" {
                said.insert(after, (target, entry["text"].clone()));
            }
        }
        if page["head"] == after {
            for (seq, (message, text)) in said {
                assert_eq!(text, json!(texts[&message]), "entry {seq} says something else than message {message}");
            }
            for list in [&mut reacted, &mut with_emoji, &mut deleted, &mut without_text] {
                list.sort_unstable();
            }
            assert_eq!(deleted, without_text, "the messages without words are those that were deleted");
            assert_eq!(reacted, with_emoji, "the messages with an emoji are those that got one");
            return log;
        }
    }
}

fn check(log: &BTreeMap<i64, (i64, String)>, guests: &[Guest], all: &[Knowledge]) {
    let mut stored = BTreeMap::new();
    for (seq, (by, key)) in log {
        assert!(stored.insert((*by, key.clone()), *seq).is_none(), "{key} is stored twice");
    }
    for (guest, knowledge) in guests.iter().zip(all) {
        for (key, seq) in &knowledge.acknowledged {
            assert_eq!(stored.get(&(guest.id, key.clone())), Some(seq), "{key} was acknowledged as entry {seq}");
        }
        for (seq, entry) in &knowledge.seen {
            assert_eq!(log.get(seq), Some(entry), "{} saw something else as entry {seq}", guest.name);
        }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn wait_for_acks(acks: &Receiver<()>, count: u64) {
    for _ in 0..count {
        acks.recv().expect("writers are at work");
    }
}

#[test]
fn nothing_that_was_acknowledged_or_seen_is_lost_when_the_plug_is_pulled() {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_nanos();
    let seed = number("SNUG_CRASH_SEED", u64::try_from(clock & 0xffff_ffff).unwrap());
    println!("SNUG_CRASH_SEED={seed}");
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let place = tempfile::tempdir().unwrap();
    let snug = Snug::start(place.path());
    let guests: Vec<Guest> = (0..WRITERS).map(|n| Guest::enter(snug.addr, &format!("w{n}"))).collect();
    snug.kill();
    let mut all: Vec<Knowledge> = guests.iter().map(|_| Knowledge::default()).collect();
    for round in 0..number("SNUG_CRASH_ROUNDS", ROUNDS) {
        let snug = Snug::start(place.path());
        let (sender, acks) = channel();
        let writers: Vec<_> = guests
            .iter()
            .zip(all.drain(..))
            .map(|(guest, knowledge)| {
                let (guest, sender, addr) = (guest.clone(), sender.clone(), snug.addr);
                thread::spawn(move || write_until_broken(addr, &guest, knowledge, &sender))
            })
            .collect();
        drop(sender);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        wait_for_acks(&acks, 1 + random % ACKS_MAX);
        snug.kill();
        all = writers.into_iter().map(|writer| writer.join().expect("a writer")).collect();
        let snug = Snug::start(place.path());
        check(&log_of(snug.addr, &format!("reader {round}")), &guests, &all);
        snug.kill();
    }
    let acknowledged: usize = all.iter().map(|knowledge| knowledge.acknowledged.len()).sum();
    let seen: usize = all.iter().map(|knowledge| knowledge.seen.len()).sum();
    println!("{acknowledged} acknowledged, {seen} seen, none lost");
    assert!(acknowledged > 0 && seen > 0);
    for kind in ["edit ", "react ", "delete ", "+"] {
        let is_there = |knowledge: &Knowledge| knowledge.acknowledged.keys().any(|key| key.contains(kind));
        assert!(all.iter().any(is_there), "nothing was acknowledged of the kind {kind:?}");
    }
}
