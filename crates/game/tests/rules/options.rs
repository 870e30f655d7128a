//! RULES, tested: options as a client gives them. Whatever is wrong is refused by name.

use serde::{Deserialize, Serialize};
use umbra_game::{Answer, Game, OptionRefused, Out, Refusal, Seat, Viewer, rules};

/// A game that is nothing but its options.
struct Options;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Chosen {
    turn_ms: u32,
    colours: Vec<String>,
    open: bool,
}

impl Default for Chosen {
    fn default() -> Self {
        Self { turn_ms: 30_000, colours: vec!["red".to_owned()], open: true }
    }
}

#[derive(Serialize)]
enum Nothing {}

impl Game for Options {
    const NAME: &'static str = "options";
    const MIN_SEATS: u8 = 1;
    const MAX_SEATS: u8 = 1;
    const ACTIONS: &'static str = "null";
    type Options = Chosen;
    type State = ();
    type Action = ();
    type Event = Nothing;
    type View = ();
    type Outcome = ();

    fn check_options(options: &Chosen) -> Result<(), OptionRefused> {
        OptionRefused::outside("turnMs", options.turn_ms, 10..=60_000)?;
        if options.colours.is_empty() {
            return Err(OptionRefused::new("colours", "there are no colours, expected one at least"));
        }
        Ok(())
    }
    fn auto_start(options: &Chosen) -> bool {
        options.open
    }
    fn set_up(_options: &Chosen, _seats: &[Seat], _seed: u64) {}
    fn apply((): &mut (), _seat: Seat, (): (), _out: &mut Out<Nothing>) -> Result<Answer, Refusal> {
        Ok(Answer::NONE)
    }
    fn flee((): &mut (), _seat: Seat, _out: &mut Out<Nothing>) {}
    fn view((): &(), _viewer: Viewer) {}
    fn outcome((): &()) -> Option<()> {
        None
    }
    fn abandoned((): &()) {}
}

fn read(given: &str) -> Result<String, OptionRefused> {
    rules::<Options>().options(Some(given))
}

fn refused(given: &str) -> (String, String) {
    let refused = read(given).expect_err("an option that is wrong");
    (refused.option, refused.message)
}

#[test]
fn what_is_not_given_has_its_default() {
    let defaults = r#"{"turnMs":30000,"colours":["red"],"open":true}"#;
    assert_eq!(rules::<Options>().options(None).as_deref(), Ok(defaults));
    assert_eq!(read("{}").as_deref(), Ok(defaults));
    assert_eq!(read(r#"{ "open": false }"#).as_deref(), Ok(r#"{"turnMs":30000,"colours":["red"],"open":false}"#));
}

#[test]
fn equal_options_have_equal_texts_whatever_their_order() {
    assert_eq!(read(r#"{"open":false,"turnMs":50}"#), read(r#"{"turnMs":50, "colours":["red"], "open":false}"#));
}

#[test]
fn an_unknown_option_is_refused_with_the_known_ones() {
    let (option, message) = refused(r#"{"turn_ms":5}"#);
    assert_eq!(option, "turn_ms");
    assert_eq!(message, r#"options has no option "turn_ms", expected colours, open, turnMs"#);
}

#[test]
fn a_wrong_type_is_refused_by_name_whatever_else_is_given() {
    let (option, message) = refused(r#"{"open":false,"turnMs":"fast","colours":[]}"#);
    assert_eq!(option, "turnMs");
    assert_eq!(message, "option turnMs is not understood: invalid type: string \"fast\", expected u32");
    assert_eq!(refused(r#"{"turnMs":-1}"#).0, "turnMs");
    assert_eq!(refused(r#"{"turnMs":4294967296}"#).0, "turnMs");
    assert_eq!(refused(r#"{"open":1}"#).0, "open");
}

#[test]
fn null_is_refused_by_name() {
    let (option, message) = refused(r#"{"open":null}"#);
    assert_eq!(option, "open");
    assert_eq!(message, "option open is null, expected a value (leave it out for the default)");
}

#[test]
fn a_value_that_the_game_does_not_accept_is_refused_by_name_just_past_its_limits() {
    assert!(read(r#"{"turnMs":10}"#).is_ok() && read(r#"{"turnMs":60000}"#).is_ok());
    for bad in [9, 60_001] {
        let (option, message) = refused(&format!(r#"{{"turnMs":{bad}}}"#));
        assert_eq!((option.as_str(), message), ("turnMs", format!("option turnMs is {bad}, expected 10 to 60000")));
    }
    assert_eq!(refused(r#"{"colours":[]}"#).0, "colours");
}

#[test]
fn what_is_no_object_is_refused_as_a_whole() {
    for given in ["", "null", "[]", "5", "{", "{} {}"] {
        assert_eq!(
            refused(given),
            ("options".to_owned(), "options are not readable, expected a JSON object".to_owned())
        );
    }
}

#[test]
fn the_rules_see_the_options_of_the_room() {
    let rules = rules::<Options>();
    assert!(rules.auto_start("{}"));
    assert!(!rules.auto_start(r#"{"turnMs":30000,"colours":["red"],"open":false}"#));
}
