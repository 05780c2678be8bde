//! `/api/v1/bans`: who is kept out, by account and by address.

use super::{MINUTE_MS, PAGE_MAX, bad, from, page, person, settled};
use crate::chat::bans::NEVER_BANNED;
use crate::chat::hub::Hub;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::protocol::UserId;
use crate::range::AddressRange;
use crate::rights::Deed;
use crate::store::{Ban, Banned, NewBan};
use crate::web::{Call, Site, entry, storage_problem};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::IpAddr;

/// Leading bits of the widest range of IPv4 addresses that can be banned.
const V4_PREFIX_BITS_MIN: u8 = 8;

/// Leading bits of the widest range of IPv6 addresses that can be banned: what one provider has.
const V6_PREFIX_BITS_MIN: u8 = 32;

/// Minutes of the longest ban that ends by itself: ten years.
const BAN_MINUTES_MAX: i64 = 5_256_000;

/// Characters of a ban's reason.
const REASON_CHARS_MAX: usize = 200;

/// What a ban looks like, for whoever sends another thing.
const BAN: &str = "{\"user\": ID} or {\"addresses\": \"192.0.2.0/24\"}, with \"reason\" of at most 200 characters and, \
                   for a ban that ends, \"minutes\" from 1 to 5256000";

#[derive(Deserialize)]
struct Request {
    user: Option<UserId>,
    addresses: Option<String>,
    minutes: Option<i64>,
    #[serde(default)]
    reason: String,
}

/// A page of the bans in force.
pub(super) async fn list(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    site.keeper(call, Deed::Moderate).await?;
    let found = site.hub.store.bans(from(call, "before")?, PAGE_MAX + 1).await;
    Ok(page("bans", found.map_err(|error| storage_problem(error, call.connection))?, show))
}

/// Makes a ban; the connections that it is about are closed when this returns.
pub(super) async fn make(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    let me = site.keeper(call, Deed::Moderate).await?;
    let request: Request = entry::read(body, BAN)?;
    let whom = match (request.user, request.addresses) {
        (Some(user), None) => Banned::User(user),
        (None, Some(text)) => Banned::Addresses(range(&text, call.peer)?),
        _ => return Err(bad(BAN)),
    };
    let is_readable = request.reason.chars().count() <= REASON_CHARS_MAX && !request.reason.contains(char::is_control);
    let lasts = request.minutes.is_none_or(|minutes| (1..=BAN_MINUTES_MAX).contains(&minutes));
    if !is_readable || !lasts {
        return Err(bad(BAN));
    }
    let now = Hub::unix_ms();
    let until = request.minutes.map(|minutes| now + minutes * MINUTE_MS);
    let ban = settled(call, site.hub.store.ban(me.id, NewBan { whom, until, reason: request.reason }, now).await)?;
    site.hub.refresh_bans().await.map_err(|error| storage_problem(error, call.connection))?;
    if let Some(user) = &ban.user {
        site.effect_on(call, user.id).await?;
    }
    log::info!(target: "snug::http", "#{} user {} made ban {}", call.connection, me.id, ban.id);
    Ok(Response::json(201, &show(&ban)))
}

/// Lifts a ban.
pub(super) async fn lift(site: &Site, call: &Call<'_>, ban: i64) -> Result<Response, Problem> {
    let me = site.keeper(call, Deed::Moderate).await?;
    settled(call, site.hub.store.lift_ban(me.id, ban, Hub::unix_ms()).await)?;
    site.hub.refresh_bans().await.map_err(|error| storage_problem(error, call.connection))?;
    log::info!(target: "snug::http", "#{} user {} lifted ban {ban}", call.connection, me.id);
    Ok(Response::new(204))
}

/// The range that may be banned by somebody who comes from `own`.
fn range(text: &str, own: IpAddr) -> Result<AddressRange, Problem> {
    let problem = |code, text: &'static str| Err(Problem::new(422, code, text));
    let Ok(range) = text.parse::<AddressRange>() else {
        let text =
            "This is no range of addresses. Nothing was done. Write one as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48.";
        return problem("bad_range", text);
    };
    if !range.is_at_most(V4_PREFIX_BITS_MIN, V6_PREFIX_BITS_MIN) {
        let text = "The range is too wide: it would keep whole continents out. Nothing was done. Ban at most a /8, or a /32 of IPv6.";
        return problem("range_too_wide", text);
    }
    if range.contains(own) {
        let text = "Your own address is in that range. Nothing was done. Choose one that does not keep you out.";
        return problem("own_address", text);
    }
    if NEVER_BANNED.iter().any(|address| range.contains(*address)) {
        let text =
            "The server's own machine is in that range, and can always come in. Nothing was done. Choose another.";
        return problem("own_address", text);
    }
    Ok(range)
}

fn show(ban: &Ban) -> Value {
    json!({
        "id": ban.id,
        "user": person(ban.user.as_ref()),
        "addresses": ban.addresses,
        "reason": ban.reason,
        "by": person(ban.by.as_ref()),
        "created_at": ban.created_at,
        "until": ban.until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_bans_a_continent_themselves_or_the_machine() {
        let code = |text: &str, own: &str| range(text, own.parse().unwrap()).err().map(|problem| problem.code);
        for (text, own, expected) in [
            ("192.0.2.0/24", "198.51.100.1", None),
            ("10.0.0.0/8", "198.51.100.1", None),
            ("10.0.0.0/7", "198.51.100.1", Some("range_too_wide")),
            ("::ffff:10.0.0.0/103", "198.51.100.1", Some("range_too_wide")),
            ("2001:db8::/32", "198.51.100.1", None),
            ("2001:db8::/31", "198.51.100.1", Some("range_too_wide")),
            ("192.0.2.0/24", "192.0.2.9", Some("own_address")),
            ("192.0.2.0/24", "::ffff:192.0.2.9", Some("own_address")),
            ("::ffff:192.0.2.0/120", "192.0.2.9", Some("own_address")),
            ("2001:db8::/64", "2001:db8::9", Some("own_address")),
            ("127.0.0.0/8", "198.51.100.1", Some("own_address")),
            ("::/64", "198.51.100.1", Some("own_address")),
            ("127.0.0.2", "198.51.100.1", None),
            ("0.0.0.0/8", "198.51.100.1", Some("own_address")),
            ("example.org", "198.51.100.1", Some("bad_range")),
        ] {
            assert_eq!(code(text, own), expected, "{text} by {own}");
        }
    }
}
