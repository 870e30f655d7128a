//! A server that knows `relay` and nothing else, as quick as tokio allows, and may be told to lose some events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use umbra_protocol::*;

type Member = mpsc::UnboundedSender<Event>;

#[derive(Default)]
struct Rooms {
    members: HashMap<RoomId, (u8, Vec<Member>)>,
    relayed: u64,
}

#[derive(Clone)]
pub struct FakeServer {
    rooms: Arc<Mutex<Rooms>>,
    /// Every so many relayed values, the first member is not told.
    loses_every: Option<u64>,
}

impl FakeServer {
    /// Starts one; returns its address.
    pub async fn start(loses_every: Option<u64>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        let server = Self { rooms: Arc::default(), loses_every };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(server.clone().serve(stream));
            }
        });
        addr
    }

    async fn serve(self, stream: TcpStream) {
        stream.set_nodelay(true).unwrap();
        let mut subprotocol = Subprotocol::Json;
        #[expect(clippy::result_large_err, reason = "the type of the callback is tungstenite's")]
        let choose = |request: &Request, mut response: Response| {
            let offered = request.headers()["sec-websocket-protocol"].clone();
            subprotocol = Subprotocol::from_name(offered.to_str().unwrap()).unwrap();
            response.headers_mut().insert("sec-websocket-protocol", offered);
            Ok(response)
        };
        let mut socket = accept_hdr_async(stream, choose).await.unwrap();
        let (me, mut events) = mpsc::unbounded_channel();
        let (mut room, mut seq) = (None, 0);
        loop {
            let frame = tokio::select! {
                biased;
                Some(event) = events.recv() => {
                    seq += 1;
                    ServerFrame::Event { seq, event }
                }
                message = socket.next() => {
                    let frame = match message {
                        Some(Ok(Message::Text(text))) => decode_client_json(&text).unwrap(),
                        Some(Ok(Message::Binary(bytes))) => decode_client_binary(&bytes).unwrap(),
                        _ => return,
                    };
                    let body = self.answer(frame.message, &mut room, &me);
                    // What the actor caused comes before its answer.
                    while let Ok(event) = events.try_recv() {
                        seq += 1;
                        socket.send(encode(subprotocol, &ServerFrame::Event { seq, event })).await.unwrap();
                    }
                    ServerFrame::Ok { reference: frame.reference, body }
                }
            };
            if socket.send(encode(subprotocol, &frame)).await.is_err() {
                return;
            }
        }
    }

    fn answer(&self, message: ClientMessage, room: &mut Option<RoomId>, me: &Member) -> OkBody {
        let mut rooms = self.rooms.lock().unwrap();
        match message {
            ClientMessage::Hello(_) => OkBody::Hello(Box::new(hello())),
            ClientMessage::RoomCreate { spec, .. } | ClientMessage::RoomQuickJoin { spec } => {
                let id = RoomId::from_random(rooms.members.len() as u64);
                rooms.members.insert(id.clone(), (spec.seats.unwrap(), Vec::new()));
                *room = Some(id.clone());
                rooms.sit(id, me)
            }
            ClientMessage::RoomJoin { room_id, .. } => {
                *room = Some(room_id.clone());
                rooms.sit(room_id, me)
            }
            ClientMessage::RoomLeave => OkBody::Empty,
            ClientMessage::GameAction { action } => {
                rooms.relayed += 1;
                let (n, loses) =
                    (rooms.relayed, self.loses_every.is_some_and(|every| rooms.relayed.is_multiple_of(every)));
                let event = format!(r#"{{"type":"RELAYED","seat":0,"n":{n},"value":{}}}"#, action.as_str());
                let event = Event::GameEvent { event: GameValue::trusted(event) };
                let (_, members) = &rooms.members[room.as_ref().unwrap()];
                for member in members.iter().skip(loses.into()) {
                    let _ = member.send(event.clone());
                }
                OkBody::Empty
            }
            other => panic!("the tool has no business with {other:?}"),
        }
    }
}

impl Rooms {
    fn sit(&mut self, id: RoomId, me: &Member) -> OkBody {
        let (seats, members) = self.members.get_mut(&id).unwrap();
        members.push(me.clone());
        if members.len() == usize::from(*seats) {
            for member in members {
                let view = GameValue::trusted(r#"{"n":0}"#.into());
                member.send(Event::GameStarted { view, turn: None }).unwrap();
            }
        }
        OkBody::Room(Box::new(RoomSnapshot {
            room_id: id,
            game: "relay".into(),
            phase: Phase::Waiting,
            host: Uid("host".into()),
            private: false,
            seats: *seats,
            options: GameValue::trusted("{}".into()),
            players: Vec::new(),
            spectators: Vec::new(),
            my_seat: None,
            turn: None,
            view: None,
            last_outcome: None,
        }))
    }
}

fn encode(subprotocol: Subprotocol, frame: &ServerFrame) -> Message {
    match subprotocol {
        Subprotocol::Json => Message::text(encode_server_json(frame)),
        Subprotocol::Bincode => Message::binary(encode_server_binary(frame)),
    }
}

fn hello() -> HelloOk {
    HelloOk {
        uid: Uid("somebody".into()),
        user_name: UserName::parse("Somebody").unwrap(),
        session: "token".into(),
        epoch: 1,
        resumed: false,
        last_ref: 0,
        server_time_ms: 0,
        heartbeat_ms: 15_000,
        grace_ms: 0,
        room: None,
    }
}
