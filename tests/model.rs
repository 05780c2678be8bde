//! The cursor logic, checked through all interleavings up to a small bound and through long random ones.
//!
//! The real `chat::room` is driven by what can happen to one connection: live delivery, a full outbox, catching up from
//! memory and from the store, lost links, reconnects, repeated sends. The client here is the protocol page's rule and nothing
//! more. What the client saw is kept in `tests/client/unit/traces.json`, through which the browser's own code is run.

use snug::chat::act::Nature;
use snug::chat::room::{Encoded, Handed, Piece, Progress, Room, RoomLimits};
use snug::protocol::{Entry, Kind, Person, RoomKind, Rules, Seq};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

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
}

const STEPS: [Step; 6] = [Step::Send, Step::SendAndRepeat, Step::Read, Step::CatchUp, Step::Cut, Step::Connect];
const STEPS_WITH_DOORS: [Step; 8] =
    [Step::Send, Step::SendAndRepeat, Step::Read, Step::CatchUp, Step::Cut, Step::Connect, Step::Rejoin, Step::Delete];

#[derive(Clone)]
enum OnTheWire {
    Entries(Vec<Seq>),
    Reset(Seq, Vec<Seq>),
}

/// The protocol page's client: a run of entries and a cursor.
#[derive(Clone, Default)]
struct Client {
    held: Vec<Seq>,
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
                for seq in entries {
                    let cursor = self.cursor.expect("an entry came before a reset, to a client that holds nothing");
                    assert!(*seq <= cursor + 1, "a hole: entry {seq} on cursor {cursor}");
                    if *seq == cursor + 1 {
                        self.held.push(*seq);
                        self.cursor = Some(*seq);
                    }
                }
            }
        }
    }
}

#[derive(Clone)]
struct World {
    room: Room<u64>,
    /// What is on disk: the key of entry 1, 2, 3, ...; empty for an entry that is no message.
    log: Vec<String>,
    /// The messages that have been deleted.
    gone: HashSet<Seq>,
    /// The first entry that the watcher may see.
    since: Seq,
    client: Client,
    connected: bool,
    wire: VecDeque<OnTheWire>,
    /// What the session has to catch up with, and whether from the store.
    behind: Option<(Option<Seq>, bool)>,
    trace: String,
}

fn entry(seq: Seq, key: &str) -> Entry {
    let by = Person { id: WRITER, name: "Bea".to_owned() };
    let (key, text) = (Some(key.to_owned()), Some("x".to_owned()));
    Entry { room: 1, seq, at: 0, by, who: None, kind: Kind::Message, key, text, target: None, rules: None }
}

