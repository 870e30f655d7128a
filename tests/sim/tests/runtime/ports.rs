//! Ports: somebody outside, played by the test.

use umbra_otp::ProcessId;
use umbra_otp::sim::{Ending, World};

use crate::actors::{Cue, Report, one_actor, text, told};

#[test]
fn a_port_keeps_what_it_is_told_until_it_is_taken() {
    let world = World::default();
    let (port, actor) = one_actor(&world);
    assert_eq!(told(&world, &port, actor, Cue::Say(1)), [Report::Number(1)]);
    assert_eq!(port.take(), []);
}

#[test]
fn who_monitors_a_port_is_told_of_its_end() {
    for killed in [false, true] {
        let world = World::default();
        let (port, actor) = one_actor(&world);
        let other = world.port::<Cue>();
        told(&world, &port, actor, Cue::Monitor(other.handle()));
        if killed {
            other.kill();
        } else {
            other.close();
        }
        assert!(!other.is_open());
        world.run().expect("it comes to rest");
        assert_eq!(port.take(), [text(format!("{} is down", other.id()))]);
        let ending = if killed { Ending::Killed } else { Ending::Normal };
        assert_eq!(world.deaths()[0].ending, ending);
        other.close();
        assert_eq!(world.deaths().len(), 1, "it ends once");
    }
}

#[test]
fn a_process_can_kill_a_port() {
    let world = World::default();
    let (port, actor) = one_actor(&world);
    let other = world.port::<Cue>();
    told(&world, &port, actor, Cue::Kill(other.id()));
    assert!(!other.is_open());
    world.send(other.handle(), Cue::End);
    assert_eq!(other.take(), []);
}

#[test]
fn a_port_hears_of_the_ends_that_it_asked_for() {
    let world = World::default();
    let (port, first) = one_actor(&world);
    let (_, second) = one_actor(&world);
    for actor in [first, second] {
        assert!(port.monitor(ProcessId::of(&actor)));
    }
    world.send(second, Cue::End);
    world.run().expect("it comes to rest");
    world.send(first, Cue::Panic);
    world.run().expect("it comes to rest");
    assert_eq!(port.downs(), [second, first].map(|actor| ProcessId::of(&actor)));
    assert_eq!(port.downs(), []);
}
