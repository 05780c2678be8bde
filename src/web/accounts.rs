//! `/api/v1/accounts` and `/api/v1/me`: signing up, and what one does about oneself.

use super::sessions::{Whose, too_often, wrong_credentials};
use super::{Call, Site, entry, storage_problem};
use crate::chat::hub::{Hub, Joiner};
use crate::config::SignUp;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::password::Password;
use crate::protocol::{Error, LOBBY, Role, check_name};
use crate::rights::Deed;
use crate::secret::fold;
use crate::store::{Changed, Credentials, Invited, Newcomer, StoreError};
use serde::Deserialize;
use serde_json::json;

/// Somebody new.
#[derive(Deserialize)]
struct NewAccount {
    account: String,
    password: Password,
    /// The shown name; without it the account's.
    name: Option<String>,
}

/// Makes an account, where everybody may.
pub(super) async fn sign_up(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    let asked: NewAccount = entry::read(body, "{\"account\": \"...\", \"password\": \"...\", \"name\": \"...\"}")?;
    if site.hub.config.people.sign_up != SignUp::Open {
        return Err(sign_up_closed());
    }
    let name = asked.name.unwrap_or_else(|| asked.account.clone());
    check(&asked.account, &name, &asked.password)?;
    site.attempts.knock(call.peer, site.hub.now_ms()).map_err(too_often)?;
    let token = entry::token(call)?;
    let credentials = site.credentials(call, &asked.account, asked.password).await?;
    let newcomer = Newcomer {
        folded: fold(&name),
        name,
        role: Role::Member,
        credentials: Some(credentials),
        session: entry::session(call, &token),
        invitation: None,
    };
    site.hub.join(LOBBY, Joiner::New(Box::new(newcomer))).await?;
    let account = site.account_of(call, &token.hash()).await?;
    Ok(entry::with_session(Response::json(201, &json!(account)), site, call, &token))
}

/// Changes the shown name.
pub(super) async fn rename(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    struct Rename {
        name: String,
    }
    let me = site.allowed(call, Deed::OwnAccount).await?;
    let asked: Rename = entry::read(body, "{\"name\": \"...\"}")?;
    check_name(&asked.name).map_err(|text| Problem::new(422, "bad_name", text))?;
    if let muted_ms @ 1.. = me.muted_ms(Hub::unix_ms()) {
        // A name is read by others, too.
        return Err(Error::muted(muted_ms).into());
    }
    site.changes.take(&me.id, site.hub.now_ms()).map_err(too_often)?;
    site.done(call, site.hub.store.rename(me.id, asked.name, Hub::unix_ms()).await)?;
    site.apply(me.id).await;
    site.show_name(me.id).await;
    Ok(Response::json(200, &json!(site.account(call).await?)))
}

/// Changes the password, which ends the other sessions.
pub(super) async fn change_password(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    struct Change {
        old: Password,
        new: Password,
    }
    let me = site.allowed(call, Deed::OwnAccount).await?;
    let asked: Change = entry::read(body, "{\"old\": \"...\", \"new\": \"...\"}")?;
    let Some(account) = &me.account else { return Err(no_account()) };
    asked.new.check(&[account, &me.name]).map_err(|text| Problem::new(422, "bad_password", text))?;
    let proved = site.prove(call, account, asked.old, Whose::Own(me.id)).await?;
    let Some(old) = proved.and_then(|(known, _)| known.password) else { return Err(wrong_password()) };
    let new = site.hash(call, asked.new).await?;
    let changed = site.hub.store.change_password(me.id, old, new, me.session.id, Hub::unix_ms()).await;
    site.done(call, changed)?;
    log::info!(target: "snug::http", "#{} user {} changed the password", call.connection, me.id);
    site.apply(me.id).await;
    Ok(Response::new(204))
}

