//! TESTS, tidy: the project keeps its rules; and each rule would notice if it did not.

use umbra_server_tests::tidy::packages::{Dependency, Package, Workspace};
use umbra_server_tests::tidy::{Source, absences, documents, files, golden, guest, guide, packages, root, sources};

/// The rule holds for all sources, and complains about a file with this in it.
fn holds(rule: impl Fn(&[Source]) -> Vec<String>, bad_path: &str, bad_text: &str) {
    let complaints = rule(&[Source::fixture(bad_path, bad_text)]);
    assert_eq!(complaints.len(), 1, "it would be noticed in {bad_path}: {complaints:?}");
    assert!(complaints[0].starts_with(bad_path), "{complaints:?}");
    let sources = sources("rs");
    assert!(sources.len() > 200, "the project was found");
    assert_eq!(rule(&sources), Vec::<String>::new());
}

/// The rule does not mind this.
fn allows(rule: impl Fn(&[Source]) -> Vec<String>, path: &str, text: &str) {
    assert_eq!(rule(&[Source::fixture(path, text)]), Vec::<String>::new());
}

#[test]
fn every_file_says_where_it_is_in_the_picture() {
    holds(files::say_what_they_are, "src/process/room.rs", "use std::fmt;\n//! too late\n");
    holds(files::say_what_they_are, "src/process/room.rs", "//! \n");
}

#[test]
fn a_file_past_four_hundred_lines_says_why() {
    let lines = |head: &str, count: usize| format!("{head}\n{}", "fn line() {}\n".repeat(count - 1));
    holds(files::are_short_or_say_why, "src/process/room.rs", &lines("//! A room.", 401));
    allows(files::are_short_or_say_why, "src/process/room.rs", &lines("//! A room.", 400));
    allows(files::are_short_or_say_why, "src/a_table.rs", &lines("//! A table, as long as what it lists.", 401));
}

#[test]
fn no_file_is_called_after_nothing_in_particular() {
    holds(files::have_names_that_say_something, "src/utils.rs", "");
    holds(files::have_names_that_say_something, "crates/machine/src/common/mod.rs", "");
}

#[test]
fn nothing_outside_the_shell_and_otp_names_the_runtime() {
    let text = "//! About lunatic::Process.\nuse lunatic::Process;\n";
    holds(absences::of_the_runtime, "crates/machine/src/room/mod.rs", text);
    allows(absences::of_the_runtime, "crates/otp/src/process.rs", text);
    allows(absences::of_the_runtime, "src/process/room.rs", text);
    allows(absences::of_the_runtime, "crates/game/src/lib.rs", "// lunatic::Process is not for games\n");
}

#[test]
fn no_process_blocks_its_thread() {
    let text = "//! A pause.\nfn pause() { std::thread::sleep(LONG) }\n";
    holds(absences::of_blocked_threads, "src/process/listener.rs", text);
    allows(absences::of_blocked_threads, "src/process/listener.rs", "fn pause() { lunatic::sleep(LONG) }\n");
}

#[test]
fn nobody_receives_with_a_time_out() {
    holds(absences::of_receives_with_a_time_out, "crates/otp/src/inbox.rs", "mailbox.receive_timeout(SOON)\n");
    holds(absences::of_receives_with_a_time_out, "src/process/user.rs", "mailbox.try_receive()\n");
}

#[test]
fn no_twin_and_no_game_has_a_world_of_its_own() {
    let text = "//! A clock.\nuse std::time::SystemTime;\n";
    holds(absences::of_a_world_in_twins_and_games, "crates/machine/src/heartbeat.rs", text);
    holds(absences::of_a_world_in_twins_and_games, "crates/games/relay/src/lib.rs", "getrandom::u64()\n");
    holds(absences::of_a_world_in_twins_and_games, "clients/core/src/machine.rs", text);
    allows(absences::of_a_world_in_twins_and_games, "crates/otp/src/clock.rs", text);
    allows(absences::of_a_world_in_twins_and_games, "crates/machine/tests/room/table.rs", text);
}

#[test]
fn one_place_turns_the_name_of_a_game_into_its_rules() {
    let text = "//! Rules.\nlet rules = rules::<tictactoe::TicTacToe>();\n";
    holds(absences::of_games_outside_their_one_place, "src/process/room.rs", text);
    holds(absences::of_games_outside_their_one_place, "crates/machine/src/room/mod.rs", text);
    allows(absences::of_games_outside_their_one_place, "src/games.rs", text);
}

#[test]
fn one_place_writes_to_connections() {
    holds(absences::of_writes_outside_their_one_place, "src/process/user.rs", "stream.write(&bytes)?;\n");
    holds(absences::of_writes_outside_their_one_place, "src/process/socket/reader.rs", "stream.write_all(&bytes)?;\n");
    allows(absences::of_writes_outside_their_one_place, "src/process/socket/write.rs", "self.stream.write(rest)\n");
}

