//! What is SQLite's alone: opening, locking, pragmas, the meaning of its errors.

use super::{SCHEMA_VERSION, sqlite_search};
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor, Row};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::str::FromStr;
use std::sync::Once;

/// The database's file name in the data directory.
const FILE: &str = "snug.db";
/// The file whose lock says that a snug runs on this data directory.
const LOCK_FILE: &str = "snug.lock";
/// The modes of a data directory and of a file in it that snug makes: their owner's alone.
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// The bits of a mode that say what every user of the machine may do.
const OTHERS: u32 = 0o007;
/// Kibibytes of page cache of one connection; two readers and a writer stay below 4 MiB.
const CACHE_KIB: u32 = 1_024;
/// Takes the write lock at once, so that a transaction never has to give up half-way and reads no row that changes.
pub const BEGIN: &str = "begin immediate; ";
/// Ends what [`BEGIN`] began, with the `fsync`.
pub const COMMIT: &str = "commit; ";
/// Leaves one file behind: what is in the write-ahead log moves into the database.
pub const BEFORE_CLOSE: &str = "pragma wal_checkpoint(truncate)";
/// SQLite's result code for a full disk (SQLITE_FULL).
const FULL: &str = "13";

/// The oldest schema version that can be upgraded.
const OLDEST_VERSION: i64 = 1;
/// What brings each version from there on to the newest one, around the whole schema.
const UPGRADES: [&str; 2] = [include_str!("from_version_1.sql"), include_str!("from_version_2.sql")];
/// Where the whole schema belongs in each.
const SCHEMA_MARK: &str = "-- schema.sql\n";

/// Takes the data directory for this process, creating it if need be.
pub fn lock(data: &Path) -> Result<File, String> {
    lock_unless_taken(data)?.ok_or_else(|| {
        let shown = data.display();
        format!("another snug runs on the data directory {shown}. Stop it, or set SNUG_DATA to another directory.")
    })
}

/// As [`lock`]; `None` if another process has it.
pub fn lock_unless_taken(data: &Path) -> Result<Option<File>, String> {
    let shown = data.display();
    DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(data).map_err(|problem| {
        format!(
            "cannot create the data directory {shown}: {problem}. Set SNUG_DATA to a directory that snug may write to."
        )
    })?;
    let unwritable = |problem| {
        format!(
            "cannot write to the data directory {shown}: {problem}. Set SNUG_DATA to a directory that snug may write to."
        )
    };
    let file = open_own(&data.join(LOCK_FILE)).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        // Some network file systems have no locks; SQLite's own still keep writers apart there.
        Err(TryLockError::Error(problem)) if problem.kind() == ErrorKind::Unsupported => Ok(Some(file)),
        Err(TryLockError::Error(problem)) => Err(format!("cannot lock the data directory {shown}: {problem}.")),
    }
}

/// Makes the database's file, empty, if there is none, so that SQLite makes neither it nor what it puts beside it for others
/// to read. A file that was there stays as its keeper has set it.
pub fn prepare(data: &Path) -> Result<(), String> {
    let path = data.join(FILE);
    let shown = path.display();
    let metadata = open_own(&path).and_then(|file| file.metadata());
    let mode = metadata
        .map_err(|problem| {
            format!(
                "{shown} cannot be opened for writing: {problem}. Set SNUG_DATA to a directory that snug may write to."
            )
        })?
        .mode();
    if mode & OTHERS != 0 {
        log::warn!("{shown} can be read by every user of this machine; `chmod 600` keeps it to its owner");
    }
    Ok(())
}

/// Opens a file for writing, making it for its owner alone if it is not there.
fn open_own(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(FILE_MODE).open(path)
}

/// The URL by which sqlx opens the database in `data`.
pub fn url(data: &Path) -> Result<String, String> {
    let file =
        std::path::absolute(data.join(FILE)).map_err(|problem| format!("the path {}: {problem}.", data.display()))?;
    let path = file
        .to_str()
        .ok_or_else(|| format!("the path {} is not UTF-8. Set SNUG_DATA to one that is.", file.display()))?;
    let escaped: String = path
        .chars()
        .map(|c| if matches!(c, '%' | '?' | '#' | ' ' | '\\') { format!("%{:02X}", c as u32) } else { c.to_string() })
        .collect();
    Ok(format!("sqlite://{escaped}?mode=rwc"))
}

/// `rows` rows of `columns` binds: `(?, ?), (?, ?)`. SQLite reads PostgreSQL's `$1` too, but looks each up by its name among
/// all of them, which takes a time that grows with the square of their number.
pub fn binds(rows: usize, columns: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    vec![row.as_str(); rows].join(", ")
}

/// Opens one connection. What a statement may have to undo stays in memory: it is no more than the pages of one batch. What is
/// deleted is overwritten.
pub async fn connect(url: &str, busy_ms: u64) -> Result<AnyConnection, sqlx::Error> {
    static DRIVER: Once = Once::new();
    // Fails only when a driver is installed already, which `Once` rules out.
    DRIVER.call_once(|| sqlx::any::install_drivers(&[sqlx::sqlite::any::DRIVER]).unwrap_or_default());
    let options = AnyConnectOptions::from_str(url)?.disable_statement_logging();
    let mut connection = options.connect().await?;
    let pragmas = format!(
        "pragma busy_timeout = {busy_ms}; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
         pragma cache_size = -{CACHE_KIB}; pragma temp_store = memory; pragma secure_delete = on;"
    );
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(pragmas))).await?;
    Ok(connection)
}

