//! The host of one room: the loop that takes what comes to the room, has [`Room`] decide, and carries it out.
//!
//! Each turn takes everything that waits (up to a limit), appends it to the log as one batch, and only then shows it:
//! encoded once, written to each seat once. While a batch is on its way to disk, the next one gathers in the inbox.

use super::act::{Act, Nature, Refusal, Speaker};
use super::close;
use super::command::{Command, SayReply, Sitting, Waiting, Words, storage_error};
use super::fanout::{Hand, hand_to_all};
use super::frame::{MadePage, entry_frames, page_frame, text_frame};
use super::hub::Hub;
use super::notice::Notice;
use super::outcome::{Shown, before};
use super::outlet::Outlet;
use super::room::{Handed, Piece, Progress, Room, RoomLimits, SeatId};
use crate::protocol::{
    self, Code, Entry, Error, Kind, PAGE_ENTRIES, PAGE_ENTRIES_MAX, Page, Person, Reply, RoomId, Seq, UserId,
};
use crate::store::{Demolished, Draft};
use async_channel::{Receiver, Sender};
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
    pub(super) hub: Arc<Hub>,
    pub(super) id: RoomId,
    pub(super) name: String,
    pub(super) topic: String,
    pub(super) room: Room<Arc<Outlet>>,
    batch: Vec<Waiting>,
    batch_bytes: usize,
    /// The latest page as a frame.
    page: Option<MadePage>,
    presence_told: Option<Instant>,
    /// The log could not be followed; the room has to be loaded anew.
    pub(super) is_lost: bool,
    /// The room has been deleted: who waits for its end.
    demolished: Option<Sender<Result<(), Error>>>,
}

/// Hosts room `id` until nobody uses it.
pub async fn run(hub: Arc<Hub>, id: RoomId, inbox: Receiver<Command>) {
    match Host::load(Arc::clone(&hub), id).await {
        Ok(mut host) => host.serve(&inbox).await,
        Err(error) => {
            close_down(&hub, id, &inbox, &error).await;
        }
    }
}

