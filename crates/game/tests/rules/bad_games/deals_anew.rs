//! RULES, the kit tested: a game that takes its chance from somewhere else than the seed.

use std::sync::atomic::{AtomicU64, Ordering};

use umbra_game::Seat;

use super::whisper::{self, Flaw, State};

pub struct DealsAnew;

static DEALT: AtomicU64 = AtomicU64::new(0);

impl Flaw for DealsAnew {
    fn set_up(seats: &[Seat], _seed: u64) -> State {
        whisper::set_up(seats, DEALT.fetch_add(1, Ordering::Relaxed))
    }
}