/// Brings the database to [`SCHEMA_VERSION`]; says what it did.
///
/// # Errors
/// One clear line: damaged, not a snug database, newer, not writable.
pub async fn upgrade(data: &Path, connection: &mut AnyConnection) -> Result<String, String> {
    let file = data.join(FILE);
    let shown = file.display();
    let found = version(connection).await.map_err(|problem| explain(data, &problem))?;
    match found {
        Some(SCHEMA_VERSION) => Ok(format!("{shown} is at schema version {SCHEMA_VERSION} already")),
        None => {
            create(connection).await.map_err(|problem| explain(data, &problem))?;
            Ok(format!("created {shown} with schema version {SCHEMA_VERSION}"))
        }
        Some(old) if (OLDEST_VERSION..SCHEMA_VERSION).contains(&old) => {
            let copy = migrate(data, connection, old).await?;
            Ok(format!("upgraded {shown} from schema version {old} to {SCHEMA_VERSION}; the old one is kept as {copy}"))
        }
        Some(newer) => Err(format!(
            "{shown} has schema version {newer}, this snug knows up to {SCHEMA_VERSION}. Run the newer snug that wrote it; nothing was changed."
        )),
    }
}

/// Whether the database, which another process uses, has [`SCHEMA_VERSION`]; changes nothing.
///
/// # Errors
/// One clear line: it has another.
pub async fn check_version(data: &Path, connection: &mut AnyConnection) -> Result<String, String> {
    let shown = data.join(FILE).display().to_string();
    match version(connection).await.map_err(|problem| explain(data, &problem))? {
        Some(SCHEMA_VERSION) => Ok(format!("{shown} is at schema version {SCHEMA_VERSION} already")),
        _ => Err(format!(
            "{shown} is in use by a snug of another version. Nothing was done; use that one, or stop it first."
        )),
    }
}

/// Copies the database beside itself, then brings it from `old` to [`SCHEMA_VERSION`] in one transaction; the copy's name.
async fn migrate(data: &Path, connection: &mut AnyConnection, old: i64) -> Result<String, String> {
    let copy = data.join(format!("snug-schema-{old}.db"));
    let shown = copy.display().to_string();
    // A copy that is there was made by an upgrade that did not come to its end: the database is still as it was.
    match std::fs::remove_file(&copy) {
        Err(problem) if problem.kind() != ErrorKind::NotFound => {
            return Err(format!("cannot replace {shown}: {problem}."));
        }
        _ => {}
    }
    // SQLite copies into an empty file, too.
    open_own(&copy).map_err(|problem| format!("cannot make {shown}: {problem}. Nothing was changed."))?;
    let copied = sqlx::query("vacuum into $1").bind(&shown).execute(&mut *connection).await;
    copied.map_err(|problem| {
        format!("cannot copy the database to {shown} before its upgrade: {problem}. Nothing was changed.")
    })?;
    let upgraded = async {
        let mut transaction = connection.begin_with(BEGIN).await?;
        let upgrade = UPGRADES[usize::try_from(old - OLDEST_VERSION).unwrap_or(0)];
        let (before, after) = upgrade.split_once(SCHEMA_MARK).unwrap_or((upgrade, ""));
        for sql in [before, include_str!("../../schema.sql"), after, sqlite_search::CREATE] {
            transaction.execute(sqlx::raw_sql(sql)).await?;
        }
        sqlx::query("update schema_version set version = $1").bind(SCHEMA_VERSION).execute(&mut *transaction).await?;
        transaction.commit().await
    };
    upgraded
        .await
        .map_err(|problem: sqlx::Error| format!("{} The old database is unchanged.", explain(data, &problem)))?;
    Ok(shown)
}

/// The schema version that the database has; `None` for an empty file.
async fn version(connection: &mut AnyConnection) -> Result<Option<i64>, sqlx::Error> {
    let tables: i64 = sqlx::query("select count(*) from sqlite_master where name = 'schema_version'")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if tables == 0 {
        return Ok(None);
    }
    let row = sqlx::query("select version from schema_version").fetch_optional(connection).await?;
    row.map(|row| row.try_get(0)).transpose()
}

async fn create(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    transaction.execute(sqlx::raw_sql(include_str!("../../schema.sql"))).await?;
    transaction.execute(sqlx::raw_sql(sqlite_search::CREATE)).await?;
    sqlx::query("insert into schema_version (version) values ($1)")
        .bind(SCHEMA_VERSION)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

/// What a failed opening means, as one line for the person at the console.
pub fn explain(data: &Path, error: &sqlx::Error) -> String {
    let file = data.join(FILE);
    let shown = file.display();
    let code = match error {
        sqlx::Error::Database(problem) => problem.code().unwrap_or_default().into_owned(),
        _ => String::new(),
    };
    // Extended result codes carry the primary one in their low byte (https://sqlite.org/rescode.html).
    match code.parse::<u32>().unwrap_or(0) & 0xff {
        11 | 26 => format!(
            "{shown} is damaged or is not a database ({error}). Put a backup in its place, or move it away to begin anew; nothing was changed."
        ),
        13 => format!("{shown}: the disk is full. Make room and start again."),
        8 | 14 => format!(
            "{shown} cannot be opened for writing ({error}). Set SNUG_DATA to a directory that snug may write to."
        ),
        5 | 6 => format!("{shown} is locked by another program ({error}). Stop that program and start again."),
        _ => format!("{shown} cannot be opened: {error}."),
    }
}

/// The statement that tells how `sql` finds its rows; the fourth column has the steps.
pub fn explain_plan(sql: &str) -> String {
    format!("explain query plan {sql}")
}

/// Whether `error` says that the disk is full.
pub fn is_full(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(problem) if problem.code().as_deref() == Some(FULL))
}
