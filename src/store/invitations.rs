//! Invitations: links that let somebody in. The setup link is one for an owner.

use super::audit::{self, Act, Record};
use super::people::owners;
use super::{Store, StoreError, accounts};
use crate::protocol::{Person, Role, RoomId, UserId};
use crate::secret::TokenHash;
use data_encoding::BASE64URL_NOPAD;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// An invitation's id.
pub type InvitationId = i64;

/// Invitations that one list names; older ones come when newer ones are gone.
const LISTED_MAX: i64 = 500;

/// An invitation that is to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// What is kept of its token.
    pub token: TokenHash,
    /// What its takers become.
    pub role: Role,
    /// The room that it leads to; `None`: the lobby.
    pub room: Option<RoomId>,
    /// Who makes it; `None`: the console.
    pub made_by: Option<UserId>,
    /// How many may take it.
    pub uses: i64,
    /// When it dies, in Unix milliseconds.
    pub expires_at: i64,
}

/// An invitation.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// What its takers become.
    pub role: Role,
    /// The room that it leads to, with its name; `None`: the lobby.
    pub room: Option<(RoomId, String)>,
    /// Who made it; `None`: the console.
    pub by: Option<Person>,
    /// How many may still take it.
    pub uses_left: i64,
    /// When it was made, in Unix milliseconds.
    pub created_at: i64,
    /// When it dies, in Unix milliseconds.
    pub expires_at: i64,
}

macro_rules! invitation_sql {
    ($which:literal) => {
        concat!(
            "select i.id, i.role, i.room_id, r.name, i.made_by, u.name, i.uses_left, i.created_at, i.expires_at
            from invitations i left join rooms r on r.id = i.room_id left join users u on u.id = i.made_by
            where i.revoked_at is null and i.uses_left > 0 and i.expires_at > $2
            and (r.id is null or r.deleted_at is null)
            and (i.made_by is null or (u.state = 0 and u.role >= 2 and u.role >= i.role))
            and (i.made_by is null or i.room_id is null
                or exists (select 1 from memberships m where m.user_id = i.made_by and m.room_id = i.room_id))
            and (i.role < 4 or not exists (select 1 from users o where o.role = 4 and o.state = 0))",
            $which
        )
    };
}

/// The invitation of a token, if it lets anybody in: who made it must still be here, still in its room, and still of a role
/// that may make such a link (`rights`: [`Deed::Invite`](crate::rights::Deed::Invite), and to no more than one is).
pub(super) const INVITATION_SQL: &str = invitation_sql!(" and i.token_hash = $1");
/// The invitations of somebody ($1), or, where $3 is 1, also those of others to no room or to a room that they may know.
pub(super) const INVITATIONS_SQL: &str = invitation_sql!(
    " and (i.made_by = $1 or ($3 = 1 and i.role < 4 and (r.id is null or r.kind = 0
        or exists (select 1 from memberships m where m.user_id = $1 and m.room_id = r.id))))
    order by i.id desc limit $4"
);

