//! Searching: what was said is found by whoever may read it, and by nobody else, however it is written.

mod common;

use common::TestServer;
use common::process::{Place, Running};
use common::socket::{Client, Guest};
use serde_json::{Value, json};
use snug::config::Config;

const LOBBY: i64 = 1;

fn server() -> TestServer {
    TestServer::with(quick)
}

fn quick(config: &mut Config) {
    config.chat.sends_per_minute = 0;
    config.chat.searches_per_minute = 0;
    config.chat.creates_per_minute = 0;
    config.chat.joins_per_minute = 0;
}

fn texts(result: &Value) -> Vec<String> {
    let hits = result["hits"].as_array().expect("hits");
    hits.iter().map(|hit| hit["entry"]["text"].as_str().expect("a text").to_owned()).collect()
}

fn found(client: &mut Client, text: &str) -> Vec<String> {
    texts(&client.ask(json!({"op": "search", "text": text})))
}

/// Says all of that in the lobby.
fn say_all(client: &mut Client, texts: &[&str]) {
    for (n, text) in texts.iter().enumerate() {
        client.send(LOBBY, &format!("{text}-{n}").chars().take(60).collect::<String>(), text);
    }
}

#[test]
fn words_beginnings_phrases_and_negatives_find_what_they_say_newest_first() {
    let server = server();
    let mut rosa = Client::enter(server.addr, "Rosa");
    say_all(
        &mut rosa,
        &["The loaf is out", "Butter for the loaf", "loafing about", "No bread: burnt loaf", "`let loaf = 1;`"],
    );
    for (text, expected) in [
        ("loaf ", &["`let loaf = 1;`", "No bread: burnt loaf", "Butter for the loaf", "The loaf is out"][..]),
        (
            "loaf",
            &["`let loaf = 1;`", "No bread: burnt loaf", "loafing about", "Butter for the loaf", "The loaf is out"],
        ),
        ("loa* about ", &["loafing about"]),
        ("LOAF butter ", &["Butter for the loaf"]),
        ("\"the loaf\"", &["Butter for the loaf", "The loaf is out"]),
        ("\"loaf the\"", &[]),
        ("\"the loa", &[]),
        ("loaf -burnt -\"the loaf\" -about", &["`let loaf = 1;`"]),
        ("loafi", &["loafing about"]),
        ("loafin", &["loafing about"]),
        ("let loaf ", &["`let loaf = 1;`"]),
        ("lo ", &[]),
        ("absent", &[]),
    ] {
        assert_eq!(found(&mut rosa, text), expected, "{text}");
    }
    let marked = rosa.ask(json!({"op": "search", "text": "BÜTTER loaf -about"}));
    assert_eq!(marked["words"], json!(["butter", "loaf"]));
}

#[test]
fn every_script_is_found_with_and_without_its_accents() {
    let server = server();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let said = [
        "Crème brûlée",
        "Straße",
        "Привет, Ёлка",
        "今天晚上吃饺子",
        "パンが焼けました",
        "빵이 다 됐어요",
        "Καλημέρα",
        "سلام دنیا",
        "ข้าวผัด",
        "done 🎉",
    ];
    say_all(&mut rosa, &said);
    for (text, expected) in [
        ("creme brulee", said[0]),
        ("CRE\u{300}ME", said[0]),
        ("brûl", said[0]),
        ("STRASSE", said[1]),
        ("привет елка", said[2]),
        ("ПРИВ", said[2]),
        ("饺子", said[3]),
        ("晚上吃", said[3]),
        ("パン", said[4]),
        ("ﾊﾟﾝ", said[4]),
        ("焼け", said[4]),
        ("됐어", said[5]),
        ("빵", said[5]),
        ("καλημερα", said[6]),
        ("دنیا", said[7]),
        ("ผัด", said[8]),
        ("🎉", said[9]),
    ] {
        assert_eq!(found(&mut rosa, text), [expected], "{text}");
    }
    assert_eq!(found(&mut rosa, "上晚"), [""; 0], "the order of characters counts");
    assert_eq!(found(&mut rosa, "子今"), [""; 0]);
}

