//! Accepting connections. (A stub, dropped in the merge.)

use crate::chat::hub::Hub;
use smol::{Async, Executor};
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// Listens on `addr`.
pub fn bind(addr: SocketAddr) -> Result<Async<TcpListener>, String> {
    Async::<TcpListener>::bind(addr).map_err(|error| format!("cannot listen on {addr} (SNUG_LISTEN): {error}"))
}

/// Serves until `shutdown` says or closes.
pub async fn serve(
    listener: Async<TcpListener>,
    hub: Arc<Hub>,
    executor: Arc<Executor<'static>>,
    shutdown: async_channel::Receiver<()>,
) {
    let accepting = executor.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let _ = smol::io::AsyncReadExt::read(&mut &stream, &mut request).await;
            let _ = stream.get_ref().write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let _ = shutdown.recv().await;
    drop(accepting);
    hub.shut_down().await;
}
