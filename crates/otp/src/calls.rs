//! Questions to other processes that wait for their answers. Pure: time comes in as an argument.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Names one question to the process that asked it. Travels in the question and comes back in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallId(u64);

/// The questions a process has asked, each with a context `T`: what to do once the answer is there.
///
/// A process never blocks for an answer. It opens a call, sends the id along, goes on, and matches the answer to its call when
/// it comes. An answer that comes twice, or after [`Calls::expired`] has given the call up, finds nothing.
#[derive(Debug)]
pub struct Calls<T> {
    next: u64,
    pending: BTreeMap<CallId, (u64, T)>,
    deadlines: BTreeSet<(u64, CallId)>,
}

impl<T> Default for Calls<T> {
    fn default() -> Self {
        Calls { next: 0, pending: BTreeMap::new(), deadlines: BTreeSet::new() }
    }
}

impl<T> Calls<T> {
    /// No questions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a call that expires `timeout_ms` after `now_ms`.
    pub fn open(&mut self, now_ms: u64, timeout_ms: u64, context: T) -> CallId {
        let call = CallId(self.next);
        self.next += 1;
        let deadline_ms = now_ms.saturating_add(timeout_ms);
        self.pending.insert(call, (deadline_ms, context));
        self.deadlines.insert((deadline_ms, call));
        call
    }

    /// Takes the answer to a call: its context, once. None if it was answered before or has expired.
    pub fn answer(&mut self, call: CallId) -> Option<T> {
        let (deadline_ms, context) = self.pending.remove(&call)?;
        self.deadlines.remove(&(deadline_ms, call));
        Some(context)
    }

    /// Gives up the calls whose deadline is `now_ms` or earlier, the most overdue first.
    pub fn expired(&mut self, now_ms: u64) -> Vec<(CallId, T)> {
        let mut given_up = Vec::new();
        while let Some(&(deadline_ms, call)) = self.deadlines.first() {
            if deadline_ms > now_ms {
                break;
            }
            self.deadlines.pop_first();
            if let Some((_, context)) = self.pending.remove(&call) {
                given_up.push((call, context));
            }
        }
        given_up
    }

    /// When [`Calls::expired`] has something to say next: the time to arm a [`Timer`](crate::Timer) for.
    pub fn next_deadline(&self) -> Option<u64> {
        self.deadlines.first().map(|&(deadline_ms, _)| deadline_ms)
    }

    /// How many answers are awaited.
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether no answer is awaited.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use lunatic::test;

    use super::*;

    #[test]
    fn an_answer_finds_its_own_question() {
        let mut calls = Calls::new();
        let tea = calls.open(0, 100, "tea");
        let milk = calls.open(0, 100, "milk");
        assert_eq!(calls.answer(milk), Some("milk"));
        assert_eq!(calls.answer(tea), Some("tea"));
        assert!(calls.is_empty());
    }

    #[test]
    fn a_second_answer_finds_nothing() {
        let mut calls = Calls::new();
        let call = calls.open(0, 100, ());
        assert_eq!(calls.answer(call), Some(()));
        assert_eq!(calls.answer(call), None);
    }

    #[test]
    fn a_late_answer_finds_nothing_even_when_new_questions_are_open() {
        let mut calls = Calls::new();
        let old = calls.open(0, 100, "old");
        assert_eq!(calls.expired(100), [(old, "old")]);
        let new = calls.open(100, 100, "new");
        assert_eq!(calls.answer(old), None);
        assert_eq!(calls.answer(new), Some("new"));
    }

    #[test]
    fn a_call_lives_until_its_deadline_and_not_longer() {
        let mut calls = Calls::new();
        let call = calls.open(1000, 50, ());
        assert_eq!(calls.expired(1049), []);
        assert_eq!(calls.expired(1050), [(call, ())]);
        assert_eq!(calls.expired(1050), [], "it is given up once");
    }

    #[test]
    fn the_next_deadline_is_the_earliest_of_those_still_open() {
        let mut calls = Calls::new();
        assert_eq!(calls.next_deadline(), None);
        calls.open(0, 300, ());
        let early = calls.open(0, 100, ());
        calls.open(0, 200, ());
        assert_eq!(calls.next_deadline(), Some(100));
        calls.answer(early);
        assert_eq!(calls.next_deadline(), Some(200));
    }

    #[test]
    fn calls_expire_in_the_order_of_their_deadlines() {
        let mut calls = Calls::new();
        for timeout_ms in [300, 100, 200] {
            calls.open(0, timeout_ms, timeout_ms);
        }
        let order: Vec<u64> = calls.expired(1000).into_iter().map(|(_, context)| context).collect();
        assert_eq!(order, [100, 200, 300]);
        assert_eq!(calls.len(), 0);
    }
}
