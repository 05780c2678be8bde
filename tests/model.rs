//! The cursor logic, checked through all interleavings up to a small bound and through long random ones.
//!
//! The real `chat::room` is driven by what can happen to one connection: live delivery, a full outbox, catching up from
//! memory and from the store, lost links, reconnects, repeated sends. The client here is the protocol page's rule and nothing
//! more. What the client saw is kept in `tests/client/unit/traces.json`, through which the browser's own code is run.

use snug::chat::act::Nature;
use snug::chat::room::{Encoded, Handed, Piece, Progress, Room, RoomLimits};
use snug::protocol::{Entry, Kind, Person, RoomKind, Rules, Seq};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Small enough that every limit is met within a few steps.
const LIMITS: RoomLimits = RoomLimits { ring_entries_max: 2, ring_bytes_max: 1 << 20, replay_entries_max: 4 };
/// Pieces that the watcher's outbox holds.
const OUTBOX_PIECES: usize = 2;
/// Entries of one page from the store.
const STORE_PAGE: usize = 2;
/// Steps of the exhaustive search; six kinds of step.
const DEPTH: usize = 9;
/// The same for the search with all eight kinds of step.
const DOORS_DEPTH: usize = 7;
/// The same for the search with what changes messages.
const CHANGES_DEPTH: usize = 7;
/// Random walks with what changes messages that are handed on to the browser's code, and their steps.
const CHANGE_TRACES: (u64, usize) = (120, 30);
/// Steps up to which what the client saw is handed on to the browser's code.
const TRACE_DEPTH: usize = 7;
const SEAT: u64 = 7;
const WATCHER: i64 = 1;
const WRITER: i64 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Somebody writes, with a new key.
    Send,
    /// Two messages in one batch, the second a repetition of the last key.
    SendAndRepeat,
    /// The client reads one piece off the wire.
    Read,
    /// The session, finding everything drained, catches up one step.
    CatchUp,
    /// The link is lost, with all that was on it.
    Cut,
    /// The client connects with its cursor.
    Connect,
    /// The watcher is removed from the room, which shows nothing of its past, and is brought in again.
    Rejoin,
    /// The last message is deleted.
    Delete,
    /// The last message that is there gets another text, and, in the same batch, another one again.
    EditTwice,
    /// The first message that is there gets another text.
    Edit,
    /// The watcher puts an emoji to the last message that is there, or takes it away again.
    React,
    /// The last message that is there gets another text and is deleted, in one batch.
    EditAndDelete,
}

const STEPS: [Step; 6] = [Step::Send, Step::SendAndRepeat, Step::Read, Step::CatchUp, Step::Cut, Step::Connect];
const STEPS_WITH_DOORS: [Step; 8] =
    [Step::Send, Step::SendAndRepeat, Step::Read, Step::CatchUp, Step::Cut, Step::Connect, Step::Rejoin, Step::Delete];

const STEPS_WITH_CHANGES: [Step; 10] = [
    Step::Send,
    Step::Read,
    Step::CatchUp,
    Step::Cut,
    Step::Connect,
    Step::Delete,
    Step::EditTwice,
    Step::Edit,
    Step::React,
    Step::EditAndDelete,
];

#[derive(Clone)]
enum OnTheWire {
    Entries(Vec<Entry>),
    Reset(Seq, Vec<Entry>),
}

/// The protocol page's client: a run of entries and a cursor. What an entry changes about earlier ones, it changes.
#[derive(Clone, Default)]
struct Client {
    held: Vec<Entry>,
    cursor: Option<Seq>,
}

impl Client {
    fn take(&mut self, piece: &OnTheWire) {
        match piece {
            OnTheWire::Reset(head, entries) => {
                self.held = entries.clone();
                self.cursor = Some(*head);
            }
            OnTheWire::Entries(entries) => {
                for entry in entries {
                    let (seq, cursor) = (entry.seq, self.cursor);
                    let cursor = cursor.expect("an entry came before a reset, to a client that holds nothing");
                    assert!(seq <= cursor + 1, "a hole: entry {seq} on cursor {cursor}");
                    if seq == cursor + 1 {
                        heed_all(&mut self.held, entry);
                        self.held.push(entry.clone());
                        self.cursor = Some(seq);
                    }
                }
            }
        }
    }
}

fn heed_all(entries: &mut [Entry], later: &Entry) {
    for entry in entries {
        entry.heed(later);
    }
}

#[derive(Clone)]
struct World {
    room: Room<u64>,
    /// What is on disk, as a fresh read gives it.
    log: Vec<Entry>,
    /// The first entry that the watcher may see.
    since: Seq,
    client: Client,
    connected: bool,
    wire: VecDeque<OnTheWire>,
    /// What the session has to catch up with, and whether from the store.
    behind: Option<(Option<Seq>, bool)>,
    trace: String,
    /// Whether the trace has whole entries, or only their numbers.
    is_whole: bool,
}

