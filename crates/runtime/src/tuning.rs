//! RUNTIME: how machine code and memory of a process are laid out.

use wasmtime::{Config, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
/// Of WebAssembly's memory.
const PAGE_BYTES: u64 = 64 * KIB;
/// All that an address of WebAssembly's can name.
const ALL_ADDRESSES: u64 = 4096 * MIB;
const DEFAULT_GUARD_BYTES: u64 = 64 * KIB;
const DEFAULT_STACK_BYTES: usize = 1 << 20;
/// In a pool: functions that something in a guest points to.
const TABLE_ELEMENTS: u32 = 4096;
/// In a pool: what the runtime keeps of an instance.
const INSTANCE_BYTES: usize = 256 << 10;

/// The choices that decide what a process costs. The default is made for many small processes.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// Where a process's memory lies, and how far it can grow.
    pub memory: MemoryPlan,
    /// Unmapped bytes behind each memory. Any value is safe: what it does not cover is checked in code.
    pub guard_bytes: u64,
    /// The data section is mapped from one image, instead of being copied into each process.
    pub shared_data: bool,
    /// Stack for code of the guest and of the host, in bytes, of each process.
    pub stack_bytes: usize,
    /// How much of that the guest's code may use, in bytes. The rest is for the host's functions.
    pub guest_stack_bytes: usize,
    /// Prefer small machine code over fast.
    pub small_code: bool,
}

/// Where a process's memory lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryPlan {
    /// Never moves: its whole address space is kept free from the start.
    InOnePlace {
        /// That space, in bytes, and the most that it can grow to.
        bytes_max: u64,
    },
    /// Never moves, and is set aside at the start, with the stacks, to be used again and again.
    Pooled {
        /// Its space, in bytes, and the most that it can grow to.
        bytes_max: u64,
        /// For so many processes; there can be no more.
        processes: u32,
    },
    /// Moves when it has outgrown its space, and can grow to the 4 GiB that WebAssembly can address.
    Moving {
        /// Address space kept free behind what a memory has, each time it is placed, in bytes.
        reserve_bytes: u64,
    },
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            memory: MemoryPlan::Moving { reserve_bytes: 16 * MIB },
            guard_bytes: DEFAULT_GUARD_BYTES,
            shared_data: true,
            stack_bytes: DEFAULT_STACK_BYTES,
            guest_stack_bytes: 512 << 10,
            small_code: false,
        }
    }
}

impl Tuning {
    /// Addresses that a process takes with [`Tuning::in_one_place`], in bytes: memory, guard and stack.
    pub const ADDRESSES_IN_ONE_PLACE: u64 = ALL_ADDRESSES + DEFAULT_GUARD_BYTES + DEFAULT_STACK_BYTES as u64;

    /// As the default, but that each memory has all the addresses that WebAssembly can name. So no access of the guest's can go astray
    /// and none is checked, which is nearly a third of its instructions. For as many processes as there are addresses.
    #[must_use]
    pub fn in_one_place() -> Self {
        Self { memory: MemoryPlan::InOnePlace { bytes_max: ALL_ADDRESSES }, ..Self::default() }
    }

    /// The configuration of the engine. What processes rely on (asynchronous calls, letting go of
    /// a thread after a while) is not for choice.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::new();
        config
            .async_support(true)
            .epoch_interruption(true)
            .debug_info(false)
            .wasm_reference_types(true)
            .wasm_bulk_memory(true)
            .wasm_multi_value(true)
            .wasm_multi_memory(true)
            // Walking the stack of a process that is killed inside a nested call ends the whole node.
            .wasm_backtrace(false)
            .cranelift_opt_level(if self.small_code { OptLevel::SpeedAndSize } else { OptLevel::Speed })
            .allocation_strategy(self.strategy())
            .static_memory_guard_size(self.guard_bytes)
            .dynamic_memory_guard_size(self.guard_bytes)
            .guard_before_linear_memory(false)
            .memory_init_cow(self.shared_data)
            .async_stack_size(self.stack_bytes)
            .max_wasm_stack(self.guest_stack_bytes);
        for guard in ["enable_heap_access_spectre_mitigation", "enable_table_access_spectre_mitigation"] {
            // SAFETY: every access is checked as before. What falls away is only that a check which the processor has not
            // decided yet also hides what lies outside: a guard against programs written to spy on their host, and the
            // guest is whoever runs this program's own. It costs a tenth of the guest's time.
            unsafe { config.cranelift_flag_set(guard, "false") };
        }
        match self.memory {
            MemoryPlan::InOnePlace { bytes_max } | MemoryPlan::Pooled { bytes_max, .. } => {
                config.static_memory_forced(true).static_memory_maximum_size(bytes_max)
            }
            MemoryPlan::Moving { reserve_bytes } => config
                .static_memory_forced(false)
                .static_memory_maximum_size(0)
                .dynamic_memory_reserved_for_growth(reserve_bytes),
        };
        config
    }

    fn strategy(&self) -> InstanceAllocationStrategy {
        let MemoryPlan::Pooled { bytes_max, processes } = self.memory else {
            return InstanceAllocationStrategy::OnDemand;
        };
        let mut pool = PoolingAllocationConfig::default();
        pool.instance_count(processes)
            .instance_memories(1)
            .instance_tables(1)
            .instance_memory_pages(bytes_max / PAGE_BYTES)
            .instance_table_elements(TABLE_ELEMENTS)
            .instance_size(INSTANCE_BYTES);
        InstanceAllocationStrategy::Pooling(pool)
    }
}
