//! FAULTS, live: one match on a real server, step by step, with the plan's faults where the plan says.

use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use thiserror::Error;
use tokio::time::timeout;
use umbra_client::{Client, ClientError};
use umbra_protocol::{OkBody, RoomId, RoomSnapshot, Seat, WireError};

use super::admin::AdminError;
use super::player::{Mark, PATIENCE, Player, connect};
use super::{Admin, Server};
use crate::plan::{Fault, Plan, Target, When};
use crate::script::{Ask, LIMITS, Script, Step};
use crate::story::{Heard, Names, Reply, Story, Told};

mod faults;

use faults::Network;

/// How long a goodbye may take; whoever cannot say it is forgotten by the server in time.
const GOODBYE: Duration = Duration::from_secs(2);

/// A server to play on. Matches may be played one after the other and at the same time; but a plan that ends a process
/// which all matches share is felt by all.
#[derive(Debug)]
pub struct Arena {
    server: Server,
    admin: Admin,
}

/// Why a run came to nothing that could be compared.
#[derive(Debug, Error)]
pub enum RunError {
    /// Somebody cannot sign in.
    #[error("seat {0} cannot sign in: {1}")]
    SignIn(Seat, ClientError),
    /// A fault could not be brought about.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The plan names a seat or a step that this script does not have.
    #[error("the plan does not fit the script: {0}")]
    Plan(String),
}

impl Arena {
    /// Starts a server.
    ///
    /// # Panics
    /// If it does not come up.
    pub fn start() -> Self {
        let lobby_grace_ms = LIMITS.lobby_grace_ms.to_string();
        let server = Server::mortal(&[
            ("lobby_grace_ms", lobby_grace_ms.as_str()),
            ("messages_per_second", "100000"),
            ("messages_burst", "100000"),
            ("users_max", "100000"),
            ("rooms_max", "100000"),
            // Restarts are bounded, but not as tightly as for a server that is not being shot at.
            ("restart_period_ms", "1000"),
        ]);
        let admin = Admin::new(server.addr());
        Self { server, admin }
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Its operator.
    pub fn admin(&self) -> &Admin {
        &self.admin
    }

    /// Plays a match. What was not answered in time is missing in the story, and so is everything after it.
    ///
    /// # Errors
    /// See [`RunError`].
    pub async fn run(&self, script: &Script, plan: &Plan) -> Result<Story, RunError> {
        fits(script, plan)?;
        let mut table = Table::seat(self, script, plan).await?;
        for (at, step) in script.steps().iter().enumerate() {
            if step.ask == Ask::Farewell {
                table.calm().await;
            }
            if !table.step(at, step).await? {
                break;
            }
        }
        table.story().await
    }
}

fn fits(script: &Script, plan: &Plan) -> Result<(), RunError> {
    let (seats, steps) = (script.seats(), script.steps().len());
    let seat = |seat: &Seat| (seat.0 < seats).then_some(()).ok_or(format!("there is no seat {seat} of {seats}"));
    // After the farewell nobody would hear of anything.
    let step =
        |step: usize| (step + 1 < steps).then_some(()).ok_or(format!("there is no step {step} before the farewell"));
    let room = |when: &When| match when {
        When::During(0) => Err("there is no room before step 0 is answered".to_owned()),
        When::During(_) | When::After(_) => Ok(()),
    };
    for fault in &plan.faults {
        let fit = match fault {
            Fault::Kill { target: Target::Room, when } => room(when).and(step(when.step())),
            Fault::Kill { target: Target::User(hit) | Target::Socket(hit), when }
            | Fault::Cut { seat: hit, when }
            | Fault::LateClose { seat: hit, when } => seat(hit).and(step(when.step())),
            Fault::Kill {
                target: Target::RoomManager | Target::UserManager | Target::Journal | Target::Listener,
                when,
            } => step(when.step()),
            Fault::CutAt { seat: hit, .. } => seat(hit),
            Fault::Freeze { seat: hit, from, to } => seat(hit).and(step(*from)).and(step(*to)),
            Fault::Frames(_) => Ok(()),
        };
        fit.map_err(RunError::Plan)?;
    }
    Ok(())
}

/// A match under way.
struct Table<'a> {
    arena: &'a Arena,
    script: &'a Script,
    plan: &'a Plan,
    network: Network,
    players: Vec<Player>,
    /// Where the memory of each stood before the farewell.
    marks: Vec<Mark>,
    room_id: RoomId,
    replies: Vec<Vec<Reply>>,
}

