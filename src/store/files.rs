//! Files: in pieces, so that neither memory nor the log of changes ever holds a whole one, and nobody waits behind one.
//!
//! A file is begun, its pieces come in, it is sealed; then a message of its owner may take it along. Until that it is its
//! owner's alone, and goes after a time. Of a deleted message the files are doomed: nobody gets them any more, and the
//! sweeper takes them away a few pieces at a time.

use super::{Store, StoreError, bound, sqlite};
use crate::protocol::{FileView, RoomId, Seq, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Bytes of every piece but the last: a second of a slow line, and little beside the messages of one commit.
pub const PIECE_BYTES: usize = 128 << 10;
/// Bytes of the disk that files leave to messages, and to the database for taking files away again; of a small disk a quarter.
const DISK_RESERVE_BYTES: u64 = 64 << 20;
/// Pieces that one commit takes away.
const SWEEP_PIECES: i64 = 32;
/// Files that somebody may have begun and not sent.
pub const LOOSE_FILES_MAX: i64 = 100;
/// What `files.hash` is while its pieces are looked at and no more come in.
const SEALING: &str = "";
/// Since when a doomed file is to go: for ever.
pub(super) const DOOMED_AT: i64 = 0;

/// A file, for whoever may have it.
macro_rules! file_sql {
    ($who:literal) => {
        concat!("select f.id, f.name, f.type, f.bytes, f.width, f.height, f.hash, f.owner, f.room_id from files f where f.id = $1 and ", $who)
    };
}

/// A whole file, for a reader who is in its room and may see its message, or has not sent it yet.
pub(super) const FILE_SQL: &str = file_sql!(
    "f.hash <> '' and ((f.seq is null and f.room_id is not null and f.owner = $2 and f.created_at > 0) or exists (select 1 from memberships m
        where m.user_id = $2 and m.room_id = f.room_id and m.since_seq <= f.seq))"
);
/// A picture that somebody has of themselves.
pub(super) const PICTURE_SQL: &str = file_sql!("f.room_id is null and f.hash <> ''");
/// A file that its owner is uploading.
const OWN_SQL: &str = file_sql!("f.owner = $2 and f.seq is null and f.hash is null and f.created_at > 0");
/// A file of its owner that is being sealed.
const SEALING_SQL: &str = file_sql!("f.owner = $2 and f.seq is null and f.hash = '' and f.created_at > 0");
/// The files of some messages of a room.
const FILES_OF_SQL: &str = "select seq, id, name, type, bytes, width, height from files where room_id = ? and seq in ";

/// A file that is to be uploaded.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its id: by chance, so that nobody guesses one.
    pub id: i64,
    /// Whose it is.
    pub owner: UserId,
    /// The room that it is brought to.
    pub room: RoomId,
    /// As its owner calls it.
    pub name: String,
    /// How long it will be.
    pub bytes: i64,
}

/// How much there may be.
#[derive(Debug, Clone, Copy)]
pub struct FileQuota {
    /// Bytes of all files.
    pub bytes_max: i64,
    /// Bytes of one person's.
    pub person_bytes_max: i64,
}

/// What became of a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Its pieces may come.
    Begun,
    /// There is no room for it on this server.
    NoRoom,
    /// Its owner has as much as one person may.
    NoRoomForYou,
    /// Its owner has too many that were never sent.
    TooManyLoose,
}

/// A file as the store has it.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// As messages show it.
    pub view: FileView,
    /// SHA-256 of its bytes, in base64url; empty for one that is not sealed.
    pub hash: String,
    /// The room that it was brought to; `None`: it is a picture of its owner.
    pub room: Option<RoomId>,
}

impl StoredFile {
    /// How many pieces it has.
    pub fn pieces(&self) -> i64 {
        let size = PIECE_BYTES as u64;
        i64::try_from(self.view.bytes.unsigned_abs().div_ceil(size)).unwrap_or(i64::MAX).max(1)
    }
}

