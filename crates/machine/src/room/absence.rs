//! Dropping, coming back, leaving: how the roster changes without anybody sitting down.

use umbra_protocol::{ErrorCode, Event, LeaveReason, OkBody, Phase, Uid, WireError};

use super::roster::Presence;
use super::{Effect, Room, refuse};

impl Room {
    /// Carries out what fell due up to now: absent players' graces, the abandoned match, the turn's deadline; and the end
    /// of a room that nobody plays in.
    pub(super) fn catch_up(&mut self, now_ms: u64) {
        if self.closed {
            return;
        }
        if self.next_deadline().is_some_and(|due_ms| due_ms <= now_ms) {
            self.give_up_on_creator(now_ms);
            self.remove_overdue(now_ms);
            self.end_abandoned(now_ms);
            self.pass_late_turns(now_ms);
            // A match that has just ended may keep its result for no time at all.
            self.remove_overdue(now_ms);
        }
        self.close_if_empty();
    }

    fn remove_overdue(&mut self, now_ms: u64) {
        for uid in self.roster.due_to_leave(now_ms) {
            self.remove(now_ms, &uid, LeaveReason::Offline);
        }
    }

    pub(super) fn leave(&mut self, now_ms: u64, uid: &Uid) -> Result<OkBody, WireError> {
        let forced = self.phase() == Phase::InGame && self.roster.seat_of(uid).is_some();
        self.remove(now_ms, uid, if forced { LeaveReason::Fled } else { LeaveReason::Left });
        Ok(OkBody::Empty)
    }

    /// A connection is lost. Whoever is waiting or watching leaves; whoever plays keeps the seat.
    pub(super) fn drop_out(&mut self, now_ms: u64, uid: &Uid) {
        let leaves_at_ms = match self.phase() {
            Phase::Waiting => Some(now_ms.saturating_add(self.limits.lobby_grace_ms)),
            Phase::InGame => self.seat_grace(now_ms),
        };
        let Some((seat, player)) = self.roster.player_mut(uid) else {
            return self.remove(now_ms, uid, LeaveReason::Offline);
        };
        if !player.online() {
            return;
        }
        if leaves_at_ms == Some(now_ms) {
            return self.remove(now_ms, uid, LeaveReason::Offline);
        }
        player.presence = Presence::Offline { leaves_at_ms };
        self.tell_all(Event::UserOffline { seat, uid: uid.clone() });
        self.watch_for_abandonment(now_ms);
        self.settle(now_ms);
    }

    /// Until when a seat is kept whose player is lost in game; `None` means until the match ends.
    pub(super) fn seat_grace(&self, now_ms: u64) -> Option<u64> {
        (self.limits.seat_grace_ms > 0).then(|| now_ms.saturating_add(self.limits.seat_grace_ms))
    }

    /// A live connection again. Answered with the snapshot, after everybody was told.
    pub(super) fn come_back(&mut self, now_ms: u64, uid: &Uid) -> Result<OkBody, WireError> {
        if let Some((seat, player)) = self.roster.player_mut(uid)
            && !player.online()
        {
            player.presence = Presence::Online;
            self.tell_all(Event::UserOnline { seat, uid: uid.clone() });
            self.take_over_from_absent_host(uid);
            self.watch_for_abandonment(now_ms);
            self.see_turns_again();
            self.settle(now_ms);
            self.start_by_itself(now_ms);
        }
        self.snapshot_for_member(uid)
    }

    pub(super) fn snapshot_for_member(&self, uid: &Uid) -> Result<OkBody, WireError> {
        if !self.roster.contains(uid) {
            return Err(refuse(ErrorCode::NotInRoom, "you are not in this room any more"));
        }
        Ok(OkBody::Room(Box::new(self.snapshot_for(uid))))
    }

    /// A waiting room in which everybody is away would wait in vain for its host: the first who is here becomes it.
    pub(super) fn take_over_from_absent_host(&mut self, arrived: &Uid) {
        let alone = self.roster.players().all(|(_, player)| player.uid == *arrived || !player.online());
        if self.phase() == Phase::Waiting
            && alone
            && self.roster.host_is_missing()
            && let Some(uid) = self.roster.pass_host()
        {
            self.tell_all(Event::HostChanged { uid });
        }
    }

    /// The user's process died. While waiting that is the end of its stay; in game its seat and its place are kept, and
    /// whoever starts users is asked what becomes of it. So they are just after a match, of whose end the process may have
    /// died before its client heard.
    pub(super) fn lose_process(&mut self, now_ms: u64, uid: &Uid) {
        let kept = match self.phase() {
            Phase::InGame => true,
            Phase::Waiting => now_ms < self.outcome_travels_until_ms,
        };
        if !kept {
            self.crash(now_ms, uid);
        } else if self.roster.contains(uid) {
            self.effects.push(Effect::Seek(uid.clone()));
        }
    }

    /// The user's process died and does not come back: in game a forced exit.
    pub(super) fn crash(&mut self, now_ms: u64, uid: &Uid) {
        self.remove(now_ms, uid, LeaveReason::Crashed);
    }

    /// Takes somebody out for good. Nothing happens when they are not here (any more).
    pub(super) fn remove(&mut self, now_ms: u64, uid: &Uid, reason: LeaveReason) {
        let was_host = self.roster.is_host(uid);
        let Some(seat) = self.roster.remove(uid) else {
            return;
        };
        let left = Event::UserLeft { seat, uid: uid.clone(), reason };
        if reason == LeaveReason::Kicked {
            self.tell(uid, Event::Kicked);
            self.effects.push(Effect::Released(uid.clone()));
            self.tell_all(left);
        } else {
            self.tell_all(left);
            self.effects.push(Effect::Released(uid.clone()));
        }
        if was_host && let Some(uid) = self.roster.pass_host() {
            self.tell_all(Event::HostChanged { uid });
        }
        if let Some(seat) = seat {
            self.flee(now_ms, seat);
        }
    }
}
