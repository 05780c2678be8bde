//! The host of one room: the loop that takes what comes to the room, has [`Room`] decide, and carries it out.
//!
//! Each turn takes everything that waits (up to a limit), appends it to the log as one batch, and only then shows it:
//! encoded once, written to each seat once. While a batch is on its way to disk, the next one gathers in the inbox.

use super::hub::Hub;
use super::outlet::{Notice, Outlet};
use super::room::{Encoded, Piece, Room, RoomLimits, SeatId, Standing};
use super::session::close_code;
use crate::protocol::{
    self, Code, Entry, Error, Kind, Outcome, PAGE_ENTRIES, Person, Reply, RequestId, RoomId, RoomKind, RoomView, Seq,
};
use crate::store::{Appended, Author, Draft, Guest, StoreError};
use async_channel::{Receiver, Sender};
use async_tungstenite::tungstenite::Bytes;
use async_tungstenite::tungstenite::protocol::frame::FrameHeader;
use async_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
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

/// What comes to a room.
pub enum Command {
    /// A message or a topic.
    Post {
        /// By whom, and where the answer goes.
        from: Arc<Outlet>,
        /// The request.
        re: RequestId,
        /// `Message` or `Topic`.
        kind: Kind,
        /// The author's key.
        key: String,
        /// The text.
        text: String,
    },
    /// A member sits down, holding everything up to `cursor`.
    Enter {
        /// Who.
        person: Person,
        /// Its way out.
        outlet: Arc<Outlet>,
        /// The last entry held; `None`: nothing.
        cursor: Option<Seq>,
    },
    /// A seat has drained and comes in step again from `cursor`.
    Resume {
        /// Which.
        seat: SeatId,
        /// The last entry handed over; `None`: nothing.
        cursor: Option<Seq>,
    },
    /// A seat is empty.
    Exit {
        /// Which.
        seat: SeatId,
    },
    /// Somebody becomes a member.
    Join {
        /// Who.
        who: Joiner,
        /// The answer.
        reply: Sender<Result<Joined, Error>>,
    },
    /// Somebody is a member no longer.
    Leave {
        /// Who.
        person: Person,
        /// The connection that asked, which needs no telling.
        seat: SeatId,
        /// The answer.
        reply: Sender<Result<(), Error>>,
    },
    /// Somebody is writing.
    Typing {
        /// Where.
        seat: SeatId,
    },
    /// Answered when everything before it has been answered.
    Settle {
        /// The answer.
        reply: Sender<()>,
    },
}

/// Who becomes a member.
pub enum Joiner {
    /// Somebody known.
    Known(Person),
    /// A new guest.
    New(Box<Guest>),
}

/// Somebody has become a member, or was one.
pub struct Joined {
    /// Who; tells a new guest's id.
    pub person: Person,
    /// The room.
    pub room: RoomView,
}

/// A draft that waits for its batch, and who waits for its outcome.
enum Waiting {
    Post { from: Arc<Outlet>, re: RequestId, author: Person, kind: Kind, key: String, text: String },
    Join { who: Joiner, reply: Sender<Result<Joined, Error>> },
    Leave { person: Person, seat: SeatId, reply: Sender<Result<(), Error>> },
    Settle { reply: Sender<()> },
}

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
}

