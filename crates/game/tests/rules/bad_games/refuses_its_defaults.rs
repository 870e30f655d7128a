//! RULES, the kit tested: a game that has options that it does not accept itself.

use umbra_game::OptionRefused;

use super::whisper::Flaw;

pub struct RefusesItsDefaults;

impl Flaw for RefusesItsDefaults {
    fn check_options() -> Result<(), OptionRefused> {
        Err(OptionRefused::new("mood", "the mood is bad, expected a better one"))
    }
}
