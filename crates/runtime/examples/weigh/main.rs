//! RUNTIME, measured: what an idle process and a message cost, under a tuning given as `name=value` words.
//!
//!     cargo run --release --target host-tuple -p umbra-runtime --example weigh -- processes=10000 memory_max_bytes=4194304
//!
//! The guest is `idle.wat` beside this file: what every small guest has (17 pages of memory, 40 KiB of data), and a child
//! that waits for a message.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use umbra_runtime::{Environment as _, MemoryPlan, Node, ProcessSettings, Runtime, Tuning};

/// Round trips that `ping` makes.
const ROUND_TRIPS: u32 = 200_000;

fn main() -> Result<()> {
    let mut tuning = Tuning::default();
    let mut processes = 10_000_usize;
    for word in std::env::args().skip(1) {
        let (name, value) = word.split_once('=').with_context(|| format!("{word}: expected name=value"))?;
        match name {
            "processes" => processes = value.parse()?,
            "memory_max_bytes" => tuning.memory = MemoryPlan::InOnePlace { bytes_max: value.parse()? },
            "memory_reserve_bytes" => tuning.memory = MemoryPlan::Moving { reserve_bytes: value.parse()? },
            "guard_bytes" => tuning.guard_bytes = value.parse()?,
            "shared_data" => tuning.shared_data = value.parse()?,
            "stack_bytes" => tuning.stack_bytes = value.parse()?,
            "guest_stack_bytes" => tuning.guest_stack_bytes = value.parse()?,
            "pool" => {
                let MemoryPlan::InOnePlace { bytes_max } = tuning.memory else {
                    bail!("pool={value}: expected memory_max_bytes before it");
                };
                tuning.memory = MemoryPlan::Pooled { bytes_max, processes: value.parse()? };
            }
            "small_code" => tuning.small_code = value.parse()?,
            other => bail!("{other} cannot be chosen"),
        }
    }
    let runtime = Runtime::new(&tuning)?;
    let module = runtime.compile(include_bytes!("idle.wat"))?;
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    threads.block_on(async {
        let node = Node::new(&runtime);
        let before = Weight::now()?;
        let started = Instant::now();
        // It starts a child for each message.
        let root = node.start(&module, "parent", ProcessSettings::root(), None).await?;
        for _ in 0..processes {
            root.root.send(umbra_runtime::Signal::Message(umbra_runtime::Message::Data(
                umbra_runtime::DataMessage::new_from_vec(None, Vec::new()),
            )));
        }
        while node.environment.process_count() < processes + 1 {
            ensure!(started.elapsed() < Duration::from_secs(300), "{} processes", node.environment.process_count());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let each = started.elapsed() / u32::try_from(processes)?;
        // Until they count as idle.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let after = Weight::now()?;
        println!("{tuning:?}");
        println!(
            "{processes} processes: {each:?}, {:.1} KiB resident, {:.1} KiB of it shared out (PSS), {:.1} KiB page tables, {:.2} mappings, {:.0} KiB of address space each",
            (after.rss - before.rss) / processes as f64,
            (after.pss - before.pss) / processes as f64,
            (after.tables - before.tables) / processes as f64,
            (after.mappings - before.mappings) / processes as f64,
            (after.space - before.space) / processes as f64,
        );
        for (what, kib) in by_kind()? {
            println!("  {:5.1} KiB each in {what}", kib / processes as f64);
        }
        let node = Node::new(&runtime);
        let started = Instant::now();
        let outcome = node.start(&module, "ping", ProcessSettings::root(), None).await?.outcome().await;
        println!("round trip {:?} ({outcome:?})", started.elapsed() / ROUND_TRIPS);
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let started = Instant::now();
            node.start(&module, "compute", ProcessSettings::root(), None).await?.outcome().await;
            best = best.min(started.elapsed());
        }
        println!("compute {best:?}");
        anyhow::Ok(())
    })?;
    threads.shutdown_background();
    Ok(())
}

/// Resident KiB by kind of mapping, the most first: those of one size and one permission are of one kind, and of those
/// there are as many as processes, or few and large, which are the heap.
fn by_kind() -> Result<Vec<(String, f64)>> {
    let mut kinds: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    let mut kind = String::new();
    for line in fs::read_to_string("/proc/self/smaps")?.lines() {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if let Some((from, to)) = first.split_once('-').filter(|_| !first.ends_with(':')) {
            let size = (u64::from_str_radix(to, 16)? - u64::from_str_radix(from, 16)?) >> 10;
            let permissions = words.next().unwrap_or_default().to_owned();
            let name = words.nth(3).unwrap_or_default();
            kind = format!("mappings of {size} KiB {permissions} {name}");
        } else if let Some(rss) = line.strip_prefix("Rss:") {
            let entry = kinds.entry(kind.clone()).or_default();
            entry.0 += 1;
            entry.1 += rss.trim().trim_end_matches(" kB").parse::<f64>()?;
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().map(|(kind, (count, kib))| (format!("{count} {kind}"), kib)).collect();
    kinds.sort_by(|one, other| other.1.total_cmp(&one.1));
    kinds.truncate(6);
    Ok(kinds)
}

/// What this program weighs, in KiB.
struct Weight {
    rss: f64,
    pss: f64,
    tables: f64,
    space: f64,
    mappings: f64,
}

impl Weight {
    fn now() -> Result<Self> {
        let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
        let status = fs::read_to_string("/proc/self/status")?;
        let maps = fs::read_to_string("/proc/self/maps")?;
        Ok(Self {
            rss: kib(&rollup, "Rss:")?,
            pss: kib(&rollup, "Pss:")?,
            tables: kib(&status, "VmPTE:")?,
            space: kib(&status, "VmSize:")?,
            mappings: maps.lines().count() as f64,
        })
    }
}

fn kib(text: &str, name: &str) -> Result<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
