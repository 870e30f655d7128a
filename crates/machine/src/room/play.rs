//! The running match: started, acted in, fled from.

use serde::{Deserialize, Serialize};
use umbra_game::{Audience, Match, Played, Refusal, RestoreError, Rules};
use umbra_protocol::{ErrorCode, Event, GameValue, LeaveReason, OkBody, Seat, Turn, Uid, WireError};

use super::roster::{Player, Presence};
use super::{Room, game_seat, refuse, wire_seat};

/// A match between set-up and outcome.
pub(super) struct Play {
    pub game: Box<dyn Match>,
    /// The turn that was last announced.
    announced: Option<Announced>,
    /// Turns in a row that passed without anybody online having had one; see `Room::seat_to_skip`.
    pub turns_unseen: usize,
    pub seats_at_start: usize,
    /// When the match ends because everybody is away.
    pub abandon_at_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Announced {
    serial: u32,
    deadline_ms: Option<u64>,
}

/// A match as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PlayImage {
    #[serde(with = "serde_bytes")]
    game: Vec<u8>,
    announced: Option<Announced>,
    turns_unseen: usize,
    seats_at_start: usize,
    abandon_at_ms: Option<u64>,
}

impl Play {
    pub fn image(&self) -> PlayImage {
        PlayImage {
            game: self.game.snapshot(),
            announced: self.announced,
            turns_unseen: self.turns_unseen,
            seats_at_start: self.seats_at_start,
            abandon_at_ms: self.abandon_at_ms,
        }
    }

    pub fn restore(image: PlayImage, rules: &dyn Rules, options: &str) -> Result<Self, RestoreError> {
        Ok(Self {
            game: rules.restore(options, &image.game)?,
            announced: image.announced,
            turns_unseen: image.turns_unseen,
            seats_at_start: image.seats_at_start,
            abandon_at_ms: image.abandon_at_ms,
        })
    }

    /// When the present turn ends by itself.
    pub fn turn_deadline(&self) -> Option<u64> {
        self.announced?.deadline_ms
    }

    pub fn wire_turn(&self) -> Option<Turn> {
        let turn = self.game.turn()?;
        Some(Turn {
            seats: turn.seats.into_iter().map(wire_seat).collect(),
            phase: turn.phase.to_string(),
            deadline_ms: self.turn_deadline(),
        })
    }

    /// Takes note of the match's present turn. True when it is a new one.
    pub fn announce(&mut self, now_ms: u64) -> bool {
        let turn = self.game.turn();
        let serial = turn.as_ref().map(|turn| turn.serial);
        if serial == self.announced.map(|announced| announced.serial) {
            return false;
        }
        self.announced = turn.map(|turn| Announced {
            serial: turn.serial,
            deadline_ms: turn.limit_ms.map(|limit| now_ms.saturating_add(limit)),
        });
        self.announced.is_some()
    }

    pub fn waiting_for(&self) -> Vec<Seat> {
        self.game.turn().map_or_else(Vec::new, |turn| turn.waiting.into_iter().map(wire_seat).collect())
    }
}

impl Room {
    pub(super) fn start_by_host(&mut self, now_ms: u64, uid: &Uid) -> Result<OkBody, WireError> {
        self.only_host(uid)?;
        self.only_while_waiting("no other is started")?;
        // Whoever says so counts as present: the connection may have been lost since.
        let present = self.roster.players().filter(|(_, player)| player.online() || player.uid == *uid);
        let (present, least) = (present.count(), usize::from(self.rules.min_seats()));
        if present < least {
            let message = format!("{} needs {least} players, {present} are here", self.plan.game);
            return Err(refuse(ErrorCode::NotEnoughPlayers, message));
        }
        let unready = |player: &Player| player.online() && player.uid != *uid && !player.ready;
        if let Some(seat) = self.roster.players().find(|(_, player)| unready(player)).map(|(seat, _)| seat) {
            let message = format!("the player on seat {seat} is not ready, expected every other player to be");
            return Err(refuse(ErrorCode::NotReady, message));
        }
        // Those who missed the end of the last match and have not come back leave first.
        for absent in self.roster.absent().into_iter().filter(|absent| absent != uid) {
            self.remove(now_ms, &absent, LeaveReason::Offline);
        }
        self.start(now_ms);
        Ok(OkBody::Empty)
    }

