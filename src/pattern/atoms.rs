//! The strings without which an expression cannot match, derived from its tree, so that nobody can get them wrong.

use std::collections::BTreeSet;

use regex_syntax::hir::{Hir, HirKind};

use super::compile::reach;

/// Atoms shorter than this are too common to tell much; even shorter ones are better than none.
const ATOM_LEAST: usize = 3;
const ATOM_SHORT: usize = 2;
/// More atoms than this cost more in the automaton than they save.
const ATOMS_MOST: usize = 400;
/// Clauses kept of an expression: more hardly tell more.
const CLAUSES_MOST: usize = 4;

/// Of more beginnings than this no list is kept.
const LEADS_MOST: usize = 1500;
/// Bytes of a beginning, at most.
pub const LEAD: usize = 3;
/// A set of more bytes than this ends a beginning.
const CLASS_MOST: usize = 12;

/// Strings of one to [`LEAD`] bytes of which every match begins with one.
pub fn lead(tree: &Hir) -> Option<Vec<Vec<u8>>> {
    let beginnings = beginnings(tree, BTreeSet::from([(Vec::new(), true)]))?;
    let strings: BTreeSet<Vec<u8>> = beginnings.into_iter().map(|(bytes, _)| bytes).collect();
    (!strings.is_empty() && strings.iter().all(|bytes| !bytes.is_empty())).then(|| strings.into_iter().collect())
}

/// Beginnings, and whether they can still grow, after what came before a tree was followed by the tree.
type Beginnings = BTreeSet<(Vec<u8>, bool)>;

fn beginnings(tree: &Hir, before: Beginnings) -> Option<Beginnings> {
    if before.iter().all(|(_, grows)| !grows) {
        return Some(before);
    }
    let grown = match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => before,
        HirKind::Capture(capture) => beginnings(&capture.sub, before)?,
        HirKind::Concat(parts) => parts.iter().try_fold(before, |before, part| beginnings(part, before))?,
        HirKind::Alternation(parts) => {
            let mut all = Beginnings::new();
            for part in parts {
                all.extend(beginnings(part, before.clone())?);
            }
            all
        }
        HirKind::Literal(literal) => before.into_iter().map(|start| if start.1 { longer(start.0, &literal.0) } else { start }).collect(),
        HirKind::Class(class) => {
            let bytes: Vec<u8> = super::bytes_of(class).unwrap_or_else(|| (0..=u8::MAX).collect());
            let mut all = Beginnings::new();
            for (start, grows) in before {
                if grows && bytes.len() <= CLASS_MOST {
                    all.extend(bytes.iter().map(|&byte| longer(start.clone(), &[byte])));
                } else {
                    all.insert((start, false));
                }
            }
            all
        }
        HirKind::Repetition(repetition) => {
            let mut all = if repetition.min == 0 { before.clone() } else { Beginnings::new() };
            let mut round = before;
            for count in 1..=repetition.max.unwrap_or(u32::MAX).min(repetition.min.max(LEAD as u32)) {
                let known = all.len();
                round = beginnings(&repetition.sub, round)?;
                if count >= repetition.min {
                    all.extend(round.iter().cloned());
                    // What adds nothing now adds nothing in the next round: without this, nested rounds multiply.
                    if all.len() == known {
                        break;
                    }
                }
            }
            all
        }
    };
    (grown.len() <= LEADS_MOST).then_some(grown)
}

fn longer(mut start: Vec<u8>, bytes: &[u8]) -> (Vec<u8>, bool) {
    start.extend(bytes.iter().take(LEAD - start.len()));
    let grows = start.len() < LEAD;
    (start, grows)
}

/// Strings of which every match holds at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub atoms: Vec<String>,
    /// A match begins at most so many bytes before the string.
    pub before: u32,
}