impl Store {
    /// Begins a file.
    ///
    /// # Errors
    /// As of [`Store::append`]; also `Full` when the file would leave less of the disk than is kept for messages.
    pub async fn begin_file(&self, file: NewFile, quota: FileQuota, now: i64) -> Result<Begun, StoreError> {
        self.leaves_room(file.bytes.unsigned_abs()).await?;
        self.change(move |connection| Box::pin(async move { begin(connection, &file, quota, now).await })).await
    }

    /// Keeps piece `n` of a file that `owner` is uploading, also once more; false if there is no such file or piece, or it has
    /// another length.
    ///
    /// # Errors
    /// As of [`Store::begin_file`].
    pub async fn put_piece(&self, id: i64, owner: UserId, n: i64, bytes: Vec<u8>) -> Result<bool, StoreError> {
        let Some(file) = self.own_file(id, owner).await? else { return Ok(false) };
        let rest = file.view.bytes - n.saturating_mul(bound(PIECE_BYTES));
        let is_fitting = n < file.pieces() && bound(bytes.len()) == rest.min(bound(PIECE_BYTES));
        if n < 0 || !is_fitting {
            return Ok(false);
        }
        self.leaves_room(bytes.len() as u64).await?;
        self.change(move |connection| {
            Box::pin(async move {
                let put = sqlx::query(
                    "insert into file_chunks (file_id, n, bytes)
                     select id, $3, $4 from files where id = $1 and owner = $2 and hash is null and seq is null
                     on conflict (file_id, n) do update set bytes = excluded.bytes",
                );
                let put = put.bind(id).bind(owner).bind(n).bind(bytes).execute(connection).await?;
                Ok(put.rows_affected() > 0)
            })
        })
        .await
    }

    /// A file that `owner` is uploading, or `None`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn own_file(&self, id: i64, owner: UserId) -> Result<Option<StoredFile>, StoreError> {
        self.row(sqlx::query(OWN_SQL).bind(id).bind(owner), file).await
    }

    /// A whole file, if `reader` may have it: of a message that they may see, or one of their own that is not sent yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn file(&self, id: i64, reader: UserId) -> Result<Option<StoredFile>, StoreError> {
        self.row(sqlx::query(FILE_SQL).bind(id).bind(reader), file).await
    }

    /// Piece `n` of a file; `None`: it is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn piece(&self, id: i64, n: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let query = sqlx::query("select bytes from file_chunks where file_id = $1 and n = $2").bind(id).bind(n);
        self.row(query, |row| row.try_get(0)).await
    }

    /// From here on no more pieces of the file come in; false if pieces are missing, or there is no such file.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn close_file(&self, id: i64, owner: UserId) -> Result<bool, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let closed = sqlx::query(
                    "update files set hash = $3 where id = $1 and owner = $2 and hash is null and seq is null
                     and bytes = (select coalesce(sum(length(bytes)), 0) from file_chunks where file_id = $1)",
                );
                Ok(closed.bind(id).bind(owner).bind(SEALING).execute(connection).await?.rows_affected() > 0)
            })
        })
        .await
    }

    /// Puts other bytes in the place of a closed file's, as one without metadata.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn replace_pieces(&self, id: i64, bytes: &[u8]) -> Result<(), StoreError> {
        let pieces: Vec<Vec<u8>> = bytes.chunks(PIECE_BYTES).map(<[u8]>::to_vec).collect();
        let count = bound(pieces.len());
        for (n, piece) in pieces.into_iter().enumerate() {
            self.change(move |connection| {
                Box::pin(async move {
                    let put = sqlx::query("update file_chunks set bytes = $3 where file_id = $1 and n = $2");
                    put.bind(id).bind(bound(n)).bind(piece).execute(connection).await.map(drop)
                })
            })
            .await?;
        }
        self.change(move |connection| {
            Box::pin(async move {
                let gone = sqlx::query("delete from file_chunks where file_id = $1 and n >= $2");
                gone.bind(id).bind(count).execute(connection).await.map(drop)
            })
        })
        .await
    }

    /// Whether a file of `owner` is being sealed right now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_sealing(&self, id: i64, owner: UserId) -> Result<bool, StoreError> {
        Ok(self.row(sqlx::query(SEALING_SQL).bind(id).bind(owner), file).await?.is_some())
    }

    /// Lets pieces come in again for a file that was closed and could not be sealed.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn reopen_file(&self, id: i64) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let open = sqlx::query("update files set hash = null where id = $1 and hash = $2 and seq is null");
                open.bind(id).bind(SEALING).execute(connection).await.map(drop)
            })
        })
        .await
    }

    /// Seals a closed file: from here on it is whole, and `view` is what it is.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn seal_file(&self, view: FileView, hash: String) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "update files set type = $2, bytes = $3, width = $4, height = $5, hash = $6
                     where id = $1 and hash = '' and seq is null",
                )
                .bind(view.id)
                .bind(view.media_type)
                .bind(view.bytes)
                .bind(view.width.map(i64::from))
                .bind(view.height.map(i64::from))
                .bind(hash)
                .execute(connection)
                .await
                .map(drop)
            })
        })
        .await
    }

    /// Takes back a file of `owner` that was not sent; false if there is none.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn drop_file(&self, id: i64, owner: UserId) -> Result<bool, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let doomed = sqlx::query(
                    "update files set created_at = $3, hash = null
                     where id = $1 and owner = $2 and seq is null and room_id is not null and created_at > $3",
                );
                Ok(doomed.bind(id).bind(owner).bind(DOOMED_AT).execute(connection).await?.rows_affected() > 0)
            })
        })
        .await
    }

    /// Takes away some pieces of a file that nobody has sent since `since`, or that is doomed; false when there is none left.
    ///
    /// # Errors
    /// As of [`Store::append`].
    pub async fn sweep_files(&self, since: i64) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "select id from files where seq is null and (room_id is not null or created_at <= $2) and created_at < $1
             order by created_at limit 1",
        );
        let Some(id) = self.row(query.bind(since).bind(DOOMED_AT), |row| row.try_get::<i64, _>(0)).await? else {
            return Ok(false);
        };
        self.change(move |connection| Box::pin(async move { sweep(connection, id).await })).await?;
        Ok(true)
    }
}

