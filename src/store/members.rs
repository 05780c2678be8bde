//! People: who is in a room, whose message that is, and what was reported.

use super::{Store, StoreError, accounts, bound, filled, sqlite};
use crate::protocol::{Listed, Member, Person, Presence, Profile, RoomId, RoomName, Seq, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::HashMap;

/// Names that one statement looks up.
const NAMES_MAX: usize = 16;

/// A page of a room's members, for one of them.
pub(super) const MEMBER_PAGE_SQL: &str =
    "select u.id, u.name, u.role, case when r.created_by = u.id then 1 else 0 end, u.here_at
    from memberships m join users u on u.id = m.user_id join rooms r on r.id = m.room_id
    where m.room_id = $1 and m.user_id > $2
    and exists (select 1 from memberships own where own.room_id = $1 and own.user_id = $3) order by m.user_id limit $4";
/// Rooms that a profile names.
const SHARED_ROOMS_MAX: usize = 100;
/// Somebody who is there, for whoever shares a room with them (`$2`) or may know everybody (`$3`).
const PROFILE_SQL: &str =
    "select u.id, u.name, u.role, u.here_at, u.is_bot from users u where u.id = $1 and u.state <> 3
    and ($3 = 1 or u.id = $2 or exists (select 1 from memberships a
        join memberships b on b.room_id = a.room_id and b.user_id = u.id where a.user_id = $2))";
/// The rooms with a name that two people are in.
const SHARED_ROOMS_SQL: &str = "select r.id, r.name from memberships a
    join memberships b on b.room_id = a.room_id and b.user_id = $2 join rooms r on r.id = a.room_id
    where a.user_id = $1 and r.kind <> 2 and r.deleted_at is null order by r.id limit $3";
/// A message, for a member who may see it.
const MESSAGE_SQL: &str = "select e.author from entries e
    join memberships m on m.room_id = e.room_id and m.user_id = $3 and m.since_seq <= e.seq
    where e.room_id = $1 and e.seq = $2 and e.kind = 0 and e.text is not null";

/// A message that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Who wrote it.
    pub author: UserId,
}

impl Store {
    /// Up to `limit` members of `room` with an id above `after`, by id; nobody if `reader` is none of them. Who is here
    /// the caller knows.
    ///
    /// # Errors
    /// The database failed.
    pub async fn member_page(
        &self,
        room: RoomId,
        after: UserId,
        limit: usize,
        reader: UserId,
    ) -> Result<Vec<Member>, StoreError> {
        let query = sqlx::query(MEMBER_PAGE_SQL).bind(room).bind(after).bind(reader).bind(bound(limit));
        self.rows(query, member).await
    }

