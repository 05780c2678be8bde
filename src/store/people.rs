//! What becomes of people: their names, passwords, roles and states, their sessions, and how they leave.

use super::accounts::{self, State, Which, end};
use super::admit::{Credentials, NewSession, begin_session, is_taken};
use super::audit::{self, Act, Record};
use super::{Store, StoreError, bots, faces};
use crate::protocol::{LEFT_NAME, LOBBY, Person, Role, RoomId, SessionId, UserId};
use crate::secret;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// What is known of an account by its sign-in name.
#[derive(Debug, Clone)]
pub struct Known {
    /// Whose it is.
    pub id: UserId,
    /// The password's hash; `None`: cannot sign in.
    pub password: Option<String>,
    /// What has become of them.
    pub state: State,
}

/// Somebody, as the console and those who keep order see them.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The id.
    pub id: UserId,
    /// The shown name.
    pub name: String,
    /// The sign-in name; `None`: no account.
    pub account: Option<String>,
    /// The role.
    pub role: Role,
    /// What has become of them.
    pub state: State,
    /// Whether it is a program.
    pub is_bot: bool,
    /// When they first came in, in Unix milliseconds.
    pub created_at: i64,
}

/// What became of a change to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Done,
    /// There is nothing to change, or no longer what was to be changed.
    Gone,
    /// Somebody else has the name.
    NameTaken,
    /// It would leave the server without an owner.
    LastOwner,
}

/// Who is still a member of which room, and should not be.
const LEFT_OVER_SQL: &str = "select u.id, u.name, m.room_id from users u join memberships m on m.user_id = u.id
    where u.state = 3 or (u.is_bot = 1 and not exists
        (select 1 from memberships o where o.room_id = m.room_id and o.user_id = u.made_by))";
/// The account of a sign-in name.
pub(super) const KNOWN_SQL: &str = "select id, password, state from users where account = $1 and is_bot = 0";

/// Who has an account and has never come into room $1, nor gone from it; neither has a key, by which they are found.
const NOT_LET_IN_SQL: &str = "select u.id, u.name from users u
    where u.account is not null and u.role >= 2 and u.state = 0 and u.is_bot = 0
    and not exists (select 1 from memberships m where m.user_id = u.id and m.room_id = $1)
    and not exists (select 1 from entries e where e.room_id = $1 and e.key is null and e.author = u.id)
    and not exists (select 1 from entries e where e.room_id = $1 and e.key is null and e.subject = u.id)";

