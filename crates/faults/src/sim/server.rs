//! FAULTS, sim: the server in a world, without its listener: whoever wants a connection plays a socket.

use umbra::process::messages::UserManagerMessage;
use umbra::process::{self, USER_MANAGER};
use umbra_machine::settings::{LogLevel, Settings};
use umbra_otp::sim::World;
use umbra_otp::{Handle, Inbox, ProcessLimits, SupervisorMessage};
use umbra_protocol::ClientMessage;

use super::Client;
use super::client::Outcome;

/// As an operator would have them, but that lines about single users are logged too, that the seed of a room can be
/// chosen, and that clients may be quick, for whom no time passes.
pub fn settings() -> Settings {
    Settings { log_level: LogLevel::Info, chaos: true, messages_burst: 1_000_000, ..Settings::default() }
}

/// How often a socket looks whether there is another user manager.
const LOOK_EVERY_MS: u64 = 100;

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
        loop {
            let receipts_ms = clients.iter().filter_map(|client| client.receipt_due_ms(self));
            let next_ms = self.world.next_timer_ms().into_iter().chain(receipts_ms).min();
            let Some(next_ms) = next_ms.filter(|due_ms| *due_ms <= until_ms) else { break };
            let wait_ms = next_ms.saturating_sub(self.world.passed_ms());
            self.world.run_for(wait_ms).expect("the server comes to rest");
            clients.iter_mut().for_each(|client| client.say_drained(self));
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
        self.try_ask(clients, who, message).unwrap_or_else(|| panic!("{id} is answered within a minute"))
    }

    /// The same; `None` when there is no answer within a minute.
    pub fn try_ask(&self, clients: &mut [Client], who: usize, message: ClientMessage) -> Option<Outcome> {
        clients[who].say(self, message);
        self.comes_to_pass(clients, |clients| clients[who].answer().is_some());
        clients[who].answer().cloned()
    }

    /// Lets time pass until it is so, and everybody who looks for its user has found it.
    ///
    /// # Panics
    /// If it is not within a minute.
    pub fn wait(&self, clients: &mut [Client], done: impl Fn(&[Client]) -> bool) {
        assert!(self.comes_to_pass(clients, done), "it comes to pass within a minute");
    }

    fn comes_to_pass(&self, clients: &mut [Client], done: impl Fn(&[Client]) -> bool) -> bool {
        let until_ms = self.world.passed_ms() + 60_000;
        self.settle(clients);
        while !done(clients) || clients.iter().any(Client::is_asking) {
            if self.world.passed_ms() >= until_ms {
                return false;
            }
            let next_ms = self.world.next_timer_ms().unwrap_or(u64::MAX).min(self.world.passed_ms() + LOOK_EVERY_MS);
            self.world.run_for(next_ms - self.world.passed_ms()).expect("the server comes to rest");
            self.settle(clients);
            for client in clients.iter_mut() {
                client.tick(self);
            }
            self.settle(clients);
        }
        true
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
