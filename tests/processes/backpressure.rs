//! Clients that do not read: they fill a bounded queue, are closed as too slow, and slow nobody else down.

use lunatic::Mailbox;
use umbra_machine::settings::Settings;
use umbra_otp::{ProcessId, Wire};
use umbra_protocol::{ClientMessage, CloseCode, Event, GameValue};

use crate::client::{Client, reader_of};
use crate::player::Player;
use crate::server::{self, settings};
use crate::stage::{Report, Stage};
use crate::table::{action, in_game};

/// Ann and Bob in game, with this many events kept; Bob has one batch under way and does not say that it is written.
fn bob_is_stuck(stage: &mut Stage, settings: Settings) -> [Player; 2] {
    server::start(stage, settings);
    let [mut ann, mut bob] = in_game(stage, "relay", ["Ann", "Bob"]);
    bob.drains = false;
    bob.batches = 0;
    ann.does(stage, action("0"));
    assert_eq!(bob.told(stage).id(), "GAME_EVENT");
    [ann, bob]
}

#[lunatic::test]
fn a_socket_gets_one_batch_at_a_time_and_what_waited_leaves_together(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let [mut ann, mut bob] = bob_is_stuck(&mut stage, settings());
    for n in 1..=20 {
        ann.does(&mut stage, action(&n.to_string()));
    }
    bob.drained();
    for n in 1..=20 {
        let relayed = format!(r#"{{"type":"RELAYED","seat":0,"n":{},"value":{n}}}"#, n + 1);
        assert_eq!(bob.told(&mut stage), Event::GameEvent { event: GameValue::trusted(relayed) });
    }
    assert_eq!(bob.batches, 2, "one while it was free, one for all that came meanwhile");
}

#[lunatic::test]
fn as_many_events_as_are_kept_may_wait_for_a_socket(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let [mut ann, mut bob] = bob_is_stuck(&mut stage, Settings { history_events_max: 8, ..settings() });
    for n in 1..=8 {
        ann.does(&mut stage, action(&n.to_string()));
    }
    bob.drains = true;
    bob.drained();
    let news = bob.news(&mut stage);
    assert_eq!(news.len(), 8, "{news:?}");
    assert_eq!(bob.closed, None);
}

#[lunatic::test]
fn one_event_more_than_is_kept_closes_as_too_slow(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let [mut ann, mut bob] = bob_is_stuck(&mut stage, Settings { history_events_max: 8, ..settings() });
    for n in 1..=9 {
        ann.does(&mut stage, action(&n.to_string()));
    }
    assert_eq!(bob.expect_close(&mut stage), CloseCode::TooSlow);
    assert_eq!(bob.batches, 1, "nothing more was heaped upon it");
    assert_eq!(ann.told(&mut stage).id(), "USER_OFFLINE");
    // Everything that is still kept can be had again; what was lost makes a new beginning.
    bob.come_back(&mut stage);
    assert!(!bob.hello.resumed);
    assert!(bob.hello.room.is_some());
}

#[lunatic::test]
fn a_batch_that_is_not_written_in_time_closes_as_too_slow(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let impatient = Settings { slow_socket_ms: 2_000, ..settings() };
    server::start(&mut stage, impatient);
    let mut bob = Player::guest(&mut stage, "Bob");
    bob.news(&mut stage);
    bob.drains = false;
    bob.batches = 0;
    let asked = bob.say(ClientMessage::RoomList { game: None });
    bob.reply(&mut stage, asked).1.expect("a list");
    bob.say(ClientMessage::RoomList { game: None });
    assert_eq!(bob.expect_close(&mut stage), CloseCode::TooSlow);
    assert_eq!(bob.batches, 1);
}

#[lunatic::test]
fn a_client_that_never_reads_is_cut_off_and_slows_nobody_down(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    let settings = Settings { close_timeout_ms: 100, write_timeout_ms: 100, slow_socket_ms: 3_000, ..settings() };
    server::start(&mut stage, settings.clone());
    let mut ann = Player::guest(&mut stage, "Ann");
    let room_id = ann.create(&mut stage, "relay", Some(2)).room_id;
    let (mut never_reads, socket) = Client::guest(&mut stage, &settings, "Bob");
    never_reads.say(&format!(r#"{{"id":"ROOM_JOIN","ref":1,"body":{{"roomId":"{room_id}"}}}}"#));
    never_reads.next_that_begins(r#"{"id":"OK","ref":1"#);
    never_reads.say(r#"{"id":"ROOM_READY","ref":2,"body":{"ready":true}}"#);
    never_reads.next_that_begins(r#"{"id":"OK","ref":2"#);
    ann.does(&mut stage, ClientMessage::GameStart);
    let reader = reader_of(&mut stage, socket);

    // More than the kernel's buffers hold. Each of Ann's actions is answered, whatever becomes of Bob.
    let value = format!(r#""{}""#, "x".repeat(12_000));
    stage.until("Bob is offline", |stage| {
        let events = ann.does(stage, action(&value));
        events.iter().any(|event| matches!(event, Event::UserOffline { .. })).then_some(())
    });
    stage.expect_end(ProcessId::of(&socket));
    reader.into_iter().for_each(|reader| stage.expect_end(reader));
    drop(never_reads);
}
