//! Private rooms, direct messages and order in rooms: who hears what from when on, and what can be undone.

mod common;

use common::TestServer;
use common::people::{connected, execute, numbers, somebody};
use common::socket::Client;
use serde_json::{Value, json};
use snug::chat::hub::Hub;
use snug::protocol::{Person, Role};
use std::sync::Arc;

fn create(client: &mut Client, name: &str, kind: &str, shows_past: bool) -> i64 {
    let request = json!({"op": "create", "name": name, "kind": kind, "shows_past": shows_past});
    let room = client.ask(request)["room"]["id"].as_i64().unwrap();
    client.event_of("reset", room);
    room
}

fn history(client: &mut Client, room: i64, which: Value) -> Vec<Value> {
    let mut request = json!({"op": "history", "room": room, "limit": 100});
    request.as_object_mut().unwrap().extend(which.as_object().unwrap().clone());
    client.ask(request)["entries"].as_array().unwrap().clone()
}

fn seqs(entries: &[Value]) -> Vec<i64> {
    entries.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect()
}

#[test]
fn a_private_room_is_to_others_no_room_at_all() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Owner);
    let room = create(&mut rosa, "Surprise", "private", false);
    rosa.send(room, "k", "a cake");
    for op in [
        "send", "topic", "history", "join", "leave", "bring", "remove", "members", "read", "typing", "delete",
        "rename", "rules", "demolish", "report",
    ] {
        let request = |room: i64| {
            json!({"op": op, "room": room, "key": "k", "text": "Surprise", "name": "Surprise", "before": 9, "seq": 2,
                   "user": 1, "archived": true})
        };
        let (theirs, nowhere) = (bea.reply(request(room)), bea.reply(request(room + 777_777)));
        assert_eq!(theirs["error"], nowhere["error"], "{op}");
        assert_eq!(theirs["error"]["code"], "no_such_room", "{op}");
    }
    let listed = bea.ask(json!({"op": "rooms"}))["rooms"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    // Its name tells nothing either.
    let other = create(&mut bea, "Surprise", "open", true);
    assert_ne!(other, room);
    create(&mut bea, "Surprise", "private", true);
    let heard = bea.all_until_now();
    assert!(heard.iter().all(|value| !value.to_string().contains("cake")), "{heard:?}");
    assert!(heard.iter().all(|value| value["room"] != room), "{heard:?}");
}

#[test]
fn whoever_is_brought_in_sees_only_what_comes_from_then_on() {
    let server = TestServer::with(|config| config.chat.ring_entries_max = 4);
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Member);
    let ines = somebody(&server, "Ines", Role::Member);
    let room = create(&mut rosa, "Kitchen", "private", false);
    for n in 2..=6 {
        assert_eq!(rosa.send(room, &format!("a{n}"), "before"), n);
    }
    rosa.ask(json!({"op": "bring", "room": room, "user": bea.guest.id}));
    rosa.ask(json!({"op": "bring", "room": room, "user": ines.id}));
    let joined = bea.event_of("joined", room)["room"].clone();
    assert_eq!((&joined["since"], &joined["head"], &joined["read"]), (&json!(7), &json!(7), &json!(7)));
    assert_eq!((&joined["kind"], &joined["made"]), (&json!("private"), &json!(false)));
    assert_eq!(seqs(bea.event_of("reset", room)["entries"].as_array().unwrap())[0], 7);
    let join = bea.event_of("entry", room);
    assert_eq!(
        (&join["kind"], &join["by"]["name"], &join["who"]["name"]),
        (&json!("join"), &json!("Rosa"), &json!("Ines"))
    );
    rosa.send(room, "b", "after");
    // However Bea asks, nothing from before entry 7 comes.
    assert_eq!(seqs(&history(&mut bea, room, json!({"before": 9}))), [7, 8]);
    assert_eq!(seqs(&history(&mut bea, room, json!({"before": 7}))), [0; 0]);
    assert_eq!(seqs(&history(&mut bea, room, json!({"after": 0}))), [7, 8, 9]);
    assert_eq!(seqs(&history(&mut bea, room, json!({"around": 3}))), [7, 8, 9]);
    for cursor in [0, 3, 5] {
        let mut again = bea.guest.open(server.addr).unwrap();
        again.ask(json!({"op": "hello", "cursors": {"1": 3, room.to_string(): cursor}}));
        assert_eq!(seqs(again.event_of("reset", room)["entries"].as_array().unwrap()), [7, 8, 9], "cursor {cursor}");
    }
    let mut again = bea.guest.open(server.addr).unwrap();
    again.ask(json!({"op": "hello", "cursors": {"1": 3, room.to_string(): 6}}));
    assert_eq!(seqs(&again.entries(room, 3)), [7, 8, 9], "from right before on it is an unbroken run");
    // Ines was not there, and finds it.
    let mut ines = ines.open(server.addr).unwrap();
    let rooms = ines.ask(json!({"op": "hello"}))["rooms"].clone();
    assert_eq!((&rooms[1]["since"], &rooms[1]["unread"]), (&json!(8), &json!(1)));
    assert_eq!(seqs(ines.event_of("reset", room)["entries"].as_array().unwrap()), [8, 9]);
    // Rosa, who was there from the beginning, has it all.
    assert_eq!(seqs(&history(&mut rosa, room, json!({"after": 0}))), (1..=9).collect::<Vec<_>>());
}

