//! One WebSocket: read, write, catch up. (Being written.)

use super::hub::Hub;
use crate::protocol::Person;
use smol::Async;
use std::net::TcpStream;
use std::sync::Arc;

/// A socket that has just been upgraded: the `101` has been written to it.
pub struct Arrival {
    /// The socket (non-blocking, `TCP_NODELAY` set).
    pub stream: Arc<Async<TcpStream>>,
    /// Bytes that the client sent behind its request head; they belong to the WebSocket.
    pub early: Vec<u8>,
    /// Who it is.
    pub person: Person,
    /// The connection's id, which stands in all its log lines.
    pub connection: u64,
}

/// Serves one WebSocket to its end: until the peer closes, fails or falls silent, or the server shuts down.
pub async fn run(_hub: &Arc<Hub>, _arrival: Arrival) {}
