//! What every request has to pass before its handler sees it, whatever it asks for: a name that is ours, and, where it may
//! change something, the proof that no foreign page makes it.
//!
//! [`Site::admit`](super::Site::admit) asks here for every route, so that a new one cannot forget it.

use super::router::Route;
use super::{Call, Site};
use crate::http::body::Framing;
use crate::http::host::{self, Hosts};
use crate::http::origin::{self, Own};
use crate::http::problem::Problem;
use crate::http::request::{Method, Request};
use crate::http::{bearer, response::Response};

/// Whether a method may change something.
pub fn may_change(method: Method) -> bool {
    matches!(method, Method::Post | Method::Put | Method::Patch | Method::Delete)
}

/// Refuses a name that a stranger can have (421).
pub(super) fn check_host(site: &Site, call: &Call<'_>) -> Result<(), Problem> {
    let config = &site.hub.config;
    let hosts = Hosts { public_url: config.public_url.as_deref(), machine: &site.machine, listed: &config.hosts };
    if host::is_ours(call.authority(), &hosts) { Ok(()) } else { Err(Problem::foreign_host()) }
}

/// Refuses a change that does not prove where it comes from (403), whose body is not JSON (415), or has no length (411).
pub(super) fn check_change(site: &Site, call: &Call<'_>, route: Route) -> Result<(), Box<Response>> {
    let method = call.request.method;
    if !may_change(method) {
        return Ok(());
    }
    if bearer::token(call.request).is_none() {
        same_origin(call, &site.own(call)).map_err(|problem| problem.response())?;
    }
    if method == Method::Delete && matches!(call.framing, Framing::None | Framing::Length(0)) {
        return Ok(());
    }
    if !route.takes_bytes() && !is_json(call.request) {
        let text = "The body is not application/json, or does not say so. Nothing was done. Send JSON, and its type.";
        return Err(Box::new(Problem::new(415, "wrong_type", text).response()));
    }
    if call.framing == Framing::None {
        let text = "The request has neither a Content-Length nor chunks. Nothing was done. Send one of them.";
        return Err(Box::new(Problem::fatal(411, "length_required", text).response()));
    }
    Ok(())
}

/// The proof that a page of our own makes the request: `Sec-Fetch-Site: same-origin`, which no page can write, or else an
/// `Origin` that is ours. Neither of them is no proof, and an `Origin` that is not ours speaks against any.
fn same_origin(call: &Call<'_>, own: &Own<'_>) -> Result<(), Problem> {
    match call.request.single("origin") {
        Ok(Some(origin)) if origin::is_own(origin, own) => Ok(()),
        // Under `Referrer-Policy: no-referrer` a browser writes `null` for our own page, too (Fetch, "append a request `Origin`").
        Ok(None | Some("null")) if call.request.single("sec-fetch-site") == Ok(Some("same-origin")) => Ok(()),
        _ => Err(Problem::foreign_origin()),
    }
}

/// Refuses what costs much or is saved as a file when the page of somebody else asks for it (403): a browser says so itself,
/// by `Sec-Fetch-Site`. Whoever types the address, and a program, may ask.
pub(super) fn check_personal(call: &Call<'_>) -> Result<(), Problem> {
    match call.request.single("sec-fetch-site") {
        Ok(None | Some("same-origin" | "none")) => Ok(()),
        _ => Err(Problem::foreign_origin()),
    }
}

/// Whether the body says that it is JSON; a plain form of another site cannot say so.
fn is_json(request: &Request<'_>) -> bool {
    let media_type = request.single("content-type").ok().flatten().and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}
