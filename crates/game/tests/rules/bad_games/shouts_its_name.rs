//! RULES, the kit tested: a game that has a name that no URL wants.

use super::whisper::Flaw;

pub struct ShoutsItsName;

impl Flaw for ShoutsItsName {
    const NAME: &'static str = "WHISPER !";
}
