//! RULES, tested: the seeded generator. Journals hold seeds, so what comes out of one is written in stone, here and in WebAssembly.

use umbra_game::chance::{Chance, IndexedRandom, RngExt, SeedableRng, SliceRandom};

#[test]
fn what_comes_out_of_a_seed_never_changes() {
    let mut chance = Chance::seed_from_u64(1);
    let mut cards: Vec<u8> = (0..10).collect();
    cards.shuffle(&mut chance);
    let dice: Vec<usize> = (0..6).map(|_| chance.random_range(1..=6)).collect();
    let drawn: Vec<u8> = cards.sample(&mut chance, 3).copied().collect();
    assert_eq!(cards, [3, 8, 5, 2, 7, 9, 6, 0, 4, 1]);
    assert_eq!(dice, [3, 6, 1, 2, 4, 3]);
    assert_eq!(drawn, [8, 0, 5]);
}

#[test]
fn a_generator_goes_on_from_its_snapshot() {
    let mut chance = Chance::seed_from_u64(1);
    let _used: [u32; 5] = chance.random();
    let text = serde_json::to_string(&chance).expect("a generator is JSON");
    let mut restored: Chance = serde_json::from_str(&text).expect("it comes back");
    assert_eq!(restored, chance);
    assert_eq!(restored.random::<u64>(), chance.random::<u64>());
}
