//! Who keeps order, and what it does: roles, mutes, bans, reports, the audit log.

mod common;

use common::TestServer;
use common::keeping::{By, ban_of};
use common::socket::{Client, Guest};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

const MODERATOR: i64 = 3;
const OWNER: i64 = 4;

/// Whom each request needs at least, by what `src/rights.rs` says of it.
const NEEDS: [(&str, &str, i64); 11] = [
    ("GET", "people", 2),
    ("GET", "bots", 2),
    ("POST", "bots", 2),
    ("DELETE", "bots/99", 2),
    ("GET", "bans", MODERATOR),
    ("POST", "bans", MODERATOR),
    ("DELETE", "bans/99", MODERATOR),
    ("PATCH", "people/99", MODERATOR),
    ("GET", "reports", MODERATOR),
    ("PATCH", "reports/99", MODERATOR),
    ("GET", "audit", OWNER),
];

#[test]
fn nobody_keeps_order_whose_role_does_not_let_them() {
    let server = TestServer::start();
    let people: Vec<_> = (0..=OWNER).map(|role| server.person(&format!("Role {role}"), role)).collect();
    for (method, path, least) in NEEDS {
        let body = (method != "GET" && method != "DELETE").then(|| json!({}));
        assert_eq!(server.refused(By::Nobody, method, path, body.clone()), (401, "no_session".to_owned()), "{path}");
        for (role, person) in people.iter().enumerate() {
            let response = server.api(By::Cookie(&person.cookie), method, path, body.clone());
            let is_let = response.status != 403;
            assert_eq!(is_let, role as i64 >= least, "{role} {method} {path}: {}", response.text());
            response.assert_secure(path);
        }
    }
}

#[test]
fn whoever_was_let_into_one_room_stands_in_the_lists_of_those_who_share_it() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let (mona, bea) = (
        server.invited(&rosa, json!({"role": "moderator", "uses": 1, "hours": 1}), "Mona"),
        server.member(&rosa, "Bea"),
    );
    let mut rosas = rosa.connect(server.addr);
    let attic = rosas.ask(json!({"op": "create", "name": "Attic", "kind": "private"}))["room"]["id"].clone();
    let gast = server.invited(&rosa, json!({"role": "guest", "room": attic, "uses": 1, "hours": 1}), "Gast");
    server.guest("Walker");
    let bot = server.api(By::Cookie(&rosa.cookie), "POST", "bots", Some(json!({"name": "Bot", "rooms": [attic]})));
    assert_eq!(bot.status, 201, "{}", bot.text());
    let names = |found: &Value| -> Vec<String> {
        let people = found["people"].as_array().expect("people").iter();
        people.map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    };
    let listed = |person: &Guest| names(&server.gets(By::Cookie(&person.cookie), "people"));
    let all = ["Rosa", "Mona", "Bea", "Gast", "Walker", "Bot"];
    assert_eq!(listed(&bea), ["Rosa", "Mona", "Bea", "Walker"], "nobody of a room that she is not in");
    assert_eq!(listed(&mona), all, "whoever keeps order sees whom");
    let mut beas = bea.connect(server.addr);
    assert_eq!(names(&beas.ask(json!({"op": "people"}))), ["Rosa", "Mona", "Bea", "Walker"]);
    assert_eq!(names(&beas.ask(json!({"op": "people", "q": "gas"}))), [""; 0]);
    assert_eq!(names(&rosas.ask(json!({"op": "people"}))), ["Rosa", "Mona", "Bea", "Gast", "Walker"]);
    rosas.ask(json!({"op": "bring", "room": attic, "user": bea.id}));
    assert_eq!(listed(&bea), all);
    rosas.ask(json!({"op": "remove", "room": attic, "user": gast.id}));
    assert_eq!(names(&beas.ask(json!({"op": "people", "q": "gas"}))), [""; 0]);
}

