//! The journal: what it keeps of a room is enough to go on, whatever moment the room dies in.

use umbra_game::rules;
use umbra_machine::journal::{Answered, Entry, Journal, Kept, Origin, Part, Recalled, UserFacts, replay};
use umbra_machine::room::{Command, Effect, Input, OpId, Room, RoomLimits, RoomPlan};
use umbra_protocol::limits::REPLIES_KEPT;
use umbra_protocol::{GameValue, JoinAs, OkBody, RoomId, Uid, UserName};

const LIMITS: RoomLimits = RoomLimits {
    seat_grace_ms: 0,
    lobby_grace_ms: 0,
    result_grace_ms: 300_000,
    abandon_ms: 300_000,
    spectators_max: 2,
    request_timeout_ms: 5_000,
};

fn uid(name: &str) -> Uid {
    Uid(name.into())
}

fn plan() -> RoomPlan {
    RoomPlan {
        room_id: RoomId("8KQ2ZT".into()),
        game: "tictactoe".to_owned(),
        options: rules::<tictactoe::TicTacToe>().options(None).unwrap(),
        seats: 2,
        private: false,
        creator: uid("ann"),
        seed: 7,
    }
}

/// One input that is dealt with alone.
fn alone(entry: &Entry<u32>) -> &Part<u32> {
    match entry.parts.as_slice() {
        [part] => part,
        parts => panic!("expected one input, got {parts:?}"),
    }
}

fn handle(room: &mut Room, entry: &Entry<u32>) -> Vec<Effect> {
    entry.parts.iter().flat_map(|part| room.handle(part.at_ms, part.input.clone())).collect()
}

fn command(n: u64, name: &str, command: Command) -> Entry<u32> {
    let from = Some(u32::from(name.as_bytes()[0]));
    let input = Input::Command { uid: uid(name), op: OpId(n), command };
    Entry { n, parts: vec![Part { at_ms: 1_000 + n, input, from, origin: None }], suspect: false }
}

