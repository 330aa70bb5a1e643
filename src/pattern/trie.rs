//! Strings to be found in one walk, in a table that is read as it lies: nothing is built when the program starts.

use std::borrow::Cow;
use std::collections::HashMap;

/// Strings with the lists of numbers they stand for.
#[derive(Debug, Default)]
pub struct Trie {
    /// Cells of eight bytes: a way, as [`way`] makes it, and where it leads.
    cells: Cow<'static, [u8]>,
    /// For each list its length, then its items of eight bytes.
    lists: Cow<'static, [u8]>,
    /// Bits of the three bytes that a string can begin with that begins no word, by their hash; then of the two bytes that
    /// are such a string, then of the single bytes: nearly everywhere there is none.
    beginnings: Cow<'static, [u8]>,
}

/// What is found where a string stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    pub what: u32,
    pub least: u16,
    pub most: u16,
}

/// The node where strings begin that begin a word, and that of the others.
const WORD: u32 = 0;
const ANYWHERE: u32 = 1;
/// Bytes that no text has, for what is found at a node: always, and where a word ends.
const HERE: u8 = 0xff;
const AT_END: u8 = 0xfe;
/// Marks of a node at which something is found.
const HAS_HERE: u32 = 1 << 31;
const HAS_AT_END: u32 = 1 << 30;
const NODE: u32 = HAS_AT_END - 1;

const fn way(node: u32, byte: u8) -> u32 {
    (node << 8 | byte as u32).wrapping_add(1)
}

/// Where the bits of two bytes begin, after those of [`beginning`], and those of single bytes.
const PAIR: usize = 1 << 16;
const SINGLE: usize = 2 << 16;

fn pair(one: u8, two: u8) -> usize {
    PAIR + usize::from(u16::from_le_bytes([one, two]))
}

/// Sixteen bits of three bytes.
fn beginning(one: u8, two: u8, three: u8) -> usize {
    (u32::from_le_bytes([one, two, three, 0]).wrapping_mul(0x9e37_79b1) >> 16) as usize
}

fn cell(cells: &[u8], at: usize) -> (u32, u32) {
    let bytes: [u8; 8] = cells.get(at * 8..at * 8 + 8).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
    let cell = u64::from_le_bytes(bytes);
    (cell as u32, (cell >> 32) as u32)
}

fn slot(way: u32, cells: usize) -> usize {
    ((u64::from(way.wrapping_mul(0x9e37_79b1)) * cells as u64) >> 32) as usize
}

impl Trie {
    fn tables(&mut self) -> [&mut Cow<'static, [u8]>; 3] {
        [&mut self.cells, &mut self.lists, &mut self.beginnings]
    }

    /// The trie as bytes: each table after its length.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for table in [&self.cells, &self.lists, &self.beginnings] {
            bytes.extend((table.len() as u32).to_le_bytes());
            bytes.extend(table.iter());
        }
        bytes
    }

    /// The trie from [`Trie::to_bytes`], and what is left of the bytes.
    pub fn from_bytes(mut bytes: &'static [u8]) -> Option<(Trie, &'static [u8])> {
        let mut trie = Trie::default();
        for table in trie.tables() {
            let (length, rest) = bytes.split_first_chunk::<4>()?;
            let (read, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            *table = Cow::Borrowed(read);
            bytes = rest;
        }
        Some((trie, bytes))
    }

    fn next(&self, node: u32, byte: u8) -> Option<u32> {
        let way = way(node, byte);
        let count = self.cells.len() / 8;
        let mut at = slot(way, count);
        loop {
            match cell(&self.cells, at) {
                (found, next) if found == way => return Some(next),
                (0, _) => return None,
                _ => at = if at + 1 < count { at + 1 } else { 0 },
            }
        }
    }

    fn list(&self, at: u32, mut found: impl FnMut(Item)) {
        let (length, _) = cell(&self.lists, at as usize);
        for at in at as usize + 1..=(at + length) as usize {
            let (what, span) = cell(&self.lists, at);
            found(Item { what, least: span as u16, most: (span >> 16) as u16 });
        }
    }

    /// Everything whose string stands at a place where a word begins.
    pub fn at_word(&self, text: &[u8], at: usize, found: impl FnMut(Item)) {
        self.walk(WORD, text, at, found);
    }

    /// Everything whose string stands at a place and is no beginning of a word.
    pub fn anywhere(&self, text: &[u8], at: usize, found: impl FnMut(Item)) {
        let byte = |at: usize| text.get(at).copied().unwrap_or(0);
        let has = |bit: usize| self.beginnings.get(bit >> 3).is_some_and(|bits| bits >> (bit & 7) & 1 == 1);
        if has(beginning(text[at], byte(at + 1), byte(at + 2))) || has(pair(text[at], byte(at + 1))) || has(SINGLE + usize::from(text[at])) {
            self.walk(ANYWHERE, text, at, found);
        }
    }

    fn walk(&self, mut node: u32, text: &[u8], at: usize, mut found: impl FnMut(Item)) {
        for place in at..text.len() {
            let Some(next) = self.next(node, text[place]) else { return };
            node = next & NODE;
            if next & HAS_HERE != 0 {
                self.next(node, HERE).into_iter().for_each(|list| self.list(list, &mut found));
            }
            if next & HAS_AT_END != 0 && !text.get(place + 1).copied().is_some_and(super::is_word) {
                self.next(node, AT_END).into_iter().for_each(|list| self.list(list, &mut found));
            }
        }
    }
}