#[test]
fn after_the_answer_to_a_removal_nothing_reaches_the_removed() {
    let server = TestServer::with(|config| config.chat.joins_per_minute = 0);
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Member);
    let room = create(&mut rosa, "Kitchen", "private", true);
    let mut phone = bea.guest.connect(server.addr);
    for n in 0..20 {
        rosa.ask(json!({"op": "bring", "room": room, "user": bea.guest.id}));
        bea.event_of("joined", room);
        bea.event_of("reset", room);
        phone.event_of("reset", room);
        // What Bea asks for at this moment is answered before the removal, or as if there were no room.
        let asked = bea.say(json!({"op": "history", "room": room, "after": 0}));
        rosa.ask(json!({"op": "remove", "room": room, "user": bea.guest.id}));
        let secret = format!("secret {n}");
        rosa.send(room, &format!("k{n}"), &secret);
        bea.event_of("left", room);
        phone.event_of("left", room);
        drop(bea.wait(|value| value["re"] == json!(asked)).unwrap());
        for client in [&mut bea, &mut phone] {
            assert_eq!(client.refused(json!({"op": "send", "room": room, "key": "x", "text": "x"})), "no_such_room");
            assert_eq!(client.refused(json!({"op": "history", "room": room, "after": 0})), "no_such_room");
            assert_eq!(client.refused(json!({"op": "join", "room": room})), "no_such_room");
            let heard = client.all_until_now();
            assert!(heard.iter().all(|value| !value.to_string().contains(&secret)), "{heard:?}");
        }
    }
    let removals = history(&mut rosa, room, json!({"before": 1_000}));
    let last = removals.iter().rfind(|entry| entry["kind"] == "leave").unwrap();
    assert_eq!((&last["by"]["name"], &last["who"]["name"]), (&json!("Rosa"), &json!("Bea")));
    assert_eq!(rosa.refused(json!({"op": "remove", "room": room, "user": bea.guest.id})), "no_such_person");
    assert_eq!(rosa.refused(json!({"op": "remove", "room": room, "user": rosa.guest.id})), "forbidden");
    let noted = format!("select count(*) from audit where deed = 'member_removed' and user_id = {}", bea.guest.id);
    assert_eq!(numbers(&server, &noted), [20]);
}

