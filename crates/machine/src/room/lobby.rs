//! What members do to a waiting room: join, get ready, kick, dissolve, start; and chat, which is always possible.

use umbra_protocol::{
    DissolveReason, ErrorCode, Event, JoinAs, LeaveReason, OkBody, Phase, Seat, Uid, UserName, WireError,
};

use super::roster::{Player, Spectator};
use super::{Effect, Room, refuse};

impl Room {
    pub(super) fn join(
        &mut self,
        now_ms: u64,
        uid: &Uid,
        user_name: UserName,
        join_as: JoinAs,
    ) -> Result<OkBody, WireError> {
        if self.roster.contains(uid) {
            return Err(refuse(ErrorCode::AlreadyInRoom, "you are in this room already"));
        }
        if self.creator_due_ms.is_some() && *uid != self.plan.creator {
            return Err(refuse(ErrorCode::RoomNotFound, format!("there is no room {}", self.plan.room_id)));
        }
        let seat = match join_as {
            JoinAs::Player => Some(self.seat_for_newcomer()?),
            JoinAs::Spectator => {
                self.place_for_spectator()?;
                None
            }
        };
        self.creator_due_ms = None;
        match seat {
            Some(seat) => self.roster.sit(seat, Player::new(uid.clone(), user_name.clone())),
            None => self.roster.spectators.push(Spectator::new(uid.clone(), user_name.clone())),
        }
        self.effects.push(Effect::Admitted(uid.clone()));
        self.tell_all(Event::UserJoined { seat, uid: uid.clone(), user_name });
        if seat.is_some() {
            self.take_over_from_absent_host(uid);
        }
        self.start_by_itself(now_ms);
        Ok(OkBody::Room(Box::new(self.snapshot_for(uid))))
    }

    fn seat_for_newcomer(&self) -> Result<Seat, WireError> {
        self.only_while_waiting("nobody takes a seat")?;
        self.roster.free_seat().ok_or_else(|| {
            let (room_id, seats) = (&self.plan.room_id, self.plan.seats);
            refuse(ErrorCode::RoomFull, format!("room {room_id} has {seats} of {seats} seats taken"))
        })
    }

    fn place_for_spectator(&self) -> Result<(), WireError> {
        let (room_id, max) = (&self.plan.room_id, self.limits.spectators_max);
        if self.roster.spectators.len() < max {
            return Ok(());
        }
        Err(refuse(ErrorCode::RoomFull, format!("room {room_id} has {max} of {max} spectators")))
    }

    pub(super) fn set_ready(&mut self, uid: &Uid, ready: bool) -> Result<OkBody, WireError> {
        self.only_players(uid)?;
        self.only_while_waiting("readiness does not change")?;
        let Some((seat, player)) = self.roster.player_mut(uid) else {
            return Err(refuse(ErrorCode::NotInRoom, "you are not in this room, join it first"));
        };
        if player.ready != ready {
            player.ready = ready;
            self.tell_all(Event::UserReady { seat, uid: uid.clone(), ready });
        }
        Ok(OkBody::Empty)
    }

    pub(super) fn kick(&mut self, now_ms: u64, uid: &Uid, target: &Uid) -> Result<OkBody, WireError> {
        self.only_host(uid)?;
        self.only_while_waiting("nobody is kicked")?;
        if uid == target {
            return Err(refuse(
                ErrorCode::BadMessage,
                "field `uid` names yourself, expected somebody else in the room",
            ));
        }
        if !self.roster.contains(target) {
            return Err(refuse(ErrorCode::NotInRoom, format!("user {target} is not in this room")));
        }
        self.remove(now_ms, target, LeaveReason::Kicked);
        Ok(OkBody::Empty)
    }

    pub(super) fn dissolve_by_host(&mut self, uid: &Uid) -> Result<OkBody, WireError> {
        self.only_host(uid)?;
        self.only_while_waiting("the room is not dissolved")?;
        self.dissolve(DissolveReason::Host);
        Ok(OkBody::Empty)
    }

    pub(super) fn chat(&mut self, uid: &Uid, text: String) -> Result<OkBody, WireError> {
        let Some(user_name) = self.roster.user_name(uid).cloned() else {
            return Err(refuse(ErrorCode::NotInRoom, "you are not in this room, join it first"));
        };
        self.tell_all(Event::Chat { uid: uid.clone(), user_name, text });
        Ok(OkBody::Empty)
    }

    /// Ends the room: everybody is told and let go.
    pub(super) fn dissolve(&mut self, reason: DissolveReason) {
        self.tell_all(Event::RoomDissolved { reason });
        for uid in self.roster.uids() {
            self.roster.remove(&uid);
            self.effects.push(Effect::Released(uid));
        }
        self.play = None;
        self.close();
    }

    /// A room without players is no room.
    pub(super) fn close_if_empty(&mut self) {
        if !self.closed && self.roster.taken() == 0 && self.creator_due_ms.is_none() {
            self.dissolve(DissolveReason::Empty);
        }
    }

    fn close(&mut self) {
        self.closed = true;
        self.creator_due_ms = None;
    }

    /// Ends a room whose creator never came.
    pub(super) fn give_up_on_creator(&mut self, now_ms: u64) {
        if self.creator_due_ms.is_some_and(|due| due <= now_ms) {
            self.close();
        }
    }

    pub(super) fn only_host(&self, uid: &Uid) -> Result<(), WireError> {
        if self.roster.is_host(uid) {
            return Ok(());
        }
        Err(refuse(ErrorCode::NotHost, "only the host may do that"))
    }

    pub(super) fn only_players(&self, uid: &Uid) -> Result<(), WireError> {
        if self.roster.seat_of(uid).is_some() {
            return Ok(());
        }
        Err(refuse(ErrorCode::Spectator, "you are a spectator, only players may do that"))
    }

    pub(super) fn only_while_waiting(&self, consequence: &str) -> Result<(), WireError> {
        match self.phase() {
            Phase::Waiting => Ok(()),
            Phase::InGame => Err(refuse(
                ErrorCode::RoomInGame,
                format!("a match is running in room {}, {consequence} until it is over", self.plan.room_id),
            )),
        }
    }
}