/// The numbers of entries that are handed over, each of which is the watcher's to see.
fn seqs(entries: &[Encoded], since: Seq, gone: &HashSet<Seq>) -> Vec<Seq> {
    let entries = entries.iter().map(|entry| serde_json::from_slice::<Entry>(entry).unwrap());
    let seen = |entry: Entry| {
        assert!(entry.seq >= since, "entry {} from before {since} is handed over", entry.seq);
        assert!(entry.text.is_none() || !gone.contains(&entry.seq), "the text of {} is handed over", entry.seq);
        entry.seq
    };
    entries.map(seen).collect()
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
            gone: HashSet::new(),
            since: 1,
            client: Client::default(),
            connected: false,
            wire: VecDeque::new(),
            behind: None,
            trace: String::new(),
        }
    }

    /// What the writer does with a batch: a key that is there already makes no entry.
    fn send(&mut self, keys: &[String]) {
        let mut entries = Vec::new();
        for key in keys {
            if !self.log.contains(key) {
                self.log.push(key.clone());
                entries.push(entry(self.log.len() as Seq, key));
            }
        }
        self.show(&entries);
    }

    fn show(&mut self, entries: &[Entry]) {
        let encoded = self.room.absorb(entries);
        let (wire, since, gone) = (&mut self.wire, self.since, &self.gone);
        let fallen = self.room.deliver(encoded.len(), |_| hand(wire, OnTheWire::Entries(seqs(&encoded, since, gone))));
        if let Some((_, _, cursor)) = fallen.first() {
            self.behind = Some((Some(*cursor), false));
        }
    }

    /// What the writer does with an entry that is no message.
    fn note(&mut self, kind: Kind, target: Option<Seq>) {
        self.log.push(String::new());
        let noted = entry(self.log.len() as Seq, "");
        self.show(&[Entry { kind, target, text: None, ..noted }]);
    }

    fn bring(&mut self, cursor: Option<Seq>) {
        let (wire, since, gone) = (&mut self.wire, self.since, &self.gone);
        let progress = self.room.bring(SEAT, cursor, |_, piece| {
            let piece = match piece {
                Piece::Reset { head, entries } => OnTheWire::Reset(head, seqs(&entries, since, gone)),
                Piece::Replay(entries) => OnTheWire::Entries(seqs(&entries, since, gone)),
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
                let last = self.log.iter().rev().find(|key| !key.is_empty()).cloned().unwrap_or_else(|| fresh.clone());
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
                    let page: Vec<Seq> = ((at + 1).max(self.since)..=self.log.len() as Seq).take(STORE_PAGE).collect();
                    cursor = page.last().copied().or(cursor);
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
                self.room.enter(SEAT, Person { id: WATCHER, name: "Rosa".to_owned() }, SEAT).unwrap();
                self.bring(self.client.cursor);
            }
            Step::Rejoin => {
                self.room.expel(WATCHER);
                self.behind = None;
                self.note(Kind::Leave, None);
                self.since = self.log.len() as Seq + 1;
                assert_eq!(self.room.admit(WATCHER, self.since), self.since);
                self.note(Kind::Join, None);
                if self.connected {
                    self.room.enter(SEAT, Person { id: WATCHER, name: "Rosa".to_owned() }, SEAT).unwrap();
                    self.bring(None);
                }
            }
            Step::Delete => {
                let Some(last) = self.log.iter().rposition(|key| !key.is_empty()) else { return false };
                let target = last as Seq + 1;
                if !self.gone.insert(target) {
                    return false;
                }
                self.room.redact(target);
                self.note(Kind::Delete, Some(target));
            }
            Step::Cut | Step::Connect => return false,
        }
        true
    }

    fn trace(&mut self, piece: &OnTheWire) {
        match piece {
            OnTheWire::Reset(head, entries) => self.trace += &format!(r#"{{"reset":{entries:?},"head":{head}}},"#),
            OnTheWire::Entries(entries) => {
                entries.iter().for_each(|seq| self.trace += &format!(r#"{{"entry":{seq}}},"#))
            }
        }
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
        let first = self.client.held.first().copied().unwrap_or(head + 1);
        let expected: Vec<Seq> = (first..=head).collect();
        assert_eq!(self.client.held, expected, "not exactly the log after {steps:?}");
        format!(r#"{{"steps":[{}],"held":{:?}}}"#, self.trace.trim_end_matches(','), self.client.held)
    }
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
    for seed in 1..=2_000_u64 {
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut world = World::new();
        let mut steps = Vec::new();
        for _ in 0..80 {
            // Xorshift64 (Marsaglia 2003): the seed names the walk.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let all: &[Step] = if seed % 2 == 0 { &STEPS } else { &STEPS_WITH_DOORS };
            let step = all[usize::try_from(random % all.len() as u64).unwrap()];
            if world.step(step) {
                steps.push(step);
            }
        }
        world.check(&steps);
    }
}

/// The file is made by `SNUG_BLESS=1 cargo test --test model`; it is kept, so that the browser's tests need no Rust.
#[test]
fn the_traces_for_the_browsers_code_are_those_of_this_model() {
    let mut traces = BTreeSet::new();
    explore(&World::new(), &STEPS, &mut Vec::new(), TRACE_DEPTH, &mut |trace| {
        traces.insert(trace);
    });
    let text = format!("[\n{}\n]\n", traces.into_iter().collect::<Vec<_>>().join(",\n"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/unit/traces.json");
    if std::env::var_os("SNUG_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let is_same = std::fs::read_to_string(path).unwrap() == text;
    assert!(
        is_same,
        "the file is not what the model says; run SNUG_BLESS=1 cargo test --test model and look at what changed"
    );
}
