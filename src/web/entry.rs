//! What everything that changes something has in common: how bodies are read, and the session
//! that begins when somebody has come in.

use super::{Call, Site, cookies};
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::secret::Token;
use crate::store::NewSession;
use serde::de::DeserializeOwned;

/// Characters of the browser's own name that a session keeps, so that its owner knows it again.
const LABEL_CHARS_MAX: usize = 200;

/// Reads a body; `needed` says what it should be, as the end of a sentence.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], needed: &str) -> Result<T, Problem> {
    // Serde would take an array for a struct, too.
    let is_object = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    serde_json::from_slice(body).ok().filter(|_| is_object).ok_or_else(|| unreadable(needed))
}

/// The body is not what is needed.
pub(super) fn unreadable(needed: &str) -> Problem {
    let text = format!("The body is not a JSON object as it is needed here. Nothing was done. Send {needed}.");
    Problem::new(400, "bad_request", text)
}

/// A new token; fails only if the system has no random bytes.
pub(super) fn token(call: &Call<'_>) -> Result<Token, Problem> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| {
        log::error!(target: "snug::http", "#{} the system has no random bytes: {error}", call.connection);
        let text = "The server could not make a secret. Nothing was done. Try again in a moment.";
        Problem::new(503, "internal", text).retry_after_ms(1_000)
    })?;
    Ok(Token::from_random(random))
}

/// The session that begins with that token.
pub(super) fn session(call: &Call<'_>, token: &Token) -> NewSession {
    let label = call.request.single("user-agent").ok().flatten().unwrap_or_default();
    NewSession { token: token.hash(), label: label.chars().take(LABEL_CHARS_MAX).collect() }
}

/// The response with the cookie that holds the session.
pub(super) fn with_session(response: Response, site: &Site, call: &Call<'_>, token: &Token) -> Response {
    // As long as the session goes on at most; the server knows when it ends.
    let seconds = site.hub.config.people.session_ms / 1_000;
    response.with("Set-Cookie", cookies::set_session(call, token, seconds))
}

/// The response that takes the cookie away.
pub(super) fn without_session(response: Response, call: &Call<'_>) -> Response {
    response.with("Set-Cookie", cookies::clear_session(call))
}
