//! The promise, over random faults: no action lost, none carried out twice, no event missed, none told twice.
//!
//! The server here is a model that keeps exactly what the protocol says a session keeps.

mod frames;

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use frames::{ann, chat, hello_ok, leave, ok, resync};
use proptest::prelude::*;
use umbra_client_core::protocol::*;
use umbra_client_core::{ClientError, ClientEvent, ConnectionId, Effect, Loss, Machine};

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    ClientSends,
    FrameReachesServer,
    FrameReachesClient,
    /// With everything that was under way; the client hears of it.
    ConnectionBreaks,
    /// The client's own program cuts it.
    ClientCuts,
    ServerHasEvent,
    /// The server's history is gone, not what it knows of actions.
    HistoryLost,
    TimePasses(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::ClientSends),
        8 => Just(Step::FrameReachesServer),
        8 => Just(Step::FrameReachesClient),
        2 => Just(Step::ConnectionBreaks),
        1 => Just(Step::ClientCuts),
        4 => Just(Step::ServerHasEvent),
        1 => Just(Step::HistoryLost),
        4 => (0u16..20_000).prop_map(Step::TimePasses),
    ]
}

#[derive(Default)]
struct Session {
    epoch: u64,
    events: u64,
    acked: u64,
    last_ref: u64,
    replies: HashMap<u64, ServerFrame>,
    carried_out: Vec<u64>,
}