#[test]
fn conditions_narrow_by_person_room_day_and_link() {
    let server = server();
    let owner = server.owner("Olive");
    let mut rosa = server.member(&owner, "Rosa Lee").connect(server.addr);
    let mut bea = server.member(&owner, "Bea").connect(server.addr);
    let kitchen = rosa.ask(json!({"op": "create", "name": "Kitchen"}))["room"]["id"].as_i64().unwrap();
    bea.ask(json!({"op": "join", "room": kitchen}));
    let direct = rosa.ask(json!({"op": "direct", "people": [bea.guest.id]}))["room"]["id"].as_i64().unwrap();
    rosa.send(LOBBY, "a", "tea at https://example.org/tea");
    bea.send(LOBBY, "b", "tea, no link");
    bea.send(kitchen, "c", "tea in the kitchen");
    rosa.send(direct, "d", "tea for two");
    let today = {
        let at = rosa.ask(json!({"op": "search", "text": "tea"}))["hits"][0]["entry"]["at"].as_i64().unwrap();
        humantime::format_rfc3339_seconds(std::time::UNIX_EPOCH + std::time::Duration::from_millis(at as u64))
            .to_string()
    };
    let today = &today[..10];
    for (text, expected) in [
        ("tea from:bea", &["tea in the kitchen", "tea, no link"][..]),
        ("tea from:\"Rosa Lee\"", &["tea for two", "tea at https://example.org/tea"]),
        ("from:me", &["tea for two", "tea at https://example.org/tea"]),
        ("tea from:me from:bea in:kitchen", &["tea in the kitchen"]),
        ("tea -from:me", &["tea in the kitchen", "tea, no link"]),
        ("-from:bea -in:lobby tea", &["tea for two"]),
        ("in:#Kitchen tea", &["tea in the kitchen"]),
        ("in:bea", &["tea for two"]),
        ("has:link", &["tea at https://example.org/tea"]),
        ("tea -has:link in:lobby", &["tea, no link"]),
        ("has:file", &[]),
        ("has:image tea", &[]),
        ("tea before:2020-01-01", &[]),
        ("tea after:2020-01-01 in:kitchen", &["tea in the kitchen"]),
        ("after:2100-01-01", &[]),
    ] {
        assert_eq!(found(&mut rosa, text), expected, "{text}");
    }
    assert_eq!(found(&mut rosa, &format!("on:{today}")).len(), 4);
    assert_eq!(found(&mut rosa, &format!("before:{today} tea")), [""; 0]);
    let in_kitchen = rosa.ask(json!({"op": "search", "text": "tea", "room": kitchen}));
    assert_eq!(texts(&in_kitchen), ["tea in the kitchen"]);
}

#[test]
fn what_cannot_be_searched_is_refused_in_words_and_nothing_typed_does_harm() {
    let server = server();
    let mut rosa = Client::enter(server.addr, "Rosa");
    say_all(&mut rosa, &["a NEAR miss", "text: OR else", "100% sure's \"quoted\""]);
    for text in ["", "-a", "from:nobody", "in:nowhere", "has:money", "on:someday", "***", &"x".repeat(201), "x from:"] {
        let reply = rosa.reply(json!({"op": "search", "text": text}));
        if text.ends_with("from:") {
            assert!(reply["result"]["hits"].is_array(), "it is still being typed: {reply}");
            continue;
        }
        assert_eq!(reply["error"]["code"], "bad_query", "{text}: {reply}");
        assert!(reply["error"]["text"].as_str().unwrap().ends_with(". Nothing was looked for."), "{reply}");
    }
    for text in [
        "NEAR(a miss)",
        "text:or",
        "a OR b",
        "{text}:a",
        "sure's",
        "\"quoted",
        "^a",
        "a\" OR \"b",
        "'; drop table search --",
        "100%",
        "a AND",
        "+a",
        "\\",
        "a\\u0000",
    ] {
        let reply = rosa.reply(json!({"op": "search", "text": text}));
        assert!(reply["result"]["hits"].is_array() || reply["error"]["code"] == "bad_query", "{text}: {reply}");
    }
    assert_eq!(found(&mut rosa, "near miss"), ["a NEAR miss"]);
    assert_eq!(found(&mut rosa, "text:or"), ["text: OR else"]);
    assert_eq!(found(&mut rosa, "a OR b "), [""; 0], "OR is a word");
    for request in [
        json!({"op": "search", "text": "a", "limit": 0}),
        json!({"op": "search", "text": "a", "limit": 51}),
        json!({"op": "search", "text": "a", "offset": 900}),
        json!({"op": "search", "text": "a", "before": 7}),
        json!({"op": "search", "text": "a", "before": [1, 2]}),
        json!({"op": "search"}),
    ] {
        assert_eq!(rosa.refused(request.clone()), "bad_request", "{request}");
    }
    for before in [[i64::MIN, i64::MIN, i64::MIN], [i64::MAX, i64::MAX, i64::MAX], [0, 0, 0], [-1, LOBBY, i64::MIN]] {
        assert!(rosa.ask(json!({"op": "search", "text": "miss", "before": before}))["hits"].is_array(), "{before:?}");
    }
}

