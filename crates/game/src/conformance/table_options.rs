//! RULES, conformance kit. A game's constants and options, before there is a match.

use std::panic::catch_unwind;

use serde_json::{Map, Value, json};

use super::failure::{Broken, Check, Failure, expect};
use crate::{Game, Rules, rules};

pub(super) fn check<G: Game>() -> Result<(), Failure> {
    let checked = catch_unwind(|| constants::<G>().and_then(|()| options(rules::<G>())));
    let checked = checked.unwrap_or_else(|_| Err((Broken::Options, "reading options panicked".to_owned())));
    checked.map_err(|(broken, detail)| Failure { broken, game: G::NAME, seed: None, step: 0, detail })
}

fn constants<G: Game>() -> Check {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    expect(!G::NAME.is_empty() && G::NAME.chars().all(plain), Broken::Constants, || {
        format!("the name {:?}, expected lower-case letters, digits and dashes", G::NAME)
    })?;
    let (min, default, max) = (G::MIN_SEATS, G::DEFAULT_SEATS, G::MAX_SEATS);
    expect(1 <= min && min <= default && default <= max && max < u8::MAX, Broken::Constants, || {
        format!("{min} to {max} seats, {default} when nothing is said")
    })
}

fn options(rules: &dyn Rules) -> Check {
    let read = |text: Option<&str>| {
        rules.options(text).map_err(|refused| (Broken::Options, format!("{text:?} is refused: {refused}")))
    };
    let defaults = read(None)?;
    expect(read(Some("{}"))? == defaults, Broken::Options, || "no options and {} are not the same".to_owned())?;
    expect(read(Some(&defaults))? == defaults, Broken::Options, || format!("{defaults} do not come back"))?;
    for text in ["", "null", "5", "[]", "nonsense"] {
        refused(rules, "options", text)?;
    }
    refused(rules, "noSuchOption", r#"{"noSuchOption":1}"#)?;
    let defaults: Map<String, Value> = serde_json::from_str(&defaults)
        .map_err(|error| (Broken::Options, format!("{defaults} is no JSON object: {error}")))?;
    for (name, value) in defaults {
        refused(rules, &name, &json!({ &name: null }).to_string())?;
        if !value.is_object() && !value.is_array() && !value.is_null() {
            refused(rules, &name, &json!({ &name: { "wrong": [] } }).to_string())?;
        }
    }
    Ok(())
}

fn refused(rules: &dyn Rules, option: &str, text: &str) -> Check {
    let named = rules.options(Some(text)).err().map(|refused| refused.option);
    expect(named.as_deref() == Some(option), Broken::Options, || {
        format!("{text} was to be refused because of {option:?}, and it was {named:?} (None: accepted)")
    })
}
