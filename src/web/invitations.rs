//! `/api/v1/invitations`: links that let somebody in. This page has those who take one; `links` those who make them.

use super::accounts::{check, sign_up_closed};
use super::sessions::too_often;
use super::{Call, Site, entry, storage_problem};
use crate::chat::hub::{Hub, Joiner};
use crate::config::SignUp;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::password::Password;
use crate::protocol::{Account, Error, LOBBY, Person, Role, RoomId, check_name};
use crate::secret::{self, TokenHash, fold};
use crate::store::{Invitation, Invited, Newcomer};
use serde::Deserialize;
use serde_json::json;

/// Says where an invitation leads, without taking it.
pub(super) async fn look(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    struct Look {
        token: String,
    }
    let asked: Look = entry::read(body, "{\"token\": \"...\"}")?;
    site.attempts.show_link(call.peer, site.hub.now_ms()).map_err(too_often)?;
    let (_, invitation) = site.invitation(call, &asked.token).await?;
    site.attempts.good_link(call.peer);
    Ok(Response::json(
        200,
        &json!({
            "role": invitation.role,
            "room": invitation.room.as_ref().map(|(id, name)| json!({"id": id, "name": name})),
            "by": invitation.by.as_ref().map(|by| &by.name),
            "signs_up": invitation.role >= Role::Member,
            "expires_at": invitation.expires_at,
        }),
    ))
}

/// Who takes an invitation, and how they want to be called.
#[derive(Deserialize)]
struct Accept {
    token: String,
    name: Option<String>,
    account: Option<String>,
    password: Option<Password>,
}

/// Takes an invitation: lets somebody new in, or brings somebody who is here into its room.
pub(super) async fn accept(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    let needed =
        "{\"token\": \"...\", \"name\": \"...\"}, with \"account\" and \"password\" where the invitation makes one";
    let asked: Accept = entry::read(body, needed)?;
    site.attempts.show_link(call.peer, site.hub.now_ms()).map_err(too_often)?;
    let (token, invitation) = site.invitation(call, &asked.token).await?;
    let response = match site.account(call).await {
        Ok(me) if me.is_bot => Err(Error::no_such_invitation().into()),
        Ok(me) => {
            let new = asked.account.zip(asked.password);
            let room = join(site, call, &me, (token, &invitation), new).await?;
            Ok(taken(201, &site.account(call).await?, room))
        }
        Err(problem) if problem.code == "no_session" => come_in(site, call, asked, (token, invitation)).await,
        Err(problem) => Err(problem),
    }?;
    // One that was good for nothing, such as a name that somebody has, counts.
    site.attempts.good_link(call.peer);
    Ok(response)
}

/// Turns a guest or visitor into a member by an invitation.
pub(super) async fn rise(
    site: &Site,
    call: &Call<'_>,
    me: Account,
    token: &str,
    account: String,
    password: Password,
) -> Result<Response, Problem> {
    site.attempts.show_link(call.peer, site.hub.now_ms()).map_err(too_often)?;
    let (token, invitation) = site.invitation(call, token).await?;
    if invitation.role < Role::Member {
        return Err(sign_up_closed());
    }
    let room = join(site, call, &me, (token, &invitation), Some((account, password))).await?;
    site.attempts.good_link(call.peer);
    Ok(taken(200, &site.account(call).await?, room))
}

