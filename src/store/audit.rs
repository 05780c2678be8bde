//! The log of what was done to people and rooms, by whom: only ever added to, in the transaction that does it.
//!
//! The running server follows it by its last id, so that what is done at the console or by another process takes effect
//! at once (`chat/follower.rs`).

use super::{Store, StoreError, bound};
use crate::protocol::{Person, RoomId, SessionId, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Rows that one look into the log takes.
const LOOK_ROWS_MAX: i64 = 1_000;

/// What was done. The database keeps [`Act::word`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// An account was made.
    AccountMade,
    /// A guest or visitor was given an account.
    AccountGiven,
    /// Somebody changed their shown name.
    NameChanged,
    /// Somebody changed their colour or their picture.
    FaceChanged,
    /// A password was changed; the other sessions ended.
    PasswordChanged,
    /// A new password was made at the console; all sessions ended.
    PasswordReset,
    /// Somebody left for good.
    AccountDeleted,
    /// A session was ended.
    SessionEnded,
    /// All other sessions of somebody were ended.
    SessionsEnded,
    /// Somebody's role was changed.
    RoleChanged,
    /// An account was disabled.
    Disabled,
    /// An account was enabled again.
    Enabled,
    /// Somebody was muted for a time.
    Muted,
    /// A mute was ended.
    Unmuted,
    /// An account was banned.
    Banned,
    /// A range of addresses was banned.
    AddressesBanned,
    /// A ban was lifted.
    BanLifted,
    /// An invitation was made.
    InvitationMade,
    /// An invitation was taken.
    InvitationTaken,
    /// An invitation was revoked.
    InvitationRevoked,
    /// A setup link was made.
    SetupLinkMade,
    /// A bot was made.
    BotMade,
    /// A bot was revoked, by its maker or because its maker has bots no longer.
    BotRevoked,
    /// An open room was made; who makes closed ones is nobody's business.
    RoomMade,
    /// Somebody was removed from a room.
    MemberRemoved,
    /// A room's name or rules were changed.
    RoomChanged,
    /// A room was deleted.
    RoomDeleted,
    /// Somebody else's message was deleted.
    MessageDeleted,
    /// A report was marked as handled.
    ReportHandled,
}

impl Act {
    /// The word that stands in the log; never changes.
    pub fn word(self) -> &'static str {
        match self {
            Act::AccountMade => "account_made",
            Act::AccountGiven => "account_given",
            Act::NameChanged => "name_changed",
            Act::FaceChanged => "face_changed",
            Act::PasswordChanged => "password_changed",
            Act::PasswordReset => "password_reset",
            Act::AccountDeleted => "account_deleted",
            Act::SessionEnded => "session_ended",
            Act::SessionsEnded => "sessions_ended",
            Act::RoleChanged => "role_changed",
            Act::Disabled => "disabled",
            Act::Enabled => "enabled",
            Act::Muted => "muted",
            Act::Unmuted => "unmuted",
            Act::Banned => "banned",
            Act::AddressesBanned => "addresses_banned",
            Act::BanLifted => "ban_lifted",
            Act::InvitationMade => "invitation_made",
            Act::InvitationTaken => "invitation_taken",
            Act::InvitationRevoked => "invitation_revoked",
            Act::SetupLinkMade => "setup_link_made",
            Act::BotMade => "bot_made",
            Act::BotRevoked => "bot_revoked",
            Act::RoomMade => "room_made",
            Act::MemberRemoved => "member_removed",
            Act::RoomChanged => "room_changed",
            Act::RoomDeleted => "room_deleted",
            Act::MessageDeleted => "message_deleted",
            Act::ReportHandled => "report_handled",
        }
    }
}

/// One line for the log.
#[derive(Debug, Clone)]
pub struct Record {
    /// What was done.
    pub act: Act,
    /// Who did it; `None`: somebody at the console.
    pub actor: Option<UserId>,
    /// Whom it was done to.
    pub user: Option<UserId>,
    /// Which session it ended.
    pub session: Option<SessionId>,
    /// In which room.
    pub room: Option<RoomId>,
    /// More, for people; never a message's text, a token or a password.
    pub detail: String,
}

impl Record {
    /// A line about something that `actor` did.
    pub fn new(act: Act, actor: Option<UserId>) -> Record {
        Record { act, actor, user: None, session: None, room: None, detail: String::new() }
    }

    /// It was done to this person.
    pub fn user(self, user: UserId) -> Record {
        Record { user: Some(user), ..self }
    }

    /// It ended this session.
    pub fn session(self, session: SessionId) -> Record {
        Record { session: Some(session), ..self }
    }

