//! Takes a document apart into its outermost values without building them: the elements of one array, the lines of
//! JSONL, or the one object it is.

use super::mapping::is_beside;

/// The outermost values of a document, as text.
pub struct Values<'a> {
    text: &'a str,
    at: usize,
    /// Whether there are several: the elements of an array, or one value after the other.
    pub is_list: bool,
    /// One value a line.
    by_line: bool,
    in_array: bool,
}

/// What comes before the first bracket (`export default`, `var jobs =`) is passed over.
pub fn outermost(text: &str) -> Values<'_> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let start = text.find(['[', '{']).unwrap_or(text.len());
    let text = &text[start..];
    let in_array = text.starts_with('[');
    let first = if in_array { None } else { end_of_value(text) };
    // More than one object, each on its line: JSONL.
    let follows = first.is_some_and(|end| text[end..].trim_start_matches([',', ' ', '\t', '\r', '\n']).starts_with(['{', '[']));
    let by_line = !in_array
        && text.lines().next().is_some_and(|line| end_of_value(line).is_some_and(|end| line[end..].trim_matches([',', ' ', '\t', '\r']).is_empty()))
        && (follows || text.trim_end().contains('\n'));
    Values { text, at: usize::from(in_array), is_list: in_array || follows || by_line, by_line, in_array }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.find(|c: char| !c.is_whitespace() && c != ',' && c != '\0')?;
        let rest = &self.text[start..];
        if self.in_array && rest.starts_with(']') {
            self.at = self.text.len();
            return None;
        }
        if self.by_line {
            let end = rest.find('\n').unwrap_or(rest.len());
            self.at = start + end;
            return Some(rest[..end].trim_end());
        }
        if !self.in_array && !rest.starts_with(['{', '[']) {
            // `;` or a comment after the value.
            return None;
        }
        // A value that never ends is handed on as it is, to be refused with a reason.
        let end = end_of_value(rest).unwrap_or(rest.len());
        self.at = start + end.max(1);
        rest.get(..end)
    }
}

/// Where the value at the start of a text ends: after its closing bracket, or before the next comma or bracket.
pub fn end_of_value(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = 0usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                loop {
                    at += bytes.get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
                    if bytes[at] == b'"' {
                        break;
                    }
                    at += 2;
                }
                if open == 0 {
                    return Some(at + 1);
                }
            }
            b'{' | b'[' => open += 1,
            b'}' | b']' if open == 0 => return Some(at),
            b'}' | b']' => {
                open -= 1;
                if open == 0 {
                    return Some(at + 1);
                }
            }
            b',' if open == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Objects in objects that are looked into for a list: `data.search.results` is as deep as answers go.
const LEVELS: usize = 3;

/// The longest array in an object and the objects in it, as text; what stands beside posts is left out. An array that
/// never ends goes to the end.
pub fn longest_list(text: &str) -> Option<&str> {
    longest(&text[text.find('{')?..], LEVELS)
}

fn longest(object: &str, levels: usize) -> Option<&str> {
    let mut rest = &object[1..];
    let mut longest: Option<&str> = None;
    while let Some((name, value)) = next_field(rest) {
        let end = end_of_value(value).unwrap_or(value.len());
        let list = match value.as_bytes().first() {
            _ if is_beside(name) => None,
            Some(b'[') => Some(&value[..end]),
            Some(b'{') if levels > 0 => self::longest(&value[..end], levels - 1),
            _ => None,
        };
        longest = longest.into_iter().chain(list).max_by_key(|list| list.len());
        rest = &value[end..];
    }
    longest
}

/// The next name of an object, and all that follows it.
fn next_field(fields: &str) -> Option<(&str, &str)> {
    let start = &fields[fields.find('"')?..];
    let (name, rest) = start.split_at(end_of_value(start)?);
    Some((name, rest.trim_start().strip_prefix(':')?.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_taken_apart() {
        for (text, parts, is_list) in [
            ("[1, {\"a\": [2]}, \"],\"]", vec!["1", "{\"a\": [2]}", "\"],\""], true),
            ("export default [\n{},\n{},\n]", vec!["{}", "{}"], true),
            ("{\"a\": 1}", vec!["{\"a\": 1}"], false),
            ("{\"a\": 1}\n", vec!["{\"a\": 1}"], false),
            ("{\"a\": 1}\nbroken\n{\"b\": 2}\n", vec!["{\"a\": 1}", "broken", "{\"b\": 2}"], true),
            ("{\n\"a\": 1\n}\n{\n\"b\": 2\n}", vec!["{\n\"a\": 1\n}", "{\n\"b\": 2\n}"], true),
            ("var x = {\"a\": 1};\nmore", vec!["{\"a\": 1}"], false),
            ("[{\"a\": \"never", vec!["{\"a\": \"never"], true),
            ("", vec![], false),
        ] {
            let values = outermost(text);
            let listed = values.is_list;
            assert_eq!((values.collect::<Vec<_>>(), listed), (parts, is_list), "{text:?}");
        }
    }

    #[test]
    fn the_longest_list_is_found_where_answers_keep_it() {
        for (text, list) in [
            (r#"{"jobs": [1, 2, 3], "tags": ["a"]}"#, Some("[1, 2, 3]")),
            (r#"{"n": 1, "s": "],[\"", "data": {"search": {"found": [{"a": [1]}, 2]}, "x": []}}"#, Some(r#"[{"a": [1]}, 2]"#)),
            (r#"{"data": [1, [2"#, Some("[1, [2")),
            (r#"{"workHistory": [1, 2, 3], "jobs": [1]}"#, Some("[1]")),
            (r#"{"a": {"b": {"c": {"d": {"e": [1]}}}}}"#, None),
            (r#"{"a" 1, "b": [1]}"#, None),
            ("{", None),
            ("", None),
        ] {
            assert_eq!(longest_list(text), list, "{text:?}");
        }
    }
}
