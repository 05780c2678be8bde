//! The process: environment, files, signals, threads, exit code. Nothing else reads the process environment.

use snug::chat::hub::Hub;
use snug::cli::{self, Command};
use snug::config::{Config, EnvFile, Environment, Listen};
use snug::logging::{self, Logging};
use snug::server::{self, Certificate};
use snug::store::Store;

use async_signal::{Signal, Signals};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use smol::future::or;
use smol::stream::StreamExt;
use smol::{Executor, Task, Timer};
use std::io::{ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Exit code when snug could not start or could not go on.
const EXIT_FAILED: u8 = 1;

/// Exit code for a word of the command line, or a key, that is not understood.
const EXIT_USAGE: u8 = 2;

/// A process that a signal ends exits with this plus the signal's number, as shells have it.
const EXIT_BY_SIGNAL: i32 = 128;

/// Open files for everything but connections: database, log, listener, signals, timers. With the default of 4,000
/// connections it makes 4,096, which older systems allow.
const FILES_RESERVE: usize = 96;

/// Stack of a thread that does the work, in bytes. Futures live on the heap; what is left fits into a quarter of this.
const WORKER_STACK_BYTES: usize = 512 << 10;

/// Part of the time for a shutdown, in percent, after which connections that still drain are cut, so that the rest is
/// left to commit and close.
const DRAIN_PERCENT: u32 = 75;

/// Why the process ends early: the exit code and a line, or several, for the person at the console.
struct Failure {
    code: u8,
    lines: Vec<String>,
}

impl Failure {
    fn usage(line: impl ToString) -> Failure {
        Failure { code: EXIT_USAGE, lines: vec![line.to_string()] }
    }
}

impl From<String> for Failure {
    fn from(line: String) -> Failure {
        Failure { code: EXIT_FAILED, lines: vec![line] }
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            for line in failure.lines {
                let _ = writeln!(std::io::stderr(), "snug: {line}");
            }
            ExitCode::from(failure.code)
        }
    }
}

fn run() -> Result<(), Failure> {
    match cli::parse(std::env::args_os().skip(1)).map_err(Failure::usage)? {
        Command::Help => say(cli::HELP),
        Command::Version => say(&format!("snug {}\n", env!("CARGO_PKG_VERSION"))),
        Command::CheckConfig => say(&cli::check_config(&load_config()?)),
        Command::SetupDb => {
            let config = load_config()?;
            let logging = logging::start(&config.log)?;
            let executor = Executor::new();
            let done = smol::block_on(executor.run(cli::setup_db(&config, &executor)));
            logging.flush();
            say(&format!("{}\n", done?));
        }
        Command::SetupLink => {
            let config = load_config()?;
            console(&config, |executor| smol::block_on(executor.run(cli::user::setup_link(&config, executor))))?;
        }
        Command::User(command) => {
            let config = load_config()?;
            console(&config, |executor| smol::block_on(executor.run(cli::user::run(&config, executor, &command))))?;
        }
        Command::Serve => serve(load_config()?)?,
    }
    Ok(())
}

/// Does something in the database from the shell, and prints what it says.
fn console(config: &Config, work: impl FnOnce(&Executor<'static>) -> Result<String, String>) -> Result<(), Failure> {
    let logging = logging::start(&config.log)?;
    let done = work(&Executor::new());
    logging.flush();
    say(&done?);
    Ok(())
}

/// Prints to stdout; that nobody reads it is no reason to fail.
fn say(text: &str) {
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Reads `.env.<SNUG_ENV>` in the working directory, if it is there, and the process environment, which wins.
fn load_config() -> Result<Config, Failure> {
    let mut vars = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => vars.push((name, value)),
            Err(_) if name.starts_with("SNUG_") => return Err(Failure::usage(format!("{name} is not UTF-8"))),
            Err(_) => {}
        }
    }
    let named = vars.iter().find(|(name, _)| name == "SNUG_ENV").map(|(_, value)| value.as_str());
    let environment = Environment::from_var(named).map_err(Failure::usage)?;
    let file = read_env_file(environment.file_name())?;
    Config::from_sources(file.as_ref(), vars)
        .map_err(|errors| Failure { code: EXIT_USAGE, lines: errors.iter().map(ToString::to_string).collect() })
}

