//! The server under test as a child process: snug itself, or the yardstick in its place.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::system::{self, Error};

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A snug binary.
    Snug(PathBuf),
    /// The yardstick: one write a message and socket.
    Raw,
    /// The yardstick with what is readable drained first and one write a socket.
    RawBatched,
    /// A plain chat with axum and tokio, as a binary of its own.
    Axum(PathBuf),
}

impl Target {
    /// The word for it in tables.
    pub fn label(&self) -> &'static str {
        match self {
            Target::Snug(_) => "snug",
            Target::Raw => "raw",
            Target::RawBatched => "raw --batched",
            Target::Axum(_) => "axum",
        }
    }
}

/// How one run is done.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What is measured.
    pub target: Target,
    /// Cores that the server may use.
    pub server_cores: Vec<usize>,
    /// The generator's core.
    pub own_core: usize,
    /// Never sleep in `epoll_wait`: spares the server the waking of the generator.
    pub spin: bool,
    /// Time before counting starts.
    pub warm_up: Duration,
    /// Time that is counted.
    pub window: Duration,
    /// Directory for data and logs; must not be in memory.
    pub scratch: PathBuf,
    /// Keys that only this scenario needs, so that servers of before know all others.
    pub keys: &'static [(&'static str, &'static str)],
}

/// A running server; dropping it kills it and removes its data.
#[derive(Debug)]
pub struct Server {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    /// Where it listens.
    pub address: SocketAddr,
    data: PathBuf,
    keep_data: bool,
}

impl Server {
    /// Starts the target with fresh data and waits until it says where it listens.
    pub fn start(setup: &Setup) -> Result<Server, Error> {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let data = setup.scratch.join(format!("data-{}-{run}", std::process::id()));
        Server::start_with(setup, &data)
    }

    /// The same with this data directory, which is made if there is none.
    pub fn start_with(setup: &Setup, data: &Path) -> Result<Server, Error> {
        let mut command = command(&setup.target, data)?;
        command.envs(setup.keys.iter().copied());
        fs::create_dir_all(data)?;
        let log = File::create(setup.scratch.join("server.log"))?;
        system::pin(&setup.server_cores)?;
        let child = command.stdout(Stdio::piped()).stderr(log).spawn();
        system::pin(&[setup.own_core])?;
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Server { child: child?, stdout: None, address, data: data.to_owned(), keep_data: false };
        let mut stdout = BufReader::new(server.child.stdout.take().ok_or("no stdout")?);
        loop {
            let mut line = String::new();
            if stdout.read_line(&mut line)? == 0 {
                let log = fs::read_to_string(setup.scratch.join("server.log"))?;
                return Err(format!("the server ended before it listened; it said:\n{log}").into());
            }
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).unwrap_or(rest.len());
                server.address = rest[..end].parse()?;
                server.stdout = Some(stdout);
                return Ok(server);
            }
        }
    }

    /// Its process id, as it stands in `/proc`.
    pub fn pid(&self) -> String {
        self.child.id().to_string()
    }

    /// Processor seconds it has used.
    pub fn cpu_s(&self) -> Result<f64, Error> {
        system::cpu_s(&self.pid())
    }

    /// Memory, private and resident, in KiB.
    pub fn memory_kib(&self) -> Result<(f64, f64), Error> {
        system::memory_kib(&self.pid())
    }

    /// Bytes of its database, with what has still to move into it.
    pub fn database_bytes(&self) -> Result<u64, Error> {
        let files = ["snug.db", "snug.db-wal"].map(|name| fs::metadata(self.data.join(name)));
        Ok(files.into_iter().map(|file| file.map_or(0, |found| found.len())).sum())
    }

    /// Kills it as a power failure would and leaves its data.
    pub fn kill_and_keep_data(mut self) {
        self.keep_data = true;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !self.keep_data {
            let _ = fs::remove_dir_all(&self.data);
        }
    }
}

fn command(target: &Target, data: &Path) -> Result<Command, Error> {
    let mut command = match target {
        Target::Snug(path) | Target::Axum(path) => {
            Command::new(fs::canonicalize(path).map_err(|problem| format!("{}: {problem}", path.display()))?)
        }
        Target::Raw | Target::RawBatched => Command::new(env::current_exe()?),
    };
    match target {
        Target::Snug(_) | Target::Axum(_) => {}
        Target::Raw => drop(command.arg("raw")),
        Target::RawBatched => drop(command.args(["raw", "--batched"])),
    }
    for (key, _) in env::vars().filter(|(key, _)| key.starts_with("SNUG_") && key != "SNUG_THREADS") {
        command.env_remove(key);
    }
    command.current_dir(data).env("SNUG_DATA", data).envs([
        ("SNUG_LISTEN", "127.0.0.1:0"),
        ("SNUG_LOG", "warn"),
        ("SNUG_SENDS_PER_MINUTE", "0"),
        ("SNUG_ASKS_PER_MINUTE", "0"),
        ("SNUG_JOINS_PER_MINUTE", "0"),
        ("SNUG_CREATES_PER_MINUTE", "0"),
        ("SNUG_TYPING_PER_MINUTE", "0"),
        ("SNUG_GUESTS", "yes"),
        ("SNUG_GUESTS_PER_MINUTE", "0"),
        ("SNUG_CONNECTIONS", "19500"),
        ("SNUG_CONNECTIONS_PER_ADDRESS", "0"),
    ]);
    Ok(command)
}
