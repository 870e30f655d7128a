//! TOOL, bindgen: builds the browser's client and says what it weighs: `make wasm`.

use anyhow::ensure;
use umbra_bindgen::{CLIENT_GZIP_BYTES_MAX, build, size};

fn main() -> anyhow::Result<()> {
    build()?;
    let size = size()?;
    let kib = |bytes: usize| bytes as f64 / 1024.0;
    println!(
        "wasm client: {:.1} KiB, {:.1} KiB compressed (at most {:.1})",
        kib(size.plain),
        kib(size.gzip),
        kib(CLIENT_GZIP_BYTES_MAX)
    );
    ensure!(size.gzip <= CLIENT_GZIP_BYTES_MAX, "the wasm client is larger than CLIENT_GZIP_BYTES_MAX allows");
    Ok(())
}
