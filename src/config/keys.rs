//! The table of keys: what each is called, what it takes, what it is for and which field of [`Config`] it fills.
//!
//! This one table drives reading, the error texts, `snug check-config` and the test that holds the three `.env` files.

use super::Config;
use super::value::Value;
use std::ops::RangeInclusive;

/// One key.
pub struct Key {
    /// The variable's name.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub doc: &'static str,
    /// Where its value lives, and of which kind it is.
    value: fn(&mut Config) -> Value<'_>,
}

/// Every wait, in milliseconds: below 10 it is no wait, above an hour it is no limit.
const WAIT_MS: RangeInclusive<u64> = 10..=3_600_000;

/// How long sessions and links go on, in milliseconds: from a second to ten years.
const SPAN_MS: RangeInclusive<u64> = 1_000..=315_360_000_000;

/// After which time a session is idle, in milliseconds: sessions are noted as used every few minutes, so no less than an hour.
const IDLE_MS: RangeInclusive<u64> = 3_600_000..=315_360_000_000;

/// Every rate per minute, 0 being none; above a million a rate limits nothing.
const RATE: RangeInclusive<u64> = 0..=1_000_000;

/// Two years, which is what the lists that browsers ship ask for; more is a mistake that nobody can take back.
const HSTS_SECONDS_MAX: u64 = 63_072_000;

/// Connections: a million is the most that one machine's memory was ever seen to carry.
const CONNECTIONS_MAX: u64 = 1_000_000;

/// Buffers that exist once per socket or per room, in bytes: at least one frame of the largest size, at most 64 MiB.
const BUFFER_BYTES: RangeInclusive<u64> = 65_536..=67_108_864;

/// Queues and rings, in elements: above 65,536 they hide an overload instead of answering it.
const QUEUE: RangeInclusive<u64> = 1..=65_536;

