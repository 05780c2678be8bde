//! How people look to each other: by a colour of their choice, or by a small picture.

use super::audit::Act;
use super::files::{self, DOOMED_AT};
use super::people::{self, Changed};
use super::{PIECE_BYTES, Store, StoreError, StoredFile, audit, bound, filled, sqlite};
use crate::protocol::{FACES_MAX, FileView, RoomId, UserId};
use sqlx::{AnyConnection, AssertSqlSafe, Row};

/// Those faces of some people that a reader may see: of everybody if the first bind says so, of themselves, and of whoever
/// they share a room with.
const FACES_SQL: &str = "select u.id, u.face from users u where u.face is not null and (? = 1 or u.id = ? or exists
    (select 1 from memberships a join memberships b on b.room_id = a.room_id and b.user_id = u.id where a.user_id = ?))
    and u.id in ";

impl Store {
    /// How those of `users` look who do not look as everybody does at first: `0` to `7`, a colour, or `p` and the id of a
    /// picture. Of whom `reader` does not know nothing is told, unless they may know `all`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn faces(
        &self,
        reader: UserId,
        all: bool,
        users: &[UserId],
    ) -> Result<Vec<(UserId, String)>, StoreError> {
        let mut query = sqlx::query(AssertSqlSafe(format!("{FACES_SQL}{}", sqlite::binds(1, FACES_MAX))));
        query = query.bind(i64::from(all)).bind(reader).bind(reader);
        for id in filled(users, FACES_MAX) {
            query = query.bind(*id);
        }
        self.rows(query, |row| Ok((row.try_get(0)?, row.try_get(1)?))).await
    }

    /// How somebody looks; `None`: as everybody does at first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn face(&self, user: UserId) -> Result<Option<String>, StoreError> {
        let query = sqlx::query("select face from users where id = $1").bind(user);
        Ok(self.row(query, |row| row.try_get(0)).await?.flatten())
    }

    /// The rooms that somebody is in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn room_ids_of(&self, user: UserId) -> Result<Vec<RoomId>, StoreError> {
        let query = sqlx::query("select room_id from memberships where user_id = $1").bind(user);
        self.rows(query, |row| row.try_get(0)).await
    }

    /// Gives somebody a colour, or (`None`) takes away what they have chosen.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn set_colour(&self, user: UserId, colour: Option<u8>, now: i64) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move { set(connection, user, user, colour.map(|colour| colour.to_string()), now).await })
        })
        .await
    }

    /// Gives somebody a picture: `view` says what it is, `hash` is that of its bytes.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn set_picture(
        &self,
        user: UserId,
        view: FileView,
        hash: String,
        bytes: Vec<u8>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let changed = set(connection, user, user, Some(format!("p{}", view.id)), now).await?;
                if changed == Changed::Done {
                    keep(connection, user, &view, &hash, &bytes, now).await?;
                }
                Ok(changed)
            })
        })
        .await
    }

    /// Somebody's picture.
    ///
    /// # Errors
    /// The database failed.
    pub async fn picture(&self, id: i64) -> Result<Option<StoredFile>, StoreError> {
        self.row(sqlx::query(files::PICTURE_SQL).bind(id), files::file).await
    }
}

/// How `user` looks from now on, as `by` decides.
pub(super) async fn set(
    connection: &mut AnyConnection,
    by: UserId,
    user: UserId,
    face: Option<String>,
    now: i64,
) -> Result<Changed, sqlx::Error> {
    doom(connection, user).await?;
    let query = sqlx::query("update users set face = $2 where id = $1 and state = 0").bind(user).bind(face);
    let rows = query.execute(&mut *connection).await?.rows_affected();
    people::conclude(connection, rows, now, audit::Record::new(Act::FaceChanged, Some(by)).user(user)).await
}

async fn keep(
    connection: &mut AnyConnection,
    owner: UserId,
    view: &FileView,
    hash: &str,
    bytes: &[u8],
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into files (id, owner, place, name, type, bytes, width, height, hash, created_at)
         values ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(view.id)
    .bind(owner)
    .bind(view.name.as_str())
    .bind(view.media_type.as_str())
    .bind(view.bytes)
    .bind(view.width.map(i64::from))
    .bind(view.height.map(i64::from))
    .bind(hash)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    for (n, piece) in bytes.chunks(PIECE_BYTES).enumerate() {
        let put = sqlx::query("insert into file_chunks (file_id, n, bytes) values ($1, $2, $3)");
        put.bind(view.id).bind(bound(n)).bind(piece).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Somebody's picture is nobody's from here on; the sweeper takes it away.
pub(super) async fn doom(connection: &mut AnyConnection, owner: UserId) -> Result<(), sqlx::Error> {
    let doomed = sqlx::query("update files set hash = null, created_at = $2 where owner = $1 and room_id is null");
    doomed.bind(owner).bind(DOOMED_AT).execute(connection).await.map(drop)
}