impl Store {
    /// The invitation of a token, if it lets anybody in at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invitation(&self, token: &TokenHash, now: i64) -> Result<Option<Invitation>, StoreError> {
        let mut reader = self.reader().await?;
        let found = find(reader.get()?, token, now).await;
        found.map_err(|problem| reader.distrust(problem))
    }

    /// The invitations that `user` has made and that let somebody in at `now`, the newest first; if `all`, also those of
    /// others, but for rooms that `user` may not know.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invitations(&self, user: UserId, all: bool, now: i64) -> Result<Vec<Invitation>, StoreError> {
        let mut reader = self.reader().await?;
        let query = sqlx::query(INVITATIONS_SQL).bind(user).bind(now).bind(i64::from(all)).bind(LISTED_MAX);
        let found = query.fetch_all(reader.get()?).await;
        let invitations = found.and_then(|rows| rows.iter().map(invitation).collect());
        invitations.map_err(|problem| reader.distrust(problem))
    }

    /// Makes an invitation; its id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invite(&self, new: NewInvitation, now: i64) -> Result<InvitationId, StoreError> {
        self.change(move |connection| Box::pin(async move { make(connection, &new, now).await })).await
    }

    /// Makes the link for the first owner and ends earlier ones; `None` if there is an owner.
    ///
    /// # Errors
    /// The database failed.
    pub async fn make_setup_link(
        &self,
        token: TokenHash,
        expires_at: i64,
        now: i64,
    ) -> Result<Option<InvitationId>, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                if owners(connection, 0).await? > 0 {
                    return Ok(None);
                }
                sqlx::query("update invitations set revoked_at = $1 where role = 4 and revoked_at is null")
                    .bind(now)
                    .execute(&mut *connection)
                    .await?;
                let (role, room, made_by, uses) = (Role::Owner, None, None, 1);
                let new = NewInvitation { token, role, room, made_by, uses, expires_at };
                make(connection, &new, now).await.map(Some)
            })
        })
        .await
    }

    /// Revokes an invitation of `user`, or, if `any`, one of those that [`Store::invitations`] shows them; false if there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revoke(&self, id: InvitationId, user: UserId, any: bool, now: i64) -> Result<bool, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let revoked = sqlx::query(
                    "update invitations set revoked_at = $4 where id = $1 and revoked_at is null
                     and (made_by = $2 or ($3 = 1 and role < 4 and (room_id is null
                        or exists (select 1 from rooms r where r.id = room_id and r.kind = 0)
                        or exists (select 1 from memberships m where m.user_id = $2 and m.room_id = invitations.room_id))))
                     returning room_id",
                )
                .bind(id)
                .bind(user)
                .bind(i64::from(any))
                .bind(now)
                .fetch_optional(&mut *connection)
                .await?;
                let Some(row) = revoked else { return Ok(false) };
                let room: Option<RoomId> = row.try_get(0)?;
                let record = Record::new(Act::InvitationRevoked, Some(user)).room(room).detail(format!("invitation {id}"));
                audit::append(connection, now, &record).await?;
                Ok(true)
            })
        })
        .await
    }
}

/// The invitation of a token, if it lets anybody in at `now`.
pub async fn find(
    connection: &mut AnyConnection,
    token: &TokenHash,
    now: i64,
) -> Result<Option<Invitation>, sqlx::Error> {
    let query = sqlx::query(INVITATION_SQL).bind(BASE64URL_NOPAD.encode(token)).bind(now);
    query.fetch_optional(connection).await?.map(|row| invitation(&row)).transpose()
}

/// Notes that `user` has taken an invitation that was just found, inside the transaction.
pub async fn take(
    connection: &mut AnyConnection,
    taken: &Invitation,
    user: UserId,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("update invitations set uses_left = uses_left - 1 where id = $1")
        .bind(taken.id)
        .execute(&mut *connection)
        .await?;
    let room = taken.room.as_ref().map(|(room, _)| *room);
    let detail = format!("invitation {}", taken.id);
    let record = Record::new(Act::InvitationTaken, Some(user)).user(user).room(room).detail(detail);
    audit::append(connection, now, &record).await
}

async fn make(connection: &mut AnyConnection, new: &NewInvitation, now: i64) -> Result<InvitationId, sqlx::Error> {
    let made = sqlx::query(
        "insert into invitations (id, token_hash, role, room_id, made_by, uses_left, created_at, expires_at)
         values ((select coalesce(max(id), 0) + 1 from invitations), $1, $2, $3, $4, $5, $6, $7) returning id",
    )
    .bind(BASE64URL_NOPAD.encode(&new.token))
    .bind(new.role as i64)
    .bind(new.room)
    .bind(new.made_by)
    .bind(new.uses)
    .bind(now)
    .bind(new.expires_at)
    .fetch_one(&mut *connection)
    .await?;
    let id: InvitationId = made.try_get(0)?;
    let act = if new.role == Role::Owner { Act::SetupLinkMade } else { Act::InvitationMade };
    let detail = format!("invitation {id}: {}", new.role.name());
    audit::append(connection, now, &Record::new(act, new.made_by).room(new.room).detail(detail)).await?;
    Ok(id)
}

fn invitation(row: &AnyRow) -> Result<Invitation, sqlx::Error> {
    let (room, by): (Option<RoomId>, Option<UserId>) = (row.try_get(2)?, row.try_get(4)?);
    Ok(Invitation {
        id: row.try_get(0)?,
        role: accounts::role(row, 1)?,
        room: room.map(|room| Ok::<_, sqlx::Error>((room, row.try_get(3)?))).transpose()?,
        by: by.map(|id| Ok::<_, sqlx::Error>(Person { id, name: row.try_get(5)? })).transpose()?,
        uses_left: row.try_get(6)?,
        created_at: row.try_get(7)?,
        expires_at: row.try_get(8)?,
    })
}
