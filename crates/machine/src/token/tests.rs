//! TWINS, tokens: what is accepted, and every way in which a token can be wrong.

use serde_json::{Value, json};

use super::*;

const JWT_SECRET: &[u8] = b"the backend's secret, 32 bytes +";
const SESSION_SECRET: &[u8] = b"the server's secret, 32 bytes ++";
const NOW_MS: u64 = 1_800_000_000_000;
const NOW_S: u64 = NOW_MS / 1000;

fn tokens() -> Tokens {
    Tokens::new(Some(JWT_SECRET), SESSION_SECRET)
}

/// A token over any claims, as a backend would make it.
fn signed(secret: &[u8], claims: Value) -> String {
    Hs256.token(&Header::empty(), &Claims::new(claims), &Hs256Key::new(secret)).unwrap()
}

fn backend(claims: Value) -> Result<(Uid, UserName), TokenError> {
    tokens().verify_backend(&signed(JWT_SECRET, claims), NOW_MS)
}

/// A token whose parts are exactly these; the signature is made up.
fn forged(header: &Value, claims: &Value) -> String {
    let whole = signed(JWT_SECRET, json!({"header": header}));
    let part = |value: &Value| {
        let token = Hs256.token(&Header::empty(), &Claims::new(value), &Hs256Key::new(b"any")).unwrap();
        token.split('.').nth(1).unwrap().to_owned()
    };
    format!("{}.{}.{}", part(header), part(claims), whole.rsplit('.').next().unwrap())
}

fn ann() -> SessionClaims {
    SessionClaims { uid: Uid("u-1".into()), user_name: UserName::parse("Ann").unwrap(), sid: "s-1".into() }
}

#[test]
fn a_backends_token_names_its_user() {
    let found = backend(json!({"sub": "player-7", "name": " Ann ", "exp": NOW_S + 1, "role": "admin"}));
    assert_eq!(found, Ok((Uid("player-7".into()), UserName::parse("Ann").unwrap())));
}

#[test]
fn a_token_made_by_another_library_is_read() {
    // From the appendix of RFC 7515, whose key, header and white space are nobody's here. It has no `sub`.
    let key = [
        3, 35, 53, 75, 43, 15, 165, 188, 131, 126, 6, 101, 119, 123, 166, 143, 90, 179, 40, 230, 240, 84, 201, 40, 169,
        15, 132, 178, 210, 80, 46, 191, 211, 251, 90, 146, 210, 6, 71, 239, 150, 138, 180, 195, 119, 98, 61, 34, 61,
        46, 33, 114, 5, 46, 79, 8, 192, 205, 154, 245, 103, 208, 128, 163,
    ];
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
                 Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let tokens = Tokens::new(Some(&key), SESSION_SECRET);
    let before_exp = tokens.verify_backend(token, 1_300_819_379_999);
    assert_eq!(before_exp, Err(TokenError::Claim("sub is missing, expected text")));
    assert_eq!(tokens.verify_backend(token, 1_300_819_380_000), Err(TokenError::Expired));
}

#[test]
fn without_a_secret_no_backends_token_is_accepted() {
    let tokens = Tokens::new(None, SESSION_SECRET);
    let token = signed(b"", json!({"sub": "a", "name": "Ann", "exp": NOW_S + 1}));
    assert_eq!(tokens.verify_backend(&token, NOW_MS), Err(TokenError::NotAccepted));
}

#[test]
fn a_token_is_good_until_exp_and_from_nbf_on() {
    let with = |exp: u64, nbf: u64| backend(json!({"sub": "a", "name": "Ann", "exp": exp, "nbf": nbf})).map(|_| ());
    assert_eq!(with(NOW_S + 1, NOW_S), Ok(()));
    assert_eq!(with(NOW_S, NOW_S), Err(TokenError::Expired));
    assert_eq!(with(NOW_S + 2, NOW_S + 1), Err(TokenError::NotYet));
}

#[test]
fn a_uid_has_1_to_64_characters() {
    for (length, accepted) in [(0, false), (1, true), (64, true), (65, false)] {
        let found = backend(json!({"sub": "ü".repeat(length), "name": "Ann", "exp": NOW_S + 1}));
        assert_eq!(found.is_ok(), accepted, "{length}");
    }
}

#[test]
fn a_name_that_cannot_be_a_user_name_is_refused() {
    for name in ["", "   ", "a\u{7}b", "abcdefghijklmnopqrstuvwxy"] {
        let found = backend(json!({"sub": "a", "name": name, "exp": NOW_S + 1}));
        assert!(matches!(found, Err(TokenError::Name(_))), "{name:?} gave {found:?}");
    }
}