#[test]
fn a_foreign_page_changes_nothing() {
    let server = TestServer::start();
    let owner = server.person("Rosa", OWNER);
    for (method, path, _) in NEEDS.iter().filter(|(method, ..)| *method != "GET") {
        for origin in ["http://evil.example", "null"] {
            let wire = format!(
                "{method} /api/v1/{path} HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}",
                server.addr, owner.cookie
            );
            let response = server.ask(wire);
            assert_eq!((response.status, response.code().as_str()), (403, "foreign_origin"), "{method} {path}");
        }
    }
    assert_eq!(server.deeds(&owner).iter().filter(|deed| *deed != "account_made").count(), 0);
}

#[test]
fn members_see_who_is_here_and_moderators_see_more() {
    let server = TestServer::start();
    let (owner, bea) = (server.person("Rosa", OWNER), server.person("Bea", 2));
    let gone = server.person("Gone 100%", 1);
    server.sql(&format!("update users set state = 1 where id = {}", gone.id));
    let names = |by: &str, path: &str| -> Vec<String> {
        let list = server.gets(By::Cookie(by), path);
        list["people"].as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&bea.cookie, "people"), ["Rosa", "Bea"]);
    assert_eq!(names(&owner.cookie, "people"), ["Rosa", "Bea", "Gone 100%"]);
    assert_eq!(names(&owner.cookie, "people?q=R%4F"), ["Rosa"]);
    assert_eq!(names(&owner.cookie, "people?q=0%25"), ["Gone 100%"]);
    assert_eq!(names(&owner.cookie, "people?q=_"), [""; 0]);
    assert_eq!(names(&owner.cookie, &format!("people?after={}", owner.id)), ["Bea", "Gone 100%"]);
    let of_bea = &server.gets(By::Cookie(&bea.cookie), "people")["people"][0];
    assert_eq!(
        *of_bea,
        json!({"id": owner.id, "name": "Rosa", "role": "owner", "bot": false, "here": false, "here_at": 0})
    );
    let of_owner = &server.gets(By::Cookie(&owner.cookie), "people")["people"][2];
    assert_eq!((of_owner["state"].as_str(), of_owner["muted_until"].as_i64()), (Some("disabled"), Some(0)));
    for query in ["after=x", "after=-1", "after=01", "q=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx"] {
        assert_eq!(server.refused(By::Cookie(&bea.cookie), "GET", &format!("people?{query}"), None).0, 400, "{query}");
    }
}

#[test]
fn roles_are_given_from_above_and_the_last_owner_stays() {
    let server = TestServer::start();
    let (owner, maud, bea) = (server.person("Rosa", OWNER), server.person("Maud", MODERATOR), server.person("Bea", 2));
    let visitor = server.person("Vic", 1);
    let patch = |by: &str, user: i64, change: Value| {
        let response = server.api(By::Cookie(by), "PATCH", &format!("people/{user}"), Some(change));
        (response.status, if response.status < 400 { response.json()["role"].to_string() } else { response.code() })
    };
    let mut socket = bea.connect(server.addr);
    assert_eq!(patch(&owner.cookie, bea.id, json!({"role": "moderator"})), (200, "\"moderator\"".to_owned()));
    let told = socket.wait(|event| event["ev"] == "account").unwrap();
    assert_eq!(told["me"]["role"], "moderator", "whose role changes learns of it at once");
    for (by, user, change, expected) in [
        (&maud, bea.id, json!({"role": "member"}), (403, "forbidden")),
        (&maud, visitor.id, json!({"role": "guest"}), (403, "forbidden")),
        (&owner, bea.id, json!({"role": "owner"}), (403, "forbidden")),
        (&owner, owner.id, json!({"role": "member"}), (409, "last_owner")),
        (&owner, visitor.id, json!({"role": "member"}), (409, "no_account")),
        (&owner, 999, json!({"role": "member"}), (404, "no_such_person")),
        (&owner, owner.id, json!({"disabled": true}), (403, "forbidden")),
        (&owner, bea.id, json!({"role": "king"}), (400, "bad_request")),
        (&owner, bea.id, json!({}), (400, "bad_request")),
        (&owner, bea.id, json!({"muted_minutes": -1}), (400, "bad_request")),
        (&maud, owner.id, json!({"muted_minutes": 5}), (403, "forbidden")),
        (&maud, bea.id, json!({"muted_minutes": 5}), (403, "forbidden")),
    ] {
        let (status, code) = patch(&by.cookie, user, change.clone());
        assert_eq!((status, code.as_str()), expected, "{} {user} {change}", by.name);
    }
    assert_eq!(patch(&owner.cookie, visitor.id, json!({"role": "guest"})), (200, "\"guest\"".to_owned()));
    server.sql(&format!("update users set role = 4 where id = {}", maud.id));
    assert_eq!(patch(&owner.cookie, owner.id, json!({"role": "member"})), (200, "\"member\"".to_owned()));
    assert_eq!(patch(&maud.cookie, maud.id, json!({"role": "member"})), (409, "last_owner".to_owned()));
}

