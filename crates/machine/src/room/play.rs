//! The running match and its clock: the only place that decides whose turn it is and until when.
//!
//! Each turn passes for exactly one cause: an action, a skip, a deadline, a flight. Whatever arrives together is put in
//! order by [`Room::catch_up`] (what fell due comes first) and by the match itself, which skips only seats it waits for.

use umbra_game::{Absence, Audience, Late, Match, Played, Refusal};
use umbra_protocol::{ErrorCode, Event, GameValue, LeaveReason, OkBody, Seat, SkipReason, Turn, Uid, WireError};

use super::roster::{Player, Presence};
use super::{Room, game_seat, refuse, wire_seat};

/// A match between set-up and outcome.
pub(super) struct Play {
    pub game: Box<dyn Match>,
    /// The turn that was last announced.
    announced: Option<Announced>,
    /// Turns in a row that passed without anybody online having had one; see [`Room::may_skip`].
    turns_unseen: usize,
    seats_at_start: usize,
    /// When the match ends because everybody is away.
    pub abandon_at_ms: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Announced {
    serial: u32,
    deadline_ms: Option<u64>,
}

impl Play {
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
    fn announce(&mut self, now_ms: u64) -> bool {
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

    fn waiting_for(&self) -> Vec<Seat> {
        self.game.turn().map_or_else(Vec::new, |turn| turn.waiting.into_iter().map(wire_seat).collect())
    }
}

impl Room {
    pub(super) fn start_by_host(&mut self, now_ms: u64, uid: &Uid) -> Result<OkBody, WireError> {
        self.only_host(uid)?;
        self.only_while_waiting("no other is started")?;
        let present = self.roster.players().filter(|(_, player)| player.online());
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
        for absent in self.roster.absent() {
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

    /// The turn's deadline has passed: each seat that is waited for is late.
    pub(super) fn pass_late_turns(&mut self, now_ms: u64) {
        let Some(play) = self.play.as_mut() else {
            return;
        };
        if play.turn_deadline().is_none_or(|deadline| now_ms < deadline) {
            return;
        }
        let late = play.game.late();
        for seat in play.waiting_for() {
            // An earlier seat's lateness can end the turn, or the match, for the others.
            let still = self.play.as_ref().is_some_and(|play| play.waiting_for().contains(&seat));
            let same = self.play.as_ref().is_some_and(|play| play.turn_deadline().is_some_and(|at| at <= now_ms));
            if !(still && same) {
                break;
            }
            match late {
                Late::Skip => self.skip(seat, SkipReason::Timeout),
                Late::Forfeit => self.forfeit(seat),
            }
            self.settle_turn(now_ms);
        }
        self.settle(now_ms);
    }

    fn forfeit(&mut self, seat: Seat) {
        if let Some(play) = self.play.as_mut() {
            let played = play.game.flee(game_seat(seat));
            self.tell_played(played);
        }
    }

    fn skip(&mut self, seat: Seat, reason: SkipReason) {
        if let Some(play) = self.play.as_mut() {
            let played = play.game.skip(game_seat(seat));
            self.tell_all(Event::TurnSkipped { seat, reason });
            self.tell_played(played);
        }
    }

    /// Brings the room in line with the match: outcome, new turn, and turns of those who are away.
    pub(super) fn settle(&mut self, now_ms: u64) {
        loop {
            self.settle_turn(now_ms);
            let Some(seat) = self.seat_to_skip() else {
                return;
            };
            self.skip(seat, SkipReason::Offline);
        }
    }

    fn settle_turn(&mut self, now_ms: u64) {
        let Some(play) = self.play.as_mut() else {
            return;
        };
        if let Some(outcome) = play.game.outcome() {
            return self.finish(now_ms, outcome);
        }
        if play.announce(now_ms) {
            play.turns_unseen += 1;
            // Invariant: `announce` found a turn.
            let turn = play.wire_turn().expect("an announced turn");
            self.tell_all(Event::TurnStarted(turn));
        }
    }

    /// The next absent seat whose turn passes at once.
    fn seat_to_skip(&mut self) -> Option<Seat> {
        let anybody_online = self.roster.anybody_online();
        let play = self.play.as_mut()?;
        let waiting = play.waiting_for();
        let online = |seat: &Seat| self.roster.player(*seat).is_some_and(Player::online);
        if waiting.iter().any(online) {
            play.turns_unseen = 0;
        }
        let may_skip =
            anybody_online && play.game.absence() == Absence::Skip && play.turns_unseen <= play.seats_at_start;
        if !may_skip {
            // With nobody there to see it, or only losers watching, turns pass at the pace of the clock and not all at once:
            // a whole match would be over in one instant.
            return None;
        }
        waiting.into_iter().find(|seat| !online(seat))
    }

    fn finish(&mut self, now_ms: u64, outcome: String) {
        let outcome = GameValue::trusted(outcome);
        self.play = None;
        self.last_outcome = Some(outcome.clone());
        let leaves_at_ms = Some(now_ms.saturating_add(self.limits.result_grace_ms));
        for (_, player) in self.roster.players_mut() {
            player.ready = false;
            if !player.online() {
                player.presence = Presence::Offline { leaves_at_ms };
            }
        }
        self.tell_all(Event::GameOver { outcome });
        // An absent host could start no further match: somebody who is here takes over.
        if self.roster.host_is_missing()
            && self.roster.anybody_online()
            && let Some(uid) = self.roster.pass_host()
        {
            self.tell_all(Event::HostChanged { uid });
        }
    }

    /// Starts or stops the clock of a match that everybody has left alone.
    pub(super) fn watch_for_abandonment(&mut self, now_ms: u64) {
        let abandoned = !self.roster.anybody_online();
        if let Some(play) = self.play.as_mut() {
            let at_ms = now_ms.saturating_add(self.limits.abandon_ms);
            play.abandon_at_ms = abandoned.then(|| play.abandon_at_ms.unwrap_or(at_ms));
        }
    }

    pub(super) fn end_abandoned(&mut self, now_ms: u64) {
        if self.play.as_ref().and_then(|play| play.abandon_at_ms).is_some_and(|at| at <= now_ms) {
            self.finish_abandoned(now_ms);
        }
    }

    fn finish_abandoned(&mut self, now_ms: u64) {
        if let Some(play) = self.play.as_ref() {
            let outcome = play.game.abandoned();
            self.finish(now_ms, outcome);
        }
    }

    fn tell_played(&mut self, played: Played) {
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
