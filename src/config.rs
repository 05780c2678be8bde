//! Configuration: every key, its default, its bounds and what it is for.
//!
//! Pure: [`Config::from_vars`] is given the variables and never looks at the process environment or the disk. The table
//! of keys stands in [`keys`].

pub mod keys;

mod listen;
mod value;

pub use listen::Listen;

use crate::http::forwarded::Trusted;
use log::LevelFilter;
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What every key's name begins with.
const PREFIX: &str = "SNUG_";

/// Most characters of a refused value that an error repeats; more would bury the sentence.
const SHOWN_CHARS_MAX: usize = 80;

/// A name with one of these words may hold a secret, so that its value is never repeated.
const SECRET_WORDS: [&str; 4] = ["SECRET", "TOKEN", "PASSWORD", "PRIVATE"];

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// Everything that can be set, with safe production values as the default.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which `.env.<name>` file was meant: `SNUG_ENV`.
    pub environment: Environment,
    /// Address and port, or Unix socket, to listen on: `SNUG_LISTEN`.
    pub listen: Listen,
    /// Directory of the database: `SNUG_DATA`.
    pub data: PathBuf,
    /// The origin under which people open snug (`https://chat.example`), when it is not what the Host header says: `SNUG_PUBLIC_URL`.
    pub public_url: Option<String>,
    /// More origins whose pages may open the WebSocket, comma-separated in `SNUG_ORIGINS`.
    pub origins: Vec<String>,
    /// More host names that are this server's, comma-separated in `SNUG_HOSTS`.
    pub hosts: Vec<String>,
    /// Peers that may say for whom they ask: `SNUG_TRUSTED_PROXIES`.
    pub trusted_proxies: Trusted,
    /// TLS of its own.
    pub tls: TlsConfig,
    /// Executor threads; 0 means one for each core: `SNUG_THREADS`.
    pub threads: usize,
    /// How long a shutdown may take before it is forced, in milliseconds: `SNUG_SHUTDOWN_MS`.
    pub shutdown_ms: u64,
    /// Where logs go and how much they say.
    pub log: LogConfig,
    /// Limits of the HTTP side.
    pub http: HttpLimits,
    /// Who may come in, and for how long.
    pub people: PeopleConfig,
    /// Limits of rooms and sessions.
    pub chat: ChatLimits,
    /// Limits of files.
    pub files: FileLimits,
    /// Limits of the database.
    pub store: StoreLimits,
}

/// The three environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// A rehearsal of production.
    Staging,
    /// The default.
    Production,
}

/// Where logs go and how much they say.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// `SNUG_LOG`: a level, then `target=level` pairs, as in `info,snug::http=debug`.
    pub levels: String,
    /// `SNUG_LOG_FORMAT`: `text` or `json`.
    pub json: bool,
    /// `SNUG_LOG_FILE`: also write to this file.
    pub file: Option<PathBuf>,
    /// `SNUG_LOG_FILE_BYTES`: rotate when the file is this large.
    pub file_bytes_max: u64,
    /// `SNUG_LOG_FILES`: keep this many rotated files.
    pub files_max: usize,
}

/// TLS of its own, and what belongs to https.
#[derive(Debug, Clone, Default)]
pub struct TlsConfig {
    /// `SNUG_TLS_CERT`: the certificate with its chain, in PEM; with it `SNUG_LISTEN` speaks TLS.
    pub cert: Option<PathBuf>,
    /// `SNUG_TLS_KEY`: the certificate's private key, in PEM.
    pub key: Option<PathBuf>,
    /// `SNUG_REDIRECT_LISTEN`: where plain http is sent on to https.
    pub redirect_listen: Option<SocketAddr>,
    /// `SNUG_HSTS_SECONDS`: how long browsers remember to come by https only. 0: they are not told.
    pub hsts_seconds: u64,
}

