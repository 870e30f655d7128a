//! The guest's entry: reads the settings and becomes the root supervisor.

use lunatic::Mailbox;
use umbra::{config, log, process};
use umbra_otp::{Inbox, SupervisorMessage, Wire};

#[lunatic::main]
fn main(mailbox: Mailbox<SupervisorMessage, Wire>) {
    match config::load() {
        Ok(settings) => {
            log::init(settings.log_level);
            process::root::run(&settings, Inbox::from(mailbox));
        }
        Err(error) => {
            eprintln!("umbra: {error}");
            std::process::exit(1);
        }
    }
}
