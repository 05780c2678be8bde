//! A connection's socket, whatever it is made of: TCP, a Unix socket, or TLS over TCP.
//!
//! One type with one set of words, so that whoever reads and writes need not know. Nothing here waits but what is `async`;
//! whoever writes straight into a socket, as room loops do, calls [`Socket::try_write_vectored`] and never waits.
//! Whoever waits is the one task that reads, or the one that writes: async-io then remembers it without an allocation.

mod tls;

pub use tls::TlsSocket;

use smol::Async;
use std::future::poll_fn;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::task::{Context, Poll};

/// A connection's socket: non-blocking, shared by its one reader and its one writer at a time.
pub enum Socket {
    /// TCP.
    Tcp(Async<TcpStream>),
    /// A Unix socket.
    Unix(Async<UnixStream>),
    /// TLS over TCP; in a box, so that it costs the others nothing.
    Tls(Box<TlsSocket>),
}

impl Socket {
    /// Whether what travels is encrypted by this server.
    pub fn is_tls(&self) -> bool {
        matches!(self, Socket::Tls(_))
    }

    /// Reads what has come; 0 when the peer has sent its last.
    ///
    /// # Errors
    /// `WouldBlock` when nothing has come; any other ends the connection.
    pub fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(tcp) => tcp.get_ref().read(buf),
            Socket::Unix(unix) => unix.get_ref().read(buf),
            Socket::Tls(tls) => tls.try_read(buf),
        }
    }

    /// Writes what the system takes at once; how many bytes that were.
    ///
    /// After `WouldBlock` the next write must begin with the same bytes as the refused one: TLS may have encrypted some of
    /// them, and counts them as written when all of their ciphertext is.
    ///
    /// # Errors
    /// `WouldBlock` when it takes nothing now; any other ends the connection.
    pub fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Socket::Tcp(tcp) => tcp.get_ref().write_vectored(slices),
            Socket::Unix(unix) => unix.get_ref().write_vectored(slices),
            Socket::Tls(tls) => tls.try_write_vectored(slices),
        }
    }

    /// Returns when there is something to read, or the peer has gone.
    ///
    /// # Errors
    /// The connection's.
    pub async fn readable(&self) -> io::Result<()> {
        match self {
            Socket::Tls(tls) => poll_fn(|context| tls.poll_readable(context)).await,
            _ => poll_fn(|context| self.poll_readable(context)).await,
        }
    }

    /// Returns when the system takes bytes again.
    ///
    /// # Errors
    /// The connection's.
    pub async fn writable(&self) -> io::Result<()> {
        poll_fn(|context| self.poll_writable(context)).await
    }

    /// As [`Socket::try_read`], but waits until something has come.
    ///
    /// # Errors
    /// The connection's.
    pub async fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.try_read(buf) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.readable().await?,
                result => return result,
            }
        }
    }

    /// As [`Socket::try_write_vectored`], but waits until the system takes something.
    ///
    /// # Errors
    /// The connection's.
    pub async fn write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        loop {
            match self.try_write_vectored(slices) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.writable().await?,
                result => return result,
            }
        }
    }

    /// Ready when more may have come; one task at a time. It is worth waiting for once a read has filled less than its
    /// buffer: then nothing is left to read here, in clear text either.
    ///
    /// # Errors
    /// The connection's.
    pub fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Socket::Tcp(tcp) => tcp.poll_readable(context),
            Socket::Unix(unix) => unix.poll_readable(context),
            Socket::Tls(tls) => tls.tcp().poll_readable(context),
        }
    }

    /// Ready when the system may take bytes again; one task at a time.
    ///
    /// # Errors
    /// The connection's.
    pub fn poll_writable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Socket::Tcp(tcp) => tcp.poll_writable(context),
            Socket::Unix(unix) => unix.poll_writable(context),
            Socket::Tls(tls) => tls.tcp().poll_writable(context),
        }
    }

    /// Tells the peer that nothing more comes; it may still send.
    ///
    /// # Errors
    /// The connection is gone already.
    pub fn shutdown_write(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }

    /// Ends the connection in both directions. That it has ended already is what was wanted.
    pub fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        match self {
            Socket::Tcp(tcp) => tcp.get_ref().shutdown(how),
            Socket::Unix(unix) => unix.get_ref().shutdown(how),
            Socket::Tls(tls) => tls.shutdown(how),
        }
    }
}
