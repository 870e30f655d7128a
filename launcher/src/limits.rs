//! LAUNCHER: what the machine allows one program, raised as far as it may be.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What there is at most. `None`: not known, or without end.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Memory mappings.
    pub mappings: Option<u64>,
    /// Open files, once the limit is raised.
    pub files: Option<u64>,
    /// Addresses, in bytes.
    pub addresses: u64,
}

/// What a program on Linux has on the processors of today, in bytes; some have more.
const ADDRESSES: u64 = 1 << 47;

impl Limits {
    /// As the machine says now.
    pub fn of_this_machine() -> Self {
        let mappings = fs::read_to_string("/proc/sys/vm/max_map_count").ok();
        let mappings = mappings.and_then(|text| text.trim().parse().ok());
        let addresses = getrlimit(Resource::As).current.map_or(ADDRESSES, |limit| limit.min(ADDRESSES));
        Self { mappings, files: getrlimit(Resource::Nofile).maximum, addresses }
    }
}

/// A connection is a file; the limit that programs start with is made for those that use few.
pub fn raise_files() {
    let limit = getrlimit(Resource::Nofile);
    if setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).is_err() {
        log::warn!("the limit of open files stays at {:?}: it cannot be raised to {:?}", limit.current, limit.maximum);
    }
}
