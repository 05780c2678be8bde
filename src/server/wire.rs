//! One connection's bytes: reading and writing by absolute deadlines, and closing so that the last word can be read.

use crate::config::Config;
use crate::http::date::http_date;
use crate::http::head::HeadLimits;
use crate::http::response::{CONTINUE, Circumstances, Response};
use crate::socket::Socket;
use crate::web::Peer;
use async_channel::Receiver;
use smol::Timer;
use smol::future::{self, FutureExt};
use std::io::{self, ErrorKind, IoSlice};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The size that a read buffer starts with: most heads fit.
const BUFFER_BYTES_MIN: usize = 2 << 10;

/// The most that is read at once while a body comes.
const BODY_READ_BYTES: usize = 8 << 10;

/// How long after the last response a client is listened to before the connection is closed for good.
const LINGER: Duration = Duration::from_secs(5);

/// How long, instead, once the server is going down.
const LINGER_HURRIED: Duration = Duration::from_millis(200);

/// The most that a client may go on sending in that time, in bytes; then it is cut off.
const LINGER_BYTES_MAX: usize = 64 << 20;

/// Bytes that are read and dropped at once while lingering.
const LINGER_READ_BYTES: usize = 16 << 10;

/// One connection's socket with its limits and its name in the log.
pub(super) struct Wire {
    /// The connection's id.
    pub(super) id: u64,
    /// Who is at the other end.
    pub(super) peer: Peer,
    /// The socket.
    pub(super) stream: Arc<Socket>,
    /// Limits of a request's head.
    pub(super) head_limits: HeadLimits,
    write: Duration,
    hsts_seconds: u64,
}

/// How a response is sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// Without its body.
    pub(super) is_head: bool,
    /// The connection stays open.
    pub(super) keeps_alive: bool,
    /// The browser came over https.
    pub(super) is_https: bool,
}

/// What came of a response.
pub(super) struct Sent {
    /// Bytes of the body that were sent.
    pub(super) body_bytes: usize,
}

impl Wire {
    pub(super) fn new(id: u64, peer: Peer, stream: Socket, config: &Config) -> Wire {
        let limits = &config.http;
        let head_limits = HeadLimits {
            head_bytes_max: limits.head_bytes_max,
            target_bytes_max: limits.target_bytes_max,
            headers_max: limits.headers_max,
        };
        let (write, hsts_seconds) = (Duration::from_millis(limits.write_ms), config.tls.hsts_seconds);
        Wire { id, peer, stream: Arc::new(stream), head_limits, write, hsts_seconds }
    }

    /// Waits until there is something to read, or the client has gone, without holding a buffer meanwhile.
    pub(super) async fn readable(&self, deadline: Instant) -> io::Result<()> {
        before(deadline, self.stream.readable()).await
    }

    /// Reads more of a head behind what `input` holds; the buffer starts small and doubles up to the limit.
    pub(super) async fn read_head(&self, input: &mut Vec<u8>, deadline: Instant) -> io::Result<usize> {
        let room = self.head_limits.head_bytes_max.saturating_sub(input.len());
        self.read(input, input.len().max(BUFFER_BYTES_MIN).min(room).max(1), deadline).await
    }

    /// Reads more of a body behind what `input` holds.
    pub(super) async fn read_body(&self, input: &mut Vec<u8>, deadline: Instant) -> io::Result<usize> {
        self.read(input, BODY_READ_BYTES, deadline).await
    }

    /// Reads at most `bytes` behind what `input` holds; 0 when the client has sent its last.
    async fn read(&self, input: &mut Vec<u8>, bytes: usize, deadline: Instant) -> io::Result<usize> {
        let held = input.len();
        input.resize(held + bytes, 0);
        let result = before(deadline, self.stream.read(&mut input[held..])).await;
        input.truncate(held + result.as_ref().copied().unwrap_or(0));
        result
    }

    /// Sends the interim response to `Expect: 100-continue`.
    pub(super) async fn send_continue(&self) -> io::Result<()> {
        self.write_all(CONTINUE, b"").await
    }

    /// Sends a response, as `manner` says.
    pub(super) async fn send(&self, response: &Response, manner: Manner) -> io::Result<Sent> {
        let Manner { is_head, keeps_alive, is_https } = manner;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let hsts_seconds = if is_https { self.hsts_seconds } else { 0 };
        let head = response.encode_head(&Circumstances { keeps_alive, date: &http_date(now.as_secs()), hsts_seconds });
        let body: &[u8] = if is_head || !response.has_body() { b"" } else { &response.body };
        self.write_all(&head, body).await?;
        Ok(Sent { body_bytes: body.len() })
    }

    /// Sends a piece of a body whose head has gone before.
    pub(super) async fn send_piece(&self, piece: &[u8]) -> io::Result<()> {
        self.write_all(b"", piece).await
    }

    /// Writes both, in one call where the system takes it, within the time that a response may take.
    async fn write_all(&self, mut head: &[u8], mut body: &[u8]) -> io::Result<()> {
        let deadline = Instant::now() + self.write;
        while !head.is_empty() || !body.is_empty() {
            let slices = [IoSlice::new(head), IoSlice::new(body)];
            let written = before(deadline, self.stream.write_vectored(&slices)).await?;
            if written == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            let of_head = written.min(head.len());
            (head, body) = (&head[of_head..], &body[written - of_head..]);
        }
        Ok(())
    }

    /// Ends the connection so that the client can read the last response: says that nothing more comes (FIN), then reads
    /// and drops what is still on its way. Closing at once would answer those bytes with RST, and RST takes the response
    /// back. Bounded in time and bytes, and short when the server is going down.
    pub(super) async fn linger(&self, closing: &Receiver<()>) {
        if self.stream.shutdown_write().is_err() {
            return;
        }
        let hurry = async {
            let _ = closing.recv().await;
            Timer::after(LINGER_HURRIED).await;
        };
        self.drop_input().or(hurry).await;
    }

    /// Reads and drops what the client sends until it is done, or has had enough time or bytes.
    async fn drop_input(&self) {
        let deadline = Instant::now() + LINGER;
        let mut dropped = Vec::new();
        let mut total = 0;
        while total < LINGER_BYTES_MAX {
            dropped.clear();
            match self.read(&mut dropped, LINGER_READ_BYTES, deadline).await {
                Ok(0) | Err(_) => return,
                Ok(bytes) => total += bytes,
            }
            future::yield_now().await;
        }
    }
}

/// Awaits `operation` until `deadline`, which is absolute: what trickles in does not move it. The error is `TimedOut`.
pub(super) async fn before<T>(deadline: Instant, operation: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    if Instant::now() >= deadline {
        return Err(ErrorKind::TimedOut.into());
    }
    let late = async {
        Timer::at(deadline).await;
        Err(ErrorKind::TimedOut.into())
    };
    operation.or(late).await
}
