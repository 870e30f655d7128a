//! The server in a world, without its listener: whoever wants a connection plays a socket.

use umbra::process::messages::UserManagerMessage;
use umbra::process::{self, USER_MANAGER};
use umbra_machine::settings::{LogLevel, Settings};
use umbra_otp::sim::World;
use umbra_otp::{Handle, Inbox, ProcessLimits, SupervisorMessage};
use umbra_protocol::ClientMessage;

use crate::Client;
use crate::client::Outcome;

/// As an operator would have them, but that lines about single users are logged too.
pub fn settings() -> Settings {
    Settings { log_level: LogLevel::Info, ..Settings::default() }
}

/// A server that has started.
pub struct Server {
    /// Where it runs.
    pub world: World,
    /// Its root.
    pub root: Handle<SupervisorMessage>,
}

fn root(settings: Settings, inbox: Inbox<SupervisorMessage>) {
    process::root::run(&settings, inbox);
}

impl Server {
    /// Starts a server in this world and waits until it is complete.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start(world: World, settings: Settings) -> Self {
        let limits = ProcessLimits { memory_bytes: None, may_spawn: true };
        let root = world.spawn(settings, root, &limits).expect("there is room for a process");
        let server = Server { world, root };
        server.run();
        assert!(server.user_manager().is_some(), "the server starts: {:?}", server.world.deaths());
        server
    }

    fn run(&self) {
        self.world.run().expect("the server comes to rest");
    }

    /// Runs until nobody has anything to do, neither here nor among these clients.
    ///
    /// # Panics
    /// If that does not come to pass.
    pub fn settle(&self, clients: &mut [Client]) {
        self.run();
        // Each of them, not only up to the first that has heard something.
        while clients.iter_mut().map(|client| client.hear(self)).filter(|heard| *heard).count() > 0 {
            self.run();
        }
    }

    /// Lets so much time pass, while these clients take what comes.
    ///
    /// # Panics
    /// If the server does not come to rest.
    pub fn pass(&self, clients: &mut [Client], ms: u64) {
        let until_ms = self.world.passed_ms() + ms;
        self.settle(clients);
        while self.world.next_timer_ms().is_some_and(|due_ms| due_ms <= until_ms) {
            self.world.run_to_next_timer().expect("the server comes to rest");
            self.settle(clients);
        }
        self.world.run_for(until_ms - self.world.passed_ms()).expect("the server comes to rest");
    }

    /// One of these clients says something; gives the answer. The time that it takes passes.
    ///
    /// # Panics
    /// If there is none within a minute.
    pub fn ask(&self, clients: &mut [Client], who: usize, message: ClientMessage) -> Outcome {
        let id = message.id();
        clients[who].say(self, message);
        self.settle(clients);
        let until_ms = self.world.passed_ms() + 60_000;
        while clients[who].answer().is_none() && self.world.next_timer_ms().is_some_and(|due_ms| due_ms <= until_ms) {
            self.world.run_to_next_timer().expect("the server comes to rest");
            self.settle(clients);
        }
        clients[who].answer().unwrap_or_else(|| panic!("{id} is answered")).clone()
    }

    /// The user manager, unless it is just being restarted.
    pub fn user_manager(&self) -> Option<Handle<UserManagerMessage>> {
        self.world.whereis(USER_MANAGER)
    }

    /// Somebody who signs in under this name.
    pub fn guest(&self, name: &str) -> Client {
        Client::guest(self, name)
    }
}
