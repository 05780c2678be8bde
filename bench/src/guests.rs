//! Guests are made over plain HTTP before any WebSocket opens: their joining would otherwise be told to everyone.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::system::Error;

/// Connections that make guests at the same time, so that the server may commit them in groups.
const CONNECTIONS: usize = 64;

/// Makes `count` guests and returns their cookies, as they go into a `Cookie` header.
pub fn make(address: SocketAddr, count: usize) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    for _ in 0..CONNECTIONS.min(count) {
        lines.push(connect(address)?);
    }
    let mut cookies = Vec::with_capacity(count);
    while cookies.len() < count {
        let asked = lines.len().min(count - cookies.len());
        for (i, line) in lines.iter_mut().take(asked).enumerate() {
            ask(line, address, cookies.len() + i)?;
        }
        for line in lines.iter_mut().take(asked) {
            let (cookie, keep) = answer(line)?;
            cookies.push(cookie);
            if !keep {
                *line = connect(address)?;
            }
        }
    }
    Ok(cookies)
}

fn connect(address: SocketAddr) -> Result<BufReader<TcpStream>, Error> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

fn ask(line: &mut BufReader<TcpStream>, address: SocketAddr, n: usize) -> Result<(), Error> {
    let body = format!("{{\"name\": \"Guest {n}\"}}");
    let head = format!(
        "POST /api/v1/guests HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    Ok(line.get_mut().write_all((head + &body).as_bytes())?)
}

/// Reads one answer: the cookie, and whether the connection stays open.
fn answer(line: &mut BufReader<TcpStream>) -> Result<(String, bool), Error> {
    let mut status = String::new();
    line.read_line(&mut status)?;
    let (mut cookie, mut keep, mut body_bytes) = (None, true, 0);
    loop {
        let mut field = String::new();
        line.read_line(&mut field)?;
        let Some((name, value)) = field.trim_end().split_once(':') else { break };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "set-cookie" => cookie = value.split(';').next().map(str::to_owned),
            "connection" => keep = !value.eq_ignore_ascii_case("close"),
            "content-length" => body_bytes = value.parse()?,
            _ => {}
        }
    }
    let mut body = vec![0; body_bytes];
    line.read_exact(&mut body)?;
    match cookie {
        Some(cookie) if status.starts_with("HTTP/1.1 201") => Ok((cookie, keep)),
        _ => Err(format!("no guest was made: {}{}", status, String::from_utf8_lossy(&body)).into()),
    }
}