    /// Starts the match of a game that wants no ready-check, once every seat is taken.
    pub(super) fn start_by_itself(&mut self, now_ms: u64) {
        let full = self.roster.free_seat().is_none() && self.roster.absent().is_empty();
        if full && self.play.is_none() && self.rules.auto_start(&self.plan.options) {
            self.start(now_ms);
        }
    }

    fn start(&mut self, now_ms: u64) {
        let seats: Vec<_> = self.roster.players().map(|(seat, _)| game_seat(seat)).collect();
        let seed = match_seed(self.plan.seed, self.matches_started);
        self.matches_started += 1;
        self.last_outcome = None;
        let seat_grace = self.seat_grace(now_ms);
        for (_, player) in self.roster.players_mut().filter(|(_, player)| !player.online()) {
            player.presence = Presence::Offline { leaves_at_ms: seat_grace };
        }
        let mut play = Play {
            game: self.rules.start(&self.plan.options, &seats, seed),
            announced: None,
            turns_unseen: 0,
            seats_at_start: seats.len(),
            abandon_at_ms: None,
        };
        play.announce(now_ms);
        let turn = play.wire_turn();
        self.play = Some(play);
        for uid in self.roster.uids() {
            // Invariant: a match is running, so there is a view.
            let view = self.view_for(&uid).expect("a running match has a view for everybody");
            self.tell(&uid, Event::GameStarted { view, turn: turn.clone() });
        }
        self.watch_for_abandonment(now_ms);
        self.settle(now_ms);
    }

    pub(super) fn act(&mut self, now_ms: u64, uid: &Uid, action: &GameValue) -> Result<OkBody, WireError> {
        let Some(play) = self.play.as_mut() else {
            return Err(refuse(ErrorCode::GameNotRunning, "no match is running in this room, the host starts one"));
        };
        let Some(seat) = self.roster.seat_of(uid) else {
            return Err(refuse(ErrorCode::Spectator, "you are a spectator, only players may act"));
        };
        let played = play.game.apply(game_seat(seat), action.as_str()).map_err(|refusal| match refusal {
            Refusal::NotYourTurn(message) => refuse(ErrorCode::NotYourTurn, message),
            Refusal::Illegal(message) => refuse(ErrorCode::IllegalAction, message),
        })?;
        let answer = played.answer.clone();
        self.tell_played(played);
        self.settle(now_ms);
        Ok(answer.map_or(OkBody::Empty, |text| OkBody::Answer(GameValue::trusted(text))))
    }

    /// A player is gone for good: the game is told.
    pub(super) fn flee(&mut self, now_ms: u64, seat: Seat) {
        let Some(play) = self.play.as_mut() else {
            return;
        };
        let played = play.game.flee(game_seat(seat));
        self.tell_played(played);
        self.settle(now_ms);
        if self.roster.taken() == 0 {
            self.finish_abandoned(now_ms);
        } else {
            self.watch_for_abandonment(now_ms);
        }
    }

    pub(super) fn tell_played(&mut self, played: Played) {
        for (audience, event) in played.events {
            let event = Event::GameEvent { event: GameValue::trusted(event) };
            match audience {
                Audience::All => self.tell_all(event),
                Audience::Seat(seat) => {
                    if let Some(uid) = self.roster.player(wire_seat(seat)).map(|player| player.uid.clone()) {
                        self.tell(&uid, event);
                    }
                }
            }
        }
    }
}

/// The seed of a room's n-th match: splitmix64 over both, so that neighbours have nothing in common.
fn match_seed(room_seed: u64, n: u64) -> u64 {
    let mut z = room_seed.wrapping_add((n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
