//! What is asked of the database: rooms, pages of the log. Every page takes a time that does not grow with the log.

use super::accounts::{SESSION_SQL, SESSIONS_ALIVE_SQL};
use super::audit::FOLLOW_SQL;
use super::directory::PEOPLE_SQL;
use super::invitations::INVITATION_SQL;
use super::members::{MEMBER_PAGE_SQL, names};
use super::people::KNOWN_SQL;
use super::rooms::DOOR_SQL;
use super::{Query, Store, StoreError, append, bound, deeds, follow, messages, sqlite};
use crate::protocol::{
    ENTRIES_MAX, Entry, Kind, Level, Page, Person, RoomId, RoomKind, RoomListing, RoomView, Rules, Seq, UNREAD_MAX,
    UserId,
};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Executor, Row};
use std::collections::HashMap;

/// Entries behind `read` that are looked at to count the unread messages among them.
const UNREAD_WINDOW: i64 = 5 * UNREAD_MAX;
/// No user has the id 0: it stands for snug itself, which reads all.
const SNUG_ITSELF: (UserId, Seq) = (0, 1);

/// A room as its loop loads it.
#[derive(Debug, Clone)]
pub struct RoomState {
    /// What it is.
    pub kind: RoomKind,
    /// Its name as typed; empty for direct rooms.
    pub name: String,
    /// Its topic, empty if it has none.
    pub topic: String,
    /// What holds in it.
    pub rules: Rules,
    /// Who has made it; `None`: the schema.
    pub maker: Option<UserId>,
    /// The last entry's number.
    pub head: Seq,
    /// The latest entries, ascending, ending at `head`.
    pub latest: Vec<Entry>,
}

/// A page of a room's log, for one of its members.
#[derive(Debug, Clone)]
pub struct Slice {
    /// The last entry's number.
    pub head: Seq,
    /// The page, ascending, without gaps, none of it from before the member may see.
    pub entries: Vec<Entry>,
}

/// One's rooms, with what is unread in each.
macro_rules! rooms_of_sql {
    ($which:literal) => {
        concat!(
            "select r.id, r.kind, r.name, r.topic, r.people, r.shows_past, r.slow_ms, r.archived, r.head,
            case when r.created_by = $1 then 1 else 0 end, m.since_seq, m.read_seq,
            (select count(*) from
                (select e.kind, e.author, e.text from entries e
                 where e.room_id = m.room_id and e.seq > m.read_seq and e.seq >= m.since_seq order by e.seq limit $2) recent
             where recent.kind = 0 and recent.author <> $1 and recent.text is not null),
            (select count(*) from mentions x join entries e on e.room_id = x.room_id and e.seq = x.seq and e.author <> $1
             where x.user_id in (0, $1) and x.room_id = m.room_id and x.seq > m.read_seq and x.seq >= m.since_seq),
            m.level
            from memberships m join rooms r on r.id = m.room_id where m.user_id = $1",
            $which
        )
    };
}

/// All of one's rooms.
pub(super) const ROOMS_OF_SQL: &str = rooms_of_sql!(" order by r.id");
/// One of one's rooms.
pub(super) const ROOM_OF_SQL: &str = rooms_of_sql!(" and m.room_id = $3");
/// A page of all open rooms.
pub(super) const ROOMS_SQL: &str = "select r.id, r.name, r.topic,
    (select count(*) from memberships m where m.room_id = r.id),
    (select count(*) from memberships m where m.room_id = r.id and m.user_id = $2)
    from rooms r where r.id > $1 and r.kind = 0 and r.deleted_at is null order by r.id limit $3";

/// A page of the log from entry $5 on, for a member who may see all of that, or for snug itself.
macro_rules! page_sql {
    ($which:literal) => {
        concat!(
            "select e.seq, e.at, e.author, u.name, e.kind, e.key, coalesce(e.text, t.text), e.target, e.subject, w.name,
                e.reply_to, e.edited_at, e.has + coalesce(t.has, 0)
            from entries e join users u on u.id = e.author left join users w on w.id = e.subject
            left join entries t on e.kind = 7 and t.room_id = e.room_id and t.seq = e.target
            where e.room_id = $1 and e.seq >= $5 and ($4 = 0 or exists
                (select 1 from memberships m where m.user_id = $4 and m.room_id = $1 and m.since_seq <= $5)) and ",
            $which
        )
    };
}

