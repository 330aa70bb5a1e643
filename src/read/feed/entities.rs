//! What `&name;` stands for: XML's five, HTML's two thousand, numbers, and the plain ones a document declares itself.
//! An external entity is never opened, and a declared one is put in once, never expanded again: no entity can grow.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::WINDOWS_1252;
use html5ever::data::NAMED_ENTITIES;
use regex::Regex;

/// The longest text a declared entity may stand for, in bytes; feeds declare names and characters.
const VALUE_MOST: usize = 1024;
/// Declarations beyond these are left out.
const DECLARATIONS_MOST: usize = 512;
/// What all declared entities of a document may add to it, in bytes.
const ADDED_MOST: usize = 256 << 10;

/// The entities of one document.
#[derive(Debug, Default)]
pub struct Entities {
    declared: HashMap<String, String>,
    added: usize,
}

impl Entities {
    /// Learns the internal entities of a document type declaration.
    pub fn declare(&mut self, doctype: &str) {
        static ENTITY: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r#"<!ENTITY\s+([\w:.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>"#).expect("the expression is constant"));
        for found in ENTITY.captures_iter(doctype).take(DECLARATIONS_MOST) {
            let value = found.get(2).or_else(|| found.get(3)).map_or("", |value| value.as_str());
            if value.len() <= VALUE_MOST {
                let value = Entities::default().decode(value);
                self.declared.entry(found[1].to_owned()).or_insert(value);
            }
        }
    }

    /// Appends what `&name;` stands for; a name nobody knows stays as it is written.
    pub fn push(&mut self, name: &str, to: &mut String) {
        if let Some(number) = name.strip_prefix('#') {
            match character(number) {
                Some(c) => to.push(c),
                None => to.push(char::REPLACEMENT_CHARACTER),
            }
        } else if let Some(value) = self.declared.get(name).filter(|value| self.added + value.len() <= ADDED_MOST) {
            self.added += value.len();
            to.push_str(value);
        } else if let Some(c) = xml(name) {
            to.push(c);
        } else if let Some(characters) = html(name) {
            to.extend(characters);
        } else {
            to.push('&');
            to.push_str(name);
            to.push(';');
        }
    }

    /// The text of an attribute's value or of an entity's.
    pub fn decode(&mut self, raw: &str) -> String {
        let mut text = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(start) = rest.find('&') {
            text.push_str(&rest[..start]);
            let after = &rest[start + 1..];
            let length = after.bytes().take(40).take_while(|&byte| byte.is_ascii_alphanumeric() || byte == b'#').count();
            if length > 0 && after[length..].starts_with(';') {
                self.push(&after[..length], &mut text);
                rest = &after[length + 1..];
            } else {
                text.push('&');
                rest = after;
            }
        }
        text.push_str(rest);
        text
    }
}

/// The character of a number; 128 to 159 are meant as windows-1252, as browsers take them.
fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    match code.ok()? {
        code @ 0x80..=0x9f => WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0.chars().next(),
        0 => None,
        code => char::from_u32(code),
    }
}

/// The character of the names that nearly all references are.
fn xml(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => return None,
    })
}

/// The one or two characters HTML knows by this name.
fn html(name: &str) -> Option<impl Iterator<Item = char>> {
    let &(first, second) = NAMED_ENTITIES.get(format!("{name};").as_str())?;
    // The tokenizer's table holds beginnings of names too, without a character.
    (first != 0).then(|| [first, second].into_iter().filter(|&code| code != 0).filter_map(char::from_u32))
}

/// Whether `&name;` is something HTML knows.
pub fn is_known(name: &str) -> bool {
    name.starts_with('#') || html(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters_and_strangers_stay() {
        let mut entities = Entities::default();
        entities.declare(r#"x [<!ENTITY co "A &amp; B"> <!ENTITY a "&b;&b;"> <!ENTITY b "&a;&a;"> <!ENTITY file SYSTEM "file:///etc/hostname">]"#);
        for (raw, text) in [
            ("&lt;&amp;&nbsp;&mdash;", "<&\u{a0}\u{2014}"),
            ("&#65;&#x42;&#146;&#x93;", "AB\u{2019}\u{201c}"),
            ("&#0;&#x110000;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}"),
            ("R&D & &nosuch; &; &", "R&D & &nosuch; &; &"),
            ("&co; &a; &file;", "A & B &b;&b; &file;"),
        ] {
            assert_eq!(entities.decode(raw), text, "{raw:?}");
        }
    }

    #[test]
    fn what_entities_add_to_a_document_is_bounded() {
        let mut entities = Entities::default();
        entities.declare(&format!("x [<!ENTITY a '{}'>]", "a".repeat(1000)));
        assert!(entities.decode(&"&a;".repeat(100_000)).len() < 1_000_000);
    }
}
