//! Rooms and messages: what is said arrives, once, in order, at everyone it should, and at nobody else.

mod common;

use common::TestServer;
use common::keeping::By;
use common::people::{connected, numbers};
use common::socket::{Client, Guest, ask_in};
use serde_json::{Value, json};
use smol::future::poll_once;
use snug::chat::hub::Hub;
use snug::protocol::{self, Kind, Page, Role};
use snug::store::{Author, Draft};
use sqlx::{AnyConnection, Connection, Executor};
use std::io::{Read, Write};
use tungstenite::Message;

fn texts(entries: &[Value]) -> Vec<&str> {
    entries.iter().filter_map(|entry| entry["text"].as_str()).collect()
}

#[test]
fn every_example_of_the_protocol_page_is_true() {
    let page = include_str!("../docs/protocol.md");
    let mut examples = 0;
    for block in page.split("```json ").skip(1) {
        let (who, rest) = block.split_once('\n').expect("a block has a first line");
        let json = rest.split("```").next().expect("a block ends");
        let value: Value = serde_json::from_str(json).unwrap_or_else(|problem| panic!("{problem} in {json}"));
        match who {
            "client" => drop(protocol::decode(json.trim()).unwrap_or_else(|problem| panic!("{problem:?} in {json}"))),
            "server" => assert_known(&value),
            _ => panic!("an example of whom? {who}"),
        }
        examples += 1;
    }
    assert!(examples > 25, "only {examples} examples found");
}

/// What the server's types write for this example is the example.
fn assert_known(value: &Value) {
    use serde::Deserialize;
    let entry =
        |value: &Value| protocol::Entry::deserialize(value).unwrap_or_else(|problem| panic!("{problem} in {value}"));
    let room =
        |value: &Value| protocol::RoomView::deserialize(value).unwrap_or_else(|problem| panic!("{problem} in {value}"));
    match value["ev"].as_str() {
        Some("entry") => {
            let mut written = Vec::new();
            protocol::entry_event(&protocol::encode(&entry(value)), &mut written);
            assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), *value);
        }
        Some("reset") => value["entries"].as_array().unwrap().iter().for_each(|one| drop(entry(one))),
        Some("joined") => drop(room(&value["room"])),
        Some("account") => drop(protocol::Account::deserialize(&value["me"]).unwrap()),
        Some("left" | "read" | "typing" | "presence" | "prefs" | "level" | "face") => {}
        Some(other) => panic!("unknown event {other}"),
        None if value.get("error").is_some() => {
            protocol::Error::deserialize(&value["error"]).unwrap();
        }
        None => {
            let result = &value["result"];
            assert!(value["re"].is_number() && result.is_object(), "{value}");
            result["entries"].as_array().into_iter().flatten().for_each(|one| drop(entry(one)));
            result.get("room").filter(|one| one.is_object()).into_iter().for_each(|one| drop(room(one)));
            for one in result["hits"].as_array().into_iter().flatten() {
                protocol::Hit::deserialize(one).unwrap_or_else(|problem| panic!("{problem} in {one}"));
            }
            for one in result["members"].as_array().into_iter().flatten() {
                protocol::Member::deserialize(one).unwrap_or_else(|problem| panic!("{problem} in {one}"));
            }
            for one in result["people"].as_array().into_iter().flatten() {
                protocol::Listed::deserialize(one).unwrap_or_else(|problem| panic!("{problem} in {one}"));
            }
            if result.get("role").is_some() {
                protocol::Profile::deserialize(result).unwrap_or_else(|problem| panic!("{problem} in {result}"));
            }
            if result.get("me").is_some() {
                protocol::Account::deserialize(&result["me"]).unwrap();
                result["rooms"].as_array().unwrap().iter().for_each(|one| drop(room(one)));
                protocol::Limits::deserialize(&result["limits"]).unwrap();
            }
        }
    }
}

#[test]
fn what_one_says_everyone_in_the_room_reads() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let mut bea = Client::enter(server.addr, "Bea");
    assert_eq!(rosa.event_of("entry", 1)["kind"], "join");
    let seq = rosa.send(1, "a", "Is it done?");
    let heard = bea.event_of("entry", 1);
    assert_eq!((heard["seq"].as_i64(), heard["text"].as_str()), (Some(seq), Some("Is it done?")));
    assert_eq!((heard["by"]["name"].as_str(), heard["key"].as_str()), (Some("Rosa"), Some("a")));
    assert_eq!(rosa.event_of("entry", 1)["seq"], seq);
}