    /// It was done in this room.
    pub fn room(self, room: impl Into<Option<RoomId>>) -> Record {
        Record { room: room.into(), ..self }
    }

    /// More about it, for people.
    pub fn detail(self, detail: impl Into<String>) -> Record {
        Record { detail: detail.into(), ..self }
    }
}

/// What a follower of the log learns of a line: whom and where to look at. What is so now stands in the other tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The line's id.
    pub id: i64,
    /// What was done, as [`Act::word`].
    pub word: String,
    /// Whom it was done to.
    pub user: Option<UserId>,
    /// In which room.
    pub room: Option<RoomId>,
}

/// A line of the log, for people.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its id.
    pub id: i64,
    /// When, in Unix milliseconds.
    pub at: i64,
    /// Who did it; `None`: somebody at the console, or time.
    pub actor: Option<Person>,
    /// What was done, as [`Act::word`].
    pub deed: String,
    /// Whom it was done to.
    pub user: Option<Person>,
    /// In which room.
    pub room: Option<(RoomId, String)>,
    /// More about it.
    pub detail: String,
}

/// Appends a line inside the transaction that does what it says.
pub async fn append(connection: &mut AnyConnection, at: i64, record: &Record) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into audit (id, at, actor, deed, user_id, session_id, room_id, detail)
         values ((select coalesce(max(id), 0) + 1 from audit), $1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(at)
    .bind(record.actor)
    .bind(record.act.word())
    .bind(record.user)
    .bind(record.session)
    .bind(record.room)
    .bind(record.detail.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// The id of the log's last line; 0 if it has none.
pub async fn head(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query("select coalesce(max(id), 0) from audit").fetch_one(connection).await?.try_get(0)
}

/// What follows on a line of the log.
pub(super) const FOLLOW_SQL: &str = "select id, deed, user_id, room_id from audit where id > $1 order by id limit $2";

/// A page of the log, the latest first, without what happened in rooms that reader $1 may not know, unless they did it.
const LINES_SQL: &str = "select l.id, l.at, l.actor, a.name, l.deed, l.user_id, u.name, l.room_id, r.name, l.detail
    from audit l left join users a on a.id = l.actor left join users u on u.id = l.user_id
    left join rooms r on r.id = l.room_id
    where (l.id < $2 or $2 = 0) and (l.room_id is null or r.kind = 0 or l.actor = $1
        or exists (select 1 from memberships m where m.room_id = l.room_id and m.user_id = $1))
    order by l.id desc limit $3";

/// Somebody whose id and name stand in that column and the next, if anybody does.
pub(super) fn person(row: &AnyRow, column: usize) -> Result<Option<Person>, sqlx::Error> {
    let id: Option<UserId> = row.try_get(column)?;
    id.map(|id| Ok(Person { id, name: row.try_get(column + 1)? })).transpose()
}

impl Store {
    /// Up to `limit` lines with an id below `before` (0: of all) that `reader` may see, the latest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn audit_page(&self, reader: UserId, before: i64, limit: usize) -> Result<Vec<Line>, StoreError> {
        let line = |row: &AnyRow| {
            let room: Option<RoomId> = row.try_get(7)?;
            Ok(Line {
                id: row.try_get(0)?,
                at: row.try_get(1)?,
                actor: person(row, 2)?,
                deed: row.try_get(4)?,
                user: person(row, 5)?,
                room: room.map(|id| Ok::<_, sqlx::Error>((id, row.try_get(8)?))).transpose()?,
                detail: row.try_get(9)?,
            })
        };
        let query = sqlx::query(LINES_SQL).bind(reader).bind(before).bind(bound(limit));
        self.rows(query, line).await
    }

    /// The id of the log's last line when the store was opened, from which a follower begins.
    pub fn audit_head_at_open(&self) -> i64 {
        self.0.audit_head
    }

    /// The lines that follow on line `after`, by id, not necessarily all of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn audit_after(&self, after: i64) -> Result<Vec<Followed>, StoreError> {
        let mut reader = self.reader().await?;
        let found = sqlx::query(FOLLOW_SQL).bind(after).bind(LOOK_ROWS_MAX).fetch_all(reader.get()?).await;
        let lines = found.and_then(|rows| {
            let line = |row: &sqlx::any::AnyRow| {
                Ok(Followed {
                    id: row.try_get(0)?,
                    word: row.try_get(1)?,
                    user: row.try_get(2)?,
                    room: row.try_get(3)?,
                })
            };
            rows.iter().map(line).collect()
        });
        lines.map_err(|problem| reader.distrust(problem))
    }
}
