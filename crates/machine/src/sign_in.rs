//! Who may sign in, as whom, and with which session token: the user manager's decision about a `HELLO`.

use umbra_protocol::{CloseCode, ErrorCode, Hello, Uid, UserName, WireError};

use crate::session::AttachKind;
use crate::settings::Settings;
use crate::token::{SessionClaims, TokenError, Tokens};

/// The rules by which somebody signs in.
pub struct SignInDesk {
    tokens: Tokens,
    guests: bool,
    session_ttl_ms: u64,
}

/// Somebody who may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub uid: Uid,
    /// Under which name.
    pub user_name: UserName,
    /// Names the sign-in.
    pub sid: String,
    /// The session token to hand out.
    pub session: String,
    /// Anew, or back into a session.
    pub kind: AttachKind,
}

/// Somebody who may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What the client is told.
    pub error: WireError,
    /// How the connection ends; `None`: it stays, for another try.
    pub close: Option<CloseCode>,
}

impl SignInDesk {
    /// By the settings. `random_secret` signs session tokens when none is configured.
    pub fn new(settings: &Settings, random_secret: &[u8]) -> Self {
        let session_secret = settings.session_secret.reveal().map_or(random_secret, str::as_bytes);
        let tokens = Tokens::new(settings.jwt_secret.reveal().map(str::as_bytes), session_secret);
        Self { tokens, guests: settings.guests, session_ttl_ms: settings.session_ttl_ms }
    }

    /// Decides about a `HELLO`. `random` must be unguessable: it names guests and sign-ins.
    pub fn decide(&self, now_ms: u64, hello: Hello, mut random: impl FnMut() -> u64) -> Result<SignedIn, Refused> {
        let mut name = || format!("{:016x}", random());
        let (uid, user_name, sid, kind) = match hello {
            Hello::Guest { .. } if !self.guests => {
                let message = "guests are not admitted here, expected a token";
                return Err(stay(ErrorCode::NotAuthenticated, message));
            }
            Hello::Guest { user_name } => {
                let user_name = UserName::parse(&user_name)
                    .map_err(|refused| stay(ErrorCode::BadName, format!("field `userName`: {refused}")))?;
                (Uid(format!("guest-{}", name()).into()), user_name, name(), AttachKind::New)
            }
            Hello::Token { token } => {
                let (uid, user_name) = self.tokens.verify_backend(&token, now_ms).map_err(bad_token)?;
                (uid, user_name, name(), AttachKind::New)
            }
            Hello::Resume { session, epoch, last_seq } => {
                let claims = self.tokens.verify_session(&session, now_ms).map_err(bad_token)?;
                (claims.uid, claims.user_name, claims.sid, AttachKind::Resume { epoch, last_seq })
            }
        };
        let claims = SessionClaims { uid, user_name, sid };
        let session = self.tokens.issue_session(&claims, now_ms.saturating_add(self.session_ttl_ms));
        let SessionClaims { uid, user_name, sid } = claims;
        Ok(SignedIn { uid, user_name, sid, session, kind })
    }
}

fn stay(code: ErrorCode, message: impl Into<String>) -> Refused {
    Refused { error: WireError::new(code, message), close: None }
}

fn bad_token(error: TokenError) -> Refused {
    let error = WireError::new(ErrorCode::BadToken, error.to_string());
    Refused { error, close: Some(CloseCode::BadToken) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(settings: &Settings) -> SignInDesk {
        SignInDesk::new(settings, b"a random secret of 32 bytes, say")
    }

    fn counter() -> impl FnMut() -> u64 {
        let mut n = 0;
        move || {
            n += 1;
            n
        }
    }

    fn guest(name: &str) -> Hello {
        Hello::Guest { user_name: name.into() }
    }

    #[test]
    fn a_guest_gets_a_uid_of_its_own_and_a_session_to_come_back_with() {
        let (desk, mut random) = (desk(&Settings::default()), counter());
        let ann = desk.decide(0, guest(" Ann "), &mut random).unwrap();
        let other = desk.decide(0, guest("Ann"), &mut random).unwrap();
        assert_eq!(ann.user_name.as_str(), "Ann");
        assert_ne!(ann.uid, other.uid);
        let back = Hello::Resume { session: ann.session, epoch: 3, last_seq: 41 };
        let back = desk.decide(1000, back, &mut random).unwrap();
        assert_eq!((back.uid, back.sid), (ann.uid, ann.sid));
        assert_eq!(back.kind, AttachKind::Resume { epoch: 3, last_seq: 41 });
    }

    #[test]
    fn a_bad_name_is_refused_and_may_be_mended() {
        let refused = desk(&Settings::default()).decide(0, guest(""), counter()).unwrap_err();
        assert_eq!((refused.error.code, refused.close), (ErrorCode::BadName, None));
    }

    #[test]
    fn where_guests_are_not_admitted_a_name_is_not_enough() {
        let settings = Settings { guests: false, ..Settings::default() };
        let refused = desk(&settings).decide(0, guest("Ann"), counter()).unwrap_err();
        assert_eq!((refused.error.code, refused.close), (ErrorCode::NotAuthenticated, None));
    }

    #[test]
    fn a_session_is_good_until_its_time_is_up() {
        let settings = Settings { session_ttl_ms: 10_000, ..Settings::default() };
        let desk = desk(&settings);
        let ann = desk.decide(0, guest("Ann"), counter()).unwrap();
        let back = |now_ms| {
            let hello = Hello::Resume { session: ann.session.clone(), epoch: 1, last_seq: 0 };
            desk.decide(now_ms, hello, counter()).map(|back| back.uid).map_err(|refused| refused.close)
        };
        assert_eq!(back(9_999), Ok(ann.uid.clone()));
        assert_eq!(back(10_000), Err(Some(CloseCode::BadToken)));
    }
}
