//! History: pages of the log, each in a time that does not grow with the log.

mod common;

use common::TestServer;
use common::socket::Client;
use serde_json::{Value, json};

fn seqs(page: &Value) -> Vec<i64> {
    page["entries"].as_array().expect("entries").iter().map(|entry| entry["seq"].as_i64().expect("a seq")).collect()
}

fn filled(server: &TestServer, entries: i64) -> Client {
    let mut rosa = Client::enter(server.addr, "Rosa");
    for n in 2..=entries {
        rosa.say(json!({"op": "send", "room": 1, "key": format!("k{n}"), "text": format!("message {n}")}));
    }
    rosa.wait(|value| value["seq"] == entries).expect("the last entry");
    rosa
}

#[test]
fn pages_before_after_and_around_are_gapless_and_in_order() {
    let server = TestServer::with(|config| config.chat.sends_per_minute = 0);
    let mut rosa = filled(&server, 250);
    let mut page = |request: Value| seqs(&rosa.ask(request));
    assert_eq!(page(json!({"op": "history", "room": 1, "before": 251})), (201..=250).collect::<Vec<_>>());
    assert_eq!(page(json!({"op": "history", "room": 1, "before": 30, "limit": 100})), (1..=29).collect::<Vec<_>>());
    assert_eq!(page(json!({"op": "history", "room": 1, "after": 10, "limit": 3})), [11, 12, 13]);
    assert_eq!(page(json!({"op": "history", "room": 1, "after": 250})), [0; 0]);
    assert_eq!(page(json!({"op": "history", "room": 1, "around": 100, "limit": 5})), [98, 99, 100, 101, 102]);
    assert_eq!(page(json!({"op": "history", "room": 1, "around": 1, "limit": 4})), [1, 2]);
    assert_eq!(page(json!({"op": "history", "room": 1, "before": i64::MIN})), [0; 0]);
    assert_eq!(page(json!({"op": "history", "room": 1, "around": i64::MIN})).len(), 25);
    assert_eq!(rosa.refused(json!({"op": "history", "room": 1, "before": 9, "limit": 0})), "bad_request");
}

#[test]
fn a_page_of_the_longest_messages_is_cut_short_at_the_far_end() {
    let server = TestServer::with(|config| config.chat.sends_per_minute = 0);
    let mut rosa = Client::enter(server.addr, "Rosa");
    for n in 0..40 {
        rosa.send(1, &format!("k{n}"), &"é".repeat(8_000));
    }
    let page = seqs(&rosa.ask(json!({"op": "history", "room": 1, "before": 42, "limit": 40})));
    assert!(page.len() < 40 && page.last() == Some(&41), "{page:?}");
    let around = seqs(&rosa.ask(json!({"op": "history", "room": 1, "around": i64::MIN, "limit": 80})));
    assert!(around.len() < 40 && around.first() == Some(&1), "{around:?}");
    let page = seqs(&rosa.ask(json!({"op": "history", "room": 1, "after": 1, "limit": 40})));
    assert!(page.len() < 40 && page.first() == Some(&2), "{page:?}");
}

/// Every statement that a reader or the writer runs for one room finds its rows by an index, so that it takes the same time
/// at ten entries and at ten million. (`max(id)` walks to the end of an index; SQLite calls that a search, too.)
#[test]
fn no_statement_scans_a_table() {
    let server = TestServer::start();
    let plans = smol::block_on(server.hub.store.query_plans()).expect("plans");
    assert!(plans.len() >= 8, "{plans:?}");
    for (sql, plan) in plans {
        assert!(plan.iter().any(|step| step.starts_with("SEARCH")), "no index in {plan:?} for {sql}");
        for step in plan {
            // A list in the statement itself, and the counted window of unread entries, are no tables.
            let is_list = ["SCAN CONSTANT ROW", "SCAN v", "SCAN recent"].contains(&step.as_str())
                || step.ends_with("VALUES CLAUSE");
            assert!(!step.starts_with("SCAN") || is_list, "{step} in {sql}");
        }
    }
}