#[test]
fn a_set_of_people_has_one_direct_room_whoever_begins_it_and_when() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Member);
    let joss = somebody(&server, "Joss", Role::Member);
    let (first, second) = (
        rosa.say(json!({"op": "direct", "people": [bea.guest.id]})),
        bea.say(json!({"op": "direct", "people": [rosa.guest.id, bea.guest.id]})),
    );
    let rosas = rosa.wait(|value| value["re"] == json!(first)).unwrap()["result"]["room"].clone();
    let beas = bea.wait(|value| value["re"] == json!(second)).unwrap()["result"]["room"].clone();
    assert_eq!(rosas["id"], beas["id"]);
    assert_eq!((&rosas["kind"], &rosas["name"]), (&json!("direct"), &json!("")));
    assert_eq!(rosas["people"], json!([{"id": bea.guest.id, "name": "Bea"}]));
    assert_eq!(beas["people"], json!([{"id": rosa.guest.id, "name": "Rosa"}]));
    let room = rosas["id"].as_i64().unwrap();
    rosa.send(room, "k", "just us");
    assert_eq!(bea.wait(|value| value["ev"] == "entry" && value["text"] == "just us").unwrap()["room"], room);
    for op in ["leave", "bring", "remove", "topic", "rename", "rules", "demolish"] {
        let request =
            json!({"op": op, "room": room, "key": "k2", "text": "x", "name": "", "user": joss.id, "slow_ms": 0});
        assert_eq!(rosa.refused(request), "not_direct", "{op}");
    }
    let three = rosa.ask(json!({"op": "direct", "people": [joss.id, bea.guest.id]}))["room"]["id"].clone();
    assert_ne!(three, json!(room));
    let again = bea.ask(json!({"op": "direct", "people": [rosa.guest.id, joss.id, joss.id]}))["room"].clone();
    assert_eq!(again["id"], three);
    assert_eq!(again["people"].as_array().unwrap().len(), 2);
    let mut joss = joss.connect(server.addr);
    let found = joss.ask(json!({"op": "direct", "people": [bea.guest.id, rosa.guest.id]}))["room"].clone();
    assert_eq!(found["id"], three);
    assert_eq!(rosa.refused(json!({"op": "direct", "people": [987_654]})), "no_such_person");
    assert_eq!(rosa.refused(json!({"op": "direct", "people": [rosa.guest.id]})), "too_many_people");
    assert_eq!(rosa.refused(json!({"op": "direct", "people": (0..8).collect::<Vec<_>>()})), "too_many_people");
    assert_eq!(numbers(&server, "select count(*) from rooms where kind = 2"), [2]);
    assert_eq!(numbers(&server, "select count(*) from audit where room_id is not null"), [0], "who talks with whom");
}

#[test]
fn slow_mode_mute_and_archive_refuse_what_is_new_and_acknowledge_what_was_stored() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Moderator);
    let mut bea = connected(&server, "Bea", Role::Member);
    let room = create(&mut rosa, "Kitchen", "open", true);
    bea.ask(json!({"op": "join", "room": room}));
    // Until then it would come in the reset.
    bea.event_of("reset", room);
    rosa.ask(json!({"op": "rules", "room": room, "key": "r1", "slow_ms": 600_000}));
    let rules = bea.wait(|value| value["kind"] == "rules").unwrap();
    assert_eq!(rules["rules"], json!({"shows_past": true, "slow_ms": 600_000, "archived": false}));
    assert!(rules.get("text").is_none());
    let first = bea.ask(json!({"op": "send", "room": room, "key": "a", "text": "one"}));
    let slow = bea.reply(json!({"op": "send", "room": room, "key": "b", "text": "two"}));
    assert_eq!(slow["error"]["code"], "slow_mode");
    assert!((590_000..=600_000).contains(&slow["error"]["retry_after_ms"].as_u64().unwrap()), "{slow}");
    assert_eq!(bea.ask(json!({"op": "send", "room": room, "key": "a", "text": "one"})), first, "sent once");
    rosa.send(room, "a", "moderators");
    rosa.send(room, "b", "need not wait");
    assert_eq!(bea.refused(json!({"op": "rules", "room": room, "key": "r", "slow_ms": 0})), "forbidden");
    rosa.ask(json!({"op": "rules", "room": room, "key": "r2", "slow_ms": 0, "archived": true}));
    for client in [&mut rosa, &mut bea] {
        assert_eq!(client.refused(json!({"op": "send", "room": room, "key": "c", "text": "three"})), "archived");
    }
    assert_eq!(rosa.refused(json!({"op": "topic", "room": room, "key": "t", "text": "three"})), "archived");
    assert_eq!(rosa.refused(json!({"op": "rename", "room": room, "key": "t", "text": "three"})), "archived");
    assert_eq!(bea.ask(json!({"op": "send", "room": room, "key": "a", "text": "one"})), first, "still");
    let late = bea.guest.connect(server.addr).ask(json!({"op": "join", "room": room}))["room"].clone();
    assert_eq!((&late["archived"], &late["slow_ms"]), (&json!(true), &json!(0)));
    rosa.ask(json!({"op": "rules", "room": room, "key": "r3", "archived": false}));
    bea.send(room, "c", "three");

    let until = Hub::unix_ms() + 60_000;
    execute(&server, &format!("update users set muted_until = {until} where id = {}", bea.guest.id));
    smol::block_on(server.hub.look_at(bea.guest.id)).unwrap();
    bea.wait(|value| value["ev"] == "account").unwrap();
    let muted = bea.reply(json!({"op": "send", "room": room, "key": "d", "text": "four"}));
    assert_eq!(muted["error"]["code"], "muted");
    assert!(muted["error"]["retry_after_ms"].as_u64().unwrap() > 50_000, "{muted}");
    assert_eq!(bea.refused(json!({"op": "typing", "room": room})), "muted");
    assert_eq!(bea.ask(json!({"op": "send", "room": room, "key": "a", "text": "one"})), first, "even now");
}

