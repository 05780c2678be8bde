//! What must hold now and what is wanted, beside what was measured.

use std::fmt::Write;

use crate::report::{Summary, human, summarise};
use crate::scenario::Scenario;
use crate::suite::{Run, show};

/// One number of one scenario on one target.
type Source = (Scenario, &'static str, &'static str);

/// A number, or the ratio of two, with the bound that the first version keeps and the one that is wanted.
struct Goal {
    name: &'static str,
    unit: &'static str,
    of: Source,
    /// What it is divided by, round by round.
    by: Option<Source>,
    /// Whether more is better.
    more: bool,
    first: f64,
    wanted: f64,
}

/// The metric that most goals are about.
const DELIVERIES: &str = "deliveries";

/// The metric beside it.
const SERVER_TIME: &str = "server time a delivery";

/// uWebSockets' p99 in `paced 1000 500` is 1.2 times the batched yardstick's (7.0 against 5.8 ms); it stands in for it.
const UWEBSOCKETS_P99: f64 = 1.2;

fn goals() -> Vec<Goal> {
    use Scenario::{Durable, Fanout, Fsync, Idle, Paced, Rooms, Size, Start};
    let (snug, batched) = ("snug", "raw --batched");
    let ratio = |name, scenario, metric, yardstick, first, wanted| {
        let (of, by) = ((scenario, snug, metric), Some((scenario, yardstick, metric)));
        Goal { name, unit: "x", of, by, more: true, first, wanted }
    };
    let at_most = |name, unit, scenario, metric, first, wanted| Goal {
        name,
        unit,
        of: (scenario, snug, metric),
        by: None,
        more: false,
        first,
        wanted,
    };
    let paced = ratio("paced 1000 500, p99 against batched", Paced(1000, 500), "latency p99", batched, 0.0, 0.0);
    let fsync = Some((Fsync, "disk", "acknowledged"));
    let durable = ratio("durable 64 1 against fsync", Durable(64, 1), "acknowledged", "", 20.0, 100.0);
    let spread = ratio("durable 64 64 against fsync", Durable(64, 64), "acknowledged", "", 20.0, 100.0);
    let cores = ratio("two cores against one, fanout 10000", Fanout(10_000, 32), DELIVERIES, snug, 1.3, 1.8);
    vec![
        ratio("fanout 1000 1 against raw", Fanout(1000, 1), DELIVERIES, "raw", 0.55, 0.75),
        ratio("fanout 1000 32 against batched", Fanout(1000, 32), DELIVERIES, batched, 0.30, 0.85),
        ratio("fanout 1000 64 against batched", Fanout(1000, 64), DELIVERIES, batched, 0.30, 0.85),
        ratio("rooms 1000 10 against raw", Rooms(1000, 10), DELIVERIES, "raw", 0.35, 0.90),
        Goal { more: false, first: 3.0 * UWEBSOCKETS_P99, wanted: UWEBSOCKETS_P99, ..paced },
        at_most("memory of an idle connection", "KiB", Idle(10_000), "memory of a connection", 8.0, 2.0),
        Goal { by: fsync, ..durable },
        Goal { by: fsync, ..spread },
        at_most("idle memory", "MiB", Size, "idle memory, resident", 10.0, 6.0),
        at_most("binary", "MiB", Size, "binary", 6.0, 5.0),
        at_most("start with a database", "ms", Start, "start with a database", 50.0, 15.0),
        at_most("start without", "ms", Start, "start without", 50.0, 15.0),
        at_most("a 100-byte message on the wire", "B", Fanout(1000, 1), "bytes of a delivery", 300.0, 200.0),
        Goal { of: (Fanout(10_000, 32), "two cores", DELIVERIES), ..cores },
    ]
}

/// The goals as a table; those of which nothing was measured are left out.
///
/// What compares deliveries a second stands there a second time as server time a delivery, which says the same and
/// suffers less when others use the machine.
pub fn table(runs: &[Run]) -> String {
    let mut text = format!("{:<40}{:<32}{:<32}{:<20}wanted\n", "goal", "measured", "by server time", "first version");
    for goal in goals() {
        let Some(summary) = measure(runs, goal.of, goal.by) else { continue };
        let mut by_time = String::new();
        if let (DELIVERIES, Some((scenario, column, _))) = (goal.of.2, goal.by) {
            let (of, by) = ((scenario, column, SERVER_TIME), (goal.of.0, goal.of.1, SERVER_TIME));
            by_time = measure(runs, of, Some(by)).map_or_else(String::new, |ratio| format!("{} x", show(ratio)));
        }
        let (sign, holds) =
            if goal.more { (">=", summary.median >= goal.first) } else { ("<=", summary.median <= goal.first) };
        let (first, wanted) = (human(goal.first), human(goal.wanted));
        let first = format!("{sign} {first} {}", if holds { "holds" } else { "MISSED" });
        let measured = format!("{} {}", show(summary), goal.unit);
        let _ = writeln!(text, "{:<40}{measured:<32}{by_time:<32}{first:<20}{sign} {wanted}", goal.name);
    }
    text
}

/// A number, or the ratio of two round by round, over all rounds.
fn measure(runs: &[Run], of: Source, by: Option<Source>) -> Option<Summary> {
    let of = values(runs, of)?;
    let measured: Vec<f64> = match by {
        None => of.into_iter().flatten().collect(),
        Some(by) => of.into_iter().zip(values(runs, by)?).filter_map(|(of, by)| Some(of? / by?)).collect(),
    };
    summarise(&measured)
}

/// One number of every round.
fn values(runs: &[Run], (scenario, column, metric): Source) -> Option<Vec<Option<f64>>> {
    let run = runs.iter().find(|run| run.scenario == scenario && run.column == column)?;
    Some(run.reports.iter().map(|report| report.as_ref()?.get(metric)).collect())
}
