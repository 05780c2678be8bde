//! One WebSocket: read requests, carry them out or pass them to their room, catch up, close in order.

use super::close;
use super::command::{Command, Joiner, storage_error};
use super::frame::{entry_frames, text_frame};
use super::hub::{Hub, shutting_down};
use super::outlet::{ConnectionId, Notice, Outlet, Wire};
use super::room::{Encoded, Handed, SeatId};
use crate::protocol::{
    self, Code, Entry, Error, Event, FRAME_BYTES_MAX, Kind, LOBBY, Limits, Outcome, PAGE_ENTRIES_MAX, Page, Person,
    Reply, Request, RequestId, RoomId, RoomKind, RoomView, Seq,
};
use crate::rate::Bucket;
use crate::store::{NewRoom, StoreError};
use async_channel::Sender;
use async_tungstenite::WebSocketStream;
use async_tungstenite::tungstenite::Message;
use async_tungstenite::tungstenite::error::Error as WsError;
use async_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use smol::Async;
use smol::future::or;
use smol::stream::StreamExt;
use std::collections::HashMap;
use std::net::TcpStream;
use std::sync::Arc;

/// Bytes that one read asks for; what an idle connection keeps. A longer frame grows its buffer while it comes in.
const READ_BYTES: usize = 1 << 10;
/// Bytes of text of one history page, after which it is cut short: what one answer may cost.
const PAGE_BYTES_MAX: usize = 256 << 10;
/// Sends that may come at once, as a part of what a minute allows.
const BURST_A_MINUTE: u32 = 4;
/// Typing notices from one connection in a minute; the protocol asks for 20.
const TYPING_A_MINUTE: u32 = 60;

/// A socket that has just been upgraded: the `101` has been written to it.
pub struct Arrival {
    /// The socket (non-blocking, `TCP_NODELAY` set).
    pub stream: Arc<Async<TcpStream>>,
    /// Bytes that the client sent behind its request head; they belong to the WebSocket.
    pub early: Vec<u8>,
    /// Who it is.
    pub person: Person,
    /// The connection's id, which stands in all its log lines.
    pub connection: ConnectionId,
}

/// How a session ends.
enum End {
    /// The peer closed, or the connection is gone: nothing more to say.
    Gone,
    /// Close with this code.
    Close(u16),
}

/// Serves one WebSocket to its end: until the peer closes, fails or falls silent, or the server shuts down.
pub async fn run(hub: &Arc<Hub>, arrival: Arrival) {
    let Arrival { stream, early, person, connection } = arrival;
    let chat = &hub.config.chat;
    let outlet = Arc::new(Outlet::new(connection, person.id, Arc::clone(&stream), chat.outbox_bytes_max, hub.now_ms()));
    let Some(registration) = hub.register(&outlet) else {
        return close::close(&outlet, &stream, close::AWAY).await;
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(FRAME_BYTES_MAX))
        .max_frame_size(Some(FRAME_BYTES_MAX));
    let mut session = Session {
        hub: Arc::clone(hub),
        outlet: Arc::clone(&outlet),
        person,
        seats: Vec::new(),
        sends: Bucket::new(chat.sends_per_minute / BURST_A_MINUTE, chat.sends_per_minute),
        asks: Bucket::new(chat.asks_per_minute / BURST_A_MINUTE, chat.asks_per_minute),
        typing: Bucket::new(TYPING_A_MINUTE / BURST_A_MINUTE, TYPING_A_MINUTE),
    };
    log::debug!("#{connection} user {}: WebSocket open", session.person.id);
    let mut socket =
        WebSocketStream::from_partially_read(Wire::new(Arc::clone(&outlet)), early, Role::Server, Some(config)).await;
    let flushing = async {
        outlet.keep_flushing().await;
        End::Gone
    };
    let end = or(session.serve(&mut socket), flushing).await;
    drop(socket);
    if let End::Close(code) = end {
        let settled = async {
            session.settle().await;
            close::close(&outlet, &stream, code).await;
        };
        or(settled, outlet.keep_flushing()).await;
        log::debug!("#{connection} closed with {code}");
    }
    drop((session, registration));
    log::debug!("#{connection} WebSocket gone");
}