/// Lets somebody new in: the person, the session, the membership and the use of the invitation are one.
async fn come_in(
    site: &Site,
    call: &Call<'_>,
    asked: Accept,
    (invitation_token, invitation): (TokenHash, Invitation),
) -> Result<Response, Problem> {
    let signs_up = invitation.role >= Role::Member;
    let (name, credentials) = if signs_up {
        let (Some(account), Some(password)) = (asked.account, asked.password) else { return Err(account_needed()) };
        let name = asked.name.unwrap_or_else(|| account.clone());
        check(&account, &name, &password)?;
        (name, Some(site.credentials(call, &account, password).await?))
    } else {
        let name = asked.name.unwrap_or_default();
        check_name(&name).map_err(|text| Problem::new(422, "bad_name", text))?;
        (name, None)
    };
    let token = entry::token(call)?;
    let newcomer = Newcomer {
        folded: fold(&name),
        name,
        role: invitation.role,
        credentials,
        session: entry::session(call, &token),
        invitation: Some(invitation_token),
    };
    let room = invitation.room.as_ref().map(|(room, _)| *room);
    let joined = site.hub.join(room.unwrap_or(LOBBY), Joiner::New(Box::new(newcomer))).await?;
    if signs_up && room.is_some() {
        site.let_into_lobby(call, joined.person).await;
    }
    let account = site.account_of(call, &token.hash()).await?;
    log::info!(target: "snug::http", "#{} user {} came in by invitation {}", call.connection, account.id, invitation.id);
    Ok(entry::with_session(taken(201, &account, room), site, call, &token))
}

/// Brings somebody who is here where the invitation leads, and makes them what it says, if they are less.
async fn join(
    site: &Site,
    call: &Call<'_>,
    me: &Account,
    (token, invitation): (TokenHash, &Invitation),
    new: Option<(String, Password)>,
) -> Result<Option<RoomId>, Problem> {
    let rises = invitation.role >= Role::Member && invitation.role > me.role;
    let room = invitation.room.as_ref().map(|(room, _)| *room);
    let credentials = match (new, &me.account) {
        (Some((account, password)), None) if rises => {
            check(&account, &me.name, &password)?;
            Some(site.credentials(call, &account, password).await?)
        }
        (None, None) if rises && (room.is_none() || invitation.role == Role::Owner) => return Err(account_needed()),
        // Whoever was lowered does not rise by a link again; there is nothing else that this one is for.
        (_, Some(_)) if rises && room.is_none() && invitation.role < Role::Owner => {
            return Err(Error::has_account().into());
        }
        _ => None,
    };
    let becomes_member = credentials.is_some();
    let invited = Invited { user: me.id, invitation: Some(token), credentials };
    let joiner = Joiner::Invited(me.person(), Box::new(invited));
    site.hub.join(room.unwrap_or(LOBBY), joiner).await?;
    if becomes_member && room.is_some() {
        site.let_into_lobby(call, me.person()).await;
    }
    site.apply(me.id).await;
    Ok(room)
}

impl Site {
    /// Lets somebody who has just got an account into the lobby; if that fails now, the follower does it.
    async fn let_into_lobby(&self, call: &Call<'_>, person: Person) {
        let id = person.id;
        if let Err(error) = self.hub.join(LOBBY, Joiner::Known(person)).await {
            log::warn!(target: "snug::http", "#{} user {id} comes into the lobby later: {error:?}", call.connection);
        }
    }

    /// The invitation of a token and what is kept of it, if it lets anybody in.
    ///
    /// # Errors
    /// 404 `no_such_invitation`, whatever the reason, or the store failed.
    async fn invitation(&self, call: &Call<'_>, token: &str) -> Result<(TokenHash, Invitation), Problem> {
        let token = secret::hash(token);
        let found = self.hub.store.invitation(&token, Hub::unix_ms()).await;
        let found = found.map_err(|error| storage_problem(error, call.connection))?;
        let is_closed = self.hub.config.people.sign_up == SignUp::Closed;
        // The owner's comes from the console, as accounts do where nobody signs up.
        let found = found.filter(|found| !is_closed || matches!(found.role, Role::Guest | Role::Owner));
        Ok((token, found.ok_or_else(|| Problem::from(Error::no_such_invitation()))?))
    }
}

/// What whoever took an invitation gets.
fn taken(status: u16, account: &Account, room: Option<RoomId>) -> Response {
    let mut value = json!(account);
    value["room"] = json!(room);
    Response::json(status, &value)
}

fn account_needed() -> Problem {
    let text = "This invitation makes an account. Nothing was done. Choose a name to sign in with and a password.";
    Problem::new(422, "account_needed", text)
}