/// Every key there is, in the order of the `.env` files.
pub const KEYS: &[Key] = &[
    Key { name: "SNUG_ENV", doc: "Which .env.<name> file is read.", value: |c| Value::Environment(&mut c.environment) },
    Key {
        name: "SNUG_LISTEN",
        doc: "Address and port to listen on, where port 0 picks a free one; or a Unix socket.",
        value: |c| Value::Listen(&mut c.listen),
    },
    Key {
        name: "SNUG_DATA",
        doc: "Directory of the database; made if it is not there.",
        value: |c| Value::Directory(&mut c.data),
    },
    Key {
        name: "SNUG_PUBLIC_URL",
        doc: "The origin under which people open snug, when it is not what their Host header says.",
        value: |c| Value::Origin(&mut c.public_url),
    },
    Key {
        name: "SNUG_ORIGINS",
        doc: "More origins whose pages may open the WebSocket.",
        value: |c| Value::Origins(&mut c.origins),
    },
    Key {
        name: "SNUG_HOSTS",
        doc: "More host names that are this server's; requests for a stranger's name are answered 421.",
        value: |c| Value::Hosts(&mut c.hosts),
    },
    Key {
        name: "SNUG_TRUSTED_PROXIES",
        doc: "Proxies that are believed when they say for whom they ask (X-Forwarded-For, Forwarded).",
        value: |c| Value::Proxies(&mut c.trusted_proxies),
    },
    Key {
        name: "SNUG_TLS_CERT",
        doc: "The certificate with its chain, in PEM; with it SNUG_LISTEN speaks https. SIGHUP reads it anew.",
        value: |c| Value::File(&mut c.tls.cert),
    },
    Key { name: "SNUG_TLS_KEY", doc: "The certificate's private key, in PEM.", value: |c| Value::File(&mut c.tls.key) },
    Key {
        name: "SNUG_REDIRECT_LISTEN",
        doc: "Where plain http is listened to as well, only to send it on to https.",
        value: |c| Value::Address(&mut c.tls.redirect_listen),
    },
    Key {
        name: "SNUG_HSTS_SECONDS",
        doc: "For so long browsers remember to come by https only (HSTS). 0: they are not told.",
        value: |c| Value::Long(&mut c.tls.hsts_seconds, 0..=HSTS_SECONDS_MAX, "seconds"),
    },
    Key {
        name: "SNUG_THREADS",
        doc: "Threads that do the work; 0 means one for each core.",
        value: |c| Value::Size(&mut c.threads, 0..=256, "threads"),
    },
    Key {
        name: "SNUG_SHUTDOWN_MS",
        doc: "How long a shutdown may take before it is forced.",
        value: |c| Value::Long(&mut c.shutdown_ms, 100..=600_000, "milliseconds"),
    },
    Key {
        name: "SNUG_LOG",
        doc: "How much is logged: a level, then target=level pairs.",
        value: |c| Value::Levels(&mut c.log.levels),
    },
    Key {
        name: "SNUG_LOG_FORMAT",
        doc: "Log lines as text for people or as one JSON object each.",
        value: |c| Value::Format(&mut c.log.json),
    },
    Key {
        name: "SNUG_LOG_FILE",
        doc: "Also log to this file; SIGHUP reopens it.",
        value: |c| Value::File(&mut c.log.file),
    },
    Key {
        name: "SNUG_LOG_FILE_BYTES",
        doc: "The log file is rotated when it is this large, and every day.",
        value: |c| Value::Long(&mut c.log.file_bytes_max, 4_096..=17_179_869_184, "bytes"),
    },
    Key {
        name: "SNUG_LOG_FILES",
        doc: "So many rotated log files are kept.",
        value: |c| Value::Size(&mut c.log.files_max, 1..=1_000, "files"),
    },
    Key {
        name: "SNUG_CONNECTIONS",
        doc: "Open connections in all; one more is answered 503.",
        value: |c| Value::Size(&mut c.http.connections_max, 1..=CONNECTIONS_MAX, "connections"),
    },
    Key {
        name: "SNUG_CONNECTIONS_PER_ADDRESS",
        doc: "Open connections of one address; one more is answered 429. 0: no limit, as behind a proxy.",
        value: |c| Value::Size(&mut c.http.connections_per_address_max, 0..=CONNECTIONS_MAX, "connections"),
    },
    Key {
        name: "SNUG_HEAD_BYTES",
        doc: "A longer request head is answered 431.",
        value: |c| Value::Size(&mut c.http.head_bytes_max, 1_024..=1_048_576, "bytes"),
    },
    Key {
        name: "SNUG_TARGET_BYTES",
        doc: "A longer request target is answered 414; must be less than SNUG_HEAD_BYTES.",
        value: |c| Value::Size(&mut c.http.target_bytes_max, 256..=65_536, "bytes"),
    },
    Key {
        name: "SNUG_HEADERS",
        doc: "More header fields are answered 431.",
        value: |c| Value::Size(&mut c.http.headers_max, 8..=256, "fields"),
    },
    Key {
        name: "SNUG_HEAD_MS",
        doc: "A request head that is not complete after this time is answered 408.",
        value: |c| Value::Long(&mut c.http.head_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_BODY_MS",
        doc: "A request body that is not complete after this time is answered 408.",
        value: |c| Value::Long(&mut c.http.body_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_IDLE_MS",
        doc: "A kept-alive connection without a new request is closed after this time.",
        value: |c| Value::Long(&mut c.http.idle_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_WRITE_MS",
        doc: "A response that is not taken after this time is given up.",
        value: |c| Value::Long(&mut c.http.write_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_GUESTS_PER_MINUTE",
        doc: "New guests from one address in a minute. 0: no limit.",
        value: |c| Value::Rate(&mut c.http.guests_per_minute, RATE, "guests"),
    },
    Key {
        name: "SNUG_GUESTS",
        doc: "Whether whoever opens the page may walk in by a name alone, as a visitor of the open rooms.",
        value: |c| Value::Flag(&mut c.people.guests),
    },
    Key {
        name: "SNUG_SIGN_UP",
        doc: "Who may make an account: nobody (the console makes them), who has an invitation, or everybody.",
        value: |c| Value::SignUp(&mut c.people.sign_up),
    },
    Key {
        name: "SNUG_SETUP_LINK_MS",
        doc: "The link by which the first owner sets snug up dies after this time.",
        value: |c| Value::Long(&mut c.people.setup_link_ms, SPAN_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_SESSION_IDLE_MS",
        doc: "A session that is not used for this long ends.",
        value: |c| Value::Long(&mut c.people.session_idle_ms, IDLE_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_SESSION_MS",
        doc: "A session ends after this time, however much it is used.",
        value: |c| Value::Long(&mut c.people.session_ms, SPAN_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_HASHES_AT_ONCE",
        doc: "Passwords that are hashed at the same time; each takes 19 MiB of memory for some 50 ms.",
        value: |c| Value::Size(&mut c.people.hashes_at_once, 1..=64, "passwords"),
    },
    Key {
        name: "SNUG_HASHES_WAITING",
        doc: "Passwords that may wait to be hashed; one more is answered 503.",
        value: |c| Value::Size(&mut c.people.hashes_waiting_max, QUEUE, "passwords"),
    },
    Key {
        name: "SNUG_SIGN_INS_PER_MINUTE",
        doc: "Wrong passwords for one account from one address in a minute, ten times as many from everywhere; never locked for good. 0: no limit.",
        value: |c| Value::Rate(&mut c.people.sign_ins_per_minute, RATE, "attempts"),
    },
    Key {
        name: "SNUG_SIGN_INS_PER_ADDRESS",
        doc: "Wrong passwords and new accounts from one address in a minute; as many wrong invitations. 0: no limit.",
        value: |c| Value::Rate(&mut c.people.sign_ins_per_address, RATE, "attempts"),
    },
    Key {
        name: "SNUG_HELLO_MS",
        doc: "A WebSocket that has not said hello after this time is closed.",
        value: |c| Value::Long(&mut c.chat.hello_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_PING_MS",
        doc: "Time between the server's pings.",
        value: |c| Value::Long(&mut c.chat.ping_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_SILENCE_MS",
        doc: "A peer from which nothing came for this long is dead; must be more than twice SNUG_PING_MS.",
        value: |c| Value::Long(&mut c.chat.silence_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_STALL_MS",
        doc: "A peer that took no byte for this long, while some waited for it, is closed.",
        value: |c| Value::Long(&mut c.chat.stall_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_OUTBOX_BYTES",
        doc: "Bytes that may wait for one slow socket before it has to catch up from the log.",
        value: |c| Value::Size(&mut c.chat.outbox_bytes_max, BUFFER_BYTES, "bytes"),
    },
    Key {
        name: "SNUG_ROOM_INBOX",
        doc: "Requests that may wait for one room before its senders are made to wait.",
        value: |c| Value::Size(&mut c.chat.inbox_max, QUEUE, "requests"),
    },
    Key {
        name: "SNUG_RING_ENTRIES",
        doc: "Recent entries that a room in use keeps in memory for those who come back or lag.",
        value: |c| Value::Size(&mut c.chat.ring_entries_max, QUEUE, "entries"),
    },
    Key {
        name: "SNUG_RING_BYTES",
        doc: "Bytes that those recent entries may take for each room.",
        value: |c| Value::Size(&mut c.chat.ring_bytes_max, BUFFER_BYTES, "bytes"),
    },
    Key {
        name: "SNUG_REPLAY_ENTRIES",
        doc: "A client that is further behind gets the latest page instead of all that it missed.",
        value: |c| Value::Long(&mut c.chat.replay_entries_max, 1..=100_000, "entries"),
    },
    Key {
        name: "SNUG_ROOMS",
        doc: "Rooms in all.",
        value: |c| Value::Long(&mut c.chat.rooms_max, 1..=1_000_000, "rooms"),
    },
    Key {
        name: "SNUG_ROOMS_PER_USER",
        doc: "Rooms that one person may be in.",
        value: |c| Value::Long(&mut c.chat.rooms_per_user_max, 1..=10_000, "rooms"),
    },
    Key {
        name: "SNUG_SENDS_PER_MINUTE",
        doc: "Messages, topics and other entries that one account may write in a minute, in bursts of a quarter of that. 0: no limit.",
        value: |c| Value::Rate(&mut c.chat.sends_per_minute, RATE, "messages"),
    },
    Key {
        name: "SNUG_ASKS_PER_MINUTE",
        doc: "Pages, lists and read positions that one account may ask for in a minute. 0: no limit.",
        value: |c| Value::Rate(&mut c.chat.asks_per_minute, RATE, "requests"),
    },
    Key {
        name: "SNUG_SEARCHES_PER_MINUTE",
        doc: "Searches that one account may make in a minute; clients search while one types. 0: no limit.",
        value: |c| Value::Rate(&mut c.chat.searches_per_minute, RATE, "searches"),
    },
    Key {
        name: "SNUG_TYPING_PER_MINUTE",
        doc: "Notices that one account is typing that are shown in a minute; clients say so 20 times. 0: no limit.",
        value: |c| Value::Rate(&mut c.chat.typing_per_minute, RATE, "notices"),
    },
    Key {
        name: "SNUG_JOINS_PER_MINUTE",
        doc: "Rooms that one account may join or leave, and people that it may bring in or remove, in a minute. 0: no limit.",
        value: |c| Value::Rate(&mut c.chat.joins_per_minute, RATE, "times"),
    },
    Key {
        name: "SNUG_CREATES_PER_MINUTE",
        doc: "Rooms that one account may make in a minute, those for private messages included. 0: no limit.",
        value: |c| Value::Rate(&mut c.chat.creates_per_minute, RATE, "rooms"),
    },
    Key {
        name: "SNUG_REPORTS_PER_MINUTE",
        doc: "Messages that one account may report in a minute. 0: no limit.",
        value: |c| Value::Rate(&mut c.chat.reports_per_minute, RATE, "reports"),
    },
    Key {
        name: "SNUG_UPLOADS_PER_MINUTE",
        doc: "Files that one account may begin to upload in a minute. 0: no limit.",
        value: |c| Value::Rate(&mut c.chat.uploads_per_minute, RATE, "files"),
    },
    Key {
        name: "SNUG_FILE_BYTES",
        doc: "A longer file is refused. 0: no files.",
        value: |c| Value::Long(&mut c.files.file_bytes_max, 0..=FILE_BYTES_MAX, "bytes"),
    },
    Key {
        name: "SNUG_FILES_BYTES",
        doc: "Bytes that all files together may have; they are in the database.",
        value: |c| Value::Long(&mut c.files.bytes_max, 0..=FILES_BYTES_MAX, "bytes"),
    },
    Key {
        name: "SNUG_FILES_BYTES_PER_PERSON",
        doc: "Bytes that the files of one person may have.",
        value: |c| Value::Long(&mut c.files.person_bytes_max, 0..=FILES_BYTES_MAX, "bytes"),
    },
    Key {
        name: "SNUG_FILE_TYPES",
        doc: "Which files are taken, by what their bytes say; application/octet-stream is what is not shown in place.",
        value: |c| Value::Types(&mut c.files.types),
    },
    Key {
        name: "SNUG_FILES_LOOSE_MS",
        doc: "A file that was uploaded and not sent goes after this time.",
        value: |c| Value::Long(&mut c.files.loose_ms, 1_000..=30 * 24 * 3_600_000, "milliseconds"),
    },
    Key {
        name: "SNUG_DB_READERS",
        doc: "Connections to the database that only read.",
        value: |c| Value::Size(&mut c.store.readers, 1..=16, "connections"),
    },
    Key {
        name: "SNUG_DB_BUSY_MS",
        doc: "How long to wait for a database that another process has locked.",
        value: |c| Value::Long(&mut c.store.busy_ms, WAIT_MS, "milliseconds"),
    },
    Key {
        name: "SNUG_DB_BATCH",
        doc: "Most entries that one commit takes.",
        value: |c| Value::Size(&mut c.store.batch_max, QUEUE, "entries"),
    },
];

/// The longest file that can be allowed, in bytes.
const FILE_BYTES_MAX: u64 = 4 << 30;

/// The most that all files can be allowed to have, in bytes.
const FILES_BYTES_MAX: u64 = 1 << 50;

/// Finds a key by its exact name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The key whose name is the fewest typing mistakes away from `name`.
pub fn nearest(name: &str) -> &'static Key {
    let name = name.to_ascii_uppercase();
    KEYS.iter().min_by_key(|key| distance(key.name, &name)).unwrap_or(&KEYS[0])
}

/// Levenshtein's edit distance, in bytes: the fewest letters to add, drop or replace.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

impl Key {
    /// Reads `text` into the key's field of `config`; `false` when it is not what the key takes.
    pub fn read(&self, config: &mut Config, text: &str) -> bool {
        (self.value)(config).read(text).is_some()
    }

    /// The field's value as it would stand in a `.env` file.
    pub fn show(&self, config: &Config) -> String {
        (self.value)(&mut config.clone()).show()
    }

    /// What the key takes, as the end of the sentence "expected ...".
    pub fn expected(&self) -> String {
        (self.value)(&mut Config::default()).expected()
    }
}
