//! TWINS, tokens: who somebody is, proven by a signature. JSON Web Tokens with HMAC-SHA-256, and no other kind.
//!
//! Two issuers, two keys: the game's own backend signs *that* a user is theirs, and this server signs the session tokens
//! that it hands out, which outlive a connection. Even under one key the two could not be exchanged: a session token
//! carries its audience and no `sub`.
//!
//! The clock is an argument, in milliseconds since 1970. There is no leeway: who needs some gives `exp` and `nbf` some.

use chrono::DateTime;
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt as _, Claims, Header, UntrustedToken, ValidationError};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use umbra_protocol::limits::UID_CHARS_MAX;
use umbra_protocol::{NameRefused, Uid, UserName};

/// What a session token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionClaims {
    /// Whose session.
    pub uid: Uid,
    /// What the user was called when it began.
    pub user_name: UserName,
    /// Which session of that user; opaque here.
    pub sid: String,
}

/// Why a token is refused. On the wire each is `BAD_TOKEN` with this sentence.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// No `jwt_secret` is configured. Sign in another way.
    #[error("this server accepts no tokens of a backend, expected a name or a session")]
    NotAccepted,
    /// Not a JSON Web Token, or one with an extension that this server would have to understand.
    #[error("the token is malformed, expected a JSON Web Token of three parts")]
    Malformed,
    /// Another algorithm, `none` included.
    #[error("the token is signed with another algorithm, expected HS256")]
    Algorithm,
    /// Signed with another key, or changed since.
    #[error("the token's signature does not match")]
    Signature,
    /// A claim is missing, of the wrong type or not allowed; says which.
    #[error("the token's claim {0}")]
    Claim(&'static str),
    /// The name in the token cannot be a user name.
    #[error("the token's claim name is refused: {0}")]
    Name(#[from] NameRefused),
    /// `exp` has come. Get a new one.
    #[error("the token has expired")]
    Expired,
    /// `nbf` has not come yet.
    #[error("the token is not valid yet")]
    NotYet,
}

/// Both keys, and what they are used for.
pub struct Tokens {
    backend: Option<Hs256Key>,
    session: Hs256Key,
}

/// Tells a session token from every other kind of token.
const SESSION_AUDIENCE: &str = "umbra-session";

#[derive(Deserialize)]
struct BackendBody {
    sub: Option<String>,
    name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SessionBody {
    aud: Option<String>,
    uid: Option<String>,
    name: Option<String>,
    sid: Option<String>,
}

/// Extensions that the issuer demands to be understood; there are none, so a token that has any is refused.
#[derive(Clone, Deserialize)]
struct Extensions {
    crit: Option<IgnoredAny>,
}

impl Tokens {
    /// Keys as bytes. Without `jwt_secret`, tokens of a backend are refused. `session_secret` is the configured one or
    /// random bytes of the caller; both should have 32 bytes or more.
    pub fn new(jwt_secret: Option<&[u8]>, session_secret: &[u8]) -> Self {
        Self { backend: jwt_secret.map(Hs256Key::new), session: Hs256Key::new(session_secret) }
    }

    /// Who the game's own backend says this is: claims `sub` (1 to 64 characters), `name` (a user name), `exp` and
    /// perhaps `nbf` (seconds since 1970).
    pub fn verify_backend(&self, token: &str, now_ms: u64) -> Result<(Uid, UserName), TokenError> {
        let key = self.backend.as_ref().ok_or(TokenError::NotAccepted)?;
        let body: BackendBody = verify(token, key, now_ms)?;
        let uid = uid(body.sub.ok_or(TokenError::Claim("sub is missing, expected text"))?)
            .ok_or(TokenError::Claim("sub has the wrong length, expected 1 to 64 characters"))?;
        Ok((uid, name(body.name)?))
    }

    /// A session token that is good until `expires_at_ms`, cut down to whole seconds.
    pub fn issue_session(&self, claims: &SessionClaims, expires_at_ms: u64) -> String {
        let mut body = Claims::new(SessionBody {
            aud: Some(SESSION_AUDIENCE.to_owned()),
            uid: Some(claims.uid.0.to_string()),
            name: Some(claims.user_name.as_str().to_owned()),
            sid: Some(claims.sid.clone()),
        });
        let seconds = i64::try_from(expires_at_ms / 1000).unwrap_or(i64::MAX);
        body.expiration = Some(DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC));
        Hs256.token(&Header::empty(), &body, &self.session).expect("text and numbers always become JSON")
    }

    /// Whose session this is. A token of another server, or of this one before its secret changed, fails here.
    pub fn verify_session(&self, token: &str, now_ms: u64) -> Result<SessionClaims, TokenError> {
        let body: SessionBody = verify(token, &self.session, now_ms)?;
        if body.aud.as_deref() != Some(SESSION_AUDIENCE) {
            return Err(TokenError::Claim("aud is not that of a session, expected a session token"));
        }
        let refused = TokenError::Claim("uid or sid is missing, expected both");
        let uid = body.uid.and_then(uid).ok_or(refused.clone())?;
        Ok(SessionClaims { uid, user_name: name(body.name)?, sid: body.sid.ok_or(refused)? })
    }
}

/// Signature first, then the times: nothing about a token is told to who could not sign it.
fn verify<T: DeserializeOwned>(token: &str, key: &Hs256Key, now_ms: u64) -> Result<T, TokenError> {
    let token = UntrustedToken::<Extensions>::try_from(token).map_err(|_| TokenError::Malformed)?;
    if token.header().other_fields.crit.is_some() {
        return Err(TokenError::Malformed);
    }
    let (_, claims) = Hs256.validator::<T>(key).validate(&token).map_err(refused)?.into_parts();
    let now_ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
    let expires = claims.expiration.ok_or(TokenError::Claim("exp is missing, expected seconds since 1970"))?;
    if now_ms >= expires.timestamp_millis() {
        return Err(TokenError::Expired);
    }
    if claims.not_before.is_some_and(|begins| now_ms < begins.timestamp_millis()) {
        return Err(TokenError::NotYet);
    }
    Ok(claims.custom)
}

fn refused(error: ValidationError) -> TokenError {
    match error {
        ValidationError::AlgorithmMismatch { .. } => TokenError::Algorithm,
        ValidationError::InvalidSignatureLen { .. }
        | ValidationError::MalformedSignature(_)
        | ValidationError::InvalidSignature => TokenError::Signature,
        ValidationError::MalformedClaims(_) => {
            TokenError::Claim("set cannot be read, expected an object with text and times of the right types")
        }
        // The library may grow; whatever it refuses then is refused here.
        _ => TokenError::Malformed,
    }
}

fn uid(text: String) -> Option<Uid> {
    (1..=UID_CHARS_MAX).contains(&text.chars().count()).then_some(Uid(text.into()))
}

fn name(claim: Option<String>) -> Result<UserName, TokenError> {
    Ok(UserName::parse(&claim.ok_or(TokenError::Claim("name is missing, expected text"))?)?)
}

#[cfg(test)]
mod tests;
