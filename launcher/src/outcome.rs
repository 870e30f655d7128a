//! LAUNCHER: what a program's end is to whoever started it.

use std::process::ExitCode;

use umbra_runtime::Outcome;

/// The program's own status if it gave one; 0 if it returned; 1, and a sentence, if it failed.
pub fn exit_code(outcome: &Outcome) -> ExitCode {
    match outcome {
        Outcome::Ended => ExitCode::SUCCESS,
        Outcome::Exited(status) => u8::try_from(*status).map_or(ExitCode::FAILURE, ExitCode::from),
        Outcome::Trapped(reason) => {
            eprintln!("umbra: the program failed: {reason}");
            ExitCode::FAILURE
        }
        Outcome::Killed => {
            eprintln!("umbra: the program was killed");
            ExitCode::FAILURE
        }
    }
}
