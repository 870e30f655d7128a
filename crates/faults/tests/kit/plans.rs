//! Plans: what is printed can be read again.

use umbra_faults::plan::{Direction, Fault, FrameFaults, Odds, Plan, Target, When};
use umbra_protocol::Seat;

#[test]
fn a_plan_is_the_same_after_it_was_printed_and_read() {
    let odds = Odds { drop: 1, duplicate: 2, delay: 3, reorder: 1000 };
    let targets = [
        Target::Room,
        Target::User(Seat(1)),
        Target::Socket(Seat(63)),
        Target::RoomManager,
        Target::UserManager,
        Target::Journal,
        Target::Listener,
    ];
    let mut faults = Vec::new();
    for when in [When::After(5), When::During(0)] {
        faults.extend(targets.map(|target| Fault::Kill { target, when }));
        faults.push(Fault::Cut { seat: Seat(1), when });
        faults.push(Fault::LateClose { seat: Seat(2), when });
    }
    for direction in [Direction::Up, Direction::Down] {
        faults.push(Fault::CutAt { seat: Seat(1), byte: 812, direction });
    }
    faults.push(Fault::Freeze { seat: Seat(2), from: 3, to: 6 });
    faults.push(Fault::Frames(FrameFaults { seed: u64::MAX, up: odds, down: Odds::default() }));
    for fault in &faults {
        assert_eq!(fault.to_string().parse::<Fault>().as_ref(), Ok(fault));
    }
    let plan = Plan { faults };
    assert_eq!(plan.to_string().parse::<Plan>(), Ok(plan));
    assert_eq!("".parse(), Ok(Plan::default()));
}

#[test]
fn what_is_no_plan_is_refused_and_named() {
    for text in [
        "kill",
        "kill rooms after 5",
        "kill user after 5",
        "kill user:x after 5",
        "kill room after",
        "kill room after 5 6",
        "kill room before 5",
        "cut 256 after 5",
        "cut 1 at 5 sideways",
        "freeze 1 from 5",
        "late 1 after 5",
        "frames 7 up drop 1001 duplicate 0 delay 0 reorder 0 down drop 0 duplicate 0 delay 0 reorder 0",
    ] {
        let error = format!("kill room after 1; {text}").parse::<Plan>().unwrap_err();
        assert!(error.to_string().starts_with(&format!("`{text}` is no fault: expected ")), "{error}");
    }
}
