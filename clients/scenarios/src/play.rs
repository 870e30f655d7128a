//! SCENARIOS: plays one, step by step, on whatever stage.

use umbra_client_core::protocol::{ClientFrame, ClientMessage, Control, OkBody, ServerFrame, Subprotocol};
use umbra_client_core::{ClientError, ClientEvent, Payload, encode};

use crate::checks::plain;
use crate::{Scenario, Step, list, words};

/// A client with its program on one side and a scripted server on the other. Whatever is waited for comes within a generous
/// time, or the stage panics.
pub trait Stage {
    /// The encoding of its connections.
    fn subprotocol(&self) -> Subprotocol;

    // The server's side.

    /// Waits for a connection and lets it in.
    fn accept(&mut self);
    /// Waits for a connection and drops it before it is a WebSocket.
    fn refuse(&mut self);
    /// Waits for a message on the newest connection.
    fn receive(&mut self) -> ClientFrame;
    /// Says something on a connection; on one that has ended, to nobody.
    fn say(&mut self, connection: usize, payload: &Payload<'_>);
    /// Says many things on the newest connection, in few pieces.
    fn say_many(&mut self, payloads: &mut dyn Iterator<Item = Payload<'static>>) {
        let newest = self.accepted() - 1;
        payloads.for_each(|payload| self.say(newest, &payload));
    }
    /// Closes a connection with this code; one that has ended stays so.
    fn close(&mut self, connection: usize, code: u16);
    /// Drops the newest connection without a word.
    fn cut(&mut self);
    /// Waits for the client to hang up the newest connection; with which code, if it gave one. `PING`s are passed over.
    fn is_left(&mut self) -> Option<u16>;
    /// How many connections were accepted.
    fn accepted(&self) -> usize;

    // The program's side.

    /// Begins a client.
    fn connect(&mut self, scenario: &Scenario);
    /// Asks for something and does not wait.
    fn ask(&mut self, message: ClientMessage);
    /// Waits for what the program is told next.
    fn told(&mut self) -> ClientEvent;
    /// Waits until so much more was told, and forgets it.
    fn told_many(&mut self, count: usize) {
        (0..count).for_each(|_| drop(self.told()));
    }
    /// Waits for the answer to what was asked, counted from 1.
    fn answered(&mut self, asked: u64) -> Result<OkBody, ClientError>;
    /// Ends the client.
    fn leave(&mut self);
}

/// Plays every scenario, each on a stage of its own.
///
/// # Panics
/// If anything happens otherwise.
pub fn play_all<S: Stage>(mut stage: impl FnMut() -> S) {
    for scenario in list::all() {
        play(&scenario, &mut stage());
    }
}

/// Plays a scenario.
///
/// # Panics
/// If anything happens otherwise.
pub fn play(scenario: &Scenario, stage: &mut impl Stage) {
    for (number, step) in scenario.steps.iter().enumerate() {
        take(step, scenario, stage, &format!("{}, step {number}, {:?}", scenario.name, stage.subprotocol()));
    }
}

fn take(step: &Step, scenario: &Scenario, stage: &mut impl Stage, place: &str) {
    match step {
        Step::Accepts => stage.accept(),
        Step::Refuses => stage.refuse(),
        Step::Hears(wanted) => assert_eq!(hear(stage, |_| false), *wanted, "{place}"),
        Step::HearsPing { ack } => {
            let ping = hear(stage, |ping| ping.ack == Some(*ack));
            assert_eq!((ping.message.id(), ping.ack), ("PING", Some(*ack)), "{place}");
        }
        Step::Says(frame) => say(stage, newest(stage), frame),
        Step::SaysUnknown { seq } => stage.say(newest(stage), &words::unknown_event(stage.subprotocol(), *seq)),
        Step::SaysNonsense => stage.say(newest(stage), &words::nonsense(stage.subprotocol())),
        Step::SaysOn(connection, frame) => say(stage, *connection, frame),
        Step::Closes(code) => stage.close(newest(stage), *code),
        Step::ClosesOn(connection, code) => stage.close(*connection, *code),
        Step::Cuts => stage.cut(),
        Step::IsLeft(code) => assert_eq!(stage.is_left(), *code, "{place}"),
        Step::Connects => stage.connect(scenario),
        Step::Asks(message) => stage.ask(message.clone()),
        Step::IsTold(wanted) => assert_eq!(plain(stage.told()), plain(wanted.clone()), "{place}"),
        Step::IsAnswered(asked, wanted) => assert_eq!(stage.answered(*asked), *wanted, "{place}"),
        Step::Leaves => stage.leave(),
    }
}

fn newest(stage: &impl Stage) -> usize {
    stage.accepted() - 1
}

fn say(stage: &mut impl Stage, connection: usize, frame: &ServerFrame) {
    let payload = words::payload(stage.subprotocol(), frame);
    stage.say(connection, &payload);
}

/// The next message that is no `PING`, or that `enough` is content with. `PING`s are answered, as every server does.
fn hear(stage: &mut impl Stage, enough: impl Fn(&ClientFrame) -> bool) -> ClientFrame {
    loop {
        let frame = stage.receive();
        let ClientMessage::Ping { client_time_ms } = frame.message else { return frame };
        let pong = ServerFrame::Control(Control::Pong { client_time_ms, server_time_ms: 0 });
        say(stage, newest(stage), &pong);
        if enough(&frame) {
            return frame;
        }
    }
}

/// What a client says, read back as a server would.
pub(crate) fn read(payload: &Payload<'_>) -> ClientFrame {
    use umbra_client_core::protocol::{decode_client_binary, decode_client_json};

    let frame = match payload {
        Payload::Text(text) => decode_client_json(text),
        Payload::Binary(bytes) => decode_client_binary(bytes),
    };
    frame.expect("the client speaks the protocol")
}

/// What a client would put on the wire, read back: the twin's frames pass through the encoding, too.
pub(crate) fn through_the_wire(subprotocol: Subprotocol, frame: &ClientFrame) -> ClientFrame {
    read(&encode(subprotocol, frame))
}
