//! FAULTS, live: one direction of one connection through the proxy.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::frames::{Cutter, Piece};
use super::{Conduct, Shared};
use crate::plan::{Direction, Odds};

/// The longest delay of a frame, milliseconds.
const DELAY_MS_MOST: u64 = 20;
/// How long a frame waits for one to overtake it; if none comes, it passes.
const OVERTAKING: Duration = Duration::from_millis(20);

/// Carries bytes one way.
pub(super) struct Line {
    shared: Arc<Shared>,
    conduct: watch::Receiver<Conduct>,
    direction: Direction,
    /// Which connection, from 1.
    number: u64,
    random: Option<fastrand::Rng>,
    /// The sign-in is through.
    signed_in: bool,
    /// Waits to be overtaken.
    waiting: Option<Bytes>,
}

/// The line is at its end.
struct Ended;

/// What becomes of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Pass,
    Drop,
    Duplicate,
    Delay(Duration),
    BeOvertaken,
}

impl Line {
    pub fn new(shared: Arc<Shared>, direction: Direction, number: u64) -> Self {
        let conduct = shared.conduct.subscribe();
        Self { shared, conduct, direction, number, random: None, signed_in: false, waiting: None }
    }

    pub async fn run(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        // That it has ended is all there is to say.
        let _: Result<(), Ended> = self.carry(&mut from, &mut to).await;
        let keeps_ends = self.direction == Direction::Up;
        // The end of one direction passes too, but not while it is to be late.
        let _ = self.conduct.wait_for(|conduct| !(conduct.held || keeps_ends && conduct.keeps_ends)).await;
        let _ = to.shutdown().await;
    }

    async fn carry(&mut self, from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) -> Result<(), Ended> {
        let mut cutter = Cutter::default();
        loop {
            self.may_read().await?;
            let read = if self.waiting.is_some() {
                match timeout(OVERTAKING, from.read_buf(cutter.buffer())).await {
                    Ok(read) => read,
                    Err(_) => {
                        self.overtaken(to).await?;
                        continue;
                    }
                }
            } else {
                from.read_buf(cutter.buffer()).await
            };
            // What was read in the very instant of the freeze waits here.
            self.may_read().await?;
            let open = matches!(read, Ok(1..));
            while let Some(piece) = cutter.next() {
                self.piece(piece, to).await?;
            }
            if !open {
                self.overtaken(to).await?;
                if let Some(rest) = cutter.rest() {
                    self.pass(rest.bytes().clone(), to).await?;
                }
                return Err(Ended);
            }
        }
    }

    /// Waits while nobody reads.
    async fn may_read(&mut self) -> Result<(), Ended> {
        let (direction, number) = (self.direction, self.number);
        let reads = |conduct: &Conduct| direction == Direction::Up || conduct.frozen_up_to < number;
        self.conduct.wait_for(reads).await.map(drop).map_err(|_| Ended)
    }

    async fn piece(&mut self, piece: Piece, to: &mut OwnedWriteHalf) -> Result<(), Ended> {
        let fate = match &piece {
            Piece::Message(_) => self.fate(),
            Piece::Other(_) => Fate::Pass,
        };
        if fate != Fate::Pass {
            self.shared.frames_hit.fetch_add(1, Ordering::SeqCst);
        }
        let bytes = piece.bytes().clone();
        match fate {
            Fate::Pass => {}
            Fate::Drop => return Ok(()),
            Fate::Duplicate => self.pass(bytes.clone(), to).await?,
            Fate::Delay(time) => sleep(time).await,
            Fate::BeOvertaken if self.waiting.is_none() => {
                self.waiting = Some(bytes);
                return Ok(());
            }
            Fate::BeOvertaken => {}
        }
        self.pass(bytes, to).await?;
        self.overtaken(to).await
    }

    /// What was to be overtaken passes now.
    async fn overtaken(&mut self, to: &mut OwnedWriteHalf) -> Result<(), Ended> {
        match self.waiting.take() {
            Some(bytes) => self.pass(bytes, to).await,
            None => Ok(()),
        }
    }

    async fn pass(&mut self, bytes: Bytes, to: &mut OwnedWriteHalf) -> Result<(), Ended> {
        self.conduct.wait_for(|conduct| !conduct.held).await.map_err(|_| Ended)?;
        let budget = &self.shared.budgets[self.direction as usize];
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let before = budget.load(Ordering::SeqCst);
        if before < i64::MAX && before < length {
            let part = usize::try_from(before).unwrap_or(0);
            // The connection is about to be cut: whether this part arrives is all one.
            let _ = to.write_all(&bytes[..part]).await;
            budget.store(i64::MAX, Ordering::SeqCst);
            self.shared.cut.send_modify(|times| *times += 1);
            return Err(Ended);
        }
        if before < i64::MAX {
            budget.store(before - length, Ordering::SeqCst);
        }
        to.write_all(&bytes).await.map_err(|_| Ended)
    }

    fn fate(&mut self) -> Fate {
        let faults = self.conduct.borrow().faults;
        let spared = !std::mem::replace(&mut self.signed_in, true);
        let Some(faults) = faults.filter(|_| !spared) else { return Fate::Pass };
        let odds = match self.direction {
            Direction::Up => faults.up,
            Direction::Down => faults.down,
        };
        let (number, direction) = (self.number, self.direction as u64);
        let seed = || faults.seed ^ (number << 1 | direction).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        draw(odds, self.random.get_or_insert_with(|| fastrand::Rng::with_seed(seed())))
    }
}

fn draw(odds: Odds, random: &mut fastrand::Rng) -> Fate {
    let mut drawn = random.u16(0..1000);
    let mut falls_to = |odds: u16| {
        let hit = drawn < odds;
        drawn = drawn.saturating_sub(odds);
        hit
    };
    if falls_to(odds.drop) {
        Fate::Drop
    } else if falls_to(odds.duplicate) {
        Fate::Duplicate
    } else if falls_to(odds.delay) {
        Fate::Delay(Duration::from_millis(random.u64(1..=DELAY_MS_MOST)))
    } else if falls_to(odds.reorder) {
        Fate::BeOvertaken
    } else {
        Fate::Pass
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fate_comes_as_often_as_its_odds_say() {
        let odds = Odds { drop: 100, duplicate: 200, delay: 300, reorder: 50 };
        let mut random = fastrand::Rng::with_seed(7);
        let mut counts = [0; 5];
        for _ in 0..100_000 {
            counts[match draw(odds, &mut random) {
                Fate::Drop => 0,
                Fate::Duplicate => 1,
                Fate::Delay(_) => 2,
                Fate::BeOvertaken => 3,
                Fate::Pass => 4,
            }] += 1;
        }
        for (count, expected) in counts.into_iter().zip([100, 200, 300, 50, 350]) {
            let expected = expected * 100;
            assert!((expected * 9 / 10..=expected * 11 / 10).contains(&count), "{counts:?}");
        }
    }
}
