//! DRIVER: what is measured, and in which order. Peers take turns, so that whatever else the machine does in a minute does
//! not fall on one of them alone.

use std::time::Duration;

use clap::ValueEnum;

use crate::measure::{Rooms, Times};
use crate::peer::Peer;

/// Members of a room, unless it is what varies.
pub const ROOM_SIZE: u8 = 8;
/// Users of the measurement at saturation.
pub const SATURATION_USERS: usize = 400;
/// Users of the measurements by a timetable.
pub const RATE_USERS: usize = 800;
/// Deliveries a second of the one that is compared.
pub const RATE: f64 = 25_600.0;
/// Idle users of the one that is compared.
pub const IDLE_USERS: usize = 2000;
/// Users over all rooms where the members of a room vary: whole rooms of each size.
pub const MEMBER_SWEEP_USERS: usize = 384;

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Measure {
    /// Most deliveries a second
    Saturation,
    /// Processor time and latency at a fixed rate
    Rate,
    /// Connect, join, leave, again and again
    Visits,
    /// Memory of users who do nothing, for several numbers of them
    Idle,
    /// Latency as the load grows
    LoadSweep,
    /// Most deliveries a second as rooms grow in number
    RoomSweep,
    /// Most deliveries a second as rooms grow in size
    MemberSweep,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Choice {
    /// With whom.
    pub peers: Vec<Peer>,
    /// Of what.
    pub measures: Vec<Measure>,
    /// Fewer points and shorter windows.
    pub quick: bool,
    /// How often what is compared is measured.
    pub rounds: usize,
}

/// What is done with one fresh server.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Whose.
    pub peer: Peer,
    /// From 1.
    pub round: usize,
    /// One after the other.
    pub tasks: Vec<Task>,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Every member acts as soon as it is answered.
    Saturation(Rooms),
    /// Members act by a timetable; deliveries a second.
    Rate(Rooms, f64),
    /// Users come and go.
    Visits,
    /// Nobody acts.
    Idle(Vec<usize>),
    /// The same as the one before but harder: left out once one before it could not be served.
    Harder(Rooms, f64),
}

impl Task {
    /// For people.
    pub fn title(&self) -> String {
        match self {
            Self::Saturation(Rooms { users, size }) => format!("saturation with {users} users in rooms of {size}"),
            Self::Rate(Rooms { users, size }, rate) | Self::Harder(Rooms { users, size }, rate) => {
                format!("{rate:.0} events/s with {users} users in rooms of {size}")
            }
            Self::Visits => "coming and going".to_owned(),
            Self::Idle(users) => format!("{users:?} idle users"),
        }
    }
}

