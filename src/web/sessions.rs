//! `/api/v1/sessions`: signing in, seeing where one is signed in, signing out.

use super::attempts::By;
use super::{Call, Site, entry, storage_problem};
use crate::chat::hub::Hub;
use crate::hasher::HashError;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::password::{Password, Verdict};
use crate::protocol::{Account, SessionId};
use crate::secret::fold;
use crate::store::{Known, State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Who signs in.
#[derive(Deserialize)]
struct SignIn {
    /// The sign-in name, in whatever form.
    account: String,
    /// The password.
    password: Password,
}

/// Begins a session of whoever knows the account's password.
pub(super) async fn sign_in(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    let asked: SignIn = entry::read(body, "{\"account\": \"...\", \"password\": \"...\"}")?;
    let known = site.prove(call, &asked.account, asked.password.clone(), Whose::Name).await?;
    let Some((known, is_stale)) = known else { return Err(wrong_credentials()) };
    // That a hash is not as strong as it should be is no reason to let nobody in.
    let stronger = if is_stale { site.hub.hasher.hash(asked.password, call.peer).await.ok() } else { None };
    let token = entry::token(call)?;
    let (user, session) = (known.id, entry::session(call, &token));
    let begun = site.hub.store.sign_in(known, stronger, session, Hub::unix_ms()).await;
    if !begun.map_err(|error| storage_problem(error, call.connection))? {
        return Err(wrong_credentials());
    }
    log::info!(target: "snug::http", "#{} user {user} signed in", call.connection);
    let account = site.account_of(call, &token.hash()).await?;
    Ok(entry::with_session(Response::json(201, &json!(account)), site, call, &token))
}

/// The sessions of whoever asks.
pub(super) async fn list(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.account(call).await?;
    let found = site.hub.store.sessions_listed(me.id, Hub::unix_ms()).await;
    let sessions = found.map_err(|error| storage_problem(error, call.connection))?;
    let sessions: Vec<Value> = sessions
        .into_iter()
        .map(|session| {
            json!({
                "id": session.id,
                "label": session.label,
                "created_at": session.created_at,
                "seen_at": session.seen_at,
                "current": session.id == me.session.id,
            })
        })
        .collect();
    Ok(Response::json(200, &json!({ "sessions": sessions })))
}

/// Ends the session by which it is asked.
pub(super) async fn sign_out(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.account(call).await?;
    end(site, call, &me, me.session.id).await?;
    Ok(entry::without_session(Response::new(204), call))
}

/// Ends one of one's sessions.
pub(super) async fn end_one(site: &Site, call: &Call<'_>, session: SessionId) -> Result<Response, Problem> {
    let me = site.account(call).await?;
    end(site, call, &me, session).await?;
    let response = Response::new(204);
    Ok(if session == me.session.id { entry::without_session(response, call) } else { response })
}

/// Ends all of one's sessions but the one by which it is asked.
pub(super) async fn end_others(site: &Site, call: &Call<'_>) -> Result<Response, Problem> {
    let me = site.account(call).await?;
    let ended = site.hub.store.end_other_sessions(me.id, me.session.id, Hub::unix_ms()).await;
    ended.map_err(|error| storage_problem(error, call.connection))?;
    site.apply(me.id).await;
    Ok(Response::new(204))
}

async fn end(site: &Site, call: &Call<'_>, me: &Account, session: SessionId) -> Result<(), Problem> {
    let ended = site.hub.store.end_session(me.id, session, Some(me.id), Hub::unix_ms()).await;
    if !ended.map_err(|error| storage_problem(error, call.connection))? {
        let text = "You have no such session, or it has ended already. Nothing was done. Look at the list again.";
        return Err(Problem::new(404, "no_such_session", text));
    }
    site.apply(me.id).await;
    Ok(())
}

/// Whose password is tried.
pub(super) enum Whose {
    /// That of the account of this name.
    Name,
    /// One's own, once more.
    Own(i64),
}

impl Site {
    /// Tries a password; whose it is and whether its hash is stale, or `None` if it is wrong, or nobody's, or of somebody who
    /// is not active: all of it after the same work.
    ///
    /// # Errors
    /// 429 when too many were wrong, 503 when too many are tried at once, or the store failed.
    pub(super) async fn prove(
        &self,
        call: &Call<'_>,
        account: &str,
        password: Password,
        whose: Whose,
    ) -> Result<Option<(Known, bool)>, Problem> {
        let account = fold(account);
        let by = if matches!(whose, Whose::Own(_)) { By::Session } else { By::Anybody };
        let attempt = self.attempts.begin(&account, call.peer, by, self.hub.now_ms()).map_err(too_often)?;
        let known = match whose {
            Whose::Name => self.hub.store.known(&account).await,
            Whose::Own(user) => self.hub.store.known_by_id(user).await,
        };
        let known = known.map_err(|error| storage_problem(error, call.connection))?;
        let known = known.filter(|known| known.state == State::Active);
        let hash = known.as_ref().and_then(|known| known.password.clone());
        let verdict = self.hub.hasher.verify(password, hash, call.peer).await;
        match &verdict {
            Ok(Verdict::Right { .. }) => self.attempts.right(&attempt),
            // Whoever fills the queue pays for it.
            Ok(Verdict::Wrong) | Err(HashError::Busy { is_first: false, .. }) => {}
            Err(_) => self.attempts.not_looked_at(&attempt, self.hub.now_ms()),
        }
        match verdict.map_err(|error| hash_problem(error, call))? {
            Verdict::Wrong => {
                log::info!(target: "snug::http", "#{} {} a wrong password or name", call.connection, call.peer);
                Ok(None)
            }
            Verdict::Right { is_stale } => Ok(known.map(|known| (known, is_stale))),
        }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// 503 when too many are hashed at once.
    pub(super) async fn hash(&self, call: &Call<'_>, password: Password) -> Result<String, Problem> {
        self.hub.hasher.hash(password, call.peer).await.map_err(|error| hash_problem(error, call))
    }
}

/// Too many attempts.
pub(super) fn too_often(ms: u64) -> Problem {
    let seconds = ms.div_ceil(1_000);
    let text = format!("Too many attempts. Nothing was done. Try again in {seconds} s.");
    Problem::new(429, "rate_limited", text).retry_after_ms(ms)
}

/// The one answer to a wrong name, a wrong password, and an account that is disabled or banned.
pub(super) fn wrong_credentials() -> Problem {
    let text = "The name or the password is wrong, or the account may not sign in. Nothing was done. Try again, or ask the \
                server's keeper for a new password.";
    Problem::new(401, "wrong_credentials", text)
}

fn hash_problem(error: HashError, call: &Call<'_>) -> Problem {
    let text = "Too many people are signing in at this moment. Nothing was done. Try again in a moment.";
    let ms = match error {
        HashError::Busy { retry_ms, .. } => retry_ms,
        HashError::Failed(detail) => {
            log::error!(target: "snug::http", "#{} a password cannot be hashed: {detail}", call.connection);
            1_000
        }
    };
    Problem::new(503, "busy", text).retry_after_ms(ms)
}
