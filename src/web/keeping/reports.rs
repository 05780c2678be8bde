//! `/api/v1/reports`: messages that somebody showed to the moderators.

use super::{PAGE_MAX, from, page, room, settled};
use crate::chat::hub::Hub;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::rights::Deed;
use crate::store::Report;
use crate::web::{Call, Site, entry, storage_problem};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Mark {
    handled: bool,
}

/// A page of the reports that one may know of.
pub(super) async fn list(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.keeper(call, Deed::ReadReports).await?;
    let found = site.hub.store.reports(me.id, from(call, "before")?, PAGE_MAX + 1).await;
    Ok(page("reports", found.map_err(|error| storage_problem(error, call.connection))?, show))
}

/// Marks a report as handled.
pub(super) async fn mark(site: &Site, call: &Call<'_>, report: i64, body: &[u8]) -> Result<Response, Problem> {
    let me = site.keeper(call, Deed::ReadReports).await?;
    let mark: Mark = entry::read(body, "{\"handled\": true}")?;
    settled(call, site.hub.store.handle_report(me.id, report, mark.handled, Hub::unix_ms()).await)?;
    Ok(Response::new(204))
}

fn show(report: &Report) -> Value {
    let mut shown = json!({
        "id": report.id,
        "room": room(&report.room),
        "seq": report.seq,
        "author": report.author,
        "by": report.by,
        "reason": report.reason,
        "created_at": report.created_at,
        "handled": report.is_handled,
    });
    if let Some(text) = &report.text {
        shown["text"] = text.as_str().into();
    }
    shown
}