fn writer() -> Person {
    Person { id: WRITER, name: "Bea".to_owned() }
}

fn watcher() -> Person {
    Person { id: WATCHER, name: "Rosa".to_owned() }
}

/// The entries that are handed over, each of which is the watcher's to see, and is what a fresh read gives.
fn handed(entries: &[Encoded], since: Seq, log: &[Entry]) -> Vec<Entry> {
    let entries = entries.iter().map(|entry| serde_json::from_slice::<Entry>(entry).unwrap());
    let seen = |entry: Entry| {
        assert!(entry.seq >= since, "entry {} from before {since} is handed over", entry.seq);
        let stored = &log[usize::try_from(entry.seq).unwrap() - 1];
        assert_eq!(&entry, stored, "what is handed over is not what a fresh read gives");
        entry
    };
    entries.map(seen).collect()
}

fn numbers(entries: &[Entry]) -> Vec<Seq> {
    entries.iter().map(|entry| entry.seq).collect()
}

/// An outbox takes whatever comes while it is empty, and is full from then on (as `Outlet::push` does by bytes).
fn hand(wire: &mut VecDeque<OnTheWire>, piece: OnTheWire) -> Handed {
    if wire.len() >= OUTBOX_PIECES {
        return Handed::Full;
    }
    wire.push_back(piece);
    Handed::Taken
}

impl World {
    fn new() -> World {
        let rules = Rules { shows_past: false, slow_ms: 0, archived: false };
        let nature = Nature { kind: RoomKind::Private, maker: Some(WRITER), rules };
        let room = Room::new(1, nature, 0, &[], HashMap::from([(WATCHER, 1), (WRITER, 1)]), LIMITS);
        World {
            room,
            log: Vec::new(),
            since: 1,
            client: Client::default(),
            connected: false,
            wire: VecDeque::new(),
            behind: None,
            trace: String::new(),
            is_whole: false,
        }
    }

    /// What the writer does with a batch: a key that is there already makes no entry.
    fn send(&mut self, keys: &[String]) {
        let mut fresh: Vec<Entry> = Vec::new();
        for key in keys {
            let is_key = |entry: &Entry| entry.key.as_ref() == Some(key);
            if !self.log.iter().any(is_key) && !fresh.iter().any(is_key) {
                fresh.push(Entry { key: Some(key.clone()), text: Some("x".to_owned()), ..Entry::default() });
            }
        }
        self.show(fresh);
    }

    /// What the writer and the host do with a batch of new entries: each changes what it changes, in the log, in memory, and
    /// in what is on its way there.
    fn show(&mut self, batch: Vec<Entry>) {
        let mut shown: Vec<Entry> = Vec::new();
        for entry in batch {
            let by = if entry.by.id == 0 { writer() } else { entry.by.clone() };
            let seq = self.log.len() as Seq + 1;
            let entry = Entry { room: 1, seq, at: seq, by, ..entry };
            heed_all(&mut self.log, &entry);
            self.log.push(entry.clone());
            self.room.heed(&entry);
            heed_all(&mut shown, &entry);
            shown.push(entry);
        }
        let encoded = self.room.absorb(&shown);
        let (wire, since, log) = (&mut self.wire, self.since, &self.log);
        for (seat, _) in self.room.crowd().iter() {
            let handed = hand(wire, OnTheWire::Entries(handed(&encoded, since, log)));
            if handed == Handed::Full
                && let Some((_, cursor)) = self.room.fall_behind(*seat, encoded.len())
            {
                self.behind = Some((Some(cursor), false));
            }
        }
    }

    /// What the writer does with an entry that is no message.
    fn note(&mut self, kind: Kind) {
        self.show(vec![Entry { kind, ..Entry::default() }]);
    }

    /// Changes a message that is there; false if there is none.
    fn change(&mut self, target: Option<Seq>, changes: &[Kind]) -> bool {
        let Some(target) = target else { return false };
        let change = |(n, kind): (usize, &Kind)| {
            let text = format!("edit {} {n}", self.log.len());
            Entry { kind: *kind, target: Some(target), text: (*kind == Kind::Edit).then_some(text), ..Entry::default() }
        };
        self.show(changes.iter().enumerate().map(change).collect());
        true
    }

    /// The first and the last message that is there.
    fn messages(&self) -> (Option<Seq>, Option<Seq>) {
        let is_there = |entry: &&Entry| entry.kind == Kind::Message && entry.text.is_some();
        let mut there = self.log.iter().filter(is_there).map(|entry| entry.seq);
        let first = there.next();
        (first, there.next_back().or(first))
    }

