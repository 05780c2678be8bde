//! Messages after they have been written: edited, answered, reacted to, deleted; and whom they call by name.

mod common;

use common::TestServer;
use common::people::{connected, numbers, somebody};
use common::socket::Client;
use serde_json::{Value, json};
use snug::protocol::{LOBBY, Role};
use std::sync::atomic::{AtomicUsize, Ordering};

fn edit(client: &mut Client, room: i64, seq: i64, key: &str, text: &str) -> Value {
    client.reply(json!({"op": "edit", "room": room, "seq": seq, "key": key, "text": text}))
}

fn react(client: &mut Client, room: i64, seq: i64, emoji: &str, on: bool) -> Value {
    static FRESH: AtomicUsize = AtomicUsize::new(0);
    let key = format!("reaction {}", FRESH.fetch_add(1, Ordering::Relaxed));
    client.reply(json!({"op": "react", "room": room, "seq": seq, "key": key, "emoji": emoji, "on": on}))
}

/// The latest entries of a room, as a fresh read gives them.
fn latest(client: &mut Client, room: i64) -> Vec<Value> {
    let page = client.ask(json!({"op": "history", "room": room, "before": 1_000_000, "limit": 100}));
    page["entries"].as_array().expect("entries").clone()
}

fn message(client: &mut Client, room: i64, seq: i64) -> Value {
    let found = client.ask(json!({"op": "entries", "room": room, "seqs": [seq]}));
    found["entries"][0].clone()
}

/// What somebody who comes in anew is handed of a room, from memory.
fn reset(client: &Client, server: &TestServer, room: i64) -> Value {
    let mut anew = client.guest.open(server.addr).expect("it opens");
    anew.ask(json!({"op": "hello", "cursors": {}}));
    anew.event_of("reset", room)
}

fn private_room(client: &mut Client, shows_past: bool) -> i64 {
    let made = client.ask(json!({"op": "create", "name": "Kitchen", "kind": "private", "shows_past": shows_past}));
    made["room"]["id"].as_i64().expect("an id")
}

#[test]
fn an_edit_changes_the_message_for_all_and_keeps_what_it_said_for_those_who_keep_order() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Moderator);
    let seq = rosa.send(LOBBY, "m", "tee");
    let reply = edit(&mut rosa, LOBBY, seq, "e1", "tea");
    let edited = reply["result"]["seq"].as_i64().expect("it is an entry");
    let event = bea.wait(|value| value["kind"] == "edit").expect("an edit");
    assert_eq!((&event["seq"], &event["target"], &event["text"]), (&json!(edited), &json!(seq), &json!("tea")));
    assert_eq!(edit(&mut rosa, LOBBY, seq, "e1", "tea")["result"], reply["result"], "the same key is the same edit");
    assert_eq!(edit(&mut rosa, LOBBY, seq, "e2", "tea")["result"], json!({}), "it says that already");
    edit(&mut rosa, LOBBY, seq, "e3", "more tea");
    let found = latest(&mut bea, LOBBY);
    let of = |kind: &str| -> Vec<Value> { found.iter().filter(|one| one["kind"] == kind).cloned().collect() };
    assert_eq!(of("message")[0]["text"], "more tea");
    assert!(of("message")[0]["edited_at"].as_i64().is_some_and(|at| at > 0));
    let edits: Vec<Value> = of("edit").iter().map(|edit| edit["text"].clone()).collect();
    assert_eq!(edits, ["more tea", "more tea"], "every edit says what the message says now");
    let said = bea.ask(json!({"op": "revisions", "room": LOBBY, "seq": seq}));
    let said: Vec<&Value> = said["revisions"].as_array().expect("a list").iter().map(|one| &one["text"]).collect();
    assert_eq!(said, ["tee", "tea"]);
    assert_eq!(rosa.refused(json!({"op": "revisions", "room": LOBBY, "seq": seq})), "forbidden");
    assert_eq!(edit(&mut bea, LOBBY, seq, "b", "coffee")["error"]["code"], "forbidden", "it is somebody else's");
    assert_eq!(edit(&mut rosa, LOBBY, 1, "none", "x")["error"]["code"], "no_such_message", "a join has no text");
}

