//! TIDY, documents: what they point to is there.

use std::path::Path;

use super::Source;

/// Links to files of the project that are not there. `root` is where the project lies.
pub fn link_to_what_exists(documents: &[Source], root: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    for document in documents {
        let folder = root.join(&document.path).parent().map(Path::to_owned).unwrap_or_default();
        for target in links(&document.text) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            if !file.is_empty() && !folder.join(file).exists() {
                complaints.push(format!("{} links to {target}, which is not there", document.path));
            }
            if file.is_empty() && !anchors(&document.text).any(|heading| heading == anchor) {
                complaints.push(format!("{} links to its own part #{anchor}, which it does not have", document.path));
            }
        }
    }
    complaints
}

/// Tests that a document names as a check, in backquotes, and that no source declares. Names of tests are sentences, so a
/// name with three underscores or more is one.
pub fn name_tests_that_exist(documents: &[Source], sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for document in documents {
        for name in document.text.split('`').skip(1).step_by(2).map(str::trim) {
            let sentence = name.matches('_').count() >= 4
                && name.chars().all(|c| c.is_ascii_lowercase() || "_0123456789".contains(c));
            if sentence && !sources.iter().any(|source| source.text.contains(&format!("fn {name}("))) {
                complaints.push(format!("{} names the test {name}, which is not there", document.path));
            }
        }
    }
    complaints
}

/// The targets of links and pictures that stay inside the project.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '\n']).next());
    targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:") && !target.is_empty())
}

/// The names under which the headings of a document can be linked to.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-' || *c == '_');
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}
