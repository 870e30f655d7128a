//! RULES of `undercover`, tested: the kit plays it at random, the other files by hand.

mod conforms;
mod deal;
mod flights;
mod speaking;
mod table;
mod voting;
