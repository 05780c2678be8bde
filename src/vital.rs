//! Tasks without which the server is not alive.

use smol::future::FutureExt;
use std::panic::AssertUnwindSafe;

/// Runs a task whose panic is the end of the process: a server with a dead part would look alive and answer nobody.
///
/// The executor keeps a panic to its task, which is right for one connection and wrong for a room, the writer or the keeper.
pub async fn vital<T>(task: impl Future<Output = T>) -> T {
    match AssertUnwindSafe(task).catch_unwind().await {
        Ok(value) => value,
        Err(_) => std::process::abort(),
    }
}
