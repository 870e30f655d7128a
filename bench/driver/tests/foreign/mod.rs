//! Small servers that speak Socket.IO's and Colyseus' languages as far as the driver does, or fail in one way.
//!
//! They are held to the real ones by hand: `make bench ARGS="--quick --peers colyseus,socketio"` speaks to these.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::spawn_local;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

/// One server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Foreign {
    SocketIo,
    Colyseus,
    /// Socket.IO that forgets one delivery of every tenth value.
    LosesEveryTenth,
    /// Socket.IO that once, soon, hears and says nothing for so long.
    Stalls(Duration),
    /// Socket.IO that ends the connection at the first value.
    HangsUp,
}

type Rooms = Rc<RefCell<HashMap<String, Vec<UnboundedSender<Message>>>>>;

#[derive(Clone)]
struct House {
    how: Foreign,
    rooms: Rooms,
    values: Rc<Cell<u64>>,
}

/// How many values a member may send before it answers a ping.
const VALUES_BEFORE_PONG: u64 = 20;
/// How many values pass before the one that stalls does.
const VALUES_BEFORE_STALL: u64 = 150;

impl Foreign {
    pub async fn serve(self, listener: TcpListener) {
        let house = House { how: self, rooms: Rooms::default(), values: Rc::default() };
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            spawn_local(house.clone().attend(stream));
        }
    }
}

impl House {
    async fn attend(self, mut stream: TcpStream) {
        let mut first = [0; 4];
        stream.peek(&mut first).await.unwrap();
        if &first == b"POST" {
            return self.reserve(&mut stream).await;
        }
        let mut path = String::new();
        #[expect(clippy::result_large_err, reason = "the type of the callback is tungstenite's")]
        let remember = |request: &Request, response: Response| {
            path = request.uri().to_string();
            Ok(response)
        };
        let mut socket = accept_hdr_async(stream, remember).await.unwrap();
        let (mailbox, mut waiting) = unbounded_channel();
        let greeting = match self.how {
            Foreign::Colyseus => Message::binary([&[10, 3][..], b"tok", &[4], b"none", &[0]].concat()),
            _ => {
                assert_eq!(path, "/socket.io/?EIO=4&transport=websocket");
                Message::text(r#"0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#)
            }
        };
        socket.send(greeting).await.unwrap();
        let mut unanswered = None;
        let mut room = path.split(['/', '?']).nth(2).unwrap_or_default().to_owned();
        loop {
            let message = tokio::select! {
                biased;
                Some(message) = waiting.recv() => {
                    if socket.send(message).await.is_err() {
                        return;
                    }
                    continue;
                }
                Some(Ok(message)) = socket.next() => message,
                else => return,
            };
            match message {
                Message::Binary(bytes) if bytes[..] == [10] => self.join(&room, &mailbox),
                Message::Binary(bytes) if bytes[..] == [12] => {
                    let _ = socket.close(None).await;
                    return;
                }
                Message::Text(text) if text == "40" => socket.send(Message::text(r#"40{"sid":"b"}"#)).await.unwrap(),
                Message::Text(text) if text == r#"422["leave"]"# => {
                    socket.send(Message::text("432[]")).await.unwrap();
                }
                Message::Text(text) if text.starts_with(r#"421["join",""#) => {
                    room = text.split('"').nth(3).unwrap().to_owned();
                    self.join(&room, &mailbox);
                    // A ping on the way, and one behind it, as a real one may come at any time.
                    for packet in ["2", "431[]", "2"] {
                        socket.send(Message::text(packet)).await.unwrap();
                    }
                    unanswered = Some((2, 0));
                }
                Message::Text(text) if text == "3" => {
                    unanswered = unanswered.and_then(|(pings, _)| (pings > 1).then_some((pings - 1, 0)));
                }
                Message::Text(_) | Message::Binary(_) if self.how == Foreign::HangsUp => return,
                Message::Text(_) | Message::Binary(_) => {
                    if let Some((_, values)) = &mut unanswered {
                        *values += 1;
                        if *values > VALUES_BEFORE_PONG {
                            // A real one hangs up by the clock.
                            return;
                        }
                    }
                    self.relay(&room, &message).await;
                }
                _ => return,
            }
        }
    }

    fn join(&self, room: &str, mailbox: &UnboundedSender<Message>) {
        self.rooms.borrow_mut().entry(room.to_owned()).or_default().push(mailbox.clone());
    }

    async fn relay(&self, room: &str, value: &Message) {
        let number = self.values.get() + 1;
        self.values.set(number);
        if let Foreign::Stalls(time) = self.how
            && number == VALUES_BEFORE_STALL
        {
            // The whole server stands still, as one does that collects its garbage.
            let stalled = std::time::Instant::now();
            while stalled.elapsed() < time {
                std::hint::spin_loop();
            }
        }
        let loses = self.how == Foreign::LosesEveryTenth && number.is_multiple_of(10);
        let members = self.rooms.borrow()[room].clone();
        for member in members.iter().skip(loses.into()) {
            let _ = member.send(value.clone());
        }
    }

    /// A seat in the room that was named, or in a new one.
    async fn reserve(self, stream: &mut TcpStream) {
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        let request = String::from_utf8_lossy(&request[..length]).into_owned();
        let path = request.split(' ').nth(1).unwrap();
        let number = self.values.get();
        self.values.set(number + 1);
        let room = path.strip_prefix("/matchmake/joinById/").map_or(format!("room{number}"), str::to_owned);
        let body = format!(r#"{{"name":"relay","sessionId":"s{number}","roomId":"{room}","processId":"p"}}"#);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await.unwrap();
    }
}
