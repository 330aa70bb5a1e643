//! Flags in the post's own text: a text cut into pieces, marked and plain. Knows spans, nothing of any format.

use std::ops::Range;

/// A piece of a text; `flags` says which flags (by the caller's numbers) it carries, strongest first.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub text: &'a str,
    pub flags: Vec<usize>,
}

/// Cuts a text at its flags, `(number, span)`. Flags that overlap share one piece; a span that is none of this text
/// (out of bounds, inside a character) is left out.
pub fn pieces<'a>(text: &'a str, flags: &[(usize, Range<usize>)]) -> Vec<Piece<'a>> {
    let mut spans: Vec<(Range<usize>, Vec<usize>)> = Vec::new();
    let mut sorted: Vec<&(usize, Range<usize>)> = flags.iter().filter(|(_, span)| text.get(span.clone()).is_some_and(|quote| !quote.is_empty())).collect();
    sorted.sort_by_key(|(_, span)| (span.start, std::cmp::Reverse(span.end)));
    for (number, span) in sorted {
        match spans.last_mut() {
            Some((last, numbers)) if span.start < last.end => {
                last.end = last.end.max(span.end);
                numbers.push(*number);
            }
            _ => spans.push((span.clone(), vec![*number])),
        }
    }
    let mut pieces = Vec::with_capacity(2 * spans.len() + 1);
    let mut at = 0;
    for (span, flags) in spans {
        if at < span.start {
            pieces.push(Piece { text: &text[at..span.start], flags: Vec::new() });
        }
        at = span.end;
        pieces.push(Piece { text: &text[span], flags });
    }
    if at < text.len() {
        pieces.push(Piece { text: &text[at..], flags: Vec::new() });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_whole_text_and_overlaps_share_one() {
        let text = "a bc déf g";
        for (flags, expected) in [
            (vec![], vec![("a bc déf g", vec![])]),
            (vec![(7, 2..4)], vec![("a ", vec![]), ("bc", vec![7]), (" déf g", vec![])]),
            (vec![(1, 0..4), (2, 2..9)], vec![("a bc déf", vec![1, 2]), (" g", vec![])]),
            (vec![(2, 5..9), (1, 0..1)], vec![("a", vec![1]), (" bc ", vec![]), ("déf", vec![2]), (" g", vec![])]),
            // Inside a character, out of bounds, empty.
            (vec![(1, 7..8), (2, 5..99), (3, 3..3)], vec![("a bc déf g", vec![])]),
        ] {
            let found = pieces(text, &flags);
            assert_eq!(found.iter().map(|piece| piece.text).collect::<String>(), text);
            assert_eq!(found.into_iter().map(|piece| (piece.text, piece.flags)).collect::<Vec<_>>(), expected);
        }
    }
}
