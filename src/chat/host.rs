//! The host of one room: the loop that takes what comes to the room, has [`Room`] decide, and carries it out.
//!
//! Each turn takes everything that waits (up to a limit), appends it to the log as one batch, and only then shows it:
//! encoded once, written to each seat once. While a batch is on its way to disk, the next one gathers in the inbox.

use super::close;
use super::command::{Command, Joined, Joiner, Waiting, storage_error};
use super::frame::{entry_frames, page_frame, text_frame};
use super::hub::Hub;
use super::outlet::{Notice, Outlet};
use super::room::{Piece, Room, RoomLimits, SeatId, Standing};
use crate::protocol::{
    self, Code, Entry, Error, Kind, Outcome, PAGE_ENTRIES, PAGE_ENTRIES_MAX, Page, Person, Reply, RequestId, RoomId,
    RoomKind, RoomView, Seq, UserId,
};
use crate::store::{Appended, Draft};
use async_channel::Receiver;
use async_tungstenite::tungstenite::Bytes;
use smol::Timer;
use smol::future::or;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Drafts of one batch.
const BATCH_DRAFTS_MAX: usize = 512;
/// Bytes of text of one batch, after which it takes no more: what one seat may hold beyond its own limit.
const BATCH_BYTES_MAX: usize = 256 << 10;
/// Presence is told at most so often.
const PRESENCE_PAUSE: Duration = Duration::from_secs(1);
/// How long a room that nobody uses stays in memory, so that a reload of the page does not load the room again.
const LINGER: Duration = Duration::from_secs(5);

/// The host of one room.
pub struct Host {
    hub: Arc<Hub>,
    id: RoomId,
    name: String,
    topic: String,
    room: Room<Arc<Outlet>>,
    batch: Vec<Waiting>,
    batch_bytes: usize,
    /// The latest page as a frame, with the head that it was made at.
    page: Option<(Seq, Bytes)>,
    presence_told: Option<Instant>,
    /// The log could not be followed; the room has to be loaded anew.
    is_lost: bool,
}

/// Hosts room `id` until nobody uses it.
pub async fn run(hub: Arc<Hub>, id: RoomId, inbox: Receiver<Command>) {
    match Host::load(Arc::clone(&hub), id).await {
        Ok(mut host) => host.serve(&inbox).await,
        Err(error) => {
            hub.forget(id);
            inbox.close();
            while let Ok(command) = inbox.recv().await {
                command.refuse(&error);
            }
        }
    }
}

impl Host {
    async fn load(hub: Arc<Hub>, id: RoomId) -> Result<Host, Error> {
        let chat = &hub.config.chat;
        let limits = RoomLimits {
            ring_entries_max: chat.ring_entries_max,
            ring_bytes_max: chat.ring_bytes_max,
            replay_entries_max: chat.replay_entries_max,
        };
        let state = hub
            .store
            .room(id, PAGE_ENTRIES)
            .await
            .map_err(|problem| storage_error(&problem, format_args!("room {id}")))?;
        let state = state.ok_or_else(Error::no_such_room)?;
        let members =
            hub.store.members(id).await.map_err(|problem| storage_error(&problem, format_args!("room {id}")))?;
        let room = Room::new(id, state.head, &state.latest, members, limits);
        let (name, topic) = (state.name, state.topic);
        Ok(Host {
            hub,
            id,
            name,
            topic,
            room,
            batch: Vec::new(),
            batch_bytes: 0,
            page: None,
            presence_told: None,
            is_lost: false,
        })
    }

    async fn serve(&mut self, inbox: &Receiver<Command>) {
        while !self.is_lost {
            match self.next(inbox).await {
                Next::Command(first) => self.turn(first, inbox).await,
                Next::Presence => self.tell_presence(),
                Next::Unused if self.hub.retire(self.id, inbox) => return,
                Next::Unused => {}
                Next::End => return,
            }
        }
        // Nobody may be left with a hole: all come back with their cursors, to a room that is loaded anew.
        self.hub.forget(self.id);
        self.room.handles().for_each(|outlet| outlet.notify(Notice::Close(close::FAILED)));
    }

    /// Waits for the next command; with a clock only when there is something that time brings.
    async fn next(&self, inbox: &Receiver<Command>) -> Next {
        let command = async { inbox.recv().await.map_or(Next::End, Next::Command) };
        if self.room.is_empty() {
            return or(command, after(LINGER, Next::Unused)).await;
        }
        if self.room.presence_changed() {
            let passed = self.presence_told.map_or(PRESENCE_PAUSE, |told| told.elapsed());
            return or(command, after(PRESENCE_PAUSE.saturating_sub(passed), Next::Presence)).await;
        }
        command.await
    }

    /// Takes `first` and all that waits behind it, stores what is to be stored, and shows it.
    async fn turn(&mut self, first: Command, inbox: &Receiver<Command>) {
        self.take(first);
        // Whoever is about to write gets to say so: fewer, larger batches.
        smol::future::yield_now().await;
        while self.batch.len() < BATCH_DRAFTS_MAX && self.batch_bytes < BATCH_BYTES_MAX {
            let Ok(next) = inbox.try_recv() else { break };
            self.take(next);
        }
        if !self.batch.is_empty() {
            self.store().await;
        }
    }

