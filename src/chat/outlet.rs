//! The one way out of a WebSocket's socket, and the letter box of its session.
//!
//! Room loops, the keeper and the session itself hand whole WebSocket frames to [`Outlet`]; it writes them at once while
//! the socket takes them and keeps the rest, bounded, for the session's task to flush. Nobody who hands something over ever
//! waits, and frames never interleave, since every byte passes under the one lock.

use super::backlog::Backlog;
use super::notice::Notice;
use super::room::{Handed, SeatId};
use crate::protocol::{RoomId, Session, UserId};
use crate::socket::Socket;
use async_tungstenite::tungstenite::Bytes;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

/// Notices that may wait for a session; one that is so far behind is closed and comes back with its cursors.
const NOTICES_MAX: usize = 1_024;
/// The first byte of a close frame (RFC 6455 section 5.5.1).
const CLOSE_OPCODE: u8 = 0x88;

/// The number of a connection, which stands in all its log lines.
pub type ConnectionId = u64;

/// The way out of one socket.
pub struct Outlet {
    /// The connection's id.
    pub id: ConnectionId,
    /// Whose it is.
    pub user: UserId,
    /// By which session.
    pub session: Session,
    /// From which address they came.
    pub address: IpAddr,
    /// When it was made, in milliseconds of the hub's clock.
    pub since_ms: u64,
    socket: Arc<Socket>,
    bytes_max: usize,
    state: Mutex<State>,
    /// When the peer was last heard of, in milliseconds of the hub's clock.
    heard_ms: AtomicU64,
    /// When the keeper last saw that nothing waited or that some of it had gone out, in milliseconds of the hub's clock.
    progress_ms: AtomicU64,
    greeted: AtomicBool,
    /// Its person is away from it.
    away: AtomicBool,
    /// What waited has gone out: the peer may have said the next thing already, and is read before it is waited for.
    answered: AtomicBool,
}

#[derive(Default)]
struct State {
    backlog: Backlog,
    /// The socket said `WouldBlock`; the session's task waits until it is writable.
    blocked: bool,
    /// Bytes have gone out since the keeper last looked.
    moved: bool,
    /// A close frame has been handed over: nothing follows it (RFC 6455 section 5.5.1).
    closing: bool,
    gone: bool,
    /// The session does nothing more for its peer.
    served: bool,
    /// Those who wait for that.
    waiting: Vec<Waker>,
    notices: VecDeque<Notice>,
    /// Rooms to catch up with, once all that waits has gone out; at most one entry a room.
    behind: VecDeque<Notice>,
    flusher: Option<Waker>,
    session: Option<Waker>,
}

impl State {
    /// Whether the room has not taken `seat` away behind the session's back.
    fn holds(&self, seat: SeatId) -> bool {
        !self.notices.iter().any(|notice| matches!(notice, Notice::Left { seat: left, .. } if *left == seat))
    }
}

impl Outlet {
    /// The way out of `socket`, with up to `bytes_max` bytes waiting.
    pub fn new(
        id: ConnectionId,
        (user, session, address): (UserId, Session, IpAddr),
        socket: Arc<Socket>,
        bytes_max: usize,
        now_ms: u64,
    ) -> Outlet {
        Outlet {
            id,
            user,
            session,
            address,
            since_ms: now_ms,
            socket,
            bytes_max,
            state: Mutex::default(),
            heard_ms: AtomicU64::new(now_ms),
            progress_ms: AtomicU64::new(now_ms),
            greeted: AtomicBool::new(false),
            away: AtomicBool::new(false),
            answered: AtomicBool::new(false),
        }
    }

    /// Hands over frames that the peer gets as long as it keeps up; never waits.
    pub fn push(&self, frames: &Bytes) -> Handed {
        self.push_locked(&mut self.lock(), frames)
    }

    fn push_locked(&self, state: &mut State, frames: &Bytes) -> Handed {
        if state.gone || state.closing {
            // Its seat is on the way out; nothing is lost that anybody could still read.
            return Handed::Taken;
        }
        if !state.backlog.is_empty() && state.backlog.bytes() + frames.len() > self.bytes_max {
            return Handed::Full;
        }
        self.write_or_keep(state, frames);
        Handed::Taken
    }

