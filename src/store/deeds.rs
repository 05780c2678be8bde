//! What entries change beside the log, inside the writer's transaction: members in and out, names, topics, rules, and
//! messages that are deleted.

use super::append::{Append, Appended, Draft};
use super::audit::{self, Act, Record};
use super::messages;
use crate::protocol::{Kind, RoomId, RoomKind, Rules, Seq, UserId};
use crate::secret;
use sqlx::{AnyConnection, Row};

/// Ends a membership.
pub(super) const LEAVE_SQL: &str = "delete from memberships where room_id = $1 and user_id = $2";
/// Makes a membership, in a room that is there, for somebody who has room for one more; of a bot only where its maker is.
const JOIN_SQL: &str = "insert into memberships (room_id, user_id, since_seq, read_seq, joined_at)
    select r.id, $2, case when r.shows_past = 1 then 1 else $3 end, $3, $4 from rooms r
    where r.id = $1 and r.deleted_at is null and (select count(*) from memberships where user_id = $2) < $5
    and not exists (select 1 from users b where b.id = $2 and b.is_bot = 1
        and not exists (select 1 from memberships m where m.room_id = $1 and m.user_id = b.made_by))
    on conflict (user_id, room_id) do nothing";
/// Gives a room another name, unless another open one has it.
const NAME_SQL: &str = "update rooms set name = $2, folded = case when kind = 0 then $3 end
    where id = $1 and not exists (select 1 from rooms o where o.folded = $3 and o.id <> $1 and rooms.kind = 0)
    returning kind";

/// Carries out what `draft` of `author`, as entry `seq`, changes; tells whether it becomes that entry.
pub(super) async fn carry_out(
    connection: &mut AnyConnection,
    append: &Append,
    draft: &Draft,
    seq: Seq,
    author: UserId,
) -> Result<Appended, sqlx::Error> {
    let (room, at) = (append.room, append.at);
    let text = draft.text.as_deref().unwrap_or_default();
    let subject = draft.subject.unwrap_or(author);
    let changed = match draft.kind {
        Kind::Message => true,
        // Who talks with whom is not for the audit log: only what keeps order is.
        Kind::Join => match join(connection, append, subject, seq).await? {
            Appended::Stored { .. } => true,
            other => return Ok(other),
        },
        Kind::Leave => {
            let left = sqlx::query(LEAVE_SQL).bind(room).bind(subject).execute(&mut *connection).await?;
            if left.rows_affected() > 0 {
                note_other(connection, append, Act::MemberRemoved, author, subject, "").await?;
            }
            left.rows_affected() > 0
        }
        Kind::Topic => {
            let query = sqlx::query("update rooms set topic = $2 where id = $1").bind(room).bind(text);
            query.execute(connection).await?;
            true
        }
        Kind::Edit | Kind::React | Kind::Unreact => {
            return messages::carry_out(connection, append, draft, seq, author).await;
        }
        Kind::Delete => match messages::delete(connection, room, draft.target.unwrap_or_default()).await? {
            Some(whose) => {
                let detail = format!("message {}", draft.target.unwrap_or_default());
                note_other(connection, append, Act::MessageDeleted, author, whose, &detail).await?;
                true
            }
            None => false,
        },
        Kind::Name => match name(connection, room, text).await? {
            Some(kind) => {
                // What a closed room is called is its members' own.
                let detail = if kind == RoomKind::Open { format!("name: {text}") } else { "name".to_owned() };
                note(connection, at, Act::RoomChanged, author, room, detail).await?;
                true
            }
            None => return Ok(Appended::NameTaken),
        },
        Kind::Rules => {
            set_rules(connection, room, text).await?;
            note(connection, at, Act::RoomChanged, author, room, text.to_owned()).await?;
            true
        }
    };
    Ok(if changed { Appended::Stored { seq, author } } else { Appended::Unchanged })
}

