//! Limits of what a client sends, each at n and n + 1.

use serde_json::json;
use umbra_client::raw::Frame;
use umbra_protocol::limits::{CHAT_CHARS_MAX, GAME_VALUE_DEPTH_MAX};
use umbra_protocol::{
    ClientFrame, ClientMessage, ErrorCode, GameValue, JoinAs, OkBody, RoomId, Subprotocol, encode_client_json,
};
use umbra_server_tests::player::refused;
use umbra_server_tests::table::spec;
use umbra_server_tests::wire::Heard;
use umbra_server_tests::{Player, Server, Table, Wire, server};

use crate::servers::{both, cramped};

async fn in_a_room(server: &Server, subprotocol: Subprotocol) -> (Wire, RoomId) {
    let (mut wire, _) = Wire::guest(server, subprotocol, "Host").await;
    let create = ClientMessage::RoomCreate { spec: spec("relay", Some(1), &json!({"autoStart": true})), private: true };
    match wire.ask(create).await {
        Ok(OkBody::Room(room)) => (wire, room.room_id),
        other => panic!("expected a room, got {other:?}"),
    }
}

/// Frames as one piece, so that the server reads them at once.
fn at_once(frames: impl Iterator<Item = ClientFrame>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for frame in frames {
        Frame::text(encode_client_json(&frame)).encode(&mut bytes);
    }
    bytes
}