#[test]
fn nobody_finds_what_they_may_not_read() {
    let server = server();
    let owner = server.owner("Olive");
    let mut rosa = server.member(&owner, "Rosa").connect(server.addr);
    let mut bea = server.member(&owner, "Bea").connect(server.addr);
    let mut joss = server.member(&owner, "Joss").connect(server.addr);
    let private =
        rosa.ask(json!({"op": "create", "name": "Surprise", "kind": "private"}))["room"]["id"].as_i64().unwrap();
    let direct = rosa.ask(json!({"op": "direct", "people": [bea.guest.id]}))["room"]["id"].as_i64().unwrap();
    rosa.send(private, "a", "secret before bea came");
    rosa.send(direct, "b", "secret for bea alone");
    assert_eq!(found(&mut bea, "secret"), ["secret for bea alone"]);
    rosa.ask(json!({"op": "bring", "room": private, "user": bea.guest.id}));
    bea.event_of("joined", private);
    rosa.send(private, "c", "secret after bea came");
    assert_eq!(
        found(&mut bea, "secret"),
        ["secret after bea came", "secret for bea alone"],
        "nothing before one's time"
    );
    assert_eq!(found(&mut bea, "in:surprise before:2100-01-01").len(), 1);
    let around = bea.ask(json!({"op": "search", "text": "\"after bea\""}));
    assert_eq!(around["hits"][0]["around"], json!([]), "nor around it");
    assert_eq!(found(&mut joss, "secret"), [""; 0]);
    for request in [
        json!({"op": "search", "text": "secret", "room": private}),
        json!({"op": "search", "text": "x", "room": 987_654}),
    ] {
        assert_eq!(joss.refused(request), "no_such_room");
    }
    let refused =
        |client: &mut Client, text: &str| client.reply(json!({"op": "search", "text": text}))["error"]["text"].clone();
    assert_eq!(
        refused(&mut joss, "in:Surprise").to_string().replace("Surprise", "Nowhere"),
        refused(&mut joss, "in:Nowhere").to_string(),
        "a room that one is not in is none"
    );
    rosa.ask(json!({"op": "remove", "room": private, "user": bea.guest.id}));
    bea.event_of("left", private);
    assert_eq!(found(&mut bea, "secret"), ["secret for bea alone"], "who has left finds nothing there");
    assert_eq!(found(&mut rosa, "secret").len(), 3);
}

#[test]
fn edits_and_deletions_change_what_is_found_at_once_and_leave_no_word_behind() {
    let server = server();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let seq = rosa.send(LOBBY, "a", "the xylophone is mine");
    let other = rosa.send(LOBBY, "b", "xylophone lessons");
    assert_eq!(found(&mut rosa, "xylophone").len(), 2);
    rosa.ask(
        json!({"op": "edit", "room": LOBBY, "seq": seq, "key": "e", "text": "the zither is mine, https://example.org"}),
    );
    assert_eq!(found(&mut rosa, "xylophone"), ["xylophone lessons"]);
    assert_eq!(found(&mut rosa, "zither has:link from:me"), ["the zither is mine, https://example.org"]);
    rosa.ask(json!({"op": "delete", "room": LOBBY, "seq": seq, "key": "d"}));
    rosa.ask(json!({"op": "delete", "room": LOBBY, "seq": other, "key": "d2"}));
    assert_eq!(found(&mut rosa, "mine"), [""; 0]);
    assert_eq!(found(&mut rosa, "from:me"), [""; 0]);
    // Said and deleted again before the index came to it.
    let seq = rosa.send(LOBBY, "c", "gone at once");
    rosa.ask(json!({"op": "edit", "room": LOBBY, "seq": seq, "key": "e2", "text": "gone twice"}));
    assert_eq!(found(&mut rosa, "once"), [""; 0]);
    assert_eq!(found(&mut rosa, "twice"), ["gone twice"]);
    rosa.ask(json!({"op": "delete", "room": LOBBY, "seq": seq, "key": "d3"}));
    assert_eq!(found(&mut rosa, "gone"), [""; 0]);
    assert_eq!(smol::block_on(server.hub.store.indexed_words()).expect("words"), [""; 0]);
}

