//! The yardstick: the least that a server can do, and so the limit of one core.
//!
//! It knows no people, rights or storage. It answers the generator's greetings with ready-made words, and sends the
//! payload of every `send` as it came to every socket of the room: with one write a message and socket, or, batched,
//! after draining all readable sockets, with one write a socket.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use memchr::memmem;

use crate::frame;
use crate::herd::number;
use crate::poll::Poll;
use crate::system::Error;

/// Bytes read from one socket at a time.
const READ_BYTES: usize = 64 << 10;

/// The listener's number among the sockets.
const LISTENER: usize = usize::MAX;

/// One connection, before and after the upgrade.
#[derive(Debug)]
struct Peer {
    stream: TcpStream,
    /// Bytes that arrived and make no whole request or frame yet.
    input: Vec<u8>,
    /// Bytes that the socket did not take.
    backlog: Vec<u8>,
    upgraded: bool,
}

/// One room: who is in it, and what waits to be sent to them.
#[derive(Debug, Default)]
struct Room {
    members: Vec<usize>,
    batch: Vec<u8>,
}

struct Yardstick {
    poll: Poll,
    batched: bool,
    peers: Vec<Option<Peer>>,
    rooms: HashMap<usize, Room>,
    /// Rooms with something in their batch.
    full: Vec<usize>,
    guests: usize,
}

/// Serves until it is killed.
pub fn run(batched: bool) -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    println!("http://{}", listener.local_addr()?);
    let poll = Poll::new()?;
    poll.add(&listener, LISTENER)?;
    let rooms = HashMap::from([(1, Room::default())]);
    let mut yardstick = Yardstick { poll, batched, peers: Vec::new(), rooms, full: Vec::new(), guests: 0 };
    let mut buffer = vec![0; READ_BYTES];
    loop {
        for i in 0..yardstick.poll.wait(None)? {
            match yardstick.poll.ready(i) {
                (LISTENER, ..) => yardstick.accept(&listener)?,
                (id, readable, writable) => {
                    if writable {
                        yardstick.write(id, &[]);
                    }
                    if readable {
                        yardstick.read(id, &mut buffer);
                    }
                }
            }
        }
        yardstick.flush();
    }
}

impl Yardstick {
    fn accept(&mut self, listener: &TcpListener) -> Result<(), Error> {
        while let Ok((stream, _)) = listener.accept() {
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            self.poll.add(&stream, self.peers.len())?;
            self.peers.push(Some(Peer { stream, input: Vec::new(), backlog: Vec::new(), upgraded: false }));
        }
        Ok(())
    }

