//! Packs the page for `src/assets.rs`: `web/`, and of the clients that it stands on what it loads, each file compressed, with
//! its type and a tag that changes when it does.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

const WEB: &str = "web";
/// The package of the client, and what of it the page loads: these very files, beside its own.
const CLIENT: &str = "clients/js";
const CLIENT_FILES: [&str; 2] = ["umbra.js", "umbra.frames.js"];
/// What `make wasm` builds, and what of it a page loads, from below `wasm/`.
const WASM_CLIENT: &str = "clients/wasm/pkg";
const WASM_FILES: [&str; 2] = ["umbra_client.js", "umbra_client_bg.wasm"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    // By these the launcher knows which part of a process's stack is in use, and takes back the rest of an idle one's.
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-link-arg-bins=--export=__stack_pointer");
        println!("cargo::rustc-link-arg-bins=--export=__stack_low");
    }
    println!("cargo::rerun-if-changed={WEB}");
    for file in CLIENT_FILES {
        println!("cargo::rerun-if-changed={CLIENT}/{file}");
    }
    println!("cargo::rerun-if-changed={WASM_CLIENT}");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    assert!(
        Path::new(WEB).join("vendor/preact.js").is_file(),
        "the page's library is not here yet: run `make setup` once, which fetches it into web/vendor"
    );
    let mut files = Vec::new();
    collect(Path::new(WEB), &mut files)?;
    let mut files: Vec<_> = files.into_iter().map(|file| (path_in_url(&file), file)).collect();
    files.extend(CLIENT_FILES.map(|file| (file.to_owned(), Path::new(CLIENT).join(file))));
    for name in WASM_FILES {
        let path = Path::new(WASM_CLIENT).join(name);
        if path.is_file() {
            files.push((format!("wasm/{name}"), path));
        } else {
            println!("cargo::warning=the page /wasm is left without its client: `make wasm` builds it");
        }
    }
    files.sort();

    let mut list = String::from("&[\n");
    for (number, (path, file)) in files.iter().enumerate() {
        let content = fs::read(file)?;
        let packed = out.join(format!("asset-{number}.gz"));
        fs::write(&packed, gzip(&content)?)?;
        list += &format!(
            "    Asset {{ path: Cow::Borrowed({:?}), content_type: Cow::Borrowed({:?}), etag: Cow::Borrowed({:?}), \
             gzip: Cow::Borrowed(include_bytes!({:?})) }},\n",
            path,
            content_type(file),
            etag(&content),
            packed,
        );
    }
    list += "]\n";
    fs::write(out.join("assets.rs"), list)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if name.starts_with('.') || name == "node_modules" || name.starts_with("package") || name.ends_with(".test.js")
        {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

fn path_in_url(file: &Path) -> String {
    let inside = file.strip_prefix(WEB).expect("collected below it");
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn content_type(file: &Path) -> String {
    let mime = mime_guess::from_path(file).first_or_octet_stream();
    let is_text = mime.type_() == mime_guess::mime::TEXT || mime.subtype() == mime_guess::mime::JSON;
    if is_text { format!("{mime}; charset=utf-8") } else { mime.to_string() }
}

/// Weak, because the same tag stands for the compressed and the inflated form.
fn etag(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}
