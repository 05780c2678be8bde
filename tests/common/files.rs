//! Requests with bytes, and a picture.

use super::socket::Guest;
use super::{Response, TestServer};

/// A request with a body: JSON, or bytes if it is a `PUT` whose body is no JSON.
pub fn call(server: &TestServer, by: &Guest, method: &str, path: &str, body: &[u8]) -> Response {
    let kind =
        if method == "PUT" && body.first() != Some(&b'{') { "application/octet-stream" } else { "application/json" };
    let head = format!(
        "{method} /api/v1/{path} HTTP/1.1\r\nHost: snug\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        by.cookie,
        body.len()
    );
    server.ask([head.as_bytes(), body].concat())
}

/// A request for something, with these fields.
pub fn get(server: &TestServer, by: &Guest, path: &str, fields: &str) -> Response {
    let head = format!(
        "GET /api/v1/{path} HTTP/1.1\r\nHost: snug\r\nCookie: {}\r\n{fields}Connection: close\r\n\r\n",
        by.cookie
    );
    server.ask(head)
}

/// A picture of 3 by 2 pixels with the place where it was taken.
pub fn a_png() -> Vec<u8> {
    let chunk =
        |kind: &[u8], data: &[u8]| [&u32::try_from(data.len()).unwrap().to_be_bytes(), kind, data, &[0; 4]].concat();
    let size = [0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0];
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &size),
        chunk(b"tEXt", b"GPS 53.55 N"),
        chunk(b"IDAT", &[1]),
        chunk(b"IEND", b""),
    ]
    .concat()
}
