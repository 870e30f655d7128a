//! RULES of `undercover`: one match and how it moves from hint to hint, from vote to vote, to its end.

use serde::{Deserialize, Serialize};
use umbra_game::chance::{Chance, SeedableRng, SliceRandom};
use umbra_game::{Out, Refusal, Seat, Turn, Viewer};

use crate::ballot::{Ballot, loser};
use crate::{Event, MatchResult, Options, Outcome, PhaseName, View, Words};

/// How many rounds a match may take; a draw when they are over.
pub const ROUNDS_MAX: u32 = 20;
/// The longest hint, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// From how many seats on there are two undercovers.
const TWO_UNDERCOVERS_FROM: usize = 7;

/// One match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub(crate) speak_ms: u64,
    pub(crate) vote_ms: u64,
    /// Everybody who was dealt a word, ascending.
    pub(crate) seats: Vec<Seat>,
    /// Those of `seats` with the odd word, ascending.
    pub(crate) undercovers: Vec<Seat>,
    /// The words themselves and not their place in the list: a match may outlive a version of the list.
    pub(crate) words: Words,
    pub(crate) round: u32,
    pub(crate) phase: Phase,
    /// Those of `seats` still at the table, ascending.
    pub(crate) alive: Vec<Seat>,
    /// Who has spoken in this round, ascending, because that is the order of speaking.
    pub(crate) spoken: Vec<Seat>,
    pub(crate) ballot: Ballot,
}

/// Where in its round a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// This seat gives its hint.
    Speak(Seat),
    Vote,
    Over(MatchResult),
}

impl State {
    pub(crate) fn deal(options: &Options, seats: &[Seat], seed: u64) -> Self {
        let mut chance = Chance::seed_from_u64(seed);
        let words = Words::draw(&mut chance);
        let mut undercovers = seats.to_vec();
        undercovers.shuffle(&mut chance);
        undercovers.truncate(if seats.len() < TWO_UNDERCOVERS_FROM { 1 } else { 2 });
        undercovers.sort_unstable();
        Self {
            speak_ms: options.speak_ms,
            vote_ms: options.vote_ms,
            seats: seats.to_vec(),
            undercovers,
            words,
            round: 1,
            phase: Phase::Speak(seats[0]),
            alive: seats.to_vec(),
            spoken: Vec::new(),
            ballot: Ballot::default(),
        }
    }

    pub(crate) fn turn(&self) -> Option<Turn> {
        // A round's turns are numbered by the seat that speaks, then the vote, so the number only ever grows.
        const VOTE: u32 = u8::MAX as u32;
        let turn = |place: u32, phase, seats, waiting, limit_ms| {
            Some(Turn { serial: self.round * (VOTE + 1) + place, seats, waiting, phase, limit_ms: Some(limit_ms) })
        };
        match self.phase {
            Phase::Speak(seat) => turn(seat.0.into(), "SPEAK", vec![seat], vec![seat], self.speak_ms),
            Phase::Vote => turn(VOTE, "VOTE", self.alive.clone(), self.without_vote(), self.vote_ms),
            Phase::Over(_) => None,
        }
    }

    pub(crate) fn speak(&mut self, seat: Seat, text: &str, out: &mut Out<Event>) -> Result<(), Refusal> {
        if self.phase != Phase::Speak(seat) {
            return Err(Refusal::illegal("the table is voting, expected a VOTE"));
        }
        let text = hint(text)?;
        self.spoken.push(seat);
        out.all(Event::Spoke { seat, text });
        self.speak_on(seat);
        Ok(())
    }

    pub(crate) fn vote(&mut self, seat: Seat, against: Option<Seat>, out: &mut Out<Event>) -> Result<(), Refusal> {
        if self.phase != Phase::Vote {
            return Err(Refusal::illegal("the table is not voting yet, expected a SPEAK"));
        }
        if self.ballot.has(seat) {
            return Err(Refusal::illegal("your vote is in already, expected one vote a round"));
        }
        match against {
            Some(against) if against == seat => {
                return Err(Refusal::illegal("you cannot vote against yourself, expected another seat or null"));
            }
            Some(against) if !self.alive.contains(&against) => {
                let message = format!("seat {against} is not at the table, expected one that is, or null");
                return Err(Refusal::illegal(message));
            }
            Some(_) | None => {}
        }
        self.cast(seat, against, out);
        Ok(())
    }

