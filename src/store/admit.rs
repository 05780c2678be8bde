//! Letting somebody in inside the writer's transaction: the person, their session, and the use of the invitation that
//! brought them are stored together with their `join`, or not at all.

use super::accounts::Which;
use super::append::{Append, Appended};
use super::audit::{self, Act, Record};
use super::invitations::{self, Invitation};
use super::{accounts, bound, people};
use crate::protocol::{Kind, LOBBY, Role, RoomId, SessionId, UserId};
use crate::secret::TokenHash;
use data_encoding::BASE64URL_NOPAD;
use sqlx::{AnyConnection, Row};

/// Sessions that one person has at the same time: more browsers than anybody uses.
pub const SESSIONS_MAX: usize = 100;

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

/// Who comes into a room, or becomes a member, and is here already.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Who.
    pub user: UserId,
    /// What is kept of the invitation's token; `None`: anybody may make an account here.
    pub invitation: Option<TokenHash>,
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
    /// They are not, and this is why; nothing was done.
    Out(Appended),
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
            _ => return Ok(Admitted::Out(Appended::NoInvitation)),
        },
        None => None,
    };
    if is_too_early(connection, newcomer.role).await? {
        return Ok(Admitted::Out(Appended::NoOwner));
    }
    let account = newcomer.credentials.as_ref().map(|credentials| credentials.account.as_str());
    if is_taken(connection, &newcomer.folded, 0).await? || is_taken(connection, account.unwrap_or_default(), 0).await? {
        return Ok(Admitted::Out(Appended::NameTaken));
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
        let record = Record::new(Act::AccountMade, Some(user)).user(user).detail(newcomer.role.name());
        audit::append(connection, at, &record).await?;
    }
    Ok(Admitted::In { user, rises: true, takes })
}

/// Somebody at the door who is here already.
struct Known {
    role: Role,
    has_account: bool,
    /// Rooms that they are in.
    rooms: i64,
    /// Whether they are in the room that they come into, and in the lobby.
    is_inside: bool,
    is_in_lobby: bool,
}

/// Lets somebody who is here already come in: whoever has no account gets the one that they ask for and the role that comes
/// with it, if that is higher. Whoever has one keeps their role, which the owner gives; only the setup link, which comes
/// from the console, makes them more. An invitation is used up only by whoever is new in the room or rises, which the
/// append sees to.
pub async fn welcome(
    connection: &mut AnyConnection,
    invited: &Invited,
    append: &Append,
) -> Result<Admitted, sqlx::Error> {
    let (room, at) = (append.room, append.at);
    let out = |why| Ok(Admitted::Out(why));
    let takes = match &invited.invitation {
        Some(token) => match invitations::find(connection, token, at).await?.filter(|found| leads_to(found, room)) {
            Some(found) => Some(Box::new(found)),
            None => return out(Appended::NoInvitation),
        },
        None => None,
    };
    let Some(known) = known(connection, invited.user, room).await? else { return out(Appended::NoInvitation) };
    let role = takes.as_ref().map_or(Role::Member, |taken| taken.role);
    let rises = role > known.role && role >= Role::Member && (invited.credentials.is_some() || role == Role::Owner);
    if invited.credentials.is_some() && known.has_account {
        return out(Appended::HasAccount);
    }
    // A setup link is for nothing else.
    if role == Role::Owner && !(rises && (known.has_account || invited.credentials.is_some())) {
        return out(Appended::NoInvitation);
    }
    if let Some(taken) = &takes
        && !known.is_inside
        && was_removed(connection, room, invited.user, taken.created_at).await?
    {
        return out(Appended::NoInvitation);
    }
    let new_rooms = i64::from(!known.is_inside) + i64::from(rises && room != LOBBY && !known.is_in_lobby);
    if new_rooms > 0 && known.rooms + new_rooms > append.rooms_per_user_max {
        return out(Appended::TooManyRooms);
    }
    if rises {
        if is_too_early(connection, role).await? {
            return out(Appended::NoOwner);
        }
        if let Some(credentials) = &invited.credentials
            && is_taken(connection, &credentials.account, invited.user).await?
        {
            return out(Appended::NameTaken);
        }
        raise(connection, invited, role, at).await?;
    }
    Ok(Admitted::In { user: invited.user, rises, takes })
}

