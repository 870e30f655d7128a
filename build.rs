//! Packs `web/` for `src/assets.rs`: each file compressed, with its type and a tag that changes when it does.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

const WEB: &str = "web";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={WEB}");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    assert!(
        Path::new(WEB).join("vendor/preact.js").is_file(),
        "the page's library is not here yet: run `make setup` once, which fetches it into web/vendor"
    );
    let mut files = Vec::new();
    collect(Path::new(WEB), &mut files)?;
    files.sort();

    let mut list = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        let content = fs::read(file)?;
        let packed = out.join(format!("asset-{number}.gz"));
        fs::write(&packed, gzip(&content)?)?;
        list += &format!(
            "    Asset {{ path: Cow::Borrowed({:?}), content_type: Cow::Borrowed({:?}), etag: Cow::Borrowed({:?}), \
             gzip: Cow::Borrowed(include_bytes!({:?})) }},\n",
            path_in_url(file),
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