/// A whole match, from joining to the outcome.
fn match_of_two() -> Vec<Entry<u32>> {
    let join = |name: &str| Command::Join { user_name: UserName::parse(name).unwrap(), join_as: JoinAs::Player };
    let place =
        |cell: u8| Command::Action { action: GameValue::trusted(format!(r#"{{"type":"PLACE","cell":{cell}}}"#)) };
    let mut script = vec![("ann", join("ann")), ("bob", join("bob")), ("bob", Command::Ready { ready: true })];
    script.push(("ann", Command::Start));
    script.extend([("ann", place(0)), ("bob", place(3)), ("ann", place(1)), ("bob", place(4)), ("ann", place(2))]);
    (1..).zip(script).map(|(n, (name, what))| command(n, name, what)).collect()
}

fn new_room() -> Room {
    Room::new(plan(), rules::<tictactoe::TicTacToe>(), LIMITS, 1_000)
}

/// A journal that knows a room just made.
fn journal() -> Journal<u32, ()> {
    let mut journal = Journal::new();
    journal.keep(plan(), (), Kept { n: 0, room: new_room().image(), members: Vec::new() });
    journal
}

fn recall(journal: &mut Journal<u32, ()>) -> Recalled<u32> {
    journal.recall(&plan().room_id).expect("a room that is known")
}

#[test]
fn a_room_brought_back_after_any_input_is_the_room_it_was_and_says_the_last_again() {
    let script = match_of_two();
    let (mut room, mut journal) = (new_room(), journal());
    for entry in script {
        let before = room.image();
        journal.append(&plan().room_id, entry.clone());
        let effects = handle(&mut room, &entry);
        journal.done(&plan().room_id, entry.n, []);

        let mut back = replay(recall(&mut journal), rules::<tictactoe::TicTacToe>(), LIMITS).unwrap();
        assert_eq!(back.room.image(), before, "just before input {}", entry.n);
        assert_eq!((back.n, back.last.as_ref()), (entry.n - 1, Some(&entry)));
        let again = handle(&mut back.room, &entry);
        assert_eq!(again, effects, "the same is said");
        assert_eq!(back.room.image(), room.image(), "and the same has become of it");
    }
}

#[test]
fn members_come_back_with_the_handles_through_which_they_last_spoke() {
    let mut journal = journal();
    for mut entry in match_of_two().into_iter().take(4) {
        if entry.n == 3 {
            entry.parts[0].from = Some(99);
        }
        journal.append(&plan().room_id, entry.clone());
        journal.done(&plan().room_id, entry.n, []);
    }
    let back = replay(recall(&mut journal), rules::<tictactoe::TicTacToe>(), LIMITS).unwrap();
    assert_eq!(back.members.0, [(uid("ann"), u32::from(b'a')), (uid("bob"), 99)]);
}

#[test]
fn an_image_takes_the_place_of_the_inputs_that_are_in_it_and_of_no_others() {
    let (mut room, mut journal) = (new_room(), journal());
    for entry in match_of_two() {
        journal.append(&plan().room_id, entry.clone());
        handle(&mut room, &entry);
        journal.done(&plan().room_id, entry.n, []);
        if entry.n == 4 {
            journal.keep(plan(), (), Kept { n: 4, room: room.image(), members: Vec::new() });
        }
    }
    let recalled = recall(&mut journal);
    assert_eq!(recalled.kept.n, 4);
    assert_eq!(recalled.entries.iter().map(|entry| entry.n).collect::<Vec<_>>(), [5, 6, 7, 8, 9]);
}

#[test]
fn an_input_that_a_room_dies_of_twice_is_poison_and_one_that_was_done_never_is() {
    let mut journal = journal();
    let script = match_of_two();
    journal.append(&plan().room_id, script[0].clone());
    journal.done(&plan().room_id, 1, []);
    for _ in 0..5 {
        assert_eq!(recall(&mut journal).poison, None, "killed again and again, but not by its inputs");
    }
    journal.append(&plan().room_id, script[1].clone());
    assert_eq!(recall(&mut journal).poison, None, "it may have been chance");
    let second = recall(&mut journal);
    assert_eq!(second.poison.as_ref(), Some(alone(&script[1])));
    assert_eq!(second.undone, []);
    assert_eq!(second.entries, &script[..1], "the room goes on without it");
    assert_eq!(recall(&mut journal).poison, None, "it is refused once");
}

/// The whole match, the actions in it two at a time.
fn match_in_pairs() -> Vec<Entry<u32>> {
    let script = match_of_two();
    let (before, actions) = script.split_at(4);
    let pairs = actions.chunks(2).map(|pair| pair.iter().flat_map(|entry| entry.parts.clone()).collect());
    let entries = before.iter().map(|entry| entry.parts.clone()).chain(pairs);
    (1..).zip(entries).map(|(n, parts)| Entry { n, parts, suspect: false }).collect()
}

#[test]
fn what_was_dealt_with_in_one_go_and_done_is_said_again_in_one_go() {
    let (mut room, mut journal) = (new_room(), journal());
    for entry in match_in_pairs() {
        let before = room.image();
        journal.append(&plan().room_id, entry.clone());
        let effects = handle(&mut room, &entry);
        journal.done(&plan().room_id, entry.n, []);

        let recalled = recall(&mut journal);
        assert_eq!((&recalled.poison, recalled.undone.len()), (&None, 0));
        let mut back = replay(recalled, rules::<tictactoe::TicTacToe>(), LIMITS).unwrap();
        assert_eq!(back.room.image(), before, "just before entry {}", entry.n);
        assert_eq!((back.n, back.last.as_ref()), (entry.n - 1, Some(&entry)));
        assert_eq!(handle(&mut back.room, &entry), effects, "the same is said");
        assert_eq!(back.room.image(), room.image(), "and the same has become of it");
    }
    let back = replay(recall(&mut journal), rules::<tictactoe::TicTacToe>(), LIMITS).unwrap();
    assert_eq!(back.inputs, 8, "of nine inputs, all but the one of the last entry");
}

#[test]
fn what_was_dealt_with_in_one_go_and_not_done_is_begun_anew_one_by_one() {
    let (mut room, mut journal) = (new_room(), journal());
    let entries = match_in_pairs();
    for entry in &entries[..4] {
        journal.append(&plan().room_id, entry.clone());
        handle(&mut room, entry);
        journal.done(&plan().room_id, entry.n, []);
    }
    journal.append(&plan().room_id, entries[4].clone());
    let recalled = recall(&mut journal);
    assert_eq!((recalled.poison, recalled.undone.as_slice()), (None, entries[4].parts.as_slice()));
    assert_eq!(recalled.entries, entries[..4], "it is in the journal no more");
    // The same numbers once more: nobody has heard of them.
    for (n, part) in (5..).zip(recalled.undone) {
        let entry = Entry { n, parts: vec![part], suspect: true };
        journal.append(&plan().room_id, entry.clone());
        handle(&mut room, &entry);
        journal.done(&plan().room_id, n, []);
    }
    let mut back = replay(recall(&mut journal), rules::<tictactoe::TicTacToe>(), LIMITS).unwrap();
    let last = back.last.expect("the last input");
    handle(&mut back.room, &last);
    assert_eq!((last.n, back.room.image()), (6, room.image()));
}

#[test]
fn a_suspect_that_a_room_dies_of_is_poison_and_the_others_of_its_entry_are_not() {
    let mut journal = journal();
    let entries = match_in_pairs();
    for entry in &entries[..4] {
        journal.append(&plan().room_id, entry.clone());
        journal.done(&plan().room_id, entry.n, []);
    }
    journal.append(&plan().room_id, entries[4].clone());
    let undone = recall(&mut journal).undone;
    let suspect = |n: u64| Entry { n, parts: vec![undone[n as usize - 5].clone()], suspect: true };
    journal.append(&plan().room_id, suspect(5));
    journal.done(&plan().room_id, 5, []);
    assert_eq!(recall(&mut journal).poison, None, "the first of them was survived");
    journal.append(&plan().room_id, suspect(6));
    let recalled = recall(&mut journal);
    assert_eq!((recalled.poison.as_ref(), recalled.undone.len()), (Some(&undone[1]), 0), "it was its second time");
    assert_eq!(recalled.entries.last(), Some(&suspect(5)), "the room goes on without it");
    journal.append(&plan().room_id, entries[5].clone());
    assert_eq!(recall(&mut journal).undone, entries[5].parts, "and the next is a fresh start");
    assert_eq!(recall(&mut journal).poison, None);
}

#[test]
fn between_two_deaths_by_chance_an_input_that_was_done_counts_as_a_fresh_start() {
    let mut journal = journal();
    let script = match_of_two();
    for entry in script.iter().take(3) {
        journal.append(&plan().room_id, entry.clone());
        assert_eq!(recall(&mut journal).poison, None, "its first death at input {}", entry.n);
        journal.done(&plan().room_id, entry.n, []);
    }
}

#[test]
fn an_input_out_of_order_is_not_of_the_room_that_is_known() {
    let mut journal = journal();
    let script = match_of_two();
    journal.append(&plan().room_id, script[1].clone());
    assert_eq!(recall(&mut journal).entries, [], "the second before the first");
    journal.append(&plan().room_id, script[0].clone());
    journal.append(&plan().room_id, script[0].clone());
    assert_eq!(recall(&mut journal).entries.len(), 1, "the first, once");
}

#[test]
fn a_room_that_is_over_is_forgotten() {
    let mut journal = journal();
    assert_eq!(journal.rooms().collect::<Vec<_>>(), [(&plan(), &())]);
    journal.forget(&plan().room_id);
    assert_eq!(journal.recall(&plan().room_id), None);
    assert_eq!(journal.rooms().count(), 0);
}

#[test]
fn a_room_brought_back_lets_go_whom_it_had_let_go() {
    let mut journal = journal();
    let mut script: Vec<_> = match_of_two().into_iter().take(2).collect();
    script.push(command(3, "bob", Command::Leave));
    script.push(command(4, "ann", Command::Ready { ready: true }));
    for entry in script {
        journal.append(&plan().room_id, entry);
    }
    let mut back = replay(recall(&mut journal), rules::<tictactoe::TicTacToe>(), LIMITS).unwrap();
    assert_eq!(back.members.get(&uid("bob")), None);
    let last = back.last.expect("the last input");
    let effects = handle(&mut back.room, &last);
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Released(_))));
}

