//! The life of the process: where it starts, what keeps it from starting, how it ends.

mod common;

use common::PATIENCE;
use common::process::{Place, Running};
use rustix::process::Signal;
use std::fs::Permissions;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a snug that is expected to refuse: returns the exit code and its complaint, which must be one line.
fn refusal(command: &mut Command) -> (Option<i32>, String) {
    let (code, output) = Running::start(command).end();
    let complaints: Vec<_> = output.lines().filter(|line| line.starts_with("snug: ")).collect();
    assert_eq!(complaints.len(), 1, "one clear line, not:\n{output}");
    assert!(!output.contains("is open at"), "it said that it serves:\n{output}");
    (code, complaints[0].to_owned())
}

fn assert_names(complaint: &str, parts: &[&str]) {
    for part in parts {
        assert!(complaint.contains(part), "{part:?} is not in: {complaint}");
    }
}

/// Asks for `/healthz` and returns the first line of the answer.
fn ask(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).expect("an answer");
    line
}

#[test]
fn port_0_prints_the_real_address_and_serves_there() {
    let place = Place::new();
    let mut snug = Running::start(&mut place.snug(&[]));
    let address = snug.address();
    assert_ne!(address.port(), 0);
    assert!(ask(address).starts_with("HTTP/1.1 2"));
    assert!(place.path("data/snug.db").exists(), "data stands under data/");
}

#[test]
fn no_other_user_of_the_machine_reads_the_data() {
    let place = Place::new();
    let mode = |name: &str| std::fs::metadata(place.path(name)).expect(name).permissions().mode() & 0o777;
    let mut snug = Running::start(&mut place.snug(&[]));
    snug.address();
    assert_eq!(mode("data"), 0o700);
    for name in ["data/snug.db", "data/snug.db-wal", "data/snug.db-shm", "data/snug.lock"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    snug.signal(Signal::TERM);
    assert_eq!(snug.end().0, Some(0));

    std::fs::set_permissions(place.path("data/snug.db"), Permissions::from_mode(0o644)).unwrap();
    let mut snug = Running::start(&mut place.snug(&[]));
    snug.address();
    snug.signal(Signal::TERM);
    let (_, output) = snug.end();
    assert!(output.contains("can be read by every user of this machine"), "{output}");
    assert_eq!(mode("data/snug.db"), 0o644, "what its keeper has set stays");
}

#[test]
fn listening_everywhere_still_prints_an_address_that_opens_here() {
    let place = Place::new();
    let mut snug = Running::start(place.snug(&["serve"]).env("SNUG_LISTEN", "0.0.0.0:0"));
    assert!(ask(snug.address()).starts_with("HTTP/1.1 2"));
}

#[test]
fn a_taken_port_is_told_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, complaint) = refusal(Place::new().snug(&[]).env("SNUG_LISTEN", &address));
    assert_eq!(code, Some(1));
    assert_names(&complaint, &[&address, "in use"]);
}

#[test]
fn a_directory_that_cannot_be_written_is_told_in_one_line() {
    let place = Place::new();
    std::fs::write(place.path("file"), "in the way").unwrap();
    for directory in [place.path("file/data"), PathBuf::from("/proc/snug")] {
        let (code, complaint) = refusal(place.snug(&[]).env("SNUG_DATA", &directory));
        assert_eq!(code, Some(1));
        assert_names(&complaint, &[&directory.display().to_string()]);
    }
}

#[test]
fn a_corrupt_database_is_told_in_one_line_and_left_as_it_is() {
    let place = Place::new();
    let garbage = "this is no database ".repeat(1_000);
    std::fs::create_dir(place.path("data")).unwrap();
    std::fs::write(place.path("data/snug.db"), &garbage).unwrap();
    for arguments in [&["serve"], &["setup-db"]] {
        let (code, complaint) = refusal(&mut place.snug(arguments));
        assert_eq!(code, Some(1));
        assert_names(&complaint, &["snug.db"]);
    }
    assert_eq!(std::fs::read_to_string(place.path("data/snug.db")).unwrap(), garbage);
}

#[test]
fn a_newer_database_is_told_in_one_line() {
    let place = Place::new();
    assert_eq!(Running::start(&mut place.snug(&["setup-db"])).end().0, Some(0));
    execute(&place.path("data/snug.db"), "UPDATE schema_version SET version = 999");
    let (code, complaint) = refusal(&mut place.snug(&[]));
    assert_eq!(code, Some(1));
    assert_names(&complaint, &["snug.db", "999"]);
}