#[test]
fn a_key_is_stored_once_however_often_it_is_sent() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let first = rosa.ask(json!({"op": "send", "room": 1, "key": "k", "text": "once"}));
    let ids: Vec<u64> =
        (0..20).map(|_| rosa.say(json!({"op": "send", "room": 1, "key": "k", "text": "once"}))).collect();
    for id in ids {
        assert_eq!(rosa.wait(|value| value["re"] == json!(id)).unwrap()["result"], first);
    }
    let mut again = rosa.guest.connect(server.addr);
    assert_eq!(again.ask(json!({"op": "send", "room": 1, "key": "k", "text": "once"})), first);
    // The same key of somebody else is another message.
    let mut bea = Client::enter(server.addr, "Bea");
    assert!(bea.send(1, "k", "mine") > first["seq"].as_i64().unwrap());
    let log = rosa.ask(json!({"op": "history", "room": 1, "after": 0}));
    assert_eq!(texts(log["entries"].as_array().unwrap()), ["once", "mine"]);
}

#[test]
fn two_copies_in_one_batch_are_one_message() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    for _ in 0..50 {
        rosa.socket
            .write(tungstenite::Message::text(r#"{"op":"send","id":99,"room":1,"key":"twin","text":"t"}"#))
            .unwrap();
    }
    rosa.socket.flush().unwrap();
    let seqs: Vec<i64> =
        (0..50).map(|_| rosa.wait(|value| value["re"] == 99).unwrap()["result"]["seq"].as_i64().unwrap()).collect();
    assert!(seqs.iter().all(|seq| *seq == seqs[0]), "{seqs:?}");
    let seen = rosa.all_until_now().into_iter().filter(|value| value["ev"] == "entry").count();
    assert_eq!(seen, 1);
}

#[test]
fn a_reconnecting_client_gets_exactly_what_it_missed() {
    let server = TestServer::with(|config| config.chat.sends_per_minute = 0);
    let mut rosa = Client::enter(server.addr, "Rosa");
    let cursor = rosa.send(1, "a", "before");
    let guest = rosa.guest.clone();
    drop(rosa);
    let mut bea = Client::enter(server.addr, "Bea");
    bea.ask(json!({"op": "topic", "room": 1, "key": "t", "text": "Supper"}));
    for n in 0..70 {
        bea.send(1, &format!("b{n}"), &format!("missed {n}"));
    }
    let mut rosa = guest.open(server.addr).unwrap();
    let welcome = rosa.ask(json!({"op": "hello", "cursors": {"1": cursor}}));
    assert_eq!(welcome["rooms"][0]["head"], cursor + 72);
    assert_eq!(welcome["rooms"][0]["unread"], 70);
    let missed = rosa.entries(1, 72);
    let seqs: Vec<i64> = missed.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (cursor + 1..=cursor + 72).collect::<Vec<_>>());
    assert_eq!((&missed[0]["kind"], &missed[1]["kind"]), (&json!("join"), &json!("topic")));
    assert_eq!(missed[71]["text"], "missed 69");
}

#[test]
fn a_gap_beyond_the_rooms_memory_is_replayed_from_the_store() {
    let server = TestServer::with(|config| {
        config.chat.sends_per_minute = 0;
        config.chat.ring_entries_max = 8;
    });
    let mut rosa = Client::enter(server.addr, "Rosa");
    let cursor = rosa.send(1, "a", "before");
    for n in 0..400 {
        rosa.say(json!({"op": "send", "room": 1, "key": format!("k{n}"), "text": "x"}));
    }
    rosa.entries(1, 401);
    let mut back = rosa.guest.open(server.addr).unwrap();
    back.ask(json!({"op": "hello", "cursors": {"1": cursor}}));
    let seqs: Vec<i64> = back.entries(1, 400).iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (cursor + 1..=cursor + 400).collect::<Vec<_>>());
}

