//! Measures snug beside a yardstick: the least that a server on this machine can do.
//!
//! One thread, epoll, no allocation for a message: the generator must be cheaper than any server. [`herd`] owns the
//! clients' sockets, [`talk`] says what they say, [`scenario`] has the runs by name, [`raw`] is the yardstick, and
//! [`suite`] runs everything in interleaved rounds and prints the tables.

mod frame;
mod goals;
mod guests;
mod herd;
mod histogram;
mod poll;
mod raw;
mod report;
mod scenario;
mod server;
mod suite;
mod system;
mod talk;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use lexopt::prelude::*;

use crate::scenario::Scenario;
use crate::server::{Setup, Target};
use crate::suite::Plan;
use crate::system::Error;

const USAGE: &str = "\
bench [OPTIONS] SCENARIO      one scenario once
bench [OPTIONS] all           all of them in interleaved rounds, with tables, ratios and target/bench/results.json
bench raw [--batched]         the yardstick as a server of its own

Scenarios: fanout S W | paced S R | rooms N K | idle N | durable P R | page M | search M R | start | size | fsync

Options:
  --server PATH        the snug binary (default: target/release/snug)
  --against PATH       with `all`: another snug binary, measured beside it
  --axum PATH          with `all`: the chat with axum, measured beside it
  --raw, --batched     measure the yardstick instead of snug
  --seconds S          time that is counted (default 3; with `all` 2)
  --warm-up S          time before that (default 1)
  --server-cores LIST  cores of the server (default 0), as in 0,1
  --own-core N         core of the generator (default 1)
  --spin               never sleep: spares the server the waking of the generator
  --rounds N           with `all`: rounds (default 3)
  --quick              with `all`: one round of one second each
  --large              with `all`: also 5,000 in a room, and a past of a million messages
  --only WORD          with `all`: only scenarios that begin with this word
";

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line says.
struct Arguments {
    words: Vec<String>,
    setup: Setup,
    plan: Plan,
}

fn run() -> Result<bool, Error> {
    let Arguments { words, mut setup, plan } = arguments()?;
    system::raise_file_limit()?;
    match words.first().map(String::as_str) {
        None | Some("help") => {
            print!("{USAGE}");
            Ok(true)
        }
        Some("raw") => raw::run(setup.target == Target::RawBatched).map(|()| true),
        Some("all") => suite::run(&setup, &plan),
        Some(_) => {
            let scenario = Scenario::parse(&words)?;
            setup.window = setup.window.max(Duration::from_millis(100));
            print!("{}", scenario.run(&setup)?);
            Ok(true)
        }
    }
}

fn arguments() -> Result<Arguments, Error> {
    let target_dir = env::current_exe()?.ancestors().nth(2).map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let (mut server, mut target, mut seconds, mut words) = (target_dir.join("release/snug"), None, None, Vec::new());
    let mut setup = Setup {
        target: Target::Raw,
        server_cores: vec![0],
        own_core: 1,
        spin: false,
        warm_up: Duration::from_secs(1),
        window: Duration::from_secs(3),
        scratch: target_dir.join("bench"),
        keys: &[],
    };
    let mut plan = Plan { rounds: 3, large: false, against: None, axum: None, only: String::new() };
    let mut quick = false;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("server") => server = parser.value()?.into(),
            Long("against") => plan.against = Some(parser.value()?.into()),
            Long("axum") => plan.axum = Some(parser.value()?.into()),
            Long("raw") => target = target.or(Some(Target::Raw)),
            Long("batched") => target = Some(Target::RawBatched),
            Long("seconds") => seconds = Some(parser.value()?.parse::<f64>()?),
            Long("warm-up") => setup.warm_up = Duration::try_from_secs_f64(parser.value()?.parse()?)?,
            Long("server-cores") => {
                let list = parser.value()?.string()?;
                setup.server_cores = list.split(',').map(str::parse).collect::<Result<_, _>>()?;
            }
            Long("own-core") => setup.own_core = parser.value()?.parse()?,
            Long("spin") => setup.spin = true,
            Long("rounds") => plan.rounds = parser.value()?.parse()?,
            Long("quick") => quick = true,
            Long("large") => plan.large = true,
            Long("only") => plan.only = parser.value()?.string()?,
            Long("help") | Short('h') => words = vec!["help".to_owned()],
            Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if quick {
        plan.rounds = 1;
    }
    let usual = if quick {
        1.0
    } else if words.first().is_some_and(|word| word == "all") {
        2.0
    } else {
        3.0
    };
    setup.window = Duration::try_from_secs_f64(seconds.unwrap_or(usual))?;
    setup.target = target.unwrap_or(Target::Snug(server));
    Ok(Arguments { words, setup, plan })
}
