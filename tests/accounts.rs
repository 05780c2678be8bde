//! Accounts: signing up and in, passwords, names, leaving for good.

mod common;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use common::socket::{Client, Guest};
use common::{TestServer, password_of};
use serde_json::{Value, json};
use snug::config::SignUp;

fn sign_in(server: &TestServer, account: &str, password: &str) -> common::Response {
    server.call("POST", "/api/v1/sessions", "", &json!({"account": account, "password": password}))
}

fn code_of(response: &common::Response, status: u16) -> String {
    assert_eq!(response.status, status, "{}", response.text());
    response.code()
}

#[test]
fn the_door_says_who_may_come_in_and_is_never_closed() {
    let server = TestServer::with(|config| config.people.guests = false);
    let door = server.get("/api/v1/door");
    assert_eq!((door.status, door.field("cache-control")), (200, Some("no-store")));
    assert_eq!(door.json(), json!({"setup": true, "guests": false, "sign_up": "invitation", "me": null}));
    assert_eq!(code_of(&server.call("POST", "/api/v1/guests", "", &json!({"name": "Rosa"})), 403), "guests_closed");
    let rosa = server.owner("Rosa");
    let door = server.call("GET", "/api/v1/door", &rosa.cookie, &Value::Null).json();
    assert_eq!((&door["setup"], &door["me"]["role"]), (&json!(false), &json!("owner")));
    let stale = server.call("GET", "/api/v1/door", "snug_session=stale", &Value::Null);
    assert_eq!((stale.status, &stale.json()["me"]), (200, &Value::Null));
}

#[test]
fn whoever_has_signed_up_signs_in_by_any_form_of_the_name() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Open);
    server.owner("Oona");
    let asked = json!({"account": "Straße", "password": "correct horse", "name": "Rosa"});
    let made = server.call("POST", "/api/v1/accounts", "", &asked);
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].clone();
    assert_eq!(
        made.json(),
        json!({"id": id, "name": "Rosa", "role": "member", "account": "strasse", "muted_until": 0})
    );
    for account in ["Straße", "STRASSE", "ｓｔｒａｓｓｅ"] {
        let signed_in = sign_in(&server, account, "correct horse");
        assert_eq!((signed_in.status, &signed_in.json()["id"]), (201, &id), "{account}");
        assert_eq!(server.call("GET", "/api/v1/me", &signed_in.cookie(), &Value::Null).json()["name"], "Rosa");
    }
    let welcome =
        Guest { id: 1, name: "Rosa".into(), cookie: made.cookie() }.connect(server.addr).ask(json!({"op": "rooms"}));
    assert_eq!(welcome["rooms"][0]["joined"], true, "members are in the lobby");
}

#[test]
fn until_there_is_an_owner_nobody_gets_an_account() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Open);
    let asked = json!({"account": "eve", "password": "correct horse"});
    let sign_up = || server.call("POST", "/api/v1/accounts", "", &asked);
    assert_eq!(code_of(&sign_up(), 403), "no_owner");
    let walker = server.guest("Walker");
    let become_member = || {
        let body = json!({"account": "walker", "password": "correct horse"});
        server.call("POST", "/api/v1/me/account", &walker, &body)
    };
    let refused = become_member();
    assert_eq!(code_of(&refused, 403), "no_owner");
    assert!(refused.text().contains("setup link"), "it says what to do: {}", refused.text());
    assert_eq!(server.call("GET", "/api/v1/me", &walker, &Value::Null).json()["role"], "visitor");
    assert!(smol::block_on(server.hub.store.accounts()).expect("the store works").is_empty());
    server.owner("Rosa");
    assert_eq!(sign_up().status, 201);
    assert_eq!(become_member().status, 200);
}

#[test]
fn nobody_signs_up_where_sign_up_is_closed_or_by_invitation() {
    for mode in [SignUp::Closed, SignUp::Invitation] {
        let server = TestServer::with(|config| config.people.sign_up = mode);
        let asked = json!({"account": "rosa", "password": "correct horse"});
        assert_eq!(code_of(&server.call("POST", "/api/v1/accounts", "", &asked), 403), "sign_up_closed");
        let visitor = server.guest("Bea");
        assert_eq!(code_of(&server.call("POST", "/api/v1/me/account", &visitor, &asked), 403), "sign_up_closed");
    }
}