#[test]
fn a_gap_too_large_and_a_cursor_from_another_life_get_the_latest_page() {
    let server = TestServer::with(|config| config.chat.replay_entries_max = 10);
    let mut rosa = Client::enter(server.addr, "Rosa");
    for n in 0..60 {
        rosa.send(1, &format!("k{n}"), "x");
    }
    for cursor in [1, 5_000, -1] {
        let mut back = rosa.guest.open(server.addr).unwrap();
        back.ask(json!({"op": "hello", "cursors": {"1": cursor}}));
        let reset = back.event_of("reset", 1);
        let entries = reset["entries"].as_array().unwrap();
        assert_eq!((entries.len(), &reset["head"]), (50, &json!(61)), "cursor {cursor}");
        assert_eq!(entries[49]["seq"], 61);
    }
}

#[test]
fn a_reader_who_stops_reading_catches_up_completely_and_nobody_waits_for_it() {
    let server = TestServer::with(|config| {
        config.chat.sends_per_minute = 0;
        config.chat.ring_entries_max = 16;
        config.chat.replay_entries_max = 100_000;
    });
    let mut slow = Client::enter(server.addr, "Slow");
    let mut quick = Client::enter(server.addr, "Quick");
    let text = "x".repeat(4_000);
    // More than its socket's buffers and its outbox hold: 32 MiB.
    for n in 0..4_000 {
        quick.say(json!({"op": "send", "room": 1, "key": format!("k{n}"), "text": text}));
        if n % 100 == 99 {
            quick.entries(1, 100 - usize::from(n == 99));
        }
    }
    let mut last = slow.event_of("entry", 1)["seq"].as_i64().unwrap();
    while last < 4_002 {
        let entry = slow.event_of("entry", 1);
        assert_eq!(entry["seq"], last + 1);
        last += 1;
    }
}

#[test]
fn a_crowd_of_several_shards_gets_everything_in_order() {
    const CROWD: usize = 300;
    const MESSAGES: i64 = 60;
    let server = TestServer::with(|config| {
        config.threads = 2;
        config.chat.sends_per_minute = 0;
        config.http.connections_per_address_max = 0;
    });
    let guest = Guest::enter(server.addr, "Crowd");
    let mut speaker = Client::enter(server.addr, "Speaker");
    let mut crowd: Vec<Client> = (0..CROWD).map(|_| guest.connect(server.addr)).collect();
    let first = speaker.send(1, "k0", "x");
    for n in 1..MESSAGES {
        assert_eq!(speaker.send(1, &format!("k{n}"), "x"), first + n);
    }
    for (n, member) in crowd.iter_mut().enumerate() {
        for seq in first..first + MESSAGES {
            assert_eq!(member.event_of("entry", 1)["seq"], seq, "member {n}");
        }
    }
}

/// A mask that changes nothing.
const MASK: [u8; 4] = [0; 4];

/// A short frame of a client (RFC 6455 section 5.2), by its first byte.
fn frame(first: u8, body: &[u8]) -> Vec<u8> {
    [&[first, 0x80 | u8::try_from(body.len()).unwrap()], &MASK[..], body].concat()
}

#[test]
fn a_message_in_parts_outlasts_the_pings_and_pongs_between_them() {
    const FIRST_PART: u8 = 0x01;
    const LAST_PART: u8 = 0x80;
    const PING: u8 = 0x89;
    const PONG: u8 = 0x8a;
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let request = json!({"op": "ping", "id": 1_000}).to_string().into_bytes();
    let (half, rest) = request.split_at(request.len() / 2);
    let first = [
        frame(PONG, b""),
        frame(PONG, b"one that nobody asked for"),
        frame(FIRST_PART, half),
        frame(PONG, b""),
        frame(PING, b"between two parts"),
    ];
    rosa.socket.get_mut().write_all(&first.concat()).unwrap();
    // When it answers, the server has read all that there was, and waits between two frames.
    while rosa.socket.read().unwrap() != Message::Pong("between two parts".into()) {}
    let second = [frame(PONG, b"now"), frame(LAST_PART, rest)];
    rosa.socket.get_mut().write_all(&second.concat()).unwrap();
    rosa.wait(|value| value["re"] == 1_000).expect("an answer");
}

