//! Thousands of WebSocket clients in one thread.
//!
//! What the clients say and how they take what they hear is a [`Load`]; the herd owns the sockets, cuts the stream into
//! frames where they lie, answers pings, and allocates nothing for a message.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use memchr::memmem;

use crate::frame;
use crate::poll::Poll;
use crate::system::{Error, now_ns};

/// Bytes read from one socket at a time; larger than any frame of snug (a page of 100 entries of 100 bytes is 25 KB).
const READ_BYTES: usize = 256 << 10;

/// Clients that are coming in at the same time: fewer than any listener's backlog.
const ARRIVING_MAX: usize = 64;

/// Requests of [`Herd::ask`] that wait for an answer at the same time.
const ASKING_MAX: usize = 64;

/// Longest wait for anything that is not itself measured.
const PATIENCE_NS: u64 = 120_000_000_000;

/// What the clients do.
pub trait Load {
    /// A text frame arrived at a client.
    fn frame(&mut self, client: usize, payload: &[u8], now_ns: u64, out: &mut Out);

    /// Called between reads; says what is due and returns when something is due next.
    fn tick(&mut self, _now_ns: u64, _out: &mut Out) -> u64 {
        u64::MAX
    }
}

/// What the clients have said and the sockets have not yet taken.
#[derive(Debug, Default)]
pub struct Out {
    queues: Vec<Vec<u8>>,
    waiting: Vec<usize>,
}

impl Out {
    /// Says a text frame; it leaves when the current read is done.
    pub fn text(&mut self, client: usize, payload: &[u8]) {
        self.push(client, frame::TEXT, payload);
    }

    fn push(&mut self, client: usize, opcode: u8, payload: &[u8]) {
        let queue = self.bytes(client);
        frame::push_masked(queue, opcode, payload);
    }

    fn bytes(&mut self, client: usize) -> &mut Vec<u8> {
        if self.queues[client].is_empty() {
            self.waiting.push(client);
        }
        &mut self.queues[client]
    }
}

#[derive(Debug)]
struct Client {
    /// `None` once the connection is lost.
    stream: Option<TcpStream>,
    /// The bytes of a frame that has not arrived in whole.
    partial: Vec<u8>,
    /// Whether the upgrade is done.
    open: bool,
}

/// The clients.
pub struct Herd {
    address: SocketAddr,
    poll: Poll,
    buffer: Vec<u8>,
    clients: Vec<Client>,
    out: Out,
    spin: bool,
}

impl Herd {
    /// Brings one client in for each cookie, and waits until all are in step.
    pub fn gather(address: SocketAddr, cookies: &[String], spin: bool) -> Result<Herd, Error> {
        let (poll, buffer) = (Poll::new()?, vec![0; READ_BYTES]);
        let mut herd = Herd { address, poll, buffer, clients: Vec::new(), out: Out::default(), spin };
        let mut arrival = Arrival { in_step: 0 };
        let patience = now_ns() + PATIENCE_NS;
        while arrival.in_step < cookies.len() {
            while herd.clients.len() < cookies.len().min(arrival.in_step + ARRIVING_MAX) {
                herd.enter(&cookies[herd.clients.len()])?;
            }
            herd.turn(&mut arrival, patience)?;
        }
        Ok(herd)
    }

    fn enter(&mut self, cookie: &str) -> Result<(), Error> {
        let (client, address) = (self.clients.len(), self.address);
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        self.poll.add_edge(&stream, client)?;
        self.clients.push(Client { stream: Some(stream), partial: Vec::new(), open: false });
        self.out.queues.push(Vec::new());
        let upgrade = format!(
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: snug.v1\r\n\
             Sec-WebSocket-Key: {}\r\nCookie: {cookie}\r\n\r\n",
            frame::SAMPLE_KEY
        );
        self.out.bytes(client).extend_from_slice(upgrade.as_bytes());
        Ok(())
    }

    /// Lets clients ask; each request is (client, the fields behind `id`). Returns the answers in the same order.
    pub fn ask(&mut self, requests: &[(usize, String)]) -> Result<Vec<String>, Error> {
        let mut asking = Asking { requests, asked: 0, answered: 0, answers: vec![String::new(); requests.len()] };
        let patience = now_ns() + PATIENCE_NS;
        while asking.answered < requests.len() {
            self.turn(&mut asking, patience)?;
        }
        match asking.answers.iter().find(|answer| memmem::find(answer.as_bytes(), b"\"error\"").is_some()) {
            Some(error) => Err(format!("a request failed: {error}").into()),
            None => Ok(asking.answers),
        }
    }

    /// What the clients say, for those who speak unasked.
    pub fn out(&mut self) -> &mut Out {
        &mut self.out
    }

    /// Runs until the given time.
    pub fn run_until<L: Load>(&mut self, load: &mut L, until_ns: u64) -> Result<(), Error> {
        while now_ns() < until_ns {
            self.step(load, until_ns)?;
        }
        Ok(())
    }