    /// As [`Outlet::push`], for what one hears from `seat`; what has been taken away gets nothing, and needs nothing.
    pub fn push_from(&self, seat: SeatId, frames: &Bytes) -> Handed {
        let mut state = self.lock();
        if state.holds(seat) { self.push_locked(&mut state, frames) } else { Handed::Taken }
    }

    /// Hands over frames of passing interest: left out when anything waits.
    pub fn push_passing(&self, frames: &Bytes) {
        let mut state = self.lock();
        if state.backlog.is_empty() && !state.gone && !state.closing {
            self.write_or_keep(&mut state, frames);
        }
    }

    /// Hands over an answer to the peer's own request. It is always taken: the session asks for nothing new while
    /// [`Outlet::poll_room`] says no, so what can wait here is bounded by what one peer may have in flight.
    pub fn answer(&self, frames: Bytes) {
        let mut state = self.lock();
        if !state.gone && !state.closing {
            self.write_or_keep(&mut state, &frames);
        }
    }

    /// As [`Outlet::answer`], for what one hears from `seats`: false, and nothing is handed over, if one of them has been taken
    /// away.
    pub fn answer_from(&self, seats: &[SeatId], frames: Bytes) -> bool {
        let mut state = self.lock();
        let is_there = seats.iter().all(|seat| state.holds(*seat));
        if is_there && !state.gone && !state.closing {
            self.write_or_keep(&mut state, &frames);
        }
        is_there
    }

    /// The session has not been told of that room yet, and is not to be.
    pub fn forget_joined(&self, room: RoomId) {
        self.lock().notices.retain(|notice| !matches!(notice, Notice::Joined(view) if view.id == room));
    }

    /// Hands over a close frame with this code, the last thing that the peer gets.
    pub fn close(&self, code: u16) {
        let [high, low] = code.to_be_bytes();
        let mut state = self.lock();
        if !state.gone && !state.closing {
            self.write_or_keep(&mut state, &Bytes::copy_from_slice(&[CLOSE_OPCODE, 2, high, low]));
            state.closing = true;
        }
    }

    /// As [`Outlet::answer`], but leaves it until the next push or [`Outlet::flush`], so that both go in one system call.
    pub fn answer_later(&self, frames: Bytes) {
        let mut state = self.lock();
        if !state.gone && !state.closing {
            state.backlog.push(frames);
        }
    }

    /// Writes what [`Outlet::answer_later`] left.
    pub fn flush(&self) {
        let mut state = self.lock();
        if !state.blocked && !state.backlog.is_empty() {
            self.write_queue(&mut state);
        }
    }

    /// Gives the session something to do.
    pub fn notify(&self, notice: Notice) {
        let mut state = self.lock();
        match notice {
            Notice::CatchUp { .. } => state.behind.push_back(notice),
            // Before everything else, which is not worth doing any more.
            Notice::Close(_) => state.notices.push_front(notice),
            _ if state.notices.len() >= NOTICES_MAX => self.cut(&mut state),
            _ => state.notices.push_back(notice),
        }
        wake(&mut state.session);
    }

    /// Ends the connection at once.
    pub fn kill(&self) {
        self.cut(&mut self.lock());
    }

    /// Nothing more is done for the peer: all that it asked for has been answered.
    pub fn end(&self) {
        let mut state = self.lock();
        state.served = true;
        state.waiting.drain(..).for_each(Waker::wake);
    }

    /// Whether nothing more is done for the peer.
    pub fn is_served(&self) -> bool {
        self.lock().served
    }