impl<'a> Table<'a> {
    async fn seat(arena: &'a Arena, script: &'a Script, plan: &'a Plan) -> Result<Self, RunError> {
        let seats = || (0..script.seats()).map(Seat);
        let network = Network::new(arena.server.addr(), script, plan).await;
        let sign_in = |seat| {
            let url = network.url(seat).unwrap_or_else(|| arena.server.url());
            async move { Player::sign_in(&url, seat).await.map_err(|error| RunError::SignIn(seat, error)) }
        };
        let players = try_join_all(seats().map(sign_in)).await?;
        let (marks, replies) = (Vec::new(), vec![Vec::new(); usize::from(script.seats())]);
        // Until the room is there.
        let room_id = RoomId("".into());
        Ok(Self { arena, script, plan, network, players, marks, room_id, replies })
    }

    fn player(&self, seat: Seat) -> &Player {
        &self.players[usize::from(seat.0)]
    }

    /// Asks and waits for the answer, with what the plan has for this step. False: there was no answer.
    async fn step(&mut self, at: usize, step: &Step) -> Result<bool, RunError> {
        let message = self.script.message(step, &self.room_id);
        let marks: Vec<Mark> = self.players.iter().map(Player::mark).collect();
        if step.ask == Ask::Farewell {
            self.marks.clone_from(&marks);
        }
        let answer = async { timeout(PATIENCE, self.player(step.seat).client.send(message)).await };
        let (answer, hit) = tokio::join!(answer, self.strike(at, true));
        hit?;
        let result = match answer {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(ClientError::Refused(error))) => Err(error),
            Ok(Err(ClientError::Lost | ClientError::Closed(_) | ClientError::NotAnAction(_)))
            | Ok(Err(ClientError::UnexpectedAnswer | ClientError::Unreadable))
            | Err(_) => return Ok(false),
        };
        self.take_note(at, step, result);
        if self.room_id.0.is_empty() {
            // Nothing of the rest could be asked.
            return Ok(false);
        }
        let after = self.players.iter().map(Player::mark).collect::<Vec<_>>();
        self.strike(at, false).await?;
        self.recover(at, &marks, &after).await;
        if at == self.script.started_by() {
            self.network.match_begins();
        }
        Ok(true)
    }

    fn take_note(&mut self, at: usize, step: &Step, result: Result<OkBody, WireError>) {
        if let (0, Ok(OkBody::Room(room))) = (at, &result) {
            self.room_id = room.room_id.clone();
        }
        self.replies[usize::from(step.seat.0)].push(Reply { reference: step.reference, result });
    }

    /// Brings about what the plan has while this step is on its way, or once it is answered.
    async fn strike(&self, at: usize, during: bool) -> Result<(), RunError> {
        let now = if during { When::During(at) } else { When::After(at) };
        for fault in &self.plan.faults {
            match fault {
                Fault::Kill { target, when } if *when == now => self.arena.admin.kill(&self.name(*target)).await?,
                Fault::Cut { seat, when } if *when == now => self.player(*seat).drop_connection(),
                Fault::LateClose { seat, when } if *when == now => {
                    self.network.keep_ends(*seat);
                    self.player(*seat).drop_connection();
                }
                Fault::LateClose { seat, when } if !during && when.step() + 1 == at => {
                    self.network.let_ends_pass(*seat)
                }
                Fault::Freeze { seat, from, .. } if !during && *from == at => self.network.freeze(*seat),
                Fault::Freeze { seat, to, .. } if !during && *to == at => self.network.thaw(*seat),
                Fault::Kill { .. }
                | Fault::Cut { .. }
                | Fault::CutAt { .. }
                | Fault::Freeze { .. }
                | Fault::LateClose { .. }
                | Fault::Frames(_) => {}
            }
        }
        Ok(())
    }

    fn name(&self, target: Target) -> String {
        match target {
            Target::Room => format!("room:{}", self.room_id),
            Target::User(seat) => format!("user:{}", self.player(seat).uid()),
            Target::Socket(seat) => format!("socket:{}", self.player(seat).uid()),
            Target::RoomManager | Target::UserManager | Target::Journal | Target::Listener => target.to_string(),
        }
    }

    /// Waits until whoever was hit at this step is back. Who does not come back shows in the story.
    async fn recover(&self, at: usize, before: &[Mark], after: &[Mark]) {
        for fault in &self.plan.faults {
            let (seat, when) = match fault {
                Fault::Kill { target: Target::User(seat) | Target::Socket(seat), when }
                | Fault::Cut { seat, when }
                | Fault::LateClose { seat, when } => (*seat, *when),
                Fault::Kill {
                    target:
                        Target::Room | Target::RoomManager | Target::UserManager | Target::Journal | Target::Listener,
                    ..
                }
                | Fault::CutAt { .. }
                | Fault::Freeze { .. }
                | Fault::Frames(_) => continue,
            };
            let since = match when {
                When::During(_) => before,
                When::After(_) => after,
            };
            if when.step() == at {
                self.player(seat).is_back_since(since[usize::from(seat.0)]).await;
            }
        }
    }

    /// Ends all faults, so that the farewell reaches everybody.
    async fn calm(&self) {
        self.network.calm();
        join_all(self.players.iter().map(Player::is_online)).await;
        if self.plan.faults.iter().any(|fault| matches!(fault, Fault::Frames(_))) {
            // Whoever misses the last frame learns of it from the next one only, and would be offline for the farewell.
            for player in &self.players {
                let mark = player.mark();
                player.drop_connection();
                player.is_back_since(mark).await;
            }
        }
    }

    async fn story(self) -> Result<Story, RunError> {
        if !self.marks.is_empty() {
            let farewells = self.players.iter().zip(&self.marks);
            join_all(farewells.map(|(player, mark)| player.has_heard_farewell(*mark))).await;
        }
        let names = Names { room_id: self.room_id.clone(), uids: self.players.iter().map(Player::uid).collect() };
        let url = self.arena.server.url();
        let ends = join_all(self.players.iter().map(|player| end(&url, player))).await;
        let mut story = Story::default();
        let mut guests = Vec::new();
        for ((player, replies), (guest, room)) in self.players.iter().zip(self.replies).zip(ends) {
            let heard = player.heard().into_iter().map(|(_, heard)| named(&names, heard)).collect();
            let name = |reply: Reply| Reply { result: names.result(reply.result), ..reply };
            let replies = replies.into_iter().map(name).collect();
            story.seats.push(Told { heard, replies, end: room.map(|room| names.snapshot(room)), states: Vec::new() });
            guests.extend(guest);
        }
        // Out of the room, so that it does not wait for anybody.
        let goodbye = async |guest: Client| {
            let _ = guest.leave().await;
            guest.close().await;
        };
        let _ = timeout(GOODBYE, join_all(guests.into_iter().map(goodbye))).await;
        Ok(story)
    }
}

fn named(names: &Names, heard: Heard) -> Heard {
    match heard {
        Heard::Event { epoch, seq, event } => Heard::Event { epoch, seq, event: names.event(event) },
        Heard::Anew { epoch, seq, room } => {
            Heard::Anew { epoch, seq, room: room.map(|room| Box::new(names.snapshot(*room))) }
        }
    }
}

/// The room as the player sees it at the end: by a new connection, which takes over, so that nobody is told.
async fn end(url: &str, player: &Player) -> (Option<Client>, Option<RoomSnapshot>) {
    let saved = player.client.session();
    match connect(Client::builder(url).resume(saved).auto_reconnect(false)).await {
        Ok(client) => {
            let room = client.hello().room;
            (Some(client), room)
        }
        Err(_) => (None, None),
    }
}
