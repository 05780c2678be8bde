//! Letting somebody in inside the writer's transaction: the person, their session, and the use of the invitation that
//! brought them are stored together with their `join`, or not at all.

use super::accounts;
use super::audit::{self, Act, Record};
use super::invitations::{self, Invitation};
use super::people::{self, Changed};
use crate::protocol::{LOBBY, Role, RoomId, UserId};
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
    /// What is kept of the token of the invitation that they take, if they do.
    pub invitation: Option<TokenHash>,
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

/// Who becomes a member by an invitation, and is here already.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Who.
    pub user: UserId,
    /// What is kept of the invitation's token.
    pub invitation: TokenHash,
    /// What they will sign in with, if they have no account yet and get one.
    pub credentials: Option<Credentials>,
}

/// What became of somebody at the door.
#[derive(Debug, Clone)]
pub enum Admitted {
    /// They are in.
    In {
        /// Who.
        user: UserId,
        /// Whether they are more than before, whether or not they are new in the room.
        rises: bool,
        /// The invitation that is used up if they rise or are new in the room.
        takes: Option<Box<Invitation>>,
    },
    /// Somebody else has one of the names.
    NameTaken,
    /// The invitation lets nobody in, or not to this.
    NoInvitation,
}

/// Makes somebody with a session, who comes into `room`.
pub async fn admit(
    connection: &mut AnyConnection,
    newcomer: &Newcomer,
    room: RoomId,
    at: i64,
) -> Result<Admitted, sqlx::Error> {
    let takes = match &newcomer.invitation {
        Some(token) => match invitations::find(connection, token, at).await? {
            Some(found) if found.role == newcomer.role && leads_to(&found, room) => Some(Box::new(found)),
            _ => return Ok(Admitted::NoInvitation),
        },
        None => None,
    };
    let account = newcomer.credentials.as_ref().map(|credentials| credentials.account.as_str());
    if is_taken(connection, &newcomer.folded, 0).await? || is_taken(connection, account.unwrap_or_default(), 0).await? {
        return Ok(Admitted::NameTaken);
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
    if account.is_some() {
        let record = Record::new(Act::AccountMade, Some(user)).user(user).detail(people::word(newcomer.role));
        audit::append(connection, at, &record).await?;
    }
    Ok(Admitted::In { user, rises: true, takes })
}

/// Lets somebody who is here already take an invitation: they get the account that they ask for and the invitation's role, if
/// that is higher than theirs and theirs comes with an account. It is used up only by whoever is new in the room or rises, which the append sees to.
pub async fn welcome(
    connection: &mut AnyConnection,
    invited: &Invited,
    room: RoomId,
    at: i64,
) -> Result<Admitted, sqlx::Error> {
    let found = invitations::find(connection, &invited.invitation, at).await?;
    let Some(invitation) = found.filter(|found| leads_to(found, room)) else { return Ok(Admitted::NoInvitation) };
    let found = sqlx::query("select role, account from users where id = $1 and state = 0")
        .bind(invited.user)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = found else { return Ok(Admitted::NoInvitation) };
    let (role, account): (Role, Option<String>) = (accounts::role(&row, 0)?, row.try_get(1)?);
    let may_rise = invitation.role > role && invitation.role >= Role::Member;
    let rises = match (&invited.credentials, account) {
        (Some(credentials), None) if may_rise => {
            match people::give_account(connection, invited.user, credentials, invitation.role, at).await? {
                Changed::Done => true,
                Changed::NameTaken => return Ok(Admitted::NameTaken),
                Changed::Gone | Changed::LastOwner => return Ok(Admitted::NoInvitation),
            }
        }
        (_, Some(_)) if may_rise => {
            sqlx::query("update users set role = $2 where id = $1")
                .bind(invited.user)
                .bind(invitation.role as i64)
                .execute(&mut *connection)
                .await?;
            let record = Record::new(Act::RoleChanged, Some(invited.user)).user(invited.user);
            audit::append(connection, at, &record.detail(people::word(invitation.role))).await?;
            true
        }
        // A setup link is for nothing else.
        _ if invitation.role == Role::Owner => return Ok(Admitted::NoInvitation),
        _ => false,
    };
    Ok(Admitted::In { user: invited.user, rises, takes: Some(Box::new(invitation)) })
}

/// Whether an invitation leads to that room.
fn leads_to(invitation: &Invitation, room: RoomId) -> bool {
    invitation.room.as_ref().map_or(LOBBY, |(room, _)| *room) == room
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