#[test]
fn a_deleted_message_is_gone_from_the_log_the_memory_and_the_database() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Member);
    let mut keeper = connected(&server, "Keeper", Role::Moderator);
    let own = rosa.send(1, "a", "my address");
    let other = bea.send(1, "b", "your address");
    assert_eq!(rosa.refused(json!({"op": "delete", "room": 1, "seq": other, "key": "d1"})), "forbidden");
    let gone = rosa.ask(json!({"op": "delete", "room": 1, "seq": own, "key": "d1"}));
    assert_eq!(rosa.ask(json!({"op": "delete", "room": 1, "seq": own, "key": "d1"})), gone, "the same request");
    assert_eq!(rosa.refused(json!({"op": "delete", "room": 1, "seq": own, "key": "d2"})), "no_such_message");
    assert_eq!(rosa.refused(json!({"op": "delete", "room": 1, "seq": 1, "key": "d2"})), "no_such_message", "a join");
    assert_eq!(rosa.refused(json!({"op": "delete", "room": 1, "seq": 999, "key": "d2"})), "no_such_message");
    keeper.ask(json!({"op": "delete", "room": 1, "seq": other, "key": "d"}));
    let told = bea.wait(|value| value["kind"] == "delete" && value["target"] == other).unwrap();
    assert_eq!((&told["by"]["name"], &told["key"]), (&json!("Keeper"), &json!("d")));
    // From memory, and from the store.
    let reset = connected(&server, "Late", Role::Member);
    assert!(reset.kept("entry").is_empty());
    let mut late = reset.guest.open(server.addr).unwrap();
    let unread = late.ask(json!({"op": "hello"}))["rooms"][0]["unread"].clone();
    assert_eq!(unread, 0);
    let entries = late.event_of("reset", 1)["entries"].as_array().unwrap().clone();
    for entries in [entries, history(&mut bea, 1, json!({"after": 0}))] {
        let deleted: Vec<&Value> = entries.iter().filter(|entry| entry["kind"] == "message").collect();
        assert_eq!(deleted.len(), 2);
        assert!(deleted.iter().all(|entry| entry.get("text").is_none() && entry["key"].is_string()), "{deleted:?}");
    }
    assert_eq!(numbers(&server, "select count(*) from entries where text like '%address%'"), [0]);
    assert_eq!(rosa.send(1, "a", "my address"), own, "its key stays used");
    assert_eq!(numbers(&server, "select count(*) from entries where text like '%address%'"), [0]);
    assert_eq!(numbers(&server, "select user_id from audit where deed = 'message_deleted'"), [bea.guest.id]);
}

#[test]
fn a_deleted_message_can_not_be_read_from_the_file_either() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let file = server.hub.config.data.join("snug.db");
    // A short one lies among others in its page, a long one has pages of its own.
    let texts = ["the key is under the mat".to_owned(), "under the third flower pot ".repeat(250)];
    let holds = |text: &str| std::fs::read(&file).unwrap().windows(24).any(|bytes| bytes == &text.as_bytes()[..24]);
    for (n, text) in texts.iter().enumerate() {
        let seq = rosa.send(1, &format!("k{n}"), text);
        execute(&server, "pragma wal_checkpoint(truncate)");
        assert!(holds(text), "the test looks in the wrong place");
        rosa.ask(json!({"op": "delete", "room": 1, "seq": seq, "key": format!("d{n}")}));
        execute(&server, "pragma wal_checkpoint(truncate)");
        assert!(!holds(text), "{:.24} is still there", text);
    }
}