    /// Carries out what needs no storing; puts the rest into the batch.
    fn take(&mut self, command: Command) {
        match command {
            Command::Enter { seat, person, outlet, cursor } => match self.room.enter(seat, person, Arc::clone(&outlet))
            {
                Ok(()) => self.bring(seat, cursor),
                Err(_) => outlet.notify(Notice::Left { room: self.id, seat }),
            },
            Command::Resume { seat, cursor } => self.bring(seat, cursor),
            Command::Exit { seat } => drop(self.room.exit(seat)),
            Command::Typing { seat } => self.show_typing(seat),
            Command::Post { seat, from, re, kind, key, text } => match self.author(seat) {
                Ok(author) => {
                    self.batch_bytes += text.len();
                    self.batch.push(Waiting::Post { from, re, author, kind, key, text });
                }
                Err(error) => from.answer(text_frame(&Reply::encode(re, Err(error)))),
            },
            Command::Join { who, reply } => self.batch.push(Waiting::Join { who, reply }),
            Command::Leave { person, seat, reply } => self.batch.push(Waiting::Leave { person, seat, reply }),
            Command::Settle { reply } => self.batch.push(Waiting::Settle { reply }),
        }
    }

    /// Who writes from `seat`; nobody who leaves in this same batch.
    fn author(&self, seat: SeatId) -> Result<Person, Error> {
        let author = self.room.author(seat)?;
        let leaves = |waiting: &Waiting| matches!(waiting, Waiting::Leave { person, .. } if person.id == author.id);
        if self.batch.iter().any(leaves) { Err(Error::no_such_room()) } else { Ok(author) }
    }

    /// Appends the batch to the log; then, and only then, answers and shows it.
    async fn store(&mut self) {
        self.batch_bytes = 0;
        let mut batch = std::mem::take(&mut self.batch);
        let drafts: Vec<Draft> = batch.iter_mut().filter_map(Waiting::draft).collect();
        let at = Hub::unix_ms();
        let appended =
            if drafts.is_empty() { Ok(Vec::new()) } else { self.hub.store.append(self.id, at, drafts).await };
        let appended = match appended {
            Ok(appended) => appended,
            Err(problem) => {
                let error = storage_error(&problem, format_args!("room {}", self.id));
                return batch.into_iter().for_each(|waiting| waiting.refuse(&error));
            }
        };
        self.follow(before(&appended)).await;
        let mut shown = Shown { at, entries: Vec::new(), senders: Vec::new() };
        let mut appended = appended.into_iter();
        let mut settled = Vec::new();
        for waiting in batch {
            if let Waiting::Settle { reply } = waiting {
                settled.push(reply);
            } else if let Some((draft, outcome)) = appended.next() {
                // One outcome for each draft, in order.
                self.conclude(waiting, draft, &outcome, &mut shown);
            }
        }
        self.deliver(&shown.entries);
        shown.senders.iter().for_each(|sender| sender.flush());
        // Only now is everything before it answered and shown: whoever waits may close.
        for reply in settled {
            let _ = reply.try_send(());
        }
    }

    /// Reads on in the log up to `seq`: entries that came into it by another way than through here, as after a commit whose
    /// answer was lost.
    async fn follow(&mut self, seq: Seq) {
        while self.room.head() < seq {
            let missing = usize::try_from(seq - self.room.head()).unwrap_or(PAGE_ENTRIES_MAX).min(PAGE_ENTRIES_MAX);
            let page = self.hub.store.page(self.id, Page::After(self.room.head()), missing, None).await;
            match page {
                Ok(entries) if !entries.is_empty() => {
                    entries.iter().for_each(|entry| self.apply(entry));
                    self.deliver(&entries);
                }
                problem => {
                    log::error!("room {}: cannot read on behind entry {}: {problem:?}", self.id, self.room.head());
                    self.is_lost = true;
                    return;
                }
            }
        }
    }

    /// What an entry that came by another way changes in the room.
    fn apply(&mut self, entry: &Entry) {
        match entry.kind {
            Kind::Message => {}
            Kind::Join => self.room.admit(entry.by.id),
            Kind::Leave => self.expel(entry.by.id, None),
            Kind::Topic => self.topic = entry.text.clone().unwrap_or_default(),
        }
    }

    /// Takes the seats of somebody who is no member any more away, and tells all of them but one.
    fn expel(&mut self, user: UserId, except: Option<SeatId>) {
        for (seat, outlet) in self.room.expel(user) {
            if Some(seat) != except {
                outlet.notify(Notice::Left { room: self.id, seat });
            }
        }
    }

