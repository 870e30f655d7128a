//! TESTS, launcher: `umbra check`, and what can be asked without starting anything.

use crate::Umbra;

#[test]
fn good_settings_are_told_with_what_they_need() {
    let umbra = Umbra::new(&["check", "my.toml"]).file("my.toml", "users_max = 100\nrooms_max = 10\n").end();
    assert_eq!((umbra.status, umbra.stderr.as_str()), (Some(0), ""));
    assert!(umbra.stdout.contains("my.toml is good"), "{}", umbra.stdout);
    assert!(umbra.stdout.contains("memory mappings: "), "{}", umbra.stdout);
    assert!(umbra.stdout.contains("100 users"), "{}", umbra.stdout);
}

#[test]
fn what_the_machine_has_not_is_told_with_what_to_do() {
    let umbra = Umbra::new(&["check"]).file("umbra.toml", "users_max = 1000000\n").end();
    assert_eq!(umbra.status, Some(0));
    assert!(umbra.stdout.contains("ulimit -Hn 1001000"), "{}", umbra.stdout);
}

#[test]
fn a_bad_setting_is_named_with_what_is_expected() {
    let umbra = Umbra::new(&["check", "my.toml"]).file("my.toml", "heartbeat_ms = \"soon\"\n").end();
    assert_eq!((umbra.status, umbra.stdout.as_str()), (Some(1), ""));
    for part in ["my.toml", "heartbeat_ms", "soon", "10 to 86400000"] {
        assert!(umbra.stderr.contains(part), "{}", umbra.stderr);
    }
    let umbra = Umbra::new(&["check"]).var("UMBRA_METRICS", "1").end();
    assert_eq!(umbra.status, Some(1));
    assert!(umbra.stderr.contains("UMBRA_METRICS"), "{}", umbra.stderr);
}

#[test]
fn files_of_tls_are_looked_into() {
    let files = "tls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"\n";
    let umbra = Umbra::new(&["check"]).file("umbra.toml", files).end();
    assert_eq!(umbra.status, Some(1));
    assert!(umbra.stderr.contains("chain.pem cannot be read"), "{}", umbra.stderr);
    let umbra = Umbra::new(&["check", "--edge", "guest"]).file("umbra.toml", files).end();
    assert_eq!(umbra.status, Some(1));
    assert!(umbra.stderr.contains("expected --edge native"), "{}", umbra.stderr);
}

#[test]
fn a_file_that_is_named_has_to_be_there() {
    let umbra = Umbra::new(&["check", "my.toml"]).end();
    assert_eq!(umbra.status, Some(1));
    assert!(umbra.stderr.contains("my.toml cannot be read"), "{}", umbra.stderr);
}

#[test]
fn it_says_its_version_and_what_can_be_typed() {
    let version = Umbra::new(&["--version"]).end();
    assert_eq!((version.status, version.stdout), (Some(0), format!("umbra {}\n", env!("CARGO_PKG_VERSION"))));
    let help = Umbra::new(&["--help"]).end();
    assert_eq!(help.status, Some(0));
    for part in ["SETTINGS.toml", "check", "run", "test"] {
        assert!(help.stdout.contains(part), "{}", help.stdout);
    }
    assert_eq!(Umbra::new(&["--nonsense"]).end().status, Some(2));
}
