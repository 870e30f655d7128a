//! TESTS, tokens: signed as a game's own backend would, with another library than the server's.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// A JSON Web Token with these claims, signed with HMAC-SHA-256.
pub fn signed(claims: &Value, secret: &str) -> String {
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let head = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    let body = BASE64URL_NOPAD.encode(claims.to_string().as_bytes());
    let message = format!("{head}.{body}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(message.as_bytes());
    format!("{message}.{}", BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()))
}

/// The token of a user of the game's own, good for an hour.
pub fn of_user(sub: &str, name: &str) -> String {
    signed(&json!({"sub": sub, "name": name, "exp": in_seconds(3600)}), crate::server::JWT_SECRET)
}

/// Seconds since 1970, that far from now.
pub fn in_seconds(from_now: i64) -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.expect("it is later than 1970").as_secs()).expect("it is not that late") + from_now
}