#[test]
fn rooms_are_opened_listed_joined_and_left() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let mut bea = Client::enter(server.addr, "Bea");
    let made = rosa.ask(json!({"op": "create", "name": "Kitchen", "topic": "Bread"}));
    let room = made["room"]["id"].as_i64().unwrap();
    assert_eq!(rosa.event_of("reset", room)["entries"][0]["kind"], "join");
    assert_eq!(bea.refused(json!({"op": "create", "name": "KITCHEN"})), "name_taken");
    assert_eq!(bea.refused(json!({"op": "create", "name": "a\u{202e}b"})), "bad_name");

    let listed = bea.ask(json!({"op": "rooms"}));
    assert_eq!(
        listed["rooms"][1],
        json!({"id": room, "name": "Kitchen", "topic": "Bread", "members": 1, "joined": false})
    );
    for op in ["send", "history", "leave", "read", "typing", "topic"] {
        let request = json!({"op": op, "room": room, "key": "k", "text": "t", "before": 9, "seq": 1});
        assert_eq!(bea.refused(request.clone()), "no_such_room", "{op} as an outsider");
        let mut nowhere = request;
        nowhere["room"] = json!(12_345);
        assert_eq!(bea.refused(nowhere), "no_such_room", "{op} where there is no room");
    }
    assert_eq!(bea.refused(json!({"op": "join", "room": 12_345})), "no_such_room");

    let joined = bea.ask(json!({"op": "join", "room": room}));
    assert_eq!((&joined["room"]["head"], &joined["room"]["unread"]), (&json!(2), &json!(0)));
    assert_eq!(bea.event_of("reset", room)["head"], 2);
    assert_eq!(rosa.event_of("entry", room)["by"]["name"], "Bea");
    bea.send(room, "k", "hello");
    rosa.ask(json!({"op": "leave", "room": room}));
    bea.send(room, "l", "are you gone?");
    let after = rosa.all_until_now();
    let heard: Vec<&Value> =
        after.iter().filter(|value| value["room"] == room && value["seq"].as_i64() > Some(3)).collect();
    assert!(heard.is_empty(), "something came after leaving: {heard:?}");
    assert_eq!(bea.wait(|value| value["kind"] == "leave").unwrap()["by"]["name"], "Rosa");
}

#[test]
fn ones_other_connections_follow_what_one_joins_leaves_and_reads() {
    let server = TestServer::start();
    let mut desk = Client::enter(server.addr, "Rosa");
    let mut phone = desk.guest.connect(server.addr);
    let room = desk.ask(json!({"op": "create", "name": "Kitchen"}))["room"]["id"].as_i64().unwrap();
    assert_eq!(phone.event_of("joined", room)["room"]["name"], "Kitchen");
    phone.event_of("reset", room);
    phone.send(room, "k", "from the phone");
    assert_eq!(desk.event_of("entry", room)["text"], "from the phone");
    desk.ask(json!({"op": "read", "room": room, "seq": 2}));
    assert_eq!(phone.event_of("read", room)["seq"], 2);
    desk.ask(json!({"op": "leave", "room": room}));
    phone.event_of("left", room);
    assert_eq!(phone.refused(json!({"op": "send", "room": room, "key": "l", "text": "x"})), "no_such_room");
}

#[test]
fn passing_things_are_seen_by_those_who_are_there() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let mut bea = Client::enter(server.addr, "Bea");
    bea.ask(json!({"op": "typing", "room": 1}));
    assert_eq!(rosa.event_of("typing", 1)["by"]["name"], "Bea");
    let both = rosa.wait(|value| value["ev"] == "presence" && value["count"] == 2).unwrap();
    assert_eq!(both["people"][1]["name"], "Bea");
    drop(bea);
    rosa.wait(|value| value["ev"] == "presence" && value["count"] == 1).unwrap();
}

/// Bea, the second member of the lobby, as Rosa finds her in the list.
fn bea_as_seen_by(rosa: &mut Client) -> serde_json::Value {
    rosa.ask(json!({"op": "members", "room": 1}))["members"][1].clone()
}

#[test]
fn who_is_away_from_all_their_connections_is_seen_to_be() {
    let server = TestServer::start();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let mut desk = Client::enter(server.addr, "Bea");
    let mut phone = desk.guest.connect(server.addr);
    desk.ask(json!({"op": "away", "on": true}));
    assert_eq!((&bea_as_seen_by(&mut rosa)["here"], &bea_as_seen_by(&mut rosa)["away"]), (&json!(true), &json!(null)));
    phone.ask(json!({"op": "away", "on": true}));
    let away = rosa.wait(|value| value["ev"] == "presence" && value["people"][1]["away"] == true).unwrap();
    assert_eq!((&away["count"], &away["people"][0]["away"]), (&json!(2), &json!(null)));
    assert_eq!(bea_as_seen_by(&mut rosa)["away"], true);
    assert_eq!(rosa.ask(json!({"op": "people", "q": "bea"}))["people"][0]["away"], true);
    phone.ask(json!({"op": "away", "on": false}));
    rosa.wait(|value| value["ev"] == "presence" && value["people"][1].get("away").is_none()).unwrap();
    assert_eq!(desk.refused(json!({"op": "away"})), "bad_request");
}