/// Limits of the HTTP side.
#[derive(Debug, Clone)]
pub struct HttpLimits {
    /// `SNUG_CONNECTIONS`: open connections in all; one more is answered 503.
    pub connections_max: usize,
    /// `SNUG_CONNECTIONS_PER_ADDRESS`: open connections of one address; one more is answered 429. 0: no limit, as behind a proxy.
    pub connections_per_address_max: usize,
    /// `SNUG_HEAD_BYTES`: a longer request head is answered 431.
    pub head_bytes_max: usize,
    /// `SNUG_TARGET_BYTES`: a longer request target is answered 414.
    pub target_bytes_max: usize,
    /// `SNUG_HEADERS`: more header fields are answered 431.
    pub headers_max: usize,
    /// `SNUG_HEAD_MS`: a head that is not complete after this time is answered 408.
    pub head_ms: u64,
    /// `SNUG_BODY_MS`: a body that is not complete after this time is answered 408.
    pub body_ms: u64,
    /// `SNUG_IDLE_MS`: a kept-alive connection without a new request is closed after this time.
    pub idle_ms: u64,
    /// `SNUG_WRITE_MS`: a response that is not taken after this time is given up.
    pub write_ms: u64,
    /// `SNUG_GUESTS_PER_MINUTE`: new guests from one address in a minute. 0: no limit.
    pub guests_per_minute: u32,
}

/// Who may come in, and for how long.
#[derive(Debug, Clone)]
pub struct PeopleConfig {
    /// `SNUG_GUESTS`: whether whoever opens the page may walk in by a name alone.
    pub guests: bool,
    /// `SNUG_SIGN_UP`: who may make an account.
    pub sign_up: SignUp,
    /// `SNUG_SETUP_LINK_MS`: the link for the first owner dies after this time.
    pub setup_link_ms: u64,
    /// `SNUG_SESSION_IDLE_MS`: a session that is not used for this long ends.
    pub session_idle_ms: u64,
    /// `SNUG_SESSION_MS`: a session ends after this time, however much it is used.
    pub session_ms: u64,
    /// `SNUG_HASHES_AT_ONCE`: passwords that are hashed at the same time, 19 MiB each.
    pub hashes_at_once: usize,
    /// `SNUG_HASHES_WAITING`: passwords that may wait for that; one more is answered 503.
    pub hashes_waiting_max: usize,
    /// `SNUG_SIGN_INS_PER_MINUTE`: wrong passwords for one account in a minute. 0: no limit.
    pub sign_ins_per_minute: u32,
    /// `SNUG_SIGN_INS_PER_ADDRESS`: attempts to sign in, sign up or take an invitation from one address in a minute. 0: no limit.
    pub sign_ins_per_address: u32,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    /// Nobody; accounts are made at the console.
    Closed,
    /// Who has an invitation.
    Invitation,
    /// Everybody.
    Open,
}

impl SignUp {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            SignUp::Closed => "closed",
            SignUp::Invitation => "invitation",
            SignUp::Open => "open",
        }
    }

    fn from_name(name: &str) -> Option<SignUp> {
        [SignUp::Closed, SignUp::Invitation, SignUp::Open].into_iter().find(|mode| mode.name() == name)
    }
}