#[test]
fn a_mute_is_told_and_ends() {
    let server = TestServer::start();
    let (maud, vic) = (server.person("Maud", MODERATOR), server.person("Vic", 1));
    let mut socket = vic.connect(server.addr);
    let path = format!("people/{}", vic.id);
    let muted = server.api(By::Cookie(&maud.cookie), "PATCH", &path, Some(json!({"muted_minutes": 5}))).json();
    let until = muted["muted_until"].as_i64().unwrap();
    assert!(until > 0);
    let told = socket.wait(|event| event["ev"] == "account").unwrap();
    assert_eq!(told["me"]["muted_until"], json!(until));
    let ended = server.api(By::Cookie(&maud.cookie), "PATCH", &path, Some(json!({"muted_minutes": 0}))).json();
    assert_eq!(ended["muted_until"], 0);
}

#[test]
fn who_is_disabled_is_out_until_enabled() {
    let server = TestServer::start();
    let (owner, bea) = (server.person("Rosa", OWNER), server.person("Bea", 2));
    let mut socket = bea.connect(server.addr);
    let path = format!("people/{}", bea.id);
    let done = server.api(By::Cookie(&owner.cookie), "PATCH", &path, Some(json!({"disabled": true})));
    assert_eq!(done.json()["state"], "disabled");
    assert_eq!(socket.close_code(), Some(4401));
    assert_eq!(server.refused(By::Cookie(&bea.cookie), "GET", "me", None), (401, "no_session".to_owned()));
    let done = server.api(By::Cookie(&owner.cookie), "PATCH", &path, Some(json!({"disabled": false})));
    assert_eq!(done.json()["state"], "active");
    assert_eq!(server.refused(By::Cookie(&bea.cookie), "GET", "me", None).0, 401, "ended sessions stay ended");
    assert!(server.deeds(&owner).ends_with(&["disabled".to_owned(), "enabled".to_owned()]));
}

