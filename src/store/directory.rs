//! Who is here, and what moderators and owners change about them: role, mute, whether the account is disabled.
//!
//! Rights are asked inside the writer's transaction, where nobody's role can change meanwhile.

use super::accounts::{self, State};
use super::audit::{self, Act, Record};
use super::{Store, StoreError, bots, bound, faces, people};
use crate::protocol::{Role, UserId};
use crate::rights::{self, Deed};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Somebody as moderators see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The person's id.
    pub id: UserId,
    /// The shown name.
    pub name: String,
    /// What they are to the server.
    pub role: Role,
    /// What has become of them.
    pub state: State,
    /// Until when they may not speak, in Unix milliseconds; 0: they may.
    pub muted_until: i64,
    /// Whether it is a program.
    pub is_bot: bool,
    /// Whether they sign in with a name and a password.
    pub has_account: bool,
    /// When they were last seen, in Unix milliseconds; 0: never.
    pub here_at: i64,
}

/// What is to change about somebody; `None` leaves it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StandingChange {
    /// The new role.
    pub role: Option<Role>,
    /// Until when they may not speak, in Unix milliseconds; 0: they may.
    pub muted_until: Option<i64>,
    /// Whether the account is disabled.
    pub disabled: Option<bool>,
    /// What they have chosen to look like is taken away.
    pub is_plain: bool,
}

/// Why something was not done to people; nothing of it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is nobody with that id, or they have left for good.
    NoSuchPerson,
    /// The one who asks may not do that, or not to them.
    Forbidden,
    /// There would be no owner left.
    LastOwner,
    /// Who has no account is a guest or a visitor.
    NoAccount,
    /// A program is always a guest.
    IsBot,
    /// They are banned.
    IsBanned,
    /// There are as many bans by address as there may be.
    TooManyBans,
    /// There is no such ban in force.
    NoSuchBan,
    /// There is no such report, or it is of a room that one may not know.
    NoSuchReport,
    /// There is no such room, or one is not in it.
    NoSuchRoom,
    /// Somebody has the name.
    NameTaken,
    /// One has as many bots as one may have.
    TooManyBots,
    /// There is no such bot among one's own.
    NoSuchBot,
}

/// Who is asked for in a list of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Everybody who ever came in: for those who keep order.
    All,
    /// Whom any member may see: active people who have an account or walked in by a name, and, of those who see only the
    /// rooms that they were let into, the ones with whom the reader shares a room.
    Seen,
    /// The same without programs.
    SeenPeople,
}

/// The columns of [`Profile`].
macro_rules! profile_sql {
    ($which:literal) => {
        concat!(
            "select u.id, u.name, u.role, u.state, u.muted_until, u.is_bot,
            case when u.account is null then 0 else 1 end, u.here_at from users u where ",
            $which
        )
    };
}

/// A page of people whose folded name is like $2: for reader $3; if $4 is 1, of all; up to $5 = 1, programs too.
pub(super) const PEOPLE_SQL: &str = profile_sql!(
    "u.id > $1 and u.folded like $2 escape '!' and ($4 = 1 or (u.state = 0 and u.is_bot <= $5
        and (u.role > 0 or u.account is not null or exists (select 1 from memberships m
            join memberships own on own.room_id = m.room_id where m.user_id = u.id and own.user_id = $3))))
    order by u.id limit $6"
);

impl Store {
    /// Up to `limit` people with an id above `after`, by id, whose folded name has `part` in it, as `reader` may see them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn people(
        &self,
        reader: UserId,
        which: Which,
        after: UserId,
        part: &str,
        limit: usize,
    ) -> Result<Vec<Profile>, StoreError> {
        let pattern = format!("%{}%", part.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
        let (all, bots) = (i64::from(which == Which::All), i64::from(which != Which::SeenPeople));
        let query =
            sqlx::query(PEOPLE_SQL).bind(after).bind(pattern).bind(reader).bind(all).bind(bots).bind(bound(limit));
        self.rows(query, known).await
    }

    /// Changes what `whom` is to the server, as `by` asks for; who they are now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn change_standing(
        &self,
        by: UserId,
        whom: UserId,
        change: StandingChange,
        now: i64,
    ) -> Result<Result<Profile, Refusal>, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let person = match check(connection, by, whom, &change).await? {
                    Ok(person) => person,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                carry_out(connection, by, &person, &change, now).await?;
                Ok(get(connection, whom).await?.ok_or(Refusal::NoSuchPerson))
            })
        })
        .await
    }
}

