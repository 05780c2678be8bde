//! `POST /api/v1/guests`: whoever has a name may come in, where the server lets people do so.

use super::{Call, Site, entry};
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::protocol::check_name;
use crate::rate::limit_address;
use serde::Deserialize;
use serde_json::json;

/// The request's body.
#[derive(Deserialize)]
struct Visitor {
    /// The name as typed.
    name: String,
}

/// Makes a visitor with a session of their own.
pub(super) async fn create(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    let visitor: Visitor = entry::read(body, "{\"name\": \"...\"}")?;
    if !site.hub.config.people.guests {
        let text = "This server lets nobody in by a name alone. Nothing was done. Sign in, or ask somebody here to invite you.";
        return Err(Problem::new(403, "guests_closed", text));
    }
    check_name(&visitor.name).map_err(|text| Problem::new(422, "bad_name", text))?;
    site.guests.take(&limit_address(call.peer), site.hub.now_ms()).map_err(|ms| {
        let seconds = ms.div_ceil(1_000);
        let text = format!("Too many people came in from your address. Nothing was done. Try again in {seconds} s.");
        Problem::new(429, "rate_limited", text).retry_after_ms(ms)
    })?;
    let token = entry::token(call)?;
    site.hub.add_visitor(&visitor.name, entry::session(call, &token)).await?;
    let account = site.account_of(call, &token.hash()).await?;
    Ok(entry::with_session(Response::json(201, &json!(account)), site, call, &token))
}