fn read_env_file(name: String) -> Result<Option<EnvFile>, Failure> {
    let bytes = match std::fs::read(&name) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::usage(format!("cannot read {name}: {error}"))),
    };
    let text = String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{name} is not UTF-8")))?;
    let text = text.trim_start_matches('\u{feff}');
    let vars = dotenvy::from_read_iter(text.as_bytes()).collect::<Result<_, _>>().map_err(|error| match error {
        dotenvy::Error::LineParse(rest, _) => {
            let (number, line) = text.lines().enumerate().find(|(_, line)| line.contains(&rest)).unwrap_or_default();
            let key = line.split('=').next().unwrap_or_default().trim();
            let number = number + 1;
            Failure::usage(format!(
                "{name}, line {number}, {key}: expected KEY=value, with quotes round blanks and signs"
            ))
        }
        error => Failure::usage(format!("cannot read {name}: {error}")),
    })?;
    Ok(Some(EnvFile { name, vars }))
}

/// Serves until a signal comes, then ends in order.
fn serve(mut config: Config) -> Result<(), Failure> {
    if config.threads == 0 {
        config.threads = std::thread::available_parallelism().map_or(1, usize::from);
    }
    tell_of_panics(config.environment);
    let logging = logging::start(&config.log)?;
    config.http.connections_max = connections_max(config.http.connections_max, raise_file_limit())?;
    let executor = Arc::new(Executor::new());
    start_workers(config.threads, &executor)?;
    let result = smol::block_on(live(config, executor, &logging));
    logging.flush();
    result.map_err(Failure::from)
}

/// Tells of a panic in one line. A panic's text may quote what people wrote, so that only developers get to see it.
///
/// A panic in a connection ends that connection ([`server`] catches it); one in a task that all depend on ends the process
/// ([`snug::vital`]).
fn tell_of_panics(environment: Environment) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let text = panic.payload_as_str().filter(|_| environment == Environment::Development).unwrap_or("a mistake");
        let _ = writeln!(std::io::stderr(), "snug: {text} at {place}; all that was acknowledged is on disk");
    }));
}

/// Raises the soft limit of open files to the hard one; how many are allowed then, if there is a limit.
fn raise_file_limit() -> Option<usize> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    getrlimit(Resource::Nofile).current.map(|allowed| usize::try_from(allowed).unwrap_or(usize::MAX))
}

/// As many of the `wanted` connections as can have their open file.
fn connections_max(wanted: usize, allowed: Option<usize>) -> Result<usize, String> {
    let needed = wanted + FILES_RESERVE;
    let Some(allowed) = allowed.filter(|allowed| *allowed < needed) else { return Ok(wanted) };
    let few = format!(
        "not enough file descriptors: {needed} are needed (SNUG_CONNECTIONS={wanted} and {FILES_RESERVE} for the rest), \
         {allowed} are allowed; raise the limit (ulimit -n {needed}) or lower SNUG_CONNECTIONS"
    );
    if allowed <= FILES_RESERVE {
        return Err(few);
    }
    let connections_max = allowed - FILES_RESERVE;
    log::warn!("{few}. Until then {connections_max} connections are taken");
    Ok(connections_max)
}

/// Starts the threads that do the work; they end with the process.
fn start_workers(threads: usize, executor: &Arc<Executor<'static>>) -> Result<(), String> {
    for number in 0..threads {
        let executor = executor.clone();
        let thread = std::thread::Builder::new().name(format!("worker-{number}")).stack_size(WORKER_STACK_BYTES);
        thread
            .spawn(move || smol::block_on(executor.run(std::future::pending::<()>())))
            .map_err(|error| format!("cannot start {threads} threads (SNUG_THREADS): {error}"))?;
    }
    Ok(())
}

/// From the first to the last moment: starts the server, answers signals and carries the shutdown out.
async fn live(config: Config, executor: Arc<Executor<'static>>, logging: &Logging) -> Result<(), String> {
    let mut signals = Signals::new([Signal::Term, Signal::Int, Signal::Hup])
        .map_err(|error| format!("cannot listen to signals: {error}"))?;
    let time = Duration::from_millis(config.shutdown_ms);
    let (shutdown, shutdown_rx) = async_channel::bounded(1);
    let doors = server::bind(&config)?;
    let renewed = Renewed { logging, certificate: doors.certificate() };
    let interrupted = async { exit_by(next_end(&mut signals, &renewed).await) };
    let (mut server, store) = or(start(config, doors, &executor, shutdown_rx), interrupted).await?;

    let ended = async {
        (&mut server).await;
        None
    };
    let Some(signal) = or(async { Some(next_end(&mut signals, &renewed).await) }, ended).await else {
        return Err("the server ended by itself".to_owned());
    };
    log::info!("{signal:?} received, shutting down within {time:?}; a second signal ends it at once");
    let _ = shutdown.try_send(());
    shutdown.close();
    or(async { exit_by(next_end(&mut signals, &renewed).await) }, finish(server, &store, time)).await
}

