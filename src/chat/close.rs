//! How a WebSocket is closed: the codes (RFC 6455 section 7.4.1), which error means which, and the farewell.

use super::outlet::Outlet;
use async_tungstenite::tungstenite::error::{CapacityError, Error};
use smol::Timer;
use smol::future::or;
use std::time::Duration;

/// How long a peer may take to answer a close frame before the socket is closed.
const CLOSE_LINGER: Duration = Duration::from_secs(2);
/// Bytes that one read throws away while the peer's close is waited for.
const LINGER_BYTES: usize = 1 << 10;

/// The peer has closed without a code.
pub const NORMAL: u16 = 1000;
/// The server shuts down.
pub const AWAY: u16 = 1001;
/// A broken frame.
pub const PROTOCOL: u16 = 1002;
/// A binary message.
pub const UNSUPPORTED: u16 = 1003;
/// Text that is not UTF-8.
pub const NOT_UTF8: u16 = 1007;
/// No `hello` in time.
pub const POLICY: u16 = 1008;
/// A message over the limit.
pub const TOO_BIG: u16 = 1009;
/// The session has ended: sign in again (of the range that is an application's own).
pub const SESSION_ENDED: u16 = 4401;
/// The account is banned.
pub const BANNED: u16 = 4403;
/// The server failed inside.
pub const FAILED: u16 = 1011;

/// Which close code a broken connection is answered with; `None` when nobody is there to read it.
pub fn code_of(problem: &Error) -> Option<u16> {
    match problem {
        Error::Protocol(_) | Error::AttackAttempt => Some(PROTOCOL),
        Error::Utf8(_) => Some(NOT_UTF8),
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Some(TOO_BIG),
        Error::ConnectionClosed | Error::AlreadyClosed | Error::Io(_) => None,
        _ => Some(FAILED),
    }
}

/// Sends a close frame and waits, not for long, until the peer has answered by closing too.
pub async fn close(outlet: &Outlet, code: u16) {
    outlet.close(code);
    let farewell = async {
        outlet.drained().await;
        // Already closed by the peer: that is what was wanted.
        let _ = outlet.socket().shutdown_write();
        // Not part of the future, which an idle session carries along.
        let mut rest = vec![0; LINGER_BYTES];
        while let Ok(read) = outlet.socket().read(&mut rest).await {
            if read == 0 {
                break;
            }
        }
    };
    or(farewell, async {
        Timer::after(CLOSE_LINGER).await;
    })
    .await;
}