/// A page of the log, downwards.
pub(super) const BEFORE_SQL: &str = page_sql!("e.seq < $2 order by e.seq desc limit $3");
/// A page of the log, upwards.
pub(super) const AFTER_SQL: &str = page_sql!("e.seq > $2 order by e.seq limit $3");
/// Everybody in a room.
pub(super) const MEMBERS_SQL: &str = "select user_id, since_seq from memberships where room_id = $1";
/// A room by its id.
pub(super) const ROOM_SQL: &str = "select kind, name, topic, shows_past, slow_ms, archived, created_by, head from rooms
    where id = $1 and deleted_at is null";
/// From where on somebody may see a room, and how far it goes.
pub(super) const PLACE_SQL: &str = "select m.since_seq, r.head from memberships m join rooms r on r.id = m.room_id
    where m.user_id = $1 and m.room_id = $2";

impl Store {
    /// The rooms that `user` is in, by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rooms_of(&self, user: UserId) -> Result<Vec<RoomView>, StoreError> {
        let mut reader = self.reader().await?;
        let rows = sqlx::query(ROOMS_OF_SQL).bind(user).bind(UNREAD_WINDOW).fetch_all(reader.get()?).await;
        let views = match rows {
            Ok(rows) => views(reader.get()?, &rows, user).await,
            Err(problem) => Err(problem),
        };
        views.map_err(|problem| reader.distrust(problem))
    }

    /// One of the rooms that `user` is in, or `None`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn room_of(&self, user: UserId, room: RoomId) -> Result<Option<RoomView>, StoreError> {
        let mut reader = self.reader().await?;
        let query = sqlx::query(ROOM_OF_SQL).bind(user).bind(UNREAD_WINDOW).bind(room);
        let views = match query.fetch_all(reader.get()?).await {
            Ok(rows) => views(reader.get()?, &rows, user).await,
            Err(problem) => Err(problem),
        };
        views.map(|mut views| views.pop()).map_err(|problem| reader.distrust(problem))
    }

    /// Up to `limit` open rooms with an id above `after`, by id, as `user` sees them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rooms(&self, user: UserId, after: RoomId, limit: usize) -> Result<Vec<RoomListing>, StoreError> {
        self.rows(sqlx::query(ROOMS_SQL).bind(after).bind(user).bind(bound(limit)), room_listing).await
    }

    /// A room with its `latest` entries, or `None` if there is no such room.
    ///
    /// # Errors
    /// The database failed.
    pub async fn room(&self, room: RoomId, latest: usize) -> Result<Option<RoomState>, StoreError> {
        let Some(state) = self.row(sqlx::query(ROOM_SQL).bind(room), room_state).await? else { return Ok(None) };
        let latest = self.page(room, Page::Before(state.head + 1), latest, None).await?;
        Ok(Some(RoomState { latest, ..state }))
    }

    /// Everybody who is in `room`, with the first entry that each may see.
    ///
    /// # Errors
    /// The database failed.
    pub async fn members(&self, room: RoomId) -> Result<HashMap<UserId, Seq>, StoreError> {
        let members = self.rows(sqlx::query(MEMBERS_SQL).bind(room), |row| Ok((row.try_get(0)?, row.try_get(1)?)));
        Ok(members.await?.into_iter().collect())
    }

    /// A page of the log of `room` as its member `reader` may see it, up to `limit` entries; `None` for whoever is no member
    /// at that moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn page_of(
        &self,
        room: RoomId,
        page: Page,
        limit: usize,
        reader: UserId,
    ) -> Result<Option<Slice>, StoreError> {
        let Some((since, head)) = self.place(room, reader).await? else { return Ok(None) };
        let entries = self.pages(room, page, limit, (reader, since)).await?;
        // More may have come since.
        let head = entries.last().map_or(head, |last| last.seq.max(head));
        Ok(Some(Slice { head, entries }))
    }

    /// A page of the log of `room`: up to `limit` entries, ascending, without gaps; if `reader` is named, only what they may
    /// see, and nothing if they are no member at that moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn page(
        &self,
        room: RoomId,
        page: Page,
        limit: usize,
        reader: Option<UserId>,
    ) -> Result<Vec<Entry>, StoreError> {
        match reader {
            Some(reader) => {
                Ok(self.page_of(room, page, limit, reader).await?.map_or(Vec::new(), |slice| slice.entries))
            }
            None => self.pages(room, page, limit, SNUG_ITSELF).await,
        }
    }

    /// A page for whoever may see what is from entry `since` on.
    async fn pages(
        &self,
        room: RoomId,
        page: Page,
        limit: usize,
        (reader, since): (UserId, Seq),
    ) -> Result<Vec<Entry>, StoreError> {
        let who = (reader, since);
        match page {
            Page::Before(seq) => {
                let mut entries = self.slice(BEFORE_SQL, room, seq, limit, who).await?;
                entries.reverse();
                Ok(entries)
            }
            Page::After(seq) => self.slice(AFTER_SQL, room, seq, limit, who).await,
            Page::Around(seq) => {
                let mut entries = self.slice(BEFORE_SQL, room, seq, limit / 2, who).await?;
                entries.reverse();
                entries.extend(self.slice(AFTER_SQL, room, seq.saturating_sub(1), limit - limit / 2, who).await?);
                Ok(entries)
            }
        }
    }

    async fn slice(
        &self,
        sql: &'static str,
        room: RoomId,
        seq: Seq,
        limit: usize,
        (reader, since): (UserId, Seq),
    ) -> Result<Vec<Entry>, StoreError> {
        let query = sqlx::query(sql).bind(room).bind(seq).bind(bound(limit)).bind(reader).bind(since);
        self.entries(room, query).await
    }

    /// The entries of `room` that a query finds, as they are now.
    async fn entries(&self, room: RoomId, query: Query<'_>) -> Result<Vec<Entry>, StoreError> {
        let mut reader = self.reader().await?;
        let connection = reader.get()?;
        let found = async {
            let rows = query.fetch_all(&mut *connection).await?;
            let mut entries = rows.iter().map(|row| entry(room, row)).collect::<Result<Vec<_>, _>>()?;
            let has = rows.iter().map(|row| row.try_get(12)).collect::<Result<Vec<i64>, _>>()?;
            messages::fill_in(connection, room, &mut entries, &has).await?;
            Ok(entries)
        };
        let found = found.await;
        found.map_err(|problem| reader.distrust(problem))
    }

    /// Those of the entries `seqs` of `room`, at most [`ENTRIES_MAX`], that its member `reader` may see, ascending.
    ///
    /// # Errors
    /// The database failed.
    pub async fn some_entries(&self, room: RoomId, seqs: &[Seq], reader: UserId) -> Result<Vec<Entry>, StoreError> {
        let Some(since) = self.place(room, reader).await?.map(|(since, _)| since) else { return Ok(Vec::new()) };
        let mut query = sqlx::query(AssertSqlSafe(some_sql())).bind(room).bind(reader).bind(since);
        for seq in seqs.iter().chain(seqs.last().into_iter().cycle()).take(ENTRIES_MAX) {
            query = query.bind(*seq);
        }
        self.entries(room, query).await
    }

    /// From where on `reader` may see `room`, and how far it goes; `None` for whoever is no member.
    async fn place(&self, room: RoomId, reader: UserId) -> Result<Option<(Seq, Seq)>, StoreError> {
        self.row(sqlx::query(PLACE_SQL).bind(reader).bind(room), |row| Ok((row.try_get(0)?, row.try_get(1)?))).await
    }

    /// How the database finds the rows of each statement that grows old with the log: the statement and the steps of its plan.
    ///
    /// # Errors
    /// The database failed.
    pub async fn query_plans(&self) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        let accounts = [SESSION_SQL, SESSIONS_ALIVE_SQL, KNOWN_SQL, INVITATION_SQL, FOLLOW_SQL];
        let rooms = [ROOMS_OF_SQL, ROOM_OF_SQL, ROOM_SQL, PLACE_SQL, DOOR_SQL, MEMBERS_SQL, BEFORE_SQL, AFTER_SQL];
        let lists = [ROOMS_SQL, MEMBER_PAGE_SQL, PEOPLE_SQL];
        let statements = accounts.into_iter().chain(rooms).chain(lists).map(str::to_owned);
        let mut plans = Vec::new();
        let mut reader = self.reader().await?;
        let written = append::statements()
            .into_iter()
            .chain(follow::statements())
            .chain(messages::statements())
            .chain([some_sql()]);
        for sql in statements.chain(written) {
            let explain = sqlite::explain_plan(&sql);
            let rows = sqlx::query(sqlx::AssertSqlSafe(explain)).fetch_all(reader.get()?).await;
            let steps = rows.and_then(|rows| rows.iter().map(|row| row.try_get(3)).collect());
            plans.push((sql, steps.map_err(|problem| reader.distrust(problem))?));
        }
        Ok(plans)
    }

    /// Answers when the database answers.
    ///
    /// # Errors
    /// It failed.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut reader = self.reader().await?;
        let answered = reader.get()?.execute("select 1").await;
        answered.map(|_| ()).map_err(|problem| reader.distrust(problem))
    }
}

