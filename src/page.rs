//! Where the guest's changing data begins: with a page of the machine's, whatever lies before it in this build. Otherwise chance
//! decides how many pages of it each process touches, and each of them is memory for every process.

use std::cell::UnsafeCell;

/// Of the machines that servers run on.
const BYTES: usize = 4096;

/// Nobody looks at it. Not zero, and able to change, so that it lies before what both are true of, and whatever is zero at
/// first follows: the small things that every process changes, the allocator, and what that hands out first.
#[repr(align(4096))]
struct Page(#[expect(dead_code, reason = "it is there for its place")] UnsafeCell<[u8; BYTES]>);

// SAFETY: nobody touches it.
unsafe impl Sync for Page {}

#[used]
static FIRST: Page = Page(UnsafeCell::new([1; BYTES]));