/// Takes the port and opens the database, starts to serve, and says where.
async fn start(
    config: Config,
    doors: server::Doors,
    executor: &Arc<Executor<'static>>,
    shutdown: async_channel::Receiver<()>,
) -> Result<(Task<()>, Store), String> {
    let place = doors.place().map_err(|error| format!("cannot tell the address: {error}"))?;
    let (redirect, is_tls) = (doors.redirect_address(), doors.certificate().is_some());
    let store = Store::open(&config, executor).await?;
    let (environment, public_url) = (config.environment.name(), config.public_url.clone());
    log::info!("snug {} ({environment}) on {place}; {}", env!("CARGO_PKG_VERSION"), store.opened());
    if let Some(address) = redirect {
        log::info!("plain http on {address} is sent on to https");
    }
    let setup = cli::user::make_setup_link(&store, &config, &place, is_tls).await?;
    let hub = Hub::new(config, store.clone(), executor.clone());
    let server = executor.spawn(server::serve(doors, hub, executor.clone(), shutdown));
    say(&welcome(&place, is_tls, public_url.as_deref(), setup.as_deref()));
    Ok((server, store))
}

/// Lets the server drain, then commits and closes, all within `time`.
async fn finish(mut server: Task<()>, store: &Store, time: Duration) -> Result<(), String> {
    let begun = Instant::now();
    let drained = async {
        (&mut server).await;
        true
    };
    let too_late = async {
        Timer::at(begun + time * DRAIN_PERCENT / 100).await;
        false
    };
    if !or(drained, too_late).await {
        log::warn!("cutting the connections that took too long to drain");
        drop(server);
    }
    let closed = async {
        store.close().await;
        Ok(())
    };
    let given_up = async {
        Timer::at(begun + time).await;
        Err(format!("the database did not close within {time:?}; all that was acknowledged is on disk"))
    };
    let result = or(closed, given_up).await;
    log::info!("ended after {:?}", begun.elapsed());
    result
}

/// What SIGHUP renews.
struct Renewed<'a> {
    logging: &'a Logging,
    certificate: Option<Arc<Certificate>>,
}

/// Waits for SIGTERM or Ctrl-C, reopening the logs and reading the certificate anew at every SIGHUP.
async fn next_end(signals: &mut Signals, renewed: &Renewed<'_>) -> Signal {
    loop {
        match signals.next().await {
            Some(Ok(Signal::Hup)) => {
                renewed.logging.reopen();
                log::info!("logs reopened");
                if let Some(certificate) = &renewed.certificate {
                    certificate.reload();
                }
            }
            Some(Ok(signal)) => return signal,
            Some(Err(error)) => log::error!("a signal was lost: {error}"),
            None => std::future::pending().await,
        }
    }
}

/// Ends the process at once, as the signal itself would have.
fn exit_by<T>(signal: Signal) -> T {
    std::process::exit(EXIT_BY_SIGNAL + signal as i32)
}

/// The lines that say where to open snug.
fn welcome(place: &Listen, is_tls: bool, public_url: Option<&str>, setup: Option<&str>) -> String {
    let scheme = if is_tls { "https" } else { "http" };
    let mut lines = match *place {
        Listen::Unix(_) => format!("snug is open at {place}\n"),
        Listen::Tcp(address) => {
            let mut lines = format!("snug is open at {scheme}://{}\n", cli::user::near(address));
            if let Some(ip) = address.ip().is_unspecified().then(address_in_network).flatten() {
                lines += &format!("in your network at {scheme}://{}\n", SocketAddr::new(ip, address.port()));
            }
            lines
        }
    };
    if let Some(url) = public_url {
        lines += &format!("for the world at {url}\n");
    }
    lines + setup.unwrap_or_default()
}

/// The address that this host has in its network, if it is in one. Connecting a datagram socket sends nothing: the system
/// only looks up which of its addresses it would send from.
fn address_in_network() -> Option<IpAddr> {
    /// An address set aside for documentation (RFC 5737), where no host ever is; port 9 discards.
    const NOWHERE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(NOWHERE).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified() && !ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_an_address_that_opens_on_this_machine() {
        for (listen, first) in [
            ("127.0.0.1:8080", "snug is open at http://127.0.0.1:8080"),
            ("0.0.0.0:80", "snug is open at http://127.0.0.1:80"),
            ("[::]:9", "snug is open at http://[::1]:9"),
            ("unix:/run/snug.sock", "snug is open at unix:/run/snug.sock"),
        ] {
            let text = welcome(&listen.parse().unwrap(), false, Some("https://chat.example"), None);
            assert_eq!(text.lines().next(), Some(first));
            assert_eq!(text.lines().last(), Some("for the world at https://chat.example"));
        }
    }
}