/// Hosts room `id` until nobody uses it.
pub async fn run(hub: Arc<Hub>, id: RoomId, inbox: Receiver<Command>) {
    match Host::load(Arc::clone(&hub), id).await {
        Ok(mut host) => host.serve(&inbox).await,
        Err(error) => {
            hub.forget(id);
            inbox.close();
            while let Ok(command) = inbox.recv().await {
                refuse(command, &error);
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
        let state = hub.store.room(id, PAGE_ENTRIES).await.map_err(|problem| storage_error(&problem))?;
        let state = state.ok_or_else(Error::no_such_room)?;
        let members = hub.store.members(id).await.map_err(|problem| storage_error(&problem))?;
        let room = Room::new(id, state.head, &state.latest, members, limits);
        let (name, topic) = (state.name, state.topic);
        Ok(Host { hub, id, name, topic, room, batch: Vec::new(), batch_bytes: 0, page: None, presence_told: None })
    }

    async fn serve(&mut self, inbox: &Receiver<Command>) {
        loop {
            match self.next(inbox).await {
                Next::Command(first) => self.turn(first, inbox).await,
                Next::Presence => self.tell_presence(),
                Next::Unused if self.hub.retire(self.id, inbox) => return,
                Next::Unused => {}
                Next::End => return,
            }
        }
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
            Command::Enter { person, outlet, cursor } => {
                let seat = outlet.id;
                match self.room.enter(seat, person, Arc::clone(&outlet)) {
                    Ok(()) => self.bring(seat, cursor),
                    Err(_) => outlet.notify(Notice::Left(self.id)),
                }
            }
            Command::Resume { seat, cursor } => self.bring(seat, cursor),
            Command::Exit { seat } => drop(self.room.exit(seat)),
            Command::Typing { seat } => self.show_typing(seat),
            Command::Post { from, re, kind, key, text } => match self.author(from.id) {
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
                let error = storage_error(&problem);
                return batch.into_iter().for_each(|waiting| waiting.refuse(&error));
            }
        };
        let mut entries = Vec::new();
        let mut outcomes = appended.into_iter();
        let mut senders: Vec<Arc<Outlet>> = Vec::new();
        for waiting in batch {
            if let Waiting::Settle { reply } = waiting {
                let _ = reply.try_send(());
                continue;
            }
            // One outcome for each draft, in order.
            let Some((draft, outcome)) = outcomes.next() else { continue };
            self.conclude(waiting, &outcome, draft, at, &mut entries, &mut senders);
        }
        self.deliver(&entries);
        senders.iter().for_each(|sender| sender.flush());
    }

    /// Answers one draft of the batch, and makes its entry if it became one.
    fn conclude(
        &mut self,
        waiting: Waiting,
        outcome: &Appended,
        draft: Draft,
        at: i64,
        entries: &mut Vec<Entry>,
        senders: &mut Vec<Arc<Outlet>>,
    ) {
        let stored = if let Appended::Stored { seq, author } = outcome { Some((*seq, *author)) } else { None };
        let by = match waiting {
            Waiting::Post { from, re, author, .. } => {
                let (seq, at) = if let Appended::Repeated { seq, at } = outcome {
                    (*seq, *at)
                } else {
                    (stored.map_or(0, |(seq, _)| seq), at)
                };
                from.answer_later(text_frame(&Reply::encode(re, Ok(Outcome::Stored { seq, at }))));
                senders.push(from);
                if draft.kind == Kind::Topic && stored.is_some() {
                    self.topic = draft.text.clone().unwrap_or_default();
                }
                author
            }
            Waiting::Join { who, reply } => {
                let person = match who {
                    Joiner::Known(person) => person,
                    Joiner::New(guest) => Person { id: stored.map_or(0, |(_, id)| id), name: guest.name },
                };
                if *outcome == Appended::NameTaken {
                    let _ = reply.try_send(Err(Error::new(
                        Code::NameTaken,
                        "Somebody here has this name already. Choose another one.",
                    )));
                    return;
                }
                self.room.admit(person.id);
                let head = stored.map_or_else(|| self.room.head(), |(seq, _)| seq);
                let _ = reply.try_send(Ok(Joined { person: person.clone(), room: self.view(head) }));
                person
            }
            Waiting::Leave { person, seat, reply } => {
                for outlet in self.room.expel(person.id) {
                    if outlet.id != seat {
                        outlet.notify(Notice::Left(self.id));
                    }
                }
                let _ = reply.try_send(Ok(()));
                person
            }
            Waiting::Settle { .. } => return,
        };
        if let Some((seq, _)) = stored {
            entries.push(Entry { room: self.id, seq, at, by, kind: draft.kind, key: draft.key, text: draft.text });
        }
    }

    /// Shows stored entries to every seat that is in step.
    fn deliver(&mut self, entries: &[Entry]) {
        if entries.is_empty() {
            return;
        }
        let encoded = self.room.absorb(entries);
        let frames = entry_frames(&encoded);
        for (outlet, cursor) in self.room.deliver(encoded.len(), |outlet| outlet.push(frames.clone())) {
            outlet.notify(Notice::CatchUp { room: self.id, cursor: Some(cursor), from_store: false });
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
            outlet.notify(Notice::CatchUp { room: self.id, cursor, from_store });
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

impl Waiting {
    /// What the store is to append; `None` if this is only waiting for its turn. Texts move into the draft.
    fn draft(&mut self) -> Option<Draft> {
        Some(match self {
            Waiting::Post { author, kind, key, text, .. } => Draft {
                author: Author::Known(author.id),
                kind: *kind,
                key: Some(std::mem::take(key)),
                text: Some(std::mem::take(text)),
            },
            Waiting::Join { who: Joiner::Known(person), .. } => Draft::join(person.id),
            Waiting::Join { who: Joiner::New(guest), .. } => {
                Draft { author: Author::New(guest.clone()), kind: Kind::Join, key: None, text: None }
            }
            Waiting::Leave { person, .. } => {
                Draft { author: Author::Known(person.id), kind: Kind::Leave, key: None, text: None }
            }
            Waiting::Settle { .. } => return None,
        })
    }

    fn refuse(self, error: &Error) {
        match self {
            Waiting::Post { from, re, .. } => from.answer(text_frame(&Reply::encode(re, Err(error.clone())))),
            // Whoever does not wait any more has gone.
            Waiting::Join { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Waiting::Leave { reply, .. } => drop(reply.try_send(Err(error.clone()))),
            Waiting::Settle { reply } => drop(reply.try_send(())),
        }
    }
}

/// Answers a command to a room that could not be loaded.
fn refuse(command: Command, error: &Error) {
    match command {
        Command::Post { from, re, .. } => from.answer(text_frame(&Reply::encode(re, Err(error.clone())))),
        Command::Enter { outlet, .. } => outlet.notify(Notice::Close(close_code::FAILED)),
        Command::Join { reply, .. } => drop(reply.try_send(Err(error.clone()))),
        Command::Leave { reply, .. } => drop(reply.try_send(Err(error.clone()))),
        Command::Settle { reply } => drop(reply.try_send(())),
        Command::Resume { .. } | Command::Exit { .. } | Command::Typing { .. } => {}
    }
}

/// What a failed store means for whoever asked; the detail stays in the log.
pub fn storage_error(problem: &StoreError) -> Error {
    match problem {
        StoreError::Full => {
            Error::new(Code::StorageFull, "The server's disk is full. Nothing was stored; keep it and try again later.")
        }
        StoreError::Failed(detail) => {
            log::error!("the database failed: {detail}");
            Error::new(
                Code::StorageFailed,
                "The server's database failed. It is not known to be stored; keep it and try again.",
            )
        }
        StoreError::Closed => Error::new(
            Code::ShuttingDown,
            "The server is going down. Nothing was stored; it goes out when the server is back.",
        ),
    }
}

/// One text as a WebSocket frame (RFC 6455 section 5.2; a server does not mask).
pub fn text_frame(text: &[u8]) -> Bytes {
    let mut frame = Vec::with_capacity(text.len() + FRAME_HEADER_BYTES_MAX);
    frame_header(text.len(), &mut frame);
    frame.extend_from_slice(text);
    frame.into()
}

/// Bytes of the longest header of an unmasked frame.
const FRAME_HEADER_BYTES_MAX: usize = 10;

fn frame_header(bytes: usize, out: &mut Vec<u8>) {
    let header = FrameHeader { opcode: OpCode::Data(Data::Text), ..FrameHeader::default() };
    // Writing to a Vec does not fail.
    let _ = header.format(bytes as u64, out);
}

/// Entries as `entry` events, a frame each, in one piece.
pub fn entry_frames(entries: &[Encoded]) -> Bytes {
    let bytes: usize =
        entries.iter().map(|entry| entry.len() + protocol::ENTRY_EVENT_BYTES + FRAME_HEADER_BYTES_MAX).sum();
    let mut frames = Vec::with_capacity(bytes);
    for entry in entries {
        frame_header(entry.len() + protocol::ENTRY_EVENT_BYTES, &mut frames);
        protocol::entry_event(entry, &mut frames);
    }
    frames.into()
}

/// The latest page as a `reset` event, made once for each head.
fn page_frame(page: &mut Option<(Seq, Bytes)>, room: RoomId, head: Seq, entries: &[Encoded]) -> Bytes {
    match page {
        Some((at, frame)) if *at == head => frame.clone(),
        _ => {
            let frame = text_frame(&protocol::reset_event(room, head, entries.iter().map(|entry| &**entry)));
            *page = Some((head, frame.clone()));
            frame
        }
    }
}
