//! DRIVER: what a server uses, all its processes together: a runtime may have helpers of its own.

use std::collections::HashMap;

use anyhow::{Context, Result};
use umbra_load::memory::Memory;
use umbra_load::{cpu, memory};

/// A process and everything that it and its descendants have started and that still runs.
///
/// # Errors
/// There is no such process.
pub fn of(root: u32) -> Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // Whoever ends meanwhile belongs to nobody.
        if let Some(parent) = parent(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    parent(root).with_context(|| format!("process {root}"))?;
    let mut tree = vec![root];
    let mut at = 0;
    while let Some(pid) = tree.get(at) {
        tree.extend(children.remove(pid).unwrap_or_default());
        at += 1;
    }
    Ok(tree)
}

fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name is in parentheses and may hold anything; then come the state and the parent.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Seconds of processor time, user and system, that they have used.
///
/// # Errors
/// The first is gone.
pub fn cpu_seconds(root: u32) -> Result<f64> {
    let seconds = |pid: u32| cpu::seconds(&pid.to_string());
    // A helper that has ended since it was listed has nothing more to say.
    of(root)?.into_iter().map(|pid| if pid == root { seconds(pid) } else { Ok(seconds(pid).unwrap_or(0.0)) }).sum()
}

/// What they have resident.
///
/// # Errors
/// The first is gone.
pub fn memory(root: u32) -> Result<Memory> {
    let mut all = Memory { rss: 0.0, pss: 0.0 };
    for pid in of(root)? {
        match memory::of(&pid.to_string()) {
            Ok(Memory { rss, pss }) => {
                all.rss += rss;
                all.pss += pss;
            }
            Err(error) if pid == root => return Err(error),
            Err(_) => {}
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_helper_of_a_helper_is_counted_and_a_stranger_is_not() {
        // Each says that it is there; all of them end when this test closes their input.
        let script = "exec 3<&0; sh -c 'echo there; read line; exit 0' <&3 & echo here; read line; wait";
        let start = || {
            let mut command = Command::new("sh");
            command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let mut said = [lines.next().unwrap().unwrap(), lines.next().unwrap().unwrap()];
            said.sort();
            assert_eq!(said, ["here", "there"]);
            child
        };
        let (mut measured, mut stranger) = (start(), start());
        let tree = of(measured.id()).unwrap();
        assert_eq!((tree.len(), tree[0]), (2, measured.id()));
        assert!(!tree.contains(&stranger.id()));
        let alone = memory::of(&measured.id().to_string()).unwrap();
        assert!(memory(measured.id()).unwrap().rss > 1.2 * alone.rss);
        assert!(cpu_seconds(measured.id()).unwrap() >= 0.0);
        for child in [&mut measured, &mut stranger] {
            drop(child.stdin.take());
            child.wait().unwrap();
        }
        assert!(of(measured.id()).is_err());
    }
}
