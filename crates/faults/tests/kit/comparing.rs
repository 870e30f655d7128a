//! The comparison: a story in which one thing is wrong is found out, whatever it is; one that differs only in what the plan
//! brings about by itself is not.

use serde_json::json;
use umbra_faults::compare::{Counts, compare};
use umbra_faults::games::named;
use umbra_faults::live::sweep::Job;
use umbra_faults::plan::{Fault, Plan, Target, When};
use umbra_faults::script::{Ask, Script};
use umbra_faults::story::{Heard, Story, uid};
use umbra_protocol::{ErrorCode, Event, GameValue, OkBody, Seat, WireError};

fn script(game: &str) -> Script {
    named(game).unwrap().script(7).unwrap()
}

/// A plan that excuses nothing.
fn harmless() -> Plan {
    Plan::of(Fault::Kill { target: Target::Room, when: When::After(0) })
}

/// A plan that makes seat 1 flicker.
fn flickering() -> Plan {
    Plan::of(Fault::Cut { seat: Seat(1), when: When::After(6) })
}

/// The step of the n-th action.
fn act(script: &Script, n: usize) -> usize {
    let acts = script.steps().iter().enumerate().filter(|(_, step)| matches!(step.ask, Ask::Act(_)));
    acts.map(|(at, _)| at).nth(n).unwrap()
}

/// Where the n-th event of the game stands among what a seat heard.
fn game_event(story: &Story, seat: usize, n: usize) -> usize {
    let is_one = |heard: &Heard| matches!(heard, Heard::Event { event: Event::GameEvent { .. }, .. });
    let places = story.seats[seat].heard.iter().enumerate().filter(|(_, heard)| is_one(heard));
    places.map(|(place, _)| place).nth(n).unwrap()
}

/// Numbers what every seat heard anew, as a server would that had sent just this.
fn renumber(story: &mut Story) {
    for told in &mut story.seats {
        let mut next = (1, 1);
        for heard in &mut told.heard {
            match heard {
                Heard::Event { epoch, seq, .. } => (*epoch, *seq) = next,
                Heard::Anew { epoch, seq, .. } => next = (*epoch, *seq),
            }
            next.1 += 1;
        }
    }
}

fn finds(game: &str, plan: &Plan, what: &str, spoil: impl FnOnce(&Script, &mut Story)) -> Counts {
    let script = script(game);
    let mut story = script.undisturbed().clone();
    spoil(&script, &mut story);
    let verdict = compare(&script, plan, &story);
    let difference = verdict.difference.unwrap_or_else(|| panic!("nothing found, expected {what}"));
    assert!(difference.contains(what), "expected {what} in: {difference}");
    verdict.counts
}

fn finds_nothing(game: &str, plan: &Plan, change: impl FnOnce(&Script, &mut Story)) -> Counts {
    let script = script(game);
    let mut story = script.undisturbed().clone();
    change(&script, &mut story);
    let verdict = compare(&script, plan, &story);
    assert_eq!(verdict.difference, None);
    let Counts { actions_lost, actions_doubled, events_missed, events_doubled, .. } = verdict.counts;
    assert_eq!([actions_lost, actions_doubled, events_missed, events_doubled], [0; 4]);
    verdict.counts
}

fn offline(seat: u8) -> Event {
    Event::UserOffline { seat: Seat(seat), uid: uid(Seat(seat)) }
}

fn online(seat: u8) -> Event {
    Event::UserOnline { seat: Seat(seat), uid: uid(Seat(seat)) }
}

fn plain(event: Event) -> Heard {
    Heard::Event { epoch: 0, seq: 0, event }
}

#[test]
fn the_undisturbed_story_does_not_differ_from_itself() {
    for game in ["tictactoe", "undercover", "relay"] {
        let counts = finds_nothing(game, &harmless(), |_, _| {});
        assert!(counts.events > 0 && counts.asked > 0);
    }
}

#[test]
fn an_event_that_one_client_missed_is_found() {
    let counts = finds("relay", &harmless(), "seat 1: event", |_, story| {
        let place = game_event(story, 1, 3);
        story.seats[1].heard.remove(place);
        renumber(story);
    });
    assert_eq!((counts.events_missed, counts.actions_lost), (1, 0));
}

#[test]
fn a_gap_in_the_numbers_is_found_even_if_nothing_else_is_wrong() {
    finds("relay", &harmless(), "gap in the numbers", |_, story| {
        for heard in story.seats[2].heard.iter_mut().skip(4) {
            if let Heard::Event { seq, .. } = heard {
                *seq += 1;
            }
        }
    });
}

#[test]
fn the_last_events_missed_are_found() {
    let counts = finds("tictactoe", &harmless(), "seat 0: never heard", |_, story| {
        let heard = &mut story.seats[0].heard;
        heard.truncate(heard.len() - 2);
    });
    assert_eq!(counts.events_missed, 2);
}

