//! Hand-written HTTP/1.1 (RFC 9110, RFC 9112) without I/O: bytes in, values out, values in, bytes out.
//!
//! Nothing here reads a socket, a clock or a file. "Need more bytes" is `Ok(None)`, never an error, and whatever cannot be
//! trusted is an error with its status: the caller (`server`) answers it and closes.
//!
//! Absent on purpose: ranges, trailers as values (they are checked and dropped), content codings of requests, multipart.

// In the order in which a request meets them.
pub mod accept;
pub mod bearer;
pub mod body;
pub mod byte_range;
pub mod conditional;
pub mod cookie;
pub mod date;
pub mod forwarded;
pub mod head;
pub mod host;
pub mod origin;
pub mod problem;
pub mod query;
pub mod request;
pub mod response;
pub mod target;
pub mod upgrade;