/// Whether `by` may change that about `whom`.
async fn check(
    connection: &mut AnyConnection,
    by: UserId,
    whom: UserId,
    change: &StandingChange,
) -> Result<Result<Profile, Refusal>, sqlx::Error> {
    let Some(actor) = acting(connection, by).await? else { return Ok(Err(Refusal::Forbidden)) };
    let Some(person) = get(connection, whom).await?.filter(|person| person.state != State::Left) else {
        return Ok(Err(Refusal::NoSuchPerson));
    };
    let needs = |is_asked: bool, deed| !is_asked || rights::may_serve(actor, deed);
    let may = needs(change.role.is_some() || change.disabled.is_some(), Deed::Appoint)
        && needs(change.muted_until.is_some() || change.is_plain, Deed::Moderate);
    // An owner may step down, and only that.
    let steps_down = by == whom && *change == StandingChange { role: change.role, ..StandingChange::default() };
    if !may || !(rights::outranks(actor, person.role) || steps_down) {
        return Ok(Err(Refusal::Forbidden));
    }
    if let Some(role) = change.role {
        if role >= actor && (by, role) != (whom, actor) {
            return Ok(Err(Refusal::Forbidden));
        }
        if person.is_bot {
            return Ok(Err(Refusal::IsBot));
        }
        if role >= Role::Member && !person.has_account {
            return Ok(Err(Refusal::NoAccount));
        }
        if person.role == Role::Owner && role < Role::Owner && people::owners(connection, whom).await? == 0 {
            return Ok(Err(Refusal::LastOwner));
        }
    }
    if change.disabled.is_some() && person.state == State::Banned {
        return Ok(Err(Refusal::IsBanned));
    }
    Ok(Ok(person))
}

async fn carry_out(
    connection: &mut AnyConnection,
    by: UserId,
    person: &Profile,
    change: &StandingChange,
    now: i64,
) -> Result<(), sqlx::Error> {
    let record = |act| Record::new(act, Some(by)).user(person.id);
    if let Some(role) = change.role.filter(|role| *role != person.role) {
        set(connection, person.id, "update users set role = $2 where id = $1", role as i64).await?;
        if role < Role::Member {
            bots::end_all_of(connection, person.id, Some(by), now).await?;
        }
        let detail = format!("{} to {}", person.role.name(), role.name());
        audit::append(connection, now, &record(Act::RoleChanged).detail(detail)).await?;
    }
    if let Some(until) = change.muted_until.filter(|until| *until != person.muted_until) {
        set(connection, person.id, "update users set muted_until = $2 where id = $1", until).await?;
        let line = if until > 0 {
            record(Act::Muted).detail(format!("for {} minutes", until.saturating_sub(now).max(0) / 60_000))
        } else {
            record(Act::Unmuted)
        };
        audit::append(connection, now, &line).await?;
    }
    if change.is_plain {
        faces::set(connection, by, person.id, None, now).await?;
    }
    match (change.disabled, person.state) {
        (Some(true), State::Active) => {
            set(connection, person.id, SET_STATE_SQL, State::Disabled as i64).await?;
            accounts::end(connection, person.id, accounts::Which::All, now).await?;
            bots::end_all_of(connection, person.id, Some(by), now).await?;
            audit::append(connection, now, &record(Act::Disabled)).await
        }
        (Some(false), State::Disabled) => {
            set(connection, person.id, SET_STATE_SQL, State::Active as i64).await?;
            audit::append(connection, now, &record(Act::Enabled)).await
        }
        _ => Ok(()),
    }
}

/// Sets somebody's state.
pub const SET_STATE_SQL: &str = "update users set state = $2 where id = $1";

/// Carries out a statement that sets one value of somebody.
pub async fn set(
    connection: &mut AnyConnection,
    user: UserId,
    sql: &'static str,
    value: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(sql).bind(user).bind(value).execute(connection).await.map(drop)
}

/// Somebody, whatever has become of them.
pub async fn get(connection: &mut AnyConnection, user: UserId) -> Result<Option<Profile>, sqlx::Error> {
    let found = sqlx::query(profile_sql!("u.id = $1")).bind(user).fetch_optional(connection).await?;
    found.map(|row| known(&row)).transpose()
}

/// The role of whoever asks for something, if they may still ask for anything.
pub async fn acting(connection: &mut AnyConnection, user: UserId) -> Result<Option<Role>, sqlx::Error> {
    let found = get(connection, user).await?;
    Ok(found.filter(|person| person.state == State::Active && !person.is_bot).map(|person| person.role))
}

fn known(row: &AnyRow) -> Result<Profile, sqlx::Error> {
    let (is_bot, has_account): (i64, i64) = (row.try_get(5)?, row.try_get(6)?);
    Ok(Profile {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        role: accounts::role(row, 2)?,
        state: accounts::state(row, 3)?,
        muted_until: row.try_get(4)?,
        is_bot: is_bot > 0,
        has_account: has_account > 0,
        here_at: row.try_get(7)?,
    })
}
