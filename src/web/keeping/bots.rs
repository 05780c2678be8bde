//! `/api/v1/bots` and `POST /api/v1/rooms/ID/messages`: programs with a token, and what they write.

use super::{bad, room, settled};
use crate::chat::hub::Hub;
use crate::chat::quota::Quota;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::protocol::{self, Request, RoomId, SessionId, UserId, check_name};
use crate::rights::Deed;
use crate::secret;
use crate::store::{BOT_ROOMS_MAX, Bot, NewBot, NewSession};
use crate::web::{Call, Site, entry, storage_problem};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a bot looks like, for whoever sends another thing.
const BOT: &str = "{\"name\": \"...\", \"rooms\": [1]}, with 1 to 20 rooms that you are in";

/// What a message looks like, for whoever sends another thing.
const MESSAGE: &str = "{\"text\": \"...\"}, and a \"key\" of your own to be able to send it again";

#[derive(Deserialize)]
struct NewOne {
    name: String,
    rooms: Vec<RoomId>,
}

#[derive(Deserialize)]
struct Message {
    text: String,
    key: Option<String>,
}

/// One's bots.
pub(super) async fn list(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.keeper(call, Deed::KeepBots).await?;
    let bots = site.bots_of(call, me.id).await?;
    Ok(Response::json(200, &json!({ "bots": bots.iter().map(show).collect::<Vec<Value>>() })))
}

/// Makes a bot, whose token is shown this once, and puts it into its rooms.
pub(super) async fn make(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    let me = site.counted(call, Deed::KeepBots, Quota::Create).await?;
    let NewOne { name, mut rooms } = entry::read(body, BOT)?;
    rooms.sort_unstable();
    rooms.dedup();
    if rooms.is_empty() || rooms.len() > BOT_ROOMS_MAX {
        return Err(bad(BOT));
    }
    check_name(&name).map_err(|text| Problem::new(422, "bad_name", text))?;
    let token = entry::token(call)?;
    let session = NewSession { token: token.hash(), label: name.clone() };
    let new = NewBot { folded: secret::fold(&name), name, rooms: rooms.clone(), session };
    let made = settled(call, site.hub.store.make_bot(me.id, new, Hub::unix_ms()).await)?;
    for room in rooms {
        if let Err(error) = site.hub.bring_bot(room, made.bot.clone()).await {
            // A bot that is not where it belongs is none.
            site.revoke(call, me.id, made.id).await?;
            return Err(error.into());
        }
    }
    let bot = site.bots_of(call, me.id).await?.into_iter().find(|bot| bot.id == made.id);
    log::info!(target: "snug::http", "#{} user {} made bot {}", call.connection, me.id, made.bot.id);
    Ok(Response::json(201, &json!({ "bot": bot.as_ref().map(show), "token": token.as_str() })))
}

/// Revokes a bot's token; its connections are closed and it is in no room when this returns.
pub(super) async fn revoke(site: &Site, call: &Call<'_>, bot: SessionId) -> Result<Response, Problem> {
    let me = site.counted(call, Deed::KeepBots, Quota::Create).await?;
    site.revoke(call, me.id, bot).await?;
    log::info!(target: "snug::http", "#{} user {} revoked the bot of session {bot}", call.connection, me.id);
    Ok(Response::new(204))
}

/// A bot writes into a room that it is in; stored before it is answered.
pub(super) async fn say(site: &Site, call: &Call<'_>, room: RoomId, body: &[u8]) -> Result<Response, Problem> {
    let bot = site.bot(call).await?;
    let Message { text, key } = entry::read(body, MESSAGE)?;
    let key = match key {
        Some(key) => key,
        // Nobody can send it again, and nobody has sent it before.
        None => entry::token(call)?.as_str().to_owned(),
    };
    // Read as from a WebSocket, so that what is refused there is refused here, in the same words.
    let frame = json!({"op": "send", "id": 1, "room": room, "key": key, "text": text}).to_string();
    match protocol::decode(&frame) {
        Ok((_, Request::Send { room, key, text, .. })) => {
            let (seq, at) = site.hub.say(room, (&bot, call.peer), key, text).await?;
            Ok(Response::json(201, &json!({"seq": seq, "at": at})))
        }
        Ok(_) => Err(bad(MESSAGE)),
        Err(unreadable) => Err(unreadable.error.into()),
    }
}

impl Site {
    async fn bots_of(&self, call: &Call<'_>, maker: UserId) -> Result<Vec<Bot>, Problem> {
        self.hub.store.bots(maker).await.map_err(|error| storage_problem(error, call.connection))
    }

    async fn revoke(&self, call: &Call<'_>, maker: UserId, bot: SessionId) -> Result<(), Problem> {
        let bot = settled(call, self.hub.store.revoke_bot(maker, bot, Hub::unix_ms()).await)?;
        self.effect_on(call, bot.id).await
    }
}

/// A bot as its maker sees it; never its token.
pub(in crate::web) fn show(bot: &Bot) -> Value {
    json!({
        "id": bot.id,
        "user": bot.user,
        "label": bot.label,
        "rooms": bot.rooms.iter().map(room).collect::<Vec<Value>>(),
        "created_at": bot.created_at,
        "seen_at": bot.seen_at,
    })
}
