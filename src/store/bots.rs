//! Bots: programs with a token, which see the rooms that their maker put them into and nothing else.

use super::accounts::{self, State, Which};
use super::admit::{self, NewSession};
use super::audit::{self, Act, Record};
use super::directory::{self, Refusal};
use super::{Store, StoreError, bound};
use crate::protocol::{Person, Role, RoomId, RoomKind, SessionId, UserId};
use crate::rights::{self, Deed, RoomDeed, Standing};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Bots that one person may have at the same time: what a household's sensors and jobs need, and no crowd.
pub const BOTS_PER_PERSON_MAX: usize = 20;

/// Rooms that a bot may be put into when it is made.
pub const BOT_ROOMS_MAX: usize = 20;

/// A bot that is to be made.
#[derive(Debug, Clone)]
pub struct NewBot {
    /// The shown name as typed.
    pub name: String,
    /// The form in which names are compared.
    pub folded: String,
    /// Into which rooms it goes; its maker is in all of them.
    pub rooms: Vec<RoomId>,
    /// Its token.
    pub session: NewSession,
}

/// A bot that was made.
#[derive(Debug, Clone)]
pub struct NewBotToken {
    /// Who it is.
    pub bot: Person,
    /// Its token's id, by which it is revoked.
    pub id: SessionId,
}

/// A bot with its token.
#[derive(Debug, Clone)]
pub struct Bot {
    /// Its token's id.
    pub id: SessionId,
    /// Who it is.
    pub user: Person,
    /// Its token's name.
    pub label: String,
    /// The rooms that it is in and that its maker knows.
    pub rooms: Vec<(RoomId, String)>,
    /// When it was made, in Unix milliseconds.
    pub created_at: i64,
    /// When its token was last used, in Unix milliseconds, to within some minutes.
    pub seen_at: i64,
}

/// The bots of their maker $1.
const BOTS_SQL: &str = "select s.id, u.id, u.name, s.label, s.created_at, s.seen_at
    from users u join sessions s on s.user_id = u.id
    where u.is_bot = 1 and u.made_by = $1 and u.state = 0 and s.ended_at is null order by s.id limit $2";
/// The rooms of bot $1 that its maker $2 may know.
const BOT_ROOMS_SQL: &str = "select r.id, r.name from memberships m join rooms r on r.id = m.room_id
    where m.user_id = $1 and r.deleted_at is null and (r.kind = 0 or exists
        (select 1 from memberships own where own.room_id = m.room_id and own.user_id = $2)) order by r.id limit $3";

impl Store {
    /// The bots of `maker` that are not revoked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bot_ids(&self, maker: UserId) -> Result<Vec<UserId>, StoreError> {
        let query = sqlx::query("select id from users where made_by = $1 and is_bot = 1 and state = 0").bind(maker);
        self.rows(query, |row| row.try_get(0)).await
    }

    /// The bots in `room` whose maker is `maker`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bots_in(&self, room: RoomId, maker: UserId) -> Result<Vec<Person>, StoreError> {
        let mut reader = self.reader().await?;
        let query = sqlx::query(
            "select u.id, u.name from users u join memberships m on m.user_id = u.id
             where u.made_by = $1 and u.is_bot = 1 and m.room_id = $2",
        );
        let found = query.bind(maker).bind(room).fetch_all(reader.get()?).await;
        let person = |row: &AnyRow| Ok(Person { id: row.try_get(0)?, name: row.try_get(1)? });
        found.and_then(|rows| rows.iter().map(person).collect()).map_err(|problem| reader.distrust(problem))
    }

    /// The bots of `maker`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bots(&self, maker: UserId) -> Result<Vec<Bot>, StoreError> {
        let mut reader = self.reader().await?;
        let found = bots(reader.get()?, maker).await;
        found.map_err(|problem| reader.distrust(problem))
    }

    /// Makes a bot with a token, as `maker` asks for; it is in none of its rooms yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn make_bot(
        &self,
        maker: UserId,
        new: NewBot,
        now: i64,
    ) -> Result<Result<NewBotToken, Refusal>, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if let Err(refusal) = check(connection, maker, &new).await? {
                    return Ok(Err(refusal));
                }
                let user: UserId = sqlx::query(
                    "insert into users (id, name, folded, role, state, is_bot, made_by, muted_until, created_at)
                     values ((select coalesce(max(id), 0) + 1 from users), $1, $2, $3, 0, 1, $4, 0, $5) returning id",
                )
                .bind(&new.name)
                .bind(&new.folded)
                .bind(Role::Guest as i64)
                .bind(maker)
                .bind(now)
                .fetch_one(&mut *connection)
                .await?
                .try_get(0)?;
                admit::begin_session(connection, user, &new.session, now).await?;
                let session = sqlx::query("select max(id) from sessions where user_id = $1").bind(user);
                let id: SessionId = session.fetch_one(&mut *connection).await?.try_get(0)?;
                let record = Record::new(Act::BotMade, Some(maker)).user(user).session(id);
                audit::append(connection, now, &record.detail(new.name.as_str())).await?;
                Ok(Ok(NewBotToken { bot: Person { id: user, name: new.name }, id }))
            })
        })
        .await
    }

    /// Revokes one of the bots of `maker`, for good; who it was. It leaves its rooms in their own logs, see
    /// [`Store::rooms_left_over`].
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke_bot(
        &self,
        maker: UserId,
        id: SessionId,
        now: i64,
    ) -> Result<Result<Person, Refusal>, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let bot = bots(connection, maker).await?.into_iter().find(|bot| bot.id == id);
                let Some(bot) = bot else { return Ok(Err(Refusal::NoSuchBot)) };
                end(connection, &bot, Some(maker), now).await?;
                Ok(Ok(bot.user))
            })
        })
        .await
    }
}

