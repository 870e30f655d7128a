//! Players at a table: into a room, and into a match.

use umbra_protocol::{ClientMessage, GameValue, JoinAs, OkBody, RoomId, RoomSnapshot, RoomSpec};

use crate::player::Player;
use crate::stage::Stage;

impl Player {
    /// Makes a room of a game and sits down in it.
    pub fn create(&mut self, stage: &mut Stage, game: &str, seats: Option<u8>) -> RoomSnapshot {
        let spec = RoomSpec { game: game.into(), seats, options: None };
        self.enter(stage, ClientMessage::RoomCreate { spec, private: false })
    }

    pub fn join(&mut self, stage: &mut Stage, room_id: RoomId) -> RoomSnapshot {
        self.enter(stage, ClientMessage::RoomJoin { room_id, join_as: JoinAs::Player })
    }

    pub fn watch(&mut self, stage: &mut Stage, room_id: RoomId) -> RoomSnapshot {
        self.enter(stage, ClientMessage::RoomJoin { room_id, join_as: JoinAs::Spectator })
    }

    fn enter(&mut self, stage: &mut Stage, message: ClientMessage) -> RoomSnapshot {
        match self.ask(stage, message) {
            (_, Ok(OkBody::Room(room))) => *room,
            other => panic!("expected a room, got {other:?}"),
        }
    }
}

pub fn action(json: &str) -> ClientMessage {
    ClientMessage::GameAction { action: GameValue::trusted(json.into()) }
}

/// A room of `game` with the players sitting in order, in game.
pub fn in_game<const N: usize>(stage: &mut Stage, game: &str, names: [&str; N]) -> [Player; N] {
    let mut players = names.map(|name| Player::guest(stage, name));
    let room_id = players[0].create(stage, game, Some(N as u8)).room_id;
    for player in &mut players[1..] {
        player.join(stage, room_id.clone());
        player.does(stage, ClientMessage::RoomReady { ready: true });
    }
    players[0].does(stage, ClientMessage::GameStart);
    for player in &mut players {
        player.news(stage);
    }
    players
}