    fn read(&mut self, id: usize, buffer: &mut [u8]) {
        let Some(peer) = &mut self.peers[id] else { return };
        match peer.stream.read(buffer) {
            Ok(0) => return self.close(id),
            Ok(n) => peer.input.extend_from_slice(&buffer[..n]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(_) => return self.close(id),
        }
        let upgraded = peer.upgraded;
        let mut input = std::mem::take(&mut peer.input);
        let mut at = if upgraded { 0 } else { self.http(id, &input) };
        if upgraded {
            while let Some(found) = frame::parse(&input[at..]) {
                let payload = &mut input[at + found.start..at + found.end];
                frame::unmask(payload, found.mask.unwrap_or_default());
                if found.opcode == frame::TEXT {
                    self.request(id, payload);
                }
                at += found.end;
            }
        }
        input.drain(..at);
        if let Some(peer) = &mut self.peers[id] {
            peer.input = input;
        }
    }

    /// Answers one whole HTTP request, a guest or an upgrade, and returns its length.
    fn http(&mut self, id: usize, input: &[u8]) -> usize {
        let Some(head) = memmem::find(input, b"\r\n\r\n") else { return 0 };
        if memmem::find(&input[..head], b"Upgrade: websocket").is_some() {
            let accept = frame::SAMPLE_ACCEPT;
            let answer = format!(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Protocol: snug.v1\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
            );
            self.write(id, answer.as_bytes());
            self.peers[id].iter_mut().for_each(|peer| peer.upgraded = true);
            return head + 4;
        }
        let body = field(&input[..head], b"Content-Length:").unwrap_or(0);
        if input.len() < head + 4 + body {
            return 0;
        }
        self.guests += 1;
        let answer = format!(
            "HTTP/1.1 201 Created\r\nSet-Cookie: snug_session=raw{}; Path=/\r\nContent-Length: 2\r\n\r\n{{}}",
            self.guests
        );
        self.write(id, answer.as_bytes());
        head + 4 + body
    }

    fn request(&mut self, id: usize, payload: &[u8]) {
        let op = memmem::find(payload, b"\"op\"").map_or(&payload[..0], |at| payload[at + 5..].trim_ascii_start());
        let re = field(payload, b"\"id\":").unwrap_or(0);
        let named = field(payload, b"\"room\":").unwrap_or(1);
        if op.starts_with(b"\"send\"") {
            self.deliver(named, payload);
        } else if op.starts_with(b"\"hello\"") {
            self.enter(id, 1);
            self.text(id, format!("{{\"re\":{re},\"result\":{{\"rooms\":[{{\"id\":1}}]}}}}").as_bytes());
            self.text(id, b"{\"ev\":\"reset\",\"room\":1,\"head\":0,\"entries\":[]}");
        } else {
            let room = if op.starts_with(b"\"join\"") { named } else { self.rooms.len() + 1 };
            self.enter(id, room);
            self.text(id, format!("{{\"re\":{re},\"result\":{{\"room\":{{\"id\":{room}}}}}}}").as_bytes());
        }
    }

    fn enter(&mut self, id: usize, room: usize) {
        self.rooms.entry(room).or_default().members.push(id);
    }

    fn deliver(&mut self, number: usize, payload: &[u8]) {
        let Some(room) = self.rooms.get_mut(&number) else { return };
        if room.batch.is_empty() {
            self.full.push(number);
        }
        frame::push(&mut room.batch, frame::TEXT, payload);
        if !self.batched {
            self.flush();
        }
    }

    /// Writes what waits to every member of the rooms concerned.
    fn flush(&mut self) {
        while let Some(number) = self.full.pop() {
            let Some(room) = self.rooms.get_mut(&number) else { continue };
            let (members, mut batch) = (std::mem::take(&mut room.members), std::mem::take(&mut room.batch));
            for &id in &members {
                self.write(id, &batch);
            }
            batch.clear();
            if let Some(room) = self.rooms.get_mut(&number) {
                (room.members, room.batch) = (members, batch);
            }
        }
    }

    fn text(&mut self, id: usize, payload: &[u8]) {
        let mut bytes = Vec::new();
        frame::push(&mut bytes, frame::TEXT, payload);
        self.write(id, &bytes);
    }

    /// Writes now; what the socket does not take waits until it does.
    fn write(&mut self, id: usize, bytes: &[u8]) {
        let Some(peer) = &mut self.peers[id] else { return };
        let waited = !peer.backlog.is_empty();
        let written = if waited {
            peer.backlog.extend_from_slice(bytes);
            peer.stream.write(&peer.backlog).inspect(|n| drop(peer.backlog.drain(..*n)))
        } else {
            peer.stream.write(bytes).inspect(|n| peer.backlog.extend_from_slice(&bytes[*n..]))
        };
        match written {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if !waited {
                    peer.backlog.extend_from_slice(bytes);
                }
            }
            Err(_) => return self.close(id),
        }
        let waits = !peer.backlog.is_empty();
        if waits != waited && self.poll.also_writable(&peer.stream, id, waits).is_err() {
            self.close(id);
        }
    }

    fn close(&mut self, id: usize) {
        self.peers[id] = None;
        self.rooms.values_mut().for_each(|room| room.members.retain(|member| *member != id));
    }
}

/// The number behind the first occurrence of `name`.
fn field(bytes: &[u8], name: &[u8]) -> Option<usize> {
    let at = memmem::find(bytes, name)?;
    number(&bytes[at + name.len()..])
}
