//! What everything that changes something has in common: which requests are taken, how bodies are read, and the session
//! that begins when somebody has come in.

use super::{Call, SESSION_COOKIE, Site};
use crate::http::body::Framing;
use crate::http::origin;
use crate::http::problem::Problem;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::secret::Token;
use crate::store::NewSession;
use serde::de::DeserializeOwned;

/// How long a browser keeps the session's cookie, in seconds: a year, more than any session goes on.
const COOKIE_SECONDS: u32 = 31_536_000;

/// Characters of the browser's own name that a session keeps, so that its owner knows it again.
const LABEL_CHARS_MAX: usize = 200;

/// Decides by the head alone whether this may change something: it comes from a page of ours, says that its body is JSON,
/// and how long that is.
pub(super) fn admit(site: &Site, call: &Call<'_>) -> Result<(), Box<Response>> {
    if !comes_from_us(site, call) {
        let text =
            "The page that asks is not one of this server's own. Nothing was done. Open the server's own address.";
        return Err(Box::new(Problem::new(403, "foreign_origin", text).response()));
    }
    if call.request.method == Method::Delete && matches!(call.framing, Framing::None | Framing::Length(0)) {
        return Ok(());
    }
    admit_body(call)
}

/// As [`admit`], for what comes with a proof of its own: whether the body says that it is JSON, and how long it is.
pub(super) fn admit_body(call: &Call<'_>) -> Result<(), Box<Response>> {
    if !is_json(call.request) {
        let text =
            "The body is not application/json, or does not say so. Nothing was done. Send a JSON object and its type.";
        return Err(Box::new(Problem::new(415, "wrong_type", text).response()));
    }
    if call.framing == Framing::None {
        let text = "The request has neither a Content-Length nor chunks. Nothing was done. Send one of them.";
        return Err(Box::new(Problem::fatal(411, "length_required", text).response()));
    }
    Ok(())
}

/// Reads a body; `needed` says what it should be, as the end of a sentence.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], needed: &str) -> Result<T, Problem> {
    // Serde would take an array for a struct, too.
    let is_object = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    serde_json::from_slice(body).ok().filter(|_| is_object).ok_or_else(|| {
        let text = format!("The body is not a JSON object as it is needed here. Nothing was done. Send {needed}.");
        Problem::new(400, "bad_request", text)
    })
}

/// A new token; fails only if the system has no random bytes.
pub(super) fn token(call: &Call<'_>) -> Result<Token, Problem> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| {
        log::error!(target: "snug::http", "#{} the system has no random bytes: {error}", call.connection);
        let text = "The server could not make a secret. Nothing was done. Try again in a moment.";
        Problem::new(503, "storage_failed", text).retry_after_ms(1_000)
    })?;
    Ok(Token::from_random(random))
}

/// The session that begins with that token.
pub(super) fn session(call: &Call<'_>, token: &Token) -> NewSession {
    let label = call.request.single("user-agent").ok().flatten().unwrap_or_default();
    NewSession { token: token.hash(), label: label.chars().take(LABEL_CHARS_MAX).collect() }
}

/// The response with the cookie that holds the session.
pub(super) fn with_session(response: Response, call: &Call<'_>, token: &Token) -> Response {
    response.with("Set-Cookie", cookie(token.as_str(), COOKIE_SECONDS, call))
}

/// The response that takes the cookie away.
pub(super) fn without_session(response: Response, call: &Call<'_>) -> Response {
    response.with("Set-Cookie", cookie("", 0, call))
}

/// The proof that no foreign page makes the request: browsers add these fields, and pages cannot change them. What has
/// neither is no browser's page.
fn comes_from_us(site: &Site, call: &Call<'_>) -> bool {
    let site_field = call.request.single("sec-fetch-site");
    if matches!(site_field, Ok(Some("same-origin" | "none"))) {
        return true;
    }
    match call.request.single("origin") {
        Ok(Some(origin)) => origin::is_own(origin, &site.own(call)),
        Ok(None) => site_field == Ok(None),
        Err(_) => false,
    }
}

/// Whether the body says that it is JSON; a plain form of another site cannot say so.
fn is_json(request: &Request<'_>) -> bool {
    let media_type = request.single("content-type").ok().flatten().and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

/// The cookie; `Secure` if the page was loaded over https, behind a proxy that ends TLS: then it must never travel without.
fn cookie(value: &str, seconds: u32, call: &Call<'_>) -> String {
    let is_https = matches!(call.request.single("origin"), Ok(Some(origin)) if origin.starts_with("https://"));
    let secure = if is_https { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}
