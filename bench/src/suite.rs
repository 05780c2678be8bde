//! All scenarios in interleaved rounds: what drifts on the machine drifts for everyone.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::thread::available_parallelism;

use crate::goals;
use crate::report::{OTHERS_BUSY, Report, Summary, human, summarise};
use crate::scenario::Scenario;
use crate::server::{Setup, Target};
use crate::system::Error;

/// Above this, in percent of a core, throughput says more about them than about the server.
const OTHERS_BUSY_MAX: f64 = 10.0;

/// What is to be run.
#[derive(Debug)]
pub struct Plan {
    /// How many times everything is run.
    pub rounds: usize,
    /// Also what takes long.
    pub large: bool,
    /// Another snug binary.
    pub against: Option<PathBuf>,
    /// The chat with axum.
    pub axum: Option<PathBuf>,
    /// Only scenarios that begin so.
    pub only: String,
}

/// One scenario on one target, with the reports of all rounds.
#[derive(Debug)]
pub struct Run {
    /// What is run.
    pub scenario: Scenario,
    /// The target's name in the tables.
    pub column: &'static str,
    setup: Setup,
    /// One for each round, `None` for one that failed.
    pub reports: Vec<Option<Report>>,
}

impl Run {
    /// The summary of one number over all rounds.
    pub fn summary(&self, metric: &str) -> Option<Summary> {
        summarise(&self.reports.iter().flatten().filter_map(|report| report.get(metric)).collect::<Vec<_>>())
    }
}

/// Runs everything; true if nothing failed.
pub fn run(setup: &Setup, plan: &Plan) -> Result<bool, Error> {
    let mut runs = lay_out(setup, plan);
    let mut whole = true;
    for round in 1..=plan.rounds {
        for run in &mut runs {
            eprintln!("round {round} of {}: {} on {}", plan.rounds, run.scenario, run.column);
            let report = run.scenario.run(&run.setup);
            if let Err(error) = &report {
                eprintln!("  failed: {error}");
                whole = false;
            }
            run.reports.push(report.ok());
        }
    }
    print!("{}\n{}", tables(&runs), goals::table(&runs));
    let disturbed: Vec<f64> = runs.iter().filter_map(|run| Some(run.summary(OTHERS_BUSY)?.median)).collect();
    if let Some(Summary { median, .. }) = summarise(&disturbed).filter(|others| others.median > OTHERS_BUSY_MAX) {
        println!("others used {} % of a core meanwhile: go by server time, not by throughput", human(median));
    }
    if available_parallelism()?.get() < 3 {
        println!("two cores against one: not measured, for the generator needs a third");
    }
    fs::create_dir_all(&setup.scratch)?;
    fs::write(setup.scratch.join("results.json"), json(&runs, plan.rounds))?;
    Ok(whole)
}

fn lay_out(setup: &Setup, plan: &Plan) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut add = |scenario: Scenario, column, target: &Target, cores: &[usize], own_core| {
        // `durable` is judged beside `fsync`.
        let wanted = |words: &str| words.starts_with(&plan.only);
        if wanted(&scenario.to_string()) || (scenario == Scenario::Fsync && wanted("durable")) {
            let setup = Setup { target: target.clone(), server_cores: cores.to_vec(), own_core, ..setup.clone() };
            runs.push(Run { scenario, column, setup, reports: Vec::new() });
        }
    };
    let snug = &setup.target;
    let other = plan.against.clone().map(Target::Snug);
    let yardsticks: Vec<Target> =
        [Target::Raw, Target::RawBatched].into_iter().chain(plan.axum.clone().map(Target::Axum)).collect();
    for scenario in scenarios(plan.large) {
        let (cores, own) = (&setup.server_cores[..], setup.own_core);
        if scenario == Scenario::Fsync {
            add(scenario, "disk", &Target::Raw, cores, own);
            continue;
        }
        add(scenario, snug.label(), snug, cores, own);
        if let Some(other) = &other {
            add(scenario, "against", other, cores, own);
        }
        let delivers = matches!(scenario, Scenario::Fanout(..) | Scenario::Paced(..) | Scenario::Rooms(..));
        if delivers {
            for yardstick in yardsticks.iter().filter(|target| *target != snug) {
                add(scenario, yardstick.label(), yardstick, cores, own);
            }
        }
    }
    if available_parallelism().is_ok_and(|cores| cores.get() >= 3) {
        let scenario = Scenario::Fanout(10_000, 32);
        add(scenario, "snug", snug, &[0], 2);
        add(scenario, "two cores", snug, &[0, 1], 2);
    }
    runs
}

fn scenarios(large: bool) -> Vec<Scenario> {
    let mut list = vec![Scenario::Fanout(1000, 1), Scenario::Fanout(1000, 32), Scenario::Fanout(1000, 64)];
    if large {
        list.extend([Scenario::Fanout(5000, 1), Scenario::Fanout(5000, 32)]);
    }
    list.extend([
        Scenario::Rooms(1000, 10),
        Scenario::Paced(1000, 500),
        Scenario::Idle(10_000),
        Scenario::Fsync,
        Scenario::Durable(1, 1),
        Scenario::Durable(64, 1),
        Scenario::Durable(64, 64),
        Scenario::Page(10_000),
        Scenario::Page(100_000),
    ]);
    if large {
        list.push(Scenario::Page(1_000_000));
    }
    list.extend([Scenario::Start, Scenario::Size]);
    list
}

/// A table for each scenario: a line for each number, a column for each target.
fn tables(runs: &[Run]) -> String {
    let mut text = String::new();
    for group in runs.chunk_by(|a, b| a.scenario == b.scenario) {
        let _ = write!(text, "\n{:<40}", group[0].scenario.to_string());
        text.extend(group.iter().map(|run| format!("{:<36}", run.column)));
        let Some(report) = group.iter().flat_map(|run| &run.reports).flatten().next() else {
            text.push_str("\n  failed\n");
            continue;
        };
        for metric in &report.metrics {
            let _ = write!(text, "\n  {:<38}", format!("{} {}", metric.name, metric.unit));
            for run in group {
                let cell = run.summary(metric.name).map_or_else(|| "-".to_owned(), show);
                let _ = write!(text, "{cell:<36}");
            }
        }
        text.push('\n');
    }
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The median, and in brackets the least and the greatest if there was more than one round.
pub fn show(summary: Summary) -> String {
    let Summary { median, min, max } = summary;
    let range = if min < max { format!(" ({} .. {})", human(min), human(max)) } else { String::new() };
    human(median) + &range
}

/// Everything that was measured, for programs.
fn json(runs: &[Run], rounds: usize) -> String {
    let mut lines = Vec::new();
    for run in runs {
        let Some(report) = run.reports.iter().flatten().next() else { continue };
        for metric in &report.metrics {
            let values: Vec<f64> = run.reports.iter().flatten().filter_map(|r| r.get(metric.name)).collect();
            let Some(Summary { median, min, max }) = summarise(&values) else { continue };
            lines.push(format!(
                "  {{\"scenario\": \"{}\", \"target\": \"{}\", \"metric\": \"{}\", \"unit\": \"{}\", \
                 \"median\": {median}, \"min\": {min}, \"max\": {max}, \"values\": {values:?}}}",
                run.scenario, run.column, metric.name, metric.unit
            ));
        }
    }
    format!("{{\"rounds\": {rounds}, \"results\": [\n{}\n]}}\n", lines.join(",\n"))
}
