//! RUNTIME, turns: who is next. It knows nothing of tasks.

use std::collections::VecDeque;

/// After how many turns it is looked what has come in from outside, at the earliest if there are as many; and how many the
/// guest's processes have, at most, before native ones have theirs.
pub(super) const ROUND: u32 = 64;

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T> {
    /// It is somebody's turn.
    Turn(T),
    /// It is time to look what has come in.
    LookOut,
    /// Nobody has anything to do.
    Wait,
}

/// Those who have something to do, in the order in which they will.
pub(super) struct Order<T> {
    guests: VecDeque<T>,
    natives: VecDeque<T>,
    /// How many native ones are still to have their turns before the guest's go on, while they have theirs.
    natives_turns: Option<usize>,
    /// Turns since it was looked what has come in.
    turns: u32,
}

impl<T> Default for Order<T> {
    fn default() -> Self {
        Self { guests: VecDeque::new(), natives: VecDeque::new(), natives_turns: None, turns: 0 }
    }
}

impl<T> Order<T> {
    /// A process of the guest has something to do.
    pub fn add_guest(&mut self, who: T) {
        self.guests.push_back(who);
    }

    /// A native process has.
    pub fn add_native(&mut self, who: T) {
        self.natives.push_back(who);
    }

    /// What is to be done next.
    pub fn next(&mut self) -> Next<T> {
        if self.natives_turns.take_if(|left| *left == 0).is_some() && self.turns >= ROUND {
            return self.pause(Next::LookOut);
        }
        if self.natives_turns.is_none()
            && self.turns < ROUND
            && let Some(guest) = self.guests.pop_front()
        {
            return self.turn(guest);
        }
        let left = self.natives_turns.unwrap_or(self.natives.len());
        let Some(native) = self.natives.pop_front() else {
            let next = if self.guests.is_empty() { Next::Wait } else { Next::LookOut };
            return self.pause(next);
        };
        self.natives_turns = Some(left - 1);
        self.turn(native)
    }

    fn turn(&mut self, who: T) -> Next<T> {
        self.turns += 1;
        Next::Turn(who)
    }

    fn pause(&mut self, next: Next<T>) -> Next<T> {
        self.turns = 0;
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natives_come_when_no_guest_has_anything_to_do() {
        let mut order = Order::default();
        order.add_native("connection");
        order.add_guest("user");
        assert_eq!(order.next(), Next::Turn("user"));
        order.add_native("another");
        order.add_guest("room");
        assert_eq!(order.next(), Next::Turn("room"));
        assert_eq!(order.next(), Next::Turn("connection"));
        order.add_guest("user");
        assert_eq!(order.next(), Next::Turn("another"), "those who waited have their turns one after the other");
        order.add_native("connection");
        assert_eq!(order.next(), Next::Turn("user"), "and who came meanwhile waits again");
        assert_eq!(order.next(), Next::Turn("connection"));
        assert_eq!(order.next(), Next::Wait);
    }

    #[test]
    fn guests_that_never_rest_let_natives_have_their_turns_and_the_world_be_looked_at() {
        let mut order = Order::default();
        order.add_native("connection");
        order.add_guest("restless");
        for _ in 0..ROUND {
            assert_eq!(order.next(), Next::Turn("restless"));
            order.add_guest("restless");
        }
        assert_eq!(order.next(), Next::Turn("connection"));
        order.add_native("connection");
        assert_eq!(order.next(), Next::LookOut);
        for _ in 0..ROUND {
            assert_eq!(order.next(), Next::Turn("restless"));
            order.add_guest("restless");
        }
        assert_eq!(order.next(), Next::Turn("connection"));
    }

    #[test]
    fn natives_that_never_rest_let_guests_have_their_turns_and_the_world_be_looked_at() {
        let mut order = Order::default();
        order.add_native("restless");
        let mut since = 0;
        for _ in 0..3 * ROUND {
            order.add_guest("user");
            let mut seen = Vec::new();
            while !seen.contains(&"user") {
                match order.next() {
                    Next::Turn(who) => {
                        if who == "restless" {
                            order.add_native(who);
                        }
                        seen.push(who);
                        since += 1;
                    }
                    Next::LookOut => since = 0,
                    Next::Wait => unreachable!("somebody has something to do"),
                }
                assert!(since <= ROUND + 1);
            }
        }
    }

    #[test]
    fn a_round_is_over_though_nobody_else_waits() {
        let mut order = Order::default();
        (0..ROUND + 2).for_each(|guest| order.add_guest(guest));
        (0..ROUND).for_each(|guest| assert_eq!(order.next(), Next::Turn(guest)));
        assert_eq!(order.next(), Next::LookOut);
        assert_eq!(order.next(), Next::Turn(ROUND));
        assert_eq!(order.next(), Next::Turn(ROUND + 1));
        assert_eq!(order.next(), Next::Wait);
    }
}