/// What the session keeps while its socket is open.
struct Session {
    hub: Arc<Hub>,
    outlet: Arc<Outlet>,
    person: Person,
    /// The rooms in which it sits.
    seats: Vec<Seat>,
    sends: Bucket,
    typing: Bucket,
    asks: Bucket,
}

/// A seat in a room; dropping it is leaving.
struct Seat {
    room: RoomId,
    id: SeatId,
    inbox: Sender<Command>,
    hub: Arc<Hub>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let exit = Command::Exit { seat: self.id };
        if let Err(async_channel::TrySendError::Full(exit)) = self.inbox.try_send(exit) {
            let inbox = self.inbox.clone();
            self.hub.spawn(async move { drop(inbox.send(exit).await) });
        }
    }
}

enum Incoming {
    Notice(Notice),
    Message(Option<Result<Message, WsError>>),
}

impl Session {
    /// Takes what comes, one at a time, until it ends.
    async fn serve(&mut self, socket: &mut WebSocketStream<Wire>) -> End {
        loop {
            // Reads no more while the peer does not take its answers: TCP pushes back.
            self.outlet.has_room().await;
            let outlet = Arc::clone(&self.outlet);
            let notice = async { Incoming::Notice(outlet.notice().await) };
            let incoming = or(notice, async { Incoming::Message(socket.next().await) }).await;
            if matches!(incoming, Incoming::Message(_)) {
                self.outlet.heard(self.hub.now_ms());
            }
            // Boxed, so that an idle session is no larger than its wait.
            let end = match incoming {
                Incoming::Notice(notice) => Box::pin(self.heed(notice)).await,
                Incoming::Message(Some(Ok(Message::Text(text)))) => Box::pin(self.request(&text)).await,
                Incoming::Message(Some(Ok(Message::Binary(_)))) => Some(End::Close(close::UNSUPPORTED)),
                // The answer goes the way of every close, behind all that is still to be answered.
                Incoming::Message(Some(Ok(Message::Close(frame)))) => {
                    Some(End::Close(frame.map_or(close::NORMAL, |frame| frame.code.into())))
                }
                // Pings are answered by tungstenite, at the next read.
                Incoming::Message(Some(Ok(_))) => None,
                Incoming::Message(Some(Err(problem))) => Some(self.end_of(&problem)),
                Incoming::Message(None) => Some(End::Gone),
            };
            if let Some(end) = end {
                return end;
            }
        }
    }

    fn end_of(&self, problem: &WsError) -> End {
        let Some(code) = close::code_of(problem) else { return End::Gone };
        log::info!("#{} user {}: closing with {code}: {problem}", self.outlet.id, self.person.id);
        End::Close(code)
    }

    async fn heed(&mut self, notice: Notice) -> Option<End> {
        match notice {
            Notice::Close(code) => Some(End::Close(code)),
            Notice::Joined(room) if self.seat(room.id).is_err() && self.outlet.is_greeted() => {
                let id = room.id;
                self.outlet.answer(text_frame(&protocol::encode(&Event::Joined { room })));
                self.enter(id, None).await.err().map(|_| End::Close(close::AWAY))
            }
            Notice::Joined(_) => None,
            // One may sit there again already, having joined anew.
            Notice::Left { room, seat } if self.seat(room).is_ok_and(|taken| taken.id == seat) => {
                self.stand_up(room);
                self.outlet.answer(text_frame(&protocol::encode(&Event::Left { room })));
                None
            }
            Notice::Left { .. } => None,
            Notice::CatchUp { room, seat, cursor, from_store } => self.catch_up(room, seat, cursor, from_store).await,
        }
    }

