//! A new connection's way into TLS.

use super::exchange::unless;
use super::wire::{Manner, Wire, before};
use crate::config::Config;
use crate::http::problem::Problem;
use crate::socket::{Socket, TlsSocket};
use crate::web::Peer;
use async_channel::Receiver;
use rustls::ServerConfig;
use smol::Async;
use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The first byte of a TLS handshake (RFC 8446, 5.1); no request begins with it.
const HANDSHAKE_BYTE: u8 = 22;

/// Shakes hands, in the time that a request's head may take. `None` when it comes to nothing: the log says why, and who
/// speaks plain HTTP is told.
pub(super) async fn secure(
    id: u64,
    peer: Peer,
    socket: Socket,
    tls: Arc<ServerConfig>,
    config: &Config,
    closing: &Receiver<()>,
) -> Option<Wire> {
    let Socket::Tcp(tcp) = socket else { return None };
    let deadline = Instant::now() + Duration::from_millis(config.http.head_ms);
    let failed = |error: io::Error| {
        log::info!(target: "snug::http", "#{id} no TLS with {peer}: {error}");
    };
    match unless(closing, before(deadline, first_byte(&tcp))).await {
        Ok(Some(HANDSHAKE_BYTE)) => {}
        Ok(Some(_)) => {
            tell_plain(id, peer, tcp, config, closing).await;
            return None;
        }
        Ok(None) => return None,
        Err(error) => {
            failed(error);
            return None;
        }
    }
    match unless(closing, before(deadline, TlsSocket::accept(tcp, tls))).await {
        Ok(Some(tls)) => Some(Wire::new(id, peer, Socket::Tls(tls), config)),
        Ok(None) => None,
        Err(error) => {
            failed(error);
            None
        }
    }
}

/// The first byte that comes; it stays to be read.
async fn first_byte(tcp: &Async<TcpStream>) -> io::Result<u8> {
    let mut first = [0];
    match tcp.peek(&mut first).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(first[0]),
    }
}

/// Tells somebody who speaks plain HTTP that this is the wrong port for it.
async fn tell_plain(id: u64, peer: Peer, tcp: Async<TcpStream>, config: &Config, closing: &Receiver<()>) {
    let problem = Problem::https_only();
    log::info!(target: "snug::http", "#{id} - - {} no TLS from {peer}", problem.status);
    let wire = Wire::new(id, Peer { tls: false, ..peer }, Socket::Tcp(tcp), config);
    let manner = Manner { is_head: false, keeps_alive: false, is_https: false };
    if wire.send(&problem.response(), manner).await.is_ok() {
        wire.linger(closing).await;
    }
}
