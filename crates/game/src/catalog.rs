//! RULES. Which games this server knows, by name.

use crate::Rules;

/// The games of one server. Built once, where the names of games become types, and read from then on.
pub struct Catalog {
    games: Vec<&'static dyn Rules>,
}

impl Catalog {
    /// A catalog of these games, listed in this order.
    ///
    /// # Panics
    /// When two games have the same name.
    pub fn new(games: Vec<&'static dyn Rules>) -> Self {
        for (at, game) in games.iter().enumerate() {
            assert!(games[..at].iter().all(|other| other.name() != game.name()), "two games are named {}", game.name());
        }
        Self { games }
    }

    /// The rules of the game with this name.
    pub fn get(&self, name: &str) -> Option<&'static dyn Rules> {
        self.games.iter().copied().find(|game| game.name() == name)
    }

    /// The names of all games, in the catalog's order.
    pub fn names(&self) -> Vec<&'static str> {
        self.games.iter().map(|game| game.name()).collect()
    }
}
