//! Moves, by the game's own words.

use serde_json::{Value, json};
use umbra_bots::play;
use umbra_protocol::Seat;

const ROWS: [[usize; 3]; 8] = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

fn board(cells: &str) -> Value {
    let cells = cells.chars().map(|cell| if cell == '.' { Value::Null } else { json!(cell.to_string()) });
    json!({"board": cells.collect::<Vec<_>>(), "marks": ["X", "O"]})
}

fn cell(view: &Value, seat: u8, random: &mut fastrand::Rng) -> usize {
    let action = play::choose("tictactoe", view, None, Seat(seat), false, random).expect("it knows the game");
    assert_eq!(action["type"], "PLACE");
    usize::try_from(action["cell"].as_u64().expect("there is a free cell")).expect("one of nine")
}

#[lunatic::test]
fn tictactoe_wins_before_it_blocks_and_blocks_before_anything_else() {
    let mut random = fastrand::Rng::with_seed(1);
    assert_eq!(cell(&board("XX.OO...."), 0, &mut random), 2, "wins, though it could block");
    assert_eq!(cell(&board("XX.OO...."), 1, &mut random), 5);
    assert_eq!(cell(&board("X...X...."), 1, &mut random), 8, "blocks");
    assert_eq!(cell(&board("X........"), 1, &mut random), 4, "the centre");
    assert!([0, 2, 6, 8].contains(&cell(&board("....X...."), 1, &mut random)), "a corner");
}

/// Plays seat 1 against somebody who places anywhere: who wins.
fn against_chance(random: &mut fastrand::Rng) -> Option<u8> {
    let mut view = board(".........");
    for number in 0..9 {
        let seat = number % 2;
        let free: Vec<usize> = (0..9).filter(|cell| view["board"][cell].is_null()).collect();
        let chosen = if seat == 1 { cell(&view, 1, random) } else { free[random.usize(..free.len())] };
        assert!(free.contains(&chosen), "only free cells");
        play::hear("tictactoe", &mut view, &json!({"type": "PLACED", "seat": seat, "cell": chosen}));
        let mark = &view["marks"][usize::from(seat)];
        if ROWS.iter().any(|row| row.iter().all(|cell| view["board"][cell] == *mark)) {
            return Some(seat);
        }
    }
    None
}

#[lunatic::test]
fn tictactoe_seldom_loses_to_chance_though_it_moves_second() {
    let mut random = fastrand::Rng::with_seed(2);
    let lost = (0..200).filter(|_| against_chance(&mut random) == Some(0)).count();
    assert!(lost < 20, "{lost} of 200");
}

#[lunatic::test]
fn a_game_that_no_bot_knows_is_sat_out() {
    let mut random = fastrand::Rng::with_seed(3);
    assert_eq!(play::choose("chess", &Value::Null, None, Seat(0), false, &mut random), None);
    assert!(play::seats("chess").is_empty());
}