/// Limits of rooms and sessions.
#[derive(Debug, Clone)]
pub struct ChatLimits {
    /// `SNUG_HELLO_MS`: a WebSocket without `hello` after this time is closed with 1008.
    pub hello_ms: u64,
    /// `SNUG_PING_MS`: time between the server's pings.
    pub ping_ms: u64,
    /// `SNUG_SILENCE_MS`: a peer from which nothing came for this long is dead; must be more than twice `ping_ms`.
    pub silence_ms: u64,
    /// `SNUG_STALL_MS`: a peer that took no byte for this long, while some waited, is closed.
    pub stall_ms: u64,
    /// `SNUG_OUTBOX_BYTES`: bytes that may wait for one slow socket before it counts as lagging.
    pub outbox_bytes_max: usize,
    /// `SNUG_ROOM_INBOX`: requests that may wait for one room before its senders are made to wait.
    pub inbox_max: usize,
    /// `SNUG_RING_ENTRIES`: recent entries that a room in use keeps in memory for those who resume or lag.
    pub ring_entries_max: usize,
    /// `SNUG_RING_BYTES`: bytes that those recent entries may take for each room.
    pub ring_bytes_max: usize,
    /// `SNUG_REPLAY_ENTRIES`: a client that is further behind gets a reset.
    pub replay_entries_max: u64,
    /// `SNUG_ROOMS`: rooms in all.
    pub rooms_max: u64,
    /// `SNUG_ROOMS_PER_USER`: rooms that one person may be in.
    pub rooms_per_user_max: u64,
    /// `SNUG_SENDS_PER_MINUTE`: messages, topics and other entries that one account may write in a minute, in bursts of a quarter of that. 0: no limit.
    pub sends_per_minute: u32,
    /// `SNUG_ASKS_PER_MINUTE`: pages, lists and read positions that one account may ask for in a minute. 0: no limit.
    pub asks_per_minute: u32,
    /// `SNUG_SEARCHES_PER_MINUTE`: searches that one account may make in a minute. 0: no limit.
    pub searches_per_minute: u32,
    /// `SNUG_TYPING_PER_MINUTE`: notices that one account is typing that are shown in a minute; clients say so 20 times. 0: no limit.
    pub typing_per_minute: u32,
    /// `SNUG_JOINS_PER_MINUTE`: rooms that one account may join or leave, and people that it may bring in or remove, in a minute. 0: no limit.
    pub joins_per_minute: u32,
    /// `SNUG_CREATES_PER_MINUTE`: rooms that one account may make in a minute, those for private messages included. 0: no limit.
    pub creates_per_minute: u32,
    /// `SNUG_REPORTS_PER_MINUTE`: messages that one account may report in a minute. 0: no limit.
    pub reports_per_minute: u32,
    /// `SNUG_UPLOADS_PER_MINUTE`: files that one account may begin to upload in a minute.
    pub uploads_per_minute: u32,
}

/// Limits of files.
#[derive(Debug, Clone)]
pub struct FileLimits {
    /// `SNUG_FILE_BYTES`: a longer file is refused. 0: no files.
    pub file_bytes_max: u64,
    /// `SNUG_FILES_BYTES`: bytes of all files.
    pub bytes_max: u64,
    /// `SNUG_FILES_BYTES_PER_PERSON`: bytes of one person's.
    pub person_bytes_max: u64,
    /// `SNUG_FILE_TYPES`: which types are taken; empty: all.
    pub types: Vec<String>,
    /// `SNUG_FILES_LOOSE_MS`: a file that is uploaded and not sent goes after this time.
    pub loose_ms: u64,
}

/// Limits of the database.
#[derive(Debug, Clone)]
pub struct StoreLimits {
    /// `SNUG_DB_READERS`: connections that only read.
    pub readers: usize,
    /// `SNUG_DB_BUSY_MS`: how long to wait for a database that another process has locked.
    pub busy_ms: u64,
    /// `SNUG_DB_BATCH`: most entries that one commit takes.
    pub batch_max: usize,
}

/// A `.env` file: what it is called and what stands in it, in its order.
#[derive(Debug, Clone)]
pub struct EnvFile {
    /// The file's name, such as `.env.production`.
    pub name: String,
    /// Its variables.
    pub vars: Vec<(String, String)>,
}

/// One key that stops the start. Its text is one line naming key, value, expectation and nearest known key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Environment {
    /// The environment that `SNUG_ENV` names; production when it is not set.
    pub fn from_var(value: Option<&str>) -> Result<Environment, ConfigError> {
        let Some(name) = value else { return Ok(Environment::Production) };
        Environment::from_name(name).ok_or_else(|| malformed(&keys::KEYS[0], name, &keys::KEYS[0].expected()))
    }

    /// The environment's name, as `SNUG_ENV` and the file's name have it.
    pub fn name(self) -> &'static str {
        match self {
            Environment::Development => "development",
            Environment::Staging => "staging",
            Environment::Production => "production",
        }
    }

    /// The name of the environment's file.
    pub fn file_name(self) -> String {
        format!(".env.{}", self.name())
    }

    fn from_name(name: &str) -> Option<Environment> {
        [Environment::Development, Environment::Staging, Environment::Production]
            .into_iter()
            .find(|environment| environment.name() == name)
    }
}

