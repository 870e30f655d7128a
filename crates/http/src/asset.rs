//! HTTP: the files of the page, kept compressed.
//!
//! They are data of the guest, of which every process of the server holds an image: compressed they are a third. Nearly
//! every client takes them as they are; for the rest they are inflated on the way out.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::GzDecoder;
use http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Deserializer, Serialize};
use serde_bytes::ByteBuf;

use crate::reply::Reply;

/// One file of the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asset {
    /// Relative to the page's folder, with `/` between its parts: `index.html`.
    pub path: Cow<'static, str>,
    /// The `Content-Type`.
    pub content_type: Cow<'static, str>,
    /// Changes when the file does. A weak validator (`W/"…"`), as one tag stands for both encodings.
    pub etag: Cow<'static, str>,
    /// The file, compressed with gzip.
    #[serde(serialize_with = "serde_bytes::serialize", deserialize_with = "owned")]
    pub gzip: Cow<'static, [u8]>,
}

/// What travels between processes is nobody else's.
fn owned<'de, D: Deserializer<'de>>(from: D) -> Result<Cow<'static, [u8]>, D::Error> {
    Ok(Cow::Owned(ByteBuf::deserialize(from)?.into_vec()))
}

/// The page loads nothing from elsewhere and runs no script but its own files; what a player types can become neither.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; \
                                       base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'";

/// The asset at a request's path, `/` being the page itself.
pub(crate) fn find<'a>(assets: &'a [Asset], path: &str) -> Option<&'a Asset> {
    let name = match path.strip_prefix('/')? {
        "" => "index.html",
        name => name,
    };
    assets.iter().find(|asset| asset.path == name)
}

/// The asset, or 304 for a client that has it. Clients may keep it but ask each time, so that a new server's page is
/// never run with an old server's script.
pub(crate) fn serve(asset: &Asset, headers: &HeaderMap) -> Reply {
    let status = if is_known(headers, &asset.etag) { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let reply = Reply::new(status)
        .with("ETag", &*asset.etag)
        .with("Cache-Control", "no-cache")
        .with("Vary", "Accept-Encoding")
        .with("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    if status == StatusCode::NOT_MODIFIED {
        return reply;
    }
    let reply = reply.with("Content-Type", &*asset.content_type);
    if takes_gzip(headers) {
        return reply.with("Content-Encoding", "gzip").body(asset.gzip.to_vec());
    }
    let mut inflated = Vec::new();
    match GzDecoder::new(&*asset.gzip).read_to_end(&mut inflated) {
        Ok(_) => reply.body(inflated),
        Err(_) => Reply::sentence(StatusCode::INTERNAL_SERVER_ERROR, "this file was packed wrongly"),
    }
}

/// Compares weakly, as a cache does.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let lines = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).any(|tag| tag == "*" || opaque(tag) == opaque(etag))
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        is_gzip && weight.is_ok_and(|weight| weight > 0.0)
    })
}
