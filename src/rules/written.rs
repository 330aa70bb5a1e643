//! Expressions as rule files write them, made into what the `regex` crate reads: groups need no `?:`, a gap is a number,
//! and a long expression may be broken into lines. Names of lists are left for [`super::lists`].

/// The expression that a written one stands for.
///
/// `(` opens a group that captures nothing. ` ~20 ` is a gap of up to twenty characters between two words of a sentence.
/// A line break counts for nothing, nor do the blanks around it.
pub(super) fn expression(written: &str) -> String {
    let mut plain = String::with_capacity(written.len() * 2);
    let mut rest = if written.contains('\n') { written.trim_start_matches(' ') } else { written };
    // Classes may hold classes.
    let mut classes = 0_usize;
    while let Some(next) = rest.chars().next() {
        if let Some((gap, after)) = gap(rest).filter(|_| classes == 0) {
            plain.push_str(&format!(r"\b[^.!?\n]{{0,{gap}}}?\b"));
            rest = after;
            continue;
        }
        let mut taken = next.len_utf8();
        match next {
            '\\' => taken += rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => classes += 1,
            ']' => classes = classes.saturating_sub(1),
            '\n' => {
                plain.truncate(plain.trim_end_matches(' ').len());
                rest = rest.trim_start();
                continue;
            }
            _ => {}
        }
        plain.push_str(&rest[..taken]);
        if next == '(' && classes == 0 && !rest.starts_with("(?") {
            plain.push_str("?:");
        }
        rest = &rest[taken..];
    }
    plain
}

/// The length of the gap that a text begins with, and what follows it.
fn gap(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix(" ~")?;
    let (length, rest) = text.split_at(text.find(|next: char| !next.is_ascii_digit()).unwrap_or(text.len()));
    (!length.is_empty()).then(|| (length, rest.strip_prefix(' ').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_written_expression_is_made_plain() {
        for (written, expected) in [
            ("plain words", "plain words"),
            ("(a|b)+ (?:c)(?-u:d)", "(?:a|b)+ (?:c)(?-u:d)"),
            (r"\(a[(]b\\(c)", r"\(a[(]b\\(?:c)"),
            (r"[[:alpha:](] ~5 (a)", r"[[:alpha:](]\b[^.!?\n]{0,5}?\b(?:a)"),
            (r"[\](](a)", r"[\](](?:a)"),
            ("(do not|never) ~20 waste", r"(?:do not|never)\b[^.!?\n]{0,20}?\bwaste"),
            ("pay ~8 [0-9]", r"pay\b[^.!?\n]{0,8}?\b[0-9]"),
            ("about ~ 5, [ ~20 ]", "about ~ 5, [ ~20 ]"),
            ("\n  (a|\n   b)c ~5\n  d\n", r"(?:a|b)c\b[^.!?\n]{0,5}?\bd"),
            (r"a\nb", r"a\nb"),
            ("é ~3 €", r"é\b[^.!?\n]{0,3}?\b€"),
        ] {
            assert_eq!(super::expression(written), expected, "{written:?}");
        }
    }
}