#[test]
fn packages_depend_in_one_direction() {
    let one = |name: &str, needed: &str, kind: Option<&str>| Workspace {
        packages: [(name, vec![(needed, kind)]), (needed, vec![])]
            .map(|(name, needed)| Package {
                name: name.to_owned(),
                dependencies: needed
                    .into_iter()
                    .map(|(name, kind)| Dependency { name: name.to_owned(), kind: kind.map(str::to_owned) })
                    .collect(),
            })
            .into(),
    };
    for (name, needed, kind) in [
        ("umbra-game", "umbra-machine", None),
        ("umbra-protocol", "umbra-game", None),
        ("umbra-machine", "relay", None),
        ("umbra-machine", "umbra-otp", None),
        ("umbra-otp", "umbra-protocol", Some("dev")),
        ("umbra-client", "umbra-machine", Some("dev")),
        ("relay", "umbra-protocol", None),
        ("umbra-http", "umbra-machine", Some("build")),
    ] {
        let complaints = packages::point_one_way(&one(name, needed, kind));
        assert_eq!(complaints.len(), 1, "{name} on {needed}: {complaints:?}");
    }
    assert_eq!(packages::point_one_way(&one("umbra-machine", "relay", Some("dev"))), Vec::<String>::new());
    assert_eq!(packages::leave_the_runtime_alone(&one("umbra-machine", "lunatic", Some("dev"))).len(), 1);
    // A package that nobody has thought of yet is noticed too.
    assert_eq!(packages::point_one_way(&one("umbra-new", "umbra-game", None)).len(), 1);

    let workspace = packages::workspace();
    assert!(workspace.packages.len() > 10, "the workspace was found");
    assert_eq!(packages::point_one_way(&workspace), Vec::<String>::new());
    assert_eq!(packages::leave_the_runtime_alone(&workspace), Vec::<String>::new());
}

#[test]
fn documents_link_to_what_exists() {
    let bad = |text: &str| documents::link_to_what_exists(&[Source::fixture("README.md", text)], &root());
    assert_eq!(bad("[a](docs/nowhere.md)").len(), 1);
    assert_eq!(bad("# One\n[a](#two)").len(), 1);
    assert_eq!(
        bad("# One and a half\n[a](#one-and-a-half) [b](docs/PROTOCOL.md#3-session) [c](https://a.b/c)").len(),
        0
    );
    let all = sources("md");
    assert!(all.len() > 5, "the documents were found");
    assert_eq!(documents::link_to_what_exists(&all, &root()), Vec::<String>::new());
}

#[test]
fn checks_that_the_documents_name_exist() {
    let named = |name: &str| Source::fixture("ARCHITECTURE.md", &format!("*Check: `{name}`.*"));
    let sources = sources("rs");
    assert_eq!(documents::name_tests_that_exist(&[named("nobody_has_ever_written_this_one")], &sources).len(), 1);
    let own = "checks_that_the_documents_name_exist";
    assert_eq!(documents::name_tests_that_exist(&[named(own)], &sources).len(), 0);
    assert_eq!(documents::name_tests_that_exist(&self::sources("md"), &sources), Vec::<String>::new());
}

#[test]
fn golden_frames_lie_in_one_place() {
    let places = golden::places_for_copies();
    let frames = places.iter().find(|source| source.path == format!("{}frames.json", golden::PLACE));
    let frames = &frames.expect("the golden frames were found").text;
    let copy = Source::fixture("clients/js/tests/frames.json", frames);
    assert_eq!(golden::lie_in_one_place(&[copy], frames).len(), 1, "a copy would be noticed");
    let readers = ["crates/protocol/tests/golden.rs", "clients/rust/tests/golden.rs", "clients/js/tests/golden.js"];
    for reader in readers {
        let reads = places.iter().any(|source| source.path == reader && source.text.contains("golden"));
        assert!(reads, "{reader} reads them");
    }
    assert_eq!(golden::lie_in_one_place(&places, frames), Vec::<String>::new());
}

#[test]
fn what_each_process_changes_lies_in_few_pages() {
    let complaints = |place: usize, bytes: usize| {
        let text = format!(
            r#"(module (memory 17) (data (i32.const 4096) "x") (data (i32.const {place}) "{}"))"#,
            "y".repeat(bytes)
        );
        guest::changes_begin_with_a_page(&wat::parse_str(text).expect("a program")).len()
    };
    assert_eq!(complaints(0x10_0000, 4200), 0);
    assert_eq!(complaints(0x10_0010, 4200), 1, "a build that begins elsewhere would be noticed");
    assert_eq!((complaints(0x10_0000, 96), complaints(0x10_0000, 9000)), (1, 1), "and one in which it is elsewhere");
    let path = std::env::var_os("UMBRA_WASM").expect("UMBRA_WASM names the guest: run this with `make test`");
    let built = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}, expected the guest", path.display()));
    assert_eq!(guest::changes_begin_with_a_page(&built), Vec::<String>::new());
}

#[test]
fn the_guide_shows_the_states_of_the_clients_twin() {
    let twin =
        sources("rs").into_iter().find(|source| source.is_in(&["clients/"]) && source.text.contains("\nenum Phase {"));
    let states = guide::states_of_the_twin(&twin.expect("the twin was found").text);
    assert!(states.contains("Greeting"), "{states:?}");
    let documents = sources("md");
    let text = &documents.iter().find(|source| source.path == "docs/clients.md").expect("the guide was found").text;
    assert_eq!(guide::shows_these_states(text, &states), Vec::<String>::new());
    let asleep = states.iter().cloned().chain(["Asleep".to_owned()]).collect();
    assert_eq!(guide::shows_these_states(text, &asleep).len(), 2, "a new state would be noticed in both");
    let forgotten = text.replace("    Opening --> Greeting: ", "    Opening --> Waving: ");
    assert_eq!(guide::shows_these_states(&forgotten, &states).len(), 1);
}
