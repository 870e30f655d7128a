//! BOTS, the table: what a bot knows of the room it sits in, kept up to date by the events of the room.

use serde_json::Value;
use umbra_protocol::{ClientMessage, Event, GameValue, Phase, PlayerInfo, RoomId, RoomSnapshot, Seat, Turn, Uid};

use crate::play;

/// The room from one seat.
#[derive(Debug)]
pub(super) struct Table {
    room: RoomSnapshot,
    view: Value,
    /// This bot has done its part of the present turn.
    done: bool,
    /// Its last move was refused: rather one that is always right.
    careful: bool,
}

/// What an event comes to.
pub(super) struct Heard {
    /// This bot is in no room any more.
    pub left: bool,
    pub news: Option<String>,
}

fn value(game: &GameValue) -> Value {
    // Invariant: a GameValue is JSON.
    serde_json::from_str(game.as_str()).unwrap_or_default()
}

impl Table {
    pub fn new(room: &RoomSnapshot) -> Self {
        let view = room.view.as_ref().map(value).unwrap_or_default();
        let seat = room.my_seat.unwrap_or(Seat(0));
        let done = play::acted(&room.game, &view, seat);
        Self { room: room.clone(), view, done, careful: false }
    }

    pub fn room_id(&self) -> &RoomId {
        &self.room.room_id
    }

    pub fn in_game(&self) -> bool {
        self.room.phase == Phase::InGame
    }

    /// While waiting: ready, and as host the start once everybody is there and ready.
    pub fn before_the_match(&self, me: &Uid) -> Option<ClientMessage> {
        let players = &self.room.players;
        if self.room.host == *me {
            let full = players.len() == usize::from(self.room.seats);
            let ready = players.iter().all(|player| player.ready || player.uid == *me);
            return (full && ready).then_some(ClientMessage::GameStart);
        }
        let unready = players.iter().any(|player| player.uid == *me && !player.ready);
        unready.then_some(ClientMessage::RoomReady { ready: true })
    }

    /// A move, if it is this bot's turn to make one.
    pub fn choose(&self, random: &mut fastrand::Rng) -> Option<GameValue> {
        let seat = self.room.my_seat?;
        let mine = self.room.turn.as_ref().is_none_or(|turn| turn.seats.contains(&seat));
        if !mine || self.done {
            return None;
        }
        let action = play::choose(&self.room.game, &self.view, self.room.turn.as_ref(), seat, self.careful, random)?;
        Some(GameValue::trusted(action.to_string()))
    }

    /// The move is being made.
    pub fn moves(&mut self) {
        self.careful = false;
        // Where nobody has the turn, anybody may move again.
        self.done = self.room.turn.is_some();
    }

    /// It was not a good one.
    pub fn refused(&mut self) {
        (self.done, self.careful) = (false, true);
    }

    pub fn hear(&mut self, event: &Event, me: Option<&Uid>) -> Heard {
        let mut heard = Heard { left: false, news: None };
        match event {
            Event::UserJoined { seat, uid, user_name } => self.sits_down(*seat, uid, user_name),
            Event::UserLeft { seat, uid, .. } => {
                self.room.players.retain(|player| player.uid != *uid);
                heard.left = Some(uid) == me;
                if let Some(seat) = seat {
                    play::left(&self.room.game, &mut self.view, *seat);
                }
            }
            Event::UserOffline { uid, .. } => self.player(uid, |player| player.online = false),
            Event::UserOnline { uid, .. } => self.player(uid, |player| player.online = true),
            Event::UserReady { uid, ready, .. } => self.player(uid, |player| player.ready = *ready),
            Event::HostChanged { uid } => self.room.host = uid.clone(),
            Event::GameStarted { view, turn } => {
                self.room.phase = Phase::InGame;
                self.view = value(view);
                self.turn(turn.clone());
            }
            Event::TurnStarted(turn) => self.turn(Some(turn.clone())),
            Event::TurnSkipped { seat, .. } => self.done |= Some(*seat) == self.room.my_seat,
            Event::GameEvent { event } => play::hear(&self.room.game, &mut self.view, &value(event)),
            Event::GameOver { outcome } => {
                self.room.phase = Phase::Waiting;
                self.room.turn = None;
                self.room.players.iter_mut().for_each(|player| player.ready = false);
                heard.news = Some(format!("the match is over: {}", outcome.as_str()));
            }
            Event::RoomDissolved { .. } | Event::Kicked => heard.left = true,
            // The client tells of it as the beginning anew that it is.
            Event::Resync { .. } | Event::Chat { .. } => {}
        }
        heard
    }

    fn turn(&mut self, turn: Option<Turn>) {
        play::turn(&self.room.game, &mut self.view, turn.as_ref());
        self.room.turn = turn;
        (self.done, self.careful) = (false, false);
    }

    fn sits_down(&mut self, seat: Option<Seat>, uid: &Uid, user_name: &umbra_protocol::UserName) {
        if let Some(seat) = seat
            && self.room.players.iter().all(|player| player.uid != *uid)
        {
            let (uid, user_name) = (uid.clone(), user_name.clone());
            self.room.players.push(PlayerInfo { seat, uid, user_name, online: true, ready: false });
        }
    }

    fn player(&mut self, uid: &Uid, change: impl FnOnce(&mut PlayerInfo)) {
        if let Some(player) = self.room.players.iter_mut().find(|player| player.uid == *uid) {
            change(player);
        }
    }
}