/// Turns a guest or visitor into a member, who keeps what they wrote.
pub(super) async fn become_member(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    struct Become {
        account: String,
        password: Password,
        /// An invitation's token, where accounts are made by invitation.
        invitation: Option<String>,
    }
    let me = site.allowed(call, Deed::BecomeMember).await?;
    let asked: Become = entry::read(body, "{\"account\": \"...\", \"password\": \"...\"}")?;
    if me.is_bot {
        return Err(sign_up_closed());
    }
    if me.account.is_some() {
        return Err(Error::has_account().into());
    }
    if let Some(token) = asked.invitation {
        return super::invitations::rise(site, call, me, &token, asked.account, asked.password).await;
    }
    if site.hub.config.people.sign_up != SignUp::Open {
        return Err(sign_up_closed());
    }
    check(&asked.account, &me.name, &asked.password)?;
    site.attempts.knock(call.peer, site.hub.now_ms()).map_err(too_often)?;
    let credentials = site.credentials(call, &asked.account, asked.password).await?;
    let invited = Invited { user: me.id, invitation: None, credentials: Some(credentials) };
    site.hub.join(LOBBY, Joiner::Invited(me.person(), Box::new(invited))).await?;
    site.apply(me.id).await;
    Ok(Response::json(200, &json!(site.account(call).await?)))
}

/// Lets somebody leave for good; what they wrote stays, under "Someone who left".
pub(super) async fn delete(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    #[derive(Deserialize, Default)]
    struct Delete {
        password: Option<Password>,
    }
    let me = site.allowed(call, Deed::OwnAccount).await?;
    let asked: Delete = if body.is_empty() { Delete::default() } else { entry::read(body, "{\"password\": \"...\"}")? };
    if let Some(account) = &me.account {
        let Some(password) = asked.password else { return Err(wrong_password()) };
        if site.prove(call, account, password, Whose::Own(me.id)).await?.is_none() {
            return Err(wrong_password());
        }
    }
    site.done(call, site.hub.store.delete_account(me.id, Hub::unix_ms()).await)?;
    log::info!(target: "snug::http", "#{} user {} left for good", call.connection, me.id);
    site.apply(me.id).await;
    site.show_name(me.id).await;
    if let Err(problem) = site.hub.clear_up().await {
        log::error!(target: "snug::http", "#{} user {} is still in rooms: {problem:?}", call.connection, me.id);
    }
    Ok(entry::without_session(Response::new(204), call))
}

/// Whether somebody may have these names and this password.
pub(super) fn check(account: &str, name: &str, password: &Password) -> Result<(), Problem> {
    for name in [account, name] {
        check_name(name).map_err(|text| Problem::new(422, "bad_name", text))?;
    }
    password.check(&[account, name]).map_err(|text| Problem::new(422, "bad_password", text))
}

impl Site {
    /// What is kept of a name and a password.
    pub(super) async fn credentials(
        &self,
        call: &Call<'_>,
        account: &str,
        password: Password,
    ) -> Result<Credentials, Problem> {
        Ok(Credentials { account: fold(account), password: self.hash(call, password).await? })
    }

    /// What became of a change to somebody, as they may read it.
    pub(super) fn done(&self, call: &Call<'_>, changed: Result<Changed, StoreError>) -> Result<(), Problem> {
        match changed.map_err(|error| storage_problem(error, call.connection))? {
            Changed::Done => Ok(()),
            Changed::NameTaken => {
                let text = "Somebody here has this name already. Nothing was done. Choose another one.";
                Err(Problem::new(409, "name_taken", text))
            }
            Changed::LastOwner => {
                let text = "A server needs an owner, and there is no other. Nothing was done. Make somebody else an owner first.";
                Err(Problem::new(409, "last_owner", text))
            }
            Changed::Gone => {
                let text = "Somebody has changed it meanwhile. Nothing was done. Look again.";
                Err(Problem::new(409, "changed_meanwhile", text))
            }
        }
    }
}

/// Accounts are not made this way here.
pub(super) fn sign_up_closed() -> Problem {
    let text = "This server makes no accounts this way. Nothing was done. Ask somebody here for an invitation.";
    Problem::new(403, "sign_up_closed", text)
}

fn no_account() -> Problem {
    let text = "You came in without an account, so there is no password. Nothing was done. Make an account first.";
    Problem::new(403, "no_account", text)
}

fn wrong_password() -> Problem {
    Problem { text: "The password is wrong. Nothing was done. Try again.".into(), ..wrong_credentials() }
}
