//! TIDY, guest: what a build lays out so that a process costs little memory.

use wasmparser::{DataKind, Operator, Parser, Payload};

/// Bytes of a page of the machines that servers run on.
const PAGE_BYTES: usize = 4096;
/// How many bytes every process may change in what is not zero at first.
const CHANGING_BYTES_MAX: usize = 512;

/// The guest's data that changes begins with a page, of which nothing is used, and is small: so what each process touches of it,
/// and of what follows, lies in as few pages as possible. See `src/page.rs`.
///
/// # Panics
/// If that is no program with data at fixed places.
pub fn changes_begin_with_a_page(guest: &[u8]) -> Vec<String> {
    let mut segments: Vec<(usize, &[u8])> = Vec::new();
    for part in Parser::new(0).parse_all(guest) {
        let Payload::DataSection(section) = part.expect("the guest is a program") else { continue };
        for segment in section {
            let segment = segment.expect("the guest has data");
            let DataKind::Active { offset_expr, .. } = segment.kind else { panic!("data that lies nowhere") };
            let Ok(Operator::I32Const { value }) = offset_expr.get_operators_reader().read() else {
                panic!("data at a place that is not known")
            };
            segments.push((value as usize, segment.data));
        }
    }
    let (at, data) = segments.into_iter().max_by_key(|(at, _)| *at).expect("the guest has data");
    let mut complaints = Vec::new();
    if !at.is_multiple_of(PAGE_BYTES) {
        complaints.push(format!("the data that changes begins at {at:#x}, expected a multiple of {PAGE_BYTES:#x}"));
    }
    let most = PAGE_BYTES + CHANGING_BYTES_MAX;
    if !(PAGE_BYTES..=most).contains(&data.len()) {
        complaints.push(format!("the data that changes has {} bytes, expected {PAGE_BYTES} to {most}", data.len()));
    }
    complaints
}