#[test]
fn pages_follow_one_another_without_gaps_over_all_rooms() {
    let server = server();
    let mut rosa = Client::enter(server.addr, "Rosa");
    let mut rooms = vec![LOBBY];
    for n in 0..20 {
        rooms.push(rosa.ask(json!({"op": "create", "name": format!("Room {n}")}))["room"]["id"].as_i64().unwrap());
    }
    for n in 0..210 {
        rosa.send(
            rooms[n * 5 % rooms.len()],
            &format!("k{n}"),
            &format!("tide number {n} {}", if n % 2 == 0 { "even" } else { "odd" }),
        );
    }
    for (text, count) in [
        ("tide ", 210),
        ("tide odd ", 105),
        ("\"tide number\" -even", 105),
        ("from:me", 210),
        ("number tide in:\"room 3\"", 10),
    ] {
        for limit in [7, 50] {
            let (mut all, mut before) = (Vec::new(), Value::Null);
            for pages in 0.. {
                assert!(pages <= 210, "{text} has no end");
                let page = rosa.ask(json!({"op": "search", "text": text, "limit": limit, "before": before}));
                let hits = page["hits"].as_array().unwrap();
                let key = |hit: &Value| ["at", "room", "seq"].map(|field| hit["entry"][field].as_i64().unwrap());
                all.extend(hits.iter().map(key));
                before = page["next"].clone();
                if before.is_null() {
                    break;
                }
                assert_eq!(hits.len(), limit, "a page is full while there is more");
            }
            assert_eq!(all.len(), count, "{text} by {limit}");
            assert!(all.windows(2).all(|two| two[0] > two[1]), "{text}: newest first, each once");
        }
    }
}

#[test]
fn a_hit_shows_the_messages_around_it_and_a_large_page_is_cut_short() {
    let server = server();
    let mut rosa = Client::enter(server.addr, "Rosa");
    say_all(&mut rosa, &["before", "needle", "behind"]);
    rosa.ask(json!({"op": "topic", "room": LOBBY, "key": "t", "text": "needle"}));
    let hits = rosa.ask(json!({"op": "search", "text": "needle"}))["hits"].clone();
    assert_eq!(hits.as_array().unwrap().len(), 1, "a topic is no message");
    let around: Vec<&str> =
        hits[0]["around"].as_array().unwrap().iter().filter_map(|one| one["text"].as_str()).collect();
    assert_eq!(around, ["before", "behind"]);
    for n in 0..30 {
        rosa.send(LOBBY, &format!("long {n}"), &format!("hay {}", "é".repeat(7_900)));
    }
    let (mut all, mut before) = (0, Value::Null);
    loop {
        let page = rosa.ask(json!({"op": "search", "text": "hay", "limit": 50, "before": before}));
        let hits = page["hits"].as_array().unwrap().len();
        assert!((1..10).contains(&hits), "{hits}");
        all += hits;
        before = page["next"].clone();
        if before.is_null() {
            break;
        }
    }
    assert_eq!(all, 30);
}

#[test]
fn searches_are_counted_by_account() {
    let server = TestServer::with(|config| config.chat.searches_per_minute = 8);
    let mut rosa = Client::enter(server.addr, "Rosa");
    assert!(rosa.ask(json!({"op": "search", "text": "a"})).is_object());
    assert!(rosa.guest.connect(server.addr).ask(json!({"op": "search", "text": "a"})).is_object());
    assert_eq!(rosa.refused(json!({"op": "search", "text": "a"})), "rate_limited");
    let mut bea = Client::enter(server.addr, "Bea");
    assert!(bea.ask(json!({"op": "search", "text": "a"})).is_object());
}