    /// Returns when nothing more is done for the peer.
    pub async fn served(&self) {
        poll_fn(|context| {
            let mut state = self.lock();
            if state.served {
                return Poll::Ready(());
            }
            if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                state.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// What the session has to do next; a catch-up only when nothing waits to go out.
    pub fn poll_notice(&self, context: &Context<'_>) -> Poll<Notice> {
        let mut state = self.lock();
        let next = match state.notices.pop_front() {
            None if state.backlog.is_empty() => state.behind.pop_front(),
            next => next,
        };
        next.map_or_else(|| park(&mut state.session, context), Poll::Ready)
    }

    /// Ready when fewer bytes wait than the limit, or something else is to be done, or the connection has ended.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.poll_until(context, |state| {
            state.backlog.bytes() < self.bytes_max || !state.notices.is_empty() || state.gone
        })
    }

    /// Returns when nothing waits any more, or the connection has ended.
    pub async fn drained(&self) {
        poll_fn(|context| self.poll_until(context, |state| state.backlog.is_empty() || state.gone)).await;
    }

    fn poll_until(&self, context: &Context<'_>, reached: impl Fn(&State) -> bool) -> Poll<()> {
        let mut state = self.lock();
        if reached(&state) { Poll::Ready(()) } else { park(&mut state.session, context) }
    }

    /// Flushes whatever is kept, for as long as the connection lives; the session runs it beside its reading.
    pub async fn keep_flushing(&self) {
        poll_fn(|context| self.poll_flushing(context)).await;
    }

