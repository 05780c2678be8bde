//! Configuration: every key, its default, its bounds and what it is for.
//!
//! Pure: [`Config::from_vars`] is given the variables and never looks at the process environment or the disk.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Everything that can be set, with safe production values as the default.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which `.env.<name>` file was meant: `SNUG_ENV`.
    pub environment: Environment,
    /// Address and port to listen on; port 0 picks one: `SNUG_LISTEN`.
    pub listen: SocketAddr,
    /// Directory of the database: `SNUG_DATA`.
    pub data: PathBuf,
    /// The origin under which people open snug (`https://chat.example`), when it is not what the Host header says: `SNUG_PUBLIC_URL`.
    pub public_url: Option<String>,
    /// More origins whose pages may open the WebSocket, comma-separated in `SNUG_ORIGINS`.
    pub origins: Vec<String>,
    /// Executor threads; 0 means one for each core: `SNUG_THREADS`.
    pub threads: usize,
    /// How long a shutdown may take before it is forced, in milliseconds: `SNUG_SHUTDOWN_MS`.
    pub shutdown_ms: u64,
    /// Where logs go and how much they say.
    pub log: LogConfig,
    /// Limits of the HTTP side.
    pub http: HttpLimits,
    /// Limits of rooms and sessions.
    pub chat: ChatLimits,
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

/// Limits of the HTTP side.
#[derive(Debug, Clone)]
pub struct HttpLimits {
    /// `SNUG_CONNECTIONS`: open connections in all; one more is answered 503.
    pub connections_max: usize,
    /// `SNUG_CONNECTIONS_PER_ADDRESS`: open connections of one address; one more is answered 429. 0: no limit.
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

/// Limits of the database.
#[derive(Debug, Clone)]
pub struct StoreLimits {
    /// `SNUG_DB_READERS`: reading connections.
    pub readers: usize,
    /// `SNUG_DB_BUSY_MS`: how long to wait for a lock.
    pub busy_ms: u64,
    /// `SNUG_DB_BATCH`: rows that one commit takes at most.
    pub batch_max: usize,
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
    /// `SNUG_RING_BYTES`: and as many bytes of them.
    pub ring_bytes_max: usize,
    /// `SNUG_REPLAY_ENTRIES`: a client that is further behind gets a reset.
    pub replay_entries_max: u64,
    /// `SNUG_ROOMS`: rooms in all.
    pub rooms_max: u64,
    /// `SNUG_ROOMS_PER_USER`: rooms that one person may be in.
    pub rooms_per_user_max: u64,
    /// `SNUG_SENDS_PER_MINUTE`: messages that one connection may send in a minute, in bursts of a quarter of that. 0: no limit.
    pub sends_per_minute: u32,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            environment: Environment::Production,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from("data"),
            public_url: None,
            origins: Vec::new(),
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
                connections_per_address_max: 0,
                head_bytes_max: 16 << 10,
                target_bytes_max: 4 << 10,
                headers_max: 64,
                head_ms: 10_000,
                body_ms: 30_000,
                idle_ms: 60_000,
                write_ms: 30_000,
                guests_per_minute: 120,
            },
            chat: ChatLimits {
                hello_ms: 10_000,
                ping_ms: 25_000,
                silence_ms: 60_000,
                stall_ms: 60_000,
                outbox_bytes_max: 256 << 10,
                inbox_max: 256,
                ring_entries_max: 256,
                replay_entries_max: 1_000,
                rooms_max: 10_000,
                rooms_per_user_max: 500,
                sends_per_minute: 240,
                ring_bytes_max: 256 << 10,
            },
            store: StoreLimits { readers: 2, busy_ms: 5_000, batch_max: 4_096 },
        }
    }
}
