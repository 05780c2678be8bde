//! Tasks without which the server is not alive.

/// Runs a task whose panic is the end of the process: a server with a dead part would look alive and answer nobody.
///
/// The executor keeps a panic to its task, which is right for one connection and wrong for a room, the writer or the keeper.
pub async fn vital<T>(task: impl Future<Output = T>) -> T {
    let guard = Guard;
    let value = task.await;
    drop(guard);
    value
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort();
        }
    }
}
