//! Children of a supervisor that end, hang, refuse or cling to life.

use std::time::Duration;

use lunatic::Mailbox;
use umbra_otp::{
    Ack, ChildSpec, ExitReason, Handle, Inbox, ProcessId, Restart, Shutdown, Strategy, Supervisor, SupervisorMessage,
    Wire,
};

use crate::cast::{Cue, LIMITS, Manner, PATIENT, Part, Play, Report, Stage, WAITED_FOR, Who, part, play_of_three};

fn solo(part: Part) -> Play {
    Play { strategy: Strategy::OneForOne, intensity: PATIENT, parts: vec![part] }
}

fn reason_of_failed_start(stage: &mut Stage, play: Play) -> String {
    let supervisor = stage.perform(play);
    match stage.failed(&supervisor) {
        ExitReason::Failed(why) => why,
        other => panic!("the supervisor should say why it failed, not {other:?}"),
    }
}

#[lunatic::test]
fn a_permanent_child_that_ends_normally_is_restarted(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    stage.perform(solo(part(Who::A)));
    let a = stage.up(Who::A);
    a.send(Cue::EndNormally);
    let again = stage.up(Who::A);
    assert_ne!(a, again);
}

#[lunatic::test]
fn a_transient_child_is_restarted_after_a_failure_but_not_after_a_normal_end(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut play = play_of_three(Strategy::OneForOne);
    play.parts[0].restart = Restart::Transient;
    let supervisor = stage.perform(play);
    let [a, b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    a.send(Cue::FailBecause("out of ink".into()));
    let a = stage.up(Who::A);
    stage.inbox.monitor(a);
    a.send(Cue::EndNormally);
    stage.down(ProcessId::of(&a));
    // B's restart comes after A's end in the supervisor's eyes: if it restarted A, A would be up first.
    b.send(Cue::Panic);
    stage.up(Who::B);
    supervisor.handle.send(SupervisorMessage::Stop);
    stage.stopping(Who::C);
    stage.stopping(Who::B);
    stage.ended(&supervisor);
}

#[lunatic::test]
fn a_temporary_child_is_never_restarted(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for fatal in [Cue::Panic, Cue::EndNormally] {
        let mut play = play_of_three(Strategy::OneForAll);
        play.parts[1].restart = Restart::Temporary;
        let supervisor = stage.perform(play);
        let [a, b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
        stage.inbox.monitor(b);
        b.send(fatal);
        stage.down(ProcessId::of(&b));
        // Not even together with the others.
        a.send(Cue::Panic);
        stage.stopping(Who::C);
        stage.up(Who::A);
        stage.up(Who::C);
        supervisor.handle.send(SupervisorMessage::Stop);
        stage.stopping(Who::C);
        stage.stopping(Who::A);
        stage.ended(&supervisor);
    }
}

#[lunatic::test]
fn a_child_that_will_not_stop_is_killed_at_its_deadline(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut play = play_of_three(Strategy::OneForOne);
    play.parts[1].manners = vec![Manner::NeverStops];
    play.parts[1].shutdown = Shutdown::Deadline(WAITED_FOR);
    let supervisor = stage.perform(play);
    let [_a, b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    supervisor.handle.send(SupervisorMessage::Stop);
    for who in [Who::C, Who::B, Who::A] {
        stage.stopping(who);
    }
    stage.ended(&supervisor);
    assert!(!ProcessId::of(&b).is_alive());
}

#[lunatic::test]
fn a_child_to_be_killed_is_not_asked(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut play = play_of_three(Strategy::OneForOne);
    play.parts[1].shutdown = Shutdown::Kill;
    let supervisor = stage.perform(play);
    let [_a, b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    supervisor.handle.send(SupervisorMessage::Stop);
    stage.stopping(Who::C);
    stage.stopping(Who::A);
    stage.ended(&supervisor);
    assert!(!ProcessId::of(&b).is_alive());
}

#[lunatic::test]
fn a_death_during_the_first_start_stops_the_others_and_fails_the_supervisor(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for (manner, why) in [
        (Manner::PanicsBeforeStarted, "failed (panicked: stage fright"),
        (Manner::EndsBeforeStarted, "ended normally before it had started"),
        (Manner::RefusesToStart, "the port is taken"),
    ] {
        let mut play = play_of_three(Strategy::OneForOne);
        play.parts[1].manners = vec![manner];
        let supervisor = stage.perform(play);
        stage.up(Who::A);
        stage.stopping(Who::A);
        let reason = stage.failed(&supervisor).to_string();
        assert!(reason.starts_with("child b could not be started: "), "{reason}");
        assert!(reason.contains(why), "{reason}");
    }
}

#[lunatic::test]
fn a_death_during_a_restart_is_one_more_restart(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for (max_restarts, comes_back) in [(2, true), (1, false)] {
        let mut play = play_of_three(Strategy::RestForOne);
        play.intensity.max_restarts = max_restarts;
        play.parts[1].manners = vec![Manner::BehavesWell, Manner::PanicsBeforeStarted, Manner::BehavesWell];
        let supervisor = stage.perform(play);
        let [_a, b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
        b.send(Cue::Panic);
        stage.stopping(Who::C);
        if comes_back {
            stage.up(Who::B);
            stage.up(Who::C);
            supervisor.handle.send(SupervisorMessage::Stop);
            for who in [Who::C, Who::B, Who::A] {
                stage.stopping(who);
            }
            stage.ended(&supervisor);
        } else {
            stage.stopping(Who::A);
            stage.failed(&supervisor);
        }
    }
}

#[lunatic::test]
fn a_start_that_is_never_answered_is_given_up_at_its_deadline(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut play = play_of_three(Strategy::OneForOne);
    play.parts[1].manners = vec![Manner::NeverAnswersItsStart];
    play.parts[1].start_deadline = WAITED_FOR;
    let supervisor = stage.perform(play);
    stage.up(Who::A);
    let b = stage.up(Who::B);
    stage.stopping(Who::A);
    let reason = stage.failed(&supervisor);
    assert_eq!(
        reason,
        ExitReason::Failed("child b could not be started: did not acknowledge its start within 1s".into())
    );
    assert!(!ProcessId::of(&b).is_alive());
}

#[lunatic::test]
fn a_restart_that_is_never_answered_is_tried_again_without_it(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut play = play_of_three(Strategy::OneForOne);
    play.parts[1].manners = vec![Manner::BehavesWell, Manner::NeverAnswersItsStart, Manner::BehavesWell];
    play.parts[1].start_deadline = WAITED_FOR;
    stage.perform(play);
    let [_a, b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    b.send(Cue::Panic);
    let silent = stage.up(Who::B);
    let answering = stage.up(Who::B);
    assert!(!ProcessId::of(&silent).is_alive());
    assert!(ProcessId::of(&answering).is_alive());
}

#[lunatic::test]
fn a_child_that_the_runtime_refuses_fails_the_supervisor_in_words(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut a = part(Who::A);
    a.limits = Some(1);
    let reason = reason_of_failed_start(&mut stage, solo(a));
    assert!(reason.contains("the runtime refused a process"), "{reason}");
}

fn listen((stage, ack): (Handle<Report>, Ack)) {
    stage.send(Report::Text("listening".into()));
    ack.started();
    lunatic::sleep(Duration::from_secs(3600));
}

fn supervise_a_listener(stage: Handle<Report>, inbox: Inbox<SupervisorMessage>) {
    let start = move |starter: &mut umbra_otp::Starter<'_>| starter.link_plain((stage, starter.ack()), listen, &LIMITS);
    Supervisor::new(Strategy::OneForOne, PATIENT)
        .child(ChildSpec::new("listener", start))
        .run(inbox, || stage.send(Report::Text("all started".into())));
}

#[lunatic::test]
fn a_child_without_a_mailbox_is_stopped_by_a_kill(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let handle = stage.handle();
    let supervisor = stage
        .inbox
        .spawn_link(handle, supervise_a_listener, &crate::cast::MAY_SPAWN)
        .expect("there is room for a process");
    assert_eq!(stage.report(), Report::Text("listening".into()));
    assert_eq!(stage.report(), Report::Text("all started".into()));
    supervisor.handle.send(SupervisorMessage::Stop);
    stage.ended(&supervisor);
}