#[test]
fn of_a_deleted_message_nothing_is_left_anywhere() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Moderator);
    let seq = rosa.send(LOBBY, "m", "secret one, @Bea");
    edit(&mut rosa, LOBBY, seq, "e", "secret two, @Bea");
    react(&mut bea, LOBBY, seq, "🍞", true);
    rosa.ask(json!({"op": "delete", "room": LOBBY, "seq": seq, "key": "d"}));
    // From memory, and from the database.
    let reset = reset(&rosa, &server, LOBBY);
    for entries in [reset["entries"].as_array().expect("entries").clone(), latest(&mut rosa, LOBBY)] {
        let about: Vec<&Value> = entries.iter().filter(|one| one["seq"] == seq || one["kind"] == "edit").collect();
        assert_eq!(about.len(), 2);
        for entry in about {
            for field in ["text", "mentions", "reactions", "edited_at"] {
                assert!(entry.get(field).is_none(), "{field} in {entry}");
            }
        }
    }
    for table in ["revisions", "reactions", "mentions"] {
        assert_eq!(numbers(&server, &format!("select count(*) from {table}")), [0], "{table}");
    }
    assert_eq!(numbers(&server, "select count(*) from entries where text like '%secret%'"), [0]);
    assert_eq!(bea.ask(json!({"op": "revisions", "room": LOBBY, "seq": seq})), json!({"revisions": []}));
    assert_eq!(edit(&mut rosa, LOBBY, seq, "e9", "back")["error"]["code"], "no_such_message");
    assert_eq!(react(&mut bea, LOBBY, seq, "🍞", true)["error"]["code"], "no_such_message");
}

#[test]
fn reactions_stand_in_the_order_in_which_they_came_live_and_read_anew() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Guest);
    let room = private_room(&mut rosa, true);
    rosa.ask(json!({"op": "bring", "room": room, "user": bea.guest.id}));
    bea.event_of("reset", room);
    let seq = rosa.send(room, "m", "bread");
    for (client, emoji, on) in
        [(0, "🍞", true), (1, "❤️", true), (1, "🍞", true), (0, "🍞", false), (0, "👍", true), (0, "❤️", true)]
    {
        let client = if client == 0 { &mut rosa } else { &mut bea };
        assert!(react(client, room, seq, emoji, on)["result"]["seq"].as_i64().is_some());
    }
    assert_eq!(react(&mut rosa, room, seq, "👍", true)["result"], json!({}), "it is there already");
    assert_eq!(react(&mut bea, room, seq, "👍", false)["result"], json!({}), "it is not there");
    let (rosa_id, bea_id) = (rosa.guest.id, bea.guest.id);
    let expected = json!([
        {"emoji": "🍞", "by": [bea_id]},
        {"emoji": "❤️", "by": [bea_id, rosa_id]},
        {"emoji": "👍", "by": [rosa_id]},
    ]);
    assert_eq!(message(&mut rosa, room, seq)["reactions"], expected, "from the database");
    let reset = reset(&rosa, &server, room);
    let held = reset["entries"].as_array().expect("entries").iter().find(|one| one["seq"] == seq).expect("the message");
    assert_eq!(held["reactions"], expected, "from memory");
}

#[test]
fn a_message_has_a_bounded_number_of_reactions() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let seq = rosa.send(LOBBY, "m", "bread");
    let emojis: Vec<char> = ('🌀'..='🌿').collect();
    for emoji in &emojis[..20] {
        assert!(react(&mut rosa, LOBBY, seq, &emoji.to_string(), true).get("error").is_none());
    }
    let reply = react(&mut rosa, LOBBY, seq, &emojis[20].to_string(), true);
    assert_eq!(reply["error"]["code"], "too_many_reactions");
    assert_eq!(message(&mut rosa, LOBBY, seq)["reactions"].as_array().expect("a list").len(), 20);
}

#[test]
fn an_answer_names_a_message_that_its_author_may_see_and_nobody_gets_more_by_it() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Member);
    let room = private_room(&mut rosa, false);
    let before = rosa.send(room, "m", "before Bea");
    rosa.ask(json!({"op": "bring", "room": room, "user": bea.guest.id}));
    bea.event_of("reset", room);
    let send = |key: &str, to: i64| json!({"op": "send", "room": room, "key": key, "text": "yes", "reply_to": to});
    rosa.ask(send("r", before));
    let answer = bea.wait(|value| value["key"] == "r").expect("the answer");
    assert_eq!(answer["reply_to"], json!(before));
    let found = bea.ask(json!({"op": "entries", "room": room, "seqs": [before, answer["seq"]]}));
    let seqs: Vec<&Value> = found["entries"].as_array().expect("entries").iter().map(|one| &one["seq"]).collect();
    assert_eq!(seqs, [&answer["seq"]], "what was before her is not for her");
    assert_eq!(bea.refused(send("b", before)), "no_such_message");
    assert_eq!(bea.refused(send("c", 9_999)), "no_such_message");
    assert_eq!(bea.refused(json!({"op": "entries", "room": room, "seqs": []})), "bad_request");
    let seqs: Vec<i64> = (1..=51).collect();
    assert_eq!(bea.refused(json!({"op": "entries", "room": room, "seqs": seqs})), "bad_request");
}

