//! A supervisor under a supervisor is a child like any other.

use lunatic::Mailbox;
use umbra_otp::{
    Ack, Child, ChildSpec, ExitReason, Handle, Inbox, Starter, Strategy, Supervisor, SupervisorMessage, Wire,
};

use crate::cast::{self, Cue, MAY_SPAWN, PATIENT, Report, Stage, Who, part, play_of_three};

fn inner((stage, ack): (Handle<Report>, Ack), inbox: Inbox<SupervisorMessage>) {
    let mut play = play_of_three(Strategy::OneForOne);
    play.intensity.max_restarts = 0;
    play.parts = vec![part(Who::A), part(Who::B)];
    cast::perform(play, stage, inbox, || ack.started());
}

fn outer(stage: Handle<Report>, inbox: Inbox<SupervisorMessage>) {
    let start = move |starter: &mut Starter<'_>| {
        starter.link((stage, starter.ack()), inner, &MAY_SPAWN, || SupervisorMessage::Stop)
    };
    Supervisor::new(Strategy::OneForOne, PATIENT)
        .child(ChildSpec::new("inner", start))
        .run(inbox, || stage.send(Report::Text("all started".into())));
}

fn start(stage: &mut Stage) -> (Child<SupervisorMessage>, [Handle<Cue>; 2]) {
    let handle = stage.handle();
    let outer = stage.inbox.spawn_link(handle, outer, &MAY_SPAWN).expect("there is room for a process");
    let children = [Who::A, Who::B].map(|who| stage.up(who));
    assert_eq!(stage.report(), Report::Text("all started".into()));
    (outer, children)
}

#[lunatic::test]
fn a_stop_of_the_root_reaches_every_leaf(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (outer, _) = start(&mut stage);
    outer.handle.send(SupervisorMessage::Stop);
    stage.stopping(Who::B);
    stage.stopping(Who::A);
    stage.ended(&outer);
}

#[lunatic::test]
fn a_supervisor_that_gives_up_is_restarted_by_its_own(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (_outer, [a, _b]) = start(&mut stage);
    a.send(Cue::Panic);
    stage.stopping(Who::B);
    stage.up(Who::A);
    stage.up(Who::B);
}

#[lunatic::test]
fn a_killed_root_takes_every_leaf(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let (outer, children) = start(&mut stage);
    for child in children {
        stage.inbox.monitor(child);
    }
    outer.handle.kill();
    assert_eq!(stage.failed(&outer), ExitReason::Untold);
    for _ in children {
        assert!(matches!(stage.next(), umbra_otp::Incoming::Down(_)));
    }
}