impl Store {
    /// The account that one signs in to by this name, folded.
    ///
    /// # Errors
    /// The database failed.
    pub async fn known(&self, account: &str) -> Result<Option<Known>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(KNOWN_SQL).bind(account).fetch_optional(reader.get()?).await;
        found.and_then(|row| row.map(|row| known(&row)).transpose()).map_err(|problem| reader.distrust(problem))
    }

    /// The account of somebody by their id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn known_by_id(&self, user: UserId) -> Result<Option<Known>, StoreError> {
        let query = sqlx::query("select id, password, state from users where id = $1").bind(user);
        self.row(query, known).await
    }

    /// Everybody who has an account, by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn accounts(&self) -> Result<Vec<Listed>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select id, name, account, role, state, is_bot, created_at from users where account is not null order by id";
        let found = sqlx::query(sql).fetch_all(reader.get()?).await;
        found.and_then(|rows| rows.iter().map(listed).collect()).map_err(|problem| reader.distrust(problem))
    }

    /// Whether somebody active is an owner.
    ///
    /// # Errors
    /// The database failed.
    pub async fn has_owner(&self) -> Result<bool, StoreError> {
        let mut reader = self.reader().await?;
        let found = owners(reader.get()?, 0).await;
        found.map(|owners| owners > 0).map_err(|problem| reader.distrust(problem))
    }

    /// Begins a session of somebody who has just proved to know the password of that hash; false if it is theirs no longer, or
    /// if they are not active any more. A hash that was not strong enough is replaced by `stronger`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_in(
        &self,
        known: Known,
        stronger: Option<String>,
        session: NewSession,
        now: i64,
    ) -> Result<bool, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let good = sqlx::query("update users set password = $3 where id = $1 and password = $2 and state = 0")
                    .bind(known.id)
                    .bind(known.password.as_deref())
                    .bind(stronger.as_deref().or(known.password.as_deref()))
                    .execute(&mut *connection)
                    .await?;
                if good.rows_affected() > 0 {
                    begin_session(connection, known.id, &session, now).await?;
                }
                Ok(good.rows_affected() > 0)
            })
        })
        .await
    }

    /// Ends all sessions of `user` but `keep`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_other_sessions(&self, user: UserId, keep: SessionId, now: i64) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if end(connection, user, Which::AllBut(keep), now).await? > 0 {
                    audit::append(connection, now, &Record::new(Act::SessionsEnded, Some(user)).user(user)).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Changes the shown name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rename(&self, user: UserId, name: String, now: i64) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let folded = secret::fold(&name);
                if is_taken(connection, &folded, user).await? {
                    return Ok(Changed::NameTaken);
                }
                let renamed = sqlx::query("update users set name = $2, folded = $3 where id = $1 and state = 0")
                    .bind(user)
                    .bind(&name)
                    .bind(&folded)
                    .execute(&mut *connection)
                    .await?;
                let record = Record::new(Act::NameChanged, Some(user)).user(user);
                conclude(connection, renamed.rows_affected(), now, record).await
            })
        })
        .await
    }

    /// Puts a new password in the place of that of hash `old`, and ends all sessions but `keep`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn change_password(
        &self,
        user: UserId,
        old: String,
        new: String,
        keep: SessionId,
        now: i64,
    ) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let changed =
                    sqlx::query("update users set password = $3 where id = $1 and password = $2 and state = 0")
                        .bind(user)
                        .bind(&old)
                        .bind(&new)
                        .execute(&mut *connection)
                        .await?;
                if changed.rows_affected() > 0 {
                    end(connection, user, Which::AllBut(keep), now).await?;
                }
                let record = Record::new(Act::PasswordChanged, Some(user)).user(user);
                conclude(connection, changed.rows_affected(), now, record).await
            })
        })
        .await
    }

    /// Sets a password at the console, and ends all sessions.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reset_password(&self, user: UserId, new: String, now: i64) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let changed =
                    sqlx::query("update users set password = $2 where id = $1 and account is not null and state <> 3")
                        .bind(user)
                        .bind(&new)
                        .execute(&mut *connection)
                        .await?;
                end(connection, user, Which::All, now).await?;
                conclude(connection, changed.rows_affected(), now, Record::new(Act::PasswordReset, None).user(user))
                    .await
            })
        })
        .await
    }

    /// Makes an account without a session, at the console.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_account(
        &self,
        name: String,
        credentials: Credentials,
        role: Role,
        now: i64,
    ) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let folded = secret::fold(&name);
                if is_taken(connection, &folded, 0).await? {
                    return Ok(Changed::NameTaken);
                }
                let made = sqlx::query(
                    "insert into users (id, name, folded, account, password, role, state, is_bot, muted_until, created_at)
                     values ((select coalesce(max(id), 0) + 1 from users), $1, $2, $3, $4, $5, 0, 0, 0, $6) returning id",
                )
                .bind(&name)
                .bind(&folded)
                .bind(&credentials.account)
                .bind(&credentials.password)
                .bind(role as i64)
                .bind(now)
                .fetch_one(&mut *connection)
                .await?;
                let record = Record::new(Act::AccountMade, None).user(made.try_get(0)?).detail(role.name());
                conclude(connection, 1, now, record).await
            })
        })
        .await
    }

    /// Gives `user` a role; `actor` is who does it, nobody the console.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_role(
        &self,
        user: UserId,
        role: Role,
        actor: Option<UserId>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if role != Role::Owner && is_last_owner(connection, user).await? {
                    return Ok(Changed::LastOwner);
                }
                let set = sqlx::query(
                    "update users set role = $2 where id = $1 and state <> 3 and is_bot = 0 and role <> $2",
                )
                .bind(user)
                .bind(role as i64)
                .execute(&mut *connection)
                .await?;
                if role < Role::Member {
                    bots::end_all_of(connection, user, actor, now).await?;
                }
                let record = Record::new(Act::RoleChanged, actor).user(user).detail(role.name());
                conclude(connection, set.rows_affected(), now, record).await
            })
        })
        .await
    }

    /// Disables an account, which ends its sessions, or enables it again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_disabled(
        &self,
        user: UserId,
        disabled: bool,
        actor: Option<UserId>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if disabled && is_last_owner(connection, user).await? {
                    return Ok(Changed::LastOwner);
                }
                let (from, to) =
                    if disabled { (State::Active, State::Disabled) } else { (State::Disabled, State::Active) };
                let set = sqlx::query("update users set state = $3 where id = $1 and state = $2")
                    .bind(user)
                    .bind(from as i64)
                    .bind(to as i64)
                    .execute(&mut *connection)
                    .await?;
                if disabled {
                    end(connection, user, Which::All, now).await?;
                    bots::end_all_of(connection, user, actor, now).await?;
                }
                let act = if disabled { Act::Disabled } else { Act::Enabled };
                conclude(connection, set.rows_affected(), now, Record::new(act, actor).user(user)).await
            })
        })
        .await
    }

    /// Lets somebody leave for good: name, account and password go, sessions end, what they wrote stays. The memberships end
    /// in each room's own log, see [`Store::rooms_left_over`].
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_account(&self, user: UserId, now: i64) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if is_last_owner(connection, user).await? {
                    return Ok(Changed::LastOwner);
                }
                let left = sqlx::query(
                    "update users set name = $2, folded = ' ' || cast(id as text), account = null, password = null,
                     role = 0, state = 3, muted_until = 0, face = null, prefs = null where id = $1 and state = 0",
                )
                .bind(user)
                .bind(LEFT_NAME)
                .execute(&mut *connection)
                .await?;
                faces::doom(connection, user).await?;
                end(connection, user, Which::All, now).await?;
                bots::end_all_of(connection, user, Some(user), now).await?;
                let record = Record::new(Act::AccountDeleted, Some(user)).user(user);
                conclude(connection, left.rows_affected(), now, record).await
            })
        })
        .await
    }

    /// Rooms in which somebody still is who has left for good, a bot that was revoked, or one whose maker is there no longer,
    /// since their leaving has not come to its end; under the names that they have now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rooms_left_over(&self) -> Result<Vec<(Person, RoomId)>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(LEFT_OVER_SQL).fetch_all(reader.get()?).await;
        let rooms = found.and_then(|rows| rows.iter().map(|row| Ok((person(row)?, row.try_get(2)?))).collect());
        rooms.map_err(|problem| reader.distrust(problem))
    }

    /// Those who have an account and have never been in the lobby, where everybody who has one begins: made at the console,
    /// or let into another room first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn not_let_in(&self) -> Result<Vec<Person>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(NOT_LET_IN_SQL).bind(LOBBY).fetch_all(reader.get()?).await;
        let people = found.and_then(|rows| rows.iter().map(person).collect());
        people.map_err(|problem| reader.distrust(problem))
    }
}

