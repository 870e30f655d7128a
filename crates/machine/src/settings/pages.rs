//! TWINS, settings: the pages for operators, written out of the table, and the test that keeps them true.

use std::fmt::Write as _;
use std::path::Path;

use super::Settings;
use super::table::{ROWS, Row};

const PAGE_HEAD: &str = "\
# Settings

Written out of the table in `crates/machine/src/settings/table.rs`; change it there.

A setting comes from `umbra.toml` in the directory the server is started in, or from an environment variable: the same
name in upper case after `UMBRA_`. The variable wins. An unknown name, a wrong type or a value out of range is one
sentence, and nothing is started. `umbra.toml.example` lists every setting with its default.

`UMBRA_SETTINGS` names another file than `umbra.toml`. Six more variables of that prefix belong to the tools around the server and are passed over: `UMBRA_WASM`, `UMBRA_LAUNCHER`,
`UMBRA_SERVER`, `UMBRA_LUNATIC`, `UMBRA_CHROMIUM`, `UMBRA_TOOLCHAIN`.
";

const EXAMPLE_HEAD: &str = "\
# Every setting with its default. Copy this file to umbra.toml and take away the # of what you change.
# Written out of the table in crates/machine/src/settings/table.rs.
";

fn default_of(row: &Row) -> String {
    row.in_toml(&Settings::default())
}

fn page() -> String {
    let mut page = PAGE_HEAD.to_owned();
    for row in ROWS {
        let (key, variable) = (row.key, row.key.to_ascii_uppercase());
        write!(page, "\n## `{key}`\n\n{}\n\n", row.about.trim()).expect("a String takes all that is written");
        write!(
            page,
            "- Default: `{}`\n- Expected: {}\n- Variable: `UMBRA_{variable}`\n",
            default_of(row),
            row.expected()
        )
        .expect("a String takes all that is written");
    }
    page
}

fn example() -> String {
    let mut example = EXAMPLE_HEAD.to_owned();
    for row in ROWS {
        write!(example, "\n# {}\n# Expected: {}.\n", row.about.trim(), row.expected())
            .and_then(|()| writeln!(example, "# {} = {}", row.key, default_of(row)))
            .expect("a String takes all that is written");
    }
    example
}

#[test]
fn the_pages_for_operators_say_what_the_table_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (name, text) in [("docs/settings.md", page()), ("umbra.toml.example", example())] {
        let path = root.join(name);
        if std::env::var_os("UPDATE_PAGES").is_some() {
            std::fs::write(&path, &text).expect("the page can be written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "{name} is out of date: run this test once with UPDATE_PAGES=1");
    }
}

#[test]
fn the_example_without_its_comment_signs_gives_the_defaults() {
    let uncommented: String = example()
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = "))
        .fold(String::new(), |text, line| text + line + "\n");
    assert_eq!(uncommented.lines().count(), ROWS.len());
    assert_eq!(super::load(Some(&uncommented), std::iter::empty()), Ok(Settings::default()));
}
