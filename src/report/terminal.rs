//! A report for the terminal.
use super::{Judged, Report};
use crate::sieve::Sieve;
pub fn listed(_sieve: &Sieve, _report: &Report, _columns: usize) -> String {
    String::new()
}
pub fn explained(_sieve: &Sieve, _one: &Judged, _columns: usize) -> String {
    String::new()
}
