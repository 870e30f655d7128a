//! Two functions that Debian 12's libc for WebAssembly lacks, for the toolchain of last resort.
//!
//! Rust's std names them, and the linker looks for them as soon as the test harness is in the program. Nothing can
//! call them: a guest has one thread and `pthread_create` always refuses, so there is no thread to join or detach.
#![no_std]

const ENOSYS: i32 = 52;

/// Waits for a thread; here there is none.
#[unsafe(no_mangle)]
pub extern "C" fn pthread_join(_thread: usize, _result: *mut *mut u8) -> i32 {
    ENOSYS
}

/// Lets a thread go; here there is none.
#[unsafe(no_mangle)]
pub extern "C" fn pthread_detach(_thread: usize) -> i32 {
    ENOSYS
}