    /// One step of coming in step with a room again; the room says whether another is needed.
    async fn catch_up(&mut self, room: RoomId, seat: SeatId, mut cursor: Option<Seq>, from_store: bool) -> Option<End> {
        // Whoever has left meanwhile has nothing to catch up with.
        let inbox = self.seat(room).ok().filter(|taken| taken.id == seat)?.inbox.clone();
        if let (Some(seq), true) = (cursor, from_store) {
            match self.hub.store.page(room, Page::After(seq), PAGE_ENTRIES_MAX, Some(self.person.id)).await {
                Ok(entries) => cursor = self.hand(cursor, &cut(entries, Page::After(seq))),
                Err(problem) => {
                    log::warn!("#{} catching up: {problem:?}", self.outlet.id);
                    return Some(End::Close(close::FAILED));
                }
            }
        }
        let resume = Command::Resume { seat, cursor };
        inbox.send(resume).await.err().map(|_| End::Close(close::AWAY))
    }

    /// Hands entries from the store to the outlet; the cursor behind them.
    fn hand(&self, cursor: Option<Seq>, entries: &[Entry]) -> Option<Seq> {
        let Some(last) = entries.last() else { return cursor };
        let encoded: Vec<Encoded> = entries.iter().map(|entry| protocol::encode(entry).into()).collect();
        match self.outlet.push(entry_frames(&encoded)) {
            Handed::Taken => Some(last.seq),
            Handed::Full => cursor,
        }
    }

    /// Sits down in a room.
    async fn enter(&mut self, room: RoomId, cursor: Option<Seq>) -> Result<(), Error> {
        let inbox = self.hub.room(room).ok_or_else(shutting_down)?;
        let seat = Seat { room, id: self.hub.next_seat(), inbox: inbox.clone(), hub: Arc::clone(&self.hub) };
        let enter =
            Command::Enter { seat: seat.id, person: self.person.clone(), outlet: Arc::clone(&self.outlet), cursor };
        inbox.send(enter).await.map_err(|_| shutting_down())?;
        self.stand_up(room);
        self.seats.push(seat);
        Ok(())
    }

    /// Gives up the seat in a room, if there is one.
    fn stand_up(&mut self, room: RoomId) {
        self.seats.retain(|seat| seat.room != room);
    }

    fn seat(&self, room: RoomId) -> Result<&Seat, Error> {
        self.seats.iter().find(|seat| seat.room == room).ok_or_else(Error::no_such_room)
    }

    /// The seat in a room and the room's inbox.
    fn place(&self, room: RoomId) -> Result<(SeatId, Sender<Command>), Error> {
        self.seat(room).map(|seat| (seat.id, seat.inbox.clone()))
    }

    /// Reads one request and carries it out; every request gets one answer, from here or from its room.
    async fn request(&mut self, text: &str) -> Option<End> {
        let (id, request) = match protocol::decode(text) {
            Ok(read) => read,
            Err(unreadable) => {
                self.outlet.answer(text_frame(&unreadable.encode()));
                return None;
            }
        };
        let answered = match request {
            Request::Ping => Ok(Outcome::Done {}),
            Request::Hello { cursors } if !self.outlet.is_greeted() => return self.hello(id, &cursors).await,
            Request::Hello { .. } => {
                Err(Error::new(Code::GreetedAlready, "This connection has said hello already. Nothing was done."))
            }
            _ if !self.outlet.is_greeted() => {
                Err(Error::new(Code::HelloFirst, "The first request must be hello. Nothing was done."))
            }
            Request::Send { room, key, text } => match self.post(id, room, Kind::Message, key, text).await {
                Ok(()) => return None,
                Err(error) => Err(error),
            },
            Request::Topic { room, key, text } => match self.post(id, room, Kind::Topic, key, text).await {
                Ok(()) => return None,
                Err(error) => Err(error),
            },
            Request::Create { name, topic } => match self.create(name, topic).await {
                Ok(room) => return self.sit_down(id, room).await,
                Err(error) => Err(error),
            },
            Request::Join { room } => match self.join(room).await {
                Ok(room) => return self.sit_down(id, room).await,
                Err(error) => Err(error),
            },
            Request::Leave { room } => self.leave(room).await,
            Request::History { room, page, limit } => self.history(room, page, limit).await,
            Request::Rooms { after } => self.rooms(after).await,
            Request::Read { room, seq } => self.read(room, seq).await,
            Request::Typing { room } => self.type_in(room).await,
        };
        self.answer(id, answered);
        None
    }