#[test]
fn when_somebody_was_last_here_is_known_and_kept() {
    let server = TestServer::start();
    let began = Hub::unix_ms();
    let mut rosa = connected(&server, "Rosa", Role::Member);
    let bea = Client::enter(server.addr, "Bea");
    rosa.wait(|value| value["ev"] == "presence" && value["count"] == 2).unwrap();
    assert_eq!(bea_as_seen_by(&mut rosa).get("here_at"), None);
    drop(bea);
    rosa.wait(|value| value["ev"] == "presence" && value["count"] == 1).unwrap();
    let gone = bea_as_seen_by(&mut rosa);
    let here_at = gone["here_at"].as_i64().unwrap();
    assert!(here_at >= began && gone["here"] == false && gone.get("away").is_none(), "{gone}");
    assert_eq!(rosa.ask(json!({"op": "people", "q": "bea"}))["people"][0]["here_at"], here_at);
    let listed = server.gets(By::Cookie(&rosa.guest.cookie), "people?q=bea");
    assert_eq!((&listed["people"][0]["here"], &listed["people"][0]["here_at"]), (&json!(false), &json!(here_at)));
    smol::block_on(server.hub.note_seen());
    assert_eq!(numbers(&server, "select here_at from users where name = 'Bea'"), [here_at]);
}

#[test]
fn a_request_that_makes_no_sense_is_answered_and_the_connection_goes_on() {
    let server = TestServer::start();
    let mut rosa = Guest::enter(server.addr, "Rosa").open(server.addr).unwrap();
    assert_eq!(rosa.refused(json!({"op": "send", "room": 1, "key": "k", "text": "too early"})), "hello_first");
    rosa.ask(json!({"op": "hello"}));
    assert_eq!(rosa.refused(json!({"op": "hello"})), "greeted_already");
    rosa.socket.send(tungstenite::Message::text("{nonsense")).unwrap();
    assert_eq!(
        rosa.wait(|value| value["re"].is_null() && value.get("error").is_some()).unwrap()["error"]["code"],
        "bad_request"
    );
    assert_eq!(rosa.refused(json!({"op": "fly"})), "unknown_op");
    assert_eq!(rosa.refused(json!({"op": "send", "room": 1, "key": "k", "text": " \n"})), "text_empty");
    assert_eq!(rosa.refused(json!({"op": "send", "room": 1, "key": "k", "text": "x".repeat(8_001)})), "text_too_long");
    assert_eq!(rosa.send(1, "k", &"ü".repeat(8_000)), 2);
}

#[test]
fn a_limit_on_sending_says_when_to_try_again_and_keeps_the_connection() {
    let server = TestServer::with(|config| config.chat.sends_per_minute = 8);
    let mut rosa = Client::enter(server.addr, "Rosa");
    rosa.send(1, "a", "one");
    rosa.send(1, "b", "two");
    let reply = rosa.reply(json!({"op": "send", "room": 1, "key": "c", "text": "three"}));
    assert_eq!(reply["error"]["code"], "rate_limited");
    assert!(reply["error"]["retry_after_ms"].as_u64() > Some(0), "{reply}");
    rosa.ask(json!({"op": "ping"}));
}

