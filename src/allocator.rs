//! The guest's memory: an allocator made for many small processes, each with a memory of its own.
//!
//! The one that comes with wasi-libc takes more than a quarter of the time that the guest's own code runs. And to ask the runtime for
//! more memory costs every process a call of the operating system; so its first memory is part of the image, where zeroes
//! that nobody has touched take no place.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use talc::base::Talc;
use talc::base::binning::Binning;
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::wasm::WasmBinning;

/// Bytes that a process has without asking for them: a few times what an idle user takes.
const FIRST_BYTES: usize = 48 * 1024;
/// How much of it is taken at a time, in bytes: where the allocator's memory ends it makes a mark, and a process pays for
/// each page of the machine that it touches.
const TOUCH_BYTES: usize = 4096;
/// Bytes of a page of WebAssembly's memory.
const PAGE_BYTES: usize = 64 * 1024;
/// Bytes beyond what is asked for that the allocator may need to hand it out.
const OVERHEAD_BYTES: usize = 256;

/// The largest block that is kept for the next who wants one of its size, in bytes.
const SMALL_BYTES: usize = 512;
/// Sizes of small blocks are multiples of this many bytes.
const STEP_BYTES: usize = 16;
/// What every block is aligned to at least, in bytes.
const ALIGN_BYTES: usize = 8;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator {
    kept: [const { Cell::new(ptr::null_mut()) }; SMALL_BYTES / STEP_BYTES],
    rest: TalcSyncCell::new_wasm(FirstThenMore::Untouched),
    first: UnsafeCell::new([MaybeUninit::uninit(); FIRST_BYTES]),
};

/// Small blocks are kept when they are freed, in a list for each size: what a message takes is what the one before it
/// took, and found without a search. Everything else is talc's. What is looked at for each block lies right before
/// the first of them, mostly in the same page: a process that is woken touches as little as may be.
#[repr(C)]
struct Allocator {
    /// The first free block of each size; each holds the next one.
    kept: [Cell<*mut u8>; SMALL_BYTES / STEP_BYTES],
    rest: TalcSyncCell<FirstThenMore, WasmBinning>,
    first: UnsafeCell<[MaybeUninit<u8>; FIRST_BYTES]>,
}

// SAFETY: every process has one thread.
unsafe impl Sync for Allocator {}

impl Allocator {
    /// The list for such blocks, if they are small.
    fn list(&self, layout: Layout) -> Option<(&Cell<*mut u8>, Layout)> {
        let (bytes, align) = (layout.size(), layout.align());
        let place = bytes.wrapping_sub(1) / STEP_BYTES;
        let list = self.kept.get(place).filter(|_| align <= ALIGN_BYTES)?;
        // SAFETY: the alignment is a power of two, and the size a small number.
        Some((list, unsafe { Layout::from_size_align_unchecked((place + 1) * STEP_BYTES, ALIGN_BYTES) }))
    }
}

// SAFETY: what it hands out is talc's, of the wanted size and alignment or more, and on one list at most.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((list, layout)) = self.list(layout) else {
            // SAFETY: as promised to this function.
            return unsafe { self.rest.alloc(layout) };
        };
        let first = list.get();
        if first.is_null() {
            // SAFETY: it has a size.
            return unsafe { self.rest.alloc(layout) };
        }
        // SAFETY: a block on the list holds the next one, and nobody else has it.
        list.set(unsafe { first.cast::<*mut u8>().read() });
        first
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some((list, _)) = self.list(layout) else {
            // SAFETY: as promised to this function; it was talc's.
            return unsafe { self.rest.dealloc(block, layout) };
        };
        // SAFETY: it is large enough, aligned, and nobody else has it any more.
        unsafe { ptr::write(block.cast(), list.get()) };
        list.set(block);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: the alignment is the one that it had.
        let wanted = unsafe { Layout::from_size_align_unchecked(bytes, layout.align()) };
        match (self.list(layout), self.list(wanted)) {
            // SAFETY: as promised to this function; it was talc's, and stays so.
            (None, None) => unsafe { self.rest.realloc(block, layout, bytes) },
            (Some((_, has)), Some((_, wants))) if has == wants => block,
            _ => {
                // SAFETY: as promised to this function; both have room for what is copied.
                unsafe {
                    let other = self.alloc(wanted);
                    if !other.is_null() {
                        ptr::copy_nonoverlapping(block, other, layout.size().min(bytes));
                        self.dealloc(block, layout);
                    }
                    other
                }
            }
        }
    }
}

/// Where the allocator's memory comes from.
#[derive(Debug)]
enum FirstThenMore {
    /// Nothing was allocated yet.
    Untouched,
    /// The end of what was taken of the first memory.
    First(NonNull<u8>),
    /// The end of what it has; `None` if that cannot be extended.
    Grown(Option<NonNull<u8>>),
}

// SAFETY: it has one owner, as every process has one thread.
unsafe impl Send for FirstThenMore {}

// SAFETY: allocates nothing itself, and says that it did well only where it has added memory.
unsafe impl Source for FirstThenMore {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        let wanted = layout.size().saturating_add(layout.align()).saturating_add(OVERHEAD_BYTES);
        let first: *mut u8 = ALLOCATOR.first.get().cast();
        let last = first as usize + FIRST_BYTES;
        let enough = |from: *mut u8| (from as usize).saturating_add(wanted).next_multiple_of(TOUCH_BYTES).min(last);
        let end = match talc.source {
            Self::Untouched => {
                // SAFETY: nobody else knows of this memory, and this happens once.
                let end = unsafe { talc.claim(first, enough(first) - first as usize) };
                talc.source = end.map_or(Self::Grown(None), Self::First);
                return end.map(drop).ok_or(());
            }
            Self::First(before) => {
                // SAFETY: so far it goes on, and is nobody else's.
                let end = unsafe { talc.extend(before, enough(before.as_ptr()) as *mut u8) };
                talc.source = Self::First(end);
                if end > before {
                    return Ok(());
                }
                None
            }
            Self::Grown(end) => end,
        };
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
        talc.source = Self::Grown(end);
        end.map(drop).ok_or(())
    }
}