#[test]
fn an_event_heard_twice_under_one_number_is_found() {
    let counts = finds("relay", &harmless(), "a second time", |_, story| {
        let again = story.seats[1].heard[5].clone();
        story.seats[1].heard.insert(6, again);
    });
    assert_eq!((counts.events_doubled, counts.actions_doubled), (1, 0));
}

#[test]
fn an_event_heard_twice_under_two_numbers_is_found() {
    let counts = finds("relay", &harmless(), "seat 1: event 7", |_, story| {
        let again = story.seats[1].heard[6].clone();
        story.seats[1].heard.insert(7, again);
        renumber(story);
    });
    assert_eq!(counts.events_doubled, 1);
}

#[test]
fn two_events_in_the_wrong_order_are_found() {
    finds("relay", &harmless(), "seat 0: event", |_, story| {
        let place = game_event(story, 0, 3);
        story.seats[0].heard.swap(place, place + 1);
        renumber(story);
    });
}

#[test]
fn an_action_that_was_answered_and_that_nobody_has_seen_is_lost() {
    let counts = finds("relay", &harmless(), "event", |_, story| {
        for seat in 0..3 {
            let place = game_event(story, seat, 3);
            story.seats[seat].heard.remove(place);
        }
        renumber(story);
    });
    assert_eq!((counts.actions_lost, counts.events_missed), (1, 3));
}

#[test]
fn an_action_that_everybody_saw_twice_is_doubled() {
    let counts = finds("relay", &harmless(), "event", |_, story| {
        for seat in 0..3 {
            let place = game_event(story, seat, 3);
            let again = story.seats[seat].heard[place].clone();
            story.seats[seat].heard.insert(place + 1, again);
        }
        renumber(story);
    });
    assert_eq!((counts.actions_doubled, counts.actions_lost), (1, 0));
}

#[test]
fn an_action_that_was_never_answered_is_lost() {
    let counts = finds("tictactoe", &harmless(), "was answered []", |script, story| {
        let step = &script.steps()[act(script, 2)];
        let told = &mut story.seats[usize::from(step.seat.0)];
        told.replies.retain(|reply| reply.reference != step.reference);
    });
    assert_eq!(counts.actions_lost, 1);
}

#[test]
fn an_action_that_was_answered_twice_is_found() {
    finds("tictactoe", &harmless(), "was answered [Ok(Empty), Ok(Empty)]", |script, story| {
        let step = &script.steps()[act(script, 2)];
        let told = &mut story.seats[usize::from(step.seat.0)];
        let again = told.replies.last().unwrap().clone();
        told.replies.push(umbra_faults::story::Reply { reference: step.reference, ..again });
    });
}

#[test]
fn an_action_that_was_refused_and_carried_out_is_doubled() {
    let counts = finds("undercover", &harmless(), "was answered [Err(", |script, story| {
        let step = &script.steps()[act(script, 2)];
        let told = &mut story.seats[usize::from(step.seat.0)];
        let refusal = WireError::new(ErrorCode::Internal, "the room failed");
        told.replies.iter_mut().find(|reply| reply.reference == step.reference).unwrap().result = Err(refusal);
    });
    assert_eq!((counts.actions_doubled, counts.actions_lost), (1, 0));
}

#[test]
fn another_answer_than_the_undisturbed_is_found() {
    finds("relay", &harmless(), "undisturbed [Ok(Empty)]", |script, story| {
        let step = &script.steps()[act(script, 0)];
        let replies = &mut story.seats[usize::from(step.seat.0)].replies;
        let answer = OkBody::Answer(GameValue::trusted(json!(1).to_string()));
        replies.iter_mut().find(|reply| reply.reference == step.reference).unwrap().result = Ok(answer);
    });
}

#[test]
fn another_outcome_is_found() {
    finds("tictactoe", &harmless(), "GameOver", |_, story| {
        for heard in &mut story.seats[1].heard {
            if let Heard::Event { event: Event::GameOver { outcome }, .. } = heard {
                *outcome = GameValue::trusted(json!({"result": "ABANDONED", "winner": null}).to_string());
            }
        }
    });
}

#[test]
fn another_room_at_the_end_is_found() {
    finds("tictactoe", &harmless(), "seat 1: the room at the end", |_, story| {
        story.seats[1].end.as_mut().unwrap().last_outcome = None;
    });
    finds("relay", &harmless(), "seat 0: the room at the end is None", |_, story| story.seats[0].end = None);
}

#[test]
fn who_is_said_to_have_gone_and_come_back_must_be_somebody_whom_the_plan_hits() {
    let flicker = |_: &Script, story: &mut Story| {
        for told in &mut story.seats {
            told.heard.splice(7..7, [plain(offline(1)), plain(online(1))]);
        }
        renumber(story);
    };
    finds_nothing("relay", &flickering(), flicker);
    finds("relay", &harmless(), "UserOffline", flicker);
    let other = Plan::of(Fault::Cut { seat: Seat(2), when: When::After(6) });
    finds("relay", &other, "UserOffline", flicker);
}

