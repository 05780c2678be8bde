//! A real client of the protocol: enters by HTTP, opens the WebSocket, sends requests, collects what comes.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::client::Request;
use tungstenite::{Error, Message, WebSocket};

/// Only a broken server is waited for this long; less than the time between its pings.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody with a cookie, not necessarily connected.
#[derive(Debug, Clone)]
pub struct Guest {
    pub id: i64,
    pub name: String,
    pub cookie: String,
}

/// One open WebSocket.
pub struct Client {
    pub socket: WebSocket<TcpStream>,
    pub guest: Guest,
    requests: u64,
    /// What came while something else was waited for.
    kept: VecDeque<Value>,
}

/// Asks to come in; the status and the body.
pub fn ask_in(addr: SocketAddr, name: &str) -> (u16, Value, Option<String>) {
    let body = json!({ "name": name }).to_string();
    let mut stream = TcpStream::connect(addr).expect("the server accepts");
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "POST /api/v1/guests HTTP/1.1\r\nhost: {addr}\r\norigin: http://{addr}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer in UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let field =
        head.lines().find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")));
    let cookie = field.and_then(|(_, value)| value.trim().split(';').next()).map(str::to_owned);
    (status, serde_json::from_str(body).expect("a JSON body"), cookie)
}

impl Guest {
    /// Comes in by `name`.
    pub fn enter(addr: SocketAddr, name: &str) -> Guest {
        let (status, body, cookie) = ask_in(addr, name);
        assert_eq!(status, 201, "{body}");
        Guest { id: body["id"].as_i64().unwrap(), name: name.to_owned(), cookie: cookie.expect("a cookie") }
    }

    fn request(&self, addr: SocketAddr) -> Request {
        let mut request = format!("ws://{addr}/ws").into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", format!("http://{addr}").parse().unwrap());
        headers.insert("sec-websocket-protocol", "snug.v1".parse().unwrap());
        headers.insert("cookie", self.cookie.parse().unwrap());
        request
    }

    /// A request by HTTP: the status and the body; none when the server goes meanwhile.
    pub fn request_by_http(&self, addr: SocketAddr, method: &str, path: &str, body: &[u8]) -> Option<(u16, String)> {
        let kind = if method == "PUT" { "application/octet-stream" } else { "application/json" };
        let head = format!(
            "{method} /api/v1/{path} HTTP/1.1\r\nhost: {addr}\r\norigin: http://{addr}\r\ncookie: {}\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            self.cookie,
            body.len()
        );
        let mut stream = TcpStream::connect(addr).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
    }

    /// Opens a WebSocket, without `hello`.
    pub fn open(&self, addr: SocketAddr) -> Result<Client, String> {
        let stream = TcpStream::connect(addr).map_err(|problem| problem.to_string())?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(self.request(addr), stream).map_err(|problem| problem.to_string())?;
        Ok(Client { socket, guest: self.clone(), requests: 0, kept: VecDeque::new() })
    }

    /// As [`Guest::connect`], over a connection that was made already.
    pub fn connect_by(&self, addr: SocketAddr, stream: TcpStream) -> Client {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(self.request(addr), stream).expect("a WebSocket");
        let mut client = Client { socket, guest: self.clone(), requests: 0, kept: VecDeque::new() };
        client.ask(json!({"op": "hello"}));
        client
    }

    /// Opens a WebSocket and says `hello`, holding nothing; the lobby's reset has come.
    pub fn connect(&self, addr: SocketAddr) -> Client {
        let mut client = self.open(addr).expect("a WebSocket");
        let welcome = client.ask(json!({"op": "hello"}));
        for room in welcome["rooms"].as_array().expect("rooms") {
            client.event_of("reset", room["id"].as_i64().unwrap());
        }
        client
    }
}

impl Client {
    /// Comes in by `name`, connects and says `hello`.
    pub fn enter(addr: SocketAddr, name: &str) -> Client {
        Guest::enter(addr, name).connect(addr)
    }

    /// Sends a request without waiting for the answer; its id.
    pub fn say(&mut self, request: Value) -> u64 {
        self.try_say(request).expect("the request goes out")
    }

    /// Sends a request over a connection that may have ended; its id.
    pub fn try_say(&mut self, mut request: Value) -> Result<u64, Error> {
        self.requests += 1;
        request["id"] = json!(self.requests);
        self.socket.send(Message::text(request.to_string()))?;
        Ok(self.requests)
    }

    /// Sends a request; its reply, whole.
    pub fn reply(&mut self, request: Value) -> Value {
        let id = self.say(request);
        self.wait(|value| value["re"] == json!(id)).expect("a reply")
    }

    /// Sends a request; its result.
    pub fn ask(&mut self, request: Value) -> Value {
        let reply = self.reply(request);
        assert!(reply.get("error").is_none(), "{reply}");
        reply["result"].clone()
    }

    /// Sends a request that is refused; the error's code.
    pub fn refused(&mut self, request: Value) -> String {
        let reply = self.reply(request);
        reply["error"]["code"].as_str().unwrap_or_else(|| panic!("not refused: {reply}")).to_owned()
    }

    /// Sends a message; its `seq`.
    pub fn send(&mut self, room: i64, key: &str, text: &str) -> i64 {
        self.ask(json!({"op": "send", "room": room, "key": key, "text": text}))["seq"].as_i64().unwrap()
    }

    /// The next event of that kind in that room; others are kept.
    pub fn event_of(&mut self, ev: &str, room: i64) -> Value {
        self.wait(|value| value["ev"] == ev && (value["room"] == room || value["room"]["id"] == room))
            .expect("an event")
    }

    /// The next `count` entries of a room, as they come.
    pub fn entries(&mut self, room: i64, count: usize) -> Vec<Value> {
        (0..count).map(|_| self.event_of("entry", room)).collect()
    }

    /// The events of that kind that came while something else was waited for.
    pub fn kept(&self, ev: &str) -> Vec<&Value> {
        self.kept.iter().filter(|value| value["ev"] == ev).collect()
    }

    /// Whatever comes until the answer to a `ping` that is sent now, in order, kept things first.
    pub fn all_until_now(&mut self) -> Vec<Value> {
        let id = self.say(json!({"op": "ping"}));
        let mut all: Vec<Value> = self.kept.drain(..).collect();
        loop {
            let value = self.receive().expect("an answer to ping");
            if value["re"] == json!(id) {
                return all;
            }
            all.push(value);
        }
    }

    /// The first that `fits`, of what is kept and then of what comes; `Err` when the connection ends first.
    pub fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Result<Value, Error> {
        if let Some(at) = self.kept.iter().position(&fits) {
            return Ok(self.kept.remove(at).expect("it is there"));
        }
        loop {
            let value = self.receive()?;
            if fits(&value) {
                return Ok(value);
            }
            self.kept.push_back(value);
        }
    }

    /// The next text message.
    pub fn receive(&mut self) -> Result<Value, Error> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Message::Text(text) = self.socket.read()? {
                return Ok(serde_json::from_str(&text).expect("a JSON object"));
            }
        }
        panic!("{}: nothing but pings came; kept: {:?}", self.guest.name, self.kept);
    }

    /// Reads until the server closes; its close code, or `None` when it just went.
    pub fn close_code(&mut self) -> Option<u16> {
        loop {
            match self.socket.read() {
                Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }
}
