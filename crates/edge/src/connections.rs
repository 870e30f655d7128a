//! EDGE: which connections there are.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use umbra_otp::ProcessId;

/// The table of all connections of an edge, by process.
#[derive(Default)]
pub(crate) struct Connections {
    all: Mutex<HashMap<u64, SocketAddr>>,
}

/// A connection's place in the table, until it is dropped.
pub(crate) struct Seat {
    id: u64,
    table: Arc<Connections>,
}

impl Connections {
    pub(crate) fn enter(self: &Arc<Self>, id: u64, client: SocketAddr) -> Seat {
        self.lock().insert(id, client);
        Seat { id, table: self.clone() }
    }

    /// The client's address and the process of each.
    pub(crate) fn list(&self) -> Vec<(SocketAddr, ProcessId)> {
        self.lock().iter().map(|(id, client)| (*client, ProcessId(*id))).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, SocketAddr>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.table.lock().remove(&self.id);
    }
}
