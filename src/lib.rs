//! snug: real-time chat in one small static binary. This page is the map of the house.
//!
//! # Floors
//! A file imports only from its own floor and those below (`tests/tidy.rs` holds it to that). Floors 0 and 1 do no I/O,
//! know no clock and no `async`: bytes, values and time come in as arguments; bytes, values and effects go out.
//!
//! ```text
//!   main.rs            environment, signals, threads, exit code; the only reader of the process environment
//! 4 cli.rs, cli/       the words of the command line; people, from the shell
//! 3 server.rs, server/ listeners, certificate, connection limits, one connection's loop, upgrade, shutdown
//! 3 web.rs, web/       the gate that all pass; router (method, path) -> Route; cookies; assets; a file per group of handlers
//! 3 chat/hub.rs        which rooms and sessions there are; the keeper's clock
//! 3 chat/follower.rs   what was done to people, followed in the audit log, reaches their connections
//! 3 chat/host.rs       one room's loop: takes what comes, stores it, shows it
//! 3 chat/bans.rs       which addresses are kept out
//! 3 chat/bots.rs       what bots do without a WebSocket
//! 3 chat/quota.rs      how often one account may do what
//! 3 chat/outcome.rs    what has become of its batch: answers, comings and goings
//! 3 chat/session.rs    one WebSocket: read, catch up
//! 3 chat/requests.rs   what its client asks for; chat/doors.rs into rooms and out, chat/lists.rs what it looks up, chat/seek.rs what it searches
//! 3 chat/mentions.rs   whom a message calls by name
//! 3 chat/presence.rs   where people are, and since when they are not here; how they look
//! 3 chat/command.rs    what comes to a room, and how it is refused
//! 3 chat/outlet.rs     the one way out of a WebSocket's socket; chat/wire.rs the way in, chat/notice.rs what its session is told
//! 3 chat/frame.rs      what goes through it, encoded once
//! 3 chat/close.rs      close codes and the farewell
//! 2 store.rs, store/   append, pages, accounts, faces, files, audit, bans, reports, bots; search.rs; writer.rs (group commit); sqlite*.rs (what is SQLite's alone)
//! 2 hasher.rs          passwords on the blocking pool, so many at once, in a queue that is fair by address
//! 2 socket.rs, socket/ a connection's socket: TCP, Unix or TLS, one type
//! 2 logging.rs         where log lines go
//! 2 vital.rs           tasks whose panic ends the process
//! 1 http.rs, http/     HTTP/1.1 without I/O: heads, bodies, answers, conditional requests, cookies, who asks and for whom,
//!                      the upgrade's check
//! 1 chat/act.rs        what somebody wants to do in a room, and whether they may
//! 1 chat/room.rs       who is here, what each has been handed, what comes next
//! 1 config.rs          every key, its bounds and its default
//! 1 picture.rs         pictures without what their camera knows
//! 1 sniff.rs           what a file is, by its first bytes
//! 1 mention.rs         where a text calls somebody by name
//! 1 password.rs        which passwords are taken, their hashes
//! 1 query.rs, query/   what somebody looks for, as typed; the tokens of a text
//! 1 range.rs           ranges of addresses
//! 1 rate.rs            token buckets, one or one for each key; the address that limits count by
//! 1 rights.rs          who may do what, and where: one table
//! 1 secret.rs          tokens, their hashes, the form in which names are compared
//! 0 protocol.rs        the WebSocket protocol's frames, ids and limits
//! ```
//!
//! # The way of one message
//!  1. The browser puts it with a key of its own into its outbox and sends it.
//!  2. [`chat::session`] reads the frame (capped), [`protocol::decode`] reads the request, [`rate`] lets it pass.
//!  3. The session sends it to the room's inbox, which is bounded: when it is full the session waits and reads no more, and
//!     TCP pushes back on the sender.
//!  4. `chat::host` takes one, then all that wait, up to a limit, and reads the clock once.
//!  5. [`chat::room`] says who may.
//!  6. [`store`] appends: its writer merges the batches of all rooms that wait into one transaction, gives each entry its
//!     room's next `seq`, finds keys seen before, commits with `fsync`, and answers.
//!  7. The room encodes each entry once and keeps it in its ring.
//!  8. The host hands the batch to each seat's [`chat::outlet`] (`chat::fanout`: those of a large room by all threads), which
//!     writes what the socket takes and keeps the rest, up to a limit. A seat that takes no more falls behind; its session drains, then catches up from its cursor.
//!  9. The sender's acknowledgement leaves in the same write as the entry.
//! 10. The browser puts the stored message in the pending one's place (same key) and moves its cursor on.
//!
//! If the append fails, only the sender hears of it, and may send the same key again.
//!
//! # Who owns what
//! | who | owns |
//! |---|---|
//! | `main` | the executor and its threads, the configuration, the shutdown's sender |
//! | [`server`] | the listeners, the certificate, the places for connections, their tasks |
//! | [`chat::session`] | its WebSocket, its seats (dropping one is leaving) |
//! | `chat::host` | its room, its inbox, the seats' outlets, the ring of recent entries |
//! | [`chat::hub`] | the maps of rooms and sessions, each behind a lock that is never held across an await |
//! | the store's writer | the one writing database connection |
//!
//! # What is absent
//! No timer and no task for a connection beside its own one; no queue without a limit; no unsafe code; no lock held across an
//! await; no second way to fall behind or to catch up; no outside host; no global executor.

// Floor 0
pub mod protocol;

// Floor 1
pub mod config;
pub mod http;
pub mod mention;
pub mod password;
pub mod picture;
pub mod query;
pub mod range;
pub mod rate;
pub mod rights;
pub mod secret;
pub mod sniff;

// Floor 2
pub mod hasher;
pub mod logging;
pub mod socket;
pub mod store;
pub mod vital;

// Floor 3, and chat::room on floor 1
pub mod chat;
pub mod server;
pub mod web;

// Floor 4
pub mod cli;