#[test]
fn names_are_unique_whatever_their_form_and_passwords_are_not_common() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Open);
    server.owner("Oona");
    server.guest("Walker");
    let ask = |account: &str, name: &str, password: &str| {
        server.call("POST", "/api/v1/accounts", "", &json!({"account": account, "name": name, "password": password}))
    };
    assert_eq!(ask("rosa", "Rosa L.", "correct horse").status, 201);
    for (account, name) in
        [("ROSA", "x"), ("x", "rosa"), ("rosa l.", "x"), ("x", "ＲＯＳＡ L."), ("walker", "x"), ("x", "Walker")]
    {
        assert_eq!(code_of(&ask(account, name, "correct horse"), 409), "name_taken", "{account} {name}");
    }
    for (account, name) in
        [("", "x"), ("x", ""), ("a\u{202e}b", "x"), ("x", "\u{200b}"), (" x", "y"), (&"x".repeat(41), "y")]
    {
        assert_eq!(code_of(&ask(account, name, "correct horse"), 422), "bad_name", "{account:?} {name:?}");
    }
    for (password, part) in
        [("short", "at least 8"), (&"ab".repeat(129), "at most 256"), ("password", "common"), ("bea bloom", "name")]
    {
        let refused = ask("bea", "Bea Bloom", password);
        assert_eq!(code_of(&refused, 422), "bad_password");
        assert!(refused.text().contains(part), "{}", refused.text());
    }
    assert_eq!(
        ask("bea", "Bea", "ü".repeat(256).replacen('ü', "x", 1).as_str()).status,
        201,
        "256 characters of any sort"
    );
}

#[test]
fn an_unknown_name_a_wrong_password_and_a_disabled_account_cost_and_say_the_same() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let bea = server.member(&rosa, "Bea");
    smol::block_on(server.hub.store.set_disabled(bea.id, true, None, 1)).expect("the store works");
    let before = server.hub.hasher.done();
    let answers: Vec<_> = [
        ("nobody", "correct horse"),
        ("Rosa", "correct horse"),
        ("Bea", &password_of("Bea")),
        ("Bea", "correct horse"),
        ("", ""),
        ("Rosa", &"x".repeat(300)),
    ]
    .into_iter()
    .enumerate()
    .map(|(number, (account, password))| {
        let answer = sign_in(&server, account, password);
        assert_eq!(server.hub.hasher.done() - before, number + 1, "one hash for {account:?} {password:?}");
        assert_eq!(code_of(&answer, 401), "wrong_credentials");
        answer.body
    })
    .collect();
    assert!(answers.iter().all(|body| *body == answers[0]));
    assert_eq!(sign_in(&server, "Rosa", &password_of("Rosa")).status, 201);
}

#[test]
fn failures_slow_down_one_account_at_one_address_and_lock_nobody_out() {
    let server = TestServer::with(|config| {
        config.people.sign_ins_per_minute = 3;
        config.people.sign_ins_per_address = 0;
    });
    let rosa = server.owner("Rosa");
    server.member(&rosa, "Bea");
    for _ in 0..5 {
        assert_eq!(sign_in(&server, "Rosa", &password_of("Rosa")).status, 201, "right ones do not count");
    }
    let hashed = server.hub.hasher.done();
    for _ in 0..3 {
        assert_eq!(sign_in(&server, "rosa", "wrong horse").status, 401);
    }
    let slowed = sign_in(&server, "ROSA", "wrong horse");
    assert_eq!(code_of(&slowed, 429), "rate_limited");
    assert!(slowed.json()["error"]["retry_after_ms"].as_u64().is_some_and(|ms| (1..=20_000).contains(&ms)));
    assert_eq!(server.hub.hasher.done() - hashed, 3, "what is slowed down costs no hash");
    assert_eq!(sign_in(&server, "Bea", &password_of("Bea")).status, 201, "others are not slowed down");
    for number in 0..4 {
        let status = sign_in(&server, "nobody", "wrong horse").status;
        assert_eq!(status, if number < 3 { 401 } else { 429 }, "nobody is slowed down as somebody is");
    }
    let me = server.call("GET", "/api/v1/me", &rosa.cookie, &Value::Null);
    assert_eq!(me.status, 200, "who is in stays in");
}

