//! TIDY, absences: what does not stand in the code, and where it may.

use super::{Source, holds_word};

/// Says where each of `words` stands in code outside `allowed`; `why` ends the sentence.
fn stands_in<'a>(sources: impl Iterator<Item = &'a Source>, words: &[&str], why: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources {
        for (number, line) in source.code() {
            if let Some(word) = words.iter().find(|word| holds_word(line, word)) {
                complaints.push(format!("{}:{number} names {word}: {why}", source.path));
            }
        }
    }
    complaints
}

/// Only the shell, `crates/otp`, the tests of the shell's processes, and the runtime itself name the runtime.
pub fn of_the_runtime(sources: &[Source]) -> Vec<String> {
    // The launcher's tests have programs of their own, as text. The last two are these rules, and examples of what they
    // forbid.
    let may = [
        "src/",
        "crates/otp/",
        "crates/runtime/",
        "launcher/tests/",
        "tests/processes/",
        "tests/server/src/tidy/",
        "tests/server/tests/tidy/",
    ];
    let outside = sources.iter().filter(|source| !source.is_in(&may));
    let why = "only src and crates/otp may stand on the runtime";
    let paths = ["lunatic::", "lunatic_log::"];
    let mut complaints = Vec::new();
    for source in outside {
        for (number, line) in source.code() {
            // A path is no word: what follows it is part of a word.
            if let Some(path) = paths.iter().find(|path| line.contains(*path)) {
                complaints.push(format!("{}:{number} names {path}: {why}", source.path));
            }
        }
    }
    complaints
}

/// No process blocks its thread: two of them freeze the node.
pub fn of_blocked_threads(sources: &[Source]) -> Vec<String> {
    // The engine's clock ticks in a thread of its own.
    let clock = ["crates/runtime/src/epochs.rs"];
    let guest = sources.iter().filter(|source| source.is_in(&["src/", "crates/", "tests/processes/"]));
    let guest = guest.filter(|source| !source.is_in(&clock));
    stands_in(guest, &["thread::sleep"], "it blocks a thread of the runtime, and there are two")
}

/// Nobody receives with a time-out: the next message would go to the back of the queue.
pub fn of_receives_with_a_time_out(sources: &[Source]) -> Vec<String> {
    let words = ["receive_timeout", "tag_receive_timeout", "try_receive"];
    stands_in(sources.iter().filter(|source| !source.is_in(&["tests/server/"])), &words, "tick with a timer instead")
}

/// No twin and no game has a clock, randomness or a connection of its own: they are arguments.
pub fn of_a_world_in_twins_and_games(sources: &[Source]) -> Vec<String> {
    let pure = ["crates/machine/src/", "crates/game/src/", "crates/games/", "crates/protocol/src/", "crates/http/src/"];
    let pure = sources.iter().filter(|source| source.is_in(&pure) && !source.is_test());
    let words = ["SystemTime", "Instant", "TcpStream", "TcpListener", "getrandom", "fastrand", "thread_rng", "Mailbox"];
    stands_in(pure, &words, "the world comes in as an argument")
}

/// One place turns the name of a game into a type.
pub fn of_games_outside_their_one_place(sources: &[Source]) -> Vec<String> {
    let server = ["src/", "crates/machine/", "crates/protocol/", "crates/http/", "crates/otp/"];
    let outside = sources.iter().filter(|source| source.is_in(&server) && !source.is_in(&["src/games.rs"]));
    let mut complaints = Vec::new();
    for source in outside.filter(|source| !source.is_test()) {
        for (number, line) in source.code() {
            for game in ["undercover::", "tictactoe::", "relay::"] {
                if line.contains(game) {
                    complaints
                        .push(format!("{}:{number} names {game}: only src/games.rs knows the games", source.path));
                }
            }
        }
    }
    complaints
}

/// One place writes to connections, beside the listener's one refusal.
pub fn of_writes_outside_their_one_place(sources: &[Source]) -> Vec<String> {
    let places = ["src/process/socket/write.rs", "src/process/listener.rs"];
    let outside = sources.iter().filter(|source| source.is_in(&["src/"]) && !source.is_in(&places));
    let mut complaints = Vec::new();
    for source in outside {
        for (number, line) in source.code() {
            // The socket's own `write`, and its outlet's, which are that one place.
            let own = ["self.write(", "self.outlet.write(", "socket.write("].iter().any(|own| line.contains(own));
            if (line.contains(".write(") || line.contains(".write_all(")) && !own {
                complaints.push(format!("{}:{number} writes: only {} does", source.path, places[0]));
            }
        }
    }
    complaints
}
