//! What is SQLite's alone: opening, locking, pragmas, the meaning of its errors.

use super::SCHEMA_VERSION;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor, Row};
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::str::FromStr;
use std::sync::Once;

/// The database's file name in the data directory.
const FILE: &str = "snug.db";
/// The file whose lock says that a snug runs on this data directory.
const LOCK_FILE: &str = "snug.lock";
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

/// Takes the data directory for this process, creating it if need be.
pub fn lock(data: &Path) -> Result<File, String> {
    let shown = data.display();
    std::fs::create_dir_all(data).map_err(|problem| {
        format!(
            "cannot create the data directory {shown}: {problem}. Set SNUG_DATA to a directory that snug may write to."
        )
    })?;
    let file = File::create(data.join(LOCK_FILE)).map_err(|problem| {
        format!("cannot write to the data directory {shown}: {problem}. Set SNUG_DATA to a directory that snug may write to.")
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(format!(
            "another snug runs on the data directory {shown}. Stop it, or set SNUG_DATA to another directory."
        )),
        // Some network file systems have no locks; SQLite's own still keep writers apart there.
        Err(TryLockError::Error(problem)) if problem.kind() == ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(problem)) => Err(format!("cannot lock the data directory {shown}: {problem}.")),
    }
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

/// Opens one connection. What a statement may have to undo stays in memory: it is no more than the pages of one batch.
pub async fn connect(url: &str, busy_ms: u64) -> Result<AnyConnection, sqlx::Error> {
    static DRIVER: Once = Once::new();
    // Fails only when a driver is installed already, which `Once` rules out.
    DRIVER.call_once(|| sqlx::any::install_drivers(&[sqlx::sqlite::any::DRIVER]).unwrap_or_default());
    let options = AnyConnectOptions::from_str(url)?.disable_statement_logging();
    let mut connection = options.connect().await?;
    let pragmas = format!(
        "pragma busy_timeout = {busy_ms}; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
         pragma cache_size = -{CACHE_KIB}; pragma temp_store = memory;"
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
        Some(newer) => Err(format!(
            "{shown} has schema version {newer}, this snug knows up to {SCHEMA_VERSION}. Run the newer snug that wrote it; nothing was changed."
        )),
    }
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
