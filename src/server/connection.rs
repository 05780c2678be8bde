//! One connection from its first byte to its last: exchanges one after another, and perhaps a WebSocket.

use super::exchange::{Exchange, Next};
use super::places::Place;
use super::wire::{Manner, Wire};
use crate::chat::session::{self, Arrival};
use crate::http::problem::Problem;
use crate::protocol::Account;
use crate::web::Site;
use async_channel::Receiver;
use smol::future;
use std::net::IpAddr;
use std::sync::Arc;

/// One connection.
pub(super) struct Connection {
    /// Its socket.
    pub(super) wire: Wire,
    /// Who answers.
    pub(super) site: Arc<Site>,
    /// Closed when the server goes down.
    pub(super) closing: Receiver<()>,
    /// Its place among the server's connections.
    pub(super) place: Place,
    /// Whether all that is answered here is where https is.
    pub(super) redirects: bool,
}

/// A connection that has become a WebSocket.
struct Upgraded {
    account: Account,
    address: IpAddr,
    early: Vec<u8>,
}

impl Connection {
    /// Serves the connection to its end.
    ///
    /// The HTTP part is a box of its own, gone before the WebSocket's begins, so that an idle socket does not carry the
    /// buffers and states of its youth.
    pub(super) async fn run(mut self: Box<Self>) {
        let websocket = match Box::pin(self.serve_http()).await {
            Some(upgraded) => Box::pin(self.become_websocket(*upgraded)),
            None => return,
        };
        websocket.await;
    }

    /// Keeps of the connection what the WebSocket needs: the socket, the rooms, and the place.
    #[expect(clippy::boxed_local, reason = "its box goes here, and not with the WebSocket")]
    fn become_websocket(self: Box<Self>, upgraded: Upgraded) -> impl Future<Output = ()> + Send + use<> {
        let Connection { wire: Wire { id, stream, .. }, site, place, .. } = *self;
        let Upgraded { account, address, mut early } = upgraded;
        early.shrink_to_fit();
        session::run(&site.hub, Arrival { stream, early, account, address, connection: id }, place)
    }

    /// Answers requests until the connection ends (`None`) or becomes a WebSocket.
    async fn serve_http(&mut self) -> Option<Box<Upgraded>> {
        log::debug!(target: "snug::http", "#{} from {}", self.wire.id, self.wire.peer);
        let mut input = Vec::new();
        loop {
            let exchange = Exchange {
                wire: &self.wire,
                site: &self.site,
                closing: &self.closing,
                place: &mut self.place,
                redirects: self.redirects,
                input: &mut input,
            };
            match exchange.run().await {
                Ok(Next::Another) => {}
                Ok(Next::Upgraded(account, address)) => {
                    return Some(Box::new(Upgraded { account: *account, address, early: input }));
                }
                Ok(Next::Linger) => {
                    drop(input);
                    self.wire.linger(&self.closing).await;
                    return None;
                }
                Ok(Next::Gone) => return None,
                Err(error) => {
                    log::debug!(target: "snug::http", "#{} broke off: {error}", self.wire.id);
                    return None;
                }
            }
            // A client that pipelines without end does not keep this thread from the others.
            future::yield_now().await;
        }
    }
}

/// Tells a connection for which there is no place that it is so.
pub(super) async fn turn_away(wire: &Wire, problem: &Problem, closing: &Receiver<()>) {
    log::info!(target: "snug::http", "#{} - - {} turned away {}", wire.id, problem.status, wire.peer);
    let manner = Manner { is_head: false, keeps_alive: false, is_https: wire.peer.tls };
    if wire.send(&problem.response(), manner).await.is_ok() {
        wire.linger(closing).await;
    }
}