impl Store {
    /// That the disk has room for so many more bytes of files. What the system cannot say, writing will.
    async fn leaves_room(&self, bytes: u64) -> Result<(), StoreError> {
        let data = self.0.data.clone();
        match smol::unblock(move || rustix::fs::statvfs(&data)).await {
            Ok(disk) if is_short(disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize, bytes) => {
                Err(StoreError::Full)
            }
            _ => Ok(()),
        }
    }
}

/// Whether a disk of `all` bytes, `free` of which are, has too few for `more` bytes of files.
fn is_short(free: u64, all: u64, more: u64) -> bool {
    free.saturating_sub(more) < DISK_RESERVE_BYTES.min(all / 4)
}

/// Opens again what was being sealed when the server ended.
pub(super) async fn reopen(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let open = sqlx::query("update files set hash = null where hash = $1 and seq is null");
    open.bind(SEALING).execute(connection).await.map(drop)
}

async fn begin(
    connection: &mut AnyConnection,
    file: &NewFile,
    quota: FileQuota,
    now: i64,
) -> Result<Begun, sqlx::Error> {
    let query = sqlx::query(
        "select coalesce(sum(bytes), 0), coalesce(sum(case when owner = $1 then bytes end), 0),
             count(case when owner = $1 and seq is null and room_id is not null then 1 end) from files",
    );
    let there = query.bind(file.owner).fetch_one(&mut *connection).await?;
    let (all, own, loose): (i64, i64, i64) = (there.try_get(0)?, there.try_get(1)?, there.try_get(2)?);
    if all.saturating_add(file.bytes) > quota.bytes_max {
        return Ok(Begun::NoRoom);
    }
    if own.saturating_add(file.bytes) > quota.person_bytes_max {
        return Ok(Begun::NoRoomForYou);
    }
    if loose >= LOOSE_FILES_MAX {
        return Ok(Begun::TooManyLoose);
    }
    sqlx::query(
        "insert into files (id, owner, room_id, place, name, type, bytes, created_at)
         values ($1, $2, $3, 0, $4, '', $5, $6)",
    )
    .bind(file.id)
    .bind(file.owner)
    .bind(file.room)
    .bind(file.name.as_str())
    .bind(file.bytes)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(Begun::Begun)
}

