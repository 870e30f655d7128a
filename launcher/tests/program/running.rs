//! TESTS, launcher: `umbra run`: programs of a few lines, written as text.

use crate::{Ended, Umbra};

fn run(program: &str) -> Ended {
    Umbra::new(&["run", "program.wat"]).file("program.wat", program).end()
}

/// Prints its arguments, each with a zero byte behind it.
const PRINTS_ARGUMENTS: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (drop (call $sizes (i32.const 0) (i32.const 4)))
        (drop (call $args (i32.const 100) (i32.const 1000)))
        (i32.store (i32.const 8) (i32.const 1000))
        (i32.store (i32.const 12) (i32.load (i32.const 4)))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))))"#;

#[test]
fn a_program_that_returns_is_a_success() {
    assert_eq!(run(r#"(module (func (export "_start")))"#).status, Some(0));
}

#[test]
fn a_programs_own_status_is_handed_on() {
    for status in [0, 1, 3, 101] {
        let program = format!(
            r#"(module
                (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                (memory (export "memory") 1)
                (func (export "_start") (call $exit (i32.const {status}))))"#
        );
        assert_eq!(run(&program).status, Some(status));
    }
}

#[test]
fn a_program_that_traps_is_a_failure_and_says_why() {
    let ended = run(r#"(module (func (export "_start") unreachable))"#);
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("umbra: the program failed: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("unreachable"), "{}", ended.stderr);
}

#[test]
fn a_program_is_given_its_arguments() {
    let umbra = Umbra::new(&["run", "program.wat", "one", "--two"]).file("program.wat", PRINTS_ARGUMENTS);
    assert_eq!(umbra.end().stdout, "program.wat\0one\0--two\0");
}

#[test]
fn what_is_no_program_is_refused_by_name() {
    let ended = run("this is no program");
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("program.wat cannot be run"), "{}", ended.stderr);
    let ended = Umbra::new(&["run", "nowhere.wasm"]).end();
    assert!(ended.stderr.contains("nowhere.wasm cannot be read"), "{}", ended.stderr);
}

#[test]
fn a_function_that_nobody_offers_ends_whoever_calls_it_and_nobody_else() {
    let importing = |body: &str| {
        run(&format!(r#"(module (import "lunatic::sqlite" "open" (func $open)) (func (export "_start") {body}))"#))
    };
    assert_eq!(importing("").status, Some(0));
    let called = importing("call $open");
    assert_eq!(called.status, Some(1));
    assert!(called.stderr.contains("lunatic::sqlite"), "{}", called.stderr);
}

#[test]
fn memory_grows_far_beyond_what_most_processes_need() {
    let growing_to = |pages: u32| {
        run(&format!(
            r#"(module (memory 1) (func (export "_start")
                (if (i32.eq (memory.grow (i32.const {})) (i32.const -1)) (then unreachable))
                (i32.store (i32.const {}) (i32.const 7))))"#,
            pages - 1,
            u64::from(pages) * 65536 - 4
        ))
    };
    // 1 MiB and 1 GiB.
    assert_eq!(growing_to(16).status, Some(0));
    assert_eq!(growing_to(16 * 1024).status, Some(0), "{}", growing_to(16 * 1024).stderr);
}
