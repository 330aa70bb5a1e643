//! The first bytes of an expression's matches, derived from its tree: where others stand, it need not be tried.

use std::collections::BTreeSet;

use regex_syntax::hir::{Hir, HirKind};

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
}