impl Choice {
    /// All steps in order.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for round in 1..=self.rounds {
            self.each_peer(round, &mut steps, self.compared());
            self.each_peer(round, &mut steps, self.weighed());
        }
        for sweep in [self.load_sweep(), self.room_sweep(), self.member_sweep()] {
            self.each_peer(1, &mut steps, sweep);
        }
        steps
    }

    /// How long things take.
    pub fn times(&self, task: &Task) -> Times {
        let seconds = |full: f64, quick: f64| Duration::from_secs_f64(if self.quick { quick } else { full });
        let (warm_up, window) = match task {
            Task::Saturation(rooms) if is_compared(*rooms) => (seconds(1.0, 0.5), seconds(4.0, 2.0)),
            Task::Rate(..) => (seconds(1.0, 0.5), seconds(5.0, 2.5)),
            Task::Visits => (Duration::ZERO, seconds(3.0, 2.0)),
            Task::Saturation(_) | Task::Harder(..) | Task::Idle(_) => (seconds(0.5, 0.3), seconds(2.0, 1.0)),
        };
        Times { warm_up, window, settle: seconds(3.0, 1.5) }
    }

    fn each_peer(&self, round: usize, steps: &mut Vec<Step>, tasks: Vec<Task>) {
        if !tasks.is_empty() {
            steps.extend(self.peers.iter().map(|&peer| Step { peer, round, tasks: tasks.clone() }));
        }
    }

    fn wants(&self, measure: Measure) -> bool {
        self.measures.contains(&measure)
    }

    fn points<T: Copy>(&self, full: &[T], quick: &[T]) -> Vec<T> {
        if self.quick { quick.to_vec() } else { full.to_vec() }
    }

    fn compared(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        if self.wants(Measure::Saturation) {
            tasks.push(Task::Saturation(Rooms { users: SATURATION_USERS, size: ROOM_SIZE }));
        }
        if self.wants(Measure::Rate) {
            tasks.push(Task::Rate(Rooms { users: RATE_USERS, size: ROOM_SIZE }, RATE));
        }
        if self.wants(Measure::Visits) {
            tasks.push(Task::Visits);
        }
        tasks
    }

    fn weighed(&self) -> Vec<Task> {
        let users = self.points(&[248, 496, 1000, IDLE_USERS], &[496, IDLE_USERS]);
        if self.wants(Measure::Idle) { vec![Task::Idle(users)] } else { Vec::new() }
    }

    fn load_sweep(&self) -> Vec<Task> {
        // The rate that is compared is a point of the same curve.
        let rates = self.points(&[3200.0, 12_800.0, 51_200.0, 102_400.0, 204_800.0], &[12_800.0, 102_400.0]);
        let task = |rate| Task::Harder(Rooms { users: RATE_USERS, size: ROOM_SIZE }, rate);
        if self.wants(Measure::LoadSweep) { rates.into_iter().map(task).collect() } else { Vec::new() }
    }

    fn room_sweep(&self) -> Vec<Task> {
        // What is compared at saturation is the point of 50 rooms.
        let rooms = self.points(&[1, 4, 16, 100, 200], &[1, 16, 200]);
        let size = ROOM_SIZE;
        let task = |rooms: usize| Task::Saturation(Rooms { users: rooms * usize::from(size), size });
        if self.wants(Measure::RoomSweep) { rooms.into_iter().map(task).collect() } else { Vec::new() }
    }

    fn member_sweep(&self) -> Vec<Task> {
        let sizes = self.points(&[2, 4, 8, 16, 32, 64], &[2, 8, 64]);
        let task = |size| Task::Saturation(Rooms { users: MEMBER_SWEEP_USERS, size });
        if self.wants(Measure::MemberSweep) { sizes.into_iter().map(task).collect() } else { Vec::new() }
    }
}

fn is_compared(rooms: Rooms) -> bool {
    rooms.users == SATURATION_USERS && rooms.size == ROOM_SIZE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything(quick: bool, rounds: usize) -> Choice {
        let measures = Measure::value_variants().to_vec();
        Choice { peers: Peer::USUAL.to_vec(), measures, quick, rounds }
    }

    #[test]
    fn peers_take_turns_and_are_asked_for_the_same() {
        for quick in [false, true] {
            let steps = everything(quick, 3).steps();
            for turn in steps.chunks(Peer::USUAL.len()) {
                assert_eq!(turn.iter().map(|step| step.peer).collect::<Vec<_>>(), Peer::USUAL);
                assert!(turn.iter().all(|step| step.tasks == turn[0].tasks && step.round == turn[0].round));
            }
        }
    }

    #[test]
    fn every_room_that_is_asked_for_can_be_filled() {
        for quick in [false, true] {
            for task in everything(quick, 1).steps().into_iter().flat_map(|step| step.tasks) {
                match task {
                    Task::Saturation(rooms) | Task::Rate(rooms, _) | Task::Harder(rooms, _) => {
                        assert_eq!(rooms.users % usize::from(rooms.size), 0, "{rooms:?}");
                    }
                    Task::Idle(users) => {
                        assert!(users.iter().all(|users| users % usize::from(ROOM_SIZE) == 0), "{users:?}");
                        assert_eq!(users.last(), Some(&IDLE_USERS));
                    }
                    Task::Visits => {}
                }
            }
        }
    }

    #[test]
    fn what_is_not_chosen_is_not_measured() {
        let choice = Choice { measures: vec![Measure::Visits], ..everything(false, 2) };
        let steps = choice.steps();
        assert_eq!(steps.len(), 2 * Peer::USUAL.len());
        assert!(steps.iter().all(|step| step.tasks == [Task::Visits]));
    }
}