    /// Somebody who is active and no program, or `None`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn active_person(&self, user: UserId) -> Result<Option<Person>, StoreError> {
        let query = sqlx::query("select id, name from users where id = $1 and state = 0 and is_bot = 0").bind(user);
        self.row(query, |row| Ok(Person { id: row.try_get(0)?, name: row.try_get(1)? })).await
    }

    /// Anybody who ever came in, with their role, or `None`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn anybody(&self, user: UserId) -> Result<Option<Listed>, StoreError> {
        let query = sqlx::query("select id, name, role, here_at from users where id = $1").bind(user);
        self.row(query, listed).await
    }

    /// Somebody who is there, as `reader` sees them: if they share a room, or if `reader` may know `all`; else `None`. Who is
    /// here the caller knows.
    ///
    /// # Errors
    /// The database failed.
    pub async fn profile(&self, reader: UserId, all: bool, user: UserId) -> Result<Option<Profile>, StoreError> {
        let query = sqlx::query(PROFILE_SQL).bind(user).bind(reader).bind(i64::from(all));
        let bot = |row: &AnyRow| Ok((listed(row)?, row.try_get::<i64, _>(4)? > 0));
        let Some((person, bot)) = self.row(query, bot).await? else { return Ok(None) };
        let query = sqlx::query(SHARED_ROOMS_SQL).bind(user).bind(reader).bind(bound(SHARED_ROOMS_MAX));
        let rooms = self.rows(query, |row| Ok(RoomName { id: row.try_get(0)?, name: row.try_get(1)? })).await?;
        Ok(Some(Profile { person, bot, rooms }))
    }

    /// Keeps when people were last seen, in Unix milliseconds; it never goes back.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn note_seen(&self, seen: Vec<(UserId, i64)>) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                for (user, at) in seen {
                    let query = sqlx::query("update users set here_at = $2 where id = $1 and here_at < $2");
                    query.bind(user).bind(at).execute(&mut *connection).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The message that is entry `seq` of `room`; `None` if it is none, has been deleted, or is not for `reader` to see.
    ///
    /// # Errors
    /// The database failed.
    pub async fn message(&self, room: RoomId, seq: Seq, reader: UserId) -> Result<Option<Message>, StoreError> {
        let query = sqlx::query(MESSAGE_SQL).bind(room).bind(seq).bind(reader);
        self.row(query, |row| Ok(Message { author: row.try_get(0)? })).await
    }

    /// The entry that `author` has stored in `room` under `key`, as its number and time; `None`: there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn entry_of_key(
        &self,
        room: RoomId,
        author: UserId,
        key: &str,
    ) -> Result<Option<(Seq, i64)>, StoreError> {
        let query = sqlx::query("select seq, at from entries where room_id = $1 and key = $2 and author = $3")
            .bind(room)
            .bind(key)
            .bind(author);
        self.row(query, |row| Ok((row.try_get(0)?, row.try_get(1)?))).await
    }

    /// Notes that `by` has shown a message to the moderators; false if it is not for them to see. The same message is noted
    /// once for each who reports it, until it has been handled.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn report(
        &self,
        room: RoomId,
        seq: Seq,
        by: UserId,
        reason: String,
        at: i64,
    ) -> Result<bool, StoreError> {
        self.change(move |connection| Box::pin(async move { report(connection, room, seq, by, &reason, at).await }))
            .await
    }
}

async fn report(
    connection: &mut AnyConnection,
    room: RoomId,
    seq: Seq,
    by: UserId,
    reason: &str,
    at: i64,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query(MESSAGE_SQL).bind(room).bind(seq).bind(by);
    if query.fetch_optional(&mut *connection).await?.is_none() {
        return Ok(false);
    }
    sqlx::query(
        "insert into reports (id, room_id, seq, reported_by, reason, created_at)
         select (select coalesce(max(id), 0) + 1 from reports), $1, $2, $3, $4, $5
         where not exists (select 1 from reports where room_id = $1 and seq = $2 and reported_by = $3 and handled_at is null)",
    )
    .bind(room)
    .bind(seq)
    .bind(by)
    .bind(reason)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(true)
}

/// The names of some people, by id.
pub(super) async fn names(
    connection: &mut AnyConnection,
    ids: &[UserId],
) -> Result<HashMap<UserId, String>, sqlx::Error> {
    let mut names = HashMap::new();
    for some in ids.chunks(NAMES_MAX) {
        let sql = format!("select id, name from users where id in {}", sqlite::binds(1, NAMES_MAX));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in filled(some, NAMES_MAX) {
            query = query.bind(*id);
        }
        for row in query.fetch_all(&mut *connection).await? {
            names.insert(row.try_get(0)?, row.try_get(1)?);
        }
    }
    Ok(names)
}

fn listed(row: &AnyRow) -> Result<Listed, sqlx::Error> {
    let (id, name, role) = (row.try_get(0)?, row.try_get(1)?, accounts::role(row, 2)?);
    Ok(Listed { id, name, role, presence: Presence::gone(row.try_get(3)?) })
}

fn member(row: &AnyRow) -> Result<Member, sqlx::Error> {
    let maker: i64 = row.try_get(3)?;
    Ok(Member {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        role: accounts::role(row, 2)?,
        presence: Presence::gone(row.try_get(4)?),
        maker: maker > 0,
    })
}
