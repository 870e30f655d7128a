//! Random play: whatever is asked, by whomever, whenever, the room answers, keeps its word, and could do it all again.

use std::collections::BTreeMap;

use proptest::prelude::*;
use umbra_machine::room::{Command, Effect, Input, OpId, RoomLimits, To};
use umbra_protocol::{Event, GameValue, JoinAs, Phase};

use crate::table::{Table, uid, user_name};

const NAMES: [&str; 6] = ["ann", "bob", "cid", "dan", "eve", "fay"];

#[derive(Clone, Debug)]
struct Move {
    after_ms: u64,
    input: Input,
}

fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => Just("ann"), 7 => proptest::sample::select(NAMES.to_vec())]
}

fn action() -> impl Strategy<Value = GameValue> {
    prop_oneof![
        (0..9u8).prop_map(|cell| format!(r#"{{"type":"PLACE","cell":{cell}}}"#)),
        Just(r#"{"type":"SPEAK","text":"hm"}"#.to_owned()),
        (0..6u8).prop_map(|seat| format!(r#"{{"type":"VOTE","seat":{seat}}}"#)),
        Just(r#"{"type":"VOTE","seat":null}"#.to_owned()),
        Just("[7]".to_owned()),
    ]
    .prop_map(GameValue::trusted)
}

fn command(who: &'static str) -> impl Strategy<Value = Command> {
    let join = |join_as| Command::Join { user_name: user_name(who), join_as };
    prop_oneof![
        6 => Just(join(JoinAs::Player)),
        1 => Just(join(JoinAs::Spectator)),
        1 => Just(Command::Leave),
        6 => prop_oneof![4 => Just(true), 1 => Just(false)].prop_map(|ready| Command::Ready { ready }),
        1 => name().prop_map(|target| Command::Kick { uid: uid(target) }),
        6 => Just(Command::Start),
        12 => action().prop_map(|action| Command::Action { action }),
        1 => Just(Command::Chat { text: "hm".to_owned() }),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    name().prop_flat_map(|who| {
        prop_oneof![
            20 => command(who).prop_map(move |command| Input::Command { uid: uid(who), op: OpId(1), command }),
            3 => Just(Input::Offline { uid: uid(who) }),
            4 => Just(Input::Online { uid: uid(who), op: OpId(1) }),
            1 => Just(Input::Crashed { uid: uid(who) }),
            2 => Just(Input::Lost { uid: uid(who) }),
            2 => Just(Input::Returned { uid: uid(who), op: OpId(1) }),
            3 => Just(Input::Tick),
        ]
    })
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let after = prop_oneof![6 => Just(0u64), 3 => 1..500u64, 2 => 500..40_000u64];
    let moves =
        proptest::collection::vec((after, input()).prop_map(|(after_ms, input)| Move { after_ms, input }), 1..120);
    moves.prop_map(|mut moves| {
        let join = Command::Join { user_name: user_name("ann"), join_as: JoinAs::Player };
        moves.insert(0, Move { after_ms: 0, input: Input::Command { uid: uid("ann"), op: OpId(1), command: join } });
        moves
    })
}

fn limits() -> impl Strategy<Value = RoomLimits> {
    let grace = || prop_oneof![Just(0u64), Just(300), Just(5_000)];
    (grace(), grace(), grace(), grace()).prop_map(|(seat_grace_ms, lobby_grace_ms, result_grace_ms, abandon_ms)| {
        let (spectators_max, request_timeout_ms) = (1, 5_000);
        RoomLimits { seat_grace_ms, lobby_grace_ms, result_grace_ms, abandon_ms, spectators_max, request_timeout_ms }
    })
}

fn game() -> impl Strategy<Value = (&'static str, u8, &'static str)> {
    prop_oneof![
        Just(("undercover", 5, r#"{"speakMs":400,"voteMs":300}"#)),
        Just(("tictactoe", 2, r#"{"turnMs":400}"#)),
        Just(("relay", 3, "{}")),
        Just(("relay", 2, r#"{"autoStart":true}"#)),
    ]
}

/// Plays the moves, waking the room whenever it wants to be woken on the way.
fn play(table: &mut Table, moves: &[Move]) -> Vec<Effect> {
    let mut all = Vec::new();
    for Move { after_ms, input } in moves {
        let until = table.now_ms + after_ms;
        let mut woken = 0;
        while let Some(due) = table.room.next_deadline().filter(|due| *due <= until) {
            table.now_ms = due;
            all.extend(step(table, Input::Tick));
            woken += 1;
            assert!(woken < 1_000, "a room that is woken again and again");
        }
        table.now_ms = until;
        all.extend(step(table, input.clone()));
    }
    all
}

/// The table checks what holds after every step; here what holds for every single one.
fn step(table: &mut Table, mut input: Input) -> Vec<Effect> {
    if let Input::Command { op, .. } | Input::Online { op, .. } | Input::Returned { op, .. } = &mut input {
        *op = table.new_op();
    }
    let asked = matches!(input, Input::Command { .. } | Input::Online { .. } | Input::Returned { .. });
    let effects = table.step(input);
    let answers = effects.iter().filter(|effect| matches!(effect, Effect::Reply { .. })).count();
    assert_eq!(answers, usize::from(asked), "one answer to a question and none to anything else");
    let told = effects.iter().filter(|effect| matches!(effect, Effect::Tell { to: To::Everyone, .. })).count();
    assert!(told < 200, "one input sets off {told} events");
    if let Some(member) = table.members().first() {
        let room = table.snapshot(member);
        assert!(room.turn.is_none() || room.phase == Phase::InGame, "a turn is of a match");
        assert_eq!(room.view.is_some(), room.phase == Phase::InGame, "a view is of a match");
    }
    effects
}

/// Each match that starts is over once, unless the room failed; nobody is told of it in between.
fn matches_are_over_once(effects: &[Effect]) {
    let mut running = false;
    let mut members: BTreeMap<&str, bool> = BTreeMap::new();
    for effect in effects {
        match effect {
            Effect::Tell { event: Event::GameStarted { .. }, .. } => running = true,
            Effect::Tell { event: Event::GameOver { .. }, .. } => {
                assert!(running, "over and over");
                running = false;
            }
            Effect::Tell { event: Event::TurnStarted(_) | Event::TurnSkipped { .. }, .. } => {
                assert!(running, "turns pass in a match");
            }
            Effect::Admitted(uid) => assert_eq!(members.insert(&uid.0, true), None, "let in once"),
            Effect::Released(uid) => assert_eq!(members.remove(uid.0.as_str()), Some(true), "let go once"),
            Effect::Closed => assert!(!running && members.is_empty(), "nothing is left behind"),
            Effect::Tell { .. } | Effect::Reply { .. } | Effect::Seek(_) => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_room_keeps_its_word_and_does_the_same_again(
        (name, seats, options) in game(), limits in limits(), moves in moves()
    ) {
        let mut table = Table::with(name, seats, options, limits);
        let effects = play(&mut table, &moves);
        matches_are_over_once(&effects);
        let again = play(&mut Table::with(name, seats, options, limits), &moves);
        prop_assert_eq!(effects, again);
    }

    #[test]
    fn a_room_that_is_brought_back_after_every_input_goes_on_as_if_nothing_had_happened(
        (name, seats, options) in game(), limits in limits(), moves in moves()
    ) {
        let undisturbed = play(&mut Table::with(name, seats, options, limits), &moves);
        let mut table = Table::with(name, seats, options, limits);
        let mut disturbed = Vec::new();
        for one in &moves {
            table.rebirth();
            disturbed.extend(play(&mut table, std::slice::from_ref(one)));
        }
        prop_assert_eq!(undisturbed, disturbed);
    }
}
