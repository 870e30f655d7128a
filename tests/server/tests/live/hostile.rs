//! Bytes that nobody meant: whatever a connection sends, it can end itself and nobody else.

use fastrand::Rng;
use serde_json::json;
use umbra_client::raw::{Connection, Frame, Opcode, Received};
use umbra_protocol::limits::INTEGER_MAX;
use umbra_protocol::{ClientFrame, ClientMessage, Hello, Subprotocol, encode_client_binary, encode_client_json};
use umbra_server_tests::table::spec;
use umbra_server_tests::{SOON, Table, Wire, server};

/// Set it to repeat a run that failed.
const SEED: &str = "UMBRA_TEST_SEED";
const ROUNDS: usize = 40;

fn chance(test: &str) -> Rng {
    let seed = std::env::var(SEED).ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| fastrand::u64(..));
    println!("{test}: {SEED}={seed}");
    Rng::with_seed(seed)
}

fn some_bytes(chance: &mut Rng, most: usize) -> Vec<u8> {
    (0..chance.usize(..=most)).map(|_| chance.u8(..)).collect()
}

/// Messages that mean something, to be spoilt.
fn messages() -> Vec<ClientMessage> {
    let spec = spec("relay", Some(2), &json!({"autoStart": true}));
    vec![
        ClientMessage::Hello(Hello::Guest { user_name: "Ann".into() }),
        ClientMessage::Ping { client_time_ms: 5 },
        ClientMessage::RoomList { game: Some("relay".into()) },
        ClientMessage::RoomCreate { spec: spec.clone(), private: true },
        ClientMessage::RoomQuickJoin { spec },
        ClientMessage::RoomReady { ready: true },
        ClientMessage::GameAction { action: umbra_protocol::GameValue::trusted(r#"{"a":[1,"x",null]}"#.into()) },
        ClientMessage::ChatSend { text: "hello".into() },
        ClientMessage::RoomLeave,
    ]
}

fn spoil(chance: &mut Rng, bytes: &mut Vec<u8>) {
    for _ in 0..chance.usize(1..4) {
        let at = chance.usize(..=bytes.len().saturating_sub(1));
        match chance.u8(..4) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << chance.u8(..8),
            1 if !bytes.is_empty() => bytes[at] = chance.u8(..),
            2 => bytes.truncate(at),
            _ => bytes.splice(at..at, some_bytes(chance, 8)).for_each(drop),
        }
    }
}

/// Reads what comes until the connection ends by itself or nothing more comes at once, and lets it go.
async fn let_go(mut connection: Connection) {
    let _ = connection.finish_sending().await;
    while !matches!(connection.read(SOON).await, Ok(Received::Eof) | Err(_)) {}
}

/// One move of a match that must never notice: it is answered, and the other one hears of it.
async fn the_match_goes_on(table: &mut Table, n: usize) {
    table[0].action(json!({"round": n})).await.unwrap();
    let relayed = json!({"type": "RELAYED", "seat": 0, "n": n, "value": {"round": n}});
    table[1].hears_game_event(relayed).await;
}

#[tokio::test]
async fn random_bytes_instead_of_http_disturb_nobody() {
    let mut chance = chance("random_bytes_instead_of_http_disturb_nobody");
    let mut table = Table::playing(server(), "relay", 2, json!({})).await;
    for n in 1..=ROUNDS {
        let mut connection = Connection::tcp(server().addr()).await.unwrap();
        let mut bytes = if chance.bool() { b"GET /ws HTTP/1.1\r\n".to_vec() } else { Vec::new() };
        bytes.extend(some_bytes(&mut chance, 3000));
        let _ = connection.send_bytes(&bytes).await;
        let_go(connection).await;
        the_match_goes_on(&mut table, n).await;
    }
}

#[tokio::test]
async fn random_bytes_instead_of_frames_disturb_nobody() {
    let mut chance = chance("random_bytes_instead_of_frames_disturb_nobody");
    let mut table = Table::playing(server(), "relay", 2, json!({})).await;
    for n in 1..=ROUNDS {
        let subprotocol = if chance.bool() { Subprotocol::Json } else { Subprotocol::Bincode };
        let mut wire = Wire::open(server().addr(), subprotocol).await;
        let _ = wire.connection().send_bytes(&some_bytes(&mut chance, 3000)).await;
        let_go(wire.into_connection()).await;
        the_match_goes_on(&mut table, n).await;
    }
}

#[tokio::test]
async fn spoilt_messages_disturb_nobody_and_proper_ones_after_them_are_served() {
    let mut chance = chance("spoilt_messages_disturb_nobody_and_proper_ones_after_them_are_served");
    let mut table = Table::playing(server(), "relay", 2, json!({})).await;
    for n in 1..=ROUNDS {
        let binary = chance.bool();
        let subprotocol = if binary { Subprotocol::Bincode } else { Subprotocol::Json };
        let (wire, _) = Wire::guest(server(), subprotocol, "Spoiler").await;
        let mut connection = wire.into_connection();
        for reference in 1..=15 {
            let message = messages().swap_remove(chance.usize(..messages().len()));
            let frame = ClientFrame { reference: Some(reference), ack: Some(chance.u64(..100)), message };
            let mut bytes = if binary { encode_client_binary(&frame) } else { encode_client_json(&frame).into_bytes() };
            spoil(&mut chance, &mut bytes);
            // Text that is no UTF-8 would end the connection before the next one is tried.
            let frame =
                if binary { Frame::binary(bytes) } else { Frame::text(String::from_utf8_lossy(&bytes).into_owned()) };
            connection.send_frame(&frame).await.unwrap();
        }
        // A spoilt ref may be high, but there is none above this one.
        let reference = Some(INTEGER_MAX);
        let proper = ClientFrame { reference, ack: None, message: ClientMessage::RoomList { game: None } };
        let (frame, wanted) = if binary {
            let mut answer = vec![0, 0, 0, 0, 1];
            answer.extend(INTEGER_MAX.to_le_bytes());
            (Frame::binary(encode_client_binary(&proper)), answer)
        } else {
            (Frame::text(encode_client_json(&proper)), format!(r#"{{"id":"OK","ref":{INTEGER_MAX},"#).into_bytes())
        };
        connection.send_frame(&frame).await.unwrap();
        loop {
            let bytes = match connection.read(SOON).await.unwrap() {
                Received::Text(text) => text.into_bytes(),
                Received::Binary(bytes) => bytes.to_vec(),
                other => panic!("{other:?} instead of an answer"),
            };
            if bytes.starts_with(&wanted) {
                break;
            }
        }
        the_match_goes_on(&mut table, n).await;
    }
}

#[tokio::test]
async fn spoilt_frames_disturb_nobody() {
    let mut chance = chance("spoilt_frames_disturb_nobody");
    let mut table = Table::playing(server(), "relay", 2, json!({})).await;
    for n in 1..=ROUNDS {
        let (wire, _) = Wire::guest(server(), Subprotocol::Json, "Spoiler").await;
        let mut connection = wire.into_connection();
        let mut bytes = Vec::new();
        for message in messages() {
            let frame = ClientFrame { reference: Some(1), ack: None, message };
            let frame = Frame {
                is_final: chance.u8(..4) > 0,
                reserved: [chance.u8(..10) == 0, false, false],
                opcode: if chance.u8(..6) == 0 { Opcode::from(chance.u8(..16)) } else { Frame::text("").opcode },
                masked: chance.u8(..20) > 0,
                announced: (chance.u8(..10) == 0).then(|| chance.u64(..20_000)),
                payload: encode_client_json(&frame).into_bytes(),
            };
            frame.encode(&mut bytes);
        }
        if chance.bool() {
            spoil(&mut chance, &mut bytes);
        }
        let _ = connection.send_bytes(&bytes).await;
        let_go(connection).await;
        the_match_goes_on(&mut table, n).await;
    }
}
