//! The listener: accepting connections, counting them, and letting go of them in order.
//!
//! Who owns what: [`serve`] owns the listener; every connection owns a task, a place (`places`) and a `Lifeline`. Nothing
//! that a client does, or leaves undone, reaches further than its own task.

mod connection;
mod exchange;
mod places;
mod wire;

use crate::chat::hub::Hub;
use crate::web::Site;
use async_channel::{Receiver, Sender};
use connection::Connection;
use places::Places;
use smol::future::{self, FutureExt};
use smol::{Async, Executor, Timer};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

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

/// Binds the listener.
///
/// # Errors
/// One line for the person at the console: what failed, and what to do.
pub fn bind(addr: SocketAddr) -> Result<Async<TcpListener>, String> {
    Async::<TcpListener>::bind(addr).map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => "the port is taken. Stop the program that listens there, or choose another port",
            ErrorKind::PermissionDenied => "this user may not use the port. Choose one above 1023",
            ErrorKind::AddrNotAvailable => "this machine does not have the address. Use 0.0.0.0 or one that it has",
            _ => "the system refused. Choose another address or port",
        };
        format!("cannot listen on {addr}: {advice}, in SNUG_LISTEN ({error})")
    })
}

/// Serves until `shutdown` gets a message or its sender is dropped; then stops accepting, lets connections and rooms finish
/// for at most `shutdown_ms`, stops the rest, and closes the store.
///
/// Dropping this future instead stops the accepting and every connection at once.
pub async fn serve(
    listener: Async<TcpListener>,
    hub: Arc<Hub>,
    executor: Arc<Executor<'static>>,
    shutdown: Receiver<()>,
) {
    let (close_all, closing) = async_channel::bounded(1);
    let (abort_all, abort) = async_channel::bounded(1);
    let (alive, ended) = async_channel::bounded::<()>(1);
    let acceptor = Acceptor {
        places: Places::new(&hub.config.http),
        site: Arc::new(Site::new(hub.clone())),
        lifeline: Lifeline { closing, abort, _alive: alive },
        executor,
    };
    let stop = async {
        let _ = shutdown.recv().await;
    };
    stop.or(acceptor.accept_all(&listener)).await;
    drop((acceptor, listener));
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

/// What the accept loop needs.
struct Acceptor {
    places: Arc<Places>,
    site: Arc<Site>,
    lifeline: Lifeline,
    executor: Arc<Executor<'static>>,
}

impl Acceptor {
    /// Accepts for ever; an error is a reason to wait, never to stop.
    async fn accept_all(&self, listener: &Async<TcpListener>) {
        let mut pause = ACCEPT_PAUSE_MIN;
        for id in 1.. {
            loop {
                match listener.accept().await {
                    Ok((stream, peer)) => {
                        pause = ACCEPT_PAUSE_MIN;
                        self.welcome(id, stream, peer);
                        break;
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => {
                        log::warn!(target: "snug::http", "cannot accept for {} ms: {error}", pause.as_millis());
                        Timer::after(pause).await;
                        pause = ACCEPT_PAUSE_MAX.min(pause * 2);
                    }
                }
            }
            // One after another for ever would keep this thread from everything else.
            future::yield_now().await;
        }
    }

    /// Gives a new connection its task, or, when there is no place for it, an answer.
    fn welcome(&self, id: u64, stream: Async<TcpStream>, peer: SocketAddr) {
        if let Err(error) = stream.get_ref().set_nodelay(true) {
            log::debug!(target: "snug::http", "#{id} is gone already: {error}");
            return;
        }
        let stream = Arc::new(stream);
        let wire = wire::Wire::new(id, peer, stream, &self.site.hub.config.http);
        match self.places.take(peer.ip()) {
            Ok(place) => {
                let (site, closing) = (self.site.clone(), self.lifeline.closing.clone());
                self.spawn(id, Box::new(Connection { wire, site, closing, place }).run());
            }
            Err(refusal) => {
                let Some(place) = self.places.take_for_refusal() else {
                    log::debug!(target: "snug::http", "#{id} turned away without a word: {refusal:?}");
                    return;
                };
                let closing = self.lifeline.closing.clone();
                self.spawn(id, async move {
                    let _place = place;
                    connection::turn_away(&wire, &refusal.problem(), &closing).await;
                });
            }
        }
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
