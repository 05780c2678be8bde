//! The session's cookie, in one place (RFC 6265bis): what it is called, and how it is set, taken back and read.
//!
//! Over https it has the prefix `__Host-`: browsers take it only with `Secure`, from this very host, for all of it, so that
//! no neighbouring subdomain and nobody on a network without TLS can put another in its place.

use super::Call;
use crate::http::cookie;
use crate::secret::Token;

/// Its name over https.
pub const SECURE_SESSION: &str = "__Host-snug_session";

/// Its name where there is no https.
pub const PLAIN_SESSION: &str = "snug_session";

/// The value of the `Set-Cookie` that gives the browser this token for so long.
pub fn set_session(call: &Call<'_>, token: &Token, max_age_seconds: u64) -> String {
    cookie_line(call, token.as_str(), max_age_seconds)
}

/// The value of the `Set-Cookie` that takes it back.
pub fn clear_session(call: &Call<'_>) -> String {
    cookie_line(call, "", 0)
}

/// The token that the browser sends. Over https only the one with the prefix counts: anybody could have set the other.
pub fn session<'a>(call: &Call<'a>) -> Option<&'a str> {
    cookie::value(call.request, name(call))
}

fn name(call: &Call<'_>) -> &'static str {
    if call.is_https() { SECURE_SESSION } else { PLAIN_SESSION }
}

fn cookie_line(call: &Call<'_>, value: &str, max_age_seconds: u64) -> String {
    let secure = if call.is_https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}", name(call))
}