#[test]
fn a_room_that_is_deleted_is_gone_for_all_and_its_entries_are_purged() {
    let server = TestServer::with(|config| config.chat.sends_per_minute = 0);
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Owner);
    let room = create(&mut rosa, "Long Table", "private", true);
    rosa.ask(json!({"op": "bring", "room": room, "user": bea.guest.id}));
    bea.event_of("reset", room);
    let mut phone = rosa.guest.connect(server.addr);
    for n in 0..1_200 {
        rosa.say(json!({"op": "send", "room": room, "key": format!("k{n}"), "text": "x"}));
    }
    assert_eq!(rosa.refused(json!({"op": "demolish", "room": room, "name": "Short table"})), "bad_name");
    assert_eq!(rosa.send(room, "k", "still here"), 1_203);
    rosa.ask(json!({"op": "demolish", "room": room, "name": "long table"}));
    for client in [&mut rosa, &mut bea, &mut phone] {
        client.event_of("left", room);
        let there = client.reply(json!({"op": "send", "room": room, "key": "x", "text": "x"}));
        let nowhere = client.reply(json!({"op": "send", "room": 7_654_321, "key": "x", "text": "x"}));
        assert_eq!(there["error"], nowhere["error"]);
        assert_eq!(client.refused(json!({"op": "join", "room": room})), "no_such_room");
    }
    let left = format!("select count(*) from entries where room_id = {room}");
    while numbers(&server, &left) != [0] {
        std::thread::yield_now();
    }
    assert_eq!(numbers(&server, &format!("select head from rooms where id = {room}")), [1_203]);
    assert!(create(&mut rosa, "Long Table", "open", true) > room);
    assert_eq!(bea.refused(json!({"op": "demolish", "room": 1, "name": "Lobby"})), "forbidden", "the lobby stays");
}

#[test]
fn a_purge_that_was_broken_off_is_finished_at_the_next_start() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let room = create(&mut rosa, "Kitchen", "private", true);
    rosa.send(room, "k", "crumbs");
    execute(&server, &format!("update rooms set deleted_at = 1 where id = {room}"));
    execute(&server, &format!("delete from memberships where room_id = {room}"));
    let executor = Arc::new(smol::Executor::new());
    let again = Hub::new(server.hub.config.clone(), server.hub.store.clone(), Arc::clone(&executor));
    let left = format!("select count(*) from entries where room_id = {room}");
    while numbers(&server, &left) != [0] {
        executor.try_tick();
    }
    drop(again);
}

#[test]
fn names_of_open_rooms_are_unique_and_of_private_ones_nobodys_business() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Moderator);
    let open = create(&mut rosa, "Kitchen", "open", true);
    let private = create(&mut rosa, "Kitchen", "private", true);
    let other = create(&mut rosa, "Cellar", "open", true);
    assert_eq!(rosa.refused(json!({"op": "rename", "room": other, "key": "n", "text": "KITCHEN"})), "name_taken");
    assert_eq!(rosa.refused(json!({"op": "rename", "room": other, "key": "n", "text": " x"})), "bad_name");
    rosa.ask(json!({"op": "rename", "room": open, "key": "n", "text": "kitchen"}));
    rosa.ask(json!({"op": "rename", "room": private, "key": "n", "text": "Cellar"}));
    let renamed = rosa.wait(|value| value["kind"] == "name" && value["room"] == private).unwrap();
    assert_eq!((&renamed["text"], &renamed["key"]), (&json!("Cellar"), &json!("n")));
    let listed = rosa.ask(json!({"op": "rooms"}))["rooms"].clone();
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|room| room["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Lobby", "kitchen", "Cellar"]);
    assert_eq!(
        numbers(&server, "select count(*) from audit where deed = 'room_changed' and detail like '%Cellar%'"),
        [0]
    );
}

#[test]
fn a_report_is_kept_for_the_moderators_if_its_reporter_can_see_the_message() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Member);
    let room = create(&mut rosa, "Kitchen", "private", false);
    let before = rosa.send(room, "a", "before");
    rosa.ask(json!({"op": "bring", "room": room, "user": bea.guest.id}));
    bea.event_of("reset", room);
    let after = rosa.send(room, "b", "after");
    assert_eq!(bea.refused(json!({"op": "report", "room": room, "seq": before, "reason": "x"})), "no_such_message");
    assert_eq!(bea.refused(json!({"op": "delete", "room": room, "seq": before, "key": "x"})), "no_such_message");
    for _ in 0..3 {
        bea.ask(json!({"op": "report", "room": room, "seq": after, "reason": "rude"}));
    }
    assert_eq!(
        bea.refused(json!({"op": "report", "room": room, "seq": after, "reason": "x".repeat(501)})),
        "text_too_long"
    );
    assert_eq!(numbers(&server, &format!("select seq from reports where reported_by = {}", bea.guest.id)), [after]);
}

