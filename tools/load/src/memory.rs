//! Memory of a process as the kernel counts it.

use anyhow::{Context, Result};

/// Bytes in memory at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memory {
    /// Resident: every page counted wholly in each mapping, so a page mapped by each of a thousand instances counts a thousand times.
    pub rss: f64,
    /// Proportional: a shared page counts once, divided among its mappings.
    pub pss: f64,
}

/// What a process has resident now.
///
/// # Errors
/// There is no such process, or it is somebody else's.
pub fn of(pid: &str) -> Result<Memory> {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))
        .with_context(|| format!("memory of process {pid}"))?;
    let kib = |name: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|kib| kib.trim().parse::<f64>().ok())
    };
    let (rss, pss) = kib("Rss:").zip(kib("Pss:")).context("an odd smaps_rollup")?;
    Ok(Memory { rss: rss * 1024.0, pss: pss * 1024.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_in_use_shows_up() {
        let before = of("self").unwrap();
        let held = std::hint::black_box(vec![1u8; 64 << 20]);
        let after = of("self").unwrap();
        assert!(after.rss - before.rss > 60e6 && after.pss - before.pss > 60e6, "{before:?} {after:?}");
        drop(held);
    }
}