#[test]
fn every_way_to_break_the_framing_has_its_close_code() {
    let server = TestServer::with(|config| config.chat.hello_ms = 100);
    let rosa = Guest::enter(server.addr, "Rosa");
    let cases: [(&str, Vec<u8>, u16); 7] = [
        ("an unmasked frame", vec![0x81, 1, b'x'], 1002),
        ("a reserved bit", frame(0xf1, b"x"), 1002),
        ("a reserved opcode", frame(0x83, b"x"), 1002),
        ("a continuation of nothing", frame(0x80, b"x"), 1002),
        ("a binary message", frame(0x82, b"x"), 1003),
        ("text that is not UTF-8", frame(0x81, b"\xff"), 1007),
        ("a message over the limit", [&[0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 1], &MASK[..]].concat(), 1009),
    ];
    for (what, bytes, code) in cases {
        let mut client = rosa.open(server.addr).unwrap();
        client.socket.get_mut().write_all(&bytes).unwrap();
        assert_eq!(client.close_code(), Some(code), "{what}");
    }
    assert_eq!(rosa.open(server.addr).unwrap().close_code(), Some(1008), "no hello");
    let mut polite = rosa.open(server.addr).unwrap();
    polite.socket.close(None).unwrap();
    polite.socket.flush().unwrap();
    assert!(matches!(polite.socket.read(), Ok(tungstenite::Message::Close(_))), "a close is answered by a close");
}

#[test]
fn a_dead_peer_is_noticed() {
    let server = TestServer::with(|config| {
        config.chat.ping_ms = 200;
        config.chat.silence_ms = 2_500;
    });
    let mut rosa = Client::enter(server.addr, "Rosa");
    let silent = Client::enter(server.addr, "Silent");
    rosa.wait(|value| value["ev"] == "presence" && value["count"] == 2).unwrap();
    rosa.all_until_now();
    // `rosa` answers pings while she reads; `silent` holds its socket open and reads nothing.
    rosa.wait(|value| value["ev"] == "presence" && value["count"] == 1).unwrap();
    drop(silent);
}

#[test]
fn whoever_leaves_and_comes_back_at_once_has_a_seat_that_works() {
    let server = TestServer::with(|config| {
        config.chat.sends_per_minute = 0;
        config.chat.joins_per_minute = 0;
        config.chat.inbox_max = 1;
    });
    let mut rosa = Client::enter(server.addr, "Rosa");
    let room = rosa.ask(json!({"op": "create", "name": "Kitchen"}))["room"]["id"].as_i64().unwrap();
    let mut bea = Client::enter(server.addr, "Bea");
    bea.ask(json!({"op": "join", "room": room}));
    let mut phone = rosa.guest.connect(server.addr);
    for n in 0..30 {
        // The room's inbox, which holds one request, is full of these while Rosa goes and comes.
        let ids: Vec<u64> = (0..20)
            .map(|m| bea.say(json!({"op": "send", "room": room, "key": format!("{n}-{m}"), "text": "x"})))
            .collect();
        rosa.ask(json!({"op": "leave", "room": room}));
        phone.event_of("left", room);
        rosa.ask(json!({"op": "join", "room": room}));
        phone.event_of("joined", room);
        phone.send(room, &format!("p{n}"), "from the phone");
        let seq = rosa.send(room, &format!("r{n}"), "I am back");
        rosa.wait(|value| value["ev"] == "entry" && value["room"] == room && value["seq"] == seq).unwrap();
        ids.into_iter().for_each(|id| drop(bea.wait(|value| value["re"] == json!(id)).unwrap()));
    }
}

/// As after a commit whose answer was lost, or one of another node.
#[test]
fn entries_that_came_into_the_log_by_another_way_are_shown_in_their_place() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let author = rosa.guest.id;
    let draft = |n: i64| Draft {
        key: Some(format!("lost {n}")),
        text: Some("hello".into()),
        ..Draft::new(Author::Known(author), Kind::Message)
    };
    smol::block_on(server.hub.store.append(1, 7, (0..150).map(draft).collect())).unwrap();
    assert_eq!(rosa.send(1, "lost 3", "hello"), 5, "a repeated send of what nobody has seen yet");
    assert_eq!(rosa.send(1, "next", "and on"), 152);
    let seqs: Vec<i64> = rosa.entries(1, 151).iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (2..=152).collect::<Vec<_>>());
}

#[test]
fn whoever_catches_up_from_the_store_is_told_who_is_here() {
    let server = TestServer::with(|config| {
        config.chat.sends_per_minute = 0;
        config.chat.ring_entries_max = 4;
    });
    let mut bea = Client::enter(server.addr, "Bea");
    for n in 0..100 {
        bea.send(1, &format!("k{n}"), "x");
    }
    let mut rosa = bea.guest.open(server.addr).unwrap();
    rosa.ask(json!({"op": "hello", "cursors": {"1": 2}}));
    rosa.event_of("presence", 1);
}

