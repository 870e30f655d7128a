//! The registry of users: where a connection goes, and how a user ends while one may be on its way.

use umbra_machine::directory::{Route, UserDirectory};
use umbra_protocol::Uid;

/// Users are numbers, connections are words.
type Directory = UserDirectory<u32, &'static str>;

fn uid(name: &str) -> Uid {
    Uid(name.into())
}

fn with_ann() -> Directory {
    let mut directory = Directory::new(2);
    directory.insert(uid("ann"), 1);
    directory
}

#[test]
fn a_connection_goes_to_the_user_that_is_here_and_else_starts_one() {
    let mut directory = with_ann();
    assert_eq!(directory.route(&uid("ann"), "a"), Route::To(1, "a"));
    assert_eq!(directory.route(&uid("bob"), "b"), Route::Start("b"));
}

#[test]
fn as_many_users_as_may_be_and_one_more_is_turned_away() {
    let mut directory = with_ann();
    assert_eq!(directory.route(&uid("bob"), "b"), Route::Start("b"), "the last one");
    directory.insert(uid("bob"), 2);
    assert_eq!(directory.route(&uid("cid"), "c"), Route::Full("c"));
    assert_eq!(directory.route(&uid("ann"), "a"), Route::To(1, "a"), "whoever is here may come again");
}

#[test]
fn a_user_on_its_way_out_holds_its_place_and_its_connections() {
    let mut directory = with_ann();
    assert!(directory.let_end(&uid("ann"), |handle| *handle == 1));
    assert_eq!(directory.route(&uid("ann"), "a"), Route::Held);
    assert_eq!(directory.route(&uid("ann"), "b"), Route::Held);
    assert_eq!((directory.len(), directory.get(&uid("ann"))), (1, Some(&1)));
}

#[test]
fn connections_held_go_to_the_user_if_it_stays() {
    let mut directory = with_ann();
    directory.let_end(&uid("ann"), |_| true);
    directory.route(&uid("ann"), "a");
    directory.route(&uid("ann"), "b");
    assert_eq!(directory.stays(&uid("ann")), [(1, "a"), (1, "b")]);
    assert_eq!(directory.route(&uid("ann"), "c"), Route::To(1, "c"));
    assert_eq!(directory.stays(&uid("ann")), [], "it stays already");
}

#[test]
fn connections_held_want_the_user_started_anew_if_it_has_ended() {
    let mut directory = with_ann();
    directory.let_end(&uid("ann"), |_| true);
    directory.route(&uid("ann"), "a");
    assert_eq!(directory.remove(&uid("ann")), ["a"]);
    assert_eq!(directory.remove(&uid("ann")), [""; 0], "forgetting twice changes nothing");
    assert_eq!(directory.route(&uid("ann"), "a"), Route::Start("a"));
}

#[test]
fn only_the_user_that_is_known_may_end_and_only_once() {
    let mut directory = with_ann();
    assert!(!directory.let_end(&uid("ann"), |handle| *handle == 7), "a former one");
    assert!(!directory.let_end(&uid("bob"), |_| true), "nobody");
    assert!(directory.let_end(&uid("ann"), |_| true));
    assert!(!directory.let_end(&uid("ann"), |_| true), "it may already");
    assert_eq!(directory.stays(&uid("bob")), []);
}

#[test]
fn a_user_that_died_is_forgotten_with_its_place() {
    let mut directory = with_ann();
    assert_eq!(directory.remove(&uid("ann")), [""; 0]);
    assert!(directory.is_empty());
}
