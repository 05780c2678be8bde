//! The listeners: accepting connections, counting them, and letting go of them in order.
//!
//! Who owns what: [`serve`] owns the listeners; every connection owns a task, a place (`places`) and a `Lifeline`. Nothing
//! that a client does, or leaves undone, reaches further than its own task.

mod certificate;
mod connection;
mod exchange;
mod listener;
mod places;
mod secure;
mod wire;

pub use certificate::Certificate;
pub use listener::{Doors, bind};

use crate::chat::hub::Hub;
use crate::config::Listen;
use crate::socket::Socket;
use crate::web::{Peer, Site};
use async_channel::{Receiver, Sender};
use connection::Connection;
use listener::Listener;
use places::{NoPlace, Place, Places};
use rustls::ServerConfig;
use smol::future::{self, FutureExt};
use smol::{Executor, Timer};
use std::io::ErrorKind;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wire::Wire;

/// The first pause after an accept that failed, doubled up to [`ACCEPT_PAUSE_MAX`]: without it, a full table of file
/// descriptors would turn the loop into a hot one.
const ACCEPT_PAUSE_MIN: Duration = Duration::from_millis(5);

/// The longest pause between two attempts to accept, short enough that nobody notices when there is room again.
const ACCEPT_PAUSE_MAX: Duration = Duration::from_millis(500);

/// Time in which tasks that were told to stop at once must have done so.
const ABORT_GRACE: Duration = Duration::from_secs(1);

/// What ties a connection to the server that accepted it.
#[derive(Clone)]
struct Lifeline {
    /// Closed when connections shall finish what they do and take nothing new.
    closing: Receiver<()>,
    /// Closed when connections shall stop wherever they are.
    abort: Receiver<()>,
    /// Held as long as the connection lives; the last one that is dropped ends [`serve`]'s wait.
    _alive: Sender<()>,
}

/// Serves until `shutdown` gets a message or its sender is dropped; then stops accepting, lets connections and rooms finish
/// for at most `shutdown_ms`, stops the rest, and closes the store.
///
/// Dropping this future instead stops the accepting and every connection at once.
pub async fn serve(doors: Doors, hub: Arc<Hub>, executor: Arc<Executor<'static>>, shutdown: Receiver<()>) {
    let (close_all, closing) = async_channel::bounded(1);
    let (abort_all, abort) = async_channel::bounded(1);
    let (alive, ended) = async_channel::bounded::<()>(1);
    let https_port = match (&doors.certificate, doors.place()) {
        (Some(_), Ok(Listen::Tcp(address))) => Some(address.port()),
        _ => None,
    };
    let Doors { site: listener, redirect, certificate } = doors;
    let acceptor = Acceptor {
        places: Places::new(&hub.config.http),
        site: Arc::new(Site::new(hub.clone(), https_port)),
        lifeline: Lifeline { closing, abort, _alive: alive },
        executor,
        certificate,
        last_id: AtomicU64::new(0),
    };
    let stop = async {
        let _ = shutdown.recv().await;
    };
    let redirecting = async {
        match &redirect {
            Some(listener) => acceptor.accept_all(listener, true).await,
            None => future::pending().await,
        }
    };
    stop.or(acceptor.accept_all(&listener, false)).or(redirecting).await;
    drop((acceptor, listener, redirect));
    log::info!(target: "snug::http", "shutting down: no new connections");
    close_all.close();
    let finish = async {
        hub.shut_down().await;
        let _ = ended.recv().await;
        true
    };
    if !finish.or(after(Duration::from_millis(hub.config.shutdown_ms), false)).await {
        log::warn!(target: "snug::http", "{} ms are over: stopping what still runs", hub.config.shutdown_ms);
    }
    abort_all.close();
    let last = async {
        let _ = ended.recv().await;
        true
    };
    last.or(after(ABORT_GRACE, false)).await;
    hub.store.close().await;
}

/// Answers `value` after `time`.
async fn after<T>(time: Duration, value: T) -> T {
    Timer::after(time).await;
    value
}

/// A place for a connection, or for telling it that there is none.
type Seated = Result<Place, (NoPlace, Place)>;

