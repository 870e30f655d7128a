//! TESTS, tables: a room with its players on their seats.

use std::ops::{Index, IndexMut};

use serde_json::{Value, json};
use umbra_protocol::{Event, GameValue, RoomId, RoomSpec, Seat, Turn, Uid};

use crate::player::Player;
use crate::server::Server;

/// A room; players are found by seat.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub room_id: RoomId,
    players: Vec<Option<Player>>,
}

/// What kind of room is wanted.
pub fn spec(game: &str, seats: Option<u8>, options: &Value) -> RoomSpec {
    RoomSpec { game: game.to_owned(), seats, options: Some(GameValue::trusted(options.to_string())) }
}

impl Table {
    /// A private room of `seats` seats, all of them taken by guests, who speak JSON on even seats and bincode on odd ones.
    pub async fn of(server: &Server, game: &str, seats: u8, options: Value) -> Self {
        let mut table = Self::open(server, game, seats, options).await;
        for seat in 1..seats {
            table.sit(server, seat).await;
        }
        table
    }

    /// A private room with its host alone.
    pub async fn open(server: &Server, game: &str, seats: u8, options: Value) -> Self {
        let host = Player::guest(server, "Host").await;
        let room = host.create_room_with(spec(game, Some(seats), &options), true).await;
        let room = room.unwrap_or_else(|error| panic!("no room of {game}: {error}"));
        Self { room_id: room.room_id, players: vec![Some(host)] }
    }

    /// A newcomer takes the next seat.
    pub async fn sit(&mut self, server: &Server, seat: u8) {
        let name = format!("Guest {seat}");
        let player = if seat.is_multiple_of(2) {
            Player::guest(server, &name).await
        } else {
            Player::binary_guest(server, &name).await
        };
        self.join(player, seat).await;
    }

    /// Somebody takes the next seat.
    ///
    /// # Panics
    /// If it is another one than `seat`.
    pub async fn join(&mut self, player: Player, seat: u8) {
        let room = player.join(&self.room_id).await.unwrap_or_else(|error| panic!("no seat {seat}: {error}"));
        assert_eq!(room.my_seat, Some(Seat(seat)));
        assert_eq!(usize::from(seat), self.players.len(), "seats are taken in order");
        self.players.push(Some(player));
    }

    /// Everybody is ready and the host starts; returns when everybody has heard of it, with what they see.
    pub async fn start(&mut self) -> Vec<Value> {
        for player in self.players().skip(1) {
            player.ready(true).await.unwrap_or_else(|error| panic!("not ready: {error}"));
        }
        self[0].start_game().await.unwrap_or_else(|error| panic!("no start: {error}"));
        let mut views = Vec::new();
        for player in self.players_mut() {
            views.push(player.hears("GAME_STARTED", |event| view(event).map(|(view, _)| view)).await);
        }
        views
    }

    /// A match of a game, just started.
    pub async fn playing(server: &Server, game: &str, seats: u8, options: Value) -> Self {
        let mut table = Self::of(server, game, seats, options).await;
        table.start().await;
        table
    }

    /// Everybody at the table, by seat.
    pub fn players(&self) -> impl Iterator<Item = &Player> {
        self.players.iter().flatten()
    }

    /// Likewise.
    pub fn players_mut(&mut self) -> impl Iterator<Item = &mut Player> {
        self.players.iter_mut().flatten()
    }

    /// The seats of those at the table.
    pub fn seats(&self) -> Vec<u8> {
        (0..).zip(&self.players).filter(|(_, player)| player.is_some()).map(|(seat, _)| seat).collect()
    }

    /// Who sits there.
    pub fn uid(&self, seat: u8) -> Uid {
        self[seat].uid()
    }

    /// Takes the player off the table, and out of the loops over everybody.
    pub fn take(&mut self, seat: u8) -> Player {
        self.players[usize::from(seat)].take().unwrap_or_else(|| panic!("nobody on seat {seat}"))
    }

    /// Puts back who was taken off.
    pub fn put_back(&mut self, seat: u8, player: Player) {
        self.players[usize::from(seat)] = Some(player);
    }

    /// Everybody at the table hears this.
    pub async fn all_hear(&mut self, event: Event) {
        for player in self.players_mut() {
            player.hears_that(event.clone()).await;
        }
    }

    /// Everybody at the table hears of the match's end; its outcome.
    ///
    /// # Panics
    /// If they do not agree.
    pub async fn outcome(&mut self) -> Value {
        let mut outcomes = Vec::new();
        for player in self.players_mut() {
            outcomes.push(player.hears_outcome().await);
        }
        assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:?}");
        outcomes.swap_remove(0)
    }

    /// A move of tictactoe.
    pub async fn place(&mut self, seat: u8, cell: u8) {
        let placed = self[seat].action(json!({"type": "PLACE", "cell": cell})).await;
        assert_eq!(placed, Ok(None), "seat {seat} on cell {cell}");
    }
}

/// The view and the first turn of a match that starts.
pub fn view(event: &Event) -> Option<(Value, Option<Turn>)> {
    match event {
        Event::GameStarted { view, turn } => Some((crate::player::json(view.as_str()), turn.clone())),
        _ => None,
    }
}

/// The seat with the odd word, among the views of a match of undercover with one undercover.
///
/// # Panics
/// If there is none.
pub fn undercover_among(views: &[Value]) -> u8 {
    let alone = |view: &&Value| views.iter().filter(|other| other["word"] == view["word"]).count() == 1;
    let odd = (0..).zip(views).find(|(_, view)| alone(view));
    odd.unwrap_or_else(|| panic!("nobody has a word of their own in {views:?}")).0
}

impl Index<u8> for Table {
    type Output = Player;

    fn index(&self, seat: u8) -> &Player {
        self.players[usize::from(seat)].as_ref().unwrap_or_else(|| panic!("nobody on seat {seat}"))
    }
}

impl IndexMut<u8> for Table {
    fn index_mut(&mut self, seat: u8) -> &mut Player {
        self.players[usize::from(seat)].as_mut().unwrap_or_else(|| panic!("nobody on seat {seat}"))
    }
}
