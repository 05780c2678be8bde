//! Rooms that begin and end, and what somebody is to a room.

use super::append::{self, Append, Draft};
use super::audit::{self, Act, Record};
use super::{Store, StoreError, deeds};
use crate::protocol::{RoomId, RoomKind, Seq, UserId};
use crate::rights::Standing;
use crate::secret;
use sqlx::{AnyConnection, Row};

/// Entries of a deleted room that one transaction takes away, so that nobody waits long behind it.
const PURGE_ENTRIES: i64 = 500;
/// A new room's id lies up to so far behind the last one's, by chance: otherwise the ids would count the rooms that one
/// knows nothing of.
const ID_STEP_MAX: i64 = 1_000;

/// What somebody is to a room that is there.
pub(super) const DOOR_SQL: &str = "select r.kind, case when r.created_by = $2 then 1 else 0 end, m.since_seq
    from rooms r left join memberships m on m.room_id = r.id and m.user_id = $2
    where r.id = $1 and r.deleted_at is null";
/// Up to which entry of a deleted room the next piece goes that is taken away.
const PIECE_SQL: &str = "select max(seq) from (select e.seq from entries e join rooms r on r.id = e.room_id
    where e.room_id = $1 and r.deleted_at is not null order by e.seq limit $2) as piece";
/// What there is of a room's entries, the entries themselves last.
const PURGE_SQL: [&str; 4] = [
    "delete from revisions where room_id = $1 and seq <= $2",
    "delete from reactions where room_id = $1 and seq <= $2",
    "delete from mentions where room_id = $1 and seq <= $2",
    "delete from entries where room_id = $1 and seq <= $2",
];
/// Deleted rooms of which there are entries.
const RUINS_SQL: &str = "select r.id from rooms r where r.deleted_at is not null
    and exists (select 1 from entries e where e.room_id = r.id) order by r.id";

/// A room that is to be made.
#[derive(Debug, Clone)]
pub struct RoomPlan {
    /// Its name as typed.
    pub name: String,
    /// Its topic; empty for none.
    pub topic: String,
    /// Open or private.
    pub kind: RoomKind,
    /// Whether new members see what was before them.
    pub shows_past: bool,
}

/// What became of a new room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewRoom {
    /// It exists now, with its maker as first member and entry 1.
    Created(RoomId),
    /// An open room has this name.
    NameTaken,
    /// The server has as many rooms as it may.
    TooMany,
    /// Its maker is in as many rooms as one may be.
    TooManyForMaker,
}

/// What became of a direct room that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewDirect {
    /// It exists now; everybody's `join` is an entry.
    Created(RoomId),
    /// It was there.
    Found(RoomId),
    /// One of them is nobody, a program, or not active.
    NoSuchPerson,
    /// The server has as many rooms as it may, or one of them is in as many as one may be.
    TooMany,
}

/// What somebody is to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// What the room is.
    pub kind: RoomKind,
    /// What they are to it.
    pub standing: Standing,
}

/// What became of a room that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demolished {
    /// It is gone: nobody is a member any more.
    Gone,
    /// The name that was typed is not its name.
    OtherName,
}

