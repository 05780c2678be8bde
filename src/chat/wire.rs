//! The socket as async-tungstenite sees it.

use super::outlet::Outlet;
use super::room::Handed;
use async_tungstenite::tungstenite::Bytes;
use smol::io::{AsyncRead, AsyncWrite};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Reads come from the socket; what tungstenite writes itself (pongs, close frames) leaves by the [`Outlet`] like everything
/// else.
pub struct Wire {
    outlet: Arc<Outlet>,
    /// The last read got all there was: the next one waits first, rather than be told by the socket that it has to.
    drained: bool,
}

impl Wire {
    /// The socket behind `outlet`.
    pub fn new(outlet: Arc<Outlet>) -> Wire {
        Wire { outlet, drained: false }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
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

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.outlet.push(Bytes::copy_from_slice(buf)) {
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