/// Seat 2 is told to begin anew: of what it heard, `missing` events, from `from` on, are in the new beginning.
fn resync(script: &Script, story: &mut Story, from: usize, missing: usize, spoil: bool) {
    let state = script.undisturbed().seats[2].states.iter().find(|state| state.after == from + missing).unwrap();
    let mut room = state.room.clone();
    if spoil {
        room.view = Some(GameValue::trusted(json!({"n": 77}).to_string()));
    }
    let anew = Heard::Anew { epoch: 2, seq: 1, room: Some(Box::new(room)) };
    story.seats[2].heard.splice(from..from + missing, [anew]);
    renumber(story);
}

#[test]
fn what_a_new_beginning_stands_for_is_resynced_and_not_missed() {
    let user = Plan::of(Fault::Kill { target: Target::User(Seat(2)), when: When::After(6) });
    let counts = finds_nothing("relay", &user, |script, story| resync(script, story, 9, 2, false));
    assert_eq!(counts.events_resynced, 2);
}

#[test]
fn a_new_beginning_from_a_room_that_never_was_is_found() {
    let user = Plan::of(Fault::Kill { target: Target::User(Seat(2)), when: When::After(6) });
    finds("relay", &user, "begin anew", |script, story| resync(script, story, 9, 2, true));
}

#[test]
fn what_is_missing_after_a_new_beginning_is_missed() {
    let user = Plan::of(Fault::Kill { target: Target::User(Seat(2)), when: When::After(6) });
    let counts = finds("relay", &user, "event", |script, story| {
        resync(script, story, 9, 2, false);
        story.seats[2].heard.remove(10);
        renumber(story);
    });
    assert_eq!(counts.events_missed, 1);
}

/// A plan for undercover under which seat 0 loses its turn.
fn costly() -> Plan {
    Plan::of(Fault::Cut { seat: Seat(0), when: When::After(script("undercover").started_by()) })
}

#[test]
fn where_a_turn_may_be_lost_the_accounts_are_held_against_each_other() {
    finds_nothing("undercover", &costly(), |_, _| {});
    let counts = finds("undercover", &costly(), "disagree", |_, story| {
        let place = game_event(story, 1, 1);
        story.seats[1].heard.remove(place);
        renumber(story);
    });
    assert_eq!((counts.events_missed, counts.actions_lost), (1, 0));
    let counts = finds("undercover", &costly(), "nobody has seen it", |_, story| {
        for seat in 0..story.seats.len() {
            let place = game_event(story, seat, 0);
            story.seats[seat].heard.remove(place);
        }
        renumber(story);
    });
    assert_eq!(counts.actions_lost, 1);
    finds("undercover", &costly(), "was answered 0 times", |_, story| {
        story.seats[3].replies.pop();
    });
    finds("undercover", &costly(), "does not follow on", |_, story| {
        let again = story.seats[2].heard[12].clone();
        story.seats[2].heard.insert(13, again);
    });
}

#[test]
fn what_a_game_tells_of_a_turn_that_was_passed_over_is_nobodys_action() {
    finds_nothing("undercover", &costly(), |script, story| {
        // Seat 0's vote is passed over: a refusal for it, and an abstention that the room brought about.
        let vote = (0..).map(|n| act(script, n)).find(|at| {
            let step = &script.steps()[*at];
            matches!(&step.ask, Ask::Act(action) if action["type"] == "VOTE" && step.seat == Seat(0))
        });
        let reference = script.steps()[vote.unwrap()].reference;
        let refusal = WireError::new(ErrorCode::NotYourTurn, "your turn has passed");
        let reply = story.seats[0].replies.iter_mut().find(|reply| reply.reference == reference);
        reply.unwrap().result = Err(refusal);
        let voted = r#"{"type":"VOTED","seat":0}"#;
        let skipped = Event::TurnSkipped { seat: Seat(0), reason: umbra_protocol::SkipReason::Offline };
        for told in &mut story.seats {
            let is_vote = |heard: &Heard| matches!(heard, Heard::Event { event: Event::GameEvent { event }, .. } if event.as_str() == voted);
            let place = told.heard.iter().position(is_vote).unwrap();
            told.heard.insert(place, plain(skipped.clone()));
        }
        renumber(story);
    });
}

#[test]
fn a_failure_names_the_seed_the_step_and_how_to_repeat_it() {
    let script = script("tictactoe");
    let mut story = script.undisturbed().clone();
    let step = &script.steps()[act(&script, 2)];
    story.seats[usize::from(step.seat.0)].replies.retain(|reply| reply.reference != step.reference);
    let (at, plan) = (act(&script, 2), "kill room after 5; cut 1 during 4".parse().unwrap());
    let tally = Job { script, plan }.judge(Ok(story));
    let failure = tally.failures[0].to_string();
    assert!(failure.contains(&format!("(step {at}, ")), "{failure}");
    let again = "--once --game tictactoe --seed 7 --plan 'kill room after 5; cut 1 during 4'";
    assert!(failure.contains(again), "{failure}");
    assert_eq!((tally.runs, tally.kills_survived, tally.counts.actions_lost), (1, 0, 1));
}
