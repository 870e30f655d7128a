//! TOOL, bindgen: from `clients/wasm` to `clients/wasm/pkg`, what a page loads: `umbra_client.js`, its types `.d.ts`, and the
//! WebAssembly `umbra_client_bg.wasm`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context as _, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

/// The most that the WebAssembly and its JavaScript may weigh together, each compressed with gzip, as a page loads them. A
/// build past it fails: think what brought it about, and raise this only for something that players gain from.
pub const CLIENT_GZIP_BYTES_MAX: usize = 110 * 1024;

/// What was built weighs so much, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// As it is.
    pub plain: usize,
    /// Compressed with gzip.
    pub gzip: usize,
}

/// The project's root.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}

/// Where the package lies once it is built.
pub fn package() -> PathBuf {
    root().join("clients/wasm/pkg")
}

/// Builds the package. A file that comes out as it was keeps its time, so that nobody builds anew without need.
///
/// # Errors
/// What cannot be compiled, bound or written.
pub fn build() -> anyhow::Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut compile = Command::new(cargo);
    compile.args(["build", "--quiet", "-p", "umbra-client-wasm", "--lib"]);
    compile.args(["--profile", "browser", "--target", "wasm32-unknown-unknown"]).current_dir(root());
    ensure!(compile.status().context("cargo cannot be run")?.success(), "clients/wasm does not compile");

    let scratch = target().join("umbra-bindgen");
    let compiled = target().join("wasm32-unknown-unknown/browser/umbra_client_wasm.wasm");
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&compiled).out_name("umbra_client");
    bindgen
        .web(true)?
        .omit_default_module_path(false)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.generate(&scratch).context("wasm-bindgen refuses what was compiled")?;

    fs::create_dir_all(package())?;
    for entry in fs::read_dir(&scratch)? {
        let file = entry?.path();
        let name = file.file_name().context("an entry has a name")?;
        if !name.to_string_lossy().ends_with(".wasm.d.ts") {
            keep(&fs::read(&file)?, &package().join(name))?;
        }
    }
    Ok(())
}

/// What a page loads of the package.
///
/// # Errors
/// It is not built.
pub fn size() -> anyhow::Result<Size> {
    let mut size = Size { plain: 0, gzip: 0 };
    for name in ["umbra_client_bg.wasm", "umbra_client.js"] {
        let content = fs::read(package().join(name)).with_context(|| format!("{name} is not built"))?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&content)?;
        size.plain += content.len();
        size.gzip += encoder.finish()?.len();
    }
    Ok(size)
}

fn keep(content: &[u8], path: &Path) -> anyhow::Result<()> {
    if fs::read(path).ok().as_deref() != Some(content) {
        fs::write(path, content).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