/// How many active owners there are beside `except`.
pub async fn owners(connection: &mut AnyConnection, except: UserId) -> Result<i64, sqlx::Error> {
    let sql = "select count(*) from users where role = 4 and state = 0 and id <> $1";
    sqlx::query(sql).bind(except).fetch_one(connection).await?.try_get(0)
}

async fn is_last_owner(connection: &mut AnyConnection, user: UserId) -> Result<bool, sqlx::Error> {
    let found = sqlx::query("select 1 from users where id = $1 and role = 4 and state = 0")
        .bind(user)
        .fetch_optional(&mut *connection)
        .await?;
    Ok(found.is_some() && owners(connection, user).await? == 0)
}

/// Notes what was done, if it was.
pub(super) async fn conclude(
    connection: &mut AnyConnection,
    rows: u64,
    now: i64,
    record: Record,
) -> Result<Changed, sqlx::Error> {
    if rows == 0 {
        return Ok(Changed::Gone);
    }
    audit::append(connection, now, &record).await?;
    Ok(Changed::Done)
}

fn person(row: &AnyRow) -> Result<Person, sqlx::Error> {
    Ok(Person { id: row.try_get(0)?, name: row.try_get(1)? })
}

fn known(row: &AnyRow) -> Result<Known, sqlx::Error> {
    Ok(Known { id: row.try_get(0)?, password: row.try_get(1)?, state: accounts::state(row, 2)? })
}

fn listed(row: &AnyRow) -> Result<Listed, sqlx::Error> {
    let is_bot: i64 = row.try_get(5)?;
    Ok(Listed {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        account: row.try_get(2)?,
        role: accounts::role(row, 3)?,
        state: accounts::state(row, 4)?,
        is_bot: is_bot > 0,
        created_at: row.try_get(6)?,
    })
}
