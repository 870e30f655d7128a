//! BOTS, the program: reads its settings and becomes the supervisor. `make bots N=6 ROOM=…`.

use lunatic::Mailbox;
use lunatic_log::LevelFilter;
use lunatic_log::subscriber::fmt::FmtSubscriber;
use umbra_bots::settings::Settings;
use umbra_bots::supervisor::supervisor;
use umbra_otp::{Inbox, SupervisorMessage, Wire};

#[lunatic::main]
fn main(mailbox: Mailbox<SupervisorMessage, Wire>) {
    lunatic_log::init(FmtSubscriber::new(LevelFilter::Info).with_level(true).with_time(true));
    match Settings::load(|name| std::env::var(name).ok()) {
        Ok(settings) => {
            let ready = format!("{} bots play on {}", settings.count, settings.url);
            supervisor(&settings).run(Inbox::from(mailbox), || println!("{ready}"));
        }
        Err(why) => eprintln!("bots: {why}"),
    }
}
