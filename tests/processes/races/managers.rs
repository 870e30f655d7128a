//! A manager that dies in the middle of what it was asked.

use lunatic::Mailbox;
use umbra::process::messages::{FromRoom, JournalMessage, RoomManagerMessage, RoomMessage, RoomsAnswer, UserMessage};
use umbra::process::{self, ROOM_MANAGER};
use umbra_machine::directory::Wish;
use umbra_machine::journal::Kept;
use umbra_machine::room::{Command, OpId, Room, RoomLimits, RoomPlan};
use umbra_machine::session::Ask;
use umbra_machine::settings::Settings;
use umbra_otp::{Handle, ProcessId, Wire, names, now_ms};
use umbra_protocol::{ClientMessage, OkBody, RoomId, RoomSpec, Seat, Uid};

use crate::lone_room::{join, uid};
use crate::player::Player;
use crate::server::{self, room_manager, settings};
use crate::stage::{Report, Stage};

fn create() -> ClientMessage {
    let spec = RoomSpec { game: "relay".into(), seats: Some(2), options: None };
    ClientMessage::RoomCreate { spec, private: false }
}

/// Whatever moment it was: Ann has her room, in which nobody else is, and no other is left over. Then she leaves.
fn one_room_was_made(stage: &mut Stage, ann: &mut Player, asked: u64) {
    let (events, outcome) = ann.reply(stage, asked);
    assert_eq!(crate::player::ids(&events), ["USER_JOINED"]);
    let Ok(OkBody::Room(room)) = outcome else { panic!("expected a room, got {outcome:?}") };
    assert_eq!((room.players.len(), room.my_seat), (1, Some(Seat(0))));
    ann.does(stage, ClientMessage::ChatSend { text: "here".into() });
    let uid = ann.uid();
    let room_id = ann.room_id();
    let (room, place) = stage.until("her room is where she believes it", |stage| {
        let (rooms, _) = stage.see_rooms();
        let place = stage.see_user(ann.user).place?;
        let found = rooms.into_iter().find(|(id, room)| *id == room_id && *room == place.room)?;
        Some((found.1, place))
    });
    assert_eq!(place.room_id, room_id);
    let seen = stage.see_room(server::handle_of(room));
    assert_eq!((seen.seats, seen.members), (vec![Some(uid.clone()), None], vec![(uid, ProcessId::of(&ann.user))]));
    ann.does(stage, ClientMessage::RoomLeave);
    assert_eq!(ann.news(stage), []);
    stage.until("no room is left", |stage| stage.see_rooms().0.is_empty().then_some(()));
}

#[lunatic::test]
fn manager_killed_while_creating_a_room(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    // A room that was made for nobody gives up after this long; more than it takes to notice that the runtime has lost a
    // monitor.
    server::start(&mut stage, Settings { restarts_max: 1_000, request_timeout_ms: 2_500, ..settings() });
    let mut ann = Player::guest(&mut stage, "Ann");
    for busy in 0..20 {
        let former = room_manager();
        let asked = ann.say(create());
        // From at once to long after the answer, by as many round trips to the user.
        (0..busy).for_each(|_| drop(stage.see_user(ann.user)));
        former.kill();
        stage.until("it is back", |_| process::room_manager().filter(|manager| *manager != former));
        one_room_was_made(&mut stage, &mut ann, asked);
    }
}

/// The room manager, as the test plays it for Ann's `ROOM_CREATE`, up to the question.
fn asked_for_a_room(stage: &mut Stage) -> (Player, u64, Handle<RoomManagerMessage>, RoomManagerMessage) {
    let mut ann = Player::guest(stage, "Ann");
    let played = stage.puppet();
    names::register(ROOM_MANAGER, played);
    let asked = ann.say(create());
    let question = stage.room_manager_hears(played);
    (ann, asked, played, question)
}