impl Store {
    /// Makes a room with `maker` as its first member, whose `join` is entry 1.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn create_room(
        &self,
        plan: RoomPlan,
        maker: UserId,
        at: i64,
        rooms_max: u64,
    ) -> Result<NewRoom, StoreError> {
        let own_max = self.0.rooms_per_user_max;
        self.change(move |connection| {
            Box::pin(async move { create(connection, &plan, maker, at, rooms_max, own_max).await })
        })
        .await
    }

    /// The direct room of `maker` and the `others`, which is made if it is not there: one for each set of people.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn direct_room(
        &self,
        maker: UserId,
        others: Vec<UserId>,
        at: i64,
        rooms_max: u64,
    ) -> Result<NewDirect, StoreError> {
        let own_max = self.0.rooms_per_user_max;
        self.change(move |connection| {
            Box::pin(async move { direct(connection, maker, &others, at, rooms_max, own_max).await })
        })
        .await
    }

    /// What `user` is to `room`; `None` if there is no such room.
    ///
    /// # Errors
    /// The database failed.
    pub async fn door(&self, room: RoomId, user: UserId) -> Result<Option<Door>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(DOOR_SQL).bind(room).bind(user).fetch_optional(reader.get()?).await;
        let door = found.and_then(|row| {
            let Some(row) = row else { return Ok(None) };
            let (made, since): (i64, Option<i64>) = (row.try_get(1)?, row.try_get(2)?);
            let standing = match since {
                None => Standing::Outside,
                Some(_) if made > 0 => Standing::Maker,
                Some(_) => Standing::Inside,
            };
            Ok(Some(Door { kind: deeds::room_kind(row.try_get(0)?)?, standing }))
        });
        door.map_err(|problem| reader.distrust(problem))
    }

    /// Deletes `room`, which has been called by its `name`: nobody is a member any more, and nothing of it is to be had. Its
    /// entries are still to be purged.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn demolish(&self, room: RoomId, name: String, by: UserId, at: i64) -> Result<Demolished, StoreError> {
        self.change(move |connection| Box::pin(async move { demolish(connection, room, &name, by, at).await })).await
    }

    /// Takes some of the entries of a deleted room away; how many.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn purge(&self, room: RoomId) -> Result<u64, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let query = sqlx::query(PIECE_SQL).bind(room).bind(PURGE_ENTRIES);
                let Some(until) = query.fetch_one(&mut *connection).await?.try_get::<Option<Seq>, _>(0)? else {
                    return Ok(0);
                };
                let mut entries = 0;
                for sql in PURGE_SQL {
                    entries = sqlx::query(sql).bind(room).bind(until).execute(&mut *connection).await?.rows_affected();
                }
                Ok(entries)
            })
        })
        .await
    }

    /// The deleted rooms that have entries still.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ruins(&self) -> Result<Vec<RoomId>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(RUINS_SQL).fetch_all(reader.get()?).await;
        found
            .and_then(|rows| rows.iter().map(|row| row.try_get(0)).collect())
            .map_err(|problem| reader.distrust(problem))
    }
}

async fn create(
    connection: &mut AnyConnection,
    plan: &RoomPlan,
    maker: UserId,
    at: i64,
    rooms_max: u64,
    rooms_per_user_max: i64,
) -> Result<NewRoom, sqlx::Error> {
    if rooms(connection).await? >= rooms_max {
        return Ok(NewRoom::TooMany);
    }
    if rooms_of(connection, maker).await? >= rooms_per_user_max {
        return Ok(NewRoom::TooManyForMaker);
    }
    // The names of closed rooms tell nobody anything: they are not compared.
    let folded = (plan.kind == RoomKind::Open).then(|| secret::fold(&plan.name));
    let made = sqlx::query(
        "insert into rooms (id, kind, name, folded, topic, shows_past, slow_ms, archived, head, created_by, created_at)
         values ((select max(id) from rooms) + $1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $8)
         on conflict (folded) do nothing returning id",
    )
    .bind(id_step())
    .bind(plan.kind as i64)
    .bind(plan.name.as_str())
    .bind(folded)
    .bind(plan.topic.as_str())
    .bind(i64::from(plan.shows_past))
    .bind(maker)
    .bind(at)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(made) = made else { return Ok(NewRoom::NameTaken) };
    let room: RoomId = made.try_get(0)?;
    let drafts = vec![Draft::join(maker)];
    append::append(connection, &[&Append { room, at, drafts, rooms_per_user_max }], "", "").await?;
    if plan.kind == RoomKind::Open {
        audit::append(connection, at, &Record::new(Act::RoomMade, Some(maker)).room(room)).await?;
    }
    Ok(NewRoom::Created(room))
}