#[test]
fn an_address_that_tries_everybody_is_slowed_down() {
    let server = TestServer::with(|config| config.people.sign_ins_per_address = 4);
    let statuses: Vec<u16> = (0..6).map(|n| sign_in(&server, &format!("user {n}"), "wrong horse").status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 429, 429]);
}

/// 1,000 attempts at once: two hashes at a time, so that memory stays bounded; everybody gets an answer.
#[test]
fn a_storm_of_a_thousand_wrong_passwords_is_hashed_two_at_a_time() {
    let server = TestServer::with(|config| {
        config.people.sign_ins_per_minute = 0;
        config.people.sign_ins_per_address = 0;
        config.people.hashes_waiting_max = 8;
        config.http.connections_per_address_max = 0;
    });
    let rosa = server.owner("Rosa");
    let body = json!({"account": "rosa", "password": "wrong horse"}).to_string();
    let wire = common::post("/api/v1/sessions", "Content-Type: application/json\r\n", &body);
    let mut storm: Vec<common::Client> = (0..1_000).map(|_| server.connect()).collect();
    storm.iter_mut().for_each(|client| client.send(&wire));
    assert_eq!(server.call("GET", "/api/v1/me", &rosa.cookie, &Value::Null).status, 200, "others go on meanwhile");
    let statuses: Vec<u16> = storm.iter_mut().map(|client| client.response().status).collect();
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    assert_eq!(count(401) + count(503), 1_000);
    assert!(count(401) >= 8 && count(503) > 0, "{} were tried, {} turned away", count(401), count(503));
    assert_eq!(server.hub.hasher.running_max(), 2);
    assert_eq!(sign_in(&server, "Rosa", &password_of("Rosa")).status, 201, "nobody is locked out");
}

#[test]
fn a_changed_password_ends_the_other_sessions_and_only_the_new_one_is_right() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let other = sign_in(&server, "rosa", &password_of("Rosa")).cookie();
    let mut away = Guest { cookie: other.clone(), ..rosa.clone() }.connect(server.addr);
    let mut here = rosa.connect(server.addr);
    let change = |old: &str, new: &str| {
        server.call("PUT", "/api/v1/me/password", &rosa.cookie, &json!({"old": old, "new": new}))
    };
    assert_eq!(code_of(&change("wrong horse", "battery staple"), 401), "wrong_credentials");
    assert_eq!(code_of(&change(&password_of("Rosa"), "password"), 422), "bad_password");
    assert_eq!(server.call("GET", "/api/v1/me", &other, &Value::Null).status, 200);
    assert_eq!(change(&password_of("Rosa"), "battery staple").status, 204);
    assert_eq!(away.close_code(), Some(4401));
    assert_eq!(server.call("GET", "/api/v1/me", &other, &Value::Null).status, 401);
    here.ask(json!({"op": "ping"}));
    assert_eq!(sign_in(&server, "rosa", &password_of("Rosa")).status, 401);
    assert_eq!(sign_in(&server, "rosa", "battery staple").status, 201);
}

#[test]
fn a_password_of_an_older_strength_is_hashed_anew_at_the_next_sign_in() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
    let weak: PasswordHash = weak.hash_password_with_salt(b"correct horse", &[7; 16]).unwrap();
    let weak = weak.to_string();
    smol::block_on(server.hub.store.reset_password(rosa.id, weak.clone(), 1)).expect("the store works");
    assert_eq!(sign_in(&server, "rosa", "correct horse").status, 201);
    let known = smol::block_on(server.hub.store.known("rosa")).unwrap().unwrap();
    assert!(known.password.as_deref().is_some_and(|hash| hash.contains("m=19456,t=2,p=1") && hash != weak));
    assert_eq!(sign_in(&server, "rosa", "correct horse").status, 201);
}

