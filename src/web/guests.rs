//! `POST /api/v1/guests`: whoever has a name may come in.

use super::{Call, SESSION_COOKIE, Site};
use crate::http::body::Framing;
use crate::http::origin;
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::protocol::check_name;
use crate::secret::Token;
use serde::Deserialize;
use serde_json::json;

/// How long a browser keeps the session's cookie, in seconds: a year.
const COOKIE_SECONDS: u32 = 31_536_000;

/// The request's body.
#[derive(Deserialize)]
struct Guest {
    /// The name as typed.
    name: String,
}

/// Decides by the head alone whether this may become a guest.
pub(super) fn admit(site: &Site, call: &Call<'_>) -> Result<(), Box<Response>> {
    if !comes_from_us(site, call) {
        let text =
            "The page that asks is not one of this server's own. Nothing was done. Open the server's own address.";
        return Err(Box::new(Problem::new(403, "foreign_origin", text).response()));
    }
    if !is_json(call.request) {
        let text = "The body is not application/json, or does not say so. Nothing was done. Send {\"name\": \"...\"}.";
        return Err(Box::new(Problem::new(415, "wrong_type", text).response()));
    }
    if call.framing == Framing::None {
        let text = "The request has neither a Content-Length nor chunks. Nothing was done. Send one of them.";
        return Err(Box::new(Problem::fatal(411, "length_required", text).response()));
    }
    Ok(())
}

/// Makes a guest with a session of their own.
pub(super) async fn create(site: &Site, call: &Call<'_>, body: &[u8]) -> Response {
    let Ok(guest) = serde_json::from_slice::<Guest>(body) else {
        let text = "The body is not a JSON object with a name. Nothing was done. Send {\"name\": \"...\"}.";
        return Problem::new(400, "bad_request", text).response();
    };
    if let Err(text) = check_name(&guest.name) {
        return Problem::new(422, "bad_name", text).response();
    }
    if let Err(ms) = site.guests.take(call.peer, site.hub.now_ms()) {
        let text = format!(
            "Too many people came in from your address. Nothing was done. Try again in {} s.",
            ms.div_ceil(1_000)
        );
        return Problem::new(429, "rate_limited", text).retry_after_ms(ms).response();
    }
    let mut random = [0; 32];
    if let Err(error) = getrandom::fill(&mut random) {
        log::error!(target: "snug::http", "#{} the system has no random bytes: {error}", call.connection);
        let text = "The server could not make a session. Nothing was done. Try again in a moment.";
        return Problem::new(503, "storage_failed", text).retry_after_ms(1_000).response();
    }
    let token = Token::from_random(random);
    match site.hub.add_guest(&guest.name, token.hash()).await {
        Ok(person) => {
            let cookie = cookie(&token, is_https(call.request));
            Response::json(201, &json!(person)).with("Set-Cookie", cookie)
        }
        Err(error) => Problem::from(error).response(),
    }
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

/// Whether the page was loaded over https, behind a proxy that ends TLS: then the cookie must never travel without.
fn is_https(request: &Request<'_>) -> bool {
    matches!(request.single("origin"), Ok(Some(origin)) if origin.starts_with("https://"))
}

/// The cookie that holds the session.
fn cookie(token: &Token, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={COOKIE_SECONDS}{secure}", token.as_str())
}
