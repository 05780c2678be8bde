//! TLS without I/O of its own (rustls) over a TCP socket: reads and writes never wait, and pass under one lock.

use rustls::{ServerConfig, ServerConnection};
use smol::Async;
use smol::io::AsyncReadExt;
use std::io::{self, BufRead, ErrorKind, IoSlice, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

/// Bytes that are encrypted ahead of what the system takes: two records of the largest size. So much a slow peer costs
/// beside what waits in clear text.
const CIPHERTEXT_BYTES_MAX: usize = 32 << 10;

/// Bytes of a record's header: its type, its version, and its length in the last two (RFC 8446, 5.1).
const RECORD_HEADER_BYTES: usize = 5;
/// Bytes of the longest record in clear text (RFC 8446, 5.1), as the first one is.
const RECORD_BYTES_MAX: usize = 1 << 14;

/// Reads of the socket (4 KiB each) in one go without a byte of clear text; a peer that sends empty records without end
/// does not keep this thread from the others.
const READS_MAX: usize = 32;

/// One TLS connection.
pub struct TlsSocket {
    tcp: Async<TcpStream>,
    state: Mutex<State>,
}

struct State {
    connection: ServerConnection,
    /// Bytes of clear text that are encrypted, and whose writer has been told `WouldBlock`.
    owed: usize,
}

/// What a handshake waits for.
enum Wait {
    Read,
    Write,
}

impl TlsSocket {
    /// Shakes hands with whoever has connected; the caller sets the deadline.
    ///
    /// # Errors
    /// The peer went away, or does not speak TLS as we do; it has been told by an alert.
    pub async fn accept(tcp: Async<TcpStream>, config: Arc<ServerConfig>) -> io::Result<Box<TlsSocket>> {
        let hello = first_record(&tcp).await?;
        let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
        connection.set_buffer_limit(Some(CIPHERTEXT_BYTES_MAX));
        let socket = Box::new(TlsSocket { tcp, state: Mutex::new(State { connection, owed: 0 }) });
        let mut rest = hello.as_slice();
        while !rest.is_empty() {
            socket.receive(&mut socket.lock(), &mut rest)?;
        }
        while let Some(wait) = socket.shake_hands()? {
            match wait {
                Wait::Read => socket.tcp.readable().await?,
                Wait::Write => socket.tcp.writable().await?,
            }
        }
        Ok(socket)
    }

    /// The TCP socket underneath, to wait for.
    pub(super) fn tcp(&self) -> &Async<TcpStream> {
        &self.tcp
    }

    /// Goes on with the handshake as far as it goes; what to wait for, or `None` when hands are shaken.
    fn shake_hands(&self) -> io::Result<Option<Wait>> {
        let mut state = self.lock();
        loop {
            match self.flush(&mut state) {
                Ok(()) if !state.connection.is_handshaking() => return Ok(None),
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Some(Wait::Write)),
                Err(error) => return Err(error),
            }
            match self.receive(&mut state, &mut self.tcp.get_ref()) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Some(Wait::Read)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Ready when clear text has come, or the peer has gone; what is only TLS's own business does not count.
    pub(super) fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let filled = self.fill(&mut self.lock());
            match filled {
                Err(error) if error.kind() == ErrorKind::WouldBlock => ready!(self.tcp.poll_readable(context))?,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Poll::Ready(Ok(())),
                result => return Poll::Ready(result),
            }
        }
    }

    /// Reads clear text. A peer that goes without saying so (close_notify) has gone all the same: HTTP and WebSocket know
    /// by themselves where a message ends.
    pub(super) fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let mut state = self.lock();
        match self.fill(&mut state) {
            Ok(()) => state.connection.reader().read(buf),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Encrypts and writes; bytes whose ciphertext the system has not taken are not written yet.
    pub(super) fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut state = self.lock();
        self.flush(&mut state)?;
        if state.owed > 0 {
            return Ok(std::mem::take(&mut state.owed));
        }
        let encrypted = state.connection.writer().write_vectored(slices)?;
        match self.flush(&mut state) {
            Ok(()) => Ok(encrypted),
            Err(error) => {
                state.owed = encrypted;
                Err(error)
            }
        }
    }

    /// Says that nothing more comes (close_notify), and shuts the socket.
    pub(super) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.say_goodbye();
        self.tcp.get_ref().shutdown(how)
    }

    /// What the system does not take at once is not worth waiting for: nobody reads.
    fn say_goodbye(&self) {
        let mut state = self.lock();
        state.connection.send_close_notify();
        let _ = self.flush(&mut state);
    }

    /// Makes sure that there is clear text to read, or that the peer has said goodbye.
    fn fill(&self, state: &mut State) -> io::Result<()> {
        for _ in 0..READS_MAX {
            match state.connection.reader().fill_buf() {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            self.receive(state, &mut self.tcp.get_ref())?;
            // Answers of TLS itself; when they have to wait, they go with the next write.
            match self.flush(state) {
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
        Err(ErrorKind::WouldBlock.into())
    }

    /// Takes in what `source` has, once; 0 at the end.
    fn receive(&self, state: &mut State, source: &mut dyn Read) -> io::Result<usize> {
        let received = loop {
            match state.connection.read_tls(source) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        if let Err(error) = state.connection.process_new_packets() {
            // The alert that says why.
            let _ = self.flush(state);
            return Err(io::Error::new(ErrorKind::InvalidData, error));
        }
        Ok(received)
    }

    /// Writes the ciphertext that waits.
    fn flush(&self, state: &mut State) -> io::Result<()> {
        while state.connection.wants_write() {
            match state.connection.write_tls(&mut self.tcp.get_ref()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // rustls answers by errors and does not panic half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first record that comes, or as much of it as there can be, before anything is kept for the connection: many who say
/// half a hello cost little more than what they have said.
async fn first_record(mut tcp: &Async<TcpStream>) -> io::Result<Vec<u8>> {
    let mut record = vec![0; RECORD_HEADER_BYTES];
    tcp.read_exact(&mut record).await?;
    let length = usize::from(u16::from_be_bytes([record[3], record[4]])).min(RECORD_BYTES_MAX);
    // Grows with what comes, not with what is announced.
    (&mut tcp).take(length as u64).read_to_end(&mut record).await?;
    Ok(record)
}

impl Drop for TlsSocket {
    /// However the connection ends, the peer can tell that nothing was cut off.
    fn drop(&mut self) {
        self.say_goodbye();
    }
}
