//! BOTS, tictactoe: win, else block, else the centre, else a corner, else what is left; among equals, any.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use umbra_protocol::{Seat, Turn};

use super::Play;

const ROWS: [[usize; 3]; 8] = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];
const CENTRE: usize = 4;
const CORNERS: [usize; 4] = [0, 2, 6, 8];
const SIDES: [usize; 4] = [1, 3, 5, 7];

pub(super) struct TicTacToe;

impl Play for TicTacToe {
    fn seats(&self) -> RangeInclusive<u8> {
        2..=2
    }

    fn choose(&self, view: &Value, _: Option<&Turn>, seat: Seat, _: bool, random: &mut fastrand::Rng) -> Value {
        let board = &view["board"];
        let mine = &view["marks"][usize::from(seat.0)];
        let other = &view["marks"][usize::from(1 - seat.0.min(1))];
        let cell = completing(board, mine)
            .or_else(|| completing(board, other))
            .or_else(|| free(board, &[CENTRE], random))
            .or_else(|| free(board, &CORNERS, random))
            .or_else(|| free(board, &SIDES, random));
        json!({"type": "PLACE", "cell": cell})
    }

    fn hear(&self, view: &mut Value, event: &Value) {
        if event["type"] == "PLACED"
            && let (Some(seat), Some(cell)) = (index(&event["seat"]), index(&event["cell"]))
        {
            let mark = view["marks"].get(seat).cloned().unwrap_or_default();
            if let Some(placed) = view["board"].get_mut(cell) {
                *placed = mark;
            }
        }
    }
}

fn index(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

/// The cell that makes a row of this mark.
fn completing(board: &Value, mark: &Value) -> Option<usize> {
    ROWS.iter().find_map(|row| {
        let marks = row.iter().filter(|cell| board[**cell] == *mark).count();
        let open = row.iter().find(|cell| board[**cell].is_null())?;
        (marks == 2).then_some(*open)
    })
}

fn free(board: &Value, cells: &[usize], random: &mut fastrand::Rng) -> Option<usize> {
    let free: Vec<usize> = cells.iter().copied().filter(|cell| board[*cell].is_null()).collect();
    (!free.is_empty()).then(|| free[random.usize(..free.len())])
}