fn facts(sid: &str, epoch: u64) -> UserFacts {
    UserFacts { user_name: UserName::parse("Ann").unwrap(), sid: sid.to_owned(), epoch, room: None }
}

fn answer(sid: &str, reference: u64) -> Option<Answered> {
    let origin = Origin { sid: sid.to_owned(), reference };
    Some(Answered { uid: uid("ann"), origin, result: Ok(OkBody::Empty) })
}

fn references(journal: &Journal<u32, ()>) -> Vec<u64> {
    let record = journal.recall_user(&uid("ann")).expect("a user that is known");
    record.answers.iter().map(|(reference, _)| *reference).collect()
}

#[test]
fn of_a_user_the_last_answers_are_kept_each_once() {
    let mut journal = journal();
    journal.keep_user(uid("ann"), 1, facts("s", 1), None);
    for n in 1..=REPLIES_KEPT as u64 + 1 {
        // A room that was brought back says its last once more.
        journal.done(&plan().room_id, n, answer("s", n));
        journal.done(&plan().room_id, n, answer("s", n));
    }
    assert_eq!(references(&journal), (2..=REPLIES_KEPT as u64 + 1).collect::<Vec<_>>());
}

#[test]
fn a_new_sign_in_begins_without_answers_and_what_an_earlier_one_asked_is_not_its() {
    let mut journal = journal();
    journal.keep_user(uid("ann"), 1, facts("s", 1), None);
    journal.done(&plan().room_id, 1, answer("s", 1));
    journal.keep_user(uid("ann"), 1, facts("s", 2), None);
    assert_eq!(references(&journal), [1], "the same sign-in in another epoch");
    journal.keep_user(uid("ann"), 1, facts("t", 3), None);
    journal.done(&plan().room_id, 2, answer("s", 2));
    assert_eq!(references(&journal), [] as [u64; 0]);
}

#[test]
fn only_the_process_that_is_known_can_have_a_user_forgotten() {
    let mut journal = journal();
    journal.keep_user(uid("ann"), 1, facts("s", 1), None);
    journal.keep_user(uid("ann"), 2, facts("s", 1), None);
    journal.forget_user(&uid("ann"), |known| *known == 1);
    assert_eq!(journal.users().collect::<Vec<_>>(), [(&uid("ann"), &2)]);
    journal.forget_user(&uid("ann"), |known| *known == 2);
    assert_eq!(journal.recall_user(&uid("ann")), None);
}