    fn poll_flushing(&self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let mut state = self.lock();
            if state.gone {
                return Poll::Ready(());
            }
            if !state.blocked {
                return park(&mut state.flusher, context);
            }
            drop(state);
            if ready!(self.socket.poll_writable(context)).is_err() {
                return Poll::Ready(());
            }
            let mut state = self.lock();
            state.blocked = false;
            self.write_queue(&mut state);
        }
    }

    /// The peer has been heard of.
    pub fn heard(&self, now_ms: u64) {
        self.heard_ms.store(now_ms, Ordering::Relaxed);
    }

    /// When the peer was last heard of, in milliseconds of the hub's clock.
    pub fn heard_ms(&self) -> u64 {
        self.heard_ms.load(Ordering::Relaxed)
    }

    /// The peer has said `hello`; or, if not `greeted`, has to say it again.
    pub fn greet(&self, greeted: bool) {
        self.greeted.store(greeted, Ordering::Relaxed);
    }

    /// Whether the peer has said `hello`.
    pub fn is_greeted(&self) -> bool {
        self.greeted.load(Ordering::Relaxed)
    }

    /// Its person is away from it, or not; whether they were.
    pub fn be_away(&self, away: bool) -> bool {
        self.away.swap(away, Ordering::Relaxed)
    }

    /// Whether its person is away from it.
    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// For how long, as far as regular looks at `now_ms` tell, bytes have been waiting without any going out.
    pub fn stalled_ms(&self, now_ms: u64) -> u64 {
        let mut state = self.lock();
        let moved = std::mem::take(&mut state.moved);
        if moved {
            // What goes out is taken by somebody: the peer lives, even if it is not being read meanwhile.
            self.heard(now_ms);
        }
        if state.blocked && !moved {
            return now_ms.saturating_sub(self.progress_ms.load(Ordering::Relaxed));
        }
        self.progress_ms.store(now_ms, Ordering::Relaxed);
        0
    }

    /// What the peer sends comes from here.
    pub(super) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Whether what waited has gone out since this was last asked.
    pub(super) fn has_answered(&self) -> bool {
        self.answered.swap(false, Ordering::Relaxed)
    }

    /// Wakes the session's task when more goes out.
    pub(super) fn park<T>(&self, context: &Context<'_>) -> Poll<T> {
        park(&mut self.lock().session, context)
    }

    fn write_or_keep(&self, state: &mut State, frames: &Bytes) {
        if state.blocked {
            return state.backlog.push(frames.clone());
        }
        let before = state.backlog.bytes();
        let written = state.backlog.write(frames, |slices| self.socket.try_write_vectored(slices));
        let moved = before > 0 && state.backlog.bytes() < before + frames.len();
        self.have_written(state, written, moved);
    }

    fn write_queue(&self, state: &mut State) {
        let before = state.backlog.bytes();
        let written = state.backlog.flush(|slices| self.socket.try_write_vectored(slices));
        let moved = state.backlog.bytes() < before;
        self.have_written(state, written, moved);
    }

    /// Heeds what came of a write; `moved`: some of what waited has gone out.
    fn have_written(&self, state: &mut State, written: io::Result<()>, moved: bool) {
        match written {
            Err(problem) if problem.kind() == ErrorKind::WouldBlock => {
                state.blocked = true;
                wake(&mut state.flusher);
            }
            Err(_) => return self.cut(state),
            Ok(()) => {}
        }
        if moved {
            state.moved = true;
            self.answered.store(true, Ordering::Relaxed);
            wake(&mut state.session);
        }
    }

    fn cut(&self, state: &mut State) {
        state.gone = true;
        state.backlog.clear();
        self.socket.end();
        wake(&mut state.flusher);
        wake(&mut state.session);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that holds the lock can panic half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

fn park<T>(slot: &mut Option<Waker>, context: &Context<'_>) -> Poll<T> {
    if !slot.as_ref().is_some_and(|parked| parked.will_wake(context.waker())) {
        *slot = Some(context.waker().clone());
    }
    Poll::Pending
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::close;
    use smol::Async;
    use smol::future::{or, poll_once};
    use std::io::Read;
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    /// More than the buffers of any socket hold.
    const LOAD_BYTES: usize = 64 << 20;
    const FRAME: Bytes = Bytes::from_static(b"\x81\x01x");

    /// A way out that keeps up to 1,024 bytes, and the peer at its end.
    fn outlet() -> (Outlet, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let socket = Arc::new(Socket::Tcp(Async::new(listener.accept().unwrap().0).unwrap()));
        (Outlet::new(1, (1, Session::default(), Ipv4Addr::LOCALHOST.into()), socket, 1_024, 0), peer)
    }

    #[test]
    fn whoever_takes_bytes_is_alive_however_slowly() {
        let (outlet, mut peer) = outlet();
        outlet.answer(vec![0; LOAD_BYTES].into());
        assert_eq!((outlet.stalled_ms(1_000), outlet.heard_ms()), (1_000, 0), "nothing was taken");
        let reading = smol::unblock(move || peer.read_exact(&mut vec![0; LOAD_BYTES / 2]).map(|()| peer));
        let flushing = async {
            outlet.keep_flushing().await;
            Err(ErrorKind::BrokenPipe.into())
        };
        let peer = smol::block_on(or(reading, flushing)).unwrap();
        assert_eq!((outlet.stalled_ms(2_000), outlet.heard_ms()), (0, 2_000), "half of it was taken");
        assert_eq!((outlet.stalled_ms(5_000), outlet.heard_ms()), (3_000, 2_000), "no more was taken");
        drop(peer);
    }

    #[test]
    fn a_full_outlet_keeps_nobody_from_closing() {
        let (outlet, peer) = outlet();
        outlet.answer(vec![0; LOAD_BYTES].into());
        let room = || smol::block_on(poll_once(poll_fn(|context| outlet.poll_room(context))));
        assert!(room().is_none());
        outlet.notify(Notice::Left { room: 1, seat: 1 });
        outlet.notify(Notice::Close(close::AWAY));
        assert!(room().is_some());
        let notice = smol::block_on(poll_fn(|context| outlet.poll_notice(context)));
        assert!(matches!(notice, Notice::Close(close::AWAY)));
        drop(peer);
    }

    #[test]
    fn nothing_follows_the_close_frame() {
        let (outlet, mut peer) = outlet();
        outlet.answer(FRAME);
        outlet.close(close::AWAY);
        assert_eq!(outlet.push(&FRAME), Handed::Taken);
        outlet.push_passing(&FRAME);
        outlet.answer(FRAME);
        outlet.answer_later(FRAME);
        outlet.flush();
        outlet.kill();
        let mut read = Vec::new();
        peer.read_to_end(&mut read).unwrap();
        assert_eq!(read, b"\x81\x01x\x88\x02\x03\xe9");
    }
}
