//! RULES. Reading the options that a client gave when it created a room: whatever is wrong is named.

use std::fmt::Display;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Game;
use crate::answer::json;

/// The full options of one room, defaults filled in, as compact JSON of an object. Two rooms with equal options have equal texts.
pub type OptionsText = String;

/// The options of a game that has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}

/// An option that the game does not know or does not accept. `BAD_OPTIONS` on the wire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OptionRefused {
    /// Its name, or `options` when what was given is no object at all.
    pub option: String,
    /// One sentence: what was wrong with it and what was expected.
    pub message: String,
}

impl OptionRefused {
    /// Refuses `option` with a sentence of the game's own.
    pub fn new(option: impl Into<String>, message: impl Into<String>) -> Self {
        Self { option: option.into(), message: message.into() }
    }

    /// Refuses `given` unless it lies in `allowed`, both ends included.
    pub fn outside<T: PartialOrd + Display>(option: &str, given: T, allowed: RangeInclusive<T>) -> Result<(), Self> {
        if allowed.contains(&given) {
            return Ok(());
        }
        let (least, most) = (allowed.start(), allowed.end());
        Err(Self::new(option, format!("option {option} is {given}, expected {least} to {most}")))
    }
}

/// Reads what a client gave. Each option is tried alone upon the defaults, because only so can the one at fault be named.
pub(crate) fn read<G: Game>(given: Option<&str>) -> Result<G::Options, OptionRefused> {
    let defaults = defaults::<G>();
    let given: Map<String, Value> = match given {
        None => Map::new(),
        Some(text) => serde_json::from_str(text)
            .map_err(|_| OptionRefused::new("options", "options are not readable, expected a JSON object"))?,
    };
    let mut all = defaults.clone();
    for (name, value) in given {
        if !defaults.contains_key(&name) {
            return Err(unknown::<G>(name, &defaults));
        }
        if value.is_null() {
            let message = format!("option {name} is null, expected a value (leave it out for the default)");
            return Err(OptionRefused::new(name, message));
        }
        let mut alone = defaults.clone();
        alone.insert(name.clone(), value.clone());
        if let Err(error) = serde_json::from_value::<G::Options>(Value::Object(alone)) {
            return Err(OptionRefused::new(&name, format!("option {name} is not understood: {error}")));
        }
        all.insert(name, value);
    }
    let options: G::Options = serde_json::from_value(Value::Object(all))
        .map_err(|error| OptionRefused::new("options", format!("options do not go together: {error}")))?;
    G::check_options(&options)?;
    Ok(options)
}

fn defaults<G: Game>() -> Map<String, Value> {
    // Invariant: the kit asks for the default options of every game first of all.
    serde_json::from_str(&json(&G::Options::default())).expect("the options of a game are a JSON object")
}

fn unknown<G: Game>(name: String, defaults: &Map<String, Value>) -> OptionRefused {
    let known = defaults.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let expected = if known.is_empty() { "no options at all".to_owned() } else { known };
    let message = format!("{} has no option {name:?}, expected {expected}", G::NAME);
    OptionRefused::new(name, message)
}
