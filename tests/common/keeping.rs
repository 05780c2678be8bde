//! People of every role, and how they ask over HTTP: with a cookie or with a bot's token.

use super::socket::Guest;
use super::{Response, TestServer, post};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, Row, SqliteConnection};

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Somebody with a session's cookie.
    Cookie(&'a str),
    /// A bot with a token.
    Token(&'a str),
    /// Nobody.
    Nobody,
}

impl TestServer {
    /// Somebody of that role (0 guest ... 4 owner), who walked in by a name and was given it in the database.
    pub fn person(&self, name: &str, role: i64) -> Guest {
        let person = Guest::enter(self.addr, name);
        let account = if role >= 2 { format!("'{}'", name.to_lowercase()) } else { "null".to_owned() };
        self.sql(&format!("update users set role = {role}, account = {account} where id = {}", person.id));
        person
    }

    /// Carries out a statement beside the running server, as nobody but a test does.
    pub fn sql(&self, sql: &str) {
        smol::block_on(async {
            let mut connection = self.database().await;
            connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))).await.expect("a statement");
        });
    }

    /// The number in the first column of the first row.
    pub fn number(&self, sql: &str) -> i64 {
        smol::block_on(async {
            let mut connection = self.database().await;
            let query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
            query.fetch_one(&mut connection).await.expect("a row").get(0)
        })
    }

    async fn database(&self) -> SqliteConnection {
        let file = self.hub.config.data.join("snug.db");
        let mut connection =
            SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a database");
        connection.execute("pragma busy_timeout = 10000").await.expect("a pragma");
        connection
    }

    /// Asks under `/api/v1/`, with a body if there is one.
    pub fn api(&self, by: By<'_>, method: &str, path: &str, body: Option<Value>) -> Response {
        let who = match by {
            By::Cookie(cookie) => format!("Origin: http://{}\r\nCookie: {cookie}\r\n", self.addr),
            By::Token(token) => format!("Authorization: Bearer {token}\r\n"),
            By::Nobody => format!("Origin: http://{}\r\n", self.addr),
        };
        let path = format!("/api/v1/{path}");
        match body {
            None => self.ask(format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{who}\r\n", self.addr)),
            Some(body) => {
                let fields = format!("{who}Content-Type: application/json\r\n");
                let wire = post(&path, &fields, &body.to_string());
                let wire = wire.replacen("Host: snug", &format!("Host: {}", self.addr), 1);
                self.ask(wire.replacen("POST", method, 1))
            }
        }
    }

    /// Asks and gets what it asks for.
    pub fn gets(&self, by: By<'_>, path: &str) -> Value {
        let response = self.api(by, "GET", path, None);
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        assert_eq!(response.field("cache-control"), Some("no-store"), "{path}");
        response.json()
    }

    /// Asks for a change that is refused; status and code.
    pub fn refused(&self, by: By<'_>, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let response = self.api(by, method, path, body);
        assert!(response.status >= 400, "{method} {path} is not refused: {}", response.text());
        (response.status, response.code())
    }

    /// The deeds in the audit log, the earliest first.
    pub fn deeds(&self, owner: &Guest) -> Vec<String> {
        let log = self.gets(By::Cookie(&owner.cookie), "audit");
        let deeds = log["entries"].as_array().expect("entries").iter().rev();
        deeds.map(|line| line["deed"].as_str().expect("a deed").to_owned()).collect()
    }
}

/// A ban of somebody.
pub fn ban_of(person: &Guest) -> Value {
    json!({"user": person.id, "reason": "spam"})
}