/// Changes a database behind snug's back.
fn execute(database: &Path, sql: &'static str) {
    use sqlx::{Connection, Executor, sqlite::SqliteConnectOptions};
    smol::block_on(async {
        let options = SqliteConnectOptions::new().filename(database);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("the database opens");
        connection.execute(sql).await.expect("the statement works");
        connection.close().await.expect("it closes");
    });
}

#[test]
fn too_few_file_descriptors_are_told_in_one_line() {
    let place = Place::new();
    let limited = |limit: &str, snug: &Command| {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("ulimit {limit} && exec \"$0\"")]).arg(snug.get_program());
        place.settle(command)
    };
    let (code, complaint) = refusal(&mut limited("-n 64", &place.snug(&[])));
    assert_eq!(code, Some(1));
    assert_names(&complaint, &["file descriptors", "4096 are needed", "64 are allowed", "SNUG_CONNECTIONS"]);

    let mut fewer = Running::start(&mut limited("-n 300", &place.snug(&[])));
    fewer.address();
    fewer.signal(Signal::TERM);
    let (code, output) = fewer.end();
    assert_eq!(code, Some(0));
    let warning = output.lines().find(|line| line.contains("file descriptors")).expect("a warning");
    assert_names(
        warning,
        &["WARN", "4096 are needed", "300 are allowed", "ulimit -n 4096", "204 connections are taken"],
    );

    let mut raised = Running::start(limited("-S -n 64", &place.snug(&[])).env("SNUG_CONNECTIONS", "200"));
    raised.address();
}

#[test]
fn unknown_and_malformed_keys_are_told_one_line_each() {
    let place = Place::new();
    let mut command = place.snug(&[]);
    let (code, output) =
        Running::start(command.env("SNUG_LISTEN", "here").env("SNUG_TREADS", "2").env("SNUG_THREADS", "many")).end();
    assert_eq!(code, Some(2));
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(lines.len(), 3, "{output}");
    assert_names(lines[0], &["SNUG_LISTEN", "here", "an IP address and a port"]);
    assert_names(lines[1], &["SNUG_THREADS", "many", "from 0 to 256"]);
    assert_names(lines[2], &["SNUG_TREADS", "2", "SNUG_THREADS"]);
}

#[test]
fn snug_env_picks_the_file_and_the_real_environment_wins() {
    let place = Place::new();
    let shipped = include_str!("../.env.staging").replace("SNUG_PING_MS=25000", "SNUG_PING_MS=20000");
    std::fs::write(place.path(".env.staging"), format!("\u{feff}{shipped}")).unwrap();
    let staging = |arguments| {
        let mut command = place.snug(arguments);
        command.env("SNUG_ENV", "staging");
        command
    };
    let (code, output) = Running::start(staging(&["check-config"]).env("SNUG_IDLE_MS", "1234")).end();
    assert_eq!(code, Some(0), "{output}");
    for line in ["SNUG_ENV=staging", "SNUG_PING_MS=20000", "SNUG_IDLE_MS=1234", "SNUG_LISTEN=127.0.0.1:0"] {
        assert!(output.lines().any(|printed| printed == line), "{line} is not in:\n{output}");
    }

    std::fs::write(place.path(".env.staging"), shipped.replace("SNUG_ROOMS=10000\n", "")).unwrap();
    let (code, complaint) = refusal(&mut staging(&[]));
    assert_eq!(code, Some(2));
    assert_names(&complaint, &["SNUG_ROOMS is missing in .env.staging", "SNUG_ROOMS=10000"]);

    std::fs::write(place.path(".env.staging"), "# one\nSNUG_DATA=a b\n").unwrap();
    let (code, complaint) = refusal(&mut staging(&[]));
    assert_eq!(code, Some(2));
    assert_names(&complaint, &[".env.staging, line 2, SNUG_DATA", "KEY=value"]);
}

#[test]
fn what_check_config_prints_is_a_whole_env_file() {
    let place = Place::new();
    let mut command = place.snug(&["check-config"]);
    let (_, printed) = Running::start(command.env("SNUG_DATA", "/srv/my \"own\" $data")).end();
    std::fs::write(place.path(".env.production"), &printed).unwrap();
    let (code, again) = Running::start(&mut place.snug(&["check-config"])).end();
    assert_eq!((code, again), (Some(0), printed));
}