struct World {
    client: Machine,
    now: Duration,
    session: Session,
    connection: Option<ConnectionId>,
    signed_in: bool,
    /// A RESYNC was sent at some time.
    resynced: bool,
    to_server: VecDeque<ClientFrame>,
    to_client: VecDeque<ServerFrame>,
    sent: u64,
    answered: Vec<u64>,
    lost: Vec<u64>,
    /// What the program was told: epoch and seq.
    told: Vec<(u64, u64)>,
    told_epoch: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            client: Machine::new(ann(), true, seed),
            now: Duration::ZERO,
            session: Session { epoch: 1, ..Session::default() },
            connection: None,
            signed_in: false,
            resynced: false,
            to_server: VecDeque::new(),
            to_client: VecDeque::new(),
            sent: 0,
            answered: Vec::new(),
            lost: Vec::new(),
            told: Vec::new(),
            told_epoch: 0,
        };
        world.client.connect(world.now);
        world.settle();
        world.calm();
        world
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::ClientSends => {
                self.client.send(leave(), self.now).expect("the client lives");
                self.sent += 1;
            }
            Step::FrameReachesServer => {
                if let Some(frame) = self.to_server.pop_front() {
                    self.serve(frame);
                }
            }
            Step::FrameReachesClient => {
                if let (Some(connection), Some(frame)) = (self.connection, self.to_client.pop_front()) {
                    self.client.received(connection, frame, self.now);
                }
            }
            Step::ConnectionBreaks => {
                if let Some(connection) = self.hang_up() {
                    self.client.lost(connection, Loss::Cut, self.now);
                }
            }
            Step::ClientCuts => self.client.cut(self.now),
            Step::ServerHasEvent => {
                self.session.events += 1;
                if self.signed_in {
                    self.to_client.push_back(chat(self.session.events));
                }
            }
            Step::HistoryLost => {
                self.session.epoch += 1;
                (self.session.events, self.session.acked) = (0, 0);
                if self.signed_in {
                    self.resynced = true;
                    self.session.events = 1;
                    self.to_client.push_back(resync(self.session.epoch, 1));
                }
            }
            Step::TimePasses(ms) => {
                self.now += Duration::from_millis(ms.into());
                self.client.elapsed(self.now);
            }
        }
        self.settle();
    }

    fn hang_up(&mut self) -> Option<ConnectionId> {
        self.to_server.clear();
        self.to_client.clear();
        self.signed_in = false;
        self.connection.take()
    }

    fn serve(&mut self, frame: ClientFrame) {
        let session = &mut self.session;
        // An acknowledgement of an older epoch may still be under way after a RESYNC, and cannot be told from one of this
        // epoch. The worst it does is to shorten the history.
        session.acked = session.acked.max(frame.ack.filter(|ack| *ack <= session.events).unwrap_or(0));
        match (frame.message, frame.reference) {
            (ClientMessage::Hello(hello), _) => {
                let last_seq = match hello {
                    Hello::Resume { epoch, last_seq, .. } if epoch == session.epoch => Some(last_seq),
                    _ => None,
                };
                assert!(
                    self.resynced || last_seq.is_none_or(|seen| seen >= session.acked),
                    "acknowledged but not seen"
                );
                let last_seq = last_seq.filter(|seen| *seen >= session.acked);
                if last_seq.is_none() {
                    session.epoch += 1;
                    (session.events, session.acked) = (0, 0);
                }
                self.to_client.push_back(hello_ok(session.epoch, last_seq.is_some(), session.last_ref));
                for seq in last_seq.unwrap_or(0) + 1..=session.events {
                    self.to_client.push_back(chat(seq));
                }
                self.signed_in = true;
            }
            (ClientMessage::Ping { client_time_ms }, _) => {
                self.to_client.push_back(ServerFrame::Control(Control::Pong { client_time_ms, server_time_ms: 0 }));
            }
            (_, Some(reference)) if reference <= session.last_ref => {
                let reply = session.replies.get(&reference).expect("a reply is asked for while it is kept");
                self.to_client.push_back(reply.clone());
            }
            (_, Some(reference)) => {
                session.last_ref = reference;
                session.carried_out.push(reference);
                session.replies.insert(reference, ok(reference));
                session.replies.remove(&reference.saturating_sub(limits::REPLIES_KEPT as u64));
                session.events += 1;
                self.to_client.push_back(chat(session.events));
                self.to_client.push_back(ok(reference));
            }
            (message, None) => panic!("{message:?} without a ref"),
        }
    }

    fn settle(&mut self) {
        while let Some(effect) = self.client.effect() {
            match effect {
                Effect::Open(connection) => {
                    self.hang_up();
                    self.connection = Some(connection);
                    self.client.opened(connection);
                }
                Effect::Transmit(connection, frame) if self.connection == Some(connection) => {
                    self.to_server.push_back(frame);
                }
                Effect::Transmit(..) => {}
                Effect::HangUp { connection, .. } => {
                    if self.connection == Some(connection) {
                        self.hang_up();
                    }
                }
                Effect::Answer { reference, result: Err(ClientError::Lost) } => {
                    // A server that knows of no action at all may be a new one that forgot: the client has to say so.
                    assert_eq!(self.session.last_ref, 0, "action {reference} was given up");
                    self.lost.push(reference);
                }
                Effect::Answer { reference, result } => {
                    assert_eq!(result, Ok(OkBody::Empty), "action {reference}");
                    self.answered.push(reference);
                }
                Effect::Tell(ClientEvent::Sync { epoch, .. }) => self.told_epoch = epoch,
                Effect::Tell(ClientEvent::Event { seq, .. }) => self.told.push((self.told_epoch, seq)),
                Effect::Tell(ClientEvent::Closed(ending)) => panic!("ended: {ending}"),
                Effect::Tell(_) => {}
            }
        }
    }

    /// No more faults: everything under way arrives, and lost connections come back.
    fn calm(&mut self) {
        for _ in 0..10_000 {
            if self.connection.is_none() {
                self.now = self.client.deadline().expect("the client means to come back");
                self.client.elapsed(self.now);
                self.settle();
            } else if !self.to_server.is_empty() {
                self.step(Step::FrameReachesServer);
            } else if !self.to_client.is_empty() {
                self.step(Step::FrameReachesClient);
            } else {
                return;
            }
        }
        panic!("it does not calm down");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_happens_twice(seed: u64, steps in prop::collection::vec(step(), 0..400)) {
        let mut world = World::new(seed);
        for step in steps {
            world.step(step);
        }
        world.calm();

        let all: Vec<u64> = (1..=world.sent).filter(|reference| !world.lost.contains(reference)).collect();
        prop_assert_eq!(&world.session.carried_out, &all, "each action once, in order");
        world.answered.sort_unstable();
        prop_assert_eq!(&world.answered, &all, "each action answered once");
        for pair in world.told.windows(2) {
            let [(epoch, seq), (next_epoch, next_seq)] = pair else { unreachable!() };
            let follows = next_epoch == epoch && *next_seq == seq + 1;
            prop_assert!(follows || next_epoch > epoch, "{:?} after {:?}", pair[1], pair[0]);
        }
        let last = world.told.iter().filter(|(epoch, _)| *epoch == world.session.epoch).map(|(_, seq)| *seq).max();
        if let Some(last) = last {
            prop_assert_eq!(last, world.session.events, "the last epoch was told to its end");
        }
    }
}
