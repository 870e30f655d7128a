//! RULES, the kit tested: a game that has an outcome that does not say how it ended.

use super::whisper::Flaw;

pub struct EndsWithoutAResult;

impl Flaw for EndsWithoutAResult {
    fn outcome() -> serde_json::Value {
        serde_json::json!({ "winner": 1 })
    }
}