#[lunatic::test]
fn manager_killed_while_creating_a_room_before_it_has_looked(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, Settings { request_timeout_ms: 2_500, ..settings() });
    let real = room_manager();
    let (mut ann, asked, played, _) = asked_for_a_room(&mut stage);
    played.kill();
    names::register(ROOM_MANAGER, real);
    one_room_was_made(&mut stage, &mut ann, asked);
}

#[lunatic::test]
fn manager_killed_while_creating_a_room_that_nobody_has_entered_yet(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let (eve, uid) = (stage.puppet(), uid("eve"));
    let options = r#"{"autoStart":false}"#.into();
    let wish = Wish { game: "relay".into(), seats: 2, any_seats: false, options, any_options: false, seed: None };
    let ask = Ask::Create { wish, private: false };
    let former = room_manager();
    former.send(RoomManagerMessage::Ask { uid: uid.clone(), user: eve, op: OpId(1), ask });
    let room_id = match stage.user_hears(eve) {
        UserMessage::Rooms { answer: RoomsAnswer::Found(Ok((room_id, _))), .. } => room_id,
        other => panic!("expected a room, got {other:?}"),
    };
    former.kill();
    stage.until("it is back", |_| process::room_manager().filter(|manager| *manager != former));
    let ask = Ask::Find { room_id: room_id.clone() };
    room_manager().send(RoomManagerMessage::Ask { uid: uid.clone(), user: eve, op: OpId(2), ask });
    let room = match stage.user_hears(eve) {
        UserMessage::Rooms { answer: RoomsAnswer::Found(Ok((found, room))), .. } if found == room_id => room,
        other => panic!("expected the same room, got {other:?}"),
    };
    // It still waits for its creator, and for nobody else.
    room.send(RoomMessage::Command {
        uid: Uid("dan".into()),
        user: stage.puppet(),
        op: OpId(1),
        origin: None,
        command: join("dan"),
    });
    room.send(RoomMessage::Command { uid: uid.clone(), user: eve, op: OpId(3), origin: None, command: join("eve") });
    let UserMessage::Room { n: 2, said, .. } = stage.user_hears(eve) else { panic!("expected to be let in") };
    assert!(matches!(said.as_slice(), [FromRoom::Event(_), FromRoom::Reply(OpId(3), Ok(_))]), "{said:?}");
    assert_eq!(stage.see_room(room).seats, [Some(uid), None]);
}

#[lunatic::test]
fn manager_killed_while_creating_a_room_that_dies_with_it(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let real = room_manager();
    let (mut ann, asked, played, question) = asked_for_a_room(&mut stage);
    let RoomManagerMessage::Ask { uid, user, op, ask: Ask::Create { wish, .. } } = question else {
        panic!("expected to be asked for a room, got {question:?}")
    };
    // It makes the room, tells the journal, answers; and dies, and the room with it, which has not looked at Ann yet.
    let room_id = RoomId("FORMER".into());
    let (game, options, seats, seed) = (wish.game, wish.options, wish.seats, 7);
    let plan = RoomPlan { room_id: room_id.clone(), game, options, seats, private: false, creator: uid, seed };
    let rules = umbra::games::catalog().get(&plan.game).expect("a game that ships");
    let new_room = Room::new(plan.clone(), rules, RoomLimits::of(&settings()), now_ms());
    let kept = Box::new(Kept { n: 0, room: new_room.image(), members: Vec::new() });
    let room = stage.puppet();
    process::journal().expect("the journal is there").send(JournalMessage::Keep { plan, room, kept });
    user.send(UserMessage::Rooms { op, answer: RoomsAnswer::Found(Ok((room_id.clone(), room))) });
    match stage.room_hears(room) {
        RoomMessage::Command { command: Command::Join { .. }, .. } => {}
        other => panic!("expected Ann, got {other:?}"),
    }
    real.kill();
    room.kill();
    played.kill();

    one_room_was_made(&mut stage, &mut ann, asked);
}