#[test]
fn whoever_is_banned_is_out_at_once() {
    let server = TestServer::start();
    let (owner, maud) = (server.person("Rosa", OWNER), server.person("Maud", MODERATOR));
    let (bea, vic) = (server.person("Bea", 2), server.person("Vic", 1));
    let mut desk = vic.connect(server.addr);
    let mut phone = vic.connect(server.addr);
    let mut other = bea.connect(server.addr);
    let made = server.api(By::Cookie(&maud.cookie), "POST", "bans", Some(ban_of(&vic)));
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!((desk.close_code(), phone.close_code()), (Some(4403), Some(4403)));
    assert_eq!(server.refused(By::Cookie(&vic.cookie), "GET", "me", None), (401, "no_session".to_owned()));
    assert!(vic.open(server.addr).is_err(), "and gets no new connection");
    assert_eq!(other.send(1, "k", "the others go on"), other.event_of("entry", 1)["seq"].as_i64().unwrap());

    let list = server.gets(By::Cookie(&maud.cookie), "bans");
    let ban = &list["bans"][0];
    assert_eq!((&ban["user"]["name"], &ban["by"]["name"]), (&json!("Vic"), &json!("Maud")));
    assert_eq!((&ban["reason"], &ban["until"], &ban["addresses"]), (&json!("spam"), &json!(null), &json!(null)));
    let path = format!("bans/{}", ban["id"]);
    for (by, body, expected) in [
        (&maud, ban_of(&vic), (409, "is_banned")),
        (&maud, ban_of(&maud), (403, "forbidden")),
        (&maud, ban_of(&owner), (403, "forbidden")),
        (&maud, json!({"user": 999, "reason": ""}), (404, "no_such_person")),
        (&maud, json!({"reason": "nobody"}), (400, "bad_request")),
        (&maud, json!({"user": bea.id, "addresses": "192.0.2.1", "reason": ""}), (400, "bad_request")),
        (&maud, json!({"user": bea.id, "minutes": 0}), (400, "bad_request")),
        (&maud, json!({"user": bea.id, "reason": "x".repeat(201)}), (400, "bad_request")),
        (&maud, json!({"user": bea.id, "reason": "a\nb"}), (400, "bad_request")),
    ] {
        let (status, code) = server.refused(By::Cookie(&by.cookie), "POST", "bans", Some(body.clone()));
        assert_eq!((status, code.as_str()), expected, "{body}");
    }
    assert_eq!(server.api(By::Cookie(&maud.cookie), "DELETE", &path, None).status, 204);
    assert_eq!(server.refused(By::Cookie(&maud.cookie), "DELETE", &path, None), (404, "no_such_ban".to_owned()));
    assert_eq!(server.gets(By::Cookie(&maud.cookie), "bans")["bans"], json!([]));
    assert_eq!(server.number(&format!("select state from users where id = {}", vic.id)), 0);
    assert!(server.deeds(&owner).ends_with(&["banned".to_owned(), "ban_lifted".to_owned()]));
}

#[test]
fn a_ban_ends_when_its_time_is_over() {
    let server = TestServer::start();
    let (owner, vic) = (server.person("Rosa", OWNER), server.person("Vic", 1));
    let ban = json!({"user": vic.id, "minutes": 1, "reason": ""});
    let made = server.api(By::Cookie(&owner.cookie), "POST", "bans", Some(ban)).json();
    assert!(made["until"].as_i64().unwrap() > made["created_at"].as_i64().unwrap());
    server.sql("update bans set until = 1");
    smol::block_on(server.hub.refresh_bans()).unwrap();
    let until = std::time::Instant::now() + common::PATIENCE;
    while server.number(&format!("select state from users where id = {}", vic.id)) != 0 {
        assert!(std::time::Instant::now() < until, "the ban never ends");
    }
    assert_eq!(server.deeds(&owner).last().map(String::as_str), Some("ban_lifted"));
}

/// Connects from an address of this machine's own network, sends, and reads to the end.
fn ask_from(server: &TestServer, from: Ipv4Addr, wire: &str) -> (u16, String) {
    let mut stream = connect_from(server.addr, from);
    stream.write_all(wire.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0), answer)
}

fn connect_from(to: SocketAddr, from: Ipv4Addr) -> TcpStream {
    use rustix::net::{AddressFamily, SocketAddrV4, SocketType, bind, connect, socket};
    let fd = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&fd, &SocketAddrV4::new(from, 0)).unwrap();
    connect(&fd, &to).unwrap();
    let stream = TcpStream::from(fd);
    stream.set_read_timeout(Some(common::PATIENCE)).unwrap();
    stream
}