async fn direct(
    connection: &mut AnyConnection,
    maker: UserId,
    others: &[UserId],
    at: i64,
    rooms_max: u64,
    rooms_per_user_max: i64,
) -> Result<NewDirect, sqlx::Error> {
    for other in others {
        let query = sqlx::query("select 1 from users where id = $1 and state = 0 and is_bot = 0").bind(*other);
        if query.fetch_optional(&mut *connection).await?.is_none() {
            return Ok(NewDirect::NoSuchPerson);
        }
    }
    let mut everybody = others.to_vec();
    everybody.push(maker);
    everybody.sort_unstable();
    everybody.dedup();
    let people = everybody.iter().map(UserId::to_string).collect::<Vec<_>>().join(",");
    let query = sqlx::query("select id from rooms where people = $1").bind(people.as_str());
    if let Some(found) = query.fetch_optional(&mut *connection).await? {
        return Ok(NewDirect::Found(found.try_get(0)?));
    }
    let mut is_full = rooms(connection).await? >= rooms_max;
    for person in &everybody {
        is_full |= rooms_of(connection, *person).await? >= rooms_per_user_max;
    }
    if is_full {
        return Ok(NewDirect::TooMany);
    }
    let made = sqlx::query(
        "insert into rooms (id, kind, name, people, topic, shows_past, slow_ms, archived, head, created_by, created_at)
         values ((select max(id) from rooms) + $1, $2, '', $3, '', 1, 0, 0, 0, $4, $5) returning id",
    )
    .bind(id_step())
    .bind(RoomKind::Direct as i64)
    .bind(people.as_str())
    .bind(maker)
    .bind(at)
    .fetch_one(&mut *connection)
    .await?;
    let room: RoomId = made.try_get(0)?;
    let mut drafts = vec![Draft::join(maker)];
    drafts.extend(others.iter().map(|other| Draft::join(maker).about(*other)));
    append::append(connection, &[&Append { room, at, drafts, rooms_per_user_max }], "", "").await?;
    Ok(NewDirect::Created(room))
}

async fn demolish(
    connection: &mut AnyConnection,
    room: RoomId,
    typed: &str,
    by: UserId,
    at: i64,
) -> Result<Demolished, sqlx::Error> {
    let query = sqlx::query("select name, kind from rooms where id = $1 and deleted_at is null").bind(room);
    let Some(found) = query.fetch_optional(&mut *connection).await? else { return Ok(Demolished::Gone) };
    let name: String = found.try_get(0)?;
    if secret::fold(&name) != secret::fold(typed) {
        return Ok(Demolished::OtherName);
    }
    sqlx::query("update rooms set deleted_at = $2, folded = null, people = null, topic = '' where id = $1")
        .bind(room)
        .bind(at)
        .execute(&mut *connection)
        .await?;
    sqlx::query("delete from memberships where room_id = $1").bind(room).execute(&mut *connection).await?;
    let is_open = deeds::room_kind(found.try_get(1)?)? == RoomKind::Open;
    let detail = if is_open { format!("name: {name}") } else { String::new() };
    audit::append(connection, at, &Record::new(Act::RoomDeleted, Some(by)).room(room).detail(detail)).await?;
    Ok(Demolished::Gone)
}

/// How many rooms there are.
async fn rooms(connection: &mut AnyConnection) -> Result<u64, sqlx::Error> {
    let query = sqlx::query("select count(*) from rooms where deleted_at is null");
    let rooms: i64 = query.fetch_one(connection).await?.try_get(0)?;
    Ok(u64::try_from(rooms).unwrap_or(0))
}

/// How many rooms `user` is in.
async fn rooms_of(connection: &mut AnyConnection, user: UserId) -> Result<i64, sqlx::Error> {
    let query = sqlx::query("select count(*) from memberships where user_id = $1").bind(user);
    query.fetch_one(connection).await?.try_get(0)
}

/// How far behind the last room's id a new one's lies.
fn id_step() -> i64 {
    let mut random = [0; 2];
    // Without random bytes the ids are only easier to count.
    let _ = getrandom::fill(&mut random);
    1 + i64::from(u16::from_le_bytes(random)) % ID_STEP_MAX
}
