//! Waking at exact times: tokio's own timer rounds up to whole milliseconds, which would be measured as latency.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;

/// A timer of the kernel.
#[derive(Debug)]
pub struct Pacer {
    timer: AsyncFd<OwnedFd>,
}

impl Pacer {
    /// Needs a tokio runtime.
    ///
    /// # Errors
    /// The system's.
    pub fn new() -> Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        // SAFETY: an `OwnedFd` is open and stays the same descriptor until it is dropped, and nobody else owns this one.
        let timer = unsafe { AsyncFd::register(timer) }?;
        Ok(Self { timer })
    }

    /// Returns as soon as possible after `time`.
    ///
    /// # Errors
    /// The system's.
    pub async fn until(&mut self, time: Instant) -> Result<()> {
        let left = time.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        let value = Timespec::try_from(left)?;
        let once = Itimerspec { it_interval: Timespec::try_from(Duration::ZERO)?, it_value: value };
        timerfd_settime(self.timer.get_ref(), TimerfdTimerFlags::empty(), &once)?;
        let mut guard = self.timer.readable().await?;
        let mut expirations = [0; 8];
        rustix::io::read(guard.get_inner(), &mut expirations)?;
        guard.clear_ready();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_never_wakes_early_and_passes_over_what_is_past() {
        let mut pacer = Pacer::new().unwrap();
        for micros in [0, 300, 700] {
            let time = Instant::now() + Duration::from_micros(micros);
            pacer.until(time).await.unwrap();
            assert!(Instant::now() >= time);
        }
        pacer.until(Instant::now() - Duration::from_secs(1)).await.unwrap();
    }
}
