//! PEER: the ceiling. Rooms over WebSocket with tokio and tungstenite, as little else as possible: what a member says
//! goes to everybody in its room, in the order in which the server read it.
//!
//! A socket's first message names its room, an empty one leaves it, and every other goes to the room. There is no
//! sign-in, no numbering, no history, no limit, and nothing survives the connection: what a server costs that does have
//! these is the distance to this one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_local;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_async_with_config};

/// What tungstenite may keep for a connection, each way. Its own 128 KiB would be most of the memory of an idle user.
const BUFFER_BYTES: usize = 4096;

type Room = Rc<RefCell<Vec<(u64, UnboundedSender<Utf8Bytes>)>>>;
type Rooms = Rc<RefCell<HashMap<Utf8Bytes, Room>>>;

/// Serves whoever connects, for ever. Runs inside a `LocalSet`.
///
/// # Errors
/// Those of accepting.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let rooms = Rooms::default();
    for number in 0.. {
        let (stream, _) = listener.accept().await?;
        let rooms = rooms.clone();
        spawn_local(async move {
            // However a connection ends, its room forgets it; there is nobody to tell why.
            let _ = Member::new(number, rooms).attend(stream).await;
        });
    }
    unreachable!("numbers do not run out")
}

struct Member {
    number: u64,
    rooms: Rooms,
    room: Option<(Utf8Bytes, Room)>,
    mailbox: UnboundedSender<Utf8Bytes>,
    waiting: UnboundedReceiver<Utf8Bytes>,
}

impl Member {
    fn new(number: u64, rooms: Rooms) -> Self {
        let (mailbox, waiting) = unbounded_channel();
        Self { number, rooms, room: None, mailbox, waiting }
    }

    async fn attend(mut self, stream: TcpStream) -> Result<(), Error> {
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(BUFFER_BYTES);
        let mut socket = accept_async_with_config(stream, Some(config)).await?;
        loop {
            tokio::select! {
                Some(value) = self.waiting.recv() => self.deliver(value, &mut socket).await?,
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.hear(text, &mut socket).await?,
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                    None => return Ok(()),
                },
            }
        }
    }

    /// Everything that waits leaves in one write.
    async fn deliver(&mut self, value: Utf8Bytes, socket: &mut WebSocketStream<TcpStream>) -> Result<(), Error> {
        socket.feed(Message::Text(value)).await?;
        while let Ok(value) = self.waiting.try_recv() {
            socket.feed(Message::Text(value)).await?;
        }
        socket.flush().await
    }

    async fn hear(&mut self, text: Utf8Bytes, socket: &mut WebSocketStream<TcpStream>) -> Result<(), Error> {
        match &self.room {
            None => {
                let room = self.rooms.borrow_mut().entry(text.clone()).or_default().clone();
                room.borrow_mut().push((self.number, self.mailbox.clone()));
                self.room = Some((text, room));
                socket.send(Message::text("joined")).await
            }
            Some(_) if text.is_empty() => {
                self.leave();
                socket.send(Message::text("left")).await
            }
            Some((_, room)) => {
                for (_, member) in room.borrow().iter() {
                    // Who has gone is about to be forgotten.
                    let _ = member.send(text.clone());
                }
                Ok(())
            }
        }
    }

    fn leave(&mut self) {
        if let Some((name, room)) = self.room.take() {
            room.borrow_mut().retain(|(number, _)| *number != self.number);
            if room.borrow().is_empty() {
                self.rooms.borrow_mut().remove(&name);
            }
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.leave();
    }
}
