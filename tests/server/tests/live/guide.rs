//! The Rust example of docs/clients.md: it is printed as it is, and does what it says.

use umbra_server_tests::server;

#[path = "../../../../clients/rust/examples/guide.rs"]
#[expect(dead_code, reason = "its `main` is for readers")]
mod example;

#[test]
fn the_guide_prints_the_rust_example_as_it_is() {
    let guide = include_str!("../../../../docs/clients.md");
    let example = include_str!("../../../../clients/rust/examples/guide.rs");
    let (_, code) = example.split_once("\n\n").expect("its first line says what it is");
    let printed = guide.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_eq!(printed, Some(code));
}

#[tokio::test]
async fn the_rust_example_of_the_guide_hears_what_it_says() {
    let heard = example::play(&server().url()).await.expect("it plays").expect("it hears something");
    assert!(heard.as_str().contains(r#""value":{"hello":"#), "{}", heard.as_str());
}
