//! One match, from the sign-in to its end.

use umbra_protocol::{ClientMessage, GameValue, JoinAs, OkBody, RoomSpec};

use crate::{Client, Server};

/// The cells in which marks are put, in turns: the first player wins with the last.
pub const MARKS: [u8; 7] = [4, 0, 8, 2, 1, 3, 7];

/// Ann and Bob sign in and sit down to a match.
///
/// # Panics
/// If they cannot.
pub fn sit_down(server: &Server) -> [Client; 2] {
    let mut players = ["Ann", "Bob"].map(|name| server.guest(name));
    let spec = RoomSpec { game: "tictactoe".into(), seats: None, options: None };
    let created = server.ask(&mut players, 0, ClientMessage::RoomCreate { spec, private: false });
    let room_id = match created {
        Ok(OkBody::Room(room)) => room.room_id,
        other => panic!("expected a room, got {other:?}"),
    };
    let steps = [
        (1, ClientMessage::RoomJoin { room_id, join_as: JoinAs::Player }),
        (1, ClientMessage::RoomReady { ready: true }),
        (0, ClientMessage::GameStart),
    ];
    for (who, message) in steps {
        let id = message.id();
        let answer = server.ask(&mut players, who, message);
        assert!(answer.is_ok(), "{id} came to {answer:?}");
    }
    players
}

/// Ann and Bob play a match to its end.
///
/// # Panics
/// If they cannot.
pub fn play(server: &Server) -> [Client; 2] {
    let mut players = sit_down(server);
    go_on(server, &mut players);
    players
}

/// The match, once they sit.
///
/// # Panics
/// If a move is not answered.
pub fn go_on(server: &Server, players: &mut [Client; 2]) {
    for (number, cell) in MARKS.into_iter().enumerate() {
        let action = GameValue::trusted(format!(r#"{{"type":"PLACE","cell":{cell}}}"#));
        // An answer that is no OK shows in the replies.
        let _ = server.ask(players, number % 2, ClientMessage::GameAction { action });
    }
    server.wait(players, |_| true);
}
