//! Processor time of a process, and which processor it may use.

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Seconds of processor time, user and system, that a process has used; `"self"` is this one.
///
/// # Errors
/// There is no such process.
pub fn seconds(pid: &str) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("process {pid}"))?;
    // The name is in parentheses and may hold anything; what follows the last one is numbers.
    let (_, numbers) = stat.rsplit_once(')').context("an odd /proc/PID/stat")?;
    let ticks = |field: usize| numbers.split_whitespace().nth(field - 3).and_then(|ticks| ticks.parse::<f64>().ok());
    let used = ticks(14).zip(ticks(15)).context("an odd /proc/PID/stat")?;
    Ok((used.0 + used.1) / rustix::param::clock_ticks_per_second() as f64)
}

/// The processors this thread may use.
///
/// # Errors
/// The system's.
pub fn allowed() -> Result<Vec<usize>> {
    let set = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|cpu| set.is_set(*cpu)).collect())
}

/// Confines this thread, and the processes it starts from now on, to some processors.
///
/// # Errors
/// The system's; none of them may be allowed.
pub fn confine(cpus: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    cpus.iter().for_each(|cpu| set.set(*cpu));
    sched_setaffinity(None, &set).with_context(|| format!("confining to processors {cpus:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spent_shows_up() {
        let before = seconds("self").unwrap();
        while seconds("self").unwrap() < before + 0.02 {}
        assert!(seconds("1").is_ok_and(|used| used >= 0.0));
        assert!(seconds("none").is_err());
    }

    #[test]
    fn confining_is_seen_by_the_system() {
        std::thread::spawn(|| {
            let first = allowed().unwrap()[0];
            confine(&[first]).unwrap();
            assert_eq!(allowed().unwrap(), [first]);
        })
        .join()
        .unwrap();
    }
}