#[test]
fn a_new_name_reaches_everybody_at_once() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let bea = server.member(&rosa, "Bea");
    let (mut rosas, mut beas) = (rosa.connect(server.addr), bea.connect(server.addr));
    let rename = |name: &str| server.call("PATCH", "/api/v1/me", &rosa.cookie, &json!({"name": name}));
    assert_eq!(code_of(&rename("bea"), 409), "name_taken");
    assert_eq!(code_of(&rename("\u{202e}x"), 422), "bad_name");
    let renamed = rename("Rosa L.");
    assert_eq!(
        (renamed.status, &renamed.json()["name"], &renamed.json()["account"]),
        (200, &json!("Rosa L."), &json!("rosa"))
    );
    let told = rosas.wait(|value| value["ev"] == "account").expect("an event");
    assert_eq!(told["me"]["name"], "Rosa L.");
    rosas.send(1, "a", "hello");
    let heard = beas.wait(|value| value["kind"] == "message").expect("an entry");
    assert_eq!(heard["by"]["name"], "Rosa L.");
    assert_eq!(rename("rosa").status, 200, "one's own name in another form is free");
}

#[test]
fn a_visitor_becomes_a_member_without_losing_anything() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Open);
    server.owner("Oona");
    let mut walker = Client::enter(server.addr, "Walker");
    let seq = walker.send(1, "a", "I was here before");
    let cookie = walker.guest.cookie.clone();
    let asked = json!({"account": "walker", "password": "correct horse"});
    let risen = server.call("POST", "/api/v1/me/account", &cookie, &asked);
    assert_eq!(risen.status, 200, "{}", risen.text());
    assert_eq!((&risen.json()["id"], &risen.json()["role"]), (&json!(walker.guest.id), &json!("member")));
    assert_eq!(walker.wait(|value| value["ev"] == "account").unwrap()["me"]["role"], "member");
    let again = server.call("POST", "/api/v1/me/account", &cookie, &asked);
    assert_eq!(code_of(&again, 403), "forbidden");
    let signed_in = sign_in(&server, "Walker", "correct horse");
    let mut back = Guest { cookie: signed_in.cookie(), ..walker.guest.clone() }.connect(server.addr);
    let page = back.ask(json!({"op": "history", "room": 1, "around": seq, "limit": 1}));
    assert_eq!(
        (&page["entries"][0]["by"]["id"], &page["entries"][0]["text"]),
        (&json!(walker.guest.id), &json!("I was here before"))
    );
}

#[test]
fn whoever_leaves_for_good_leaves_their_words_and_nothing_else() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let bea = server.member(&rosa, "Bea");
    let (mut rosas, mut beas) = (rosa.connect(server.addr), bea.connect(server.addr));
    let kitchen = beas.ask(json!({"op": "create", "name": "Kitchen", "topic": ""}))["room"]["id"].as_i64().unwrap();
    rosas.ask(json!({"op": "join", "room": kitchen}));
    beas.send(kitchen, "a", "what I said");
    let delete = |body: Value| server.call("DELETE", "/api/v1/me", &bea.cookie, &body);
    assert_eq!(delete(Value::Null).status, 401, "it needs the password");
    assert_eq!(delete(json!({"password": "wrong horse"})).status, 401);
    let deleted = delete(json!({"password": password_of("Bea")}));
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    assert!(deleted.field("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")));
    assert_eq!(beas.close_code(), Some(4401));
    assert_eq!(server.call("GET", "/api/v1/me", &bea.cookie, &Value::Null).status, 401);
    assert_eq!(sign_in(&server, "Bea", &password_of("Bea")).status, 401);
    for room in [1, kitchen] {
        let left = rosas.wait(|value| value["kind"] == "leave" && value["room"] == room).expect("they see it");
        assert_eq!((&left["by"]["id"], &left["by"]["name"]), (&json!(bea.id), &json!("Someone who left")));
        let page = rosas.ask(json!({"op": "history", "room": room, "after": 0}));
        let seqs: Vec<i64> =
            page["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>(), "no gap");
        assert!(!page.to_string().contains("Bea"), "{page}");
    }
    let page = rosas.ask(json!({"op": "history", "room": kitchen, "after": 0}));
    let said =
        page["entries"].as_array().unwrap().iter().find(|entry| entry["text"] == "what I said").expect("it stays");
    assert_eq!(said["by"], json!({"id": bea.id, "name": "Someone who left"}));
    server.member(&rosa, "Bea");
}

