//! One WebSocket: read requests, carry them out or pass them to their room, catch up, close in order.

use super::act::allowed;
use super::close;
use super::command::{Command, storage_error};
use super::frame::{entry_frames, text_frame};
use super::hub::{Hub, Registration};
use super::lists::cut;
use super::notice::Notice;
use super::outlet::{ConnectionId, Outlet};
use super::quota::Quota;
use super::room::{Encoded, Handed, SeatId};
use super::wire::Reader;
use crate::protocol::{
    self, Account, Code, Entry, Error, Event, FRAME_BYTES_MAX, Outcome, PAGE_ENTRIES_MAX, Page, Reply, RequestId,
    RoomId, RoomKind, Seq,
};
use crate::rights::{self, Deed, RoomDeed, Standing};
use crate::socket::Socket;
use crate::store::StoreError;
use async_channel::Sender;
use async_tungstenite::tungstenite::Message;
use async_tungstenite::tungstenite::error::Error as WsError;
use smol::future::or;
use std::future::poll_fn;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// A socket that has just been upgraded: the `101` has been written to it.
pub struct Arrival {
    /// The socket (with `TCP_NODELAY` set).
    pub stream: Arc<Socket>,
    /// Bytes that the client sent behind its request head; they belong to the WebSocket.
    pub early: Vec<u8>,
    /// Who it is.
    pub account: Account,
    /// From which address they came.
    pub address: IpAddr,
    /// The connection's id, which stands in all its log lines.
    pub connection: ConnectionId,
}

/// How a session ends.
pub(super) enum End {
    /// The peer closed, or the connection is gone: nothing more to say.
    Gone,
    /// Close with this code.
    Close(u16),
}

/// Serves one WebSocket to its end: until the peer closes, fails or falls silent, or the server shuts down.
///
/// What is returned is all that a silent connection costs while it waits, so that it carries nothing that is not needed then:
/// whatever takes more has a box of its own, which goes when it is done. `place` goes with the connection.
pub fn run<P: Send>(hub: &Arc<Hub>, arrival: Arrival, place: P) -> impl Future<Output = ()> + Send + use<P> {
    let Arrival { stream, early, account, address, connection } = arrival;
    let who = (account.id, account.session, address);
    let outlet = Arc::new(Outlet::new(connection, who, stream, hub.config.chat.outbox_bytes_max, hub.now_ms()));
    let registration = hub.register(&outlet);
    let refusal = match &registration {
        None => Some(close::AWAY),
        // Now that the connection is in the registry, whatever is banned from here on reaches it.
        Some(_) => hub.bans.of(address, Hub::unix_ms()).map(|_| close::BANNED),
    };
    let reader = Reader::new(Arc::clone(&outlet), early, FRAME_BYTES_MAX);
    log::debug!("#{connection} user {}: WebSocket open", account.id);
    let session = Session { hub: Arc::clone(hub), outlet, account, seats: Vec::new() };
    let mut life = Life { _registration: registration, session, reader, _place: place };
    async move {
        match refusal {
            Some(code) => Box::pin(close::close(&life.session.outlet, code)).await,
            None => life.live().await,
        }
    }
}

/// What a connection has while it lives; before the rooms tell that it has gone, it is not in the registry any more.
struct Life<P> {
    _registration: Option<Registration>,
    session: Session,
    reader: Reader,
    _place: P,
}

impl<P> Life<P> {
    async fn live(&mut self) {
        let outlet = Arc::clone(&self.session.outlet);
        let flushing = async {
            outlet.keep_flushing().await;
            End::Gone
        };
        if let End::Close(code) = or(self.session.serve(&mut self.reader), flushing).await {
            Box::pin(self.close(code)).await;
        }
        log::debug!("#{} WebSocket gone", outlet.id);
    }

    /// Answers all that was asked for, then says goodbye.
    async fn close(&mut self, code: u16) {
        let outlet = &self.session.outlet;
        let settled = async {
            self.session.settle().await;
            outlet.end();
            close::close(outlet, code).await;
        };
        or(settled, outlet.keep_flushing()).await;
        log::debug!("#{} closed with {code}", outlet.id);
    }
}

/// What the session keeps while its socket is open.
pub(super) struct Session {
    pub(super) hub: Arc<Hub>,
    pub(super) outlet: Arc<Outlet>,
    pub(super) account: Account,
    /// The rooms in which it sits.
    pub(super) seats: Vec<Seat>,
}