#[test]
fn a_member_who_joins_again_keeps_what_is_unread() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let mut bea = Client::enter(server.addr, "Bea");
    bea.send(1, "a", "one");
    bea.send(1, "b", "two");
    let room = rosa.ask(json!({"op": "join", "room": 1}))["room"].clone();
    assert_eq!((&room["read"], &room["unread"], &room["head"]), (&json!(1), &json!(2), &json!(4)));
}

#[test]
fn a_room_that_nobody_uses_costs_nothing() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    rosa.send(1, "k", "hello");
    assert_eq!(server.hub.rooms_in_use(), 1);
    drop(rosa);
    while server.hub.rooms_in_use() > 0 {
        std::thread::yield_now();
    }
    assert_eq!(Client::enter(server.addr, "Bea").send(1, "k", "back"), 4);
}

#[test]
fn names_are_one_persons_own() {
    let server = TestServer::start();
    let (status, body, _) = ask_in(server.addr, "Straße");
    assert_eq!((status, body["name"].as_str()), (201, Some("Straße")));
    let (status, body, cookie) = ask_in(server.addr, "STRASSE");
    assert_eq!((status, body["error"]["code"].as_str(), cookie), (409, Some("name_taken"), None));
    for bad in ["", " x", "a\nb", &"x".repeat(41)] {
        let (status, body, _) = ask_in(server.addr, bad);
        assert_eq!((status, body["error"]["code"].as_str()), (422, Some("bad_name")), "{bad:?}");
    }
}

#[test]
fn a_shutdown_answers_what_is_in_flight_and_says_that_the_server_goes_away() {
    let server = TestServer::with(|config| config.chat.sends_per_minute = 0);
    let mut rosa = Client::enter(server.addr, "Rosa");
    for n in 0..200 {
        rosa.say(json!({"op": "send", "room": 1, "key": format!("k{n}"), "text": "x"}));
    }
    rosa.wait(|value| value["re"] == 2).unwrap();
    let stopping = std::thread::spawn(move || drop(server));
    let (mut answered, mut shown) = (1, rosa.kept("entry").len());
    let code = loop {
        match rosa.socket.read() {
            Ok(tungstenite::Message::Close(frame)) => break frame.map(|frame| u16::from(frame.code)),
            Ok(tungstenite::Message::Text(text)) => {
                let value: Value = serde_json::from_str(&text).unwrap();
                assert!(value.get("error").is_none(), "{value}");
                answered += usize::from(value["result"]["seq"].is_number());
                shown += usize::from(value["ev"] == "entry");
            }
            Ok(_) => {}
            Err(problem) => panic!("it just went: {problem}"),
        }
    };
    assert_eq!(code, Some(1001));
    stopping.join().unwrap();
    assert_eq!(answered, shown, "what was stored was answered, and what was answered was stored");
}

#[test]
fn a_hello_that_waits_for_the_database_has_been_said_in_time() {
    let server = TestServer::with(|config| {
        config.chat.hello_ms = 1_000;
        config.store.readers = 1;
    });
    let rosa = Guest::enter(server.addr, "Rosa");
    let (mut waiting, mut silent) = (rosa.open(server.addr).unwrap(), rosa.open(server.addr).unwrap());
    // The only reading connection is taken, and kept until the time for `hello` is over.
    // A page that has come before one could wait for it has given the connection back: then another is asked for.
    let pages = std::iter::repeat_with(|| Box::pin(server.hub.store.page(1, Page::After(0), 1, None)));
    let page = pages.take(1_000).find_map(|mut page| smol::block_on(poll_once(&mut page)).is_none().then_some(page));
    let page = page.expect("a page that is waited for");
    let hello = waiting.say(json!({"op": "hello"}));
    assert_eq!(silent.close_code(), Some(1008));
    smol::block_on(page).unwrap();
    let welcome = waiting.wait(|value| value["re"] == json!(hello)).unwrap();
    assert_eq!(welcome["result"]["me"]["name"], "Rosa");
    waiting.send(1, "k", "still here");
}