#[tokio::test]
async fn a_chat_has_one_to_five_hundred_characters_and_not_only_spaces() {
    both(async |subprotocol| {
        let (mut wire, _) = in_a_room(server(), subprotocol).await;
        for (text, good) in [
            ("谁".repeat(CHAT_CHARS_MAX), true),
            ("谁".repeat(CHAT_CHARS_MAX + 1), false),
            ("x".to_owned(), true),
            (String::new(), false),
            (" \n\t ".to_owned(), false),
        ] {
            let length = text.chars().count();
            match wire.ask(ClientMessage::ChatSend { text }).await {
                Ok(_) => assert!(good, "{length} characters"),
                Err(error) => assert!(!good && error.code == ErrorCode::BadMessage, "{length} characters: {error:?}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_action_nests_sixty_four_deep_and_not_deeper() {
    both(async |subprotocol| {
        let (mut wire, _) = in_a_room(server(), subprotocol).await;
        let nested = |depth: usize| ClientMessage::GameAction {
            action: GameValue::trusted(format!("{}{}", "[".repeat(depth), "]".repeat(depth))),
        };
        assert_eq!(wire.ask(nested(GAME_VALUE_DEPTH_MAX)).await, Ok(OkBody::Empty));
        assert_eq!(wire.ask(nested(GAME_VALUE_DEPTH_MAX + 1)).await.unwrap_err().code, ErrorCode::BadMessage);
        assert!(wire.ask(nested(5000)).await.is_err());
        assert_eq!(wire.ask(nested(1)).await, Ok(OkBody::Empty), "nothing has broken");
    })
    .await;
}

#[tokio::test]
async fn a_room_has_so_many_spectators_and_not_one_more() {
    let table = Table::open(cramped(), "relay", 1, json!({})).await;
    let mut watchers = Vec::new();
    for n in 0..3 {
        let watcher = Player::guest(cramped(), &format!("Watcher {n}")).await;
        if n < 2 {
            watcher.spectate(&table.room_id).await.unwrap();
        } else {
            assert_eq!(refused(watcher.spectate(&table.room_id).await), ErrorCode::RoomFull);
        }
        watchers.push(watcher);
    }
    watchers[0].leave().await.unwrap();
    watchers[2].spectate(&table.room_id).await.unwrap();
}

/// `pending_actions_max` is 2: with the one under way, three.
#[tokio::test]
async fn as_many_actions_wait_as_may_and_of_more_some_are_refused_but_each_is_answered() {
    let chats = |refs: std::ops::RangeInclusive<u64>| {
        refs.map(|reference| {
            let message = ClientMessage::ChatSend { text: "one of many".into() };
            ClientFrame { reference: Some(reference), ack: None, message }
        })
    };
    let (mut wire, _) = in_a_room(cramped(), Subprotocol::Json).await;
    wire.raw_bytes(&at_once(chats(2..=4))).await;
    for reference in 2..=4 {
        assert_eq!(wire.answer(reference).await, Ok(OkBody::Empty));
    }
    wire.raw_bytes(&at_once(chats(5..=34))).await;
    let mut refused = 0;
    for reference in 5..=34 {
        if let Err(error) = wire.answer(reference).await {
            assert_eq!(error.code, ErrorCode::RateLimited);
            refused += 1;
        }
    }
    assert!(refused > 0, "thirty at once are more than three");
    // A ref that was refused is used up; the next one is as good as any.
    assert_eq!(wire.ask(ClientMessage::ChatSend { text: "later".into() }).await.map_err(|error| error.code), {
        Ok(OkBody::Empty)
    });
}

/// `messages_burst` is 40 and `messages_per_second` 1.
#[tokio::test]
async fn a_burst_is_served_and_what_is_beyond_it_is_refused() {
    let (mut wire, _) = Wire::guest(cramped(), Subprotocol::Json, "Chatty").await;
    // HELLO was the first of the forty; each of these is answered before the next is said.
    for _ in 0..39 {
        assert_eq!(wire.ask(ClientMessage::RoomLeave).await.unwrap_err().code, ErrorCode::NotInRoom);
    }
    let lists = |reference| ClientFrame { reference: Some(reference), ack: None, message: ClientMessage::RoomLeave };
    wire.raw_bytes(&at_once((40..=139).map(lists))).await;
    let mut refused = 0;
    for reference in 40..=139 {
        let error = wire.answer(reference).await.unwrap_err();
        refused += usize::from(error.code == ErrorCode::RateLimited);
    }
    assert!(refused >= 50, "{refused} of a hundred were refused; one a second may pass");
}

#[tokio::test]
async fn who_goes_on_after_a_hundred_refusals_is_4005() {
    both(async |subprotocol| {
        let (mut wire, _) = Wire::guest(cramped(), subprotocol, "Flood").await;
        let pings = std::iter::repeat_n(ClientMessage::Ping { client_time_ms: 1 }, 5000).map(|message| ClientFrame {
            reference: None,
            ack: None,
            message,
        });
        let mut bytes = Vec::new();
        for frame in pings {
            match subprotocol {
                Subprotocol::Json => Frame::text(encode_client_json(&frame)).encode(&mut bytes),
                Subprotocol::Bincode => {
                    Frame::binary(umbra_protocol::encode_client_binary(&frame)).encode(&mut bytes);
                }
            }
        }
        // The server may close before it has read all of it.
        let _ = wire.connection().send_bytes(&bytes).await;
        let code = loop {
            match wire.next().await {
                Heard::Frame(_) => {}
                Heard::Close(code) => break code,
                other => panic!("{other:?} instead of a close"),
            }
        };
        assert_eq!(code, 4005);
        assert!(wire.messages().len() < 500, "most were not answered");
    })
    .await;
}

#[tokio::test]
async fn joining_as_one_thing_or_the_other_is_spelled_out() {
    let (mut wire, room_id) = in_a_room(server(), Subprotocol::Json).await;
    let (mut other, _) = Wire::guest(server(), Subprotocol::Json, "Other").await;
    let frame = format!(r#"{{"id":"ROOM_JOIN","ref":1,"body":{{"roomId":"{room_id}","as":"host"}}}}"#);
    other.raw(&Frame::text(frame)).await;
    assert_eq!(other.answer(1).await.unwrap_err().code, ErrorCode::BadMessage);
    other.say_frame(Some(2), None, ClientMessage::RoomJoin { room_id, join_as: JoinAs::Spectator }).await;
    assert!(other.answer(2).await.is_ok());
    wire.event_named("USER_JOINED").await;
}