    fn answer(&self, id: RequestId, answered: Result<Outcome, Error>) {
        self.outlet.answer(text_frame(&Reply::encode(id, answered)));
    }

    async fn hello(&mut self, id: RequestId, cursors: &HashMap<RoomId, Seq>) -> Option<End> {
        // It has been said, however long the database takes.
        self.outlet.greet(true);
        let rooms = match self.hub.store.rooms_of(self.person.id).await {
            Ok(rooms) => rooms,
            Err(problem) => {
                self.outlet.greet(false);
                self.answer(id, Err(self.storage_error(&problem)));
                return None;
            }
        };
        let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
        let limits = Limits::new(self.hub.config.chat.rooms_per_user_max);
        let me = self.person.clone();
        self.answer(id, Ok(Outcome::Welcome { me, rooms, limits, version: env!("CARGO_PKG_VERSION") }));
        for room in ids {
            if self.enter(room, cursors.get(&room).copied()).await.is_err() {
                return Some(End::Close(close::AWAY));
            }
        }
        None
    }

    /// Passes a message or a topic to its room, which answers.
    async fn post(&mut self, re: RequestId, room: RoomId, kind: Kind, key: String, text: String) -> Result<(), Error> {
        let (seat, inbox) = self.place(room)?;
        self.sends.take(self.hub.now_ms()).map_err(Error::rate_limited)?;
        let post = Command::Post { seat, from: Arc::clone(&self.outlet), re, kind, key, text };
        inbox.send(post).await.map_err(|_| shutting_down())
    }

    async fn create(&mut self, name: String, topic: String) -> Result<RoomView, Error> {
        self.check_room_count()?;
        self.sends.take(self.hub.now_ms()).map_err(Error::rate_limited)?;
        let (me, rooms_max) = (self.person.id, self.hub.config.chat.rooms_max);
        let made = self.hub.store.create_room(name.clone(), topic.clone(), me, Hub::unix_ms(), rooms_max).await;
        match made.map_err(|problem| self.storage_error(&problem))? {
            NewRoom::Created(id) => Ok(RoomView { id, name, topic, kind: RoomKind::Open, head: 1, read: 1, unread: 0 }),
            NewRoom::NameTaken => Err(Error::new(
                Code::NameTaken,
                "A room has this name already. Nothing was made; join it, or choose another name.",
            )),
            NewRoom::TooMany => Err(Error::new(
                Code::TooManyRooms,
                "This server has as many rooms as it may. Nothing was made; join one of them.",
            )),
        }
    }

    async fn join(&mut self, room: RoomId) -> Result<RoomView, Error> {
        if self.seat(room).is_err() {
            self.check_room_count()?;
        }
        self.sends.take(self.hub.now_ms()).map_err(Error::rate_limited)?;
        if let Some(view) = self.hub.join(room, Joiner::Known(self.person.clone())).await?.room {
            return Ok(view);
        }
        let rooms = self.hub.store.rooms_of(self.person.id).await.map_err(|problem| self.storage_error(&problem))?;
        rooms.into_iter().find(|view| view.id == room).ok_or_else(Error::no_such_room)
    }

    /// Answers with the room, then takes a new seat in it, as do one's other sessions unless they sit there.
    async fn sit_down(&mut self, id: RequestId, view: RoomView) -> Option<End> {
        let room = view.id;
        self.hub.notify_others(self.person.id, self.outlet.id, &Notice::Joined(view.clone()));
        self.answer(id, Ok(Outcome::Room { room: view }));
        self.enter(room, None).await.err().map(|_| End::Close(close::AWAY))
    }

    fn storage_error(&self, problem: &StoreError) -> Error {
        storage_error(problem, format_args!("#{}", self.outlet.id))
    }

    fn check_room_count(&self) -> Result<(), Error> {
        let (rooms, max) = (self.seats.len(), self.hub.config.chat.rooms_per_user_max);
        if (rooms as u64) < max {
            return Ok(());
        }
        Err(Error::new(
            Code::TooManyRooms,
            format!("You are in {rooms} rooms; {max} are allowed. Nothing was done; leave one first."),
        ))
    }