#[test]
fn a_wrong_word_is_told_in_one_line() {
    let (code, complaint) = refusal(&mut Place::new().snug(&["sevre"]));
    assert_eq!(code, Some(2));
    assert_names(&complaint, &["sevre", "--help"]);
}

#[test]
fn help_and_version_need_no_configuration() {
    for (word, part) in [("--help", "SNUG_DATA=/var/lib/snug snug"), ("--version", env!("CARGO_PKG_VERSION"))] {
        let (code, output) = Running::start(Place::new().snug(&[word]).env("SNUG_LISTEN", "nonsense")).end();
        assert_eq!(code, Some(0));
        assert!(output.contains(part), "{output}");
    }
}

#[test]
fn setup_db_says_what_it_did_and_finds_it_done_the_next_time() {
    let place = Place::new();
    let (code, first) = Running::start(&mut place.snug(&["setup-db"])).end();
    assert_eq!(code, Some(0), "{first}");
    assert!(place.path("data/snug.db").exists());
    let (code, second) = Running::start(&mut place.snug(&["setup-db"])).end();
    assert_eq!(code, Some(0));
    assert_ne!(first, second, "the second time there was nothing to create");
}

#[test]
fn a_polite_signal_ends_it_with_0() {
    for signal in [Signal::TERM, Signal::INT] {
        let place = Place::new();
        let mut snug = Running::start(&mut place.snug(&[]));
        let address = snug.address();
        snug.signal(signal);
        let (code, output) = snug.end();
        assert_eq!(code, Some(0), "{output}");
        TcpStream::connect(address).expect_err("the port is free again");
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let place = Place::new();
    let mut snug = Running::start(&mut place.snug(&[]));
    snug.address();
    // Stopped, it receives both before it can act on the first.
    for signal in [Signal::STOP, Signal::INT, Signal::TERM, Signal::CONT] {
        snug.signal(signal);
    }
    let (code, output) = snug.end();
    assert!(matches!(code, Some(130 | 143)), "{code:?}\n{output}");
}

#[test]
fn sighup_reopens_the_log_file() {
    let place = Place::new();
    let log = place.path("snug.log");
    let mut snug = Running::start(place.snug(&[]).env("SNUG_LOG_FILE", &log).env("SNUG_LOG_FORMAT", "json"));
    snug.address();
    std::fs::rename(&log, place.path("moved.log")).unwrap();
    snug.signal(Signal::HUP);
    snug.line("logs reopened");
    snug.signal(Signal::TERM);
    assert_eq!(snug.end().0, Some(0));
    let text = std::fs::read_to_string(&log).expect("a new file");
    assert!(text.contains("logs reopened") && text.contains("shutting down"), "{text}");
    for line in text.lines() {
        let read: serde_json::Value = serde_json::from_str(line).expect("one JSON object a line");
        assert!(read["time"].is_string() && read["target"].is_string(), "{line}");
    }
}

#[test]
fn a_log_file_that_cannot_be_opened_is_told_in_one_line() {
    let (code, complaint) = refusal(Place::new().snug(&[]).env("SNUG_LOG_FILE", "/proc/snug/snug.log"));
    assert_eq!(code, Some(1));
    assert_names(&complaint, &["/proc/snug/snug.log", "SNUG_LOG_FILE"]);
}

#[test]
fn a_full_log_disk_stops_nobody() {
    let place = Place::new();
    let mut snug = Running::start(place.snug(&[]).env("SNUG_LOG_FILE", "/dev/full"));
    let address = snug.address();
    snug.line("the log file cannot be written");
    assert!(ask(address).starts_with("HTTP/1.1 2"));
    snug.signal(Signal::TERM);
    assert_eq!(snug.end().0, Some(0));
}

/// Cargo hands the variables of the build script on to what `cargo run` starts, where one that looks like a key would be
/// an unknown one.
#[test]
fn cargo_run_is_not_stopped_by_the_build_scripts_own_variables() {
    let script = include_str!("../build.rs");
    assert!(!script.contains("rustc-env=SNUG_"), "name it without SNUG_");
}
