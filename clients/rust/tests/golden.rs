//! The client against the golden frames of `crates/protocol/golden`, in both encodings: what it says are those very bytes, and
//! those very bytes are what it understands.
//!
//! The server here knows no codec: it sends and expects what is kept in git.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use umbra_client::protocol::*;
use umbra_client::{Client, ClientError, ClientEvent, Ending};

const SOON: Duration = Duration::from_secs(20);
const BOTH: [Subprotocol; 2] = [Subprotocol::Json, Subprotocol::Bincode];
/// The answer to `HELLO` that the tests use: its `lastRef` is 6, so the first action is number 7.
const SIGNED_IN: &str = "OK to HELLO";

#[derive(Deserialize)]
struct Golden {
    client: BTreeMap<String, Frame>,
    server: BTreeMap<String, Frame>,
}

#[derive(Deserialize)]
struct Frame {
    json: Box<RawValue>,
    #[serde(rename = "bincodeHex")]
    bincode_hex: String,
}

impl Golden {
    fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/protocol/golden/frames.json");
        let text = std::fs::read_to_string(path).expect("the golden frames are in the checkout");
        serde_json::from_str(&text).expect("they have the form that their README gives")
    }

    /// The server's events, in the order of their numbers.
    fn events(&self) -> Vec<&Frame> {
        let mut events: Vec<_> = self.server.values().filter(|frame| frame.seq().is_some()).collect();
        events.sort_by_key(|frame| frame.seq());
        events
    }
}

impl Frame {
    fn seq(&self) -> Option<u64> {
        #[derive(Deserialize)]
        struct Numbered {
            seq: Option<u64>,
        }
        let numbered: Numbered = serde_json::from_str(self.json.get()).expect("a frame is an object");
        numbered.seq
    }