    /// Answers one draft of the batch, and notes its entry if it became one.
    fn conclude(&mut self, waiting: Waiting, draft: Draft, outcome: &Appended, shown: &mut Shown) {
        let (room, at) = (self.id, shown.at);
        let entry = |seq: Seq, by: Person, draft: Draft| Entry {
            room,
            seq,
            at,
            by,
            kind: draft.kind,
            key: draft.key,
            text: draft.text,
        };
        match (waiting, outcome) {
            (Waiting::Post { from, re, .. }, Appended::Repeated { seq, at }) => shown.acknowledge(from, re, *seq, *at),
            (Waiting::Post { from, re, author, .. }, Appended::Stored { seq, .. }) => {
                shown.acknowledge(from, re, *seq, at);
                let entry = entry(*seq, author, draft);
                self.apply(&entry);
                shown.entries.push(entry);
            }
            (Waiting::Join { who, reply }, Appended::Stored { seq, author }) => {
                let person = Person { id: *author, name: who.into_name() };
                self.room.admit(person.id);
                let _ = reply.try_send(Ok(Joined { person: person.clone(), room: Some(self.view(*seq)) }));
                shown.entries.push(entry(*seq, person, draft));
            }
            (Waiting::Join { who: Joiner::Known(person), reply }, Appended::Unchanged) => {
                self.room.admit(person.id);
                let _ = reply.try_send(Ok(Joined { person, room: None }));
            }
            (Waiting::Join { reply, .. }, _) => {
                let text = "Somebody here has this name already. Choose another one.";
                let _ = reply.try_send(Err(Error::new(Code::NameTaken, text)));
            }
            (Waiting::Leave { person, seat, reply }, outcome) => {
                self.expel(person.id, Some(seat));
                let _ = reply.try_send(Ok(()));
                if let Appended::Stored { seq, .. } = outcome {
                    shown.entries.push(entry(*seq, person, draft));
                }
            }
            // A post is stored or repeated, and what waits for its turn only has no draft.
            (Waiting::Post { .. } | Waiting::Settle { .. }, _) => {}
        }
    }

    /// Shows stored entries to every seat that is in step.
    fn deliver(&mut self, entries: &[Entry]) {
        if entries.is_empty() {
            return;
        }
        let encoded = self.room.absorb(entries);
        let frames = entry_frames(&encoded);
        for (seat, outlet, cursor) in self.room.deliver(encoded.len(), |outlet| outlet.push(frames.clone())) {
            outlet.notify(Notice::CatchUp { room: self.id, seat, cursor: Some(cursor), from_store: false });
        }
    }

    /// Brings a seat in step, as far as its outlet takes it.
    fn bring(&mut self, seat: SeatId, cursor: Option<Seq>) {
        let (id, page) = (self.id, &mut self.page);
        let standing = self.room.bring(seat, cursor, |outlet, piece| {
            outlet.push(match piece {
                Piece::Replay(entries) => entry_frames(&entries),
                Piece::Reset { head, entries } => page_frame(page, id, head, &entries),
            })
        });
        let (cursor, from_store) = match standing {
            Standing::InStep | Standing::Gone => return,
            Standing::Full(cursor) => (cursor, false),
            Standing::Behind(cursor) => (Some(cursor), true),
        };
        if let Some(outlet) = self.room.handle(seat) {
            outlet.notify(Notice::CatchUp { room: self.id, seat, cursor, from_store });
        }
    }

    fn show_typing(&self, seat: SeatId) {
        if let Ok(by) = self.room.author(seat) {
            let frame = text_frame(&protocol::encode(&protocol::Event::Typing { room: self.id, by }));
            self.room.show(Some(seat), |outlet| outlet.push_passing(frame.clone()));
        }
    }

    fn tell_presence(&mut self) {
        self.presence_told = Some(Instant::now());
        let frame = text_frame(&protocol::encode(&self.room.presence()));
        self.room.show(None, |outlet| outlet.push_passing(frame.clone()));
    }

    /// The room as somebody sees it who has just joined it at `head`.
    fn view(&self, head: Seq) -> RoomView {
        RoomView {
            id: self.id,
            name: self.name.clone(),
            topic: self.topic.clone(),
            kind: RoomKind::Open,
            head,
            read: head,
            unread: 0,
        }
    }
}

/// What a batch has brought: its entries, and who has an acknowledgement waiting.
struct Shown {
    at: i64,
    entries: Vec<Entry>,
    senders: Vec<Arc<Outlet>>,
}

impl Shown {
    /// Tells a sender that it is stored; leaves in the same write as the entry.
    fn acknowledge(&mut self, from: Arc<Outlet>, re: RequestId, seq: Seq, at: i64) {
        from.answer_later(text_frame(&Reply::encode(re, Ok(Outcome::Stored { seq, at }))));
        self.senders.push(from);
    }
}

/// The last entry that must have been in the log before this batch.
fn before(appended: &[(Draft, Appended)]) -> Seq {
    let stored = appended
        .iter()
        .find_map(|(_, outcome)| if let Appended::Stored { seq, .. } = outcome { Some(seq - 1) } else { None });
    let repeated = appended
        .iter()
        .filter_map(|(_, outcome)| if let Appended::Repeated { seq, .. } = outcome { Some(*seq) } else { None });
    stored.or(repeated.max()).unwrap_or(0)
}

enum Next {
    Command(Command),
    Presence,
    Unused,
    End,
}

async fn after(pause: Duration, next: Next) -> Next {
    Timer::after(pause).await;
    next
}
