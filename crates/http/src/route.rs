//! HTTP: the paths of the server, and what each of them takes.

use http::{Method, StatusCode};

use crate::admin::{self, AdminAsk};
use crate::asset::{self, Asset};
use crate::reply::Reply;
use crate::request::Request;
use crate::upgrade::{self, Upgrade};

/// What this server has to offer.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The page and everything it loads.
    pub assets: &'a [Asset],
    /// What operators have to bring; `None`: there is no `/admin`.
    pub admin_token: Option<&'a str>,
    /// Whether tests may look into the server and end its processes.
    pub chaos: bool,
}

/// What to do about a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Write these bytes and close.
    Reply(Vec<u8>),
    /// Write its response, then go on as a WebSocket.
    Upgrade(Upgrade),
    /// Do this, write [`crate::plain`] about it and close. Who asks has shown the admin token.
    Admin(AdminAsk),
}

/// Decides about one request.
pub fn answer(request: Request, site: &Site<'_>) -> Answer {
    let head_only = request.method == Method::HEAD;
    let reply = match request.path.as_str() {
        "/ws" => match only("GET", &request, &[Method::GET]).and_then(|()| upgrade::decide(request)) {
            Ok(upgrade) => return Answer::Upgrade(upgrade),
            Err(refusal) => refusal,
        },
        path if path.starts_with("/admin/") => match admin::decide(&request, site.admin_token, site.chaos) {
            Ok(ask) => return Answer::Admin(ask),
            Err(refusal) => refusal,
        },
        "/healthz" => reading(&request, || Reply::sentence(StatusCode::OK, "ok")),
        path => match asset::find(site.assets, path) {
            Some(found) => reading(&request, || asset::serve(found, &request.headers)),
            None => not_found(),
        },
    };
    Answer::Reply(reply.into_bytes(head_only))
}

pub(crate) fn not_found() -> Reply {
    Reply::sentence(StatusCode::NOT_FOUND, "there is nothing at this path")
}

/// Lets the request pass if its method is one of `methods`, else names in `Allow` what would have passed.
pub(crate) fn only(allow: &'static str, request: &Request, methods: &[Method]) -> Result<(), Reply> {
    if methods.contains(&request.method) {
        return Ok(());
    }
    let sentence = format!("this path does not take {}, expected {allow}", request.method);
    Err(Reply::sentence(StatusCode::METHOD_NOT_ALLOWED, &sentence).with("Allow", allow))
}

/// The reply of a path that can only be read.
fn reading(request: &Request, reply: impl FnOnce() -> Reply) -> Reply {
    only("GET, HEAD", request, &[Method::GET, Method::HEAD]).err().unwrap_or_else(reply)
}
