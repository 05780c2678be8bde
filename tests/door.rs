//! Who gets in while others guess: storms of wrong passwords from many addresses, and the honest people beside them.

mod common;

use common::{Client, Response, TestServer, password_of, token_of};
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};

/// Addresses from which a storm comes.
const STORM: u8 = 100;

/// Honest people who sign in while it goes on, each from an address of their own.
const HONEST: u8 = 5;

/// Tries that each of them needs at most, once every address of the storm has failed.
const TRIES_MAX: usize = 3;

/// Sends a request from that address of this machine, with a JSON body, unless that is `null`, and a cookie.
fn call_from(from: [u8; 4], server: &TestServer, method: &str, path: &str, cookie: &str, body: &Value) -> Response {
    let file = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&file, &SocketAddr::from((Ipv4Addr::from(from), 0))).expect("an address of this machine");
    connect(&file, &server.addr).expect("it listens");
    let stream = TcpStream::from(file);
    stream.set_read_timeout(Some(common::PATIENCE)).expect("a timeout");
    let mut client = Client { stream, held: Vec::new() };
    client.send(TestServer::wire(method, path, cookie, body));
    client.response()
}

fn sign_in_from(from: [u8; 4], server: &TestServer, account: &str, password: &str) -> Response {
    let body = json!({"account": account, "password": password});
    call_from(from, server, "POST", "/api/v1/sessions", "", &body)
}

fn address(number: u8) -> [u8; 4] {
    [127, 0, 2, number]
}

/// Ends the storm, however the test ends.
struct Calm<'a>(&'a AtomicBool);

impl Drop for Calm<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The default limits, and a hundred addresses that guess at names that nobody has, as often as they are answered.
#[test]
fn an_honest_person_signs_in_while_a_hundred_addresses_storm() {
    let server = TestServer::start();
    server.owner("Rosa");
    let is_over = AtomicBool::new(false);
    let (failed, failures) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let _calm = Calm(&is_over);
        for number in 1..=STORM {
            let (server, is_over, failed) = (&server, &is_over, failed.clone());
            scope.spawn(move || {
                for guess in 0.. {
                    let response = sign_in_from(address(number), server, &format!("{number} {guess}"), "a guess");
                    assert!(matches!(response.status, 401 | 429 | 503), "{}", response.text());
                    if is_over.load(Ordering::Relaxed) || (response.status == 401 && failed.send(number).is_err()) {
                        return;
                    }
                }
            });
        }
        let mut seen = HashSet::new();
        while seen.len() < usize::from(STORM) {
            seen.insert(failures.recv().expect("the storm goes on"));
        }
        for person in 1..=HONEST {
            let is_in = (1..=TRIES_MAX).any(|_| {
                let response = sign_in_from([127, 0, 9, person], &server, "Rosa", &password_of("Rosa"));
                assert!(matches!(response.status, 201 | 503), "only the queue refuses: {}", response.text());
                response.status == 201
            });
            assert!(is_in, "person {person} is not in after {TRIES_MAX} tries");
        }
    });
}

/// An attack on one account from many addresses costs its owner a wait at most, and nothing where they have signed in before.
#[test]
fn the_owner_of_an_attacked_account_gets_in_as_told() {
    let server = TestServer::with(|config| {
        config.people.sign_ins_per_minute = 6;
        config.people.sign_ins_per_address = 0;
        config.people.hashes_at_once = 2;
    });
    let rosa = server.owner("Rosa");
    let (home, away) = ([127, 0, 9, 1], [127, 0, 9, 2]);
    let password = password_of("Rosa");
    assert_eq!(sign_in_from(home, &server, "Rosa", &password).status, 201);
    let is_over = AtomicBool::new(false);
    let (slowed, all_slowed) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let _calm = Calm(&is_over);
        for number in 1..=13 {
            let (server, is_over, slowed) = (&server, &is_over, slowed.clone());
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let status = sign_in_from(address(number), server, "Rosa", "a guess").status;
                    if status == 429 && slowed.send(number).is_err() {
                        return;
                    }
                }
            });
        }
        let mut seen = HashSet::new();
        while seen.len() < 13 {
            seen.insert(all_slowed.recv().expect("the storm goes on"));
        }
        let first = sign_in_from(away, &server, "rosa", &password);
        assert_eq!((first.status, first.code().as_str()), (429, "rate_limited"), "{}", first.text());
        assert_eq!(sign_in_from(home, &server, "rosa", &password).status, 201, "at home nobody waits");
        let change = json!({"old": password, "new": "battery staple"});
        let changed = call_from(away, &server, "PUT", "/api/v1/me/password", &rosa.cookie, &change);
        assert_eq!(changed.status, 204, "nor does whoever is in: {}", changed.text());
        // What was told is kept: the wait only becomes shorter, and at its end is a try.
        let mut told_ms = first.json()["error"]["retry_after_ms"].as_u64().expect("a wait");
        assert!(told_ms <= 60_000, "{told_ms}");
        loop {
            let response = sign_in_from(away, &server, "rosa", "battery staple");
            if response.status == 201 {
                break;
            }
            let still_ms = response.json()["error"]["retry_after_ms"].as_u64().expect("a wait");
            assert!(still_ms <= told_ms, "told {told_ms} ms, then {still_ms} ms");
            told_ms = still_ms;
        }
    });
}

#[test]
fn junk_links_keep_no_neighbour_from_signing_in_and_good_ones_cost_nothing() {
    let server = TestServer::with(|config| config.people.sign_ins_per_address = 10);
    let rosa = server.owner("Rosa");
    let party = json!({"role": "guest", "room": 1, "uses": 100, "hours": 1});
    let made = server.call("POST", "/api/v1/invitations", &rosa.cookie, &party);
    let token = token_of(&made.json());
    for number in 0..40 {
        let looked = server.call("POST", "/api/v1/invitations/look", "", &json!({"token": token}));
        assert_eq!(looked.status, 200, "phone {number}: {}", looked.text());
        let taken = json!({"token": token, "name": format!("Phone {number}")});
        let taken = server.call("POST", "/api/v1/invitations/accept", "", &taken);
        assert_eq!(taken.status, 201, "phone {number}: {}", taken.text());
    }
    let junk = || server.call("POST", "/api/v1/invitations/look", "", &json!({"token": "junk"})).status;
    let statuses: Vec<u16> = (0..12).map(|_| junk()).collect();
    assert_eq!((statuses[0], statuses[11]), (404, 429), "{statuses:?}");
    // A name that somebody has is no junk, but was in vain, too.
    let taken = json!({"token": token, "name": "Rosa"});
    assert_eq!(server.call("POST", "/api/v1/invitations/accept", "", &taken).status, 429);
    let body = json!({"account": "Rosa", "password": password_of("Rosa")});
    assert_eq!(server.call("POST", "/api/v1/sessions", "", &body).status, 201, "the neighbour");
}