/// What the accept loops need.
struct Acceptor {
    places: Arc<Places>,
    site: Arc<Site>,
    lifeline: Lifeline,
    executor: Arc<Executor<'static>>,
    certificate: Option<Arc<Certificate>>,
    /// The last connection's id.
    last_id: AtomicU64,
}

impl Acceptor {
    /// Accepts for ever; an error is a reason to wait, never to stop.
    async fn accept_all(&self, listener: &Listener, redirects: bool) {
        let mut pause = ACCEPT_PAUSE_MIN;
        loop {
            match listener.accept().await {
                Ok((socket, address)) => {
                    pause = ACCEPT_PAUSE_MIN;
                    self.welcome(socket, address, redirects);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    log::warn!(target: "snug::http", "cannot accept for {} ms: {error}", pause.as_millis());
                    Timer::after(pause).await;
                    pause = ACCEPT_PAUSE_MAX.min(pause * 2);
                }
            }
            // One after another for ever would keep this thread from everything else.
            future::yield_now().await;
        }
    }

    /// Gives a new connection its task, or, when there is no place for it, an answer.
    fn welcome(&self, socket: Socket, address: Option<IpAddr>, redirects: bool) {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let nodelay = if let Socket::Tcp(tcp) = &socket { tcp.get_ref().set_nodelay(true) } else { Ok(()) };
        if let Err(error) = nodelay {
            log::debug!(target: "snug::http", "#{id} is gone already: {error}");
            return;
        }
        let config = &self.site.hub.config;
        // A trusted proxy's connection carries many people's requests; each is counted by itself.
        let counted = address.filter(|_| !config.trusted_proxies.trusts(address));
        let place = match self.places.take(counted) {
            Ok(place) => Ok(place),
            Err(refusal) => match self.places.take_for_refusal() {
                Some(place) => Err((refusal, place)),
                None => {
                    log::debug!(target: "snug::http", "#{id} turned away without a word: {refusal:?}");
                    return;
                }
            },
        };
        match &self.certificate {
            Some(certificate) if !redirects => self.start_tls(id, socket, address, place, certificate.config()),
            _ => self.start_plain(id, socket, address, place, redirects),
        }
    }

    /// Starts a connection that speaks plain HTTP.
    fn start_plain(&self, id: u64, socket: Socket, address: Option<IpAddr>, place: Seated, redirects: bool) {
        let (site, closing) = (self.site.clone(), self.lifeline.closing.clone());
        let wire = Wire::new(id, Peer { address, tls: false }, socket, &site.hub.config);
        match place {
            Ok(place) => self.spawn(id, Box::new(Connection { wire, site, closing, place, redirects }).run()),
            Err((refusal, place)) => self.spawn(id, async move {
                let _place = place;
                connection::turn_away(&wire, &refusal.problem(), &closing).await;
            }),
        }
    }

    /// Starts a connection that begins with a TLS handshake; also whoever is turned away is told so inside.
    fn start_tls(&self, id: u64, socket: Socket, address: Option<IpAddr>, place: Seated, tls: Arc<ServerConfig>) {
        let (site, closing) = (self.site.clone(), self.lifeline.closing.clone());
        self.spawn(id, async move {
            let peer = Peer { address, tls: true };
            // A box of its own, gone when hands are shaken.
            let secured = Box::pin(secure::secure(id, peer, socket, tls, &site.hub.config, &closing)).await;
            let Some(wire) = secured else { return };
            match place {
                Ok(place) => Box::new(Connection { wire, site, closing, place, redirects: false }).run().await,
                Err((refusal, _place)) => connection::turn_away(&wire, &refusal.problem(), &closing).await,
            }
        });
    }

    /// Runs a connection's task; a panic in it is the end of that connection only.
    fn spawn(&self, id: u64, task: impl Future<Output = ()> + Send + 'static) {
        let lifeline = self.lifeline.clone();
        // In a box, since what an `async` block takes in and then moves stands in it twice.
        let task = Box::pin(task);
        let guarded = async move {
            let abort = async {
                let _ = lifeline.abort.recv().await;
            };
            if AssertUnwindSafe(task.or(abort)).catch_unwind().await.is_err() {
                log::error!(target: "snug::http", "#{id} ended by a bug of ours; its panic is reported above");
            }
        };
        self.executor.spawn(guarded).detach();
    }
}
