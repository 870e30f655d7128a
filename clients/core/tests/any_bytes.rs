//! Arbitrary and mutated bytes from a server: the client tells its program and comes back clean; it never panics, never leaves an
//! action without its one answer, and never tells an event twice.

mod frames;
mod scripted;

use frames::{chat, hello_ok, leave, ok, resync};
use proptest::prelude::*;
use scripted::Scripted;
use umbra_client_core::protocol::*;
use umbra_client_core::{ClientEvent, Machine, Payload};

/// A real frame, or what has become of one.
#[derive(Clone, Debug)]
enum Said {
    Frame(ServerFrame),
    /// Cut off after so many bytes.
    CutOff(ServerFrame, prop::sample::Index),
    /// With one byte another.
    Changed(ServerFrame, prop::sample::Index, u8),
    /// With bytes between.
    Stuffed(ServerFrame, prop::sample::Index, Vec<u8>),
    /// With a number of it another: `"seq":2` or eight bytes.
    Renumbered(ServerFrame, u64),
    Bytes(Vec<u8>),
    Text(String),
    /// In a frame of the other kind.
    OtherKind(ServerFrame),
    /// Between them the program and the network do something.
    Ask,
    Cut,
    TimePasses(u16),
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..5, Just(limits::INTEGER_MAX), Just(limits::INTEGER_MAX + 1), Just(u64::MAX), any::<u64>()]
}

fn room() -> impl Strategy<Value = Option<Box<RoomSnapshot>>> {
    let view =
        prop_oneof![Just("null".to_owned()), Just("[".repeat(60) + &"]".repeat(60)), Just(r#"{"a":[1,"é"]}"#.into())];
    prop::option::of(view.prop_map(|view| {
        Box::new(RoomSnapshot {
            room_id: RoomId("ABCDEF".into()),
            game: "relay".into(),
            phase: Phase::InGame,
            host: Uid("ann".into()),
            private: true,
            seats: 2,
            options: GameValue::trusted("{}".into()),
            players: vec![],
            spectators: vec![],
            my_seat: Some(Seat(0)),
            turn: None,
            view: Some(GameValue::trusted(view)),
            last_outcome: None,
        })
    }))
}

fn frame() -> impl Strategy<Value = ServerFrame> {
    prop_oneof![
        (number(), any::<bool>(), number()).prop_map(|(epoch, resumed, last_ref)| hello_ok(epoch, resumed, last_ref)),
        number().prop_map(chat),
        (1u64..6).prop_map(chat),
        (number(), number()).prop_map(|(epoch, seq)| resync(epoch, seq)),
        number().prop_map(ok),
        room().prop_map(|room| ServerFrame::Event { seq: 1, event: Event::Resync { epoch: 2, room } }),
        (prop::option::of(number()), "\\PC{0,20}").prop_map(|(reference, text)| ServerFrame::Error {
            reference,
            error: WireError::new(ErrorCode::ServerFull, text)
        }),
        number().prop_map(|ms| ServerFrame::Control(Control::ServerDraining { reconnect_after_ms: ms })),
        (any::<i64>(), number()).prop_map(|(client_time_ms, server_time_ms)| {
            ServerFrame::Control(Control::Pong { client_time_ms, server_time_ms })
        }),
        Just(ServerFrame::Ok { reference: Some(1), body: OkBody::Rooms(vec![]) }),
        Just(ServerFrame::Ok { reference: None, body: OkBody::Answer(GameValue::trusted("[1]".into())) }),
    ]
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        8 => frame().prop_map(Said::Frame),
        2 => (frame(), any::<prop::sample::Index>()).prop_map(|(frame, at)| Said::CutOff(frame, at)),
        3 => (frame(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(frame, at, to)| Said::Changed(frame, at, to)),
        1 => (frame(), any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 1..9))
            .prop_map(|(frame, at, bytes)| Said::Stuffed(frame, at, bytes)),
        2 => (frame(), number()).prop_map(|(frame, number)| Said::Renumbered(frame, number)),
        1 => prop::collection::vec(any::<u8>(), 0..200).prop_map(Said::Bytes),
        1 => "\\PC{0,100}".prop_map(Said::Text),
        1 => frame().prop_map(Said::OtherKind),
        3 => Just(Said::Ask),
        1 => Just(Said::Cut),
        3 => any::<u16>().prop_map(Said::TimePasses),
    ]
}

fn payload(subprotocol: Subprotocol, frame: &ServerFrame) -> Payload<'static> {
    match subprotocol {
        Subprotocol::Json => Payload::Text(encode_server_json(frame).into()),
        Subprotocol::Bincode => Payload::Binary(encode_server_binary(frame).into()),
    }
}

/// The frame with its bytes changed; text stays text.
fn mutated(subprotocol: Subprotocol, frame: &ServerFrame, change: impl FnOnce(&mut Vec<u8>)) -> Payload<'static> {
    match payload(subprotocol, frame) {
        Payload::Text(text) => {
            let mut bytes = text.into_owned().into_bytes();
            change(&mut bytes);
            Payload::Text(String::from_utf8_lossy(&bytes).into_owned().into())
        }
        Payload::Binary(bytes) => {
            let mut bytes = bytes.into_owned();
            change(&mut bytes);
            Payload::Binary(bytes.into())
        }
    }
}

fn renumber(bytes: &mut [u8], number: u64) {
    // In bincode most frames have their first number after the frame's own.
    if let Some(place) = bytes.get_mut(4..12) {
        place.copy_from_slice(&number.to_le_bytes());
    }
}

