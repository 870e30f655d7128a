//! RULES of `tictactoe`: the nine cells and what is a row.

use serde::{Deserialize, Serialize};
use umbra_game::Refusal;

/// How many cells there are.
pub const CELLS: usize = 9;

/// Rows, columns and diagonals.
const ROWS: [[usize; 3]; 8] = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

/// What stands on a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// Of the lower seat, which begins.
    X,
    /// Of the higher seat.
    O,
}

impl Mark {
    /// Both, in the order in which they move.
    pub const BOTH: [Self; 2] = [Self::X, Self::O];
}

/// The cells, row by row from the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Board([Option<Mark>; CELLS]);

impl Board {
    /// Puts a mark on a free cell.
    ///
    /// # Errors
    /// There is no such cell, or it is taken; the board is unchanged.
    pub(crate) fn place(&mut self, cell: u8, mark: Mark) -> Result<(), Refusal> {
        match self.0.get_mut(usize::from(cell)) {
            None => Err(Refusal::illegal(format!("there is no cell {cell}, expected 0 to 8"))),
            Some(Some(_)) => Err(Refusal::illegal(format!("cell {cell} is taken, expected a free one"))),
            Some(free) => {
                *free = Some(mark);
                Ok(())
            }
        }
    }

    /// How many marks stand on the board.
    pub(crate) fn placed(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// Whether somebody has three in a row.
    pub(crate) fn has_row(&self) -> bool {
        ROWS.iter().any(|&[a, b, c]| self.0[a].is_some() && self.0[a] == self.0[b] && self.0[b] == self.0[c])
    }

    /// The cells without a mark.
    #[cfg(test)]
    pub(crate) fn free(&self) -> Vec<u8> {
        (0u8..).zip(self.0).filter(|(_, mark)| mark.is_none()).map(|(cell, _)| cell).collect()
    }
}
