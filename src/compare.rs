//! `memcmp` of the guest, eight bytes at a time; the one that comes with the target looks at each byte by itself. Every
//! comparison of two texts is one, such as of a user's name with that of each member.

use std::ptr;

const WORD: usize = size_of::<u64>();

/// Compares `bytes` bytes: negative, 0 or positive as those at `left` come before, equal or come after those at `right`.
///
/// # Safety
/// As many bytes can be read at both.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, bytes: usize) -> i32 {
    // SAFETY: all that is read lies within `bytes`.
    unsafe {
        if bytes < WORD {
            return by_bytes(left, right, bytes);
        }
        let last = bytes - WORD;
        let mut at = 0;
        while at < last {
            match by_word(left.add(at), right.add(at)) {
                0 => at += WORD,
                different => return different,
            }
        }
        // It may begin within the one before.
        by_word(left.add(last), right.add(last))
    }
}

unsafe fn by_word(left: *const u8, right: *const u8) -> i32 {
    // SAFETY: as promised to `memcmp`.
    let (left, right) = unsafe { (ptr::read_unaligned(left.cast::<u64>()), ptr::read_unaligned(right.cast::<u64>())) };
    if left == right { 0 } else { order(u64::from_be(left) < u64::from_be(right)) }
}

unsafe fn by_bytes(left: *const u8, right: *const u8, bytes: usize) -> i32 {
    for at in 0..bytes {
        // SAFETY: as promised to `memcmp`.
        let (left, right) = unsafe { (*left.add(at), *right.add(at)) };
        if left != right {
            return order(left < right);
        }
    }
    0
}

fn order(before: bool) -> i32 {
    if before { -1 } else { 1 }
}
