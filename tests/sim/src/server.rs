//! The server in a world, without its listener: whoever wants a connection plays a socket.

use umbra::process::{self, USER_MANAGER};
use umbra_machine::settings::{LogLevel, Settings};
use umbra_otp::sim::World;
use umbra_otp::{Handle, Inbox, ProcessLimits, SupervisorMessage};

use crate::Client;
use umbra::process::messages::UserManagerMessage;

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

    /// Runs until nobody has anything to do.
    ///
    /// # Panics
    /// If that does not come to pass.
    pub fn run(&self) {
        self.world.run().expect("the server comes to rest");
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
