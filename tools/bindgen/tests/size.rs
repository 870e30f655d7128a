//! What a page loads keeps within its budget.

use umbra_bindgen::{CLIENT_GZIP_BYTES_MAX, build, package, size};

#[test]
fn the_browsers_client_is_built_and_weighs_no_more_than_its_budget() {
    build().expect("it can be built");
    for name in ["umbra_client.js", "umbra_client.d.ts", "umbra_client_bg.wasm"] {
        assert!(package().join(name).is_file(), "{name} is there");
    }
    let size = size().expect("it is built");
    println!("{size:?}, at most {CLIENT_GZIP_BYTES_MAX} compressed");
    assert!(size.gzip > 0 && size.gzip <= CLIENT_GZIP_BYTES_MAX, "{size:?}");
}
