//! The rules gigsieve ships, arranged and compiled by the build script: reading them takes two milliseconds where
//! making them takes three seconds.

use std::borrow::Cow;

use crate::pattern::trie::Trie;
use crate::rules::RuleSet;

use super::index::Index;

/// Length of the head in four bytes, the head (rules and index), the trie, the code.
const READY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));

pub(super) fn ready() -> (RuleSet, Index) {
    unpack(READY).expect("the build script wrote this with the same types")
}

fn unpack(bytes: &'static [u8]) -> Option<(RuleSet, Index)> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (head, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let (mut set, mut index): (RuleSet, Index) = postcard::from_bytes(head).ok()?;
    set.index();
    let (trie, code) = Trie::from_bytes(rest)?;
    index.trie = trie;
    index.code = Cow::Borrowed(code);
    Some((set, index))
}