    fn bring(&mut self, cursor: Option<Seq>) {
        let (wire, since, log) = (&mut self.wire, self.since, &self.log);
        let progress = self.room.bring(SEAT, cursor, |_, piece| {
            let piece = match piece {
                Piece::Reset { head, entries } => OnTheWire::Reset(head, handed(&entries, since, log)),
                Piece::Replay(entries) => OnTheWire::Entries(handed(&entries, since, log)),
            };
            hand(wire, piece)
        });
        self.behind = match progress {
            Progress::InStep | Progress::Gone => None,
            Progress::Full(cursor) => Some((cursor, false)),
            Progress::Behind(cursor) => Some((Some(cursor), true)),
        };
    }

    /// Does one step; false if it is not possible now.
    fn step(&mut self, step: Step) -> bool {
        let fresh = format!("k{}", self.log.len());
        match step {
            Step::Send => self.send(&[fresh]),
            Step::SendAndRepeat => {
                let last = self.log.iter().rev().find_map(|entry| entry.key.clone()).unwrap_or_else(|| fresh.clone());
                self.send(&[fresh, last]);
            }
            Step::Read => {
                let Some(piece) = self.wire.pop_front() else { return false };
                self.trace(&piece);
                self.client.take(&piece);
            }
            Step::CatchUp => {
                let Some((mut cursor, from_store)) = self.behind.filter(|_| self.connected && self.wire.is_empty())
                else {
                    return false;
                };
                if let (Some(at), true) = (cursor, from_store) {
                    let from = (at + 1).max(self.since);
                    let page: Vec<Entry> =
                        self.log.iter().filter(|entry| entry.seq >= from).take(STORE_PAGE).cloned().collect();
                    cursor = page.last().map(|last| last.seq).or(cursor);
                    self.wire.push_back(OnTheWire::Entries(page));
                }
                self.bring(cursor);
            }
            Step::Cut if self.connected => {
                self.connected = false;
                self.room.exit(SEAT);
                self.wire.clear();
                self.behind = None;
            }
            Step::Connect if !self.connected => {
                self.connected = true;
                self.trace += &format!(
                    r#"{{"connect":{}}},"#,
                    self.client.cursor.map_or("null".to_owned(), |seq| seq.to_string())
                );
                self.room.enter(SEAT, watcher(), SEAT).unwrap();
                self.bring(self.client.cursor);
            }
            Step::Rejoin => {
                self.room.expel(WATCHER);
                self.behind = None;
                self.note(Kind::Leave);
                self.since = self.log.len() as Seq + 1;
                assert_eq!(self.room.admit(WATCHER, self.since), self.since);
                self.note(Kind::Join);
                if self.connected {
                    self.room.enter(SEAT, watcher(), SEAT).unwrap();
                    self.bring(None);
                }
            }
            Step::Delete => return self.change(self.messages().1, &[Kind::Delete]),
            Step::EditTwice => {
                return self.change(self.messages().1, &[Kind::Edit, Kind::Edit]);
            }
            Step::Edit => return self.change(self.messages().0, &[Kind::Edit]),
            Step::EditAndDelete => {
                return self.change(self.messages().1, &[Kind::Edit, Kind::Delete]);
            }
            Step::React => {
                let Some(last) = self.messages().1 else { return false };
                let last = &self.log[usize::try_from(last).unwrap() - 1];
                let is_there = last.reactions.iter().any(|reaction| reaction.by.contains(&WATCHER));
                let kind = if is_there { Kind::Unreact } else { Kind::React };
                let (target, text) = (Some(last.seq), Some("🍞".to_owned()));
                self.show(vec![Entry { kind, target, text, by: watcher(), ..Entry::default() }]);
            }
            Step::Cut | Step::Connect => return false,
        }
        true
    }