impl Config {
    /// Reads the configuration from variables; a key that is not among them keeps its default.
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Result<Config, Vec<ConfigError>> {
        Config::from_sources(None, vars)
    }

    /// Reads the configuration from a file, if there is one, and the process environment, which wins.
    ///
    /// # Errors
    /// One for every key that is unknown, malformed or stands twice in the file, and, when there is a file, for every key
    /// that stands neither there nor in the environment: a file is whole, so that reading it tells everything.
    pub fn from_sources(
        file: Option<&EnvFile>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, Vec<ConfigError>> {
        let mut errors = Vec::new();
        let mut values = BTreeMap::new();
        for (name, value) in file.iter().flat_map(|file| &file.vars).filter(|(name, _)| is_ours(name)) {
            if values.insert(name.clone(), value.clone()).is_some() {
                let file = file.map(|file| file.name.as_str()).unwrap_or_default();
                errors.push(ConfigError(format!("{name} stands twice in {file}: expected once")));
            }
        }
        values.extend(environment.into_iter().filter(|(name, _)| is_ours(name)));

        let mut config = Config::default();
        for (name, value) in &values {
            match keys::find(name) {
                None => errors.push(unknown(name, value)),
                Some(key) if !key.read(&mut config, value) => errors.push(malformed(key, value, &key.expected())),
                Some(_) => {}
            }
        }
        if let Some(file) = file {
            let absent = keys::KEYS.iter().filter(|key| !values.contains_key(key.name));
            errors.extend(absent.map(|key| missing(key, &file.name)));
        }
        if errors.is_empty() {
            errors.extend(config.contradictions(file));
        }
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// Keys that are each well-formed but do not go together.
    fn contradictions(&self, file: Option<&EnvFile>) -> Vec<ConfigError> {
        let mut found = Vec::new();
        let mut refuse = |name: &str, expected: String| {
            if let Some(key) = keys::find(name) {
                found.push(malformed(key, &key.show(self), &expected));
            }
        };
        if self.chat.silence_ms <= 2 * self.chat.ping_ms {
            refuse("SNUG_SILENCE_MS", format!("more than twice SNUG_PING_MS, which is {}", self.chat.ping_ms));
        }
        if self.http.target_bytes_max >= self.http.head_bytes_max {
            refuse("SNUG_TARGET_BYTES", format!("less than SNUG_HEAD_BYTES, which is {}", self.http.head_bytes_max));
        }
        if self.tls.cert.is_some() != self.tls.key.is_some() {
            let (name, other) = if self.tls.cert.is_none() {
                ("SNUG_TLS_CERT", "SNUG_TLS_KEY")
            } else {
                ("SNUG_TLS_KEY", "SNUG_TLS_CERT")
            };
            refuse(name, format!("a file's path, since {other} is set"));
        }
        if self.tls.cert.is_some() && matches!(self.listen, Listen::Unix(_)) {
            refuse("SNUG_LISTEN", "an IP address and a port, since SNUG_TLS_CERT is set".to_owned());
        }
        let is_https = self.tls.cert.is_some() || self.public_url.as_ref().is_some_and(|url| url.starts_with("https:"));
        if self.tls.redirect_listen.is_some() && !is_https {
            refuse(
                "SNUG_REDIRECT_LISTEN",
                "nothing, unless SNUG_TLS_CERT or an https SNUG_PUBLIC_URL is set".to_owned(),
            );
        }
        if let Some(file) = file.filter(|file| file.name != self.environment.file_name()) {
            refuse("SNUG_ENV", format!("what the name of {} says", file.name));
        }
        found
    }
}

/// Whether a variable is meant for snug, also when the shift key slipped.
fn is_ours(name: &str) -> bool {
    name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

fn unknown(name: &str, value: &str) -> ConfigError {
    let nearest = keys::nearest(name);
    let value = shown(name, value);
    let (known, expected) = (nearest.name, nearest.expected());
    ConfigError(format!("{name}={value} is unknown: the nearest known key is {known}, expected {expected}"))
}

fn malformed(key: &keys::Key, value: &str, expected: &str) -> ConfigError {
    let value = shown(key.name, value);
    ConfigError(format!("{}={value} is malformed: expected {expected}", key.name))
}

fn missing(key: &keys::Key, file: &str) -> ConfigError {
    let (name, default, expected) = (key.name, key.show(&Config::default()), key.expected());
    ConfigError(format!("{name} is missing in {file}: expected {expected}; add {name}={default}"))
}

/// A refused value as an error repeats it: on one line, cut short, and never when it may be a secret.
fn shown(name: &str, value: &str) -> String {
    let name = name.to_ascii_uppercase();
    if SECRET_WORDS.iter().any(|word| name.contains(word)) {
        return "(not shown)".to_owned();
    }
    match value.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((cut, _)) => format!("{:?}...", &value[..cut]),
        None => format!("{value:?}"),
    }
}

/// Reads `SNUG_LOG`: the level of snug itself, then `target=level` pairs; `None` when it is neither.
pub fn parse_levels(text: &str) -> Option<(LevelFilter, Vec<(String, LevelFilter)>)> {
    let mut parts = text.split(',').map(str::trim);
    let level = parts.next()?.parse().ok()?;
    let pair = |part: &str| {
        let (target, level) = part.split_once('=')?;
        let known = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let valid = !target.is_empty() && target.chars().all(known);
        Some((target.to_owned(), level.parse().ok().filter(|_| valid)?))
    };
    Some((level, parts.map(pair).collect::<Option<_>>()?))
}

impl Default for Config {
    fn default() -> Config {
        Config {
            environment: Environment::Production,
            listen: Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], 8080))),
            data: PathBuf::from("data"),
            public_url: None,
            origins: Vec::new(),
            hosts: Vec::new(),
            trusted_proxies: Trusted::default(),
            tls: TlsConfig::default(),
            threads: 0,
            shutdown_ms: 10_000,
            log: LogConfig {
                levels: "info".to_owned(),
                json: false,
                file: None,
                file_bytes_max: 16 << 20,
                files_max: 7,
            },
            http: HttpLimits {
                connections_max: 4_000,
                connections_per_address_max: 1_000,
                head_bytes_max: 16 << 10,
                target_bytes_max: 4 << 10,
                headers_max: 64,
                head_ms: 10_000,
                body_ms: 30_000,
                idle_ms: 60_000,
                write_ms: 30_000,
                guests_per_minute: 120,
            },
            people: PeopleConfig {
                guests: false,
                sign_up: SignUp::Invitation,
                setup_link_ms: 3_600_000,
                session_idle_ms: 30 * DAY_MS,
                session_ms: 180 * DAY_MS,
                hashes_at_once: 2,
                hashes_waiting_max: 64,
                sign_ins_per_minute: 10,
                sign_ins_per_address: 60,
            },
            chat: ChatLimits {
                hello_ms: 10_000,
                ping_ms: 25_000,
                silence_ms: 60_000,
                stall_ms: 60_000,
                outbox_bytes_max: 256 << 10,
                inbox_max: 256,
                ring_entries_max: 256,
                ring_bytes_max: 256 << 10,
                replay_entries_max: 1_000,
                rooms_max: 10_000,
                rooms_per_user_max: 500,
                sends_per_minute: 240,
                asks_per_minute: 1_200,
                searches_per_minute: 120,
                typing_per_minute: 60,
                joins_per_minute: 120,
                creates_per_minute: 40,
                reports_per_minute: 40,
                uploads_per_minute: 120,
            },
            files: FileLimits {
                file_bytes_max: 32 << 20,
                bytes_max: 4 << 30,
                person_bytes_max: 1 << 30,
                types: Vec::new(),
                loose_ms: 24 * 3_600_000,
            },
            store: StoreLimits { readers: 2, busy_ms: 5_000, batch_max: 4_096 },
        }
    }
}
