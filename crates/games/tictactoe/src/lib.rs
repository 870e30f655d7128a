//! RULES of `tictactoe`: three in a row on nine cells. Late, absent past the deadline, or gone: the match is lost.
//!
//! Where we are: `socket → user → **room** → user → socket`; the room holds one match of this.

mod board;

use serde::{Deserialize, Serialize};
use umbra_game::{Absence, Answer, Game, Late, OptionRefused, Out, Refusal, Seat, Turn, Viewer};

pub use board::{Board, CELLS, Mark};

/// The shortest turn that may be asked for, in milliseconds.
pub const TURN_MS_MIN: u64 = 100;
/// The longest turn that may be asked for, in milliseconds: an hour.
pub const TURN_MS_MAX: u64 = 3_600_000;

/// The game.
pub struct TicTacToe;

/// What the creator of a room may choose.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// How long a turn may last, in milliseconds; past it the match is lost.
    pub turn_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { turn_ms: 30_000 }
    }
}

/// One match. Nothing in it is hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    turn_ms: u64,
    /// X and O, in this order.
    seats: [Seat; 2],
    board: Board,
    outcome: Option<Outcome>,
}

/// What a seat may do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// Put the own mark on a free cell.
    Place {
        /// 0 to 8, row by row from the top left.
        cell: u8,
    },
}

/// What the table is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Event {
    /// A mark was put on the board.
    Placed {
        /// By whom.
        seat: Seat,
        /// Where.
        cell: u8,
    },
}

/// What everybody sees.
#[derive(Debug, Serialize)]
pub struct View {
    /// The nine cells, row by row; `null` where nobody has placed.
    pub board: Board,
    /// The marks of seat 0 and seat 1.
    pub marks: [Mark; 2],
}

/// How a match ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// In which way.
    pub result: Ending,
    /// Who won, if anybody.
    pub winner: Option<Seat>,
}

/// The ways in which a match ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ending {
    /// Three in a row, or the other one has lost by leaving or by being late.
    Win,
    /// The board is full.
    Draw,
    /// Nobody came back.
    Abandoned,
}

impl Game for TicTacToe {
    const NAME: &'static str = "tictactoe";
    const MIN_SEATS: u8 = 2;
    const MAX_SEATS: u8 = 2;
    const ACTIONS: &'static str = r#"{"type":"PLACE","cell":0..8}"#;
    const ABSENCE: Absence = Absence::Wait;
    const LATE: Late = Late::Forfeit;

    type Options = Options;
    type State = State;
    type Action = Action;
    type Event = Event;
    type View = View;
    type Outcome = Outcome;

    fn check_options(options: &Options) -> Result<(), OptionRefused> {
        OptionRefused::outside("turnMs", options.turn_ms, TURN_MS_MIN..=TURN_MS_MAX)
    }

    fn set_up(options: &Options, seats: &[Seat], _seed: u64) -> State {
        let &[x, o] = seats else { unreachable!("a match of tictactoe has two seats, got {seats:?}") };
        State { turn_ms: options.turn_ms, seats: [x, o], board: Board::default(), outcome: None }
    }

    fn turn(state: &State) -> Option<Turn> {
        let mover = state.mover();
        Some(Turn {
            serial: state.board.placed() as u32 + 1,
            seats: vec![mover],
            waiting: vec![mover],
            phase: "PLACE",
            limit_ms: Some(state.turn_ms),
        })
    }

    fn apply(
        state: &mut State,
        seat: Seat,
        Action::Place { cell }: Action,
        out: &mut Out<Event>,
    ) -> Result<Answer, Refusal> {
        state.board.place(cell, state.to_move())?;
        out.all(Event::Placed { seat, cell });
        state.outcome = if state.board.has_row() {
            Some(Outcome { result: Ending::Win, winner: Some(seat) })
        } else if state.board.placed() == CELLS {
            Some(Outcome { result: Ending::Draw, winner: None })
        } else {
            None
        };
        Ok(Answer::NONE)
    }

    fn flee(state: &mut State, seat: Seat, _out: &mut Out<Event>) {
        let winner = state.seats.into_iter().find(|other| *other != seat);
        state.outcome = Some(Outcome { result: Ending::Win, winner });
    }

    fn view(state: &State, _viewer: Viewer) -> View {
        View { board: state.board, marks: Mark::BOTH }
    }

    fn outcome(state: &State) -> Option<Outcome> {
        state.outcome
    }

    fn abandoned(_state: &State) -> Outcome {
        Outcome { result: Ending::Abandoned, winner: None }
    }
}

impl State {
    /// The mark that is placed next.
    fn to_move(&self) -> Mark {
        Mark::BOTH[self.board.placed() % 2]
    }

    fn mover(&self) -> Seat {
        self.seats[self.board.placed() % 2]
    }
}

#[cfg(test)]
mod tests;
