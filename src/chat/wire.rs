//! Reading a WebSocket by async-tungstenite, which is there only while messages come in.
//!
//! Most connections are silent most of the time. Between two messages a [`Reader`] owns no buffer and nothing of tungstenite's:
//! what comes first is read onto the stack, and only then a stream is made, which goes again when all that came has been taken.

use super::outlet::Outlet;
use super::room::Handed;
use async_tungstenite::WebSocketStream;
use async_tungstenite::tungstenite::error::Error as WsError;
use async_tungstenite::tungstenite::protocol::frame::FrameHeader;
use async_tungstenite::tungstenite::protocol::frame::coding::{Control, OpCode};
use async_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use async_tungstenite::tungstenite::{Bytes, Message};
use smol::io::{AsyncRead, AsyncWrite};
use smol::stream::Stream;
use std::io::{self, Cursor, ErrorKind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Bytes that one read asks for. A longer frame grows its buffer while it comes in.
const READ_BYTES: usize = 4 << 10;
/// Bytes that a control frame may carry (RFC 6455 section 5.5).
const CONTROL_BYTES_MAX: u64 = 125;
/// Bytes of the longest header of a masked frame (RFC 6455 section 5.2).
const HEADER_BYTES_MAX: usize = 14;

/// What the peer says.
pub struct Reader {
    message_bytes_max: usize,
    /// What has come and is not read yet.
    early: Vec<u8>,
    /// The socket, while nothing of a message is here.
    wire: Option<Wire>,
    /// Else what reads it.
    stream: Option<Box<WebSocketStream<Wire>>>,
}

impl Reader {
    /// Reads from the socket behind `outlet`, beginning with what has come `early`. A message, and a frame of it, may have up to
    /// `message_bytes_max` bytes.
    pub fn new(outlet: Arc<Outlet>, early: Vec<u8>, message_bytes_max: usize) -> Reader {
        let wire = Wire { outlet, drained: false, place: Place::default() };
        Reader { message_bytes_max, early, wire: Some(wire), stream: None }
    }

    /// The next message; `None` when the connection has ended.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Message, WsError>>> {
        loop {
            if let Some(stream) = &mut self.stream {
                match Pin::new(&mut **stream).poll_next(context) {
                    Poll::Pending if stream.get_ref().place.is_between() => {}
                    next => return next,
                }
                self.wire = self.stream.take().map(|stream| stream.into_inner());
            }
            let Some(mut wire) = self.wire.take() else { return Poll::Ready(None) };
            let mut first = std::mem::take(&mut self.early);
            if first.is_empty() {
                first = match wire.poll_first(context) {
                    Poll::Ready(Ok(first)) => first,
                    Poll::Ready(Err(problem)) => return Poll::Ready(Some(Err(problem.into()))),
                    Poll::Pending => {
                        self.wire = Some(wire);
                        return Poll::Pending;
                    }
                };
            }
            let pongs = pongs(&first);
            if pongs > 0 {
                self.early = first.split_off(pongs);
                self.wire = Some(wire);
                return Poll::Ready(Some(Ok(Message::Pong(Bytes::new()))));
            }
            wire.place.pass(&first);
            let config = WebSocketConfig::default()
                .read_buffer_size(READ_BYTES)
                .write_buffer_size(0)
                .max_message_size(Some(self.message_bytes_max))
                .max_frame_size(Some(self.message_bytes_max));
            let stream = pin!(WebSocketStream::from_partially_read(wire, first, Role::Server, Some(config)));
            // It has nothing to wait for.
            self.stream = Some(Box::new(ready!(stream.poll(context))));
        }
    }
}

/// How many of the first bytes between two messages are whole pongs (RFC 6455 section 5.5.3). They say only that the peer is
/// there, are nearly all that a silent one ever says, and need no stream to be read.
fn pongs(bytes: &[u8]) -> usize {
    let mut end = 0;
    loop {
        let mut rest = Cursor::new(&bytes[end..]);
        match FrameHeader::parse(&mut rest) {
            Ok(Some((header, length))) if is_pong(&header) && length <= CONTROL_BYTES_MAX => {
                let frame_bytes = (rest.position() + length) as usize;
                if frame_bytes > bytes.len() - end {
                    return end;
                }
                end += frame_bytes;
            }
            _ => return end,
        }
    }
}

/// Whether that begins a pong as a client has to send it.
fn is_pong(header: &FrameHeader) -> bool {
    let FrameHeader { is_final, rsv1, rsv2, rsv3, opcode, mask } = header;
    *is_final && !(*rsv1 || *rsv2 || *rsv3) && *opcode == OpCode::Control(Control::Pong) && mask.is_some()
}

/// The socket as tungstenite sees it: reads come from it; what tungstenite writes itself (pongs, close frames) leaves by the
/// [`Outlet`] like everything else.
struct Wire {
    outlet: Arc<Outlet>,
    /// The last read got all there was: the next one waits first, rather than be told by the socket that it has to.
    drained: bool,
    place: Place,
}

