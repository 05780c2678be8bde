//! A disk that is really full: snug on a file system of 24 MB that it has for itself, as on a small board's card.

mod common;

use common::process::{Place, Running};
use common::socket::Guest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use snug::store::PIECE_BYTES;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// Runs snug twice on the same disk: again when the first one is gone.
const TWICE: &str = r#"mount -t tmpfs -o size=24m tmpfs disk || exit 9
"$0" & echo "runs as $!"; wait $!; exec "$0""#;
const FILE_BYTES: usize = 10 << 20;
/// Long enough that the last pages of the disk are soon used.
const TEXT_CHARS: usize = 4_000;

/// The snug that runs first; it does not outlive the test.
struct First(Pid);

impl Drop for First {
    fn drop(&mut self) {
        let _ = kill_process(self.0, Signal::KILL);
    }
}

fn by_http(rosa: &Guest, addr: SocketAddr, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
    let (status, body) = rosa.request_by_http(addr, method, path, body).expect("an answer");
    (status, serde_json::from_str(&body).unwrap_or_default())
}

fn begin(rosa: &Guest, addr: SocketAddr) -> i64 {
    let wanted = json!({"name": "film.bin", "bytes": FILE_BYTES}).to_string();
    let (status, begun) = by_http(rosa, addr, "POST", "rooms/1/files", wanted.as_bytes());
    assert_eq!(status, 201, "{begun}");
    begun["id"].as_i64().expect("an id")
}

/// Brings pieces of a file until one is refused; how that is said.
fn bring(rosa: &Guest, addr: SocketAddr, id: i64) -> Option<(u16, Value)> {
    let piece = vec![7; PIECE_BYTES];
    (0..FILE_BYTES / PIECE_BYTES)
        .map(|n| by_http(rosa, addr, "PUT", &format!("files/{id}/pieces/{n}"), &piece))
        .find(|(status, _)| *status != 204)
}

/// Writes to a file until the disk has no room at all.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).expect("a file");
    for size in [1 << 16, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

/// All that is written in the lobby, by its keys.
fn keys(rosa: &Guest, addr: SocketAddr) -> Vec<String> {
    let mut reader = rosa.connect(addr);
    let (mut keys, mut after) = (Vec::new(), 0);
    loop {
        let page = reader.ask(json!({"op": "history", "room": 1, "after": after, "limit": 100}));
        let entries = page["entries"].as_array().expect("entries");
        keys.extend(entries.iter().filter_map(|entry| entry["key"].as_str().map(str::to_owned)));
        match entries.last() {
            Some(last) => after = last["seq"].as_i64().expect("a number"),
            None => return keys,
        }
    }
}

#[test]
fn a_full_disk_refuses_loses_nothing_and_doubles_nothing_and_all_goes_on_when_there_is_room() {
    let is_allowed = Command::new("unshare").args(["-rm", "true"]).status().is_ok_and(|status| status.success());
    if !is_allowed {
        println!("not tried: a file system of its own is not allowed here (unshare -rm)");
        return;
    }
    let place = Place::new();
    std::fs::create_dir(place.path("disk")).expect("a directory");
    let mut command = place.settle(Command::new("unshare"));
    command.args(["-rm", "sh", "-c", TWICE, env!("CARGO_BIN_EXE_snug")]).env("SNUG_DATA", "disk");
    command.env("SNUG_SENDS_PER_MINUTE", "0").env("SNUG_ASKS_PER_MINUTE", "0");
    let mut running = Running::start(&mut command);
    let pid: i32 = running.line("runs as ").rsplit(' ').next().and_then(|pid| pid.parse().ok()).expect("a number");
    let first = First(Pid::from_raw(pid).expect("a process"));
    let addr = running.address();
    let rosa = Guest::enter(addr, "Rosa");
    let mut desk = rosa.connect(addr);

    let files = [begin(&rosa, addr), begin(&rosa, addr)];
    let (status, refusal) = files.iter().find_map(|id| bring(&rosa, addr, *id)).expect("24 MB are not enough for 20");
    assert_eq!((status, &refusal["error"]["code"]), (507, &json!("storage_full")), "{refusal}");
    desk.send(1, "said while files are refused", "hello");
    let mut stored = vec!["said while files are refused".to_owned()];

    // What belongs to another process, and snug knows nothing of.
    let filler = Path::new("/proc")
        .join(pid.to_string())
        .join("root")
        .join(place.path("disk/filler").strip_prefix("/").unwrap());
    fill(&filler);
    let text = "x".repeat(TEXT_CHARS);
    let say = |key: &str| json!({"op": "send", "room": 1, "key": key, "text": text});
    let refused = loop {
        let key = format!("number {}", stored.len());
        let reply = desk.reply(say(&key));
        if let Some(error) = reply.get("error") {
            assert_eq!(error["code"], "storage_full", "{error}");
            break key;
        }
        stored.push(key);
        assert!(stored.len() < 10_000, "the disk is never full");
    };
    assert_eq!(keys(&rosa, addr), stored, "reading goes on, and what was refused is not there");

    std::fs::remove_file(&filler).expect("it goes");
    let seq = desk.ask(say(&refused))["seq"].clone();
    assert_eq!(desk.ask(say(&refused))["seq"], seq, "the same message");
    stored.push(refused);
    for id in files {
        assert_eq!(by_http(&rosa, addr, "DELETE", &format!("files/{id}"), b"").0, 204);
    }

    running.forget();
    drop(first);
    let addr = running.address();
    assert_eq!(keys(&rosa, addr), stored);
    rosa.connect(addr).send(1, "after all of it", "hello");
}
