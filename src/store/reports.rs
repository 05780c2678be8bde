//! Messages that somebody showed to the moderators, as far as each moderator may know of them.

use super::audit::{self, Act, Record};
use super::directory::{self, Refusal};
use super::{Store, StoreError, bound};
use crate::protocol::{Person, RoomId, Seq, UserId};
use crate::rights::{self, Deed};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A message that somebody showed to the moderators.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its id.
    pub id: i64,
    /// In which room, and what that is called; empty for a direct one.
    pub room: (RoomId, String),
    /// The message's number there.
    pub seq: Seq,
    /// What it says; `None`: it has been deleted.
    pub text: Option<String>,
    /// Who wrote it.
    pub author: Person,
    /// Who reported it.
    pub by: Person,
    /// Why.
    pub reason: String,
    /// When, in Unix milliseconds.
    pub created_at: i64,
    /// Whether a moderator has marked it as handled.
    pub is_handled: bool,
}

/// Whether reader $1 may see report `r` of room `o`: of an open room always, of another one who is in it, unless the message
/// is older than what they may see there.
macro_rules! visible_sql {
    () => {
        "o.deleted_at is null and (o.kind = 0 or exists (select 1 from memberships m
            where m.room_id = r.room_id and m.user_id = $1 and m.since_seq <= r.seq))"
    };
}

/// A page of reports, the latest first.
const REPORTS_SQL: &str = concat!(
    "select r.id, r.room_id, o.name, r.seq, e.text, e.author, a.name, r.reported_by, b.name, r.reason, r.created_at,
        case when r.handled_at is null then 0 else 1 end
    from reports r join rooms o on o.id = r.room_id join entries e on e.room_id = r.room_id and e.seq = r.seq
    join users a on a.id = e.author join users b on b.id = r.reported_by
    where (r.id < $2 or $2 = 0) and ",
    visible_sql!(),
    " order by r.id desc limit $3"
);

/// A report and its room, if the reader may see it.
const REPORT_SQL: &str = concat!(
    "select r.room_id, case when r.handled_at is null then 0 else 1 end
    from reports r join rooms o on o.id = r.room_id where r.id = $2 and ",
    visible_sql!()
);

impl Store {
    /// Up to `limit` reports with an id below `before` (0: of all) that `reader` may see, the latest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reports(&self, reader: UserId, before: i64, limit: usize) -> Result<Vec<Report>, StoreError> {
        let query = sqlx::query(REPORTS_SQL).bind(reader).bind(before).bind(bound(limit));
        self.rows(query, report).await
    }

    /// Marks a report as handled by `by`, or as waiting again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn handle_report(
        &self,
        by: UserId,
        id: i64,
        is_handled: bool,
        now: i64,
    ) -> Result<Result<(), Refusal>, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let role = directory::acting(connection, by).await?;
                if !role.is_some_and(|role| rights::may_serve(role, Deed::ReadReports)) {
                    return Ok(Err(Refusal::Forbidden));
                }
                let found = sqlx::query(REPORT_SQL).bind(by).bind(id).fetch_optional(&mut *connection).await?;
                let Some(row) = found else { return Ok(Err(Refusal::NoSuchReport)) };
                let (room, was_handled): (RoomId, i64) = (row.try_get(0)?, row.try_get(1)?);
                if (was_handled > 0) == is_handled {
                    return Ok(Ok(()));
                }
                sqlx::query("update reports set handled_by = $2, handled_at = $3 where id = $1")
                    .bind(id)
                    .bind(is_handled.then_some(by))
                    .bind(is_handled.then_some(now))
                    .execute(&mut *connection)
                    .await?;
                let detail = format!("report {id}{}", if is_handled { "" } else { ", which waits again" });
                let record = Record::new(Act::ReportHandled, Some(by)).room(room).detail(detail);
                audit::append(connection, now, &record).await?;
                Ok(Ok(()))
            })
        })
        .await
    }
}

fn report(row: &AnyRow) -> Result<Report, sqlx::Error> {
    let is_handled: i64 = row.try_get(11)?;
    Ok(Report {
        id: row.try_get(0)?,
        room: (row.try_get(1)?, row.try_get(2)?),
        seq: row.try_get(3)?,
        text: row.try_get(4)?,
        author: Person { id: row.try_get(5)?, name: row.try_get(6)? },
        by: Person { id: row.try_get(7)?, name: row.try_get(8)? },
        reason: row.try_get(9)?,
        created_at: row.try_get(10)?,
        is_handled: is_handled > 0,
    })
}