/// Some entries of a room, for a member who may see what is from entry $3 on: $1 the room, $2 the member.
fn some_sql() -> String {
    let list: Vec<String> = (4..4 + ENTRIES_MAX).map(|n| format!("${n}")).collect();
    let page = page_sql!("e.seq in ").replace("$4", "$2").replace("$5", "$3");
    format!("{page}({}) order by e.seq", list.join(", "))
}

/// Reads rooms as `user` sees them.
async fn views(connection: &mut AnyConnection, rows: &[AnyRow], user: UserId) -> Result<Vec<RoomView>, sqlx::Error> {
    let mut ids = Vec::new();
    for row in rows {
        ids.extend(people_ids(row, 4)?);
    }
    let people = names(connection, &ids).await?;
    rows.iter().map(|row| room_view(row, &people, user)).collect()
}

fn room_view(row: &AnyRow, people: &HashMap<UserId, String>, user: UserId) -> Result<RoomView, sqlx::Error> {
    let kind = deeds::room_kind(row.try_get(1)?)?;
    let mut others = people_ids(row, 4)?;
    others.retain(|other| *other != user);
    Ok(RoomView {
        id: row.try_get(0)?,
        name: row.try_get(2)?,
        topic: row.try_get(3)?,
        kind,
        people: (kind == RoomKind::Direct).then(|| people_of(&others, people)),
        rules: rules(row, 5)?,
        made: row.try_get::<i64, _>(9)? > 0,
        since: row.try_get(10)?,
        head: row.try_get(8)?,
        read: row.try_get(11)?,
        unread: row.try_get::<i64, _>(12)?.min(UNREAD_MAX),
        mentions: row.try_get::<i64, _>(13)?.min(UNREAD_MAX),
        level: Level::from_number(row.try_get(14)?),
    })
}

