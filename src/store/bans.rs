//! Bans: of accounts, whose sessions end, and of ranges of addresses, which the hub keeps in memory.

use super::accounts::{self, State, Which};
use super::audit::{self, Act, Record};
use super::directory::{self, Refusal, SET_STATE_SQL};
use super::{Store, StoreError, bots, bound};
use crate::protocol::{Person, UserId};
use crate::range::AddressRange;
use crate::rights::{self, Deed};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Bans by address that may be in force at the same time: every request is compared with each, some nanoseconds apiece.
pub const ADDRESS_BANS_MAX: usize = 1_000;

/// Bans that are lifted by one write when their time is over; what remains is lifted by the next.
const LIFTED_AT_ONCE: i64 = 100;

/// Whom a ban keeps out.
#[derive(Debug, Clone)]
pub enum Banned {
    /// Somebody.
    User(UserId),
    /// Whoever comes from there.
    Addresses(AddressRange),
}

/// A ban that is to be made.
#[derive(Debug, Clone)]
pub struct NewBan {
    /// Whom it keeps out.
    pub whom: Banned,
    /// When it ends, in Unix milliseconds; `None`: when it is lifted.
    pub until: Option<i64>,
    /// Why, for the other moderators.
    pub reason: String,
}

/// A ban in force.
#[derive(Debug, Clone)]
pub struct Ban {
    /// Its id.
    pub id: i64,
    /// Whom it keeps out; `None`: addresses.
    pub user: Option<Person>,
    /// What it keeps out; `None`: somebody.
    pub addresses: Option<String>,
    /// Why.
    pub reason: String,
    /// Who made it; `None`: the console.
    pub by: Option<Person>,
    /// When, in Unix milliseconds.
    pub created_at: i64,
    /// When it ends, in Unix milliseconds; `None`: when it is lifted.
    pub until: Option<i64>,
}

/// A range of addresses that is kept out, and until when, in Unix milliseconds.
pub type BanInForce = (AddressRange, Option<i64>);

/// What is in force.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    /// The ranges that are kept out.
    pub addresses: Vec<BanInForce>,
    /// When the first ban of any kind ends, in Unix milliseconds.
    pub first_end: Option<i64>,
}

/// A page of bans, the latest first.
const BANS_SQL: &str = "select b.id, b.user_id, u.name, b.addresses, b.reason, b.made_by, m.name, b.created_at, b.until
    from bans b left join users u on u.id = b.user_id left join users m on m.id = b.made_by
    where b.lifted_at is null and (b.id < $1 or $1 = 0) order by b.id desc limit $2";

impl Store {
    /// Up to `limit` bans in force with an id below `before` (0: of all), the latest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bans(&self, before: i64, limit: usize) -> Result<Vec<Ban>, StoreError> {
        self.rows(sqlx::query(BANS_SQL).bind(before).bind(bound(limit)), ban).await
    }

    /// Makes a ban, as `by` asks for; an account's also ends its sessions and those of its bots.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ban(&self, by: UserId, new: NewBan, now: i64) -> Result<Result<Ban, Refusal>, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if let Err(refusal) = check(connection, by, &new).await? {
                    return Ok(Err(refusal));
                }
                let id = insert(connection, by, &new, now).await?;
                let detail =
                    if new.until.is_some() { format!("{} (for a time)", new.reason) } else { new.reason.clone() };
                let record = match &new.whom {
                    Banned::User(user) => {
                        directory::set(connection, *user, SET_STATE_SQL, State::Banned as i64).await?;
                        accounts::end(connection, *user, Which::All, now).await?;
                        bots::end_all_of(connection, *user, Some(by), now).await?;
                        Record::new(Act::Banned, Some(by)).user(*user).detail(detail)
                    }
                    Banned::Addresses(range) => {
                        Record::new(Act::AddressesBanned, Some(by)).detail(format!("{range}: {detail}"))
                    }
                };
                audit::append(connection, now, &record).await?;
                let row = sqlx::query(BANS_SQL).bind(id + 1).bind(1_i64).fetch_one(connection).await?;
                Ok(Ok(ban(&row)?))
            })
        })
        .await
    }

    /// Lifts a ban, as `by` asks for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lift_ban(&self, by: UserId, id: i64, now: i64) -> Result<Result<(), Refusal>, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let role = directory::acting(connection, by).await?;
                if !role.is_some_and(|role| rights::may_serve(role, Deed::Moderate)) {
                    return Ok(Err(Refusal::Forbidden));
                }
                let is_lifted = lift(connection, id, Some(by), "", now).await?;
                Ok(if is_lifted { Ok(()) } else { Err(Refusal::NoSuchBan) })
            })
        })
        .await
    }

    /// Lifts the bans whose time is over at `now`, some at a time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lift_ended_bans(&self, now: i64) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let ended = sqlx::query("select id from bans where lifted_at is null and until <= $1 limit $2")
                    .bind(now)
                    .bind(LIFTED_AT_ONCE)
                    .fetch_all(&mut *connection)
                    .await?;
                for row in ended {
                    lift(connection, row.try_get(0)?, None, "its time was over", now).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Which addresses are kept out at `now`, and when the first ban ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bans_in_force(&self, now: i64) -> Result<InForce, StoreError> {
        let mut reader = self.reader().await?;
        let found = in_force(reader.get()?, now).await;
        found.map_err(|problem| reader.distrust(problem))
    }
}

