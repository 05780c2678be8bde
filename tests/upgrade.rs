//! A database of an earlier version is taken over whole, or left exactly as it was.

use smol::Executor;
use snug::config::Config;
use snug::store::{Hunt, Sought, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{Connection, Executor as _, Row, SqliteConnection};
use std::path::Path;
use tempfile::TempDir;

/// The first version, with rows in every table.
const SCHEMA_1: &str = include_str!("schema-1.sql");

/// The second one.
const SCHEMA_2: &str = include_str!("schema-2.sql");

async fn open(database: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(true);
    SqliteConnection::connect_with(&options).await.expect("the database opens")
}

/// Runs a statement on a database.
fn execute(database: &Path, sql: &'static str) {
    smol::block_on(async {
        let mut connection = open(database).await;
        connection.execute(sqlx::raw_sql(sql)).await.expect("the statement works");
        connection.close().await.expect("it closes");
    });
}

/// What a query finds: each row as text, its values with bars between.
fn rows(database: &Path, sql: &'static str) -> Vec<String> {
    let value = |row: &SqliteRow, column: usize| match row.try_get::<Option<i64>, _>(column) {
        Ok(number) => number.map_or("null".to_owned(), |number| number.to_string()),
        Err(_) => row.try_get::<Option<String>, _>(column).expect("text").unwrap_or("null".to_owned()),
    };
    smol::block_on(async {
        let mut connection = open(database).await;
        let found = connection.fetch_all(sql).await.expect("the query works");
        let lines = found.iter().map(|row| (0..row.len()).map(|n| value(row, n)).collect::<Vec<_>>().join("|"));
        let lines = lines.collect();
        connection.close().await.expect("it closes");
        lines
    })
}

/// A data directory with a database of version 1.
fn old() -> TempDir {
    of(SCHEMA_1)
}

/// A data directory with the database that `schema` makes.
fn of(schema: &'static str) -> TempDir {
    let data = tempfile::tempdir().expect("a temporary directory");
    execute(&data.path().join("snug.db"), schema);
    data
}

/// Opens the store as the server does, and closes it; what opening did.
fn upgrade(data: &Path) -> Result<String, String> {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let executor = Executor::new();
    smol::block_on(executor.run(async {
        let store = Store::open(&config, &executor).await?;
        let opened = store.opened().to_owned();
        store.close().await;
        Ok(opened)
    }))
}

#[test]
fn a_database_of_version_1_comes_over_with_every_row() {
    let data = old();
    let database = data.path().join("snug.db");
    let said = upgrade(data.path()).expect("an upgrade");
    let copy = data.path().join("snug-schema-1.db");
    assert!(said.contains("from schema version 1 to 3") && said.contains("snug-schema-1.db"), "{said}");
    for (sql, expected) in [
        ("select version from schema_version", &["3"][..]),
        (
            "select id, name, folded, account, password, role, state, is_bot, muted_until, created_at from users order by id",
            &["1|Rosa|rosa|null|null|1|0|0|0|1000", "2|Straße|strasse|null|null|1|0|0|0|2000"],
        ),
        (
            "select id, token_hash, user_id, label, created_at, seen_at, ended_at from sessions order by id",
            &["1|second|2||2000|2000|null", "2|8FJgTgeNNbMJPzMD9jLiPPTI3cV8EjQ2BhlVGDbwZAs|1||3000|3000|null"],
        ),
        (
            "select id, kind, name, folded, people, topic, shows_past, slow_ms, archived, deleted_at, head, created_by from rooms",
            &["1|0|Lobby|lobby|null|Come in, it is warm|1|0|0|null|4|null", "2|0|Küche|küche|null|tea|1|0|0|null|2|1"],
        ),
        (
            "select room_id, user_id, since_seq, read_seq, joined_at from memberships order by room_id, user_id",
            &["1|1|1|3|1000", "1|2|1|4|2000", "2|1|1|2|4000"],
        ),
        (
            "select room_id, seq, at, author, kind, subject, target, key, text from entries order by room_id, seq",
            &[
                "1|1|1000|1|1|null|null|null|null",
                "1|2|2000|2|1|null|null|null|null",
                "1|3|2500|1|0|null|null|k|hello",
                "1|4|2600|2|3|null|null|t|Come in, it is warm",
                "2|1|4000|1|1|null|null|null|null",
                "2|2|4100|1|0|null|null|k|the kettle",
            ],
        ),
        ("select name from sqlite_master where type = 'table' and name like '%\\_1' escape '\\'", &[]),
        ("pragma foreign_key_check", &[]),
        ("pragma integrity_check", &["ok"]),
    ] {
        assert_eq!(rows(&database, sql), expected, "{sql}");
    }
    assert_eq!(rows(&copy, "select version from schema_version"), ["1"]);
    assert_eq!(rows(&copy, "select text from entries where room_id = 2 and seq = 2"), ["the kettle"]);
    let again = upgrade(data.path()).expect("it opens");
    assert!(again.contains("already"), "{again}");
}

#[test]
fn a_database_of_version_2_comes_over_with_every_row() {
    let data = of(SCHEMA_2);
    let database = data.path().join("snug.db");
    let said = upgrade(data.path()).expect("an upgrade");
    assert!(said.contains("from schema version 2 to 3") && said.contains("snug-schema-2.db"), "{said}");
    for (sql, expected) in [
        ("select version from schema_version", &["3"][..]),
        ("select id, name, role, face, prefs, here_at from users", &["1|Rosa|4|null|null|0", "2|Bea|1|null|null|0"]),
        ("select id, name, head, indexed from rooms", &["1|Lobby|4|0"]),
        ("select user_id, since_seq, read_seq, level from memberships order by user_id", &["1|1|3|0", "2|2|4|0"]),
        (
            "select seq, kind, subject, target, key, text, reply_to, edited_at, has from entries order by seq",
            &[
                "1|1|null|null|null|null|null|null|0",
                "2|1|2|null|null|null|null|null|0",
                "3|0|null|null|k|null|null|null|0",
                "4|4|null|3|d|null|null|null|0",
            ],
        ),
        ("pragma foreign_key_check", &[]),
        ("pragma integrity_check", &["ok"]),
    ] {
        assert_eq!(rows(&database, sql), expected, "{sql}");
    }
}

/// Once without a search, which would not wait for the index, and once by one that comes first.
#[test]
fn what_was_said_before_an_upgrade_is_found_after_it() {
    for waits in [true, false] {
        for word in ["kettle", "hello"] {
            let data = old();
            let config = Config { data: data.path().to_owned(), ..Config::default() };
            let executor = Executor::new();
            smol::block_on(executor.run(async {
                let store = Store::open(&config, &executor).await.expect("an upgrade");
                while waits && store.unindexed().await.expect("a number") > 0 {
                    smol::future::yield_now().await;
                }
                let query = snug::query::parse(word).expect("a word");
                let hunt = Hunt { query, room: None, before: None, limit: 9, offset: 0, lists_people: false };
                // Only Rosa is in the kitchen.
                for (reader, hits) in [(1, 1), (2, usize::from(word == "hello"))] {
                    let sought = store.search(reader, &hunt).await.expect("an answer");
                    let Sought::Found(found) = sought else { panic!("unclear") };
                    assert_eq!(found.hits.len(), hits, "{word} for {reader}");
                }
                store.close().await;
            }));
        }
    }
}

#[test]
fn an_upgraded_database_is_made_as_a_new_one_is() {
    let new = tempfile::tempdir().expect("a temporary directory");
    upgrade(new.path()).expect("it opens");
    // SQLite writes a column that is added later at the end of the table's text: so its columns are compared.
    let columns = "select m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk from sqlite_master m
        join pragma_table_info(m.name) c order by m.name, c.name";
    let indexes = "select name, tbl_name, sql from sqlite_master where type = 'index' order by name";
    for old in [old(), of(SCHEMA_2)] {
        upgrade(old.path()).expect("it opens");
        for sql in [columns, indexes] {
            assert_eq!(rows(&old.path().join("snug.db"), sql), rows(&new.path().join("snug.db"), sql));
        }
    }
}

#[test]
fn an_upgrade_that_fails_changes_nothing() {
    let data = old();
    let database = data.path().join("snug.db");
    // Something of that name is in the way, half-way through.
    execute(&database, "create table users_1 (id bigint)");
    let everything = "select 'users', count(*) from users union all select 'entries', count(*) from entries
        union all select 'version', version from schema_version union all select name, sql from sqlite_master";
    let before = rows(&database, everything);
    let refused = upgrade(data.path()).expect_err("no upgrade");
    assert!(refused.contains("unchanged"), "{refused}");
    assert_eq!(rows(&database, everything), before);
    execute(&database, "drop table users_1");
    upgrade(data.path()).expect("the next one works, and takes the copy's place");
}

#[test]
fn no_upgrade_begins_without_a_copy() {
    let data = old();
    let database = data.path().join("snug.db");
    // A directory is where the copy has to go.
    std::fs::create_dir(data.path().join("snug-schema-1.db")).expect("a directory");
    let refused = upgrade(data.path()).expect_err("no upgrade");
    assert!(refused.contains("snug-schema-1.db"), "{refused}");
    assert_eq!(rows(&database, "select version from schema_version"), ["1"]);
}
