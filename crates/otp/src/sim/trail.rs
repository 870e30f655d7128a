//! Where a run left the undisturbed course: enough to repeat it.

use std::fmt;
use std::str::FromStr;

use super::{Choice, Schedule};

/// The answers of a [`Schedule`] that were not 0, each with the place at which it was given: the how many-th choice of the run.
///
/// Written as `place:answer`, with commas between them; an undisturbed run is `fifo`. Follow it with [`Trail::follow`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trail(pub(super) Vec<(u64, usize)>);

impl Trail {
    /// Where and how often the run left the undisturbed course.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it never did.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A schedule that takes the same course.
    pub fn follow(&self) -> Follow {
        Follow { trail: self.0.clone().into_iter().rev().collect(), place: 0 }
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return write!(f, "fifo");
        }
        for (number, (place, answer)) in self.0.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma}{place}:{answer}")?;
        }
        Ok(())
    }
}

/// A text is no trail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no trail: expected `fifo`, or places and answers such as `12:1,40:2`, in order")]
pub struct NoTrail(String);

impl FromStr for Trail {
    type Err = NoTrail;

    fn from_str(text: &str) -> Result<Self, NoTrail> {
        if text == "fifo" {
            return Ok(Trail::default());
        }
        let part = |part: &str| {
            let (place, answer) = part.split_once(':')?;
            Some((place.parse().ok()?, answer.parse().ok().filter(|answer| *answer > 0)?))
        };
        let parts: Option<Vec<(u64, usize)>> = text.split(',').map(part).collect();
        let in_order = |parts: &Vec<(u64, usize)>| parts.is_sorted_by(|one, other| one.0 < other.0);
        parts.filter(in_order).map(Trail).ok_or_else(|| NoTrail(text.to_owned()))
    }
}

/// Takes the course of a [`Trail`].
#[derive(Clone, Debug)]
pub struct Follow {
    /// What is still ahead, the nearest last.
    trail: Vec<(u64, usize)>,
    place: u64,
}

impl Schedule for Follow {
    /// # Panics
    /// If the trail does not belong to this run.
    fn choose(&mut self, choice: &Choice<'_>) -> usize {
        let here = self.place;
        self.place += 1;
        match self.trail.pop_if(|(place, _)| *place == here) {
            None => 0,
            Some((_, answer)) => {
                assert!(answer < choice.options(), "the trail says {here}:{answer}, where there is only {choice:?}");
                answer
            }
        }
    }
}