/// Which addresses are kept out at `now`, and when the first ban ends.
pub async fn in_force(connection: &mut AnyConnection, now: i64) -> Result<InForce, sqlx::Error> {
    let rows = sqlx::query(
        "select addresses, until from bans where lifted_at is null and addresses is not null
         and (until is null or until > $1) order by id desc limit $2",
    )
    .bind(now)
    .bind(bound(ADDRESS_BANS_MAX))
    .fetch_all(&mut *connection)
    .await?;
    let mut addresses = Vec::with_capacity(rows.len());
    for row in rows {
        let text: String = row.try_get(0)?;
        let range = text.parse().map_err(|_| sqlx::Error::Decode(format!("addresses {text}").into()))?;
        addresses.push((range, row.try_get(1)?));
    }
    let first = sqlx::query("select min(until) from bans where lifted_at is null").fetch_one(connection).await?;
    Ok(InForce { addresses, first_end: first.try_get(0)? })
}

/// Whether `by` may ban that.
async fn check(connection: &mut AnyConnection, by: UserId, new: &NewBan) -> Result<Result<(), Refusal>, sqlx::Error> {
    let actor = directory::acting(connection, by).await?.filter(|role| rights::may_serve(*role, Deed::Moderate));
    let Some(actor) = actor else { return Ok(Err(Refusal::Forbidden)) };
    Ok(match &new.whom {
        Banned::User(user) => match directory::get(connection, *user).await? {
            None => Err(Refusal::NoSuchPerson),
            Some(person) if person.state == State::Left => Err(Refusal::NoSuchPerson),
            Some(person) if !rights::outranks(actor, person.role) => Err(Refusal::Forbidden),
            Some(person) if person.state == State::Banned => Err(Refusal::IsBanned),
            Some(_) => Ok(()),
        },
        Banned::Addresses(_) => {
            let count = sqlx::query("select count(*) from bans where lifted_at is null and addresses is not null");
            let count: i64 = count.fetch_one(connection).await?.try_get(0)?;
            if count < bound(ADDRESS_BANS_MAX) { Ok(()) } else { Err(Refusal::TooManyBans) }
        }
    })
}

async fn insert(connection: &mut AnyConnection, by: UserId, new: &NewBan, now: i64) -> Result<i64, sqlx::Error> {
    let (user, addresses) = match &new.whom {
        Banned::User(user) => (Some(*user), None),
        Banned::Addresses(range) => (None, Some(range.to_string())),
    };
    sqlx::query(
        "insert into bans (id, user_id, addresses, reason, made_by, created_at, until)
         values ((select coalesce(max(id), 0) + 1 from bans), $1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(user)
    .bind(addresses)
    .bind(new.reason.as_str())
    .bind(by)
    .bind(now)
    .bind(new.until)
    .fetch_one(connection)
    .await?
    .try_get(0)
}

/// Lifts a ban; false if it is not in force. An account may come in again, unless it was disabled meanwhile.
async fn lift(
    connection: &mut AnyConnection,
    id: i64,
    by: Option<UserId>,
    detail: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let lifted =
        sqlx::query("update bans set lifted_at = $2 where id = $1 and lifted_at is null returning user_id, addresses")
            .bind(id)
            .bind(now)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(row) = lifted else { return Ok(false) };
    let (user, addresses): (Option<UserId>, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
    let mut record = Record::new(Act::BanLifted, by);
    if let Some(user) = user {
        sqlx::query("update users set state = 0 where id = $1 and state = $2")
            .bind(user)
            .bind(State::Banned as i64)
            .execute(&mut *connection)
            .await?;
        record = record.user(user);
    }
    let parts = [addresses.as_deref().unwrap_or_default(), detail];
    let detail = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    audit::append(connection, now, &record.detail(detail)).await?;
    Ok(true)
}

fn ban(row: &AnyRow) -> Result<Ban, sqlx::Error> {
    Ok(Ban {
        id: row.try_get(0)?,
        user: audit::person(row, 1)?,
        addresses: row.try_get(3)?,
        reason: row.try_get(4)?,
        by: audit::person(row, 5)?,
        created_at: row.try_get(7)?,
        until: row.try_get(8)?,
    })
}
