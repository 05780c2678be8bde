//! `/api/v1/invitations`: making links that let somebody in, seeing and revoking them.

use super::sessions::too_often;
use super::{Call, Site, entry, storage_problem};
use crate::chat::hub::Hub;
use crate::chat::quota::Quota;
use crate::config::SignUp;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::protocol::{Account, Error, Role, RoomId};
use crate::rights::{self, Deed, RoomDeed, may_serve};
use crate::store::{Invitation, InvitationId, NewInvitation};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Write;

/// How many may take one invitation.
const USES_MAX: i64 = 1_000;
/// For how many hours an invitation may be good: a year.
const HOURS_MAX: i64 = 8_760;
/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;
/// Light modules round a QR code, so that it is found (ISO/IEC 18004 section 5.3.8).
const QUIET_MODULES: i32 = 4;

/// The invitations that whoever asks may see.
pub(super) async fn list(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.allowed(call, Deed::Invite).await?;
    let all = may_serve(me.role, Deed::KeepInvitations);
    let found = site.hub.store.invitations(me.id, all, Hub::unix_ms()).await;
    let invitations = found.map_err(|error| storage_problem(error, call.connection))?;
    let invitations: Vec<Value> = invitations.iter().map(view).collect();
    Ok(Response::json(200, &json!({ "invitations": invitations })))
}

/// What invitation is wanted.
#[derive(Deserialize)]
struct New {
    role: Role,
    room: Option<RoomId>,
    uses: i64,
    hours: i64,
}

/// Makes an invitation. Its link is told once, here.
pub(super) async fn make(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    let me = site.allowed(call, Deed::Invite).await?;
    let needed = "{\"role\": \"guest\", \"room\": 7, \"uses\": 1, \"hours\": 24}: role guest, member or moderator, 1 to 1,000 \
                  uses, 1 to 8,760 hours, and a room for guests";
    let asked: New = entry::read(body, needed)?;
    if !(1..=USES_MAX).contains(&asked.uses)
        || !(1..=HOURS_MAX).contains(&asked.hours)
        || !matches!(asked.role, Role::Guest | Role::Member | Role::Moderator)
        || (asked.role == Role::Guest && asked.room.is_none())
    {
        let text = format!("The invitation is not as it may be. Nothing was done. Send {needed}.");
        return Err(Problem::new(422, "bad_invitation", text));
    }
    if asked.role > me.role || (asked.role > Role::Guest && site.hub.config.people.sign_up == SignUp::Closed) {
        let text = "You may not invite anybody to that role here. Nothing was done. Choose a lower one.";
        return Err(Problem::new(403, "forbidden", text));
    }
    let room_name = match asked.room {
        Some(room) => Some((room, site.linked_room(call, &me, room).await?)),
        None => None,
    };
    site.changes.take(&me.id, site.hub.now_ms()).map_err(too_often)?;
    let (token, now) = (entry::token(call)?, Hub::unix_ms());
    let expires_at = now.saturating_add(asked.hours * HOUR_MS);
    let (role, room, made_by, uses) = (asked.role, asked.room, Some(me.id), asked.uses);
    let new = NewInvitation { token: token.hash(), role, room, made_by, uses, expires_at };
    let made = site.hub.store.invite(new, now).await;
    let id = made.map_err(|error| storage_problem(error, call.connection))?;
    let by = Some(me.person());
    let invitation = Invitation { id, role, room: room_name, by, uses_left: uses, created_at: now, expires_at };
    let url = format!("{}/#invitation={}", site.origin(call), token.as_str());
    Ok(Response::json(201, &json!({ "invitation": view(&invitation), "url": url, "qr": qr(&url) })))
}

/// Revokes an invitation, at once.
pub(super) async fn revoke(site: &Site, call: &Call<'_>, id: InvitationId) -> Result<Response, Problem> {
    let me = site.counted(call, Deed::Invite, Quota::Create).await?;
    let any = may_serve(me.role, Deed::KeepInvitations);
    let revoked = site.hub.store.revoke(id, me.id, any, Hub::unix_ms()).await;
    if revoked.map_err(|error| storage_problem(error, call.connection))? {
        return Ok(Response::new(204));
    }
    Err(Error::no_such_invitation().into())
}

impl Site {
    /// The name of a room into which `me` may make links.
    async fn linked_room(&self, call: &Call<'_>, me: &Account, room: RoomId) -> Result<String, Problem> {
        let found = self.hub.store.place_of(me.id, room).await;
        let found = found.map_err(|error| storage_problem(error, call.connection))?;
        let may =
            |deed: RoomDeed| move |(_, kind, standing): &(String, _, _)| rights::may(me.role, deed, *kind, *standing);
        let Some(place) = found.filter(may(RoomDeed::Know)) else { return Err(Error::no_such_room().into()) };
        if !may(RoomDeed::Link)(&place) {
            let text = "You may not make links into this room. Nothing was done. Join it first, or ask somebody in it.";
            return Err(Problem::new(403, "forbidden", text));
        }
        Ok(place.0)
    }

    /// The origin that people type: the configured one, or that which the request names, whose host is one of ours.
    fn origin(&self, call: &Call<'_>) -> String {
        if let Some(url) = &self.hub.config.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let scheme = if call.is_https() { "https" } else { "http" };
        format!("{scheme}://{}", call.authority())
    }
}

/// An invitation as those see it who may see it; never its link.
pub(super) fn view(invitation: &Invitation) -> Value {
    json!({
        "id": invitation.id,
        "role": invitation.role,
        "room": invitation.room.as_ref().map(|(id, name)| json!({"id": id, "name": name})),
        "by": invitation.by,
        "uses_left": invitation.uses_left,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
    })
}

/// A QR code as an SVG picture; empty if `text` is too long for one, which no link is.
fn qr(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let side = code.size() + 2 * QUIET_MODULES;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET_MODULES, y + QUIET_MODULES);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_a_picture_of_squares_with_a_quiet_border() {
        let svg = qr("http://192.168.1.20:8080/#invitation=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>") && !svg.contains("script"));
        // The corner of the first finder pattern.
        assert!(svg.contains("d=\"M4 4h1v1h-1z"), "{svg}");
        assert!(svg.len() < 64 << 10);
    }
}
