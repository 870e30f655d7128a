//! Every death has a name, if the dying could speak.

use lunatic::Mailbox;
use umbra_otp::{ExitReason, Wire};

use crate::cast::{Cue, Report, Stage, Who};

#[lunatic::test]
fn a_child_that_fails_on_purpose_says_why(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let child = stage.spawn_actor(Who::A);
    child.handle.send(Cue::FailBecause("the well is dry".into()));
    assert_eq!(stage.failed(&child), ExitReason::Failed("the well is dry".into()));
}

#[lunatic::test]
fn a_child_that_panics_says_what_and_where(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let child = stage.spawn_actor(Who::A);
    child.handle.send(Cue::Panic);
    match stage.failed(&child) {
        ExitReason::Panicked(why) => {
            assert!(why.starts_with("on cue, at "), "{why}");
            assert!(why.contains("cast.rs:"), "{why}");
        }
        other => panic!("expected a panic, got {other:?}"),
    }
}

#[lunatic::test]
fn a_child_that_is_killed_says_nothing(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let child = stage.spawn_actor(Who::A);
    child.handle.kill();
    assert_eq!(stage.failed(&child), ExitReason::Untold);
}

#[lunatic::test]
fn each_reason_belongs_to_its_own_death(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let [a, b] = [Who::A, Who::B].map(|who| stage.spawn_actor(who));
    a.handle.send(Cue::FailBecause("a".into()));
    assert_eq!(stage.failed(&a), ExitReason::Failed("a".into()));
    b.handle.send(Cue::FailBecause("b".into()));
    assert_eq!(stage.failed(&b), ExitReason::Failed("b".into()));
    assert_eq!(stage.inbox.exit_reason(a.tag), ExitReason::Untold, "only the last death's words are kept");
}