/// Clauses of an expression, the one that tells most first.
pub fn clauses(tree: &Hir) -> Vec<Clause> {
    let mut clauses = all_clauses(tree, ATOM_LEAST);
    if clauses.is_empty() {
        clauses = all_clauses(tree, ATOM_SHORT);
    }
    for clause in &mut clauses {
        clause.atoms.sort();
        clause.atoms.dedup();
    }
    clauses.sort_by_key(|clause| (std::cmp::Reverse(worth(&clause.atoms)), clause.before));
    clauses.dedup_by(|next, clause| next.atoms == clause.atoms);
    clauses.truncate(CLAUSES_MOST);
    clauses
}

fn all_clauses(tree: &Hir, least: usize) -> Vec<Clause> {
    match tree.kind() {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.len() >= least && text.is_ascii() => vec![Clause { atoms: vec![text.to_owned()], before: 0 }],
            _ => Vec::new(),
        },
        HirKind::Concat(parts) => {
            let mut all = Vec::new();
            let mut before = 0u32;
            for part in parts {
                let found = all_clauses(part, least).into_iter();
                all.extend(found.map(|clause| Clause { before: clause.before.saturating_add(before), ..clause }));
                before = before.saturating_add(reach(part));
            }
            all
        }
        HirKind::Alternation(parts) => {
            let mut all = Clause { atoms: Vec::new(), before: 0 };
            for part in parts {
                // One part without atoms, and a match may hold none.
                let Some(best) = all_clauses(part, least).into_iter().max_by_key(|clause| worth(&clause.atoms)) else { return Vec::new() };
                all.atoms.extend(best.atoms);
                all.before = all.before.max(best.before);
            }
            if all.atoms.len() <= ATOMS_MOST { vec![all] } else { Vec::new() }
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => all_clauses(&repetition.sub, least),
        HirKind::Capture(capture) => all_clauses(&capture.sub, least),
        _ => Vec::new(),
    }
}

/// Long and few is better than short and many.
fn worth(atoms: &[String]) -> i64 {
    let shortest = atoms.iter().map(String::len).min().unwrap_or(0) as i64;
    shortest.min(8) * 16 - atoms.len() as i64 * 3
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_lead_is_what_every_match_begins_with() {
        for (expression, expected) in [
            (r"\b(?:needs?|want) a", Some(&["nee", "wan"][..])),
            (r"(?:an? )?logo", Some(&["a l", "an ", "log"])),
            (r"we(?:.ve)? need", Some(&["we", "we "])),
            (r"[ab]{2,}c", Some(&["aaa", "aab", "aac", "aba", "abb", "abc", "baa", "bab", "bac", "bba", "bbb", "bbc"])),
            (r"(?:[a-z]+ )?logo", None),
            (r"i need", Some(&["i n"])),
        ] {
            let tree = super::super::parse(expression).expect("the expression is one");
            let expected = expected.map(|strings| strings.iter().map(|string| string.as_bytes().to_vec()).collect::<Vec<_>>());
            assert_eq!(super::lead(&tree), expected, "{expression}");
        }
    }

    #[test]
    fn clauses_are_strings_no_match_is_without() {
        for (expression, expected) in [
            (r"(?:sample|test)[^.]{0,40}\b(?:unpaid|for free)", &[(&["for free", "unpaid"][..], 46), (&["sample", "test"], 0)][..]),
            (r"net ?\d+", &[(&["net"], 0)]),
            (r"\d+ ?%", &[]),
            (r"(?:ab|milestone)", &[(&["ab", "milestone"], 0)]),
            (r"(?:a|milestone)", &[]),
            (r"pays?\b", &[(&["pay"], 0)]),
            (r"(?:no )?(?:very )+late", &[(&["very "], 3), (&["late"], 3 + 50 * 5)]),
            (r"(?:a b|an) (?:very late|late)", &[(&["late", "very late"], 4)]),
        ] {
            let tree = super::super::parse(expression).expect("the expression is one");
            let found = super::clauses(&tree);
            let found: Vec<(Vec<&str>, u32)> = found.iter().map(|clause| (clause.atoms.iter().map(String::as_str).collect(), clause.before)).collect();
            let expected: Vec<(Vec<&str>, u32)> = expected.iter().map(|(atoms, before)| (atoms.to_vec(), *before)).collect();
            assert_eq!(found, expected, "{expression}");
        }
    }
}
