//! What is asked of the machine: the clock, cores, file limits and the counters of `/proc`.

use std::fs;
use std::io;
use std::sync::LazyLock;
use std::time::Instant;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

/// What a failed run says.
pub type Error = Box<dyn std::error::Error>;

/// Ticks of `/proc/PID/stat` in a second; Linux shows 100 to user space whatever the kernel's own are.
const TICKS_PER_SECOND: f64 = 100.0;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Monotonic nanoseconds since the first call.
pub fn now_ns() -> u64 {
    START.elapsed().as_nanos() as u64
}

/// Binds this thread, and what it starts from now on, to these cores.
pub fn pin(cores: &[usize]) -> io::Result<()> {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    Ok(sched_setaffinity(None, &set)?)
}

/// Lets this process, and what it starts, open as many files as the system allows.
pub fn raise_file_limit() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?)
}

/// User and system time of a process (`self` for one's own), in seconds.
pub fn cpu_s(pid: &str) -> Result<f64, Error> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name, in brackets, may hold spaces; utime and stime are the 12th and 13th field after it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(11) + ticks(12)) / TICKS_PER_SECOND)
}

/// Time that all cores together have worked, for whomever, or were taken away by the host, in seconds.
pub fn machine_s() -> Result<f64, Error> {
    let stat = fs::read_to_string("/proc/stat")?;
    let first = stat.lines().next().unwrap_or("");
    let ticks: Vec<f64> = first.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    // The fields are: user, nice, system, idle, waiting for disks, interrupts, soft interrupts, stolen.
    Ok([0, 1, 2, 5, 6, 7].iter().filter_map(|i| ticks.get(*i)).sum::<f64>() / TICKS_PER_SECOND)
}

/// Memory of a process that is really its own (resident, without file pages shared with others), and all that is
/// resident, in KiB.
pub fn memory_kib(pid: &str) -> Result<(f64, f64), Error> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let field = |name: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.trim_matches([' ', ':', 'k', 'B']).parse::<f64>().ok()).unwrap_or(0.0)
    };
    Ok((field("Private_Clean:") + field("Private_Dirty:"), field("Rss:")))
}
