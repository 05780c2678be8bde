//! Who is who: the account behind a token, and what becomes of accounts and sessions.

use super::audit::{self, Act, Record};
use super::{Store, StoreError};
use crate::protocol::{Account, Role, Session, SessionId, UserId};
use crate::secret::TokenHash;
use data_encoding::BASE64URL_NOPAD;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// What has become of somebody. The numbers are what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// May come in.
    Active = 0,
    /// Disabled at the console or by the owner.
    Disabled = 1,
    /// Banned.
    Banned = 2,
    /// Has left for good.
    Left = 3,
}

impl State {
    /// The state that the database's number means, or `None` for one that this version does not know.
    pub fn from_number(number: i64) -> Option<State> {
        [State::Active, State::Disabled, State::Banned, State::Left].into_iter().find(|state| *state as i64 == number)
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// The browser as it named itself.
    pub label: String,
    /// When it began, in Unix milliseconds.
    pub created_at: i64,
    /// When it was last used, to within some minutes.
    pub seen_at: i64,
}

/// The columns of an account, of users `u` with session `s`. Who is muted does not speak by their bots, either.
macro_rules! account_sql {
    ($which:literal) => {
        concat!(
            "select u.id, u.name, u.role, u.account, (select max(m.muted_until) from users m where m.id in (u.id, u.made_by)),
            u.is_bot, s.id, s.seen_at, s.created_at
            from sessions s join users u on u.id = s.user_id where ",
            $which,
            " and s.ended_at is null and u.state = 0 and (u.is_bot = 1 or (s.seen_at > $2 and s.created_at > $3))"
        )
    };
}

/// The account of a token.
pub(super) const SESSION_SQL: &str = account_sql!("s.token_hash = $1");
/// The account of each session of somebody that goes on.
pub(super) const SESSIONS_ALIVE_SQL: &str = account_sql!("s.user_id = $1");

impl Store {
    /// Whose token that is, at `now` (Unix milliseconds); `None` if the session has ended, has been idle or has gone on for
    /// too long, or if its person is not active.
    ///
    /// # Errors
    /// The database failed.
    pub async fn session(&self, token: &TokenHash, now: i64) -> Result<Option<Account>, StoreError> {
        let token = BASE64URL_NOPAD.encode(token);
        let (seen_after, made_after) = self.0.sessions.since(now);
        let mut reader = self.reader().await?;
        let found =
            sqlx::query(SESSION_SQL).bind(token).bind(seen_after).bind(made_after).fetch_optional(reader.get()?).await;
        let account = found.and_then(|row| row.map(|row| self.account(&row)).transpose());
        account.map_err(|problem| reader.distrust(problem))
    }

    /// The account of each session of `user` that goes on at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sessions_alive(&self, user: UserId, now: i64) -> Result<Vec<Account>, StoreError> {
        let (seen_after, made_after) = self.0.sessions.since(now);
        let mut reader = self.reader().await?;
        let query = sqlx::query(SESSIONS_ALIVE_SQL).bind(user).bind(seen_after).bind(made_after);
        let found = query.fetch_all(reader.get()?).await;
        let accounts = found.and_then(|rows| rows.iter().map(|row| self.account(row)).collect());
        accounts.map_err(|problem| reader.distrust(problem))
    }

    /// The sessions of `user` that go on at `now`, the last used first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sessions_listed(&self, user: UserId, now: i64) -> Result<Vec<SessionView>, StoreError> {
        let (seen_after, made_after) = self.0.sessions.since(now);
        let mut reader = self.reader().await?;
        let sql = "select id, label, created_at, seen_at from sessions
            where user_id = $1 and ended_at is null and seen_at > $2 and created_at > $3 order by seen_at desc, id desc";
        let query = sqlx::query(sql).bind(user).bind(seen_after).bind(made_after);
        let view = |row: &AnyRow| {
            let (id, label) = (row.try_get(0)?, row.try_get(1)?);
            Ok(SessionView { id, label, created_at: row.try_get(2)?, seen_at: row.try_get(3)? })
        };
        let found = query.fetch_all(reader.get()?).await;
        found.and_then(|rows| rows.iter().map(view).collect()).map_err(|problem| reader.distrust(problem))
    }

    /// What has become of `user`; `None` if there is no such person.
    ///
    /// # Errors
    /// The database failed.
    pub async fn state(&self, user: UserId) -> Result<Option<State>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query("select state from users where id = $1").bind(user).fetch_optional(reader.get()?).await;
        let state = found.and_then(|row| row.map(|row| state(&row, 0)).transpose());
        state.map_err(|problem| reader.distrust(problem))
    }

    /// Notes that these sessions are in use at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn touch(&self, sessions: Vec<SessionId>, now: i64) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                for session in sessions {
                    sqlx::query("update sessions set seen_at = $2 where id = $1 and seen_at < $2")
                        .bind(session)
                        .bind(now)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Ends a session of `user`, which `actor` (nobody: the console) asks for; false if there is no such session.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_session(
        &self,
        user: UserId,
        session: SessionId,
        actor: Option<UserId>,
        now: i64,
    ) -> Result<bool, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let ended = end(connection, user, Which::One(session), now).await?;
                if ended > 0 {
                    let record = Record::new(Act::SessionEnded, actor).user(user).session(session);
                    audit::append(connection, now, &record).await?;
                }
                Ok(ended > 0)
            })
        })
        .await
    }

    fn account(&self, row: &AnyRow) -> Result<Account, sqlx::Error> {
        let (is_bot, made_at): (i64, i64) = (row.try_get(5)?, row.try_get(8)?);
        let until = if is_bot > 0 { i64::MAX } else { made_at.saturating_add(self.0.sessions.absolute_ms) };
        Ok(Account {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            role: role(row, 2)?,
            account: row.try_get(3)?,
            muted_until: row.try_get(4)?,
            is_bot: is_bot > 0,
            session: Session { id: row.try_get(6)?, seen_at: row.try_get(7)?, until },
        })
    }
}

/// Which sessions of somebody end.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    AllBut(SessionId),
    /// All.
    All,
}

/// Ends sessions of `user` inside the transaction: the rows stay, their hashes go. How many.
pub async fn end(connection: &mut AnyConnection, user: UserId, which: Which, now: i64) -> Result<u64, sqlx::Error> {
    // No session has the id 0, and no token's hash has a blank.
    let (only, but) = match which {
        Which::One(session) => (session, 0),
        Which::AllBut(session) => (0, session),
        Which::All => (0, 0),
    };
    let ended = sqlx::query(
        "update sessions set ended_at = $4, token_hash = 'ended ' || cast(id as text)
         where user_id = $1 and ended_at is null and ($2 = 0 or id = $2) and id <> $3",
    )
    .bind(user)
    .bind(only)
    .bind(but)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(ended.rows_affected())
}

/// Reads a role.
pub fn role(row: &AnyRow, column: usize) -> Result<Role, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    Role::from_number(number).ok_or_else(|| sqlx::Error::Decode(format!("role {number}").into()))
}

/// Reads a state.
pub fn state(row: &AnyRow, column: usize) -> Result<State, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    State::from_number(number).ok_or_else(|| sqlx::Error::Decode(format!("state {number}").into()))
}