async fn known(connection: &mut AnyConnection, user: UserId, room: RoomId) -> Result<Option<Known>, sqlx::Error> {
    let found = sqlx::query(
        "select u.role, case when u.account is null then 0 else 1 end,
         (select count(*) from memberships m where m.user_id = u.id),
         (select count(*) from memberships m where m.user_id = u.id and m.room_id = $2),
         (select count(*) from memberships m where m.user_id = u.id and m.room_id = $3)
         from users u where u.id = $1 and u.state = 0 and u.is_bot = 0",
    )
    .bind(user)
    .bind(room)
    .bind(LOBBY)
    .fetch_optional(connection)
    .await?;
    let Some(row) = found else { return Ok(None) };
    let is = |column: usize| row.try_get::<i64, _>(column).map(|count| count > 0);
    let (role, rooms) = (accounts::role(&row, 0)?, row.try_get(2)?);
    Ok(Some(Known { role, has_account: is(1)?, rooms, is_inside: is(3)?, is_in_lobby: is(4)? }))
}

/// What came last of the comings and goings of $2 in room $1: they have no key, by which they are found, and not by `seq`.
const LAST_TURN_SQL: &str = "select e.kind, e.author, e.at from entries e where e.room_id = $1 and e.key is null
    and (e.kind = 1 or e.kind = 2) and coalesce(e.subject, e.author) = $2 order by +e.seq desc limit 1";

/// Whether somebody else has removed `user` from `room` after `made_at`, and they have not come in since.
async fn was_removed(
    connection: &mut AnyConnection,
    room: RoomId,
    user: UserId,
    made_at: i64,
) -> Result<bool, sqlx::Error> {
    let last = sqlx::query(LAST_TURN_SQL).bind(room).bind(user).fetch_optional(connection).await?;
    let Some(row) = last else { return Ok(false) };
    let (kind, by, at): (i64, UserId, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    Ok(kind == Kind::Leave as i64 && by != user && at > made_at)
}

/// Makes `invited` what they become: with the account that they ask for, or, if they have one, as they are.
async fn raise(connection: &mut AnyConnection, invited: &Invited, role: Role, at: i64) -> Result<(), sqlx::Error> {
    let user = invited.user;
    let act = if let Some(Credentials { account, password }) = &invited.credentials {
        sqlx::query("update users set account = $2, password = $3 where id = $1")
            .bind(user)
            .bind(account)
            .bind(password)
            .execute(&mut *connection)
            .await?;
        Act::AccountGiven
    } else {
        Act::RoleChanged
    };
    sqlx::query("update users set role = $2 where id = $1")
        .bind(user)
        .bind(role as i64)
        .execute(&mut *connection)
        .await?;
    audit::append(connection, at, &Record::new(act, Some(user)).user(user).detail(role.name())).await
}

/// Whether it is too early to come in for such a role: until there is an owner nobody does, but for the owner, and for
/// visitors where the server lets people in by a name.
async fn is_too_early(connection: &mut AnyConnection, role: Role) -> Result<bool, sqlx::Error> {
    Ok(!matches!(role, Role::Visitor | Role::Owner) && people::owners(connection, 0).await? == 0)
}

/// Whether an invitation leads to that room.
fn leads_to(invitation: &Invitation, room: RoomId) -> bool {
    invitation.room.as_ref().map_or(LOBBY, |(room, _)| *room) == room
}

/// Begins a session of `user`.
///
/// Whoever has [`SESSIONS_MAX`] already loses the one that was not used for longest.
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
    .execute(&mut *connection)
    .await?;
    let too_many = sqlx::query(
        "select id from sessions where user_id = $1 and ended_at is null order by seen_at desc, id desc limit 1 offset $2",
    );
    for row in too_many.bind(user).bind(bound(SESSIONS_MAX)).fetch_all(&mut *connection).await? {
        let oldest: SessionId = row.try_get(0)?;
        accounts::end(connection, user, Which::One(oldest), at).await?;
        let record = Record::new(Act::SessionEnded, Some(user)).user(user).session(oldest);
        audit::append(connection, at, &record).await?;
    }
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