/// A seat in a room; dropping it is leaving.
pub(super) struct Seat {
    pub(super) room: RoomId,
    pub(super) id: SeatId,
    /// What the room is, which never changes.
    pub(super) kind: RoomKind,
    /// Inside it, or its maker.
    pub(super) standing: Standing,
    pub(super) inbox: Sender<Command>,
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
    async fn serve(&mut self, reader: &mut Reader) -> End {
        loop {
            let taken = {
                let incoming = poll_fn(|context| self.poll_incoming(reader, context)).await;
                Box::pin(self.take_in(incoming))
            };
            if let Some(end) = taken.await {
                return end;
            }
        }
    }

    fn poll_incoming(&self, reader: &mut Reader, context: &mut Context<'_>) -> Poll<Incoming> {
        loop {
            if let Poll::Ready(notice) = self.outlet.poll_notice(context) {
                return Poll::Ready(Incoming::Notice(notice));
            }
            // Reads no more while the peer does not take its answers: TCP pushes back.
            ready!(self.outlet.poll_room(context));
            let message = ready!(reader.poll_next(context));
            self.outlet.heard(self.hub.now_ms());
            if !matches!(message, Some(Ok(Message::Pong(_)))) {
                return Poll::Ready(Incoming::Message(message));
            }
        }
    }

    async fn take_in(&mut self, incoming: Incoming) -> Option<End> {
        let message = match incoming {
            Incoming::Notice(notice) => return self.heed(notice).await,
            Incoming::Message(message) => message,
        };
        match message {
            Some(Ok(Message::Text(text))) => self.request(&text).await,
            Some(Ok(Message::Binary(_))) => Some(End::Close(close::UNSUPPORTED)),
            // The answer goes the way of every close, behind all that is still to be answered.
            Some(Ok(Message::Close(frame))) => Some(End::Close(frame.map_or(close::NORMAL, |frame| frame.code.into()))),
            // Pings are answered by tungstenite, at the next read.
            Some(Ok(_)) => None,
            Some(Err(problem)) => Some(self.end_of(&problem)),
            None => Some(End::Gone),
        }
    }

    fn end_of(&self, problem: &WsError) -> End {
        let Some(code) = close::code_of(problem) else { return End::Gone };
        log::info!("#{} user {}: closing with {code}: {problem}", self.outlet.id, self.account.id);
        End::Close(code)
    }

    async fn heed(&mut self, notice: Notice) -> Option<End> {
        match notice {
            Notice::Close(code) => Some(End::Close(code)),
            Notice::Account { account, heeded } => {
                self.become_known(*account).await;
                drop(heeded);
                None
            }
            Notice::Joined(room) if self.seat(room.id).is_err() && self.outlet.is_greeted() => {
                let (id, kind, made) = (room.id, room.kind, room.made);
                self.outlet.answer(text_frame(&protocol::encode(&Event::Joined { room })));
                self.enter(id, kind, made, None).await
            }
            Notice::Joined(_) => None,
            // One may sit there again already, having joined anew.
            Notice::Left { room, seat } if self.seat(room).is_ok_and(|taken| taken.id == seat) => {
                self.tell_left(room);
                None
            }
            Notice::Left { .. } => None,
            Notice::CatchUp { room, seat, cursor, from_store } => self.catch_up(room, seat, cursor, from_store).await,
        }
    }

    /// Notes what has changed about the person, and tells them.
    async fn become_known(&mut self, account: Account) {
        if !account.differs_from(&self.account) {
            return;
        }
        let may_less = account.role < self.account.role || account.muted_until > self.account.muted_until;
        self.account = account;
        if self.outlet.is_greeted() {
            let me = self.account.clone();
            self.outlet.answer(text_frame(&protocol::encode(&Event::Account { me })));
        }
        if may_less {
            // What was asked for as whoever they were before is done or refused by then.
            self.settle().await;
        }
    }

    /// One step of coming in step with a room again; the room says whether another is needed.
    async fn catch_up(&mut self, room: RoomId, seat: SeatId, mut cursor: Option<Seq>, from_store: bool) -> Option<End> {
        // Whoever has left meanwhile has nothing to catch up with.
        let inbox = self.seat(room).ok().filter(|taken| taken.id == seat)?.inbox.clone();
        if let (Some(seq), true) = (cursor, from_store) {
            match self.hub.store.page(room, Page::After(seq), PAGE_ENTRIES_MAX, Some(self.account.id)).await {
                Ok(entries) => cursor = self.hand(seat, cursor, &cut(entries, Page::After(seq))),
                Err(problem) => {
                    log::warn!("#{} catching up: {problem:?}", self.outlet.id);
                    return Some(End::Close(close::FAILED));
                }
            }
        }
        // As above.
        let _ = inbox.send(Command::Resume { seat, cursor }).await;
        None
    }