/// Takes a room out of the registry and answers all who wait at its door.
async fn close_down(hub: &Hub, id: RoomId, inbox: &Receiver<Command>, error: &Error) {
    hub.forget(id);
    inbox.close();
    while let Ok(command) = inbox.recv().await {
        command.refuse(id, error);
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
        let nature = Nature { kind: state.kind, maker: state.maker, rules: state.rules };
        let mut room = Room::new(id, nature, state.head, &state.latest, members, limits);
        if state.rules.slow_ms > 0 {
            let (now_ms, unix_ms) = (hub.now_ms(), Hub::unix_ms());
            for entry in state.latest.iter().filter(|entry| entry.kind == Kind::Message) {
                let passed_ms = u64::try_from(unix_ms - entry.at).unwrap_or(0);
                room.remember(entry.by.id, now_ms.saturating_sub(passed_ms));
            }
        }
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
            demolished: None,
        })
    }

    async fn serve(&mut self, inbox: &Receiver<Command>) {
        while !self.is_lost && self.demolished.is_none() {
            match self.next(inbox).await {
                Next::Command(first) => self.turn(first, inbox).await,
                Next::Presence => self.tell_presence().await,
                Next::Unused if self.hub.retire(self.id, inbox) => return,
                Next::Unused => {}
                Next::End => return,
            }
        }
        if let Some(reply) = self.demolished.take() {
            close_down(&self.hub, self.id, inbox, &Error::no_such_room()).await;
            self.hub.purge(vec![self.id]);
            let _ = reply.try_send(Ok(()));
            return;
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
        self.take(first).await;
        // Whoever is about to write gets to say so: fewer, larger batches.
        smol::future::yield_now().await;
        while self.batch.len() < BATCH_DRAFTS_MAX && self.batch_bytes < BATCH_BYTES_MAX && !self.ends() {
            let Ok(next) = inbox.try_recv() else { break };
            self.take(next).await;
        }
        if !self.batch.is_empty() {
            self.store().await;
        }
    }

    /// Carries out what needs no storing; puts the rest into the batch.
    async fn take(&mut self, command: Command) {
        match command {
            Command::Enter { seat, person, outlet, cursor } => match self.room.enter(seat, person, Arc::clone(&outlet))
            {
                Ok(()) => self.bring(seat, cursor),
                Err(_) => outlet.notify(Notice::Left { room: self.id, seat }),
            },
            Command::Resume { seat, cursor } => self.bring(seat, cursor),
            Command::Exit { seat } => drop(self.room.exit(seat)),
            Command::Named { person } => {
                self.room.rename(&person);
                self.page = None;
            }
            Command::Face { user, face } => {
                let frame = text_frame(&protocol::encode(&protocol::Event::Face { user, face }));
                self.show(None, frame).await;
            }
            Command::Shift { seat } => self.room.shift(seat),
            Command::Typing { seat } => self.show_typing(seat).await,
            Command::Post { seat, from, re, speaker, act, words } => match self.consent(seat, speaker, act) {
                Ok(author) => {
                    self.batch_bytes += words.text.len();
                    self.batch.push(Waiting::Post { from, re, author, act, words, late: None });
                }
                Err(Refusal::Now(author, error)) => {
                    self.batch.push(Waiting::Post { from, re, author, act, words, late: Some(error) });
                }
                Err(Refusal::Never(error)) => from.answer(text_frame(&Reply::encode(re, Err(error)))),
            },
            Command::Say { author, speaker, words, reply } => self.hear(author, speaker, words, reply),
            Command::Join { who, by, reply } => match self.present(by.as_ref()) {
                Ok(()) => self.batch.push(Waiting::Join { who, by, reply }),
                Err(error) => drop(reply.try_send(Err(error))),
            },
            Command::Leave { person, by, seat, reply } => match self.present(by.as_ref()) {
                Ok(()) => self.batch.push(Waiting::Leave { person, by, seat, reply }),
                Err(error) => drop(reply.try_send(Err(error))),
            },
            Command::Demolish { by, name, reply } => match self.present(Some(&by)) {
                Ok(()) => self.batch.push(Waiting::Demolish { by, name, reply }),
                Err(error) => drop(reply.try_send(Err(error))),
            },
            Command::Settle { reply } => self.batch.push(Waiting::Settle { reply }),
        }
    }

    /// Who does `act` from `seat`; nobody who leaves, or is removed, in this same batch.
    fn consent(&mut self, seat: SeatId, speaker: Speaker, act: Act) -> Result<Person, Refusal> {
        let author = self.room.author(seat).map_err(Refusal::Never)?;
        if self.leaves(author.id) {
            return Err(Refusal::Never(Error::no_such_room()));
        }
        self.room.consent(seat, speaker, act, self.hub.now_ms())
    }

    /// Takes a message of somebody who need not sit here.
    fn hear(&mut self, author: Person, speaker: Speaker, words: Words, reply: SayReply) {
        if self.leaves(author.id) {
            return drop(reply.try_send(Err(Error::no_such_room())));
        }
        match self.room.consent_to(author, speaker, Act::Message, self.hub.now_ms()) {
            Ok(author) => {
                self.batch_bytes += words.text.len();
                self.batch.push(Waiting::Say { author, words, late: None, reply });
            }
            Err(Refusal::Now(author, error)) => {
                self.batch.push(Waiting::Say { author, words, late: Some(error), reply });
            }
            Err(Refusal::Never(error)) => drop(reply.try_send(Err(error))),
        }
    }

    /// Whether whoever does something to others is here, if anybody does.
    fn present(&self, by: Option<&Sitting>) -> Result<(), Error> {
        let Some(by) = by else { return Ok(()) };
        let sitting = self.room.author(by.seat)?;
        if self.leaves(sitting.id) { Err(Error::no_such_room()) } else { Ok(()) }
    }

    fn leaves(&self, user: UserId) -> bool {
        self.batch.iter().any(|waiting| matches!(waiting, Waiting::Leave { person, .. } if person.id == user))
    }

    /// Whether the room ends with what the batch holds.
    fn ends(&self) -> bool {
        matches!(self.batch.last(), Some(Waiting::Demolish { .. }))
    }

    /// Appends the batch to the log; then, and only then, answers and shows it.
    async fn store(&mut self) {
        self.batch_bytes = 0;
        let mut batch = std::mem::take(&mut self.batch);
        let mut rules = self.room.nature().rules;
        let drafts: Vec<Draft> = batch.iter_mut().filter_map(|waiting| waiting.draft(&mut rules)).collect();
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
        let mut shown = Shown { at, entries: Vec::new(), senders: Vec::new(), told: Vec::new() };
        let mut appended = appended.into_iter();
        let (mut settled, mut end) = (Vec::new(), None);
        for waiting in batch {
            if let Waiting::Settle { reply } = waiting {
                settled.push(reply);
            } else if let Waiting::Demolish { by, name, reply } = waiting {
                end = Some((by, name, reply));
            } else if let Some((draft, outcome)) = appended.next() {
                // One outcome for each draft, in order.
                self.conclude(waiting, draft, &outcome, &mut shown);
            }
        }
        self.deliver(&shown.entries).await;
        shown.senders.iter().for_each(|sender| sender.flush());
        shown.told.iter().for_each(|(reply, seq)| drop(reply.try_send(Ok((*seq, at)))));
        // Only now is everything before it answered and shown: whoever waits may close.
        for reply in settled {
            let _ = reply.try_send(());
        }
        if let Some((by, name, reply)) = end {
            self.demolish(by, name, reply).await;
        }
    }

    /// Deletes the room, and takes all seats away.
    async fn demolish(&mut self, by: Sitting, name: String, reply: Sender<Result<(), Error>>) {
        let done = self.hub.store.demolish(self.id, name, by.person.id, Hub::unix_ms()).await;
        let refusal = match done {
            Ok(Demolished::Gone) => {
                for (seat, outlet) in self.room.expel_all() {
                    outlet.notify(Notice::Left { room: self.id, seat });
                }
                self.demolished = Some(reply);
                return;
            }
            Ok(Demolished::OtherName) => {
                let text = "That is not the room's name. Nothing was deleted; type its name exactly to delete it.";
                Error::new(Code::BadName, text)
            }
            Err(problem) => storage_error(&problem, format_args!("room {}", self.id)),
        };
        let _ = reply.try_send(Err(refusal));
    }

    /// Reads on in the log up to `seq`: entries that came into it by another way than through here, as after a commit whose
    /// answer was lost.
    async fn follow(&mut self, seq: Seq) {
        while self.room.head() < seq {
            let missing = usize::try_from(seq - self.room.head()).unwrap_or(PAGE_ENTRIES_MAX).min(PAGE_ENTRIES_MAX);
            let page = self.hub.store.page(self.id, Page::After(self.room.head()), missing, None).await;
            match page {
                Ok(entries) if !entries.is_empty() => {
                    entries.iter().for_each(|entry| self.apply(entry, &mut []));
                    self.deliver(&entries).await;
                }
                problem => {
                    log::error!("room {}: cannot read on behind entry {}: {problem:?}", self.id, self.room.head());
                    self.is_lost = true;
                    return;
                }
            }
        }
    }

    /// Shows stored entries to every seat that is in step.
    async fn deliver(&mut self, entries: &[Entry]) {
        if entries.is_empty() {
            return;
        }
        let encoded = self.room.absorb(entries);
        let frames = entry_frames(&encoded);
        for seat in self.hand_to_all(Box::new(move |_, outlet| outlet.push(&frames))).await {
            if let Some((outlet, cursor)) = self.room.fall_behind(seat, encoded.len()) {
                outlet.notify(Notice::CatchUp { room: self.id, seat, cursor: Some(cursor), from_store: false });
            }
        }
    }

    /// Hands something to every seat in step; those that did not take it.
    async fn hand_to_all(&mut self, hand: Hand) -> Vec<SeatId> {
        hand_to_all(&self.hub.executor, self.hub.config.threads, self.room.crowd(), hand).await
    }

    /// Brings a seat in step, as far as its outlet takes it.
    fn bring(&mut self, seat: SeatId, cursor: Option<Seq>) {
        let (id, page) = (self.id, &mut self.page);
        let progress = self.room.bring(seat, cursor, |outlet, piece| {
            outlet.push(&match piece {
                Piece::Replay(entries) => entry_frames(&entries),
                Piece::Reset { head, entries } => page_frame(page, id, head, &entries),
            })
        });
        let (cursor, from_store) = match progress {
            Progress::InStep | Progress::Gone => return,
            Progress::Full(cursor) => (cursor, false),
            Progress::Behind(cursor) => (Some(cursor), true),
        };
        if let Some(outlet) = self.room.handle(seat) {
            outlet.notify(Notice::CatchUp { room: self.id, seat, cursor, from_store });
        }
    }

    async fn show_typing(&mut self, seat: SeatId) {
        if self.room.nature().rules.archived {
            return;
        }
        if let Ok(by) = self.room.author(seat) {
            let frame = text_frame(&protocol::encode(&protocol::Event::Typing { room: self.id, by }));
            self.show(Some(seat), frame).await;
        }
    }

    async fn tell_presence(&mut self) {
        self.presence_told = Some(Instant::now());
        let frame = text_frame(&protocol::encode(&self.room.presence(|outlet| outlet.is_away())));
        self.show(None, frame).await;
    }

    /// Shows a passing thing to every seat in step, but for `except`.
    async fn show(&mut self, except: Option<SeatId>, frame: Bytes) {
        let shown = self.hand_to_all(Box::new(move |seat, outlet| {
            if Some(seat) != except {
                outlet.push_passing(&frame);
            }
            Handed::Taken
        }));
        shown.await;
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
