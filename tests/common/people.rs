//! People of every role, made in the store as the console would.

use super::TestServer;
use super::socket::{Client, Guest};
use snug::protocol::{LOBBY, Person, Role};
use sqlx::{AnyConnection, Connection};

/// Runs a statement in the server's database, beside the server.
pub fn execute(server: &TestServer, sql: &str) {
    let database = format!("sqlite://{}", server.hub.config.data.join("snug.db").display());
    smol::block_on(async {
        let mut connection = AnyConnection::connect(&database).await.expect("the database opens");
        sqlx::query("pragma busy_timeout = 10000").execute(&mut connection).await.expect("a pragma");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
        query.execute(&mut connection).await.unwrap_or_else(|problem| panic!("{problem} in {sql}"));
        connection.close().await.expect("it closes");
    });
}

/// The whole numbers that a query finds in its first column.
pub fn numbers(server: &TestServer, sql: &str) -> Vec<i64> {
    let database = format!("sqlite://{}", server.hub.config.data.join("snug.db").display());
    smol::block_on(async {
        let mut connection = AnyConnection::connect(&database).await.expect("the database opens");
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()));
        let found = query.fetch_all(&mut connection).await.unwrap_or_else(|problem| panic!("{problem} in {sql}"));
        connection.close().await.expect("it closes");
        found
    })
}

/// Somebody of that role, who is in the lobby unless they are a guest.
pub fn somebody(server: &TestServer, name: &str, role: Role) -> Guest {
    let guest = Guest::enter(server.addr, name);
    execute(server, &format!("update users set role = {} where id = {}", role as i64, guest.id));
    if role == Role::Guest {
        let person = Person { id: guest.id, name: name.to_owned() };
        smol::block_on(server.hub.leave(LOBBY, person)).expect("they leave the lobby");
    }
    guest
}

/// The same, connected.
pub fn connected(server: &TestServer, name: &str, role: Role) -> Client {
    somebody(server, name, role).connect(server.addr)
}
