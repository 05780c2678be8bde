//! `GET /api/v1/me/export`: all that the server has of somebody, for them to keep.
//!
//! A log of any length is read in windows, each of which takes a time that does not grow with the log. One answer holds so
//! much; `next` names the address of what follows, if anything does.

use super::sessions::too_often;
use super::{Call, Site, storage_problem};
use crate::chat::hub::Hub;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::protocol::{RoomId, Seq};
use crate::rights::Deed;
use serde_json::{Value, json};

/// Bytes of text after which an answer holds no more.
const TEXT_BYTES_MAX: usize = 4 << 20;
/// Windows of the log that one answer looks through.
const WINDOWS_MAX: usize = 100;

/// Everything that the server has of whoever asks, or what follows on `?after=ROOM.SEQ`.
pub(super) async fn export(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.allowed(call, Deed::OwnAccount).await?;
    site.changes.take(&me.id, site.hub.now_ms()).map_err(too_often)?;
    let store = &site.hub.store;
    let failed = |error| storage_problem(error, call.connection);
    let mut at = after(call.target.query).ok_or_else(|| {
        Problem::new(
            400,
            "bad_request",
            "The address is no page of an export. Nothing was done. Begin with /api/v1/me/export.",
        )
    })?;
    let (mut messages, mut bytes, mut is_over) = (Vec::new(), 0, false);
    for _ in 0..WINDOWS_MAX {
        let window = store.own_entries(me.id, at).await.map_err(failed)?;
        bytes += window.entries.iter().filter_map(|entry| entry["text"].as_str()).map(str::len).sum::<usize>();
        messages.extend(window.entries);
        match window.next {
            Some(next) => at = next,
            None => {
                is_over = true;
                break;
            }
        }
        if bytes >= TEXT_BYTES_MAX {
            break;
        }
    }
    let sessions = store.sessions_listed(me.id, Hub::unix_ms()).await.map_err(failed)?;
    let sessions: Vec<Value> = sessions
        .iter()
        .map(|session| json!({"label": session.label, "created_at": session.created_at, "seen_at": session.seen_at}))
        .collect();
    let rooms = store.rooms_of(me.id).await.map_err(failed)?;
    let rooms: Vec<Value> =
        rooms.iter().map(|room| json!({"id": room.id, "name": room.name, "read": room.read})).collect();
    let next = (!is_over).then(|| format!("/api/v1/me/export?after={}.{}", at.0, at.1));
    let all = json!({"account": me, "sessions": sessions, "rooms": rooms, "entries": messages, "next": next});
    Ok(Response::json(200, &all).with("Content-Disposition", "attachment; filename=\"snug-export.json\""))
}

/// Behind which entry the page begins; `None` for a query that names none.
fn after(query: Option<&str>) -> Option<(RoomId, Seq)> {
    let Some(query) = query else { return Some((0, 0)) };
    let (room, seq) = query.strip_prefix("after=")?.split_once('.')?;
    Some((room.parse().ok()?, seq.parse().ok()?))
}
