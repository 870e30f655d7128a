//! Who is restarted with whom, and how often before it is too often.

use lunatic::Mailbox;
use umbra_otp::{ExitReason, Intensity, ProcessId, Strategy, SupervisorMessage, Wire};

use crate::cast::{Cue, Report, Stage, Who, play_of_three};

#[lunatic::test]
fn children_start_in_order_and_stop_in_reverse(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let supervisor = stage.perform(play_of_three(Strategy::OneForOne));
    for who in [Who::A, Who::B, Who::C] {
        stage.up(who);
    }
    supervisor.handle.send(SupervisorMessage::Stop);
    for who in [Who::C, Who::B, Who::A] {
        stage.stopping(who);
    }
    stage.ended(&supervisor);
}

#[lunatic::test]
fn one_for_one_restarts_the_one_that_failed(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let supervisor = stage.perform(play_of_three(Strategy::OneForOne));
    let [_a, b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    b.send(Cue::Panic);
    let again = stage.up(Who::B);
    assert_ne!(b, again);
    supervisor.handle.send(SupervisorMessage::Stop);
    for who in [Who::C, Who::B, Who::A] {
        stage.stopping(who);
    }
    stage.ended(&supervisor);
}

#[lunatic::test]
fn one_for_all_restarts_everybody(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    stage.perform(play_of_three(Strategy::OneForAll));
    let [a, b, c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    b.send(Cue::Panic);
    stage.stopping(Who::C);
    stage.stopping(Who::A);
    let again = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    assert!(again.iter().all(|new| ![a, b, c].contains(new)));
}

#[lunatic::test]
fn rest_for_one_restarts_those_that_started_later(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let supervisor = stage.perform(play_of_three(Strategy::RestForOne));
    let [a, b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    b.send(Cue::Panic);
    stage.stopping(Who::C);
    stage.up(Who::B);
    stage.up(Who::C);
    assert!(ProcessId::of(&a).is_alive());
    supervisor.handle.send(SupervisorMessage::Stop);
    for who in [Who::C, Who::B, Who::A] {
        stage.stopping(who);
    }
    stage.ended(&supervisor);
}

#[lunatic::test]
fn two_deaths_at_once_are_two_restarts_for_children_on_their_own(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut play = play_of_three(Strategy::OneForOne);
    play.intensity.max_restarts = 2;
    let supervisor = stage.perform(play);
    let [a, _b, c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    a.kill();
    c.kill();
    // Whichever death the supervisor hears of first.
    let mut again = [stage.report(), stage.report()].map(|report| match report {
        Report::Up(who, _) => who,
        other => panic!("expected a restart, got {other:?}"),
    });
    again.sort_by_key(|who| *who as u8);
    assert_eq!(again, [Who::A, Who::C]);
    supervisor.handle.send(SupervisorMessage::Stop);
    for who in [Who::C, Who::B, Who::A] {
        stage.stopping(who);
    }
    stage.ended(&supervisor);
}

#[lunatic::test]
fn two_deaths_at_once_are_one_restart_for_children_that_go_together(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut play = play_of_three(Strategy::OneForAll);
    play.intensity.max_restarts = 1;
    let supervisor = stage.perform(play);
    let [a, _b, c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    // C first: it is the first to be stopped, and is to be dead by then.
    c.kill();
    a.kill();
    stage.stopping(Who::B);
    for who in [Who::A, Who::B, Who::C] {
        stage.up(who);
    }
    supervisor.handle.send(SupervisorMessage::Stop);
    for who in [Who::C, Who::B, Who::A] {
        stage.stopping(who);
    }
    stage.ended(&supervisor);
}

#[lunatic::test]
fn as_many_restarts_as_allowed_and_then_the_supervisor_fails(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let mut play = play_of_three(Strategy::OneForOne);
    play.intensity = Intensity { max_restarts: 2, period_ms: 600_000 };
    let supervisor = stage.perform(play);
    let [mut a, _b, _c] = [Who::A, Who::B, Who::C].map(|who| stage.up(who));
    for _borne in 0..2 {
        a.send(Cue::Panic);
        a = stage.up(Who::A);
    }
    a.send(Cue::Panic);
    stage.stopping(Who::C);
    stage.stopping(Who::B);
    let reason = stage.failed(&supervisor);
    assert_eq!(reason, ExitReason::Failed("more than 2 restarts within 600000 ms, the last for child a".into()));
}