/// A trie that still grows.
#[derive(Default)]
pub struct Growing {
    ways: HashMap<(u32, u8), u32>,
    nodes: u32,
    lists: HashMap<(u32, u8), Vec<Item>>,
    beginnings: Vec<u8>,
}

impl Growing {
    /// Adds a string of at least one byte.
    pub fn add(&mut self, string: &[u8], begins: bool, ends: bool, item: Item) {
        self.nodes = self.nodes.max(2);
        let mut node = if begins { WORD } else { ANYWHERE };
        if !begins {
            self.note_beginning(string);
        }
        for &byte in string {
            let nodes = &mut self.nodes;
            node = *self.ways.entry((node, byte)).or_insert_with(|| {
                *nodes += 1;
                *nodes - 1
            });
        }
        self.lists.entry((node, if ends { AT_END } else { HERE })).or_default().push(item);
    }

    fn note_beginning(&mut self, string: &[u8]) {
        self.beginnings.resize((SINGLE + 256) / 8, 0);
        let mut set = |bit: usize| self.beginnings[bit >> 3] |= 1 << (bit & 7);
        match *string {
            [one] => set(SINGLE + usize::from(one)),
            [one, two] => set(pair(one, two)),
            [one, two, three, ..] => set(beginning(one, two, three)),
            [] => {}
        }
    }

    pub fn grown(self) -> Trie {
        let mut lists = Vec::new();
        let mut ways: Vec<((u32, u8), u32)> = self.ways.into_iter().collect();
        let mut found: Vec<_> = self.lists.into_iter().collect();
        found.sort();
        ways.sort_unstable();
        for (_, next) in &mut ways {
            for (byte, mark) in [(HERE, HAS_HERE), (AT_END, HAS_AT_END)] {
                *next |= if found.binary_search_by_key(&(*next & NODE, byte), |(key, _)| *key).is_ok() { mark } else { 0 };
            }
        }
        for (key, mut items) in found {
            items.sort_unstable();
            items.dedup();
            ways.push((key, (lists.len() / 8) as u32));
            lists.extend((items.len() as u64).to_le_bytes());
            for item in items {
                lists.extend(item.what.to_le_bytes());
                lists.extend(item.least.to_le_bytes());
                lists.extend(item.most.to_le_bytes());
            }
        }
        let count = (ways.len() * 2).max(8);
        let mut cells = vec![0u64; count];
        for ((node, byte), next) in ways {
            let way = way(node, byte);
            let mut at = slot(way, count);
            while cells[at] != 0 {
                at = (at + 1) % count;
            }
            cells[at] = u64::from(next) << 32 | u64::from(way);
        }
        let cells: Vec<u8> = cells.into_iter().flat_map(u64::to_le_bytes).collect();
        Trie { cells: Cow::Owned(cells), lists: Cow::Owned(lists), beginnings: Cow::Owned(self.beginnings) }
    }
}
