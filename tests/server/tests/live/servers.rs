//! Servers with other settings than the default ones, each shared by the tests that need it: a start takes seconds.

use std::sync::LazyLock;

use umbra_protocol::Subprotocol;
use umbra_server_tests::Server;

/// Grace periods that run out while a test waits.
pub fn short_graces() -> &'static Server {
    static SHARED: LazyLock<Server> = LazyLock::new(|| {
        Server::with_settings(&[
            ("lobby_grace_ms", "5000"),
            ("seat_grace_ms", "4000"),
            ("result_grace_ms", "1000"),
            ("abandon_ms", "500"),
        ])
    });
    &SHARED
}

/// Silence that is soon noticed.
pub fn impatient() -> &'static Server {
    static SHARED: LazyLock<Server> = LazyLock::new(|| {
        Server::with_settings(&[
            ("hello_timeout_ms", "3000"),
            ("heartbeat_ms", "500"),
            ("heartbeat_timeout_ms", "2000"),
            ("close_timeout_ms", "500"),
        ])
    });
    &SHARED
}

/// Little memory for each user and each room, large messages, few of everything.
pub fn cramped() -> &'static Server {
    static SHARED: LazyLock<Server> = LazyLock::new(|| {
        Server::with_settings(&[
            ("user_memory_bytes", "4194304"),
            ("room_memory_bytes", "2097152"),
            ("max_message_bytes", "1048576"),
            ("spectators_max", "2"),
            ("pending_actions_max", "2"),
            ("messages_burst", "40"),
            ("messages_per_second", "1"),
        ])
    });
    &SHARED
}

/// Runs a test in either encoding.
pub async fn both(test: impl AsyncFn(Subprotocol)) {
    test(Subprotocol::Json).await;
    test(Subprotocol::Bincode).await;
}