    async fn leave(&mut self, room: RoomId) -> Result<Outcome, Error> {
        let (seat, inbox) = self.place(room)?;
        self.sends.take(self.hub.now_ms()).map_err(Error::rate_limited)?;
        let (reply, answer) = async_channel::bounded(1);
        let leave = Command::Leave { person: self.person.clone(), seat, reply };
        inbox.send(leave).await.map_err(|_| shutting_down())?;
        answer.recv().await.map_err(|_| shutting_down())??;
        self.stand_up(room);
        Ok(Outcome::Done {})
    }

    async fn history(&mut self, room: RoomId, page: Page, limit: usize) -> Result<Outcome, Error> {
        self.seat(room)?;
        self.asks.take(self.hub.now_ms()).map_err(Error::rate_limited)?;
        let found = self.hub.store.page(room, page, limit, Some(self.person.id)).await;
        let entries = cut(found.map_err(|problem| self.storage_error(&problem))?, page);
        let head = self.hub.store.head(room).await.map_err(|problem| self.storage_error(&problem))?;
        Ok(Outcome::History { room, head, entries })
    }

    async fn rooms(&mut self, after: RoomId) -> Result<Outcome, Error> {
        self.asks.take(self.hub.now_ms()).map_err(Error::rate_limited)?;
        let found = self.hub.store.rooms(self.person.id, after, PAGE_ENTRIES_MAX + 1).await;
        let mut rooms = found.map_err(|problem| self.storage_error(&problem))?;
        let more = rooms.len() > PAGE_ENTRIES_MAX;
        rooms.truncate(PAGE_ENTRIES_MAX);
        Ok(Outcome::Rooms { rooms, more })
    }

    async fn read(&mut self, room: RoomId, seq: Seq) -> Result<Outcome, Error> {
        self.seat(room)?;
        self.asks.take(self.hub.now_ms()).map_err(Error::rate_limited)?;
        self.hub.store.mark_read(self.person.id, room, seq).await.map_err(|problem| self.storage_error(&problem))?;
        self.hub.show_others(
            self.person.id,
            self.outlet.id,
            &text_frame(&protocol::encode(&Event::Read { room, seq })),
        );
        Ok(Outcome::Done {})
    }

    async fn type_in(&mut self, room: RoomId) -> Result<Outcome, Error> {
        let (seat, inbox) = self.place(room)?;
        self.typing.take(self.hub.now_ms()).map_err(Error::rate_limited)?;
        inbox.send(Command::Typing { seat }).await.map_err(|_| shutting_down())?;
        Ok(Outcome::Done {})
    }

    /// Returns when every room has answered what was sent to it from here.
    async fn settle(&self) {
        for seat in &self.seats {
            let (reply, answer) = async_channel::bounded(1);
            if seat.inbox.send(Command::Settle { reply }).await.is_ok() {
                // An error says that the room has ended, and with it all it had to answer.
                let _ = answer.recv().await;
            }
        }
    }
}

/// Cuts a page that is too large short at the end that lies further from what was asked for; keeps at least one entry.
fn cut(mut entries: Vec<Entry>, page: Page) -> Vec<Entry> {
    let size = |entry: &Entry| entry.text.as_ref().map_or(0, String::len);
    let mut bytes: usize = entries.iter().map(size).sum();
    while bytes > PAGE_BYTES_MAX && entries.len() > 1 {
        let from_front = match (page, entries.first(), entries.last()) {
            (Page::Before(_), ..) => true,
            (Page::Around(seq), Some(first), Some(last)) => {
                seq.saturating_sub(first.seq) > last.seq.saturating_sub(seq)
            }
            _ => false,
        };
        let dropped = if from_front { Some(entries.remove(0)) } else { entries.pop() };
        bytes -= dropped.as_ref().map_or(0, size);
    }
    entries
}

const _: () = assert!(LOBBY == 1, "schema.sql makes the lobby with this id");
