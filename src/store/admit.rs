//! Letting somebody in inside the writer's transaction: the person, their session, and the use of the invitation that
//! brought them are stored together with their `join`, or not at all.

use crate::protocol::{Role, UserId};
use crate::secret::TokenHash;
use data_encoding::BASE64URL_NOPAD;
use sqlx::{AnyConnection, Row};

/// Somebody who comes in for the first time.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// The shown name as typed.
    pub name: String,
    /// The form in which names are compared.
    pub folded: String,
    /// What they become.
    pub role: Role,
    /// What they sign in with, if they do.
    pub credentials: Option<Credentials>,
    /// Their first session.
    pub session: NewSession,
}

/// What somebody signs in with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The sign-in name, folded.
    pub account: String,
    /// The password's argon2id hash, as a PHC string.
    pub password: String,
}

/// A session that begins.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// What is kept of its token.
    pub token: TokenHash,
    /// The browser as it names itself, or the bot's token's name.
    pub label: String,
}

/// Makes somebody with a session; `None` if somebody else has one of the names.
pub async fn admit(
    connection: &mut AnyConnection,
    newcomer: &Newcomer,
    at: i64,
) -> Result<Option<UserId>, sqlx::Error> {
    let account = newcomer.credentials.as_ref().map(|credentials| credentials.account.as_str());
    if is_taken(connection, &newcomer.folded, 0).await? || is_taken(connection, account.unwrap_or_default(), 0).await? {
        return Ok(None);
    }
    let made = sqlx::query(
        "insert into users (id, name, folded, account, password, role, state, is_bot, muted_until, created_at)
         values ((select coalesce(max(id), 0) + 1 from users), $1, $2, $3, $4, $5, 0, 0, 0, $6) returning id",
    )
    .bind(&newcomer.name)
    .bind(&newcomer.folded)
    .bind(account)
    .bind(newcomer.credentials.as_ref().map(|credentials| credentials.password.as_str()))
    .bind(newcomer.role as i64)
    .bind(at)
    .fetch_one(&mut *connection)
    .await?;
    let user: UserId = made.try_get(0)?;
    begin_session(connection, user, &newcomer.session, at).await?;
    Ok(Some(user))
}

/// Begins a session of `user`.
pub async fn begin_session(
    connection: &mut AnyConnection,
    user: UserId,
    session: &NewSession,
    at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into sessions (id, token_hash, user_id, label, created_at, seen_at)
         values ((select coalesce(max(id), 0) + 1 from sessions), $1, $2, $3, $4, $4)",
    )
    .bind(BASE64URL_NOPAD.encode(&session.token))
    .bind(user)
    .bind(&session.label)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether somebody but `except` has that folded name as the shown one or to sign in with. The empty name is nobody's.
pub async fn is_taken(connection: &mut AnyConnection, folded: &str, except: UserId) -> Result<bool, sqlx::Error> {
    let found = sqlx::query("select 1 from users where (folded = $1 or account = $1) and id <> $2 limit 1")
        .bind(folded)
        .bind(except)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}