    fn trace(&mut self, piece: &OnTheWire) {
        match piece {
            OnTheWire::Reset(head, entries) => {
                self.trace += &format!(r#"{{"reset":{},"head":{head}}},"#, self.traced(entries));
            }
            OnTheWire::Entries(entries) => {
                for entry in entries {
                    let entry = if self.is_whole { json(entry) } else { entry.seq.to_string() };
                    self.trace += &format!(r#"{{"entry":{entry}}},"#);
                }
            }
        }
    }

    fn traced(&self, entries: &[Entry]) -> String {
        if self.is_whole { json(&entries) } else { format!("{:?}", numbers(entries)) }
    }

    /// Lets everything come to rest, then holds the client to the log.
    fn check(mut self, steps: &[Step]) -> String {
        self.step(Step::Connect);
        let mut patience = 1_000;
        while self.step(Step::Read) || self.step(Step::CatchUp) {
            patience -= 1;
            assert!(patience > 0, "never comes to rest after {steps:?}");
        }
        let head = self.log.len() as Seq;
        assert_eq!(self.client.cursor, Some(head), "the client is not at the head after {steps:?}");
        let first = self.client.held.first().map_or(head + 1, |first| first.seq);
        let expected: Vec<Entry> = self.log.iter().filter(|entry| entry.seq >= first).cloned().collect();
        assert_eq!(self.client.held, expected, "not exactly the log after {steps:?}");
        let held = self.traced(&self.client.held);
        format!(r#"{{"steps":[{}],"held":{held}}}"#, self.trace.trim_end_matches(','))
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

fn explore(world: &World, all: &[Step], steps: &mut Vec<Step>, depth: usize, ends: &mut dyn FnMut(String)) -> usize {
    ends(world.clone().check(steps));
    let mut seen = 1;
    if steps.len() == depth {
        return seen;
    }
    for step in all {
        let mut next = world.clone();
        if next.step(*step) {
            steps.push(*step);
            seen += explore(&next, all, steps, depth, ends);
            steps.pop();
        }
    }
    seen
}

#[test]
fn through_all_interleavings_every_client_ends_with_exactly_the_log() {
    let seen = explore(&World::new(), &STEPS, &mut Vec::new(), DEPTH, &mut |_| {});
    println!("{seen} interleavings of up to {DEPTH} steps");
    assert!(seen > 50_000, "the search has become trivial: {seen}");
}

#[test]
fn through_all_interleavings_nobody_sees_what_was_before_them_or_what_is_deleted() {
    let seen = explore(&World::new(), &STEPS_WITH_DOORS, &mut Vec::new(), DOORS_DEPTH, &mut |_| {});
    println!("{seen} interleavings of up to {DOORS_DEPTH} steps");
    assert!(seen > 50_000, "the search has become trivial: {seen}");
}

#[test]
fn through_long_random_interleavings_every_client_ends_with_exactly_the_log() {
    for seed in 1..=3_000_u64 {
        let all: [&[Step]; 3] = [&STEPS, &STEPS_WITH_DOORS, &STEPS_WITH_CHANGES];
        walk(World::new(), seed, all[usize::try_from(seed % 3).unwrap()], 80);
    }
}

/// A random walk of the world, which the seed names; what it came to.
fn walk(mut world: World, seed: u64, all: &[Step], length: usize) -> String {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut steps = Vec::new();
    for _ in 0..length {
        // Xorshift64 (Marsaglia 2003).
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let step = all[usize::try_from(random % all.len() as u64).unwrap()];
        if world.step(step) {
            steps.push(step);
        }
    }
    world.check(&steps)
}

#[test]
fn through_all_interleavings_every_message_becomes_what_was_made_of_it() {
    let seen = explore(&World::new(), &STEPS_WITH_CHANGES, &mut Vec::new(), CHANGES_DEPTH, &mut |_| {});
    println!("{seen} interleavings of up to {CHANGES_DEPTH} steps");
    assert!(seen > 50_000, "the search has become trivial: {seen}");
}

/// The file is made by `SNUG_BLESS=1 cargo test --test model`; it is kept, so that the browser's tests need no Rust.
#[test]
fn the_traces_for_the_browsers_code_are_those_of_this_model() {
    let mut traces = BTreeSet::new();
    explore(&World::new(), &STEPS, &mut Vec::new(), TRACE_DEPTH, &mut |trace| {
        traces.insert(trace);
    });
    hold("traces.json", traces);
}

#[test]
fn the_traces_of_changed_messages_are_those_of_this_model() {
    let (walks, steps) = CHANGE_TRACES;
    let traces = (1..=walks).map(|seed| {
        let world = World { is_whole: true, ..World::new() };
        walk(world, seed, &STEPS_WITH_CHANGES, steps)
    });
    hold("changes.json", traces);
}

/// Holds a file of the browser's tests to these traces.
fn hold(file: &str, traces: impl IntoIterator<Item = String>) {
    let text = format!("[\n{}\n]\n", traces.into_iter().collect::<Vec<_>>().join(",\n"));
    let path = format!("{}/tests/client/unit/{file}", env!("CARGO_MANIFEST_DIR"));
    let path = path.as_str();
    if std::env::var_os("SNUG_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let is_same = std::fs::read_to_string(path).unwrap() == text;
    assert!(
        is_same,
        "{file} is not what the model says; run SNUG_BLESS=1 cargo test --test model and look at what changed"
    );
}
