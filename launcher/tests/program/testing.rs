//! TESTS, launcher: `umbra test`: files with tests of every kind, written as text.

use crate::{Ended, Umbra};

/// Two that pass, one that fails, one that is ignored.
const MIXED: &str = r##"(module
    (func (export "#lunatic_test_suite::passes"))
    (func (export "#lunatic_test_suite::passes_too"))
    (func (export "#lunatic_test_suite::traps") unreachable)
    (func (export "#lunatic_test_#ignore_suite::is_ignored") unreachable)
    (func (export "_start")))"##;

/// Writes what a panic writes, and traps.
const PANICS: &str = r##"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 100) "thread 'main' (1) panicked at src/lib.rs:1:2:\0athere is no room 7\0anote: run with `RUST_BACKTRACE=1`\0a")
    (func $panic
        (i32.store (i32.const 8) (i32.const 100))
        (i32.store (i32.const 12) (i32.const 97))
        (drop (call $write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 16)))
        unreachable)
    (func (export "#lunatic_test_#panic_#any") call $panic)
    (func (export "#lunatic_test_#panic_no room#right") call $panic)
    (func (export "#lunatic_test_#panic_no seat#wrong") call $panic)
    (func (export "#lunatic_test_#panic_#none"))
    (func (export "#lunatic_test_plain") call $panic))"##;

fn test(program: &str, arguments: &[&str]) -> Ended {
    Umbra::new(&[&["test", "tests.wat"], arguments].concat()).file("tests.wat", program).end()
}

/// `12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out`, as four numbers.
fn counts(ended: &Ended) -> [u32; 4] {
    let line = ended.stdout.lines().find(|line| line.starts_with("test result: "));
    let line = line.unwrap_or_else(|| panic!("no summary in {}", ended.stdout));
    let numbers: Vec<u32> = line.split([' ', ';']).filter_map(|word| word.parse().ok()).collect();
    let [passed, failed, ignored, _measured, left_out] = numbers[..] else { panic!("{line}") };
    [passed, failed, ignored, left_out]
}

#[test]
fn every_test_is_counted_for_what_it_is() {
    let ended = test(MIXED, &[]);
    assert_eq!(counts(&ended), [2, 1, 1, 0]);
    assert_eq!(ended.status, Some(101));
    for line in ["running 4 tests", "test suite::passes ... ok", "test suite::traps ... FAILED"] {
        assert!(ended.stdout.lines().any(|said| said == line), "{line}: {}", ended.stdout);
    }
    assert!(ended.stdout.contains("test suite::is_ignored ... ignored"), "{}", ended.stdout);
    assert!(ended.stdout.contains("note: the test trapped: "), "{}", ended.stdout);
}

#[test]
fn a_run_without_a_failure_is_a_success() {
    let ended = test(MIXED, &["passes"]);
    assert_eq!((counts(&ended), ended.status), ([2, 0, 0, 2], Some(0)));
}

#[test]
fn tests_are_chosen_as_with_rusts_own_harness() {
    for (arguments, expected) in [
        (&["suite::passes", "--exact"][..], [1, 0, 0, 3]),
        (&["--skip", "traps"], [2, 0, 1, 1]),
        (&["--ignored"], [0, 1, 0, 3]),
        (&["--include-ignored"], [2, 2, 0, 0]),
        (&["nothing_is_called_so"], [0, 0, 0, 4]),
        (&["passes_too", "traps", "--test-threads=1", "--quiet"], [1, 1, 0, 2]),
    ] {
        assert_eq!(counts(&test(MIXED, arguments)), expected, "{arguments:?}");
    }
}

#[test]
fn tests_are_listed_without_being_run() {
    let ended = test(MIXED, &["--list", "--format", "terse"]);
    let names = "suite::is_ignored: test\nsuite::passes: test\nsuite::passes_too: test\nsuite::traps: test\n";
    assert_eq!((ended.stdout.as_str(), ended.status), (names, Some(0)));
}

#[test]
fn a_flag_that_means_nothing_is_refused() {
    let ended = test(MIXED, &["--shuffle"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(2), ""));
    assert!(ended.stderr.contains("--shuffle"), "{}", ended.stderr);
}

#[test]
fn a_panic_is_judged_by_what_it_says() {
    let ended = test(PANICS, &[]);
    assert_eq!(counts(&ended), [2, 3, 0, 0]);
    for line in [
        "test any - should panic ... ok",
        "test right - should panic ... ok",
        "test wrong - should panic ... FAILED",
        "test none - should panic ... FAILED",
        "test plain ... FAILED",
    ] {
        assert!(ended.stdout.lines().any(|said| said == line), "{line}: {}", ended.stdout);
    }
    for note in ["did not panic as expected", "does not contain \"no seat\"", "---- plain stdout ----"] {
        assert!(ended.stdout.contains(note), "{note}: {}", ended.stdout);
    }
}

#[test]
fn what_passed_tests_print_is_shown_when_asked_for() {
    assert!(!test(PANICS, &["right"]).stdout.contains("there is no room 7"));
    assert!(test(PANICS, &["right", "--show-output"]).stdout.contains("there is no room 7"));
    assert!(test(PANICS, &["right", "--nocapture"]).stdout.contains("there is no room 7"));
}

#[test]
fn a_test_that_never_ends_fails_at_its_limit_and_holds_up_nobody() {
    let program = r##"(module
        (func (export "#lunatic_test_spins") (loop br 0))
        (func (export "#lunatic_test_passes")))"##;
    let umbra = Umbra::new(&["test", "tests.wat"]).file("tests.wat", program).var("UMBRA_TEST_TIMEOUT", "0.2");
    let ended = umbra.end();
    assert_eq!((counts(&ended), ended.status), ([1, 1, 0, 0], Some(101)));
    assert!(ended.stdout.contains("it did not end within 0.2 s"), "{}", ended.stdout);
}

#[test]
fn a_file_without_tests_is_no_green_run() {
    let ended = test(r#"(module (func (export "_start")))"#, &[]);
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("holds no tests"), "{}", ended.stderr);
}

#[test]
fn cargo_needs_not_say_whether_it_built_tests_or_a_program() {
    let tests = Umbra::new(&["cargo", "any.wat", "passes", "--exact"]).file("any.wat", MIXED).end();
    assert_eq!((counts(&tests), tests.status), ([0, 0, 0, 4], Some(0)));
    let program = r#"(module (func (export "_start") unreachable))"#;
    assert_eq!(Umbra::new(&["cargo", "any.wat"]).file("any.wat", program).end().status, Some(1));
}
