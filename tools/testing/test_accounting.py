"""The accounting's own tests: it must say no to every run that only looks green."""

import unittest
import unittest.mock
from pathlib import Path

import node_suites
import outcome
import rust_suites
import servers
import sources
import total
import wasm_tests
from program import Ran

GREEN = "\nrunning 2 tests\ntest a ... ok\ntest b ... ok\n\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n"


def judged(output, held=2, status=0, late=False, allowed=()):
    """The outcome of one run with this output."""
    result = outcome.Outcome("suite")
    with unittest.mock.patch("builtins.print"):
        rust_suites.judge(result, "program", Ran(status, output, late), held, allowed)
    return result


class ARustRun(unittest.TestCase):
    """What is made of the output of one test executable."""

    def test_that_ran_everything_is_believed(self):
        self.assertEqual((judged(GREEN).passed, judged(GREEN).failed), (2, 0))

    def test_with_colours_is_read_like_one_without(self):
        coloured = GREEN.replace("result: ok", "result: \x1b[92mok\x1b[0m")
        self.assertEqual((judged(coloured).passed, judged(coloured).failed), (2, 0))

    def test_that_ran_fewer_than_it_holds_fails(self):
        self.assertEqual(judged(GREEN, held=3).failed, 1)

    def test_that_ran_nothing_and_looks_green_fails(self):
        empty = GREEN.replace("2 passed", "0 passed")
        self.assertEqual(judged(empty).failed, 1)

    def test_without_a_result_fails(self):
        self.assertEqual(judged("Segmentation fault\n", status=139).failed, 1)
        self.assertEqual(judged("", status=0).failed, 1)

    def test_with_a_broken_result_line_fails(self):
        self.assertEqual(judged(GREEN.replace("2 passed; ", "")).failed, 1)

    def test_that_never_ended_fails(self):
        self.assertEqual(judged(GREEN, late=True).failed, 1)

    def test_that_filtered_tests_out_fails(self):
        self.assertEqual(judged(GREEN.replace("2 passed", "1 passed").replace("0 filtered", "1 filtered")).failed, 1)

    def test_that_ends_with_an_error_after_a_green_result_fails(self):
        self.assertEqual(judged(GREEN, status=1).failed, 1)

    def test_with_a_failing_test_counts_it_once(self):
        output = GREEN.replace("test b ... ok", "test b ... FAILED").replace("2 passed; 0 failed", "1 passed; 1 failed")
        self.assertEqual((judged(output, status=101).passed, judged(output, status=101).failed), (1, 1))

    def test_with_an_ignored_test_fails_unless_a_reason_is_listed(self):
        output = GREEN.replace("test b ... ok", "test m::b ... ignored").replace(
            "2 passed; 0 failed; 0 ignored", "1 passed; 0 failed; 1 ignored"
        )
        self.assertEqual(judged(output).failed, 1)
        self.assertEqual(judged(output, allowed={"m::b"}).failed, 0)


class Sources(unittest.TestCase):
    """Which tests are found in a text."""

    def test_of_rust_declare_tests_of_every_kind(self):
        text = """
            #[test] fn one() {}
            #[lunatic::test]
            #[should_panic(expected = "a ] b")]
            fn two() {}
            #[tokio::test(flavor = "multi_thread")]
            async fn three() {}
            proptest! { #[test] fn four(a in 0..9u8) {} }
        """
        self.assertEqual(sources.rust_tests(text), ["one", "two", "three", "four"])

    def test_of_rust_declare_nothing_in_comments_strings_and_macros(self):
        text = """
            // #[test] fn a() {}
            /* #[test] fn b() {} */
            const C: &str = "#[test] fn c() {}";
            const D: &str = r#"#[test] "fn d() {}"#;
            macro_rules! kit { ($game:ty) => { #[test] fn e() { f::<'static>('"') } }; }
            #[cfg(test)] mod tests { #[test] fn real() {} }
        """
        self.assertEqual(sources.rust_tests(text), ["real"])

    def test_of_javascript_declare_tests_at_the_start_of_a_line(self):
        text = "test('a', () => {});\n  it('b');\n// test('c')\n/*\ntest('d')\n*/\nawait t.test('e');\nlatest(1);\n"
        self.assertEqual(sources.node_tests(text), 3)

    def test_are_held_against_what_the_harness_lists(self):
        self.assertEqual(outcome.missing(["a", "b"], ["m::a", "x::b", "x::more"]), [])
        self.assertEqual(len(outcome.missing(["a", "a"], ["m::a"])), 1)


class Several(unittest.TestCase):
    """What is made of several runs together."""

    def test_runs_are_summed(self):
        self.assertEqual(total.total(["a\n3 passed, 0 failed\n", "2 passed, 1 failed"]), (5, 1))

    def test_runs_that_did_not_get_to_their_last_line_fail(self):
        self.assertEqual(total.total(["3 passed, 0 failed\nmake: *** [test] Error 1\n", ""]), (0, 2))

    def test_runs_over_connections_are_one_for_each_way_to_start_a_server(self):
        with unittest.mock.patch.dict("os.environ", {"UMBRA_WASM": "/w", "UMBRA_LAUNCHER": "/l", "UMBRA_LUNATIC": "/s"}):
            self.assertEqual(list(servers.ways(stock=True).values()), ["'/s' run '/w'"])
            self.assertEqual([f"{edge} edge" for edge in servers.EDGES], list(servers.ways(stock=False)))
            for stock in (True, False):
                self.assertEqual(list(servers.edges(stock)), list(servers.ways(stock)))

    def test_runs_over_connections_exist(self):
        root = Path(__file__).resolve().parent.parent.parent
        held = {(package.name, name) for package in rust_suites.packages(root) for name in test_targets(package.folder)}
        self.assertLessEqual(servers.RUST | servers.PROCESSES, held)
        self.assertLessEqual(servers.NODE, {str(folder.relative_to(root)) for folder in node_suites.suites(root)})


