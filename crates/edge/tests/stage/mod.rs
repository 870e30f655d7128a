//! EDGE, tests: a node without a guest: the test plays every process around the edge, and clients over real connections.
#![allow(dead_code, reason = "each test file uses the part it needs")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use umbra::process::inspect::Inspection;
use umbra::process::messages::{
    EDGE_PROTOCOL, EdgeMessage, ListenerMessage, SignInAnswer, SocketMessage, ToSocket, UserManagerMessage, UserMessage,
};
use umbra::process::{EDGE, USER_MANAGER};
use umbra_client::raw;
use umbra_edge::Edge;
use umbra_machine::session::OutFrame;
use umbra_machine::settings::Settings;
use umbra_otp::{Handle, ProcessId, foreign};
use umbra_protocol::{Subprotocol, Uid, UserName};
use umbra_runtime::{DataMessage, Environment as _, Message, Node, Process, Runtime, Signal, Tuning};

/// Long enough for a machine in any state: only a broken test waits this long.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Signals are waited for with this.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

/// A process that the test plays.
pub struct Puppet {
    pub id: u64,
    process: Arc<dyn Process>,
    signals: UnboundedReceiver<Signal>,
}

struct Played(u64, UnboundedSender<Signal>);

impl Process for Played {
    fn id(&self) -> u64 {
        self.0
    }

    fn send(&self, signal: Signal) {
        let _ = self.1.send(signal);
    }
}

impl Puppet {
    pub fn new(node: &Node) -> Self {
        let id = node.environment.get_next_process_id();
        let (sender, signals) = unbounded_channel();
        let process = Arc::new(Played(id, sender));
        node.environment.add_process(id, process.clone());
        Self { id, process, signals }
    }

    pub fn handle<M>(&self) -> Handle<M> {
        foreign::handle(0, ProcessId(self.id))
    }

    /// As others are told who it is.
    pub fn process(&self) -> Arc<dyn Process> {
        self.process.clone()
    }

    pub async fn next(&mut self) -> Signal {
        soon("a signal", self.signals.recv()).await.expect("the sender is in the node")
    }

    /// What has come by now, if anything.
    pub fn waiting(&mut self) -> Option<Signal> {
        self.signals.try_recv().ok()
    }

    /// The next message; other signals are passed over.
    pub async fn hears<M: DeserializeOwned>(&mut self) -> M {
        loop {
            if let Signal::Message(Message::Data(message)) = self.next().await {
                assert!(foreign::is_message(message.tag));
                return foreign::decode(&message.buffer).expect("a message of that type");
            }
        }
    }

    /// The next signal that is no message.
    pub async fn signal(&mut self) -> Signal {
        loop {
            match self.next().await {
                Signal::Message(_) => {}
                signal => return signal,
            }
        }
    }
}

/// A node with an edge, whose port the test has asked for as the guest's listener would.
pub struct Stage {
    pub node: Node,
    pub edge: Edge,
    pub listener: Puppet,
    pub manager: Puppet,
    pub settings: Settings,
    pub address: SocketAddr,
}

/// On any free port. Nothing is too slow on a busy machine, unless a test has it so.
pub fn settings() -> Settings {
    Settings {
        bind: "127.0.0.1:0".parse().expect("an address"),
        slow_socket_ms: 600_000,
        request_timeout_ms: 600_000,
        hello_timeout_ms: 600_000,
        ..Settings::default()
    }
}

impl Stage {
    pub async fn start(settings: Settings) -> Self {
        let (node, edge) = Self::unopened().await;
        let manager = Puppet::new(&node);
        let name = foreign::key::<UserManagerMessage>(USER_MANAGER);
        node.registry.write().await.insert(name, (0, manager.id));
        let mut listener = Puppet::new(&node);
        let address = match open(&node, &mut listener, &settings, EDGE_PROTOCOL).await {
            ListenerMessage::Opened { address } => address,
            other => panic!("expected an open port, got {other:?}"),
        };
        Self { node, edge, listener, manager, settings, address }
    }

    pub async fn unopened() -> (Node, Edge) {
        let node = Node::new(&Runtime::new(&Tuning::default()).expect("a runtime"));
        let edge = umbra_edge::install(&node).await;
        (node, edge)
    }

    pub fn send<M: Serialize>(&self, to: u64, message: &M) {
        send(&self.node, to, message);
    }

    /// A client on its way in, and the process of its connection.
    pub async fn connect(&mut self) -> (raw::Connection, u64) {
        let (client, _) = raw::Connection::open_with_response(&self.address.to_string(), "/ws", &[])
            .await
            .unwrap_or_else(|_| panic!("the handshake succeeds"));
        let connections = self.connections().await;
        (client, connections.last().expect("there is a connection").1.0)
    }

    /// All connections, the newest last.
    pub async fn connections(&self) -> Vec<(SocketAddr, ProcessId)> {
        let mut inspector = Puppet::new(&self.node);
        send(&self.node, edge_of(&self.node).await, &EdgeMessage::Inspect(inspector.handle()));
        match inspector.hears().await {
            Inspection::Edge { mut connections } => {
                connections.sort_by_key(|(_, id)| *id);
                connections
            }
            other => panic!("expected the edge, got {other:?}"),
        }
    }

    /// A client that has signed in as the user that `user` plays; the process of its connection.
    pub async fn signed_in(&mut self, user: &Puppet) -> (raw::Connection, u64) {
        let (mut client, id) = self.connect().await;
        client.send_text(r#"{"id":"HELLO","ref":1,"body":{"userName":"Ann"}}"#).await.expect("it is open");
        match self.manager.hears().await {
            UserManagerMessage::SignIn { socket, .. } => assert_eq!(ProcessId::of(&socket).0, id),
            other => panic!("expected a HELLO, got {other:?}"),
        }
        self.send(id, &admitted(user));
        (client, id)
    }
}

pub fn admitted(user: &Puppet) -> SocketMessage {
    let user_name = UserName::parse("Ann").expect("a name");
    let (uid, sid) = (Uid("ann".into()), "sign-in".to_owned());
    SocketMessage::SignIn(SignInAnswer::Admitted { uid, user_name, sid, user: user.handle::<UserMessage>() })
}

pub fn deliver(text: &str) -> SocketMessage {
    let frame = OutFrame { subprotocol: Subprotocol::Json, content: text.as_bytes() };
    SocketMessage::User(ToSocket::Deliver { frames: [frame].into_iter().collect(), answers: Vec::new() })
}

pub fn send<M: Serialize>(node: &Node, to: u64, message: &M) {
    let body = foreign::encode(message, Vec::new());
    node.environment.send(to, Signal::Message(Message::Data(DataMessage::new_from_vec(None, body))));
}

pub async fn edge_of(node: &Node) -> u64 {
    node.registry.read().await.get(&foreign::key::<EdgeMessage>(EDGE)).expect("the edge has a name").1
}

/// Asks for a port as the guest's listener does.
pub async fn open(node: &Node, listener: &mut Puppet, settings: &Settings, protocol: u32) -> ListenerMessage {
    let open = EdgeMessage::Open {
        protocol,
        listener: listener.handle(),
        settings: Box::new(settings.clone()),
        assets: Vec::new(),
    };
    send(node, edge_of(node).await, &open);
    listener.hears().await
}
