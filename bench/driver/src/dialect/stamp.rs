//! DRIVER: the value that members send to each other: 64 bytes as it travels, quotes or a length before it included,
//! whatever the language. It says when it was due and who sent it.

/// Characters of a value. With JSON's two quotes, or the two bytes of msgpack's head, it has 64 bytes.
pub const CHARS: usize = 62;
/// What a value begins with.
const MARK: u8 = b'@';
const DUE_CHARS: usize = 16;
const SENDER_CHARS: usize = 8;

/// When a value was due, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Nanoseconds since the measurement's zero.
    pub due_ns: u64,
    /// The number of the user among all of the measurement.
    pub sender: u32,
}

impl Stamp {
    /// Appends the value, without quotes.
    pub fn write(self, to: &mut Vec<u8>) {
        use std::io::Write;
        let padding = CHARS - 1 - DUE_CHARS - SENDER_CHARS;
        write!(to, "@{:016x}{:08x}{:.<padding$}", self.due_ns, self.sender, "").expect("writing to a Vec cannot fail");
    }

    /// Reads one off the front of `text`; `None` if there is none.
    pub fn read(text: &[u8]) -> Option<Self> {
        let rest = text.strip_prefix(&[MARK])?;
        let (due, rest) = rest.split_at_checked(DUE_CHARS)?;
        let (sender, _) = rest.split_at_checked(SENDER_CHARS)?;
        Some(Self { due_ns: hexadecimal(due)?, sender: hexadecimal(sender)? as u32 })
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_it_was_written_and_has_its_size() {
        for stamp in [Stamp { due_ns: 0, sender: 0 }, Stamp { due_ns: u64::MAX, sender: u32::MAX }] {
            let mut text = Vec::new();
            stamp.write(&mut text);
            assert_eq!(text.len(), CHARS);
            assert_eq!(Stamp::read(&text), Some(stamp));
        }
    }

    #[test]
    fn what_is_no_value_is_not_taken_for_one() {
        let mut text = Vec::new();
        Stamp { due_ns: 77, sender: 5 }.write(&mut text);
        for other in [&b""[..], b"joined", &text[1..], &text[..20], b"@zzzzzzzzzzzzzzzz00000000"] {
            assert_eq!(Stamp::read(other), None, "{other:?}");
        }
    }
}