    /// The seat lets its turn pass: it says nothing, or abstains.
    pub(crate) fn pass(&mut self, seat: Seat, out: &mut Out<Event>) {
        match self.phase {
            Phase::Speak(speaker) => self.speak_on(speaker),
            Phase::Vote => self.cast(seat, None, out),
            Phase::Over(_) => {}
        }
    }

    /// The seat leaves the table without a vote. Nobody is told what it was: that is for the end.
    pub(crate) fn flee(&mut self, seat: Seat, out: &mut Out<Event>) {
        if !self.alive.contains(&seat) {
            return;
        }
        self.alive.retain(|alive| *alive != seat);
        self.ballot.void(seat);
        if self.end_if_decided() {
            return;
        }
        match self.phase {
            Phase::Speak(speaker) if speaker == seat => self.speak_on(seat),
            Phase::Vote => self.count_if_complete(out),
            Phase::Speak(_) | Phase::Over(_) => {}
        }
    }

    pub(crate) fn result(&self) -> Option<MatchResult> {
        match self.phase {
            Phase::Over(result) => Some(result),
            Phase::Speak(_) | Phase::Vote => None,
        }
    }

    pub(crate) fn reveal(&self, result: MatchResult) -> Outcome {
        Outcome { result, undercovers: self.undercovers.clone(), words: self.words.clone() }
    }

    pub(crate) fn view(&self, viewer: Viewer) -> View {
        let word = match viewer {
            Viewer::Seat(seat) if self.seats.contains(&seat) => Some(self.word_of(seat).to_owned()),
            Viewer::Seat(_) | Viewer::Spectator => None,
        };
        let phase = match self.phase {
            Phase::Speak(_) => PhaseName::Speak,
            Phase::Vote => PhaseName::Vote,
            Phase::Over(_) => PhaseName::Over,
        };
        let (alive, spoken) = (self.alive.clone(), self.spoken.clone());
        View { round: self.round, phase, word, alive, spoken, voted: self.ballot.voters() }
    }

    pub(crate) fn word_of(&self, seat: Seat) -> &str {
        if self.undercovers.contains(&seat) { &self.words.undercover } else { &self.words.civilian }
    }

    fn without_vote(&self) -> Vec<Seat> {
        self.alive.iter().copied().filter(|seat| !self.ballot.has(*seat)).collect()
    }

    /// Whoever sits after this seat speaks next; after the last one comes the vote.
    fn speak_on(&mut self, after: Seat) {
        self.phase = match self.alive.iter().find(|seat| **seat > after) {
            Some(next) => Phase::Speak(*next),
            None => Phase::Vote,
        };
    }

    fn cast(&mut self, seat: Seat, against: Option<Seat>, out: &mut Out<Event>) {
        self.ballot.cast(seat, against);
        out.all(Event::Voted { seat });
        self.count_if_complete(out);
    }

    fn count_if_complete(&mut self, out: &mut Out<Event>) {
        if !self.without_vote().is_empty() {
            return;
        }
        let counts = self.ballot.counts();
        let leaves = loser(&counts);
        let undercover = leaves.map(|seat| self.undercovers.contains(&seat));
        out.all(Event::VoteResult { counts, out: leaves, undercover });
        self.alive.retain(|seat| Some(*seat) != leaves);
        if !self.end_if_decided() {
            self.next_round();
        }
    }

    fn next_round(&mut self) {
        if self.round == ROUNDS_MAX {
            self.phase = Phase::Over(MatchResult::Draw);
            return;
        }
        self.round += 1;
        self.spoken.clear();
        self.ballot = Ballot::default();
        // Invariant: with nobody left the undercovers are all out, and the match has ended before it comes to this.
        self.phase = Phase::Speak(self.alive[0]);
    }

    fn end_if_decided(&mut self) -> bool {
        let undercovers = self.alive.iter().filter(|seat| self.undercovers.contains(seat)).count();
        let civilians = self.alive.len() - undercovers;
        if undercovers == 0 {
            self.phase = Phase::Over(MatchResult::Civilians);
        } else if undercovers >= civilians {
            self.phase = Phase::Over(MatchResult::Undercovers);
        }
        self.result().is_some()
    }
}

/// The hint as the table will read it.
fn hint(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let chars = text.chars().count();
    if !(1..=TEXT_CHARS_MAX).contains(&chars) {
        return Err(Refusal::illegal(format!("text has {chars} characters, expected 1 to {TEXT_CHARS_MAX}")));
    }
    if text.chars().any(char::is_control) {
        return Err(Refusal::illegal("text contains a control character, expected one line of plain text"));
    }
    Ok(text.to_owned())
}
