//! TESTS, guest: its own comparison of bytes, which all that compares texts stands on.

use std::cmp::Ordering;
use std::hint::black_box;

use lunatic::test;

/// Past several words, so that there is a beginning, a middle and an end.
const BYTES_MAX: usize = 40;

fn byte_by_byte(left: &[u8], right: &[u8]) -> Ordering {
    left.iter().cmp(right.iter())
}

#[test]
fn bytes_compare_as_if_each_were_looked_at_by_itself() {
    for bytes in 0..BYTES_MAX {
        let left: Vec<u8> = (0..bytes).map(|at| at as u8).collect();
        let same = black_box(left.clone());
        assert!(left == same && left.cmp(&same) == Ordering::Equal, "{bytes} equal bytes");
        for at in 0..bytes {
            for byte in [0, 1, 127, 128, 255] {
                let mut right = left.clone();
                right[at] = byte;
                // What comes later does not count.
                right[bytes - 1] ^= 0x80;
                let (left, right) = (black_box(&left), black_box(&right));
                assert_eq!(left.cmp(right), byte_by_byte(left, right), "{left:?} and {right:?}");
                assert_eq!(left == right, byte_by_byte(left, right).is_eq(), "{left:?} and {right:?}");
            }
        }
    }
}