    /// Waits for something to happen, deals with it, and fails if nothing has by the given time.
    pub fn turn<L: Load>(&mut self, load: &mut L, patience_ns: u64) -> Result<(), Error> {
        if now_ns() > patience_ns {
            return Err("the server does not answer".into());
        }
        self.step(load, patience_ns)
    }

    fn step<L: Load>(&mut self, load: &mut L, until_ns: u64) -> Result<(), Error> {
        let now = now_ns();
        let due = load.tick(now, &mut self.out);
        self.flush()?;
        let mut wait_ns = due.min(until_ns).saturating_sub(now);
        if self.spin {
            wait_ns = 0;
        } else if !self.out.waiting.is_empty() {
            wait_ns = wait_ns.min(1_000_000);
        }
        for i in 0..self.poll.wait(Some(wait_ns))? {
            let (client, ..) = self.poll.ready(i);
            while self.read(client, load)? {}
        }
        Ok(())
    }

    /// One read of one socket, and all frames that came with it; true if there may be more.
    fn read<L: Load>(&mut self, id: usize, load: &mut L) -> Result<bool, Error> {
        let client = &mut self.clients[id];
        let Some(stream) = &mut client.stream else { return Ok(false) };
        let kept = client.partial.len();
        self.buffer[..kept].copy_from_slice(&client.partial);
        let filled = match stream.read(&mut self.buffer[kept..]) {
            Ok(0) => return Err(format!("the server closed client {id}: {}", lossy(&self.buffer[..kept])).into()),
            Ok(n) => kept + n,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let now = now_ns();
        let mut at = 0;
        if !client.open {
            let Some(end) = memmem::find(&self.buffer[..filled], b"\r\n\r\n") else {
                client.partial.extend_from_slice(&self.buffer[kept..filled]);
                return Ok(false);
            };
            if !self.buffer.starts_with(b"HTTP/1.1 101") {
                return Err(format!("no WebSocket: {}", lossy(&self.buffer[..filled])).into());
            }
            (client.open, at) = (true, end + 4);
            self.out.text(id, b"{\"op\": \"hello\", \"id\": 1}");
        }
        while let Some(frame) = frame::parse(&self.buffer[at..filled]) {
            let payload = &self.buffer[at + frame.start..at + frame.end];
            match frame.opcode {
                frame::TEXT => load.frame(id, payload, now, &mut self.out),
                frame::PING => self.out.push(id, frame::PONG, payload),
                frame::CLOSE => return Err(format!("the server said goodbye to {id}: {}", lossy(payload)).into()),
                _ => {}
            }
            at += frame.end;
        }
        client.partial.clear();
        client.partial.extend_from_slice(&self.buffer[at..filled]);
        load.tick(now, &mut self.out);
        self.flush()?;
        Ok(filled == READ_BYTES)
    }

    /// Writes what was said; what a socket does not take now is tried again at the next turn.
    fn flush(&mut self) -> io::Result<()> {
        let Out { queues, waiting } = &mut self.out;
        let mut result = Ok(());
        waiting.retain(|&id| {
            let (queue, Some(stream)) = (&mut queues[id], &mut self.clients[id].stream) else { return false };
            match stream.write(queue) {
                Ok(n) => drop(queue.drain(..n)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => result = Err(error),
            }
            !queue.is_empty()
        });
        result
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned()
}

/// Counts the clients that have got their `reset` of the lobby.
struct Arrival {
    in_step: usize,
}

impl Load for Arrival {
    fn frame(&mut self, _client: usize, payload: &[u8], _now_ns: u64, _out: &mut Out) {
        let head = &payload[..payload.len().min(64)];
        self.in_step += usize::from(memmem::find(head, b"\"reset\"").is_some());
    }
}

/// Requests and their answers.
struct Asking<'a> {
    requests: &'a [(usize, String)],
    asked: usize,
    answered: usize,
    answers: Vec<String>,
}

impl Load for Asking<'_> {
    fn frame(&mut self, _client: usize, payload: &[u8], _now_ns: u64, _out: &mut Out) {
        let Some(n) = reply_id(payload).and_then(|id| self.answers.get_mut(id)) else { return };
        *n = String::from_utf8_lossy(payload).into_owned();
        self.answered += 1;
    }

    fn tick(&mut self, _now_ns: u64, out: &mut Out) -> u64 {
        while self.asked < self.requests.len().min(self.answered + ASKING_MAX) {
            let (client, fields) = &self.requests[self.asked];
            out.text(*client, format!("{{\"id\": {}, {fields}}}", self.asked).as_bytes());
            self.asked += 1;
        }
        u64::MAX
    }
}

/// The number of the request that this frame answers; `None` for events.
pub fn reply_id(payload: &[u8]) -> Option<usize> {
    number(payload.strip_prefix(b"{\"re\":")?)
}

/// The number at the front, after spaces.
pub fn number(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.trim_ascii_start();
    let len = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&digits[..len]).ok()?.parse().ok()
}
