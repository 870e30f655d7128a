//! All courses that a world can take within a distance from the undisturbed one, each once.
//!
//! Most bugs of order need only one or two unusual moments. So instead of sampling many random orders, an [`Explorer`] goes
//! through every one that leaves the undisturbed course in at most so many places (the idea of CHESS and of delay-bounded
//! scheduling). Their number grows with the length of the run to the power of that bound: 1 is cheap, 2 is a night's work for a long run.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Choice, Schedule, Trail};

/// Goes through all courses within a bound, each once.
pub struct Explorer {
    bound: usize,
    consider: fn(&Choice<'_>) -> bool,
    /// The runs from which others branch off, the latest last.
    open: Vec<Branching>,
    running: Option<Rc<RefCell<Guide>>>,
    runs: u64,
}

/// A run that is over, and where it can be left next.
struct Branching {
    trail: Trail,
    /// How many options there were at each place behind the trail's last one.
    options: Vec<u32>,
    first_place: u64,
    /// What is tried next: how far behind the first place, and which answer.
    next: (usize, usize),
}

/// A run that is under way: where it is to leave the undisturbed course, and what it met.
struct Guide {
    trail: Trail,
    ahead: usize,
    place: u64,
    options: Vec<u32>,
    consider: fn(&Choice<'_>) -> bool,
}

impl Explorer {
    /// For runs that leave the undisturbed course in at most `bound` places; 0 is that course alone.
    pub fn new(bound: usize) -> Self {
        Explorer { bound, consider: |_| true, open: Vec::new(), running: None, runs: 0 }
    }

    /// Leaves the undisturbed course only where `consider` says so: at some kinds of [`Choice`], or for some processes.
    #[must_use]
    pub fn only_at(mut self, consider: fn(&Choice<'_>) -> bool) -> Self {
        self.consider = consider;
        self
    }

    /// The schedule of the next run; None when all have been tried. The run that was begun before must be over, and must have
    /// been in a world made just as this one.
    pub fn next_run(&mut self) -> Option<Guided> {
        let trail = match self.running.take() {
            None if self.runs > 0 => return None,
            None => Trail::default(),
            Some(last) => {
                self.note(&last.borrow());
                self.branch_off()?
            }
        };
        self.runs += 1;
        let guide = Guide { trail, ahead: 0, place: 0, options: Vec::new(), consider: self.consider };
        let guide = Rc::new(RefCell::new(guide));
        self.running = Some(Rc::clone(&guide));
        Some(Guided(guide))
    }

    /// How many runs there were, the one that is under way included.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Runs `attempt` under each course, until one fails or `runs_max` have been tried.
    ///
    /// # Errors
    /// What `attempt` has found, and how to see it again.
    ///
    /// # Panics
    /// If `attempt` does, after printing the trail.
    pub fn explore<E>(
        &mut self,
        runs_max: u64,
        mut attempt: impl FnMut(Guided) -> Result<(), E>,
    ) -> Result<Explored, Found<E>> {
        while self.runs < runs_max {
            let Some(guided) = self.next_run() else {
                return Ok(Explored { runs: self.runs, all: true });
            };
            let trail = guided.trail();
            let told = Told(&trail);
            let result = attempt(guided);
            drop(told);
            if let Err(error) = result {
                return Err(Found { trail, runs: self.runs, error });
            }
        }
        Ok(Explored { runs: self.runs, all: false })
    }

    fn note(&mut self, run: &Guide) {
        assert!(
            run.ahead == run.trail.len(),
            "run {} never came to where it was to branch off: {}",
            self.runs,
            run.trail
        );
        if run.trail.len() < self.bound {
            let first_place = run.trail.0.last().map_or(0, |(place, _)| place + 1);
            let options = run.options.clone();
            self.open.push(Branching { trail: run.trail.clone(), options, first_place, next: (0, 1) });
        }
    }

    fn branch_off(&mut self) -> Option<Trail> {
        while let Some(branching) = self.open.last_mut() {
            let (behind, answer) = branching.next;
            match branching.options.get(behind) {
                None => drop(self.open.pop()),
                Some(options) if answer as u32 >= *options => branching.next = (behind + 1, 1),
                Some(_) => {
                    branching.next = (behind, answer + 1);
                    let mut trail = branching.trail.clone();
                    trail.0.push((branching.first_place + behind as u64, answer));
                    return Some(trail);
                }
            }
        }
        None
    }
}

/// The schedule of one run of an [`Explorer`].
pub struct Guided(Rc<RefCell<Guide>>);

impl Guided {
    /// The course it takes.
    pub fn trail(&self) -> Trail {
        self.0.borrow().trail.clone()
    }
}

impl Schedule for Guided {
    fn choose(&mut self, choice: &Choice<'_>) -> usize {
        let guide = &mut *self.0.borrow_mut();
        let here = guide.place;
        guide.place += 1;
        match guide.trail.0.get(guide.ahead) {
            Some(&(place, answer)) => {
                if place != here {
                    return 0;
                }
                guide.ahead += 1;
                assert!(answer < choice.options(), "a world made in the same way took another course, at {choice:?}");
                answer
            }
            None => {
                let considered = (guide.consider)(choice);
                guide.options.push(if considered { choice.options() as u32 } else { 1 });
                0
            }
        }
    }
}

/// All runs went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explored {
    /// How many there were.
    pub runs: u64,
    /// Whether these are all within the bound.
    pub all: bool,
}

/// A run did not go well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("run {runs} found: {error} (repeat it with the trail {trail})")]
pub struct Found<E> {
    /// How to see it again.
    pub trail: Trail,
    /// The how many-th run it was.
    pub runs: u64,
    /// What was found.
    pub error: E,
}

/// Prints the trail if the run panics.
struct Told<'a>(&'a Trail);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was the run with the trail {}", self.0);
        }
    }
}
