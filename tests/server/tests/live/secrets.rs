//! Hidden information: no byte of a word reaches anybody but those who were dealt it, before the outcome does.

use serde_json::{Value, json};
use umbra_protocol::{
    ClientMessage, Event, GameValue, Hello, HelloOk, JoinAs, OkBody, RoomSnapshot, ServerFrame, Subprotocol,
};
use umbra_server_tests::table::{spec, undercover_among, view};
use umbra_server_tests::{Server, Wire, server};

/// Everything that one user was sent, over however many connections, up to the outcome.
struct Watched {
    wire: Wire,
    hello: HelloOk,
    earlier: Vec<Vec<u8>>,
}

impl Watched {
    async fn guest(server: &Server, n: usize) -> Self {
        let subprotocol = if n.is_multiple_of(2) { Subprotocol::Json } else { Subprotocol::Bincode };
        let (wire, hello) = Wire::guest(server, subprotocol, &format!("User {n}")).await;
        Self { wire, hello, earlier: Vec::new() }
    }

    /// Comes back on a new connection, in the other encoding, as having seen everything or, with another epoch, nothing.
    async fn reconnect(&mut self, server: &Server, epoch: u64) {
        let seen = Hello::Resume { session: self.hello.session.clone(), epoch, last_seq: self.wire.last_seq() };
        let mut wire = Wire::open(server.addr(), Subprotocol::Json).await;
        let hello = wire.hello(seen).await.unwrap();
        assert_eq!(hello.resumed, epoch == self.hello.epoch);
        let former = std::mem::replace(&mut self.wire, wire);
        self.earlier.extend(former.messages().iter().map(|(bytes, _)| bytes.clone()));
        self.hello = hello;
    }

    async fn asks(&mut self, message: ClientMessage) -> OkBody {
        self.wire.ask(message).await.unwrap()
    }

    fn bytes_before_the_outcome(&self) -> Vec<u8> {
        let outcome = |frame: &ServerFrame| matches!(frame, ServerFrame::Event { event: Event::GameOver { .. }, .. });
        let before = self.wire.messages().iter().take_while(|(_, frame)| !outcome(frame)).map(|(bytes, _)| bytes);
        self.earlier.iter().chain(before).flatten().copied().collect()
    }
}

fn room(body: OkBody) -> RoomSnapshot {
    match body {
        OkBody::Room(room) => *room,
        other => panic!("expected a room, got {other:?}"),
    }
}

fn action(action: Value) -> ClientMessage {
    ClientMessage::GameAction { action: GameValue::trusted(action.to_string()) }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn no_byte_of_another_ones_word_is_sent_before_the_outcome() {
    let mut everybody = Vec::new();
    for n in 0..5 {
        everybody.push(Watched::guest(server(), n).await);
    }
    let create = ClientMessage::RoomCreate { spec: spec("undercover", Some(4), &json!({})), private: false };
    let room_id = room(everybody[0].asks(create).await).room_id;
    for (n, watched) in everybody.iter_mut().enumerate().skip(1) {
        let join_as = if n < 4 { JoinAs::Player } else { JoinAs::Spectator };
        watched.asks(ClientMessage::RoomJoin { room_id: room_id.clone(), join_as }).await;
    }
    for player in &mut everybody[1..4] {
        player.asks(ClientMessage::RoomReady { ready: true }).await;
    }
    everybody[0].asks(ClientMessage::GameStart).await;
    let mut views = Vec::new();
    for watched in &mut everybody {
        views.push(watched.wire.event(view).await.0);
    }
    assert_eq!(views[4]["word"], Value::Null, "spectators are dealt nothing");

    // All that could say too much: moves, refusals, chat, lists, a resume, and the whole state anew.
    assert!(everybody[1].wire.ask(action(json!({"type": "SPEAK", "text": "not yet"}))).await.is_err());
    assert!(everybody[0].wire.ask(action(json!({"type": "GUESS"}))).await.is_err());
    assert!(everybody[4].wire.ask(action(json!({"type": "VOTE", "seat": 0}))).await.is_err());
    everybody[4].asks(ClientMessage::RoomList { game: None }).await;
    everybody[2].asks(ClientMessage::ChatSend { text: "hello".into() }).await;
    let epoch = everybody[1].hello.epoch;
    everybody[1].reconnect(server(), epoch).await;
    everybody[3].reconnect(server(), 77).await;
    for speaker in &mut everybody[..4] {
        speaker.asks(action(json!({"type": "SPEAK", "text": "a hint"}))).await;
    }
    let odd = undercover_among(&views[..4]);
    for seat in (0..4).filter(|seat| *seat != odd) {
        everybody[usize::from(seat)].asks(action(json!({"type": "VOTE", "seat": odd}))).await;
    }
    everybody[usize::from(odd)].asks(action(json!({"type": "VOTE", "seat": null}))).await;

    let mut words = Value::Null;
    for watched in &mut everybody {
        words = watched
            .wire
            .event(|event| match event {
                Event::GameOver { outcome } => {
                    Some(umbra_server_tests::player::json(outcome.as_str())["words"].clone())
                }
                _ => None,
            })
            .await;
    }
    for (n, watched) in everybody.iter().enumerate() {
        let bytes = watched.bytes_before_the_outcome();
        for word in ["civilian", "undercover"].map(|role| words[role].as_str().unwrap()) {
            // The part before the space is Chinese: it stands in no token and in no number by chance.
            let part = word.split(' ').next().unwrap();
            let own = views[n]["word"] == *word;
            assert_eq!(holds(&bytes, part), own, "user {n} and the word {word}, which is its own: {own}");
        }
        assert!(!holds(&bytes, "undercovers"), "user {n} was told who it is");
    }
}
