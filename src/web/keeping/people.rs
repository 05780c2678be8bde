//! `GET /api/v1/people` and `PATCH /api/v1/people/ID`: who is here, and what is changed about them.

use super::{MINUTE_MS, PAGE_MAX, bad, from, page, settled};
use crate::chat::hub::Hub;
use crate::http::problem::Problem;
use crate::http::query;
use crate::http::response::Response;
use crate::protocol::{NAME_CHARS_MAX, Presence, Role, UserId};
use crate::rights::{self, Deed};
use crate::secret;
use crate::store::{Profile, StandingChange, State, Which};
use crate::web::{Call, Site, entry, storage_problem};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

/// Minutes of the longest mute: a year.
const MUTE_MINUTES_MAX: i64 = 525_600;

/// What a change looks like, for whoever sends another thing.
const CHANGE: &str =
    "{\"role\": \"member\"}, {\"muted_minutes\": 0 to 525600}, {\"disabled\": true} or {\"face\": null}";

#[derive(Deserialize)]
struct Change {
    role: Option<Role>,
    muted_minutes: Option<i64>,
    disabled: Option<bool>,
    /// Nothing but `null`, which takes it away: nobody chooses for somebody else.
    #[serde(default, deserialize_with = "nothing")]
    face: bool,
}

/// A field that is there and says `null`.
fn nothing<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    <()>::deserialize(value).map(|()| true)
}

/// A page of those who are here, whose names have `q` in them.
pub(super) async fn list(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.keeper(call, Deed::ListPeople).await?;
    let part = query::value(call.target.query, "q").unwrap_or_default();
    if part.chars().count() > NAME_CHARS_MAX {
        return Err(bad("q of at most 40 characters"));
    }
    let sees_all = rights::may_serve(me.role, Deed::Moderate);
    let which = if sees_all { Which::All } else { Which::Seen };
    let found = site.hub.store.people(me.id, which, from(call, "after")?, &secret::fold(&part), PAGE_MAX + 1).await;
    let people = found.map_err(|error| storage_problem(error, call.connection))?;
    Ok(page("people", people, |person| json!(show(&site.hub, person, sees_all))))
}

/// Changes somebody's role, mute, or whether their account is disabled, or takes away how they chose to look.
pub(super) async fn change(site: &Site, call: &Call<'_>, user: UserId, body: &[u8]) -> Result<Response, Problem> {
    let me = site.keeper(call, Deed::Moderate).await?;
    let change: Change = entry::read(body, CHANGE)?;
    let now = Hub::unix_ms();
    let muted_until = match change.muted_minutes {
        Some(0) => Some(0),
        Some(minutes) if (1..=MUTE_MINUTES_MAX).contains(&minutes) => Some(now + minutes * MINUTE_MS),
        Some(_) => return Err(bad(CHANGE)),
        None => None,
    };
    let change = StandingChange { role: change.role, muted_until, disabled: change.disabled, is_plain: change.face };
    if change == StandingChange::default() {
        return Err(bad(CHANGE));
    }
    let person = settled(call, site.hub.store.change_standing(me.id, user, change, now).await)?;
    site.effect_on(call, user).await?;
    if change.is_plain {
        site.show_face(user).await;
    }
    log::info!(target: "snug::http", "#{} user {} changed user {user}: {change:?}", call.connection, me.id);
    Ok(Response::json(200, &json!(show(&site.hub, &person, true))))
}

impl Site {
    /// Lets what was just done to somebody reach their open connections, and their bots' rooms, before it is answered.
    pub(super) async fn effect_on(&self, call: &Call<'_>, user: UserId) -> Result<(), Problem> {
        self.hub.look_at(user).await.map_err(|error| storage_problem(error, call.connection))?;
        if let Err(problem) = self.hub.clear_up().await {
            log::warn!(target: "snug::http", "#{} bots are still listed in rooms for a moment: {problem:?}", call.connection);
        }
        Ok(())
    }
}

/// Somebody as they are shown; what has become of them only to those who keep order.
#[derive(Serialize)]
struct Shown<'a> {
    id: UserId,
    name: &'a str,
    role: Role,
    bot: bool,
    #[serde(flatten)]
    presence: Presence,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    muted_until: Option<i64>,
}

/// Somebody as those see them who may see `all` of it.
fn show<'a>(hub: &Hub, person: &'a Profile, all: bool) -> Shown<'a> {
    let state = match person.state {
        State::Active => "active",
        State::Disabled => "disabled",
        State::Banned => "banned",
        State::Left => "left",
    };
    Shown {
        id: person.id,
        name: &person.name,
        role: person.role,
        bot: person.is_bot,
        presence: hub.locate(person.id, Presence::gone(person.here_at)),
        state: all.then_some(state),
        muted_until: all.then_some(person.muted_until),
    }
}