/// Inserts the entry of a draft that is about somebody or about another entry, or has more than a text. Most are not, and go
/// in lists.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    append: &Append,
    draft: &Draft,
    seq: Seq,
    author: UserId,
) -> Result<(), sqlx::Error> {
    let is_message = draft.kind == Kind::Message;
    let mentions = if is_message { draft.more.mentions.as_slice() } else { &[] };
    messages::mention(connection, append.room, seq, mentions).await?;
    // What an edit says stands at its message, so that there is one place to change and to delete it.
    let text = draft.text.as_deref().filter(|_| draft.kind != Kind::Edit);
    sqlx::query(
        "insert into entries (room_id, seq, at, author, kind, subject, target, key, text, reply_to, has)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(append.room)
    .bind(seq)
    .bind(append.at)
    .bind(author)
    .bind(draft.kind as i64)
    .bind(draft.subject)
    .bind(draft.target)
    .bind(draft.key.as_deref())
    .bind(text)
    .bind(draft.more.reply_to)
    .bind(if mentions.is_empty() { 0 } else { messages::HAS_MENTIONS })
    .execute(connection)
    .await?;
    Ok(())
}

async fn join(
    connection: &mut AnyConnection,
    append: &Append,
    user: UserId,
    seq: Seq,
) -> Result<Appended, sqlx::Error> {
    let joined = sqlx::query(JOIN_SQL)
        .bind(append.room)
        .bind(user)
        .bind(seq)
        .bind(append.at)
        .bind(append.rooms_per_user_max)
        .execute(&mut *connection)
        .await?;
    if joined.rows_affected() > 0 {
        return Ok(Appended::Stored { seq, author: user });
    }
    let query =
        sqlx::query("select 1 from memberships where user_id = $1 and room_id = $2").bind(user).bind(append.room);
    let is_member = query.fetch_optional(connection).await?.is_some();
    Ok(if is_member { Appended::Unchanged } else { Appended::TooManyRooms })
}

/// What the room is that has the name now; `None` if another open one has it.
async fn name(connection: &mut AnyConnection, room: RoomId, name: &str) -> Result<Option<RoomKind>, sqlx::Error> {
    let query = sqlx::query(NAME_SQL).bind(room).bind(name).bind(secret::fold(name));
    let renamed = query.fetch_optional(connection).await?;
    renamed.map(|row| room_kind(row.try_get(0)?)).transpose()
}

async fn set_rules(connection: &mut AnyConnection, room: RoomId, json: &str) -> Result<(), sqlx::Error> {
    let rules = read_rules(json)?;
    sqlx::query("update rooms set shows_past = $2, slow_ms = $3, archived = $4 where id = $1")
        .bind(room)
        .bind(i64::from(rules.shows_past))
        .bind(i64::try_from(rules.slow_ms).unwrap_or(0))
        .bind(i64::from(rules.archived))
        .execute(connection)
        .await?;
    Ok(())
}

/// The rules that an entry's text holds.
pub(super) fn read_rules(json: &str) -> Result<Rules, sqlx::Error> {
    serde_json::from_str(json).map_err(|problem| sqlx::Error::Decode(Box::new(problem)))
}

/// The kind of room that the database's number means.
pub(super) fn room_kind(number: i64) -> Result<RoomKind, sqlx::Error> {
    RoomKind::from_number(number).ok_or_else(|| sqlx::Error::Decode(format!("room kind {number}").into()))
}

async fn note(
    connection: &mut AnyConnection,
    at: i64,
    act: Act,
    actor: UserId,
    room: RoomId,
    detail: String,
) -> Result<(), sqlx::Error> {
    audit::append(connection, at, &Record::new(act, Some(actor)).room(room).detail(detail)).await
}

/// Notes what was done to somebody else; what one does to oneself is nobody's business.
async fn note_other(
    connection: &mut AnyConnection,
    append: &Append,
    act: Act,
    actor: UserId,
    user: UserId,
    detail: &str,
) -> Result<(), sqlx::Error> {
    if actor == user {
        return Ok(());
    }
    let record = Record::new(act, Some(actor)).user(user).room(append.room).detail(detail);
    audit::append(connection, append.at, &record).await
}