async fn sweep(connection: &mut AnyConnection, id: i64) -> Result<(), sqlx::Error> {
    // Never by a message that took it along meanwhile.
    let doomed = sqlx::query("update files set hash = null, created_at = $2 where id = $1 and seq is null");
    if doomed.bind(id).bind(DOOMED_AT).execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(());
    }
    let gone = sqlx::query(
        "delete from file_chunks where file_id = $1 and n in
         (select n from file_chunks where file_id = $1 order by n limit $2)",
    );
    if gone.bind(id).bind(SWEEP_PIECES).execute(&mut *connection).await?.rows_affected() == 0 {
        sqlx::query("delete from files where id = $1").bind(id).execute(connection).await?;
    }
    Ok(())
}

/// Whether each of `files` is whole, of `owner`, brought to `room`, and in no message yet.
pub(super) async fn are_loose(
    connection: &mut AnyConnection,
    room: RoomId,
    owner: UserId,
    files: &[i64],
) -> Result<bool, sqlx::Error> {
    for id in files {
        let query = sqlx::query(
            "select 1 from files where id = $1 and owner = $2 and room_id = $3 and seq is null and hash <> '' and created_at > 0",
        );
        if query.bind(*id).bind(owner).bind(room).fetch_optional(&mut *connection).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Message `seq` takes the files along, in that order.
pub(super) async fn attach(
    connection: &mut AnyConnection,
    room: RoomId,
    seq: Seq,
    files: &[i64],
) -> Result<(), sqlx::Error> {
    for (place, id) in files.iter().enumerate() {
        let taken = sqlx::query("update files set seq = $3, place = $4 where id = $1 and room_id = $2 and seq is null");
        taken.bind(*id).bind(room).bind(seq).bind(bound(place)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Dooms the files of a message, or (`None`) of a whole room.
pub(super) async fn doom(connection: &mut AnyConnection, room: RoomId, seq: Option<Seq>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update files set seq = null, hash = null, created_at = $3 where room_id = $1 and ($2 is null or seq = $2)",
    )
    .bind(room)
    .bind(seq)
    .bind(DOOMED_AT)
    .execute(connection)
    .await?;
    Ok(())
}

/// The statement that finds the files of `messages` of a room.
pub(super) fn files_of_sql(messages: usize) -> String {
    format!("{FILES_OF_SQL}{} order by seq, place", sqlite::binds(1, messages))
}

/// A row of [`files_of_sql`]: the message, and the file.
pub(super) fn of_message(row: &AnyRow) -> Result<(Seq, FileView), sqlx::Error> {
    Ok((row.try_get(0)?, view(row, 1)?))
}

pub(super) fn file(row: &AnyRow) -> Result<StoredFile, sqlx::Error> {
    let hash: Option<String> = row.try_get(6)?;
    Ok(StoredFile { view: view(row, 0)?, hash: hash.unwrap_or_default(), room: row.try_get(8)? })
}

fn view(row: &AnyRow, column: usize) -> Result<FileView, sqlx::Error> {
    let side = |column: usize| {
        let side: Option<i64> = row.try_get(column)?;
        Ok::<_, sqlx::Error>(side.and_then(|side| u32::try_from(side).ok()))
    };
    Ok(FileView {
        id: row.try_get(column)?,
        name: row.try_get(column + 1)?,
        media_type: row.try_get(column + 2)?,
        bytes: row.try_get(column + 3)?,
        width: side(column + 4)?,
        height: side(column + 5)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_leave_a_part_of_the_disk_to_messages() {
        let gib = 1 << 30;
        assert!(!is_short(gib, 100 * gib, gib - DISK_RESERVE_BYTES));
        assert!(is_short(gib, 100 * gib, gib - DISK_RESERVE_BYTES + 1) && is_short(gib, 100 * gib, 2 * gib));
        // An old card of 8 MiB takes files, too.
        assert!(!is_short(6 << 20, 8 << 20, 4 << 20) && is_short(6 << 20, 8 << 20, 5 << 20));
    }
}