/// Starts snug in that place, where everybody may write and search as much as they like.
fn start(place: &Place) -> (Running, std::net::SocketAddr) {
    let mut command = place.snug(&[]);
    command.env("SNUG_SENDS_PER_MINUTE", "0").env("SNUG_SEARCHES_PER_MINUTE", "0").env("SNUG_LOG", "warn");
    let mut snug = Running::start(&mut command);
    let addr = snug.address();
    (snug, addr)
}

/// Killed at many points of its work, with the index before, behind and in the middle of its pieces.
#[test]
fn everything_is_found_once_however_often_the_plug_is_pulled() {
    let place = Place::new();
    let (snug, addr) = start(&place);
    let rosa = Guest::enter(addr, "Rosa");
    drop(snug);
    let mut said = 0;
    for round in 0..8 {
        let (snug, addr) = start(&place);
        let mut client = rosa.connect(addr);
        let ids: Vec<u64> = (0..60 + round * 40)
            .map(|n| client.say(json!({"op": "send", "room": LOBBY, "key": format!("{round}-{n}"), "text": format!("plum {round} {n}")})))
            .collect();
        if round % 2 == 0 {
            client.say(json!({"op": "search", "text": "plum"}));
        }
        // Those behind the last acknowledgement may be stored, or not.
        let acknowledged = ids.len() - round;
        for id in &ids[..acknowledged] {
            client.wait(|value| value["re"] == json!(id)).expect("it is stored");
        }
        drop(snug);
        let (_snug, addr) = start(&place);
        let mut client = rosa.connect(addr);
        let (mut all, mut before) = (Vec::new(), Value::Null);
        loop {
            let page = client.ask(json!({"op": "search", "text": "plum from:me ", "limit": 50, "before": before}));
            all.extend(texts(&page));
            before = page["next"].clone();
            if before.is_null() {
                break;
            }
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "each once");
        let log = messages(&mut client);
        assert_eq!(count, log, "the index has what the log has");
        assert!(count >= said + acknowledged);
        said = count;
    }
}

/// How many messages the lobby's log has.
fn messages(client: &mut Client) -> usize {
    let (mut after, mut count) = (0, 0);
    loop {
        let page = client.ask(json!({"op": "history", "room": LOBBY, "after": after, "limit": 100}));
        let entries = page["entries"].as_array().unwrap();
        let Some(last) = entries.last() else { return count };
        after = last["seq"].as_i64().unwrap();
        count += entries.iter().filter(|entry| entry["kind"] == "message").count();
    }
}

#[test]
fn the_index_follows_a_talk_by_itself_and_a_deleted_room_leaves_no_word_behind() {
    let server = server();
    let owner = server.owner("Olive");
    let mut olive = owner.connect(server.addr);
    let room = olive.ask(json!({"op": "create", "name": "Attic"}))["room"]["id"].as_i64().unwrap();
    for n in 0..200 {
        olive.send(room, &format!("k{n}"), &format!("dust {n}"));
    }
    let store = &server.hub.store;
    while smol::block_on(store.unindexed()).expect("a number") > 150 {
        std::thread::yield_now();
    }
    assert_eq!(found(&mut olive, "dust").len(), 20);
    olive.ask(json!({"op": "demolish", "room": room, "name": "Attic"}));
    assert_eq!(found(&mut olive, "dust"), [""; 0]);
    while !smol::block_on(store.indexed_words()).expect("words").is_empty() {
        std::thread::yield_now();
    }
}

#[test]
fn a_beginning_of_a_word_that_nobody_said_before_is_found_at_once() {
    let server = server();
    let mut rosa = Client::enter(server.addr, "Rosa");
    for word in ["Zeppelin", "Albatros", "Kolibri"] {
        rosa.send(LOBBY, word, &format!("{word}flug"));
        assert_eq!(found(&mut rosa, &word[..4]), [format!("{word}flug")]);
    }
}
