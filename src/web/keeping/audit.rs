//! `GET /api/v1/audit`: what was done to people and rooms, by whom.

use super::{PAGE_MAX, from, page, person, room};
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::rights::Deed;
use crate::store::audit::Line;
use crate::web::{Call, Site, storage_problem};
use serde_json::{Value, json};

/// A page of the log, the latest first.
pub(super) async fn list(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.keeper(call, Deed::ReadAudit).await?;
    let found = site.hub.store.audit_page(me.id, from(call, "before")?, PAGE_MAX + 1).await;
    Ok(page("entries", found.map_err(|error| storage_problem(error, call.connection))?, show))
}

fn show(line: &Line) -> Value {
    json!({
        "id": line.id,
        "at": line.at,
        "actor": person(line.actor.as_ref()),
        "deed": line.deed,
        "user": person(line.user.as_ref()),
        "room": line.room.as_ref().map(room),
        "detail": line.detail,
    })
}