#[test]
fn a_missing_or_ill_typed_claim_is_refused() {
    let whole = json!({"sub": "a", "name": "Ann", "exp": NOW_S + 1, "nbf": NOW_S});
    for claim in ["sub", "name", "exp"] {
        let mut claims = whole.clone();
        claims.as_object_mut().unwrap().remove(claim);
        let refused = backend(claims).unwrap_err();
        assert!(refused.to_string().contains(&format!("claim {claim} is missing")), "{refused}");
    }
    for claim in ["sub", "name", "exp", "nbf"] {
        for wrong in [json!([]), json!({}), json!(true), json!(1e300)] {
            let mut claims = whole.clone();
            claims[claim] = wrong;
            assert!(matches!(backend(claims), Err(TokenError::Claim(_))), "{claim}");
        }
    }
}

#[test]
fn another_algorithm_is_refused_whatever_the_signature() {
    let claims = json!({"sub": "a", "name": "Ann", "exp": NOW_S + 1});
    for algorithm in ["none", "None", "HS384", "HS512", "RS256", "hs256", ""] {
        let token = forged(&json!({"alg": algorithm}), &claims);
        assert_eq!(tokens().verify_backend(&token, NOW_MS), Err(TokenError::Algorithm), "{algorithm}");
        let unsigned = &token[..=token.rfind('.').unwrap()];
        assert_eq!(tokens().verify_backend(unsigned, NOW_MS), Err(TokenError::Algorithm), "{algorithm}");
    }
}

#[test]
fn an_extension_that_must_be_understood_is_refused() {
    let token = forged(&json!({"alg": "HS256", "crit": ["b64"]}), &json!({}));
    assert_eq!(tokens().verify_backend(&token, NOW_MS), Err(TokenError::Malformed));
}

#[test]
fn a_token_signed_with_another_key_or_changed_in_one_character_is_refused() {
    let claims = json!({"sub": "a", "name": "Ann", "exp": NOW_S + 1});
    let foreign = signed(b"some other secret of 32 bytes ++", claims.clone());
    assert_eq!(tokens().verify_backend(&foreign, NOW_MS), Err(TokenError::Signature));

    let token = signed(JWT_SECRET, claims);
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(tokens().verify_backend(&changed, NOW_MS).is_err(), "changed at {at}");
    }
}

#[test]
fn what_is_no_token_is_refused() {
    for text in ["", ".", "..", "a.b.c", "a.b.c.d", "eyJhbGciOiJIUzI1NiJ9..", "\u{0}", "日本.語.です"] {
        let found = tokens().verify_backend(text, NOW_MS);
        assert!(matches!(found, Err(TokenError::Malformed | TokenError::Signature)), "{text:?} gave {found:?}");
        assert!(tokens().verify_session(text, NOW_MS).is_err());
    }
}

#[test]
fn a_session_token_comes_back_as_it_was_issued_until_it_expires() {
    let token = tokens().issue_session(&ann(), NOW_MS + 5000);
    assert_eq!(tokens().verify_session(&token, NOW_MS), Ok(ann()));
    assert_eq!(tokens().verify_session(&token, NOW_MS + 4999), Ok(ann()));
    assert_eq!(tokens().verify_session(&token, NOW_MS + 5000), Err(TokenError::Expired));
    assert!(tokens().verify_session(&tokens().issue_session(&ann(), u64::MAX), NOW_MS).is_ok());
}

#[test]
fn a_session_token_of_a_server_with_another_secret_is_refused() {
    let token = Tokens::new(None, b"a server of before, its secret +").issue_session(&ann(), NOW_MS + 5000);
    assert_eq!(tokens().verify_session(&token, NOW_MS), Err(TokenError::Signature));
}

#[test]
fn the_two_kinds_of_token_are_not_exchangeable_even_under_one_key() {
    let tokens = Tokens::new(Some(JWT_SECRET), JWT_SECRET);
    let session = tokens.issue_session(&ann(), NOW_MS + 5000);
    assert!(matches!(tokens.verify_backend(&session, NOW_MS), Err(TokenError::Claim(_))));
    let both = json!({"sub": "u-1", "uid": "u-1", "name": "Ann", "sid": "s", "exp": NOW_S + 1});
    assert!(matches!(tokens.verify_session(&signed(JWT_SECRET, both), NOW_MS), Err(TokenError::Claim(_))));
}