/// Revokes all bots of somebody who has bots no longer: banned, disabled, gone, or of too low a role.
pub async fn end_all_of(
    connection: &mut AnyConnection,
    maker: UserId,
    actor: Option<UserId>,
    now: i64,
) -> Result<(), sqlx::Error> {
    for bot in bots(connection, maker).await? {
        end(connection, &bot, actor, now).await?;
    }
    Ok(())
}

async fn end(connection: &mut AnyConnection, bot: &Bot, actor: Option<UserId>, now: i64) -> Result<(), sqlx::Error> {
    accounts::end(connection, bot.user.id, Which::All, now).await?;
    // Its name is free again; what it said stays, under that name.
    sqlx::query("update users set state = $2, folded = ' ' || cast(id as text) where id = $1")
        .bind(bot.user.id)
        .bind(State::Left as i64)
        .execute(&mut *connection)
        .await?;
    let record = Record::new(Act::BotRevoked, actor).user(bot.user.id).session(bot.id);
    audit::append(connection, now, &record.detail(bot.user.name.as_str())).await
}

/// Whether `maker` may make that bot.
async fn check(
    connection: &mut AnyConnection,
    maker: UserId,
    new: &NewBot,
) -> Result<Result<(), Refusal>, sqlx::Error> {
    let role = directory::acting(connection, maker).await?.filter(|role| rights::may_serve(*role, Deed::KeepBots));
    let Some(role) = role else { return Ok(Err(Refusal::Forbidden)) };
    for room in &new.rooms {
        let found = sqlx::query(
            "select r.kind from rooms r join memberships m on m.room_id = r.id
             where r.id = $1 and m.user_id = $2 and r.deleted_at is null",
        )
        .bind(room)
        .bind(maker)
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = found else { return Ok(Err(Refusal::NoSuchRoom)) };
        let kind: i64 = row.try_get(0)?;
        let kind =
            RoomKind::from_number(kind).ok_or_else(|| sqlx::Error::Decode(format!("room kind {kind}").into()))?;
        if !rights::may(role, RoomDeed::Bring, kind, Standing::Inside) {
            return Ok(Err(Refusal::Forbidden));
        }
    }
    if bots(connection, maker).await?.len() >= BOTS_PER_PERSON_MAX {
        return Ok(Err(Refusal::TooManyBots));
    }
    let is_taken = admit::is_taken(connection, &new.folded, 0).await?;
    Ok(if is_taken { Err(Refusal::NameTaken) } else { Ok(()) })
}

async fn bots(connection: &mut AnyConnection, maker: UserId) -> Result<Vec<Bot>, sqlx::Error> {
    let limit = bound(BOTS_PER_PERSON_MAX);
    let rows = sqlx::query(BOTS_SQL).bind(maker).bind(limit).fetch_all(&mut *connection).await?;
    let mut bots = rows.iter().map(bot).collect::<Result<Vec<Bot>, _>>()?;
    for bot in &mut bots {
        let rooms = sqlx::query(BOT_ROOMS_SQL).bind(bot.user.id).bind(maker).bind(bound(BOT_ROOMS_MAX));
        let rows = rooms.fetch_all(&mut *connection).await?;
        bot.rooms =
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, sqlx::Error>>()?;
    }
    Ok(bots)
}

fn bot(row: &AnyRow) -> Result<Bot, sqlx::Error> {
    Ok(Bot {
        id: row.try_get(0)?,
        user: Person { id: row.try_get(1)?, name: row.try_get(2)? },
        label: row.try_get(3)?,
        rooms: Vec::new(),
        created_at: row.try_get(4)?,
        seen_at: row.try_get(5)?,
    })
}
