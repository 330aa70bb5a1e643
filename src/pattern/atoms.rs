//! The strings without which an expression cannot match, derived from its tree, so that nobody can get them wrong.

use regex_syntax::hir::{Hir, HirKind};

/// Atoms shorter than this are too common to tell anything.
const ATOM_LEAST: usize = 3;
/// More atoms than this cost more in the automaton than they save.
const ATOMS_MOST: usize = 400;
/// Clauses kept of an expression: more hardly tell more.
const CLAUSES_MOST: usize = 4;

/// Sets of strings of which every match holds at least one each, the one that tells most first.
pub fn clauses(tree: &Hir) -> Vec<Vec<String>> {
    let mut clauses = all_clauses(tree);
    for atoms in &mut clauses {
        atoms.sort();
        atoms.dedup();
    }
    clauses.sort_by_key(|atoms| std::cmp::Reverse(worth(atoms)));
    clauses.dedup();
    clauses.truncate(CLAUSES_MOST);
    clauses
}

fn all_clauses(tree: &Hir) -> Vec<Vec<String>> {
    match tree.kind() {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.len() >= ATOM_LEAST && text.is_ascii() => vec![vec![text.to_owned()]],
            _ => Vec::new(),
        },
        HirKind::Concat(parts) => parts.iter().flat_map(all_clauses).collect(),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                // One part without atoms, and a match may hold none.
                let Some(best) = all_clauses(part).into_iter().max_by_key(|atoms| worth(atoms)) else { return Vec::new() };
                all.extend(best);
            }
            if all.len() <= ATOMS_MOST { vec![all] } else { Vec::new() }
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => all_clauses(&repetition.sub),
        HirKind::Capture(capture) => all_clauses(&capture.sub),
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
    fn clauses_are_strings_no_match_is_without() {
        for (expression, expected) in [
            (r"(?:sample|test)[^.]{0,40}\b(?:unpaid|for free)", &[&["for free", "unpaid"][..], &["sample", "test"]][..]),
            (r"net ?\d+", &[&["net"]]),
            (r"\d+ ?%", &[]),
            (r"(?:ab|milestone)", &[]),
            (r"pays?\b", &[&["pay"]]),
            (r"(?:no )?(?:very )+late", &[&["very "], &["late"]]),
        ] {
            let tree = super::super::parse(expression).expect("the expression is one");
            assert_eq!(super::clauses(&tree), expected, "{expression}");
        }
    }
}