#[test]
fn whoever_joins_while_another_connection_leaves_is_in_the_room() {
    let server = TestServer::with(|config| config.store.busy_ms = 60_000);
    let mut desk = Client::enter(server.addr, "Rosa");
    let mut phone = desk.guest.connect(server.addr);
    let mut bea = Client::enter(server.addr, "Bea");
    let room = desk.ask(json!({"op": "create", "name": "Kitchen"}))["room"]["id"].as_i64().unwrap();
    desk.event_of("reset", room);
    phone.event_of("reset", room);
    bea.ask(json!({"op": "join", "room": room}));
    // While nothing can be written, the room is busy with what Bea says, and the rest waits at its door in order.
    let database = format!("sqlite://{}", server.hub.config.data.join("snug.db").display());
    let mut other = smol::block_on(AnyConnection::connect(&database)).unwrap();
    smol::block_on(other.execute("begin immediate")).unwrap();
    let inbox = server.hub.room(room).unwrap();
    let waiting = |count: usize| {
        let begun = std::time::Instant::now();
        while inbox.len() != count {
            assert!(begun.elapsed() < common::PATIENCE, "{} wait, not {count}", inbox.len());
            std::thread::yield_now();
        }
    };
    bea.say(json!({"op": "send", "room": room, "key": "k", "text": "Wait a moment"}));
    bea.ask(json!({"op": "ping"}));
    waiting(0);
    let leave = desk.say(json!({"op": "leave", "room": room}));
    waiting(1);
    let join = phone.say(json!({"op": "join", "room": room}));
    waiting(2);
    smol::block_on(other.execute("rollback")).unwrap();

    phone.wait(|value| value["re"] == json!(join)).unwrap();
    let reset = phone.event_of("reset", room);
    assert_eq!(reset["entries"].as_array().unwrap().last().unwrap()["kind"], "join");
    phone.send(room, "p", "back already");
    desk.wait(|value| value["re"] == json!(leave)).unwrap();
    desk.event_of("joined", room);
    let heard = phone.all_until_now();
    assert!(heard.iter().all(|value| value["ev"] != "left"), "{heard:?}");
}

#[test]
fn whoever_lags_leaves_and_joins_again_begins_with_the_latest_page() {
    let server = TestServer::with(|config| {
        config.chat.sends_per_minute = 0;
        config.chat.outbox_bytes_max = 64 << 10;
        config.chat.ring_entries_max = 16;
        config.chat.replay_entries_max = 100_000;
    });
    let mut slow = Client::enter(server.addr, "Slow");
    let mut quick = Client::enter(server.addr, "Quick");
    let text = "x".repeat(8_000);
    // More than the socket's buffers hold; a few at a time, so that what waits stays below the outbox's limit.
    for n in 0..2_000 {
        quick.say(json!({"op": "send", "room": 1, "key": format!("k{n}"), "text": text}));
        if n % 4 == 3 {
            quick.entries(1, 4);
        }
    }
    slow.say(json!({"op": "leave", "room": 1}));
    let join = slow.say(json!({"op": "join", "room": 1}));
    quick.wait(|value| value["kind"] == "join" && value["by"]["name"] == "Slow").unwrap();
    let joined = slow.wait(|value| value["re"] == json!(join)).unwrap();
    let mut next = || loop {
        let value = slow.receive().unwrap();
        if value["ev"] == "entry" || value["ev"] == "reset" {
            return value;
        }
    };
    let first = next();
    assert_eq!(
        (&first["ev"], &first["head"]),
        (&json!("reset"), &joined["result"]["room"]["head"]),
        "{}",
        first["seq"]
    );
    let seq = quick.send(1, "last", "welcome back");
    let second = next();
    assert_eq!((&second["ev"], &second["seq"]), (&json!("entry"), &json!(seq)));
}

#[test]
fn nothing_follows_the_answer_to_a_close_frame() {
    let server = TestServer::start();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let made = rosa.ask(json!({"op": "create", "name": "Kitchen"}));
    rosa.event_of("reset", made["room"]["id"].as_i64().unwrap());
    for _ in 0..50 {
        let mut client = rosa.guest.open(server.addr).unwrap();
        client.socket.write(tungstenite::Message::text(r#"{"op":"hello","id":1}"#)).unwrap();
        client.socket.close(None).unwrap();
        client.socket.flush().unwrap();
        let stream = client.socket.get_mut();
        let mut wire = Vec::new();
        stream.read_to_end(&mut wire).unwrap();
        assert!(
            wire.ends_with(&[0x88, 2, 3, 0xe8]),
            "{:?}",
            String::from_utf8_lossy(&wire[wire.len().saturating_sub(60)..])
        );
    }
}
