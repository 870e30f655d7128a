//! Whom a death takes along, and whom it leaves behind.

use std::time::Duration;

use lunatic::Mailbox;
use umbra_otp::{Handle, Inbox, Incoming, ProcessId, Wire};

use crate::cast::{Cue, LIMITS, MAY_SPAWN, Report, Stage, Who, actor, play_of_three};

fn waits_elsewhere(stage: Handle<Report>) {
    stage.send(Report::Number(ProcessId::this().0 as u32));
    lunatic::sleep(Duration::from_secs(3600));
}

/// Has one child that waits for its mailbox and one that waits for something else. Ends as it is told.
fn parent(stage: Handle<Report>, mut inbox: Inbox<Cue>) {
    umbra_otp::spawn_link((Who::B, stage), actor, &LIMITS).expect("there is room for a process");
    umbra_otp::spawn_link_plain(stage, waits_elsewhere, &LIMITS).expect("there is room for a process");
    match inbox.receive() {
        Incoming::Message(Cue::Panic) => panic!("on cue"),
        Incoming::Message(Cue::EndNormally) => {}
        other => panic!("expected a cue, got {other:?}"),
    }
}

/// The parent, and its two children as they report.
fn family(stage: &mut Stage) -> (Handle<Cue>, Handle<Cue>, Handle<()>) {
    let handle = stage.handle();
    let parent = umbra_otp::spawn(handle, parent, &MAY_SPAWN).expect("there is room for a process");
    let (mut listening, mut elsewhere) = (None, None);
    for _ in 0..2 {
        match stage.report() {
            Report::Up(Who::B, handle) => listening = Some(handle),
            Report::Number(id) => elsewhere = Some(ProcessId(id.into()).handle()),
            other => panic!("expected a child, got {other:?}"),
        }
    }
    let children = listening.zip(elsewhere).expect("one of each");
    (parent, children.0, children.1)
}

#[lunatic::test]
fn the_failure_of_a_parent_takes_its_children_wherever_they_wait(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for killed in [true, false] {
        let (parent, listening, elsewhere) = family(&mut stage);
        stage.inbox.monitor(listening);
        stage.inbox.monitor(elsewhere);
        if killed {
            parent.kill();
        } else {
            parent.send(Cue::Panic);
        }
        for _ in 0..2 {
            assert!(matches!(stage.next(), Incoming::Down(_)));
        }
        assert_eq!(stage.inbox.monitors(), 0);
    }
}

#[lunatic::test]
fn the_normal_end_of_a_parent_leaves_its_children_alone(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (parent, listening, elsewhere) = family(&mut stage);
    stage.inbox.monitor(parent);
    parent.send(Cue::EndNormally);
    stage.down(ProcessId::of(&parent));
    listening.send(Cue::Stop);
    stage.stopping(Who::B);
    assert!(ProcessId::of(&elsewhere).is_alive());
    elsewhere.kill();
}

#[lunatic::test]
fn a_supervisor_that_is_killed_takes_all_its_children(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let supervisor = stage.perform(play_of_three(umbra_otp::Strategy::OneForOne));
    let children = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    for child in children {
        stage.inbox.monitor(child);
    }
    supervisor.handle.kill();
    stage.failed(&supervisor);
    for _ in 0..3 {
        assert!(matches!(stage.next(), Incoming::Down(_)));
    }
    assert_eq!(stage.inbox.monitors(), 0);
}
