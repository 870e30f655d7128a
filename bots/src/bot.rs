//! BOTS, one bot: hands its mind what it is told, asks for what its mind wants, and decides nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use umbra_client_core::{ClientEvent, Ending, Saved};
use umbra_client_lunatic::{Client, Config, Identity, Told};
use umbra_otp::{Ack, Epoch, Inbox, Incoming, Timer, exit_failed, names, random, sleep};
use umbra_protocol::ErrorCode;

use crate::mind::{Mind, Next};
use crate::notebook::{NotebookMessage, notebook};
use crate::settings::Settings;

/// How long the notebook may take; it does nothing else.
const RECALL_TIMEOUT: Duration = Duration::from_secs(5);
/// Between attempts to reach a server that was never there.
const UNREACHABLE_PAUSE: Duration = Duration::from_secs(2);

/// What a bot is started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct BotArgs {
    /// Which of all, from 1.
    pub number: u32,
    /// Of all bots.
    pub settings: Settings,
    /// To say that it is there.
    pub ack: Ack,
}

/// What a bot can be told.
#[derive(Debug, Serialize, Deserialize)]
pub enum BotMessage {
    /// By its client.
    Told(Told),
    /// By the notebook: the session of whoever was this bot before.
    Session(Option<String>),
    /// Enough thought.
    Think(Epoch),
    /// End.
    Stop,
}

impl From<Told> for BotMessage {
    fn from(told: Told) -> Self {
        Self::Told(told)
    }
}

/// The registered name of a bot.
pub fn name(number: u32) -> String {
    format!("bot {number}")
}

/// The process.
pub fn run(args: BotArgs, mut inbox: Inbox<BotMessage>) {
    let BotArgs { number, settings, ack } = args;
    names::register(&name(number), inbox.this());
    ack.started();
    let mut session = recall(number, &mut inbox);
    let mut was_unreachable = false;
    loop {
        let config = config(number, &settings, session.clone());
        let client = match Client::start(&mut inbox, config) {
            Ok(client) => client,
            Err(error) => exit_failed(format!("no process for a client: {error}")),
        };
        let mut bot =
            Bot { number, client, session, mind: Mind::new(&settings, random()), inbox, timer: Timer::new(), asked: 0 };
        let end = bot.play();
        Bot { inbox, session, .. } = bot;
        match end {
            End::Stopped => return,
            End::Closed(Ending::Unreachable(why)) => {
                // Once is enough to read.
                if !std::mem::replace(&mut was_unreachable, true) {
                    lunatic_log::info!("{}: {why}; trying again", name(number));
                }
                sleep(UNREACHABLE_PAUSE);
            }
            // A server that was started again does not know the session: as somebody new, then.
            End::Closed(Ending::Refused(error)) if error.code == ErrorCode::BadToken && session.is_some() => {
                session = None;
                keep(number, None);
            }
            End::Closed(ending) => {
                keep(number, None);
                return lunatic_log::info!("{} is done: {ending}", name(number));
            }
            End::NoSeat(why) => {
                client.close();
                return lunatic_log::info!("{} is done: {why}", name(number));
            }
            End::ClientDied => exit_failed("its client failed"),
        }
    }
}

fn config(number: u32, settings: &Settings, session: Option<String>) -> Config {
    let guest = Config::guest(settings.url.clone(), format!("Bot {number}"));
    match session {
        // No place in the events: the whole present state is wanted.
        Some(session) => {
            let saved = Saved { session, epoch: 0, last_seq: 0, last_ref: 0 };
            Config { identity: Identity::Saved(saved), ..guest }
        }
        None => guest,
    }
}

fn recall(number: u32, inbox: &mut Inbox<BotMessage>) -> Option<String> {
    notebook()?.send(NotebookMessage::Recall { number, bot: inbox.this() });
    match inbox.receive_within(RECALL_TIMEOUT) {
        Some(Incoming::Message(BotMessage::Session(session))) => session,
        Some(_) | None => exit_failed("the notebook does not answer"),
    }
}

fn keep(number: u32, session: Option<String>) {
    if let Some(notebook) = notebook() {
        notebook.send(NotebookMessage::Keep { number, session });
    }
}

struct Bot {
    number: u32,
    client: Client,
    /// Once it is somebody.
    session: Option<String>,
    mind: Mind,
    inbox: Inbox<BotMessage>,
    timer: Timer,
    asked: u64,
}

enum End {
    Stopped,
    Closed(Ending),
    NoSeat(String),
    ClientDied,
}

impl Bot {
    fn play(&mut self) -> End {
        loop {
            match self.inbox.receive() {
                Incoming::Message(BotMessage::Told(told)) => {
                    if let Some(end) = self.told(told) {
                        return end;
                    }
                }
                Incoming::Message(BotMessage::Think(epoch)) => {
                    if self.timer.fired(epoch)
                        && let Some(message) = self.mind.act()
                    {
                        self.asked += 1;
                        self.client.ask(self.asked, message);
                    }
                }
                Incoming::Message(BotMessage::Session(_)) => {}
                Incoming::Message(BotMessage::Stop) => {
                    self.client.close();
                    return End::Stopped;
                }
                Incoming::LinkDied(tag) if tag == self.client.tag() => return End::ClientDied,
                // The end of an earlier client.
                Incoming::LinkDied(_) | Incoming::Down(_) => {}
                Incoming::Garbled(why) => lunatic_log::error!("{} got a garbled message: {why}", name(self.number)),
            }
            match self.mind.wants() {
                Next::Nothing => {}
                Next::Think(time) if !self.timer.is_armed() => self.timer.arm(&self.inbox, time, BotMessage::Think),
                Next::Think(_) => {}
                Next::GiveUp(why) => return End::NoSeat(why),
            }
        }
    }

    fn told(&mut self, told: Told) -> Option<End> {
        match told {
            Told::SignedIn(hello) => {
                self.session = Some(hello.session.clone());
                keep(self.number, self.session.clone());
                self.mind.signed_in(&hello);
            }
            Told::Event(ClientEvent::Closed(ending)) => return Some(End::Closed(ending)),
            Told::Event(event) => {
                if let Some(news) = self.mind.told(&event) {
                    lunatic_log::info!("{}: {news}", name(self.number));
                }
            }
            Told::Answer { result, .. } => {
                if let Some(news) = self.mind.answered(result) {
                    lunatic_log::info!("{}: {news}", name(self.number));
                }
            }
        }
        None
    }
}
