//! LAUNCHER: what so many users need of the machine, and whether it is there. Arithmetic alone; `limits.rs` asks the machine.

use std::fmt;

use umbra_machine::settings::Settings;
use umbra_runtime::Tuning;

use crate::cli::Edge;
use crate::limits::Limits;

/// Processes that are there once: root, journal, the two managers, listener, log.
const PROCESSES_ONCE: u64 = 6;
/// Memory mappings of one process: its stack and the guard below, its memory in parts. One fewer where two happen to touch.
const MAPPINGS_A_PROCESS: u64 = 5;
/// Mappings of the program itself: code, libraries, heaps, threads.
const MAPPINGS_ONCE: u64 = 300;
/// Files of the program itself.
const FILES_ONCE: u64 = 40;
const GIB: u64 = 1 << 30;

/// What the settings may come to need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    users: u64,
    rooms: u64,
    processes_a_user: u64,
}

/// One kind of thing that the machine has so many of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is, how it is computed, and whether it is enough.
    pub text: String,
    /// What to do about it, if it is not enough.
    pub remedy: Option<String>,
}

impl Need {
    /// With every user connected and every room open.
    pub fn new(settings: &Settings, edge: Edge) -> Self {
        let processes_a_user = match edge {
            // The user; its socket is native and has no memory of its own.
            Edge::Native => 1,
            // The user, the socket and its reader.
            Edge::Guest => 3,
        };
        Self { users: settings.users_max as u64, rooms: settings.rooms_max as u64, processes_a_user }
    }

    fn processes(self) -> u64 {
        self.users * self.processes_a_user + self.rooms + PROCESSES_ONCE
    }

    fn mappings(self) -> u64 {
        self.processes() * MAPPINGS_A_PROCESS + MAPPINGS_ONCE
    }

    fn files(self) -> u64 {
        self.users + FILES_ONCE
    }

    /// How memories lie: each in one place, if there are addresses enough for all of them.
    pub fn tuning(self, limits: &Limits) -> Tuning {
        if self.fit_in_one_place(limits) { Tuning::in_one_place() } else { Tuning::default() }
    }

    fn fit_in_one_place(self, limits: &Limits) -> bool {
        self.processes().saturating_mul(Tuning::ADDRESSES_IN_ONE_PLACE) <= addresses_for_memories(limits)
    }

    fn addresses(self, limits: &Limits) -> Line {
        // What is beyond whole ones is far less than what is left for it.
        let (processes, a_process) = (self.processes(), Tuning::ADDRESSES_IN_ONE_PLACE / GIB);
        let sum = format!("addresses: {processes} × {a_process} GiB = {} GiB", processes * a_process);
        let there = addresses_for_memories(limits) / GIB;
        let outcome = if self.fit_in_one_place(limits) {
            "memories stay in one place"
        } else {
            "memories are moved as they grow, and every access is checked"
        };
        Line { text: format!("{sum} of {there} GiB: {outcome}"), remedy: None }
    }

    /// The arithmetic, against what the machine allows.
    pub fn against(self, limits: &Limits) -> [Line; 4] {
        let Self { users, rooms, processes_a_user } = self;
        let processes = self.processes();
        [
            Line {
                text: format!(
                    "processes: {users} users × {processes_a_user} + {rooms} rooms + {PROCESSES_ONCE} = {processes}"
                ),
                remedy: None,
            },
            compared(
                format!("memory mappings: {processes} × {MAPPINGS_A_PROCESS} + {MAPPINGS_ONCE}"),
                self.mappings(),
                "vm.max_map_count",
                limits.mappings,
                |wanted| format!("as root, sysctl -w vm.max_map_count={wanted}, and for good in /etc/sysctl.d"),
            ),
            compared(
                format!("open files: {users} + {FILES_ONCE}"),
                self.files(),
                "the hard limit of open files",
                limits.files,
                |wanted| format!("start with a higher one: ulimit -Hn {wanted}, or LimitNOFILE={wanted} in a unit"),
            ),
            self.addresses(limits),
        ]
    }
}

/// An eighth is for everything else, and for gaps.
fn addresses_for_memories(limits: &Limits) -> u64 {
    limits.addresses / 8 * 7
}

fn compared(sum: String, wanted: u64, of: &str, there: Option<u64>, remedy: impl Fn(u64) -> String) -> Line {
    match there {
        Some(there) if there < wanted => {
            let text = format!("{sum} = {wanted}, but {of} is {there}");
            Line { text, remedy: Some(remedy(wanted.next_multiple_of(1000))) }
        }
        Some(there) => Line { text: format!("{sum} = {wanted}; {of} is {there}"), remedy: None },
        None => Line { text: format!("{sum} = {wanted}; {of} is not known"), remedy: None },
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.remedy {
            Some(remedy) => write!(f, "{}; {remedy}, or lower users_max", self.text),
            None => f.write_str(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use umbra_machine::settings::Settings;
    use umbra_runtime::{MemoryPlan, Tuning};

    use super::{Limits, Need};
    use crate::cli::Edge;

    fn limits(mappings: Option<u64>, files: Option<u64>) -> Limits {
        Limits { mappings, files, addresses: 1 << 47 }
    }

    fn need(users: usize) -> Need {
        Need::new(&Settings { users_max: users, rooms_max: 100, ..Settings::default() }, Edge::Guest)
    }

    #[test]
    fn what_is_enough_needs_no_remedy_and_one_less_does() {
        let need = need(1000);
        let enough = limits(Some(need.mappings()), Some(need.files()));
        assert!(need.against(&enough).iter().all(|line| line.remedy.is_none()));
        let less = limits(Some(need.mappings() - 1), Some(need.files() - 1));
        let remedies = need.against(&less).iter().filter(|line| line.remedy.is_some()).count();
        assert_eq!(remedies, 2);
    }

    #[test]
    fn the_arithmetic_is_shown() {
        let [processes, mappings, files, addresses] = need(1000).against(&limits(Some(65530), None));
        assert_eq!(processes.to_string(), "processes: 1000 users × 3 + 100 rooms + 6 = 3106");
        assert_eq!(mappings.to_string(), "memory mappings: 3106 × 5 + 300 = 15830; vm.max_map_count is 65530");
        assert_eq!(files.to_string(), "open files: 1000 + 40 = 1040; the hard limit of open files is not known");
        let expected = "addresses: 3106 × 4 GiB = 12424 GiB of 114688 GiB: memories stay in one place";
        assert_eq!(addresses.to_string(), expected);
    }

    #[test]
    fn memories_stay_in_one_place_while_there_are_addresses_for_all_of_them() {
        let (need, moving) = (need(1000), MemoryPlan::Moving { reserve_bytes: 16 << 20 });
        let wanted = need.processes() * Tuning::ADDRESSES_IN_ONE_PLACE;
        let enough = Limits { addresses: wanted.div_ceil(7) * 8, ..limits(None, None) };
        assert_eq!(need.tuning(&enough).memory, MemoryPlan::InOnePlace { bytes_max: 4 << 30 });
        let less = Limits { addresses: (wanted / 8 - 1) * 8, ..limits(None, None) };
        assert_eq!(need.tuning(&less).memory, moving);
        assert!(need.against(&less)[3].text.ends_with("memories are moved as they grow, and every access is checked"));
    }

    #[test]
    fn a_remedy_says_what_to_type() {
        let [_, mappings, ..] = need(20_000).against(&limits(Some(65530), None));
        let text = mappings.to_string();
        assert!(text.contains("= 300830, but vm.max_map_count is 65530"), "{text}");
        assert!(text.contains("sysctl -w vm.max_map_count=301000"), "{text}");
    }
}
