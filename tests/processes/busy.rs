//! A room with much to do lets actions come together; nothing that is no action overtakes them, or waits.

use lunatic::Mailbox;
use umbra::process::messages::{FromRoom, UserMessage};
use umbra_machine::pace::BURST;
use umbra_machine::room::{Command, OpId};
use umbra_otp::{Handle, Wire};
use umbra_protocol::GameValue;

use crate::lone_room::{LoneRoom, join};
use crate::stage::{Report, Stage};

/// Longer than a test has patience.
const FOREVER_MS: u64 = 600_000;

fn chat(text: &str) -> Command {
    Command::Chat { text: text.into() }
}

/// What one message of the room says: the names of events, and which questions are answered.
fn letter(stage: &mut Stage, user: Handle<UserMessage>) -> (u64, Vec<String>) {
    match stage.user_hears(user) {
        UserMessage::Room { n, said, .. } => {
            let words = said.into_iter().map(|what| match what {
                FromRoom::Event(_) => "event".to_owned(),
                FromRoom::Reply(OpId(op), result) => format!("{op} {}", if result.is_ok() { "ok" } else { "refused" }),
                FromRoom::Released => "released".to_owned(),
            });
            (n, words.collect())
        }
        other => panic!("expected a word of the room, got {other:?}"),
    }
}

#[lunatic::test]
fn behind_the_burst_actions_wait_and_leave_in_one_message_before_whatever_else_comes(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let lone = LoneRoom::with_pace(&mut stage, FOREVER_MS);
    for op in 2..2 + BURST {
        lone.command("ann", lone.ann, op, chat("at once"));
        // Her joining was the first entry.
        assert_eq!(letter(&mut stage, lone.ann), (op, vec!["event".into(), format!("{op} ok")]));
    }
    let n = 2 + BURST;
    lone.command("ann", lone.ann, 10, chat("waits"));
    // There is no match in which she could act.
    lone.command("ann", lone.ann, 11, Command::Action { action: GameValue::trusted("1".into()) });
    lone.command("ann", lone.ann, 12, chat("waits too"));
    let bob = stage.puppet();
    lone.command("bob", bob, 1, join("bob"));
    let together = ["event", "10 ok", "11 refused", "event", "12 ok"].map(String::from);
    assert_eq!(letter(&mut stage, lone.ann), (n, together.to_vec()), "in order, each with its own answer");
    assert_eq!(letter(&mut stage, lone.ann), (n + 1, vec!["event".into()]), "Bob has come behind them");
    assert_eq!(letter(&mut stage, bob).0, n + 1, "and heard of nothing that was before");
}
