//! The one place that turns the name of a game into its rules. A new game is a new line here.

use std::sync::LazyLock;

use umbra_game::{Catalog, rules};

/// The games that this server offers.
pub fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        Catalog::new(vec![rules::<undercover::Undercover>(), rules::<tictactoe::TicTacToe>(), rules::<relay::Relay>()])
    });
    &CATALOG
}
