//! The clock of the match: the only place that decides whose turn it is and until when.
//!
//! Each turn passes for exactly one cause: an action, a skip, a deadline, a flight. Whatever arrives together is put in
//! order by [`Room::catch_up`] (what fell due comes first) and by the match itself, which skips only seats it waits for.

use umbra_game::{Absence, Late};
use umbra_protocol::{Event, Seat, SkipReason};

use super::roster::Player;
use super::{Room, game_seat};

impl Room {
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

    /// Somebody has come back to see turns pass.
    pub(super) fn see_turns_again(&mut self) {
        if let Some(play) = self.play.as_mut() {
            play.turns_unseen = 0;
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
}
