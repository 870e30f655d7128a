//! A real client over a real connection to a real socket process.

use lunatic::net::{TcpListener, TcpStream};
use tungstenite::{ClientRequestBuilder, Error, Message, WebSocket};
use umbra::process;
use umbra::process::inspect::Inspection;
use umbra::process::messages::{EDGE_PROTOCOL, EdgeMessage, ListenerMessage, SocketMessage};
use umbra::process::socket::{self, SocketArgs};
use umbra_machine::settings::Settings;
use umbra_otp::{Handle, ProcessId, ProcessLimits, spawn};

use crate::stage::{PATIENCE, Stage};

const MAY_SPAWN: ProcessLimits = ProcessLimits { memory_bytes: None, may_spawn: true };

pub struct Client(WebSocket<TcpStream>);

impl Client {
    /// Connects, and has a process for the connection, as a server has: of the guest, or of the native edge if there is one.
    pub fn connect(stage: &mut Stage, settings: &Settings) -> (Client, Handle<SocketMessage>) {
        match process::edge() {
            Some(edge) => Self::at_edge(stage, edge, settings),
            None => Self::at_guest(settings),
        }
    }

    fn at_guest(settings: &Settings) -> (Client, Handle<SocketMessage>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let stream = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it listens");
        let (served, _) = listener.accept().expect("somebody connects");
        let args = SocketArgs { stream: served, settings: settings.clone() };
        let socket = spawn(args, socket::run, &MAY_SPAWN).expect("there is room for a process");
        (Self::upgrade(stream), socket)
    }

    /// The test plays the listener that asks for a port.
    fn at_edge(stage: &mut Stage, edge: Handle<EdgeMessage>, settings: &Settings) -> (Client, Handle<SocketMessage>) {
        let listener = stage.puppet();
        let bind = "127.0.0.1:0".parse().expect("an address");
        let settings = Box::new(Settings { bind, ..settings.clone() });
        edge.send(EdgeMessage::Open { protocol: EDGE_PROTOCOL, listener, settings, assets: Vec::new() });
        let address = match stage.listener_hears(listener) {
            ListenerMessage::Opened { address } => address,
            other => panic!("expected an open port, got {other:?}"),
        };
        let client = Self::upgrade(TcpStream::connect(address).expect("it listens"));
        match stage.inspect(|inspector| edge.send(EdgeMessage::Inspect(inspector))) {
            Inspection::Edge { connections } => {
                // Numbers only grow: the newest is the one that was just answered.
                let newest = connections.into_iter().map(|(_, socket)| socket).max();
                (client, newest.expect("it is there").handle())
            }
            other => panic!("expected the edge, got {other:?}"),
        }
    }

    /// Connects to the server's own port.
    pub fn through_the_listener(settings: &Settings) -> Option<Client> {
        TcpStream::connect(settings.bind).ok().map(Self::upgrade)
    }

    fn upgrade(mut stream: TcpStream) -> Client {
        stream.set_read_timeout(Some(PATIENCE)).expect("any duration will do");
        let address = "ws://umbra.test/ws".parse().expect("an address");
        let (client, _) = tungstenite::client(ClientRequestBuilder::new(address), stream).expect("a handshake");
        Client(client)
    }

    /// Connects, and signs in under a name.
    pub fn guest(stage: &mut Stage, settings: &Settings, name: &str) -> (Client, Handle<SocketMessage>) {
        let (mut client, socket) = Self::connect(stage, settings);
        client.hello(name);
        (client, socket)
    }

    /// Says `HELLO` and takes the `OK`.
    pub fn hello(&mut self, name: &str) {
        self.say(&format!(r#"{{"id":"HELLO","ref":1,"body":{{"userName":"{name}"}}}}"#));
        let reply = self.next();
        assert!(reply.starts_with(r#"{"id":"OK","ref":1"#), "{reply}");
    }

    pub fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).expect("the connection is open");
    }

    /// The next text message.
    pub fn next(&mut self) -> String {
        match self.0.read().expect("the connection is open") {
            Message::Text(text) => text.as_str().to_owned(),
            other => panic!("expected text, got {other:?}"),
        }
    }

    /// Takes text messages up to one that begins like this.
    pub fn next_that_begins(&mut self, beginning: &str) -> String {
        loop {
            let text = self.next();
            if text.starts_with(beginning) {
                return text;
            }
        }
    }

    /// Says goodbye as a client should.
    pub fn close(&mut self) {
        self.0.close(None).expect("the connection is open");
        while self.0.read().is_ok() {}
    }

    /// The server's goodbye, which is not answered.
    pub fn goodbye(&mut self) -> u16 {
        match self.0.read().expect("the connection is open") {
            Message::Close(Some(frame)) => frame.code.into(),
            other => panic!("expected a goodbye, got {other:?}"),
        }
    }

    /// Waits for the end of the connection; the server's close code, if it gave one.
    pub fn end(&mut self) -> Option<u16> {
        let mut code = None;
        loop {
            match self.0.read() {
                Ok(Message::Close(frame)) => code = frame.map(|frame| frame.code.into()),
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::TimedOut => {
                    panic!("the connection should have ended")
                }
                Err(_) => return code,
            }
        }
    }
}

/// The reader of a connection, where that has one.
pub fn reader_of(stage: &mut Stage, socket: Handle<SocketMessage>) -> Option<ProcessId> {
    match stage.see_socket(socket) {
        Inspection::Socket { reader, .. } => reader,
        other => panic!("expected a socket, got {other:?}"),
    }
}
