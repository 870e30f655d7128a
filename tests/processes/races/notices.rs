//! Deaths and the news of them: of a socket that could not say goodbye, and of a process that is a former one by now.

use lunatic::Mailbox;
use serde_json::Value;
use umbra::process::JOURNAL;
use umbra::process::messages::{FromRoom, JournalMessage, RoomMessage, UserMessage};
use umbra_machine::room::{Command, OpId};
use umbra_otp::{Handle, Inbox, ProcessId, Wire, names, spawn};
use umbra_protocol::{ClientMessage, CloseCode, Event, LeaveReason, OkBody, Seat};

use crate::client::{Client, reader_of};
use crate::lone_room::{LoneRoom, join, uid};
use crate::player::{Player, say_hello};
use crate::server::{self, settings};
use crate::stage::{LIMITS, Report, Stage};
use crate::table::{action, in_game};

/// A client's text message as JSON.
fn next(client: &mut Client) -> Value {
    serde_json::from_str(&client.next()).expect("JSON")
}

#[lunatic::test]
fn the_close_handler_never_ran(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    for reader_dies in [false, true] {
        let mut ann = Player::guest(&mut stage, "Ann");
        let room_id = ann.create(&mut stage, "relay", Some(2)).room_id.0;
        let (mut bob, socket) = Client::connect(&mut stage, &settings());
        bob.say(r#"{"id":"HELLO","ref":1,"body":{"userName":"Bob"}}"#);
        let hello = next(&mut bob)["body"].clone();
        bob.say(&format!(r#"{{"id":"ROOM_JOIN","ref":1,"body":{{"roomId":"{room_id}"}}}}"#));
        bob.say(r#"{"id":"ROOM_READY","ref":2,"body":{"ready":true}}"#);
        bob.next_that_begins(r#"{"id":"OK","ref":2"#);
        ann.does(&mut stage, ClientMessage::GameStart);
        let started: Value = serde_json::from_str(&bob.next_that_begins(r#"{"id":"GAME_STARTED""#)).expect("JSON");
        ann.news(&mut stage);

        // Whether this is heard before the end is up to the scheduler; it must be carried out once either way.
        bob.say(r#"{"id":"GAME_ACTION","ref":3,"body":{"action":"b"}}"#);
        let reader = reader_of(&mut stage, socket);
        // A native connection has no reader: there it is the socket that dies.
        reader.filter(|_| reader_dies).unwrap_or(ProcessId::of(&socket)).kill();
        assert_eq!(bob.end(), None, "nobody said goodbye");
        stage.expect_end(ProcessId::of(&socket));
        reader.into_iter().for_each(|reader| stage.expect_end(reader));
        let mut seen = Vec::new();
        while !matches!(seen.last(), Some(Event::UserOffline { .. })) {
            seen.push(ann.told(&mut stage));
        }
        seen.extend(ann.does(&mut stage, action(r#""a""#)));

        let (mut bob, _) = Client::connect(&mut stage, &settings());
        let resume =
            serde_json::json!({ "session": hello["session"], "epoch": hello["epoch"], "lastSeq": started["seq"] });
        bob.say(&format!(r#"{{"id":"HELLO","ref":1,"body":{resume}}}"#));
        let again = next(&mut bob)["body"].clone();
        assert_eq!((&again["resumed"], &again["uid"]), (&Value::Bool(true), &hello["uid"]));
        bob.say(r#"{"id":"GAME_ACTION","ref":3,"body":{"action":"b"}}"#);
        bob.say(r#"{"id":"CHAT_SEND","ref":4,"body":{"text":"done"}}"#);
        let (mut told, mut answers) = (Vec::new(), 0);
        loop {
            let frame = next(&mut bob);
            match frame["id"].as_str() {
                Some("OK") if frame["ref"] == 4 => break,
                Some("OK") => answers += 1,
                _ => told.push(frame),
            }
        }
        assert_eq!(answers, 1, "the answer to the action");
        let first = started["seq"].as_u64().expect("a number");
        let seqs: Vec<_> = told.iter().map(|event| event["seq"].as_u64().expect("a number") - first).collect();
        assert_eq!(seqs, (1..=told.len() as u64).collect::<Vec<_>>(), "nothing missed and nothing twice");
        let values: Vec<_> = told
            .iter()
            .filter(|event| event["id"] == "GAME_EVENT")
            .map(|event| event["body"]["event"]["value"].clone())
            .collect();
        assert!(values == ["a", "b"] || values == ["b", "a"], "{values:?}");
        seen.extend(ann.news(&mut stage));
        let ids: Vec<_> = told.iter().map(|event| event["id"].as_str().expect("an id")).collect();
        assert_eq!(crate::player::ids(&seen), ids, "both were told the same");
        assert_eq!(ids.iter().filter(|id| **id == "USER_OFFLINE").count(), 1);
        assert_eq!(ids.iter().filter(|id| **id == "USER_ONLINE").count(), 1);
        ann.does(&mut stage, ClientMessage::RoomLeave);
    }
}

/// A journal that keeps nothing. While there is none, a room does not go on: so a test stops it and lets it go on.
fn forgetful(_: (), mut inbox: Inbox<JournalMessage>) {
    loop {
        inbox.receive();
    }
}

fn new_journal() -> Handle<JournalMessage> {
    let journal = spawn((), forgetful, &LIMITS).expect("there is room for a process");
    names::register(JOURNAL, journal);
    journal
}

/// Waits for what a room says to a user, up to an event or a reply that `wanted` takes; gives the events.
fn hears(stage: &mut Stage, user: Handle<UserMessage>, wanted: impl Fn(&FromRoom) -> bool) -> Vec<String> {
    let mut events = Vec::new();
    loop {
        if let UserMessage::Room { said, .. } = stage.user_hears(user) {
            for what in said {
                if let FromRoom::Event(event) = &what {
                    events.push(event.id().to_owned());
                }
                if wanted(&what) {
                    return events;
                }
            }
        }
    }
}

#[lunatic::test]
fn stale_death_notice_of_a_former_user_or_socket_at_a_room(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    for known_dead_first in [false, true] {
        let journal = new_journal();
        let lone = LoneRoom::new(&mut stage);
        let (old, new) = (stage.puppet::<UserMessage>(), stage.puppet::<UserMessage>());
        lone.command("bob", old, 1, join("bob"));
        assert!(lone.reply(&mut stage, old, 1).is_ok());
        hears(&mut stage, lone.ann, |what| matches!(what, FromRoom::Event(event) if event.id() == "USER_JOINED"));

        // The room stops at this word of Ann's, and what comes meanwhile waits in its mailbox in the order of this test.
        journal.kill();
        stage.expect_end(ProcessId::of(&journal));
        lone.command("ann", lone.ann, 2, Command::Chat { text: "one".into() });
        let ready = Command::Ready { ready: true };
        if !known_dead_first {
            lone.command("bob", new, 1, ready.clone());
        }
        old.kill();
        stage.expect_end(ProcessId::of(&old));
        if known_dead_first {
            lone.command("bob", new, 1, ready);
        }
        new_journal();

        let outcome = lone.reply(&mut stage, new, 1);
        lone.command("ann", lone.ann, 3, Command::Chat { text: "two".into() });
        let told = hears(&mut stage, lone.ann, |what| matches!(what, FromRoom::Reply(OpId(3), _)));
        let seen = stage.see_room(lone.room);
        let ann = (uid("ann"), ProcessId::of(&lone.ann));
        if known_dead_first {
            assert_eq!(told, ["CHAT", "USER_LEFT", "CHAT"], "a crash, once");
            assert!(outcome.is_err(), "nobody of that uid is here any more");
            assert_eq!((seen.members, seen.monitors), (vec![ann], 1));
        } else {
            assert_eq!(told, ["CHAT", "USER_READY", "CHAT"], "nobody has died of whom the room has heard since");
            assert_eq!(outcome, Ok(OkBody::Empty));
            assert_eq!(seen.members, [ann, (uid("bob"), ProcessId::of(&new))]);
            assert_eq!(seen.monitors, 2, "the old process is watched no more");
        }
        lone.room.send(RoomMessage::Stop);
    }
}

#[lunatic::test]
fn stale_death_notice_of_a_former_user_or_socket_at_a_user(mailbox: Mailbox<Report, Wire>) {
    let mut stage = Stage::new(mailbox);
    server::start(&mut stage, settings());
    let [mut ann, mut bob] = in_game(&mut stage, "relay", ["Ann", "Bob"]);
    for round in 0..60 {
        let socket = stage.puppet();
        // The newer connection is on its way to the user and the older one dies: the user hears of the one, then of the
        // other, or the other way round. In every third round the older one dies long after.
        let late = round % 3 == 0;
        say_hello(socket, bob.resume());
        if !late {
            bob.socket.kill();
        }
        let mut newer = Player::behind_hello(&mut stage, socket);
        assert!(newer.hello.resumed);
        if late {
            assert_eq!(bob.expect_close(&mut stage), CloseCode::Replaced);
            bob.socket.kill();
        }
        stage.expect_end(ProcessId::of(&bob.socket));
        newer.take_up(&bob);
        let before = newer.news(&mut stage);
        let said = ann.does(&mut stage, action(&round.to_string()));
        let (last, seen) = said.split_last().expect("what Ann sent");
        let ids = crate::player::ids(seen);
        assert!(ids.is_empty() || (!late && ids == ["USER_OFFLINE", "USER_ONLINE"]), "round {round}: {ids:?}");
        assert_eq!(before, seen, "Bob was told the same");
        assert_eq!(newer.told(&mut stage), *last, "round {round}: the newer one is spoken to");
        let user = stage.see_user(newer.user);
        assert_eq!((user.sockets, user.monitors), (vec![newer.key()], 2), "round {round}: its socket and its room");
        bob = newer;
    }
    // None of these is taken for the end of the newest.
    let left = Event::UserLeft { seat: Some(Seat(1)), uid: bob.uid(), reason: LeaveReason::Fled };
    bob.does(&mut stage, ClientMessage::RoomLeave);
    assert_eq!(ann.news(&mut stage), [left]);
}