#[test]
fn a_visitor_leaves_without_a_password_and_the_last_owner_stays() {
    let server = TestServer::start();
    let walker = server.guest("Walker");
    assert_eq!(server.call("DELETE", "/api/v1/me", &walker, &Value::Null).status, 204);
    let rosa = server.owner("Rosa");
    let delete = json!({"password": password_of("Rosa")});
    assert_eq!(code_of(&server.call("DELETE", "/api/v1/me", &rosa.cookie, &delete), 409), "last_owner");
    assert_eq!(server.call("GET", "/api/v1/me", &rosa.cookie, &Value::Null).json()["role"], "owner");
}

#[test]
fn the_export_has_all_that_one_wrote_and_nobody_elses_words() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let bea = server.member(&rosa, "Bea");
    let (mut rosas, mut beas) = (rosa.connect(server.addr), bea.connect(server.addr));
    rosas.send(1, "a", "a word of Rosa's");
    beas.send(1, "a", "a word of Bea's");
    beas.ask(json!({"op": "prefs", "prefs": {"sound": true}}));
    assert_eq!(server.call("PUT", "/api/v1/me/face", &bea.cookie, &json!({"colour": 3})).status, 204);
    let export = server.call("GET", "/api/v1/me/export", &bea.cookie, &Value::Null);
    assert_eq!(export.status, 200, "{}", export.text());
    assert_eq!(export.field("content-disposition"), Some("attachment; filename=\"snug-export.json\""));
    let export = export.json();
    assert_eq!((&export["account"]["name"], &export["next"]), (&json!("Bea"), &Value::Null));
    assert_eq!((&export["face"], &export["prefs"]), (&json!("3"), &json!({"sound": true})));
    assert_eq!(export["rooms"][0]["name"], "Lobby");
    assert_eq!(export["sessions"].as_array().unwrap().len(), 1);
    for made in ["invitations", "bots", "reports"] {
        assert_eq!(export[made], json!([]), "{made}");
    }
    let texts: Vec<&str> =
        export["entries"].as_array().unwrap().iter().filter_map(|entry| entry["text"].as_str()).collect();
    assert_eq!(texts, ["a word of Bea's"]);
    for wrong in ["?after=x", "?after=1", "?before=1.2"] {
        assert_eq!(server.call("GET", &format!("/api/v1/me/export{wrong}"), &bea.cookie, &Value::Null).status, 400);
    }
}