#[test]
fn a_banned_address_gets_the_page_that_says_so_and_no_more() {
    let server = TestServer::start();
    let (owner, vic) = (server.person("Rosa", OWNER), server.person("Vic", 1));
    let (near, far) = (Ipv4Addr::new(127, 9, 0, 7), Ipv4Addr::new(127, 10, 0, 7));
    let request = |path: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n", server.addr, vic.cookie)
    };
    assert_eq!(ask_from(&server, near, &request("/api/v1/me")).0, 200);
    let mut near_socket = vic.connect_by(server.addr, connect_from(server.addr, near));
    let mut far_socket = vic.connect_by(server.addr, connect_from(server.addr, far));

    let ban = json!({"addresses": "127.9.255.1/16", "minutes": 5, "reason": "flood"});
    let made = server.api(By::Cookie(&owner.cookie), "POST", "bans", Some(ban));
    assert_eq!((made.status, &made.json()["addresses"]), (201, &json!("127.9.0.0/16")));
    assert_eq!(near_socket.close_code(), Some(4403));
    for path in ["/api/v1/me", "/api/v1/door", "/ws", "/api/v1/people"] {
        let (status, answer) = ask_from(&server, near, &request(path));
        let is_there = path != "/api/v1/door" || status != 404;
        assert!(!is_there || (status == 403 && answer.contains("\"banned\"")), "{path}: {answer}");
    }
    for path in ["/", "/healthz", "/favicon.ico", &server.script_path()] {
        assert_eq!(ask_from(&server, near, &request(path)).0, 200, "{path}");
    }
    assert_eq!(ask_from(&server, far, &request("/api/v1/me")).0, 200, "a neighbour is let in");
    far_socket.ask(json!({"op": "ping"}));

    let path = format!("bans/{}", made.json()["id"]);
    assert_eq!(server.api(By::Cookie(&owner.cookie), "DELETE", &path, None).status, 204);
    assert_eq!(ask_from(&server, near, &request("/api/v1/me")).0, 200);
    for (addresses, code) in [
        ("127.0.0.1", "own_address"),
        ("127.0.0.0/8", "own_address"),
        ("::1", "own_address"),
        ("10.0.0.0/7", "range_too_wide"),
        ("2001:db8::/31", "range_too_wide"),
        ("10.0.0.0/33", "bad_range"),
        ("everybody", "bad_range"),
    ] {
        let body = Some(json!({"addresses": addresses, "reason": ""}));
        assert_eq!(
            server.refused(By::Cookie(&owner.cookie), "POST", "bans", body),
            (422, code.to_owned()),
            "{addresses}"
        );
    }
}

#[test]
fn the_number_of_bans_by_address_is_bounded() {
    let server = TestServer::with(|config| config.chat.asks_per_minute = 0);
    let owner = server.person("Rosa", OWNER);
    server.sql(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
         insert into bans (id, addresses, reason, created_at) select i, '10.0.' || (i / 256) || '.' || (i % 256), '', 0 from n",
    );
    let body = Some(json!({"addresses": "192.0.2.1", "reason": ""}));
    assert_eq!(server.refused(By::Cookie(&owner.cookie), "POST", "bans", body), (409, "too_many_bans".to_owned()));
    let first = server.gets(By::Cookie(&owner.cookie), "bans");
    assert_eq!((first["bans"].as_array().unwrap().len(), &first["more"]), (100, &json!(true)));
    assert_eq!(server.gets(By::Cookie(&owner.cookie), "bans?before=51")["bans"].as_array().unwrap().len(), 50);
}

