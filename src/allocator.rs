//! The guest's memory: an allocator made for many small processes, each with a memory of its own.
//!
//! The one that comes with wasi-libc takes more than a quarter of the time that the guest's own code runs. And to ask the runtime for
//! more memory costs every process a call of the operating system; so its first memory is part of the image, where zeroes
//! that nobody has touched take no place.

use core::alloc::Layout;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

use talc::base::Talc;
use talc::base::binning::Binning;
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::wasm::WasmBinning;

/// Bytes that a process has without asking for them: a few times what an idle user takes.
const FIRST_BYTES: usize = 48 * 1024;
/// Bytes of a page of WebAssembly's memory.
const PAGE_BYTES: usize = 64 * 1024;
/// Bytes beyond what is asked for that the allocator may need to hand it out.
const OVERHEAD_BYTES: usize = 256;

static mut FIRST: [MaybeUninit<u8>; FIRST_BYTES] = [MaybeUninit::uninit(); FIRST_BYTES];

#[global_allocator]
static ALLOCATOR: TalcSyncCell<FirstThenMore, WasmBinning> = TalcSyncCell::new_wasm(FirstThenMore::Untouched);

/// Where the allocator's memory comes from.
#[derive(Debug)]
enum FirstThenMore {
    /// Nothing was allocated yet.
    Untouched,
    /// The end of what it has; `None` if that cannot be extended.
    Claimed(Option<NonNull<u8>>),
}

// SAFETY: it has one owner, as every process has one thread.
unsafe impl Send for FirstThenMore {}

// SAFETY: allocates nothing itself.
unsafe impl Source for FirstThenMore {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        match talc.source {
            Self::Untouched => {
                // SAFETY: nobody else knows of this memory, and this happens once.
                let end = unsafe { talc.claim((&raw mut FIRST).cast(), FIRST_BYTES) };
                talc.source = Self::Claimed(None);
                end.map(drop).ok_or(())
            }
            Self::Claimed(end) => {
                let wanted = layout.size().saturating_add(layout.align()).saturating_add(OVERHEAD_BYTES);
                let pages = wanted.div_ceil(PAGE_BYTES);
                let before = core::arch::wasm32::memory_grow::<0>(pages);
                if before == usize::MAX {
                    return Err(());
                }
                let base = (before * PAGE_BYTES) as *mut u8;
                // SAFETY: the runtime has just given these pages, to this process and its allocator.
                let end = unsafe {
                    match end.filter(|end| end.as_ptr() == base) {
                        Some(end) => Some(talc.extend(end, base.wrapping_add(pages * PAGE_BYTES))),
                        None => talc.claim(base, pages * PAGE_BYTES),
                    }
                };
                talc.source = Self::Claimed(end);
                end.map(drop).ok_or(())
            }
        }
    }
}
