//! What the user delivers, and what it is told of it.

use umbra_machine::session::{OutFrame, OutFrames};
use umbra_machine::socket::Effect;
use umbra_protocol::{CloseCode, Subprotocol};

use crate::{START_MS, ann, leave, signed_in, signed_in_with};

fn frame() -> OutFrames {
    [OutFrame { subprotocol: Subprotocol::Json, content: b"news" }].into_iter().collect()
}

#[test]
fn with_a_window_of_one_the_user_hears_of_each_batch_once_it_is_written_and_not_before() {
    let mut twin = signed_in();
    twin.deliver(START_MS, frame(), vec![2]);
    assert_eq!(twin.effects(), [Effect::Deliver { frames: frame(), answers: vec![2] }]);
    twin.delivered(START_MS, &[2]);
    assert_eq!(twin.effects(), [Effect::Drained { user: 7, batches: 1 }]);
}

#[test]
fn with_a_larger_window_the_user_hears_of_half_of_it_at_once() {
    let mut twin = signed_in_with(4);
    for n in 1..=2 {
        twin.deliver(START_MS, frame(), Vec::new());
        twin.effects();
        twin.delivered(START_MS, &[]);
        let told = if n < 2 { Vec::new() } else { vec![Effect::Drained { user: 7, batches: 2 }] };
        assert_eq!(twin.effects(), told);
    }
}

#[test]
fn what_is_written_is_told_with_the_next_message_of_the_client() {
    let mut twin = signed_in_with(4);
    twin.deliver(START_MS, frame(), Vec::new());
    twin.delivered(START_MS, &[]);
    twin.effects();
    twin.heard(START_MS, [leave(2), leave(3)]);
    let drained = twin.effects().into_iter().map(|effect| match effect {
        Effect::Forward { drained, .. } => drained,
        other => panic!("expected what the client said, got {other:?}"),
    });
    assert_eq!(drained.collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn what_is_written_is_told_after_a_while_by_itself() {
    let mut twin = signed_in_with(4);
    twin.deliver(START_MS, frame(), Vec::new());
    twin.delivered(START_MS, &[]);
    twin.effects();
    let due_ms = twin.due_ms().expect("it does not keep it back for ever");
    twin.tick(due_ms, || None);
    assert_eq!(twin.effects(), [Effect::Drained { user: 7, batches: 1 }]);
    assert_eq!(twin.due_ms(), None);
}

#[test]
fn the_next_process_of_a_user_hears_nothing_of_what_the_former_delivered() {
    let mut twin = signed_in();
    twin.deliver(START_MS, frame(), Vec::new());
    twin.user_is_gone(START_MS);
    twin.admitted(START_MS, ann(8));
    twin.effects();
    twin.delivered(START_MS, &[]);
    assert_eq!(twin.effects(), []);
    twin.deliver(START_MS, frame(), Vec::new());
    twin.effects();
    twin.delivered(START_MS, &[]);
    assert_eq!(twin.effects(), [Effect::Drained { user: 8, batches: 1 }]);
}

#[test]
fn whatever_is_delivered_after_a_goodbye_is_dropped() {
    let mut twin = signed_in();
    twin.close(CloseCode::TooSlow);
    twin.effects();
    twin.deliver(START_MS, frame(), Vec::new());
    assert_eq!(twin.effects(), []);
}