/// The ids of a direct room's people; of others nobody's.
fn people_ids(row: &AnyRow, column: usize) -> Result<Vec<UserId>, sqlx::Error> {
    let list: Option<String> = row.try_get(column)?;
    let ids = list.iter().flat_map(|list| list.split(',')).map(str::parse).collect::<Result<_, _>>();
    ids.map_err(|problem| sqlx::Error::Decode(Box::new(problem)))
}

fn people_of(ids: &[UserId], names: &HashMap<UserId, String>) -> Vec<Person> {
    ids.iter().filter_map(|id| Some(Person { id: *id, name: names.get(id)?.clone() })).collect()
}

/// The rules in three columns.
fn rules(row: &AnyRow, column: usize) -> Result<Rules, sqlx::Error> {
    let slow_ms: i64 = row.try_get(column + 1)?;
    Ok(Rules {
        shows_past: row.try_get::<i64, _>(column)? > 0,
        slow_ms: u64::try_from(slow_ms).unwrap_or(0),
        archived: row.try_get::<i64, _>(column + 2)? > 0,
    })
}

/// A room without its latest entries.
fn room_state(row: &AnyRow) -> Result<RoomState, sqlx::Error> {
    Ok(RoomState {
        kind: deeds::room_kind(row.try_get(0)?)?,
        name: row.try_get(1)?,
        topic: row.try_get(2)?,
        rules: rules(row, 3)?,
        maker: row.try_get(6)?,
        head: row.try_get(7)?,
        latest: Vec::new(),
    })
}

fn room_listing(row: &AnyRow) -> Result<RoomListing, sqlx::Error> {
    let own: i64 = row.try_get(4)?;
    Ok(RoomListing {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        topic: row.try_get(2)?,
        members: row.try_get(3)?,
        joined: own > 0,
    })
}

fn entry(room: RoomId, row: &AnyRow) -> Result<Entry, sqlx::Error> {
    let number: i64 = row.try_get(4)?;
    let kind = Kind::from_number(number).ok_or_else(|| sqlx::Error::Decode(format!("entry kind {number}").into()))?;
    let text: Option<String> = row.try_get(6)?;
    let subject: Option<UserId> = row.try_get(8)?;
    let who = subject.map(|id| Ok::<_, sqlx::Error>(Person { id, name: row.try_get(9)? })).transpose()?;
    let rules = text.as_deref().filter(|_| kind == Kind::Rules).map(deeds::read_rules).transpose()?;
    Ok(Entry {
        room,
        seq: row.try_get(0)?,
        at: row.try_get(1)?,
        by: Person { id: row.try_get(2)?, name: row.try_get(3)? },
        who,
        kind,
        key: row.try_get(5)?,
        text: text.filter(|_| kind != Kind::Rules),
        target: row.try_get(7)?,
        reply_to: row.try_get(10)?,
        edited_at: row.try_get(11)?,
        rules,
        ..Entry::default()
    })
}
