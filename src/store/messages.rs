//! Messages after they have been written: edits, deletions, reactions, and whom they call by name.

use super::append::{Append, Appended, Draft};
use super::{Store, StoreError, files, filled, follow, sqlite};
use crate::protocol::{
    EMOJIS_PER_MESSAGE_MAX, Entry, FileView, Kind, REACTIONS_PER_MESSAGE_MAX, Reaction, Revision, RoomId, Seq, UserId,
};
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::HashMap;

/// Bit of `entries.has`: there are reactions.
const HAS_REACTIONS: i64 = 1;
/// Bit of `entries.has`: there are files.
pub(super) const HAS_FILES: i64 = 2;
/// Bit of `entries.has`: it calls somebody by name.
pub(super) const HAS_MENTIONS: i64 = 4;

/// Sizes of the lists of numbers and names in statements, filled up so that each text is prepared once.
const LIST_MAX: usize = 32;

/// The reactions to some messages of a room: `seq` and room in front of the others.
const REACTIONS_SQL: &str = "select seq, emoji, user_id from reactions where room_id = ? and seq in ";
/// Whom some messages of a room call.
const MENTIONS_SQL: &str = "select seq, user_id from mentions where room_id = ? and seq in ";
/// Members of a room by the folded forms of their names.
const NAMED_SQL: &str = "select u.id, u.folded from users u join memberships m on m.user_id = u.id and m.room_id = ?
    where u.state = 0 and u.folded in ";
/// Members of a room by the names that they sign in with.
const SIGNED_SQL: &str = "select u.id, u.account from users u join memberships m on m.user_id = u.id and m.room_id = ?
    where u.state = 0 and u.account in ";
/// What a message said before.
const REVISIONS_SQL: &str = "select v.at, v.text from revisions v
    join memberships m on m.room_id = v.room_id and m.user_id = $3 and m.since_seq <= v.seq
    where v.room_id = $1 and v.seq = $2 order by v.until_seq";

/// The statements that look something up in what grows with the log, for `Store::query_plans`.
pub(super) fn statements() -> Vec<String> {
    let list = sqlite::binds(1, LIST_MAX);
    let lists = [REACTIONS_SQL, MENTIONS_SQL, NAMED_SQL, SIGNED_SQL].map(|sql| format!("{sql}{list}"));
    let others = [REVISIONS_SQL.to_owned(), files::FILE_SQL.to_owned(), files::files_of_sql(LIST_MAX)];
    lists.into_iter().chain(others).collect()
}

/// Carries out an edit or a reaction of `author`, as entry `seq`; tells whether it becomes that entry.
pub(super) async fn carry_out(
    connection: &mut AnyConnection,
    append: &Append,
    draft: &Draft,
    seq: Seq,
    author: UserId,
) -> Result<Appended, sqlx::Error> {
    let (room, target) = (append.room, draft.target.unwrap_or_default());
    let text = draft.text.as_deref().unwrap_or_default();
    let query = sqlx::query(
        "select text, coalesce(edited_at, at) from entries
         where room_id = $1 and seq = $2 and kind = 0 and text is not null",
    );
    let Some(message) = query.bind(room).bind(target).fetch_optional(&mut *connection).await? else {
        return Ok(Appended::Unchanged);
    };
    let changed = match draft.kind {
        Kind::Edit => {
            let (old, written_at) = (message.try_get(0)?, message.try_get(1)?);
            edit(connection, append, draft, (old, written_at), seq).await?
        }
        Kind::Unreact => unreact(connection, room, target, (text, author)).await?,
        _ => match react(connection, room, target, (text, author), seq).await? {
            Some(changed) => changed,
            None => return Ok(Appended::TooManyReactions),
        },
    };
    Ok(if changed { Appended::Stored { seq, author } } else { Appended::AsItWas })
}

/// Puts another text in the place of a message's; tells whether it is another one.
async fn edit(
    connection: &mut AnyConnection,
    append: &Append,
    draft: &Draft,
    (old, written_at): (String, i64),
    seq: Seq,
) -> Result<bool, sqlx::Error> {
    let (room, target) = (append.room, draft.target.unwrap_or_default());
    let text = draft.text.as_deref().unwrap_or_default();
    if old == text {
        return Ok(false);
    }
    sqlx::query("insert into revisions (room_id, seq, until_seq, at, text) values ($1, $2, $3, $4, $5)")
        .bind(room)
        .bind(target)
        .bind(seq)
        .bind(written_at)
        .bind(old)
        .execute(&mut *connection)
        .await?;
    sqlx::query("delete from mentions where room_id = $1 and seq = $2")
        .bind(room)
        .bind(target)
        .execute(&mut *connection)
        .await?;
    mention(connection, room, target, &draft.more.mentions).await?;
    follow::forget(connection, room, target).await?;
    sqlx::query(
        "update entries set text = $3, edited_at = $4, has = has - (has & $5) + $6 where room_id = $1 and seq = $2",
    )
    .bind(room)
    .bind(target)
    .bind(text)
    .bind(append.at)
    .bind(HAS_MENTIONS)
    .bind(if draft.more.mentions.is_empty() { 0 } else { HAS_MENTIONS })
    .execute(&mut *connection)
    .await?;
    follow::reindex(connection, room, target).await?;
    Ok(true)
}