    fn payload(&self, subprotocol: Subprotocol) -> Message {
        match subprotocol {
            Subprotocol::Json => Message::text(self.json.get()),
            Subprotocol::Bincode => Message::binary(bytes(&self.bincode_hex)),
        }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("golden hex is pairs of hex digits");
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// One end of a connection that only knows bytes.
struct Wire {
    stream: WebSocketStream<TcpStream>,
    subprotocol: Subprotocol,
}

impl Wire {
    async fn says(&mut self, frame: &Frame) {
        self.stream.send(frame.payload(self.subprotocol)).await.expect("the client is there");
    }

    async fn hears(&mut self, frame: &Frame) {
        let heard = timeout(SOON, self.stream.next()).await.expect("the client says something");
        assert_eq!(heard.expect("the client is there").expect("it is a message"), frame.payload(self.subprotocol));
    }
}

/// A client that is signed in by golden bytes, and the server's end of its connection.
async fn signed_in(golden: &Golden, subprotocol: Subprotocol) -> (Client, Wire) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("ws://{}/ws", listener.local_addr().expect("it is bound"));
    let server = async {
        let (tcp, _) = listener.accept().await.expect("a client connects");
        #[expect(clippy::result_large_err, reason = "the type of the callback is tungstenite's")]
        let choose = |_: &Request, mut response: Response| {
            let name = subprotocol.name().parse().expect("a name is a header");
            response.headers_mut().insert("sec-websocket-protocol", name);
            Ok(response)
        };
        let stream = accept_hdr_async(tcp, choose).await.expect("a handshake");
        let mut wire = Wire { stream, subprotocol };
        wire.hears(&golden.client["HELLO as a guest"]).await;
        wire.says(&golden.server[SIGNED_IN]).await;
        wire
    };
    let (client, wire) = tokio::join!(Client::builder(url).subprotocol(subprotocol).name("Ann").connect(), server);
    (client.expect("it is signed in"), wire)
}

/// Asks for what is number 7 among the golden frames, and is refused by this one, which answers number 7.
async fn refused(golden: &Golden, client: &Client, wire: &mut Wire, frame: &str) -> WireError {
    let options = GameValue::trusted(r#"{"speakMs":45000}"#.to_owned());
    let spec = RoomSpec { game: "undercover".into(), seats: Some(4), options: Some(options) };
    let (answer, ()) = tokio::join!(client.quick_join_with(spec), async {
        wire.hears(&golden.client["ROOM_QUICK_JOIN"]).await;
        wire.says(&golden.server[frame]).await;
    });
    match answer {
        Err(ClientError::Refused(error)) => error,
        other => panic!("{frame}: {other:?}"),
    }
}

async fn next(client: &Client) -> ClientEvent {
    timeout(SOON, client.events().next()).await.expect("an event comes in time").expect("the stream goes on")
}

#[tokio::test]
async fn what_the_client_says_are_the_golden_bytes() {
    let golden = Golden::read();
    for subprotocol in BOTH {
        let (client, mut wire) = signed_in(&golden, subprotocol).await;
        assert_eq!(refused(&golden, &client, &mut wire, "ERROR ROOM_FULL").await.code, ErrorCode::RoomFull);
        let (answer, ()) = tokio::join!(client.leave(), async {
            wire.hears(&golden.client["ROOM_LEAVE"]).await;
            wire.says(&golden.server["OK"]).await;
        });
        assert_eq!(answer, Ok(()));
        // The rest is sent one after the other, and nobody answers: what goes out is asked here.
        let value = |text: &'static str| GameValue::trusted(text.to_owned());
        for (name, message) in [
            ("ROOM_READY", ClientMessage::RoomReady { ready: true }),
            ("ROOM_KICK", ClientMessage::RoomKick { uid: Uid("u2".into()) }),
            ("ROOM_DISSOLVE", ClientMessage::RoomDissolve),
            ("GAME_START", ClientMessage::GameStart),
        ] {
            let client = client.clone();
            tokio::spawn(async move { client.send(message).await });
            wire.hears(&golden.client[name]).await;
        }
        let action = tokio::spawn({
            let client = client.clone();
            let action = value(r#"{"type":"SPEAK","text":"hot"}"#);
            async move { client.send(ClientMessage::GameAction { action }).await }
        });
        // That golden frame carries an `ack` besides; the client has nothing to acknowledge here.
        let heard = timeout(SOON, wire.stream.next()).await.expect("the client says something");
        assert!(heard.expect("the client is there").is_ok());
        wire.says(&golden.server["OK to GAME_ACTION"]).await;
        let answered = action.await.expect("it ends");
        assert_eq!(answered, Ok(OkBody::Answer(value(r#"{"n":1}"#))));
        let chat = client.clone();
        tokio::spawn({
            let client = client.clone();
            async move { client.send(ClientMessage::GameAction { action: value("null") }).await }
        });
        wire.hears(&golden.client["GAME_ACTION null"]).await;
        tokio::spawn(async move { chat.chat("你好, \"Ann\"\n").await });
        wire.hears(&golden.client["CHAT_SEND"]).await;
    }
}

#[tokio::test]
async fn every_golden_event_is_heard_as_the_event_it_is() {
    let golden = Golden::read();
    for subprotocol in BOTH {
        let (client, mut wire) = signed_in(&golden, subprotocol).await;
        assert_eq!(next(&client).await, ClientEvent::Online { resumed: false });
        let ClientEvent::Sync { epoch: 3, room: Some(room) } = next(&client).await else { panic!("the room comes") };
        let snapshot = serde_json::to_string(&room).expect("a room is JSON");
        assert!(golden.server[SIGNED_IN].json.get().contains(&snapshot));
        let events = golden.events();
        assert!(events.len() > 20, "{} events", events.len());
        for frame in events {
            wire.says(frame).await;
            let heard = match next(&client).await {
                ClientEvent::Event { seq, event } => encode_server_json(&ServerFrame::Event { seq, event }),
                ClientEvent::Sync { epoch, room } => {
                    let event = Event::Resync { epoch, room };
                    encode_server_json(&ServerFrame::Event { seq: frame.seq().expect("it is one"), event })
                }
                other => panic!("{} was heard as {other:?}", frame.json),
            };
            assert_eq!(heard, frame.json.get());
        }
        wire.says(&golden.server["PONG"]).await;
        wire.says(&golden.server["SERVER_DRAINING"]).await;
        let reconnect_after = Duration::from_millis(2000);
        assert_eq!(next(&client).await, ClientEvent::Draining { reconnect_after });
        wire.says(&golden.server["REPLACED"]).await;
        assert_eq!(next(&client).await, ClientEvent::Closed(Ending::Replaced));
    }
}

#[tokio::test]
async fn every_golden_refusal_reaches_who_asked() {
    let golden = Golden::read();
    let refusals = golden.server.iter().filter_map(|(name, frame)| Some((name.strip_prefix("ERROR ")?, frame)));
    let refusals: Vec<_> = refusals.filter(|(code, _)| *code != "without a ref").collect();
    assert!(refusals.len() > 20, "{} refusals", refusals.len());
    for subprotocol in BOTH {
        for (code, frame) in &refusals {
            let (client, mut wire) = signed_in(&golden, subprotocol).await;
            let error = refused(&golden, &client, &mut wire, &format!("ERROR {code}")).await;
            assert_eq!(serde_json::to_value(error.code).expect("a code is a name"), *code);
            assert!(frame.json.get().contains(&error.message));
        }
    }
}
