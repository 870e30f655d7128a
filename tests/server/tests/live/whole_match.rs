//! A whole match of six, over both encodings, with one who drops and comes back, one who drops for good, and one who flees.

use serde_json::{Value, json};
use umbra_client::ClientEvent;
use umbra_protocol::{Event, LeaveReason, Seat, SkipReason};
use umbra_server_tests::table::undercover_among;
use umbra_server_tests::{Player, Table, server};

/// Who does what, by seat.
struct Cast {
    odd: u8,
    /// Drops before anybody speaks and is back for the own turn.
    blinks: u8,
    /// Drops and is back after the end.
    drops: u8,
    flees: u8,
    stay: [u8; 2],
}

impl Cast {
    fn among(views: &[Value]) -> Self {
        let odd = undercover_among(views);
        let civilians: Vec<u8> = (0..6).filter(|seat| *seat != odd).collect();
        // The last of them to speak, so that others speak before.
        let [drops, flees, one, other, blinks] = civilians[..] else { panic!("five civilians") };
        Self { odd, blinks, drops, flees, stay: [one, other] }
    }
}

async fn speak(table: &mut Table, seat: u8) {
    let spoke = table[seat].action(json!({"type": "SPEAK", "text": format!("the hint of {seat}")})).await;
    assert_eq!(spoke, Ok(None), "seat {seat} speaks");
}

async fn vote(table: &mut Table, seat: u8, whom: u8) {
    let voted = table[seat].action(json!({"type": "VOTE", "seat": whom})).await;
    assert_eq!(voted, Ok(None), "seat {seat} votes");
}

async fn vote_result(table: &mut Table) -> Value {
    let result = |event: &Event| match event {
        Event::GameEvent { event } => {
            Some(umbra_server_tests::player::json(event.as_str())).filter(|event| event["type"] == "VOTE_RESULT")
        }
        _ => None,
    };
    let mut results = Vec::new();
    for player in table.players_mut() {
        results.push(player.hears("VOTE_RESULT", result).await);
    }
    assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
    results.swap_remove(0)
}

/// The events from the match's start on, and the proof that all before and after are numbered without a gap.
fn events_of_the_match(player: &Player) -> Vec<Event> {
    let numbers: Vec<_> = player.history().map(|(seq, _)| seq).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>(), "1, 2, 3 and so on");
    let syncs = player.story().iter().filter(|happened| matches!(happened, ClientEvent::Sync { .. })).count();
    assert_eq!(syncs, 1, "the present state was told at the first sign-in alone");
    let events = player.history().map(|(_, event)| event.clone());
    events.skip_while(|event| !matches!(event, Event::GameStarted { .. })).skip(1).collect()
}

#[tokio::test]
async fn six_play_undercover_to_the_end_though_three_of_them_go_missing() {
    let mut table = Table::of(server(), "undercover", 6, json!({})).await;
    let cast = Cast::among(&table.start().await);

    // One drops for good, one for a while.
    let mut dropped = table.take(cast.drops);
    let dropped_uid = dropped.uid();
    dropped.drops().await;
    table.all_hear(Event::UserOffline { seat: Seat(cast.drops), uid: dropped_uid.clone() }).await;
    let mut blinking = table.take(cast.blinks);
    let blinking_uid = blinking.uid();
    blinking.drops().await;
    table.all_hear(Event::UserOffline { seat: Seat(cast.blinks), uid: blinking_uid.clone() }).await;

    // The first round: everybody before the blinking one speaks, who then is back without having missed anything.
    let (before, after): (Vec<u8>, Vec<u8>) = table.seats().into_iter().partition(|seat| *seat < cast.blinks);
    let (last, earlier) = before.split_last().unwrap();
    for seat in earlier {
        speak(&mut table, *seat).await;
    }
    assert!(blinking.returns().await, "resumed: nothing is missing");
    table.all_hear(Event::UserOnline { seat: Seat(cast.blinks), uid: blinking_uid }).await;
    table.put_back(cast.blinks, blinking);
    speak(&mut table, *last).await;
    speak(&mut table, cast.blinks).await;
    for seat in after {
        speak(&mut table, seat).await;
    }
    table.all_hear(Event::TurnSkipped { seat: Seat(cast.drops), reason: SkipReason::Offline }).await;

    // In the vote one flees, and the rest are of two minds.
    let mut fled = table.take(cast.flees);
    fled.leave().await.unwrap();
    table.all_hear(Event::UserLeft { seat: Some(Seat(cast.flees)), uid: fled.uid(), reason: LeaveReason::Fled }).await;
    vote(&mut table, cast.blinks, cast.odd).await;
    vote(&mut table, cast.stay[0], cast.odd).await;
    vote(&mut table, cast.stay[1], cast.stay[0]).await;
    vote(&mut table, cast.odd, cast.stay[0]).await;
    let result = vote_result(&mut table).await;
    assert_eq!((&result["out"], &result["undercover"]), (&Value::Null, &Value::Null), "a tie: {result}");

    // The second round: all against one. Who is away is passed over once more.
    for seat in table.seats() {
        speak(&mut table, seat).await;
    }
    for seat in [cast.blinks, cast.stay[0], cast.stay[1]] {
        vote(&mut table, seat, cast.odd).await;
    }
    vote(&mut table, cast.odd, cast.blinks).await;
    let result = vote_result(&mut table).await;
    assert_eq!((&result["out"], &result["undercover"]), (&json!(cast.odd), &json!(true)), "{result}");
    let outcome = table.outcome().await;
    assert_eq!((&outcome["result"], &outcome["undercovers"]), (&json!("CIVILIANS"), &json!([cast.odd])));

    // The result has waited for the one who dropped, and everybody has seen the same match.
    assert!(dropped.returns().await, "resumed: the result has waited");
    assert_eq!(dropped.hears_outcome().await, outcome);
    table.all_hear(Event::UserOnline { seat: Seat(cast.drops), uid: dropped_uid.clone() }).await;
    dropped.hears_that(Event::UserOnline { seat: Seat(cast.drops), uid: dropped_uid.clone() }).await;
    let whole = events_of_the_match(&dropped);
    let skips = whole.iter().filter(|event| matches!(event, Event::TurnSkipped { .. })).count();
    assert_eq!(skips, 4, "twice in SPEAK and twice in VOTE: {whole:#?}");
    for player in table.players() {
        assert_eq!(events_of_the_match(player), whole);
    }
    fled.hears("its own flight", |event| matches!(event, Event::UserLeft { .. }).then_some(())).await;
    let part = events_of_the_match(&fled);
    assert_eq!(part, whole[..part.len()], "up to the flight");
}