#[test]
fn an_export_of_many_pages_has_everything_and_tells_nothing_of_rooms_that_one_was_never_in() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let (bea, joss) = (server.member(&rosa, "Bea"), server.member(&rosa, "Joss"));
    let (mut joss_socket, mut beas) = (joss.connect(server.addr), bea.connect(server.addr));
    let mut written = vec![beas.send(1, "first", "in the lobby")];
    // Rooms of others before and behind the one that Bea has been in, all with more entries than a page looks through.
    let rooms: Vec<i64> = ["Before", "With Bea", "Behind"]
        .map(|name| {
            let made = joss_socket.ask(json!({"op": "create", "name": name, "kind": "private", "shows_past": true}));
            made["room"]["id"].as_i64().unwrap()
        })
        .into();
    joss_socket.ask(json!({"op": "bring", "room": rooms[1], "user": bea.id}));
    beas.event_of("joined", rooms[1]);
    written.push(beas.send(rooms[1], "a", "in private"));
    for room in &rooms {
        server.sql(&format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 450000)
             insert into entries (room_id, seq, at, author, kind, text)
             select {room}, (select head from rooms where id = {room}) + i, 0,
                 case when {room} = {} and i = 449999 then {} else {} end, 0, 'x' from n;
             update rooms set head = head + 450000 where id = {room};",
            rooms[1], bea.id, joss.id
        ));
    }
    let (mut texts, mut path, mut pages) = (Vec::new(), "/api/v1/me/export".to_owned(), 0);
    loop {
        let page = server.call("GET", &path, &bea.cookie, &Value::Null).json();
        let entries = page["entries"].as_array().unwrap();
        texts.extend(entries.iter().filter_map(|entry| entry["text"].as_str()).map(str::to_owned));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        let (room, _) = next.split_once("after=").unwrap().1.split_once('.').unwrap();
        assert!([1, rooms[1]].contains(&room.parse().unwrap()), "{next} names a room of others");
        path = next.to_owned();
    }
    assert_eq!(texts, ["in the lobby", "in private", "x"]);
    assert!(pages > 2, "one page looks through all of it");

    // Once removed, Bea learns no more of how the room goes on.
    server.sql(&format!("delete from memberships where room_id = {} and user_id = {}", rooms[1], bea.id));
    server.sql(&format!(
        "insert into entries (room_id, seq, at, author, kind, subject) values ({0}, 450004, 0, {1}, 2, {2});
         insert into entries (room_id, seq, at, author, kind, text) select {0}, 450004 + seq, 0, {1}, 0, 'x'
             from entries where room_id = {0} and seq <= 450004; update rooms set head = 900008 where id = {0};",
        rooms[1], joss.id, bea.id
    ));
    let (mut path, mut furthest) = ("/api/v1/me/export".to_owned(), 0);
    loop {
        let page = server.call("GET", &path, &bea.cookie, &Value::Null).json();
        let Some(next) = page["next"].as_str() else { break };
        furthest = next.rsplit_once('.').unwrap().1.parse::<i64>().unwrap();
        path = next.to_owned();
    }
    assert!((1..=450_004).contains(&furthest), "{furthest} is behind the leaving");
}

#[test]
fn a_foreign_page_starts_no_export() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)] {
        let fields = format!("Cookie: {}\r\nSec-Fetch-Site: {site}", rosa.cookie);
        let answer = server.ask(format!("GET /api/v1/me/export HTTP/1.1\r\nHost: {}\r\n{fields}\r\n\r\n", server.addr));
        assert_eq!(answer.status, status, "{site}");
    }
}

#[test]
fn bodies_that_are_not_as_they_should_be_change_nothing() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Open);
    let rosa = server.owner("Rosa");
    for (method, path) in [
        ("POST", "/api/v1/sessions"),
        ("POST", "/api/v1/accounts"),
        ("PATCH", "/api/v1/me"),
        ("PUT", "/api/v1/me/password"),
        ("POST", "/api/v1/invitations"),
        ("POST", "/api/v1/invitations/look"),
        ("POST", "/api/v1/invitations/accept"),
    ] {
        for body in
            [json!([]), json!({}), json!("x"), json!({"account": 1, "name": 1, "token": 1, "old": 1, "role": 1})]
        {
            let refused = server.call(method, path, &rosa.cookie, &body);
            assert_eq!((refused.status, refused.code().as_str()), (400, "bad_request"), "{method} {path} {body}");
        }
        let large = json!({"account": "x".repeat(10_000)});
        assert_eq!(server.call(method, path, &rosa.cookie, &large).status, 413, "{method} {path}");
        let foreign = format!(
            "{method} {path} HTTP/1.1\r\nHost: snug\r\nOrigin: http://evil.example\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}",
            rosa.cookie
        );
        assert_eq!(server.ask(foreign).status, 403, "{method} {path}");
        let form = format!(
            "{method} {path} HTTP/1.1\r\nHost: snug\r\nOrigin: http://snug\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        assert_eq!(server.ask(form).status, 415, "{method} {path}");
    }
}