#[test]
fn reports_are_shown_to_moderators_who_may_know_the_room() {
    let server = TestServer::start();
    let (maud, mo) = (server.person("Maud", MODERATOR), server.person("Mo", MODERATOR));
    let mut vic = Client::enter(server.addr, "Vic");
    let seq = vic.send(1, "k", "something bad");
    let kitchen = vic.ask(json!({"op": "create", "name": "Kitchen"}))["room"]["id"].as_i64().unwrap();
    let inside = vic.send(kitchen, "k", "whispered");
    server.sql(&format!(
        "update rooms set kind = 1, folded = null where id = {kitchen};
         insert into memberships (room_id, user_id, since_seq, read_seq, joined_at) values ({kitchen}, {}, 1, 0, 0);
         insert into reports (id, room_id, seq, reported_by, reason, created_at)
            values (1, 1, {seq}, {}, 'rude', 5), (2, {kitchen}, {inside}, {}, 'secret', 6)",
        maud.id, mo.id, maud.id
    ));
    let ids = |by: &str| -> Vec<i64> {
        let list = server.gets(By::Cookie(by), "reports");
        list["reports"].as_array().unwrap().iter().map(|report| report["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(&maud.cookie), [2, 1]);
    assert_eq!(ids(&mo.cookie), [1], "who is not in the room learns nothing of it");
    let report = &server.gets(By::Cookie(&mo.cookie), "reports")["reports"][0];
    let expected = json!({"id": 1, "room": {"id": 1, "name": "Lobby"}, "seq": seq, "text": "something bad",
        "author": {"id": vic.guest.id, "name": "Vic"}, "by": {"id": mo.id, "name": "Mo"}, "reason": "rude",
        "created_at": 5, "handled": false});
    assert_eq!(*report, expected);

    let mark = Some(json!({"handled": true}));
    let unknown = server.api(By::Cookie(&mo.cookie), "PATCH", "reports/99", mark.clone());
    let hidden = server.api(By::Cookie(&mo.cookie), "PATCH", "reports/2", mark.clone());
    assert_eq!((unknown.status, unknown.text()), (404, hidden.text()), "hidden and unknown are one answer");
    assert_eq!(server.api(By::Cookie(&mo.cookie), "PATCH", "reports/1", mark).status, 204);
    assert_eq!(server.gets(By::Cookie(&maud.cookie), "reports")["reports"][1]["handled"], true);

    server.sql(&format!("update memberships set since_seq = {} where user_id = {}", inside + 1, maud.id));
    server.sql(&format!("update entries set text = null where room_id = 1 and seq = {seq}"));
    assert_eq!(ids(&maud.cookie), [1], "nor does who came later of what was before");
    assert!(server.gets(By::Cookie(&maud.cookie), "reports")["reports"][0].get("text").is_none());
}

#[test]
fn the_owner_reads_what_was_done_but_not_in_rooms_that_they_do_not_know() {
    let server = TestServer::start();
    let (owner, maud) = (server.person("Rosa", OWNER), server.person("Maud", MODERATOR));
    let mut vic = Client::enter(server.addr, "Vic");
    let kitchen = vic.ask(json!({"op": "create", "name": "Kitchen"}))["room"]["id"].as_i64().unwrap();
    server.sql(&format!("update rooms set kind = 1, folded = null where id = {kitchen}"));
    let before = server.deeds(&owner).len();
    for _ in 0..2 {
        let path = format!("people/{}", vic.guest.id);
        for minutes in [5, 0] {
            let change = Some(json!({ "muted_minutes": minutes }));
            assert_eq!(server.api(By::Cookie(&maud.cookie), "PATCH", &path, change).status, 200);
        }
    }
    server.sql(&format!(
        "insert into audit (id, at, actor, deed, room_id, detail)
         values ((select max(id) + 1 from audit), 7, {}, 'member_removed', {kitchen}, 'x')",
        vic.guest.id
    ));
    assert_eq!(server.deeds(&owner)[before..], ["muted", "unmuted", "muted", "unmuted"]);
    let page = server.gets(By::Cookie(&owner.cookie), "audit");
    let line = &page["entries"][0];
    assert_eq!((&line["actor"]["name"], &line["user"]["name"]), (&json!("Maud"), &json!("Vic")));
    let older = server.gets(By::Cookie(&owner.cookie), &format!("audit?before={}", line["id"]));
    assert_eq!(older["entries"][0]["deed"], "muted");
    assert_eq!(server.refused(By::Cookie(&maud.cookie), "GET", "audit", None), (403, "forbidden".to_owned()));
}

/// The log is append-only: no statement in the code changes or deletes a line of it.
#[test]
fn nothing_changes_or_deletes_what_stands_in_the_audit_log() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for found in std::fs::read_dir(folder).unwrap() {
            let path = found.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default().to_lowercase();
            let words: Vec<&str> =
                text.split_whitespace().map(|word| word.trim_matches(['"', '`', '(', ')'])).collect();
            for words in words.windows(3) {
                let is_change = matches!(
                    words,
                    ["update", "audit", _]
                        | ["delete", "from", "audit"]
                        | ["drop", "table", "audit"]
                        | ["replace", "into", "audit"]
                        | ["or", "replace", "audit"]
                        | ["truncate", "audit", _]
                );
                assert!(!is_change, "{}: {words:?}", path.display());
            }
            files += 1;
        }
    }
    assert!(files > 50, "only {files} files were read");
}
