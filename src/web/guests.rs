//! `POST /api/v1/guests`: whoever has a name may come in.

use super::{Call, Site, cookies};
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::protocol::check_name;
use crate::secret::Token;
use serde::Deserialize;
use serde_json::json;

/// How long a browser keeps the session's cookie, in seconds: a year.
const COOKIE_SECONDS: u64 = 31_536_000;

/// The request's body.
#[derive(Deserialize)]
struct Guest {
    /// The name as typed.
    name: String,
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
            let cookie = cookies::set_session(call, &token, COOKIE_SECONDS);
            Response::json(201, &json!(person)).with("Set-Cookie", cookie)
        }
        Err(error) => Problem::from(error).response(),
    }
}
