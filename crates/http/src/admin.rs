//! HTTP: what operators may ask of a running server, and the proof that they are operators.

use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use umbra_protocol::Uid;
use umbra_protocol::limits::UID_CHARS_MAX;

use crate::reply::Reply;
use crate::request::Request;
use crate::route::{not_found, only};
use crate::target::Target;

/// An operator's wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminAsk {
    /// Take nobody new, tell everybody, and let them go.
    Drain,
    /// Remove this user from the server.
    Kick(Uid),
    /// End this process without a word, to see what becomes of it.
    Kill(Target),
    /// List the processes.
    Processes,
}

#[derive(Deserialize)]
struct KickBody {
    uid: String,
}

#[derive(Deserialize)]
struct KillBody {
    target: String,
}

/// What a body asks for, or why it cannot be read.
type Understand = fn(&[u8]) -> Result<AdminAsk, Reply>;

/// The request's path begins with `/admin/`. Without a configured token none of these paths exists, without `chaos` not
/// those of tests, and who has no token does not learn whether a body would have been right.
pub(crate) fn decide(request: &Request, admin_token: Option<&str>, chaos: bool) -> Result<AdminAsk, Reply> {
    let admin_token = admin_token.ok_or_else(not_found)?;
    let (method, understand): (_, Understand) = match request.path.as_str() {
        "/admin/drain" => (Method::POST, |_| Ok(AdminAsk::Drain)),
        "/admin/kick" => (Method::POST, kick),
        "/admin/kill" if chaos => (Method::POST, kill),
        "/admin/processes" if chaos => (Method::GET, |_| Ok(AdminAsk::Processes)),
        _ => return Err(not_found()),
    };
    only(if method == Method::GET { "GET" } else { "POST" }, request, &[method])?;
    if !authorized(&request.headers, admin_token) {
        let sentence = "expected the header Authorization: Bearer with the admin token";
        return Err(Reply::sentence(StatusCode::UNAUTHORIZED, sentence).with("WWW-Authenticate", "Bearer"));
    }
    understand(&request.body)
}

fn kick(body: &[u8]) -> Result<AdminAsk, Reply> {
    let body: Option<KickBody> = serde_json::from_slice(body).ok();
    let uid = body.map(|body| body.uid).filter(|uid| (1..=UID_CHARS_MAX).contains(&uid.chars().count()));
    uid.map(|uid| AdminAsk::Kick(Uid(uid.into()))).ok_or_else(|| {
        let sentence = r#"the body cannot be read, expected {"uid": "…"} with 1 to 64 characters"#;
        Reply::sentence(StatusCode::BAD_REQUEST, sentence)
    })
}

fn kill(body: &[u8]) -> Result<AdminAsk, Reply> {
    let body: Option<KillBody> = serde_json::from_slice(body).ok();
    body.and_then(|body| Target::parse(&body.target)).map(AdminAsk::Kill).ok_or_else(|| {
        let sentence = format!(r#"the body cannot be read, expected {{"target": "…"}} with {}"#, Target::EXPECTED);
        Reply::sentence(StatusCode::BAD_REQUEST, &sentence)
    })
}

/// The comparison takes as long for a wrong token as for the right one, so that time tells nothing but the length.
fn authorized(headers: &HeaderMap, admin_token: &str) -> bool {
    let Some(credentials) = headers.get(AUTHORIZATION) else { return false };
    let Some((scheme, given)) = credentials.as_bytes().split_at_checked("Bearer ".len()) else { return false };
    scheme.eq_ignore_ascii_case(b"Bearer ") && bool::from(given.ct_eq(admin_token.as_bytes()))
}
