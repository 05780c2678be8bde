//! What is done to somebody holds by the time it is answered: for all that they asked for before, and for their bots.

mod common;

use common::TestServer;
use common::keeping::By;
use common::socket::{Client, Guest};
use serde_json::{Value, json};

const LOBBY: i64 = 1;
const MEMBER: i64 = 2;
const MODERATOR: i64 = 3;
/// Messages that are on their way at once: more than one batch of a room takes while another is stored.
const FLOOD: usize = 200;

/// A server without rate limits, which would end a flood before it is one.
fn unlimited() -> TestServer {
    TestServer::with(|config| {
        config.chat.sends_per_minute = 0;
        config.chat.joins_per_minute = 0;
    })
}

/// Changes something about somebody, as `by`, and returns when that is answered.
fn change(server: &TestServer, by: &Guest, whom: &Guest, fields: Value) {
    let done = server.api(By::Cookie(&by.cookie), "PATCH", &format!("people/{}", whom.id), Some(fields));
    assert_eq!(done.status, 200, "{}", done.text());
}

/// The last entry of a room, as somebody in it sees it.
fn head(client: &mut Client, room: i64) -> i64 {
    let page = client.ask(json!({"op": "history", "room": room, "before": i64::from(u32::MAX)}));
    page["entries"].as_array().unwrap().last().unwrap()["seq"].as_i64().unwrap()
}

fn create(client: &mut Client, name: &str) -> i64 {
    let made = client.ask(json!({"op": "create", "name": name, "topic": "", "kind": "private", "shows_past": true}));
    made["room"]["id"].as_i64().unwrap()
}

fn make_bot(server: &TestServer, maker: &Guest, name: &str, rooms: &[i64]) -> String {
    let made = server.api(By::Cookie(&maker.cookie), "POST", "bots", Some(json!({"name": name, "rooms": rooms})));
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["token"].as_str().unwrap().to_owned()
}

fn say(server: &TestServer, token: &str, room: i64, text: &str) -> (u16, Value) {
    let said = server.api(By::Token(token), "POST", &format!("rooms/{room}/messages"), Some(json!({"text": text})));
    (said.status, said.json())
}

#[test]
fn nothing_is_stored_of_whoever_has_been_muted_once_that_is_answered() {
    let server = unlimited();
    let (maud, vic) = (server.person("Maud", MODERATOR), server.person("Vic", MEMBER));
    let (mut watch, mut flood) = (maud.connect(server.addr), vic.connect(server.addr));
    for round in 0..10 {
        let asked: Vec<u64> = (0..FLOOD)
            .map(|n| flood.say(json!({"op": "send", "room": LOBBY, "key": format!("{round} {n}"), "text": "x"})))
            .collect();
        change(&server, &maud, &vic, json!({"muted_minutes": 5}));
        let last = head(&mut watch, LOBBY);
        for id in asked {
            let reply = flood.wait(|value| value["re"] == json!(id)).unwrap();
            match reply["result"]["seq"].as_i64() {
                Some(seq) => assert!(seq <= last, "entry {seq} came after {last}"),
                None => assert_eq!(reply["error"]["code"], "muted"),
            }
        }
        assert_eq!(flood.refused(json!({"op": "send", "room": LOBBY, "key": "late", "text": "x"})), "muted");
        change(&server, &maud, &vic, json!({"muted_minutes": 0}));
    }
}

#[test]
fn whoever_is_muted_makes_no_room_whose_name_others_read() {
    let server = TestServer::start();
    let (maud, vic) = (server.person("Maud", MODERATOR), server.person("Vic", MEMBER));
    let mut client = vic.connect(server.addr);
    change(&server, &maud, &vic, json!({"muted_minutes": 5}));
    let request = json!({"op": "create", "name": "Maud is mean", "topic": "", "kind": "open"});
    let refused = client.reply(request)["error"].clone();
    assert_eq!(refused["code"], "muted");
    assert!(refused["retry_after_ms"].as_i64().unwrap() > 0);
    let renamed = server.refused(By::Cookie(&vic.cookie), "PATCH", "me", Some(json!({"name": "Maud is mean"})));
    assert_eq!(renamed, (403, "muted".to_owned()));
}

#[test]
fn whoever_is_muted_does_not_speak_by_a_bot() {
    let server = TestServer::start();
    let (maud, vic) = (server.person("Maud", MODERATOR), server.person("Vic", MEMBER));
    let token = make_bot(&server, &vic, "Parrot", &[LOBBY]);
    assert_eq!(say(&server, &token, LOBBY, "before").0, 201);
    change(&server, &maud, &vic, json!({"muted_minutes": 5}));
    let (status, answer) = say(&server, &token, LOBBY, "after");
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("muted")));
    change(&server, &maud, &vic, json!({"muted_minutes": 0}));
    assert_eq!(say(&server, &token, LOBBY, "again").0, 201);
}

#[test]
fn nobody_hears_on_by_a_bot_in_a_room_that_they_are_no_longer_in() {
    let server = unlimited();
    let (rosa, bea) = (server.person("Rosa", MEMBER), server.person("Bea", MEMBER));
    let (mut rosas, mut beas) = (rosa.connect(server.addr), bea.connect(server.addr));
    let room = create(&mut rosas, "Kitchen");
    for (n, leaves_by_oneself) in [false, true].into_iter().enumerate() {
        rosas.ask(json!({"op": "bring", "room": room, "user": bea.id}));
        beas.event_of("joined", room);
        let token = make_bot(&server, &bea, &format!("Spy {n}"), &[room]);
        assert_eq!(say(&server, &token, room, "here").0, 201);
        if leaves_by_oneself {
            beas.ask(json!({"op": "leave", "room": room}));
        } else {
            rosas.ask(json!({"op": "remove", "room": room, "user": bea.id}));
            beas.event_of("left", room);
        }
        let (status, answer) = say(&server, &token, room, "still here");
        assert_eq!((status, &answer["error"]["code"]), (404, &json!("no_such_room")));
        let members = rosas.ask(json!({"op": "members", "room": room}))["members"].clone();
        assert_eq!(members.as_array().unwrap().len(), 1, "{members}");
    }
}

#[test]
fn whoever_reads_on_from_memory_sees_the_name_that_somebody_has_now() {
    let server = TestServer::start();
    let (rosa, bea) = (server.person("Rosa", MEMBER), server.person("Bea", MEMBER));
    let (mut rosas, mut beas) = (rosa.connect(server.addr), bea.connect(server.addr));
    let first = beas.send(LOBBY, "k", "written as Bea");
    rosas.event_of("entry", LOBBY);
    for (method, path, body, name) in
        [("PATCH", "me", Some(json!({"name": "Beatrix"})), "Beatrix"), ("DELETE", "me", None, "Someone who left")]
    {
        // An account made by the test has no password to be asked for.
        server.sql(&format!("update users set account = null where id = {}", bea.id));
        let done = server.api(By::Cookie(&bea.cookie), method, path, body);
        assert!(done.status < 300, "{}", done.text());
        let mut back = rosa.open(server.addr).unwrap();
        back.ask(json!({"op": "hello", "cursors": {"1": first - 1}}));
        assert_eq!(back.entries(LOBBY, 1)[0]["by"]["name"], name, "what follows on a cursor");
        let mut fresh = rosa.open(server.addr).unwrap();
        fresh.ask(json!({"op": "hello"}));
        let page = fresh.event_of("reset", LOBBY);
        let entries = page["entries"].as_array().unwrap();
        assert!(
            entries.iter().all(|entry| entry["by"]["id"] != json!(bea.id) || entry["by"]["name"] == name),
            "{page}"
        );
    }
}