/// Puts an emoji under a message; tells whether it was not there, `None` if there are too many.
async fn react(
    connection: &mut AnyConnection,
    room: RoomId,
    target: Seq,
    (emoji, user): (&str, UserId),
    seq: Seq,
) -> Result<Option<bool>, sqlx::Error> {
    let found = sqlx::query(
        "select count(*), count(distinct emoji), count(case when emoji = $3 then 1 end),
             count(case when emoji = $3 and user_id = $4 then 1 end)
         from reactions where room_id = $1 and seq = $2",
    );
    let found = found.bind(room).bind(target).bind(emoji).bind(user).fetch_one(&mut *connection).await?;
    let (all, emojis): (i64, i64) = (found.try_get(0)?, found.try_get(1)?);
    let (same, own): (i64, i64) = (found.try_get(2)?, found.try_get(3)?);
    if own > 0 {
        return Ok(Some(false));
    }
    if all >= REACTIONS_PER_MESSAGE_MAX || (same == 0 && emojis >= EMOJIS_PER_MESSAGE_MAX) {
        return Ok(None);
    }
    sqlx::query(
        "insert into reactions (room_id, seq, emoji, user_id, by_seq, first_seq)
         select $1, $2, $3, $4, $5, coalesce((select min(first_seq) from reactions
             where room_id = $1 and seq = $2 and emoji = $3), $5)",
    )
    .bind(room)
    .bind(target)
    .bind(emoji)
    .bind(user)
    .bind(seq)
    .execute(&mut *connection)
    .await?;
    if all == 0 {
        sqlx::query("update entries set has = has - (has & $3) + $3 where room_id = $1 and seq = $2")
            .bind(room)
            .bind(target)
            .bind(HAS_REACTIONS)
            .execute(connection)
            .await?;
    }
    Ok(Some(true))
}

/// Takes an emoji away again; tells whether it was there.
async fn unreact(
    connection: &mut AnyConnection,
    room: RoomId,
    target: Seq,
    (emoji, user): (&str, UserId),
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query("delete from reactions where room_id = $1 and seq = $2 and emoji = $3 and user_id = $4");
    let gone = gone.bind(room).bind(target).bind(emoji).bind(user).execute(connection).await?;
    Ok(gone.rows_affected() > 0)
}

/// Takes a message away with all that there is of it; whose it was, `None` if there was none.
pub(super) async fn delete(
    connection: &mut AnyConnection,
    room: RoomId,
    seq: Seq,
) -> Result<Option<UserId>, sqlx::Error> {
    follow::forget(connection, room, seq).await?;
    let gone = sqlx::query(
        "update entries set text = null, edited_at = null, has = 0
         where room_id = $1 and seq = $2 and kind = 0 and text is not null returning author",
    );
    let Some(gone) = gone.bind(room).bind(seq).fetch_optional(&mut *connection).await? else { return Ok(None) };
    for sql in [
        "delete from revisions where room_id = $1 and seq = $2",
        "delete from reactions where room_id = $1 and seq = $2",
        "delete from mentions where room_id = $1 and seq = $2",
    ] {
        sqlx::query(sql).bind(room).bind(seq).execute(&mut *connection).await?;
    }
    files::doom(connection, room, Some(seq)).await?;
    gone.try_get(0).map(Some)
}

