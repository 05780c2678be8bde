//! The shell beside a running server, and without one: the real binary, twice.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

#[path = "common/socket.rs"]
#[allow(dead_code, reason = "this file uses a part of it")]
mod socket;

use socket::Guest;

/// A directory of its own for one snug after another.
struct Place(TempDir);

/// A running server.
struct Running {
    child: Child,
    addr: SocketAddr,
    /// The setup link's token, if one was printed.
    setup: Option<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().expect("a temporary directory"))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snug"));
        command
            .args(words)
            .current_dir(self.0.path())
            .env_clear()
            .env("SNUG_LISTEN", "127.0.0.1:0")
            .env("SNUG_LOG", "warn");
        command.envs(std::env::var_os("LLVM_PROFILE_FILE").map(|path| ("LLVM_PROFILE_FILE", path)));
        command
    }

    /// Runs the shell's command: whether it worked, and what it said.
    fn try_run(&self, words: &[&str]) -> (bool, String) {
        let output = self.command(words).output().expect("snug runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).expect("text"))
    }

    fn run(&self, words: &[&str]) -> String {
        let (worked, said) = self.try_run(words);
        assert!(worked, "{words:?}: {said}");
        said
    }

    /// Runs a command that is refused; what it said.
    fn refused(&self, words: &[&str]) -> String {
        let (worked, said) = self.try_run(words);
        assert!(!worked, "{words:?}: {said}");
        said
    }

    /// Starts the server; it has printed what it prints.
    fn serve(&self, has_owner: bool) -> Running {
        let mut child = self.command(&[]).stdout(Stdio::piped()).spawn().expect("snug starts");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let first = lines.next().expect("a line");
        let addr = first.rsplit("http://").next().unwrap().parse().expect("an address");
        let setup = (!has_owner).then(|| token_of(&lines.next().expect("a link")));
        // Reads on, so that nothing it prints blocks it.
        std::thread::spawn(move || lines.for_each(drop));
        Running { child, addr, setup }
    }
}

fn token_of(line: &str) -> String {
    let (_, token) = line.split_once("/#setup=").unwrap_or_else(|| panic!("no setup link in {line}"));
    token.split_whitespace().next().expect("a token").to_owned()
}

/// The password that the shell printed.
fn password_in(said: &str) -> String {
    let line = said.lines().find(|line| line.trim_start().starts_with("password ")).expect("a password");
    line.split_whitespace().nth(1).expect("a password").to_owned()
}

/// Asks the server; the status, the body and the cookie.
fn call(addr: SocketAddr, method: &str, path: &str, cookie: &str, body: &Value) -> (u16, Value, String) {
    let body = body.to_string();
    let mut stream = TcpStream::connect(addr).expect("it listens");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {addr}\r\nOrigin: http://{addr}\r\nCookie: {cookie}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let cookie = head.lines().find_map(|line| line.strip_prefix("Set-Cookie: ")).unwrap_or_default();
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    (status, serde_json::from_str(body).unwrap_or_default(), cookie)
}

fn sign_in(addr: SocketAddr, name: &str, password: &str) -> Result<Guest, u16> {
    let (status, me, cookie) =
        call(addr, "POST", "/api/v1/sessions", "", &json!({"account": name, "password": password}));
    if status != 201 {
        return Err(status);
    }
    Ok(Guest { id: me["id"].as_i64().unwrap(), name: name.to_owned(), cookie })
}

#[test]
fn the_first_start_prints_a_link_that_makes_the_owner_and_no_later_one_does() {
    let place = Place::new();
    let server = place.serve(false);
    let first = server.setup.clone().expect("a link");
    let second = token_of(&place.run(&["setup-link"]));
    let set_up = |token: &str| {
        let body = json!({"token": token, "account": "Rosa", "password": "correct horse"});
        call(server.addr, "POST", "/api/v1/invitations/accept", "", &body)
    };
    assert_eq!(set_up(&first).0, 404, "the second ended the first");
    let (status, me, _) = set_up(&second);
    assert_eq!((status, &me["role"]), (201, &json!("owner")));
    assert_eq!(set_up(&second).0, 404, "it works once");
    let said = place.refused(&["setup-link"]);
    assert!(said.contains("has an owner already"), "{said}");
    drop(server);
    let again = place.serve(true);
    sign_in(again.addr, "rosa", "correct horse").expect("the owner signs in after a restart");
}

