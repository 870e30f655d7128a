//! LAUNCHER, tests: which of a file's tests run.

use super::arguments::Selection;
use super::names::TestFunction;

/// What becomes of the tests of a file.
#[derive(Debug, Default)]
pub struct Plan {
    /// These run.
    pub run: Vec<TestFunction>,
    /// These are named and do not run.
    pub ignored: Vec<TestFunction>,
    /// So many were not asked for.
    pub left_out: usize,
}

impl Plan {
    /// Chooses; in the order of names.
    pub fn new(mut tests: Vec<TestFunction>, selection: &Selection) -> Self {
        tests.sort_by(|one, other| one.name.cmp(&other.name));
        let mut plan = Self::default();
        for test in tests {
            if !selection.means(&test) {
                plan.left_out += 1;
            } else if test.ignored && !selection.ignored && !selection.include_ignored {
                plan.ignored.push(test);
            } else {
                plan.run.push(test);
            }
        }
        plan
    }

    /// Everything that was asked for.
    pub fn chosen(&self) -> impl Iterator<Item = &TestFunction> {
        self.run.iter().chain(&self.ignored)
    }
}

impl Selection {
    fn means(&self, test: &TestFunction) -> bool {
        let hit = |filter: &String| if self.exact { test.name == *filter } else { test.name.contains(filter) };
        let asked_for = self.filters.is_empty() || self.filters.iter().any(hit);
        asked_for && !self.skip.iter().any(hit) && (test.ignored || !self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, Selection, TestFunction};

    fn plan(selection: &Selection) -> (Vec<String>, Vec<String>, usize) {
        let exports = ["#lunatic_test_b::two", "#lunatic_test_a::one", "#lunatic_test_#ignore_a::slow"];
        let tests = exports.iter().filter_map(|export| TestFunction::of_export(export)).collect();
        let plan = Plan::new(tests, selection);
        let names = |tests: &[TestFunction]| tests.iter().map(|test| test.name.clone()).collect();
        (names(&plan.run), names(&plan.ignored), plan.left_out)
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn without_a_word_everything_runs_but_what_is_ignored() {
        assert_eq!(plan(&Selection::default()), (owned(&["a::one", "b::two"]), owned(&["a::slow"]), 0));
    }

    #[test]
    fn a_filter_is_part_of_a_name_or_all_of_it() {
        let part = Selection { filters: owned(&["one", "two"]), ..Selection::default() };
        assert_eq!(plan(&part), (owned(&["a::one", "b::two"]), vec![], 1));
        let exact = Selection { filters: owned(&["one", "b::two"]), exact: true, ..Selection::default() };
        assert_eq!(plan(&exact), (owned(&["b::two"]), vec![], 2));
    }

    #[test]
    fn what_is_skipped_does_not_run() {
        let skip = Selection { skip: owned(&["a::"]), ..Selection::default() };
        assert_eq!(plan(&skip), (owned(&["b::two"]), vec![], 2));
    }

    #[test]
    fn the_ignored_run_alone_or_with_the_others_when_asked_for() {
        let alone = Selection { ignored: true, ..Selection::default() };
        assert_eq!(plan(&alone), (owned(&["a::slow"]), vec![], 2));
        let all = Selection { include_ignored: true, ..Selection::default() };
        assert_eq!(plan(&all), (owned(&["a::one", "a::slow", "b::two"]), vec![], 0));
    }
}