/// Notes whom a message calls by name.
pub(super) async fn mention(
    connection: &mut AnyConnection,
    room: RoomId,
    seq: Seq,
    users: &[UserId],
) -> Result<(), sqlx::Error> {
    for user in users {
        sqlx::query("insert into mentions (user_id, room_id, seq) values ($1, $2, $3) on conflict do nothing")
            .bind(*user)
            .bind(room)
            .bind(seq)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Fills in what other tables have of `entries` of a room: `has` are their bits, in the same order. Costs nothing for entries
/// that have nothing.
pub(super) async fn fill_in(
    connection: &mut AnyConnection,
    room: RoomId,
    entries: &mut [Entry],
    has: &[i64],
) -> Result<(), sqlx::Error> {
    let (mut reacted, mut calling, mut carrying) = (Vec::new(), Vec::new(), Vec::new());
    for (entry, has) in entries.iter().zip(has) {
        let message = if entry.kind == Kind::Edit { entry.target.unwrap_or_default() } else { entry.seq };
        if has & HAS_REACTIONS > 0 && entry.kind == Kind::Message {
            reacted.push(message);
        }
        if has & HAS_FILES > 0 && entry.kind == Kind::Message {
            carrying.push(message);
        }
        if has & HAS_MENTIONS > 0 {
            calling.push(message);
        }
    }
    let reactions = reactions(connection, room, &reacted).await?;
    let mentions = mentions(connection, room, &calling).await?;
    let mut files = files(connection, room, &carrying).await?;
    for entry in entries {
        match entry.kind {
            Kind::Message => {
                entry.files = files.remove(&entry.seq).unwrap_or_default();
                entry.reactions = reactions.get(&entry.seq).cloned().unwrap_or_default();
                entry.mentions = mentions.get(&entry.seq).cloned().unwrap_or_default();
            }
            Kind::Edit => {
                let of = mentions.get(&entry.target.unwrap_or_default());
                entry.mentions = of.cloned().unwrap_or_default();
            }
            _ => {}
        }
    }
    Ok(())
}

async fn reactions(
    connection: &mut AnyConnection,
    room: RoomId,
    seqs: &[Seq],
) -> Result<HashMap<Seq, Vec<Reaction>>, sqlx::Error> {
    let mut found: HashMap<Seq, Vec<Reaction>> = HashMap::new();
    for some in seqs.chunks(LIST_MAX) {
        let list = sqlite::binds(1, LIST_MAX);
        let sql = format!("{REACTIONS_SQL}{list} order by seq, first_seq, by_seq");
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(room);
        for seq in filled(some, LIST_MAX) {
            query = query.bind(*seq);
        }
        for row in query.fetch_all(&mut *connection).await? {
            let (emoji, user): (String, UserId) = (row.try_get(1)?, row.try_get(2)?);
            let of = found.entry(row.try_get(0)?).or_default();
            match of.last_mut().filter(|last| last.emoji == emoji) {
                Some(last) => last.by.push(user),
                None => of.push(Reaction { emoji, by: vec![user] }),
            }
        }
    }
    Ok(found)
}

async fn mentions(
    connection: &mut AnyConnection,
    room: RoomId,
    seqs: &[Seq],
) -> Result<HashMap<Seq, Vec<UserId>>, sqlx::Error> {
    let mut found: HashMap<Seq, Vec<UserId>> = HashMap::new();
    for some in seqs.chunks(LIST_MAX) {
        let sql = format!("{MENTIONS_SQL}{} order by seq, user_id", sqlite::binds(1, LIST_MAX));
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(room);
        for seq in filled(some, LIST_MAX) {
            query = query.bind(*seq);
        }
        for row in query.fetch_all(&mut *connection).await? {
            found.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
        }
    }
    Ok(found)
}

async fn files(
    connection: &mut AnyConnection,
    room: RoomId,
    seqs: &[Seq],
) -> Result<HashMap<Seq, Vec<FileView>>, sqlx::Error> {
    let mut found: HashMap<Seq, Vec<FileView>> = HashMap::new();
    for some in seqs.chunks(LIST_MAX) {
        let sql = files::files_of_sql(LIST_MAX);
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(room);
        for seq in filled(some, LIST_MAX) {
            query = query.bind(*seq);
        }
        for row in query.fetch_all(&mut *connection).await? {
            let (seq, file) = files::of_message(&row)?;
            found.entry(seq).or_default().push(file);
        }
    }
    Ok(found)
}

impl Store {
    /// The members of `room` who are called by one of `names`, which are folded: by the shown name, or else by that which they
    /// sign in with.
    ///
    /// # Errors
    /// The database failed.
    pub async fn members_named(&self, room: RoomId, names: &[String]) -> Result<HashMap<String, UserId>, StoreError> {
        let mut found = HashMap::new();
        for sql in [SIGNED_SQL, NAMED_SQL] {
            for some in names.chunks(LIST_MAX) {
                let mut query = sqlx::query(AssertSqlSafe(format!("{sql}{}", sqlite::binds(1, LIST_MAX)))).bind(room);
                for name in filled(some, LIST_MAX) {
                    query = query.bind(name.as_str());
                }
                found.extend(self.rows(query, |row| Ok((row.try_get(1)?, row.try_get(0)?))).await?);
            }
        }
        Ok(found)
    }

    /// What message `seq` of `room` said before it was edited, the oldest first; nothing if it is not for `reader` to see.
    ///
    /// # Errors
    /// The database failed.
    pub async fn revisions(&self, room: RoomId, seq: Seq, reader: UserId) -> Result<Vec<Revision>, StoreError> {
        let query = sqlx::query(REVISIONS_SQL).bind(room).bind(seq).bind(reader);
        self.rows(query, |row| Ok(Revision { at: row.try_get(0)?, text: row.try_get(1)? })).await
    }
}
