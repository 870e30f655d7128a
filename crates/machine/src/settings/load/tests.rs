//! TWINS, settings: what an operator may write, what is refused, and in which words.

use super::super::kinds::LogLevel;
use super::*;

fn from_file(text: &str) -> Result<Settings, ConfigError> {
    load(Some(text), std::iter::empty())
}

fn from_environment(variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    load(None, variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
}

fn sentence(outcome: Result<Settings, ConfigError>) -> String {
    outcome.expect_err("this configuration is to be refused").to_string()
}

#[test]
fn nothing_configured_gives_the_defaults() {
    let settings = load(None, std::iter::empty()).unwrap();
    assert_eq!(settings, Settings::default());
    assert_eq!(settings.bind.to_string(), "127.0.0.1:4000");
    assert!(settings.guests);
    assert_eq!(settings.max_message_bytes, 16_384);
    assert_eq!(settings.session_secret.reveal(), None);
}

#[test]
fn a_value_of_the_file_is_taken_and_a_variable_wins_over_it() {
    let file = "heartbeat_ms = 100\nguests = false\nlog_level = \"debug\"";
    let settings = from_file(file).unwrap();
    assert_eq!((settings.heartbeat_ms, settings.guests, settings.log_level), (100, false, LogLevel::Debug));

    let variable = ("UMBRA_HEARTBEAT_MS".to_owned(), "200".to_owned());
    let settings = load(Some(file), std::iter::once(variable)).unwrap();
    assert_eq!((settings.heartbeat_ms, settings.guests), (200, false));
}

#[test]
fn every_setting_takes_its_default_from_the_file_and_from_a_variable() {
    for row in ROWS {
        let text = row.in_toml(&Settings::default());
        assert_eq!(from_file(&format!("{} = {text}", row.key)), Ok(Settings::default()), "{}", row.key);
        let name = format!("UMBRA_{}", row.key.to_ascii_uppercase());
        assert_eq!(from_environment(&[(&name, text.trim_matches('"'))]), Ok(Settings::default()), "{name}");
    }
}

#[test]
fn an_unknown_key_is_named_with_where_it_stands() {
    let expected = "unknown setting heartbeat in umbra.toml: docs/settings.md lists every setting";
    assert_eq!(sentence(from_file("heartbeat = 5")), expected);
    let expected = "unknown setting UMBRA_METRICS in the environment: docs/settings.md lists every setting";
    assert_eq!(sentence(from_environment(&[("UMBRA_METRICS", "1")])), expected);
    assert!(from_environment(&[("UMBRA_heartbeat_ms", "15000")]).is_err());
}

#[test]
fn variables_of_the_tools_and_of_others_are_passed_over() {
    let variables = [
        ("PATH", "/bin"),
        ("UMBRA_WASM", "x.wasm"),
        ("UMBRA_LUNATIC", "lunatic"),
        ("UMBRA_LAUNCHER", "umbra"),
        ("UMBRA_SERVER", "umbra --guest x.wasm"),
        ("UMBRA_CHROMIUM", "chromium"),
        ("UMBRA_TOOLCHAIN", "stable"),
    ];
    assert_eq!(from_environment(&variables), Ok(Settings::default()));
}

#[test]
fn a_wrong_type_is_named_with_its_value_and_what_was_expected() {
    let expected = "heartbeat_ms is \"soon\" in umbra.toml, expected a whole number from 10 to 86400000";
    assert_eq!(sentence(from_file("heartbeat_ms = \"soon\"")), expected);
    let expected = "UMBRA_GUESTS is \"yes\" in the environment, expected true or false";
    assert_eq!(sentence(from_environment(&[("UMBRA_GUESTS", "yes")])), expected);
    let expected =
        "bind is \"localhost\" in umbra.toml, expected an IP address and a port, such as 0.0.0.0:4000 or [::1]:4000";
    assert_eq!(sentence(from_file("bind = \"localhost\"")), expected);
    let expected = "log_level is \"loud\" in umbra.toml, expected one of error, warn, info, debug, trace";
    assert_eq!(sentence(from_file("log_level = \"loud\"")), expected);
    let expected = "guests is a table in umbra.toml, expected true or false";
    assert_eq!(sentence(from_file("[guests]\nguests = true")), expected);
}

#[test]
fn a_number_is_taken_at_either_end_of_its_range_and_refused_past_it() {
    for (value, taken) in [(1_023, false), (1_024, true), (1_048_576, true), (1_048_577, false), (-1, false)] {
        assert_eq!(from_file(&format!("max_message_bytes = {value}")).is_ok(), taken, "{value}");
        let text = value.to_string();
        assert_eq!(from_environment(&[("UMBRA_MAX_MESSAGE_BYTES", &text)]).is_ok(), taken, "{value}");
    }
}

#[test]
fn memory_below_two_mebibytes_is_refused() {
    for key in ["room_memory_bytes", "user_memory_bytes", "socket_memory_bytes"] {
        assert!(from_file(&format!("{key} = 2097152")).is_ok());
        assert!(from_file(&format!("{key} = 2097151")).is_err());
    }
}

#[test]
fn a_secret_is_empty_or_long_enough_and_never_repeated() {
    for (key, least) in [("jwt_secret", 32), ("session_secret", 32), ("admin_token", 16)] {
        assert!(from_file(&format!("{key} = \"\"")).is_ok());
        assert!(from_file(&format!("{key} = \"{}\"", "k".repeat(least))).is_ok());
        let refused = sentence(from_file(&format!("{key} = \"{}\"", "k".repeat(least - 1))));
        let expected = format!("text of at least {least} bytes, or empty text for none");
        assert_eq!(refused, format!("{key} is a secret that is not shown here in umbra.toml, expected {expected}"));
    }
    let settings = from_file("admin_token = \"sixteen bytes ok\"").unwrap();
    assert!(!format!("{settings:?}").contains("sixteen"));
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_line() {
    let refused = sentence(from_file("guests = true\nbind 4000"));
    assert!(refused.starts_with("umbra.toml cannot be read: line 2: "), "{refused}");
    assert!(!refused.contains('\n'), "{refused}");
}

#[test]
fn a_certificate_and_its_key_come_together_or_not_at_all() {
    let both = from_file("tls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"").unwrap();
    assert_eq!(both.tls(), Some(("chain.pem".as_ref(), "key.pem".as_ref())));
    assert_eq!(from_file("").unwrap().tls(), None);
    let alone = sentence(from_file("tls_certificate = \"chain.pem\""));
    assert_eq!(alone, "tls_certificate is set without tls_key, expected both or neither");
    let alone = sentence(from_environment(&[("UMBRA_TLS_KEY", "key.pem")]));
    assert_eq!(alone, "tls_key is set without tls_certificate, expected both or neither");
}
