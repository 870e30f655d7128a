//! LAUNCHER, tests: what the name of an exported function says of a test. `#[lunatic::test]` makes such names.

/// Before every test's name.
const PREFIX: &str = "#lunatic_test_";
const IGNORE: &str = "#ignore_";
const PANIC: &str = "#panic_";

/// One test in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestFunction {
    /// The exported function.
    pub export: String,
    /// `crate::module::function`.
    pub name: String,
    /// Whether it is left out unless asked for.
    pub ignored: bool,
    /// Whether it has to panic, and then with what in the message; an empty text stands for any.
    pub should_panic: Option<String>,
}

impl TestFunction {
    /// Reads `#lunatic_test_[#ignore_][#panic_<text>#]<name>`, where a `#` in the text is written `\#`. `None` for any
    /// other function.
    pub fn of_export(export: &str) -> Option<Self> {
        let rest = export.strip_prefix(PREFIX)?;
        let (ignored, rest) = match rest.strip_prefix(IGNORE) {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (should_panic, name) = match rest.strip_prefix(PANIC) {
            Some(rest) => {
                let (text, name) = split_at_plain_hash(rest)?;
                (Some(text.replace("\\#", "#")), name)
            }
            None => (None, rest),
        };
        Some(Self { export: export.to_owned(), name: name.to_owned(), ignored, should_panic })
    }
}

fn split_at_plain_hash(text: &str) -> Option<(&str, &str)> {
    let end = text.match_indices('#').map(|(at, _)| at).find(|at| !text[..*at].ends_with('\\'))?;
    Some((&text[..end], &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::TestFunction;

    fn read(export: &str) -> (String, bool, Option<String>) {
        let test = TestFunction::of_export(export).expect("it is a test's name");
        (test.name, test.ignored, test.should_panic)
    }

    #[test]
    fn a_plain_name_is_a_plain_test() {
        assert_eq!(read("#lunatic_test_a::b"), ("a::b".into(), false, None));
    }

    #[test]
    fn a_name_says_ignored_and_panic_and_the_text() {
        assert_eq!(read("#lunatic_test_#ignore_a::b"), ("a::b".into(), true, None));
        assert_eq!(read("#lunatic_test_#panic_#a::b"), ("a::b".into(), false, Some(String::new())));
        assert_eq!(read("#lunatic_test_#ignore_#panic_no \\# 3#a::b"), ("a::b".into(), true, Some("no # 3".into())));
    }

    #[test]
    fn another_function_is_no_test() {
        for export in ["_start", "lunatic_test_a", "#lunatic_test_#panic_unfinished"] {
            assert_eq!(TestFunction::of_export(export), None, "{export}");
        }
    }
}