struct World {
    subprotocol: Subprotocol,
    client: Scripted,
    asked: Vec<u64>,
    answered: Vec<u64>,
    epoch: u64,
    told: Vec<(u64, u64)>,
    last_told: Option<ClientEvent>,
}

impl World {
    fn say(&mut self, said: Said) {
        let subprotocol = self.subprotocol;
        let payload = match said {
            Said::Frame(frame) => payload(subprotocol, &frame),
            Said::CutOff(frame, at) => mutated(subprotocol, &frame, |bytes| bytes.truncate(at.index(bytes.len()))),
            Said::Changed(frame, at, to) => mutated(subprotocol, &frame, |bytes| {
                let at = at.index(bytes.len());
                bytes[at] = to;
            }),
            Said::Stuffed(frame, at, more) => mutated(subprotocol, &frame, |bytes| {
                let at = at.index(bytes.len());
                bytes.splice(at..at, more);
            }),
            Said::Renumbered(frame, number) => mutated(subprotocol, &frame, |bytes| match subprotocol {
                Subprotocol::Bincode => renumber(bytes, number),
                Subprotocol::Json => {
                    let text = String::from_utf8_lossy(bytes).replacen(":1", &format!(":{number}"), 1);
                    *bytes = text.into_bytes();
                }
            }),
            Said::Bytes(bytes) => Payload::Binary(bytes.into()),
            Said::Text(text) => Payload::Text(text.into()),
            Said::OtherKind(frame) => payload(
                match subprotocol {
                    Subprotocol::Json => Subprotocol::Bincode,
                    Subprotocol::Bincode => Subprotocol::Json,
                },
                &frame,
            ),
            Said::Ask => {
                if let Ok(reference) = self.client.send(leave()) {
                    self.asked.push(reference);
                }
                return;
            }
            Said::Cut => {
                let now = self.client.now;
                self.client.machine.cut(now);
                return self.client.settle();
            }
            Said::TimePasses(ms) => return self.client.pass(std::time::Duration::from_millis(ms.into())),
        };
        self.client.take_payload(payload);
    }

    /// What must hold whatever was said.
    fn look(&mut self) -> Result<(), TestCaseError> {
        for (reference, _) in self.client.take_results() {
            prop_assert!(self.asked.contains(&reference) && !self.answered.contains(&reference), "{reference} once");
            self.answered.push(reference);
        }
        for event in self.client.take_told() {
            prop_assert!(!matches!(self.last_told, Some(ClientEvent::Closed(_))), "{event:?} after the last word");
            // Whoever was told of something unreadable is told of the loss, too.
            if let Some(ClientEvent::Unreadable { .. }) = self.last_told {
                prop_assert!(matches!(event, ClientEvent::Offline { retry_in: Some(_), .. }), "{event:?}");
            }
            match &event {
                ClientEvent::Sync { .. } => {
                    self.epoch += 1;
                    self.told.clear();
                }
                ClientEvent::Event { seq, .. } => {
                    prop_assert!(self.told.iter().all(|(_, before)| before < seq), "{seq} again");
                    self.told.push((self.epoch, *seq));
                }
                _ => {}
            }
            // A home must be able to say it to a page.
            let json: serde_json::Value = serde_json::from_str(&event.to_json()).expect("it is JSON");
            prop_assert!(json["type"].is_string());
            self.last_told = Some(event);
        }
        Ok(())
    }

    /// A sane server at last: unless the client has ended, it comes back and works.
    fn recovers(&mut self) -> Result<(), TestCaseError> {
        let now = self.client.now;
        self.client.machine.cut(now);
        self.client.settle();
        self.look()?;
        if self.client.machine.is_ended() {
            prop_assert_eq!(self.answered.len(), self.asked.len(), "the end answers all");
            return Ok(());
        }
        self.client.come_back();
        let welcome = payload(self.subprotocol, &hello_ok(77, false, self.asked.len() as u64));
        self.client.take_payload(welcome);
        self.look()?;
        let reference = self.client.send(leave()).expect("it is alive");
        self.asked.push(reference);
        for reference in self.asked.clone() {
            self.client.take_payload(payload(self.subprotocol, &ok(reference)));
        }
        self.look()?;
        prop_assert!(self.answered.contains(&reference), "it works again");
        Ok(())
    }
}

fn whatever_is_said(subprotocol: Subprotocol, seed: u64, online: bool, said: Vec<Said>) -> Result<(), TestCaseError> {
    let machine = Machine::new(frames::ann(), true, seed).speaking(subprotocol);
    let (asked, answered, told) = (Vec::new(), Vec::new(), Vec::new());
    let client = Scripted::new(machine);
    let mut world = World { subprotocol, client, asked, answered, epoch: 0, told, last_told: None };
    world.client.connect();
    if online {
        world.client.take_payload(payload(subprotocol, &hello_ok(1, false, 0)));
    }
    world.look()?;
    for said in said {
        if !world.client.is_connected() && !world.client.machine.is_ended() {
            world.client.come_back();
        }
        world.say(said);
        world.look()?;
    }
    world.recovers()
}

proptest! {
    // PROPTEST_CASES says how many; as many as there is time for make a fuzzing of it.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_server_says_in_json_the_client_survives(seed: u64, online: bool, said in prop::collection::vec(said(), 0..40)) {
        whatever_is_said(Subprotocol::Json, seed, online, said)?;
    }

    #[test]
    fn whatever_a_server_says_in_bincode_the_client_survives(seed: u64, online: bool, said in prop::collection::vec(said(), 0..40)) {
        whatever_is_said(Subprotocol::Bincode, seed, online, said)?;
    }
}
