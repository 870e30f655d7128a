//! While a match runs: nobody joins, leaves quietly or dissolves; who drops keeps the seat; who leaves is forced out.

use lunatic::Mailbox;
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::{ClientMessage, ErrorCode, Event, JoinAs, LeaveReason, Phase, Seat, SkipReason, WireError};

use crate::player::{Outcome, Player, ids};
use crate::server::{self, settings};
use crate::stage::{Report, Stage};
use crate::table::{action, in_game};

fn code(outcome: Outcome) -> Option<ErrorCode> {
    outcome.err().map(|WireError { code, .. }| code)
}

#[lunatic::test]
fn nobody_takes_a_seat_kicks_or_dissolves_while_a_match_runs(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    let mut eve = Player::guest(&mut stage, "Eve");
    let before = stage.see_room(ann.room());
    let join = ClientMessage::RoomJoin { room_id: ann.room_id(), join_as: JoinAs::Player };
    assert_eq!(code(eve.ask(&mut stage, join).1), Some(ErrorCode::RoomInGame));
    let kick = ClientMessage::RoomKick { uid: bob.uid() };
    assert_eq!(code(ann.ask(&mut stage, kick).1), Some(ErrorCode::RoomInGame));
    assert_eq!(code(ann.ask(&mut stage, ClientMessage::RoomDissolve).1), Some(ErrorCode::RoomInGame));
    assert_eq!(stage.see_room(ann.room()), before);
    assert_eq!(before.phase, Phase::InGame);
    assert_eq!(bob.news(&mut stage), []);
    assert_eq!((eve.place.as_ref(), stage.see_user(eve.user).place), (None, None));
}

#[lunatic::test]
fn a_lost_connection_in_game_marks_offline_and_the_user_goes_on_hearing_the_room(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    let before = stage.see_room(ann.room());
    bob.drop_out();
    assert_eq!(ann.told(&mut stage), Event::UserOffline { seat: Seat(1), uid: bob.uid() });
    assert_eq!(stage.see_room(ann.room()), before, "the seat and the process behind it are kept");
    let said = ann.does(&mut stage, action("1"));

    bob.come_back(&mut stage);
    assert!(bob.hello.resumed, "the user was there all the time");
    let missed = bob.news(&mut stage);
    assert_eq!(ids(&missed), ["USER_OFFLINE", "GAME_EVENT", "USER_ONLINE"]);
    assert_eq!(missed[1], said[0]);
    assert_eq!(ann.news(&mut stage), [Event::UserOnline { seat: Seat(1), uid: bob.uid() }]);
}

#[lunatic::test]
fn the_turn_of_an_offline_user_is_skipped_through_the_room(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, bob, mut eve, _dan] = in_game(&mut stage, "undercover", ["Ann", "Bob", "Eve", "Dan"]);
    bob.drop_out();
    assert_eq!(eve.told(&mut stage), Event::UserOffline { seat: Seat(1), uid: bob.uid() });
    assert_eq!(ann.told(&mut stage), Event::UserOffline { seat: Seat(1), uid: bob.uid() });
    ann.does(&mut stage, action(r#"{"type":"SPEAK","text":"round"}"#));
    let news = eve.news(&mut stage);
    let skips: Vec<_> = news.iter().filter(|event| matches!(event, Event::TurnSkipped { .. })).collect();
    assert_eq!(skips, [&Event::TurnSkipped { seat: Seat(1), reason: SkipReason::Offline }]);
    match news.last() {
        Some(Event::TurnStarted(turn)) => assert_eq!(turn.seats, [Seat(2)]),
        other => panic!("expected Eve's turn, got {other:?}"),
    }
}

#[lunatic::test]
fn leaving_in_game_is_a_forced_exit_that_updates_room_and_user(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "tictactoe", ["Ann", "Bob"]);
    bob.does(&mut stage, ClientMessage::RoomLeave);
    let news = ann.news(&mut stage);
    let fled = Event::UserLeft { seat: Some(Seat(1)), uid: bob.uid(), reason: LeaveReason::Fled };
    assert_eq!(news.first(), Some(&fled));
    assert_eq!(ids(&news), ["USER_LEFT", "GAME_OVER"], "who flees loses");
    let room = stage.see_room(ann.room());
    assert_eq!(room.seats, [Some(ann.uid()), None]);
    assert_eq!(room.members, [(ann.uid(), ProcessId::of(&ann.user))]);
    assert_eq!(bob.news(&mut stage), []);
    assert_eq!((bob.place.as_ref(), stage.see_user(bob.user).place), (None, None));
}