#[test]
fn the_server_finds_who_is_called_by_name() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea Lee", Role::Visitor);
    let ines = somebody(&server, "Inês", Role::Visitor);
    let outsider = somebody(&server, "Out", Role::Guest);
    let mut called = |text: &str| {
        let key = format!("k{text}");
        let seq = rosa.send(LOBBY, &key, text);
        message(&mut rosa, LOBBY, seq).get("mentions").cloned().unwrap_or(json!([]))
    };
    assert_eq!(called("hi @bea LEE, and @Inês!"), json!([bea.id, ines.id]));
    assert_eq!(called("@Bea is nobody, a@Inês is no call, nor is @Out"), json!([]));
    assert_eq!(called("@Inês @Inês"), json!([ines.id]));
    assert_eq!(called("@room, tea!"), json!([]), "a member may not call all in an open room");
    let mut owner = connected(&server, "Olga", Role::Owner);
    let seq = owner.send(LOBBY, "all", "@room, tea!");
    assert_eq!(message(&mut owner, LOBBY, seq)["mentions"], json!([0]));
    assert!(outsider.id > 0);
}

#[test]
fn mentions_are_counted_behind_what_one_has_read_and_follow_edits() {
    let server = TestServer::start();
    let mut owner = connected(&server, "Olga", Role::Owner);
    let bea = somebody(&server, "Bea", Role::Member);
    let room_of = |client: &mut Client| {
        let rooms = client.ask(json!({"op": "hello", "cursors": {}}))["rooms"].clone();
        rooms.as_array().expect("rooms").iter().find(|room| room["id"] == LOBBY).expect("the lobby").clone()
    };
    let counts = |server: &TestServer| {
        let room = room_of(&mut bea.open(server.addr).expect("it opens"));
        (room["unread"].as_i64().unwrap(), room["mentions"].as_i64().unwrap())
    };
    let plain = owner.send(LOBBY, "1", "hello");
    owner.send(LOBBY, "2", "hello @Bea");
    owner.send(LOBBY, "3", "hello @room");
    assert_eq!(counts(&server), (3, 2));
    edit(&mut owner, LOBBY, plain, "e", "hello, @Bea");
    assert_eq!(counts(&server), (3, 3), "an edit may call, and is no message");
    owner.ask(json!({"op": "delete", "room": LOBBY, "seq": plain, "key": "d"}));
    assert_eq!(counts(&server), (2, 2));
    let own = room_of(&mut owner.guest.open(server.addr).expect("it opens"));
    assert_eq!((&own["unread"], &own["mentions"]), (&json!(0), &json!(0)), "nobody is called by their own words");
    let mut client = bea.connect(server.addr);
    client.ask(json!({"op": "read", "room": LOBBY, "seq": plain + 1}));
    assert_eq!(counts(&server), (1, 1));
}

#[test]
fn what_one_has_set_is_the_same_on_all_ones_devices() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let (mut desk, mut phone) = (rosa.connect(server.addr), rosa.connect(server.addr));
    desk.ask(json!({"op": "level", "room": LOBBY, "level": "mentions"}));
    assert_eq!(phone.event_of("level", LOBBY)["level"], "mentions");
    desk.ask(json!({"op": "prefs", "prefs": {"sound": true}}));
    assert_eq!(phone.wait(|value| value["ev"] == "prefs").expect("an event")["prefs"], json!({"sound": true}));
    let welcome = rosa.open(server.addr).expect("it opens").ask(json!({"op": "hello", "cursors": {}}));
    assert_eq!((&welcome["prefs"], &welcome["rooms"][0]["level"]), (&json!({"sound": true}), &json!("mentions")));
    let bea = somebody(&server, "Bea", Role::Member);
    let welcome = bea.open(server.addr).expect("it opens").ask(json!({"op": "hello", "cursors": {}}));
    assert_eq!((&welcome["prefs"], &welcome["rooms"][0]["level"]), (&json!(null), &json!("all")));
}

#[test]
fn who_is_muted_and_whoever_is_in_an_archived_room_changes_nothing_but_may_take_away() {
    let server = TestServer::start();
    let mut owner = connected(&server, "Olga", Role::Owner);
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let seq = rosa.send(LOBBY, "m", "bread");
    owner.ask(json!({"op": "rules", "room": LOBBY, "key": "r", "archived": true}));
    assert_eq!(edit(&mut rosa, LOBBY, seq, "e", "cake")["error"]["code"], "archived");
    assert_eq!(react(&mut rosa, LOBBY, seq, "🍞", true)["error"]["code"], "archived");
    rosa.ask(json!({"op": "delete", "room": LOBBY, "seq": seq, "key": "d"}));
}