#[test]
fn people_are_made_listed_and_given_roles_while_the_server_runs() {
    let place = Place::new();
    let server = place.serve(false);
    let said = place.run(&["user", "add", "Rosa", "--role", "owner"]);
    let rosa = sign_in(server.addr, "rosa", &password_in(&said)).expect("the printed password works");
    assert_eq!(call(server.addr, "GET", "/api/v1/door", "", &Value::Null).1["setup"], false);
    let said = place.run(&["user", "add", "Bea"]);
    let bea = sign_in(server.addr, "bea", &password_in(&said)).expect("the printed password works");
    assert!(place.refused(&["user", "add", "BEA"]).contains("somebody has the name"));
    assert!(place.refused(&["user", "add", " x"]).contains("A name"));
    let list = place.run(&["user", "list"]);
    assert!(list.contains("owner      active     Rosa") && list.contains("member     active     Bea"), "{list}");

    let mut beas = bea.connect(server.addr);
    assert!(place.run(&["user", "role", "bea", "moderator"]).contains("a moderator now"));
    assert_eq!(beas.wait(|value| value["ev"] == "account").expect("an event")["me"]["role"], "moderator");
    assert!(place.refused(&["user", "role", "bea", "moderator"]).contains("already"));
    assert!(place.refused(&["user", "role", "nobody", "member"]).contains("nobody"));
    assert!(place.refused(&["user", "role", "rosa", "member"]).contains("last owner"));
    assert!(place.refused(&["user", "disable", "rosa"]).contains("last owner"));
    assert_eq!(call(server.addr, "GET", "/api/v1/me", &rosa.cookie, &Value::Null).0, 200);
}

#[test]
fn whoever_is_made_at_the_shell_is_in_the_lobby() {
    let place = Place::new();
    let before = password_in(&place.run(&["user", "add", "Rosa", "--role", "owner"]));
    let server = place.serve(true);
    let during = password_in(&place.run(&["user", "add", "Bea"]));
    let hello = |addr: SocketAddr, name: &str, password: &str| {
        let guest = sign_in(addr, name, password).expect("it works");
        let mut client = guest.open(addr).expect("a WebSocket");
        let is_inside = !client.ask(json!({"op": "hello"}))["rooms"].as_array().expect("rooms").is_empty();
        (client, is_inside)
    };
    let come_in = |addr: SocketAddr, name: &str, password: &str| {
        let (mut client, is_inside) = hello(addr, name, password);
        if !is_inside {
            client.wait(|value| value["ev"] == "joined" && value["room"]["id"] == 1).expect("within a second");
        }
        client.send(1, name, "here I am");
        client
    };
    come_in(server.addr, "bea", &during);
    come_in(server.addr, "rosa", &before).ask(json!({"op": "leave", "room": 1}));
    let later = password_in(&place.run(&["user", "add", "Joss"]));
    come_in(server.addr, "joss", &later);
    assert!(!hello(server.addr, "rosa", &before).1, "whoever goes by themselves stays away");
}

#[test]
fn whoever_is_disabled_or_reset_at_the_shell_is_out_within_a_second() {
    let place = Place::new();
    let server = place.serve(false);
    place.run(&["user", "add", "Rosa", "--role", "owner"]);
    let first = password_in(&place.run(&["user", "add", "Bea"]));
    let bea = sign_in(server.addr, "bea", &first).expect("it works");
    let mut socket = bea.connect(server.addr);
    place.run(&["user", "disable", "bea"]);
    assert_eq!(socket.close_code(), Some(4401));
    assert_eq!(call(server.addr, "GET", "/api/v1/me", &bea.cookie, &Value::Null).0, 401);
    assert_eq!(sign_in(server.addr, "bea", &first).err(), Some(401));
    assert!(place.run(&["user", "list"]).contains("disabled"));
    place.run(&["user", "enable", "bea"]);
    let bea = sign_in(server.addr, "bea", &first).expect("with the same password");
    let mut socket = bea.connect(server.addr);
    let second = password_in(&place.run(&["user", "reset", "bea"]));
    assert_eq!(socket.close_code(), Some(4401));
    assert_eq!(sign_in(server.addr, "bea", &first).err(), Some(401));
    sign_in(server.addr, "bea", &second).expect("the new one works");
}

#[test]
fn the_shell_works_without_a_server_and_leaves_the_directory_free() {
    let place = Place::new();
    let password = password_in(&place.run(&["user", "add", "Rosa", "--role", "owner"]));
    assert!(place.run(&["user", "list"]).contains("Rosa"));
    let server = place.serve(true);
    sign_in(server.addr, "rosa", &password).expect("it works");
    let said = place.refused(&["serve"]);
    assert!(said.contains("another snug runs"), "{said}");
}
