//! A yardstick: a chat as one first writes it with axum and tokio, a broadcast channel for each room and a task for each seat.
//!
//! It knows no people, rights or storage, and answers the generator as `bench raw` does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Mutex as AsyncMutex;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Sender};

/// Messages that a room keeps for those who are behind.
const ROOM_MESSAGES: usize = 4_096;

type Rooms = Arc<Mutex<HashMap<u64, Sender<Utf8Bytes>>>>;
type Sink = Arc<AsyncMutex<SplitSink<WebSocket, Message>>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let rooms = Rooms::default();
    enter(&rooms, 1);
    let site = Router::new().route("/ws", get(upgrade)).fallback(guest).with_state(rooms);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    // Without it, what one first writes would be measured by the kernel's timers.
    axum::serve(listener.tap_io(|socket| drop(socket.set_nodelay(true))), site).await
}

async fn guest() -> Response {
    (StatusCode::CREATED, [(header::SET_COOKIE, "snug_session=axum; Path=/")], "{}").into_response()
}

async fn upgrade(State(rooms): State<Rooms>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.protocols(["snug.v1"]).on_upgrade(|socket| serve(rooms, socket))
}

fn enter(rooms: &Rooms, room: u64) -> Sender<Utf8Bytes> {
    let mut rooms = rooms.lock().unwrap_or_else(PoisonError::into_inner);
    rooms.entry(room).or_insert_with(|| broadcast::channel(ROOM_MESSAGES).0).clone()
}

/// Serves one socket until it ends.
async fn serve(rooms: Rooms, socket: WebSocket) {
    let (sink, mut stream) = socket.split();
    let sink: Sink = Arc::new(AsyncMutex::new(sink));
    let mut seats: HashMap<u64, Sender<Utf8Bytes>> = HashMap::new();
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else { continue };
        let Ok(request) = serde_json::from_str::<Value>(&text) else { return };
        let (re, named) = (&request["id"], request["room"].as_u64().unwrap_or(1));
        let mut answers = Vec::new();
        let room = match request["op"].as_str() {
            Some("send") => {
                if let Some(room) = seats.get(&named) {
                    // An error says that nobody listens.
                    let _ = room.send(text);
                }
                continue;
            }
            Some("hello") => {
                answers.push(format!("{{\"re\":{re},\"result\":{{\"rooms\":[{{\"id\":1}}]}}}}"));
                answers.push("{\"ev\":\"reset\",\"room\":1,\"head\":0,\"entries\":[]}".to_owned());
                1
            }
            Some("join") => named,
            _ => rooms.lock().unwrap_or_else(PoisonError::into_inner).len() as u64 + 1,
        };
        if answers.is_empty() {
            answers.push(format!("{{\"re\":{re},\"result\":{{\"room\":{{\"id\":{room}}}}}}}"));
        }
        let sender = enter(&rooms, room);
        tokio::spawn(hear(sender.subscribe(), Arc::clone(&sink)));
        seats.insert(room, sender);
        for answer in answers {
            if sink.lock().await.send(Message::text(answer)).await.is_err() {
                return;
            }
        }
    }
}

/// Sends what is said in a room to one socket until either ends.
async fn hear(mut room: broadcast::Receiver<Utf8Bytes>, sink: Sink) {
    loop {
        match room.recv().await {
            Ok(text) => {
                if sink.lock().await.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}