#[test]
fn a_guest_may_be_in_no_room_at_all_and_in_those_that_they_were_brought_into() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let guest = somebody(&server, "Nobody", Role::Guest);
    let mut nobody = guest.open(server.addr).unwrap();
    let welcome = nobody.ask(json!({"op": "hello"}));
    assert_eq!((&welcome["rooms"], &welcome["me"]["role"]), (&json!([]), &json!("guest")));
    assert_eq!(nobody.refused(json!({"op": "join", "room": 1})), "no_such_room");
    for op in ["rooms", "people", "create", "direct"] {
        let request = json!({"op": op, "name": "Mine", "people": [rosa.guest.id]});
        assert_eq!(nobody.refused(request), "forbidden", "{op}");
    }
    let room = create(&mut rosa, "Kitchen", "private", true);
    rosa.ask(json!({"op": "bring", "room": room, "user": guest.id}));
    nobody.event_of("reset", room);
    nobody.send(room, "k", "thank you");
    assert_eq!(nobody.refused(json!({"op": "topic", "room": room, "key": "t", "text": "mine"})), "forbidden");
    assert_eq!(nobody.refused(json!({"op": "bring", "room": room, "user": rosa.guest.id})), "forbidden");
    let members = nobody.ask(json!({"op": "members", "room": room}))["members"].clone();
    assert_eq!(
        members,
        json!([
            {"id": rosa.guest.id, "name": "Rosa", "role": "member", "here": true, "maker": true},
            {"id": guest.id, "name": "Nobody", "role": "guest", "here": true, "maker": false},
        ])
    );
}

#[test]
fn nobody_is_brought_into_more_rooms_than_one_may_be_in() {
    let server = TestServer::with(|config| config.chat.rooms_per_user_max = 2);
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut bea = connected(&server, "Bea", Role::Member);
    let room = create(&mut rosa, "Kitchen", "private", true);
    create(&mut bea, "Cellar", "private", true);
    let joss = somebody(&server, "Joss", Role::Member);
    assert_eq!(rosa.refused(json!({"op": "bring", "room": room, "user": bea.guest.id})), "too_many_rooms");
    assert_eq!(rosa.refused(json!({"op": "direct", "people": [joss.id]})), "too_many_rooms");
    assert_eq!(rosa.refused(json!({"op": "create", "name": "Attic", "kind": "private"})), "too_many_rooms");
    rosa.ask(json!({"op": "bring", "room": room, "user": joss.id}));
    rosa.ask(json!({"op": "bring", "room": room, "user": joss.id}));
    assert_eq!(rosa.refused(json!({"op": "bring", "room": room, "user": 99_999})), "no_such_person");
    assert_eq!(
        numbers(&server, "select max(rooms) from (select count(*) as rooms from memberships group by user_id)"),
        [2]
    );
}

#[test]
fn who_keeps_order_removes_whom_they_outrank_and_a_maker_whoever_does_not_outrank_them() {
    let server = TestServer::start();
    let mut owner = connected(&server, "Owner", Role::Owner);
    let mut keeper = connected(&server, "Keeper", Role::Moderator);
    let mut maker = connected(&server, "Maker", Role::Member);
    let mut member = connected(&server, "Member", Role::Member);
    let room = create(&mut maker, "Kitchen", "open", true);
    for client in [&mut owner, &mut keeper, &mut member] {
        client.ask(json!({"op": "join", "room": room}));
    }
    let remove = |user: i64| json!({"op": "remove", "room": room, "user": user});
    assert_eq!(member.refused(remove(keeper.guest.id)), "forbidden");
    assert_eq!(maker.refused(remove(keeper.guest.id)), "forbidden");
    assert_eq!(keeper.refused(remove(owner.guest.id)), "forbidden");
    maker.ask(remove(member.guest.id));
    keeper.ask(remove(maker.guest.id));
    owner.ask(remove(keeper.guest.id));
    maker.ask(json!({"op": "join", "room": room}));
}

#[test]
fn people_are_found_by_a_part_of_their_name() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea_100%", Role::Visitor);
    let out = somebody(&server, "Out", Role::Member);
    execute(&server, &format!("update users set state = 2 where id = {}", out.id));
    let mut find = |q: &str| {
        let people = rosa.ask(json!({"op": "people", "q": q}))["people"].clone();
        people.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(find(""), ["Rosa", "Bea_100%"]);
    assert_eq!(find("BEA"), ["Bea_100%"]);
    assert_eq!(find("0%"), ["Bea_100%"]);
    assert_eq!(find("s_"), [""; 0]);
    assert_eq!(rosa.refused(json!({"op": "direct", "people": [bea.id, out.id]})), "no_such_person");
    let gone = Person { id: bea.id, name: "Bea".to_owned() };
    assert!(smol::block_on(server.hub.leave(1, gone.clone())).unwrap());
    assert!(!smol::block_on(server.hub.leave(1, gone)).unwrap());
}
