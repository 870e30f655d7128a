//! Any room, as its members and the lobby see it.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use umbra_protocol::*;

use super::values::{object, phase, room_id, seat, something, uid, user_name};

pub fn hello_ok() -> impl Strategy<Value = HelloOk> {
    let who = (uid(), user_name(), any::<String>(), option::of(snapshot()));
    let numbers = (any::<u64>(), any::<bool>(), any::<u64>(), any::<u64>(), any::<u64>(), any::<u64>());
    (who, numbers).prop_map(|((uid, user_name, session, room), numbers)| {
        let (epoch, resumed, last_ref, server_time_ms, heartbeat_ms, grace_ms) = numbers;
        HelloOk { uid, user_name, session, epoch, resumed, last_ref, server_time_ms, heartbeat_ms, grace_ms, room }
    })
}

pub fn snapshot() -> impl Strategy<Value = RoomSnapshot> {
    let fixed = (room_id(), any::<String>(), phase(), uid(), any::<bool>(), any::<u8>(), object());
    let people = (vec(player(), 0..4), vec(spectator(), 0..3), option::of(seat()));
    let play = (option::of(turn()), option::of(something()), option::of(something()));
    (fixed, people, play).prop_map(|(fixed, people, (turn, view, last_outcome))| {
        let (room_id, game, phase, host, private, seats, options) = fixed;
        let (players, spectators, my_seat) = people;
        RoomSnapshot {
            room_id,
            game,
            phase,
            host,
            private,
            seats,
            options,
            players,
            spectators,
            my_seat,
            turn,
            view,
            last_outcome,
        }
    })
}

fn player() -> impl Strategy<Value = PlayerInfo> {
    (seat(), uid(), user_name(), any::<bool>(), any::<bool>())
        .prop_map(|(seat, uid, user_name, online, ready)| PlayerInfo { seat, uid, user_name, online, ready })
}

fn spectator() -> impl Strategy<Value = SpectatorInfo> {
    (uid(), user_name()).prop_map(|(uid, user_name)| SpectatorInfo { uid, user_name })
}

pub fn summary() -> impl Strategy<Value = RoomSummary> {
    (room_id(), any::<String>(), phase(), any::<u8>(), any::<u8>(), uid()).prop_map(
        |(room_id, game, phase, seats_taken, seats, host)| RoomSummary {
            room_id,
            game,
            phase,
            seats_taken,
            seats,
            host,
        },
    )
}

pub fn turn() -> impl Strategy<Value = Turn> {
    (vec(seat(), 0..4), any::<String>(), option::of(any::<u64>())).prop_map(|(seats, phase, deadline_ms)| Turn {
        seats,
        phase,
        deadline_ms,
    })
}
