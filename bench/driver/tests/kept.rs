//! What the project says about its speed is what its figures say.

use std::path::PathBuf;

use umbra_bench::results::Results;
use umbra_bench::{document, peer, plots};

fn project() -> PathBuf {
    peer::bench().with_file_name("")
}

/// The pictures that are there.
fn pictures() -> Vec<String> {
    let names = std::fs::read_dir(project().join("docs/images")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut pictures: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
    pictures.retain(|name| plots::PLOTS.iter().any(|plot| plot.file == name));
    pictures.sort();
    pictures
}

#[test]
fn the_document_and_the_pictures_are_made_of_the_figures_that_are_kept() {
    let document = std::fs::read_to_string(project().join("docs/performance.md")).unwrap();
    let (_, rest) = document.split_once("<!-- comparison: begin -->\n").expect("the page has a place for a comparison");
    let (said, _) = rest.split_once("<!-- comparison: end -->").expect("and an end of it");
    let kept = peer::bench().join("results/comparison.json");
    let (text, drawn) = if kept.exists() {
        let results = Results::read(&kept).unwrap();
        (document::markdown(&results), plots::all(&results).unwrap())
    } else {
        // Without figures nothing may be claimed.
        (String::new(), Vec::new())
    };
    assert_eq!(said.trim(), text.trim(), "make bench ARGS=--render writes the page anew");
    let mut names: Vec<_> = drawn.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.sort();
    assert_eq!(pictures(), names, "the pictures in docs/images");
    for (name, picture) in drawn {
        let there = std::fs::read_to_string(project().join("docs/images").join(name)).unwrap();
        assert!(there == picture, "{name}: make bench ARGS=--render draws it anew");
    }
}
