//! `GET /api/v1/me/export`: all that the server has of somebody, for them to keep.
//!
//! Logs of any length are read in looks, each of which takes a time that does not grow with the log. One answer holds so
//! much, and one is made at a time; `next` names the address of what follows, if anything does. It names rooms in which one
//! is or was, and no entry behind one's leaving.

use super::sessions::too_often;
use super::{Call, Site, gate, keeping, links, storage_problem};
use crate::chat::hub::Hub;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::protocol::{Account, RoomId, Seq};
use crate::rights::Deed;
use crate::store::{SessionView, StoreError};
use serde_json::{Value, json};

/// Bytes of text after which an answer holds no more.
const TEXT_BYTES_MAX: usize = 4 << 20;
/// Looks into logs that one answer takes: a tenth of a second.
const LOOKS_MAX: usize = 20;

/// Everything that the server has of whoever asks, or what follows on `?after=ROOM.SEQ`.
pub(super) async fn export(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    gate::check_personal(call)?;
    let me = site.allowed(call, Deed::OwnAccount).await?;
    site.changes.take(&me.id, site.hub.now_ms()).map_err(too_often)?;
    let after = after(call.target.query).ok_or_else(|| {
        Problem::new(
            400,
            "bad_request",
            "The address is no page of an export. Nothing was done. Begin with /api/v1/me/export.",
        )
    })?;
    // Who waits here has a connection of their own, of which there is a limit.
    let _one = site.exports.acquire().await;
    let all = page(site, &me, after).await.map_err(|error| storage_problem(error, call.connection))?;
    Ok(Response::json(200, &all).with("Content-Disposition", "attachment; filename=\"snug-export.json\""))
}

async fn page(site: &Site, me: &Account, after: (RoomId, Seq)) -> Result<Value, StoreError> {
    let (store, now) = (&site.hub.store, Hub::unix_ms());
    let (entries, next) = entries(site, me, after).await?;
    let next = next.map(|(room, seq)| format!("/api/v1/me/export?after={room}.{seq}"));
    let session = |session: &SessionView| json!({"label": session.label, "created_at": session.created_at, "seen_at": session.seen_at});
    let sessions: Vec<Value> = store.sessions_listed(me.id, now).await?.iter().map(session).collect();
    let rooms = store.rooms_of(me.id).await?;
    let rooms: Vec<Value> =
        rooms.iter().map(|room| json!({"id": room.id, "name": room.name, "read": room.read})).collect();
    let invitations: Vec<Value> = store.invitations(me.id, false, now).await?.iter().map(links::view).collect();
    let bots: Vec<Value> = store.bots(me.id).await?.iter().map(keeping::bots::show).collect();
    let reports = store.own_reports(me.id).await?;
    Ok(json!({
        "account": me, "face": store.face(me.id).await?, "prefs": store.prefs(me.id).await?, "sessions": sessions,
        "rooms": rooms, "invitations": invitations, "bots": bots, "reports": reports, "entries": entries, "next": next,
    }))
}

/// What one wrote behind `after`, as much as goes into an answer; and where the next one begins.
async fn entries(
    site: &Site,
    me: &Account,
    (room, seq): (RoomId, Seq),
) -> Result<(Vec<Value>, Option<(RoomId, Seq)>), StoreError> {
    let store = &site.hub.store;
    let (mut all, mut bytes, mut looks) = (Vec::new(), 0, 0);
    for (own, until) in store.own_rooms(me.id).await?.into_iter().filter(|(own, _)| *own >= room) {
        let mut at = if own == room { seq } else { 0 };
        while at < until {
            if looks >= LOOKS_MAX || bytes >= TEXT_BYTES_MAX {
                return Ok((all, Some((own, at))));
            }
            looks += 1;
            let found = store.own_entries(me.id, own, at, until).await?;
            bytes += found.entries.iter().filter_map(|entry| entry["text"].as_str()).map(str::len).sum::<usize>();
            all.extend(found.entries);
            at = found.reached;
        }
    }
    Ok((all, None))
}

/// Behind which entry the page begins; `None` for a query that names none.
fn after(query: Option<&str>) -> Option<(RoomId, Seq)> {
    let Some(query) = query else { return Some((0, 0)) };
    let (room, seq) = query.strip_prefix("after=")?.split_once('.')?;
    Some((room.parse().ok()?, seq.parse().ok()?))
}
