//! TESTS of the fault kit: it must find what is wrong, and must not find what is right.

mod comparing;
mod plans;
mod scripts;
