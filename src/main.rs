//! The guest's entry: reads the settings and becomes the root supervisor.

mod page;

use lunatic::Mailbox;
use umbra::{config, log, process};
use umbra_otp::{Inbox, SupervisorMessage, Wire};

#[lunatic::main]
fn main(mailbox: Mailbox<SupervisorMessage, Wire>) {
    match config::load() {
        Ok(settings) if settings.tls().is_some() && process::edge().is_none() => {
            eprintln!(
                "umbra: tls_certificate is set, but here connections are owned by the guest, which cannot do TLS: \
                 expected the launcher with its own edge, or a proxy in front and no tls_certificate"
            );
            std::process::exit(1);
        }
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