    /// Hands entries from the store to the outlet; the cursor behind them.
    fn hand(&self, seat: SeatId, cursor: Option<Seq>, entries: &[Entry]) -> Option<Seq> {
        let Some(last) = entries.last() else { return cursor };
        let encoded: Vec<Encoded> = entries.iter().map(|entry| protocol::encode(entry).into()).collect();
        match self.outlet.push_from(seat, &entry_frames(&encoded)) {
            Handed::Taken => Some(last.seq),
            Handed::Full => cursor,
        }
    }

    /// Sits down in a room of one's own.
    pub(super) async fn enter(&mut self, room: RoomId, kind: RoomKind, made: bool, cursor: Option<Seq>) -> Option<End> {
        let id = self.hub.next_seat();
        let (person, outlet) = (self.account.person(), Arc::clone(&self.outlet));
        match self.hub.send(room, Command::Enter { seat: id, person, outlet, cursor }).await {
            Ok(inbox) => {
                let standing = if made { Standing::Maker } else { Standing::Inside };
                let seat = Seat { room, id, kind, standing, inbox, hub: Arc::clone(&self.hub) };
                self.stand_up(room);
                self.seats.push(seat);
                None
            }
            Err(error) if error.code == Code::NoSuchRoom => {
                self.tell_left(room);
                None
            }
            Err(_) => Some(End::Close(close::AWAY)),
        }
    }

    /// Gives up the seat in a room, if there is one.
    pub(super) fn stand_up(&mut self, room: RoomId) {
        self.seats.retain(|seat| seat.room != room);
    }

    /// Gives up the seat in a room, and tells the client that it is in it no more.
    pub(super) fn tell_left(&mut self, room: RoomId) {
        self.stand_up(room);
        self.outlet.answer(text_frame(&protocol::encode(&Event::Left { room })));
    }

    pub(super) fn seat(&self, room: RoomId) -> Result<&Seat, Error> {
        self.seats.iter().find(|seat| seat.room == room).ok_or_else(Error::no_such_room)
    }

    /// The seat in a room, for whoever may do that there; outside it is as if there were no room.
    pub(super) fn may(&self, room: RoomId, deed: RoomDeed) -> Result<&Seat, Error> {
        let seat = self.seat(room)?;
        allowed(self.account.role, deed, seat.kind, seat.standing)?;
        Ok(seat)
    }

    /// Whether one may do what concerns the whole server.
    pub(super) fn may_serve(&self, deed: Deed) -> Result<(), Error> {
        if rights::may_serve(self.account.role, deed) { Ok(()) } else { Err(Error::forbidden()) }
    }

    /// Counts one thing that one does.
    pub(super) fn take(&self, quota: Quota) -> Result<(), Error> {
        self.hub.count(self.account.id, self.outlet.address, quota)
    }

    /// For how long one may not speak, in milliseconds from now.
    pub(super) fn muted_ms(&self) -> u64 {
        self.account.muted_ms(Hub::unix_ms())
    }

    pub(super) fn answer(&self, id: RequestId, answered: Result<Outcome, Error>) {
        self.outlet.answer(text_frame(&Reply::encode(id, answered)));
    }

    pub(super) fn storage_error(&self, problem: &StoreError) -> Error {
        storage_error(problem, format_args!("#{}", self.outlet.id))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of what `run` makes of a connection, all that its task holds while it waits.
    fn task_bytes<'a, F: Future>(_: impl FnOnce(&'a Arc<Hub>, Arrival, [usize; 4]) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_silent_connection_is_small() {
        // With four words for its place among the connections.
        let parts = [
            ("its task", task_bytes(run::<[usize; 4]>), 448),
            ("its way out", size_of::<Outlet>(), 288),
            ("its seat in one room", size_of::<Seat>(), 40),
        ];
        for (what, bytes, bytes_max) in parts {
            println!("{what}: {bytes} bytes");
            assert!(bytes <= bytes_max, "{what} takes {bytes} bytes, more than {bytes_max}");
        }
    }
}
