//! TESTS, the shared server: most tests do not mind who else is on theirs.

use std::sync::LazyLock;

use umbra_faults::live::Server;

/// The server that tests share: default settings, but for a backend's key and an operator's token.
pub fn server() -> &'static Server {
    static SHARED: LazyLock<Server> = LazyLock::new(|| Server::with_settings(&[]));
    &SHARED
}