impl Wire {
    /// What comes next; empty when the peer has sent its last.
    fn poll_first(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        let mut buf = [0; READ_BYTES];
        let bytes = ready!(self.poll_some(context, &mut buf))?;
        Poll::Ready(Ok(buf[..bytes].to_vec()))
    }

    fn poll_some(&mut self, context: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            if self.drained && !self.outlet.has_answered() {
                ready!(self.outlet.socket().poll_readable(context))?;
            }
            let read = self.outlet.socket().try_read(buf);
            self.drained = !matches!(read, Ok(bytes) if bytes == buf.len());
            match read {
                Err(problem) if matches!(problem.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                read => return Poll::Ready(read),
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        if self.drained && self.place.is_between() {
            // The reader waits, by its own waker.
            return Poll::Pending;
        }
        let bytes = ready!(self.poll_some(context, buf))?;
        self.place.pass(&buf[..bytes]);
        Poll::Ready(Ok(bytes))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.outlet.push(&Bytes::copy_from_slice(buf)) {
            Handed::Taken => Poll::Ready(Ok(buf.len())),
            Handed::Full => self.outlet.park(context),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// How far into a message the bytes that have been read reach; what they say is tungstenite's business.
#[derive(Default)]
struct Place {
    /// The header that has begun.
    header: [u8; HEADER_BYTES_MAX],
    header_bytes: u8,
    /// More frames of this message follow.
    is_fragment: bool,
    /// Bytes of the frame that are still to come.
    left: u64,
}

impl Place {
    /// More has been read. What is no frame ends the connection, wherever that seems to be.
    fn pass(&mut self, mut bytes: &[u8]) {
        while let [first, rest @ ..] = bytes {
            if self.left > 0 {
                let passed = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
                self.left -= passed as u64;
                bytes = &bytes[passed..];
                continue;
            }
            let held = usize::from(self.header_bytes).min(HEADER_BYTES_MAX - 1);
            self.header[held] = *first;
            self.header_bytes = held as u8 + 1;
            bytes = rest;
            if let Ok(Some((header, length))) = FrameHeader::parse(&mut Cursor::new(&self.header[..=held])) {
                self.header_bytes = 0;
                self.left = length;
                // Control frames may stand between the frames of a message (section 5.4).
                if let OpCode::Data(_) = header.opcode {
                    self.is_fragment = !header.is_final;
                }
            }
        }
    }

    fn is_between(&self) -> bool {
        self.header_bytes == 0 && self.left == 0 && !self.is_fragment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client's frame (RFC 6455 section 5.2), masked with zeros.
    fn frame(opcode: u8, is_final: bool, bytes: u16) -> Vec<u8> {
        let mut frame = vec![u8::from(is_final) << 7 | opcode];
        match u8::try_from(bytes) {
            Ok(bytes @ ..126) => frame.push(1 << 7 | bytes),
            _ => frame.extend([[1 << 7 | 126].as_slice(), &bytes.to_be_bytes()].concat()),
        }
        frame.resize(frame.len() + 4 + usize::from(bytes), 0);
        frame
    }

    #[test]
    fn only_whole_messages_end_between_two_wherever_the_stream_is_cut() {
        let frames = [
            (frame(1, true, 5), true),
            (frame(1, false, 300), false),
            (frame(9, true, 125), false),
            (frame(0, false, 0), false),
            (frame(10, true, 0), false),
            (frame(0, true, 126), true),
            (frame(10, true, 3), true),
            (frame(2, true, 0), true),
        ];
        let stream = frames.iter().map(|(frame, _)| frame.as_slice()).collect::<Vec<_>>().concat();
        let mut ends = vec![(0, true)];
        for (frame, is_between) in &frames {
            ends.push((ends[ends.len() - 1].0 + frame.len(), *is_between));
        }
        for step in 1..=stream.len() {
            let (mut place, mut passed) = (Place::default(), 0);
            for piece in stream.chunks(step) {
                place.pass(piece);
                passed += piece.len();
                let expected = ends.contains(&(passed, true));
                assert_eq!(place.is_between(), expected, "behind {passed} bytes, {step} at a time");
            }
        }
    }

    #[test]
    fn only_whole_pongs_are_passed_over() {
        let (pong, text) = (frame(10, true, 7), frame(1, true, 7));
        for (bytes, expected) in [
            (pong.clone(), pong.len()),
            (pong.repeat(3), 3 * pong.len()),
            ([pong.clone(), text.clone()].concat(), pong.len()),
            ([text, pong.clone()].concat(), 0),
            (pong[..pong.len() - 1].to_vec(), 0),
            ([&pong[..], &pong[..3]].concat(), pong.len()),
            // In parts, too long, with bits that mean nothing, without a mask: none that may be.
            (frame(10, false, 7), 0),
            (frame(10, true, 126), 0),
            (vec![0xca, 0x80, 0, 0, 0, 0], 0),
            (vec![0x8a, 0], 0),
            (Vec::new(), 0),
        ] {
            assert_eq!(pongs(&bytes), expected, "{bytes:?}");
        }
    }
}
