//! A client as it should be: it keeps what it is told, sends again what has no answer, and insists on every event once.

use std::collections::BTreeMap;

use umbra_protocol::{ClientMessage, CloseCode, Control, ErrorCode, Event, HelloOk, OkBody, ServerFrame};

/// One client, which is one user over any number of connections.
#[derive(Default)]
pub struct Client {
    /// The connection that it uses, if it has one; others that it had are nothing to it any more.
    pub socket: Option<u64>,
    pub epoch: u64,
    pub last_seq: u64,
    last_ref: u64,
    /// What has no answer yet.
    pub open: BTreeMap<u64, ClientMessage>,
    /// The greetings so far.
    pub hellos: Vec<HelloOk>,
    /// Events and answers since the last time somebody asked, in the order in which they came.
    heard: Vec<Heard>,
    pub closed: Vec<(u64, CloseCode)>,
    /// Whether the `OK` to `HELLO` has come on the connection that it uses.
    greeted: bool,
    answers: BTreeMap<u64, Option<ErrorCode>>,
    pub controls: Vec<Control>,
}

/// What a client has learned, for comparing with what it should have.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Event(Event),
    /// A `ref`, and the code if it was refused.
    Answer(u64, Option<ErrorCode>),
}

impl Client {
    /// A new action, not answered yet; says its `ref`.
    pub fn asks(&mut self, message: ClientMessage) -> u64 {
        self.last_ref += 1;
        self.open.insert(self.last_ref, message);
        self.last_ref
    }

    /// It goes over to a new connection.
    pub fn uses(&mut self, socket: u64) {
        (self.socket, self.greeted) = (Some(socket), false);
    }

    /// Handles one frame; says which actions are to be sent again.
    pub fn hear(&mut self, frame: ServerFrame) -> Vec<u64> {
        let is_hello = matches!(frame, ServerFrame::Ok { body: OkBody::Hello(_), .. });
        assert!(self.greeted != is_hello, "the OK to HELLO comes once and before everything else: {frame:?}");
        match frame {
            ServerFrame::Ok { body: OkBody::Hello(hello), .. } => return self.greeted(*hello),
            ServerFrame::Event { seq, event } => {
                assert_eq!(seq, self.last_seq + 1, "no event is missing and none comes twice: {event:?}");
                self.last_seq = seq;
                self.heard.push(Heard::Event(event));
            }
            ServerFrame::Ok { reference: Some(reference), .. } => self.answered(reference, None),
            ServerFrame::Error { reference: Some(reference), error } => self.answered(reference, Some(error.code)),
            ServerFrame::Control(control) => self.controls.push(control),
            frame @ (ServerFrame::Ok { .. } | ServerFrame::Error { .. }) => panic!("an answer to nothing: {frame:?}"),
        }
        Vec::new()
    }

    fn greeted(&mut self, hello: HelloOk) -> Vec<u64> {
        if hello.resumed {
            assert_eq!(hello.epoch, self.epoch, "what goes on goes on in its epoch");
        } else {
            assert!(hello.epoch > self.epoch, "what begins anew begins in a new epoch: {hello:?}");
            (self.epoch, self.last_seq) = (hello.epoch, 0);
            if hello.last_ref == 0 {
                // Another session: what was answered in the one before it says nothing about this one.
                self.answers.clear();
            }
        }
        self.greeted = true;
        self.hellos.push(hello);
        self.open.keys().copied().collect()
    }

    fn answered(&mut self, reference: u64, code: Option<ErrorCode>) {
        self.open.remove(&reference);
        let before = self.answers.insert(reference, code);
        assert!(
            before.is_none_or(|before| before == code),
            "ref {reference} was answered {before:?} and then {code:?}"
        );
        self.heard.push(Heard::Answer(reference, code));
    }

    /// The last `ref` that it used.
    pub fn last_ref(&self) -> u64 {
        self.last_ref
    }

    /// Whether `reference` was answered with `OK`.
    pub fn was_allowed(&self, reference: u64) -> bool {
        self.answers.get(&reference) == Some(&None)
    }

    /// How much of what it has learned since then has one of these ids.
    pub fn count(&self, wanted: &[&str]) -> usize {
        ids(&self.heard).iter().filter(|id| wanted.contains(&id.as_str())).count()
    }

    /// What it has learned since the last time this was asked.
    pub fn heard(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.heard)
    }
}

/// For a glance: ids of events, and of answers `OK` or the code.
pub fn ids(heard: &[Heard]) -> Vec<String> {
    let id = |heard: &Heard| match heard {
        Heard::Event(event) => event.id().to_owned(),
        Heard::Answer(_, None) => "OK".to_owned(),
        Heard::Answer(_, Some(code)) => format!("{code:?}"),
    };
    heard.iter().map(id).collect()
}
