//! A room that dies with an input half told.

use lunatic::Mailbox;
use umbra_otp::Wire;
use umbra_protocol::{Event, GameValue, OkBody};

use super::former_room::{Dies, dies_over_anns_action, dies_over_two_actions};
use crate::server::{self, settings};
use crate::stage::{Report, Stage};
use crate::table::action;

fn relayed(seat: u8, n: u64, value: &str) -> Event {
    let event = format!(r#"{{"type":"RELAYED","seat":{seat},"n":{n},"value":{value}}}"#);
    Event::GameEvent { event: GameValue::trusted(event) }
}

/// Whatever moment it was: Ann's action is carried out once, answered once, told once, and the match goes on from there.
fn nobody_notices(stage: &mut Stage, dies: Dies) {
    let ([mut ann, mut bob], asked) = dies_over_anns_action(stage, dies);
    let first = relayed(0, 1, "1");
    assert_eq!(ann.reply(stage, asked), (vec![first.clone()], Ok(OkBody::Empty)), "{dies:?}");
    assert_eq!(bob.told(stage), first, "{dies:?}");
    let second = relayed(1, 2, "2");
    assert_eq!(bob.does(stage, action("2")), std::slice::from_ref(&second), "{dies:?}");
    assert_eq!((ann.news(stage), bob.news(stage)), (vec![second], vec![]), "{dies:?}");
    // And once more over a new connection: what was told is what is kept.
    ann.come_back(stage);
    assert!(ann.hello.resumed && ann.hello.last_ref == asked, "{dies:?}: {:?}", ann.hello);
    assert_eq!(ann.news(stage), [], "{dies:?}");
}

#[lunatic::test]
fn kill_between_journal_and_broadcast(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    nobody_notices(&mut stage, Dies::Unlooked);
}

#[lunatic::test]
fn kill_between_journal_and_broadcast_having_dealt_with_it(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    nobody_notices(&mut stage, Dies::Untold);
}

#[lunatic::test]
fn kill_between_broadcast_and_reply(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    nobody_notices(&mut stage, Dies::Unanswered);
}

#[lunatic::test]
fn kill_between_broadcast_and_reply_the_reply_first(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    nobody_notices(&mut stage, Dies::AnsweredAlone);
}

#[lunatic::test]
fn kill_between_broadcast_and_reply_and_both_were_told(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    nobody_notices(&mut stage, Dies::Told);
}

#[lunatic::test]
fn kill_while_several_actions_are_dealt_with_in_one_go(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let ([mut ann, mut bob], asked) = dies_over_two_actions(&mut stage);
    let (mut anns, outcome) = ann.reply(&mut stage, asked[0]);
    assert_eq!(outcome, Ok(OkBody::Empty));
    let (mut bobs, outcome) = bob.reply(&mut stage, asked[1]);
    assert_eq!(outcome, Ok(OkBody::Empty));
    // What comes after it has all that came before it behind it.
    anns.extend(ann.does(&mut stage, action("3")));
    while bobs.len() < 3 {
        bobs.push(bob.told(&mut stage));
    }
    // Whose came first is chance.
    let stories = [["0", "1"], ["1", "0"]].map(|[first, second]| {
        let seat = |value: &str| u8::from(value == "1");
        vec![relayed(seat(first), 1, first), relayed(seat(second), 2, second), relayed(0, 3, "3")]
    });
    assert_eq!(anns, bobs);
    assert!(stories.contains(&anns), "each once: {anns:?}");
    assert_eq!((ann.news(&mut stage), bob.news(&mut stage)), (vec![], vec![]));
}