def test_targets(folder):
    """The names of a package's test programs."""
    found = Path(folder, "tests").glob("*")
    return {path.stem for path in found if path.suffix == ".rs" or Path(path, "main.rs").exists()}


class AWasmFile(unittest.TestCase):
    """What is made of a test executable for lunatic, and of the runner's output."""

    @staticmethod
    def module(*names):
        body = bytes([len(names)])
        for name in names:
            body += bytes([len(name)]) + name.encode() + b"\0\0"
        return b"\0asm\1\0\0\0" + b"\1\1\0" + bytes([7, len(body)]) + body

    def test_names_its_functions(self):
        self.assertEqual(wasm_tests.exported_functions(self.module("memory_of", "#lunatic_test_a::b"))[1], "#lunatic_test_a::b")

    def test_without_exports_names_none(self):
        self.assertEqual(wasm_tests.exported_functions(b"\0asm\1\0\0\0"), [])

    def test_that_is_none_or_cut_off_is_refused(self):
        for data in (b"ELF", b"\0asm\1\0\0\0\7\xff"):
            with self.assertRaises(wasm_tests.NotWasm):
                wasm_tests.exported_functions(data)

    def test_whose_run_accounts_for_all_is_believed(self):
        self.assertIsNone(wasm_tests.problem_with(2, GREEN))
        self.assertIsNone(wasm_tests.problem_with(7, GREEN.replace("0 filtered", "5 filtered")))

    def test_whose_run_accounts_for_fewer_is_not(self):
        self.assertIsNotNone(wasm_tests.problem_with(3, GREEN))
        self.assertIsNotNone(wasm_tests.problem_with(3, GREEN.replace("2 passed", "0 passed")))

    def test_whose_run_has_no_summary_is_not(self):
        self.assertIsNotNone(wasm_tests.problem_with(0, ""))


class ANodeRun(unittest.TestCase):
    """What is made of the reporter's events."""

    @staticmethod
    def counted(declared, *events):
        result = outcome.Outcome("web", declared)
        described = [{"name": name, "file": "/f.test.js", "passed": ok, "ignored": skip} for name, ok, skip in events]
        node_suites.count(result, described, set())
        return result

    def test_that_ran_what_is_declared_is_believed(self):
        self.assertEqual(self.counted(1, ("a", True, False), ("b", True, False)).failed, 0)

    def test_that_ran_fewer_fails(self):
        self.assertEqual(self.counted(2, ("a", True, False)).failed, 1)
        self.assertEqual(self.counted(1).failed, 1)

    def test_does_not_count_an_empty_file_as_a_test(self):
        self.assertEqual(self.counted(1, ("/f.test.js", True, False)).failed, 1)

    def test_counts_a_file_that_crashed_as_a_failure(self):
        self.assertEqual(self.counted(0, ("/f.test.js", False, False)).failing, 1)

    def test_with_a_skipped_test_fails(self):
        self.assertEqual(self.counted(1, ("a", True, True)).failed, 1)


class TheEnd(unittest.TestCase):
    """What is printed last."""

    def test_is_one_line_with_every_problem_counted_as_a_failure(self):
        outcomes = [outcome.Outcome("a", 3, 2, 1), outcome.Outcome("b", 1, 1, 0, 0, ["one is missing"])]
        self.assertEqual(outcome.last_line(outcomes), "3 passed, 2 failed")
        self.assertIn("b: one is missing", outcome.table(outcomes))

    def test_packages_with_lunatic_among_their_needs_run_on_lunatic(self):
        def needs(*names):
            return [{"name": name} for name in names]

        package = {"name": "p", "id": "p", "manifest_path": "/p/Cargo.toml", "targets": []}
        self.assertTrue(rust_suites.Package({**package, "dependencies": needs("serde", "lunatic")}).on_lunatic)
        self.assertFalse(rust_suites.Package({**package, "dependencies": needs("serde")}).on_lunatic)

    def test_packages_with_the_runtime_in_them_are_optimised(self):
        def flags(*needs):
            package = {"name": "p", "id": "p", "manifest_path": "/p/Cargo.toml", "targets": []}
            return rust_suites.Package({**package, "dependencies": [{"name": name} for name in needs]}).flags

        self.assertEqual(flags("umbra-runtime"), rust_suites.NATIVE + rust_suites.OPTIMISED)
        self.assertEqual(flags("serde"), rust_suites.NATIVE)

    def test_examples_in_documentation_run_wherever_their_package_is_built(self):
        def built(*needs):
            described = {"name": "p", "id": "p", "manifest_path": "/p/Cargo.toml", "targets": [{"doctest": True}]}
            needs = [{"name": name, "target": target} for name, target in needs]
            return rust_suites.Package({**described, "dependencies": needs}).doc_flags

        wasm, native = 'cfg(target_arch = "wasm32")', 'cfg(not(target_arch = "wasm32"))'
        self.assertEqual(built(("serde", None)), [rust_suites.NATIVE])
        self.assertEqual(built(("lunatic", None)), [[]])
        self.assertEqual(built(("lunatic", wasm)), [[]])
        self.assertEqual(built(("lunatic", wasm), ("log", native)), [[], rust_suites.NATIVE])


if __name__ == "__main__":
    unittest.main()
