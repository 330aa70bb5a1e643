//! JSON in its forms: one value, a value a line, a value assigned in a script. A bracket alone is no evidence: posts
//! start with "[Hiring]" and templates with "{{".

use super::{Detected, Format, found};
use crate::read::records;

/// JSON lines, where that is what a document is.
pub(super) fn by_line(text: &str) -> Option<Detected> {
    lines(text).map(|lines| found(Format::JsonLines, format!("{lines} of its first lines start a JSON object")))
}

/// The kind of a document that starts, or goes on line by line, as JSON does.
pub(super) fn kind(text: &str) -> Option<Detected> {
    if let Some(lines) = by_line(text) {
        return Some(lines);
    }
    if matches!(text.trim_end(), "null" | "true" | "false") || text.trim_end().parse::<f64>().is_ok() {
        return Some(found(Format::Json, "a JSON value without names"));
    }
    let (value, script) = match text.chars().next() {
        Some('{' | '[') => (text, false),
        _ => (assigned(text)?, true),
    };
    if script {
        return (opens(value) || names(value)).then(|| found(Format::Json, "a script that assigns a list or an object"));
    }
    if !opens(value) {
        return None;
    }
    let array = value.starts_with('[');
    Some(match (records::is_own(value), array) {
        (true, true) => found(Format::Records, "a JSON array of records in our own schema"),
        (true, false) => found(Format::Records, "a JSON object in our own record schema"),
        (false, true) => found(Format::Json, "a JSON array"),
        (false, false) => found(Format::Json, "a JSON object"),
    })
}

/// How many lines start a JSON object, where they are at least two and most of all. The last may be cut off.
fn lines(text: &str) -> Option<usize> {
    let (mut starts, mut all) = (0usize, 0usize);
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(100) {
        all += 1;
        starts += usize::from(line.starts_with('{') && opens(line));
    }
    (starts >= 2 && starts * 2 > all).then_some(starts)
}

/// Whether an opening bracket is followed by what JSON allows there.
fn opens(value: &str) -> bool {
    let Some(inner) = value.get(1..) else { return false };
    let inner = inner.trim_start();
    match (value.as_bytes().first(), inner.as_bytes().first()) {
        (Some(b'{'), Some(b'"' | b'}')) => true,
        (Some(b'['), Some(b'{' | b'"')) => true,
        // "[1] The first thing": a list of a person's unless a comma or the end follows.
        (Some(b'['), Some(b'[' | b']' | b'0'..=b'9' | b'-')) => {
            let first = inner.trim_start_matches(['[', ']', '-', '.']).trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
            first.is_empty() || first.starts_with([',', '[', '{', '"'])
        }
        _ => false,
    }
}

/// Whether a bracket is followed by a name and a colon, as scripts write their objects: `[{title: "x"}]`.
fn names(value: &str) -> bool {
    let inner = value.trim_start_matches(|c: char| matches!(c, '[' | '{') || c.is_whitespace());
    inner.split_once(':').is_some_and(|(name, _)| is_name(name.trim_end()))
}

/// The value in `export default [...]`, `var jobs = {...}`, `callback({...})`.
fn assigned(text: &str) -> Option<&str> {
    let line = text.get(..200.min(text.len())).unwrap_or_else(|| text.lines().next().unwrap_or_default());
    let at = line.find(['{', '['])?;
    let before = line[..at].trim_end();
    let is_script = before == "export default"
        || before.strip_suffix('=').is_some_and(|name| {
            let name = name.trim();
            let name = ["export const ", "const ", "let ", "var ", "window."].iter().find_map(|keyword| name.strip_prefix(keyword)).unwrap_or(name);
            is_name(name) || name.ends_with(']')
        })
        || before.strip_suffix('(').is_some_and(is_name);
    is_script.then(|| &text[at..])
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_prose_in_brackets() {
        for (text, expected) in [
            (r#"{"title": "x", "body": "y"}"#, Some(Format::Records)),
            (r#"[{"title": "x", "body": "y"}]"#, Some(Format::Records)),
            (r#"[{"position": "x", "company": "y"}]"#, Some(Format::Json)),
            ("{\"title\": \"a\"}\n{\"title\": \"b\"}\n", Some(Format::JsonLines)),
            ("\"cut off\"}\n{\"title\": \"a\"}\n{\"title\": \"b\"}\n", Some(Format::JsonLines)),
            ("{\"title\": \"a\"}\nnot a record\n{\"title\": \"b\"}\n", Some(Format::JsonLines)),
            ("export default [\n  {\"id\": 1},\n]", Some(Format::Json)),
            ("window.jobs = {\"id\": 1}", Some(Format::Json)),
            ("const jobs = [\n  { id: 1, title: 'x' },\n];", Some(Format::Json)),
            ("module.exports = [{\"id\": 1}]", Some(Format::Json)),
            ("callback({\"id\": 1});", Some(Format::Json)),
            ("let us know = [soon]", None),
            ("[1, 2]", Some(Format::Json)),
            ("null\n", Some(Format::Json)),
            ("-1.5e3", Some(Format::Json)),
            ("true to life drawings", None),
            ("[Hiring] A writer for our blog", None),
            ("{{ name }}, we need you", None),
            ("[1] First we need a plan", None),
            ("We need a developer [remote]", None),
        ] {
            assert_eq!(kind(text).map(|kind| kind.format), expected, "{text:?}");
        }
    }
}
