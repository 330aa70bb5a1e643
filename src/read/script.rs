//! Values written as JavaScript: page state such as `window.__NUXT__=(function(a,b){return {...}}(1,"x"))`, modules such
//! as `export default [...]`, JSON with trailing commas or raw line breaks.
//!
//! Only literals and what bundlers make of them are read: nothing is run, an expression that is no literal is null.
//! Arguments stand for the values that repeat, so a short script can describe a giant value: what is built is counted.

mod function;

use std::collections::HashMap;

use serde_json::{Map, Number, Value};

/// What a script's value may take, in bytes: 50 times the largest state met on a real page.
const BUDGET: usize = 48 << 20;
/// What one node of a value takes, in bytes, besides its text.
const NODE: usize = 72;
/// Sources up to this length can't describe more than the budget, in bytes.
const SMALL: usize = 1 << 20;
/// Arrays in arrays.
const DEPTH: usize = 100;

/// Why a script could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    #[error("at byte {0}: neither a value nor the end of one; was it cut off when it was saved?")]
    Unexpected(usize),
    #[error("nested deeper than {DEPTH} levels")]
    TooDeep,
    #[error("it unfolds to more than {} MB, which no post needs", BUDGET >> 20)]
    TooLarge,
}

/// Reads the value a source starts with; what comes before the first value (`export default`, `const jobs =`) and after
/// its end is not looked at.
pub fn value(source: &str) -> Result<Value, ScriptError> {
    let start = source.find(['[', '{', '(']).unwrap_or(0);
    Script { source, bytes: source.as_bytes(), at: start, names: HashMap::new(), spent: 0, depth: 0 }.expression()
}

/// Reads JSON: as it stands where it is small, else with what it builds counted; small faults are repaired.
pub fn json(source: &str) -> Result<Value, ScriptError> {
    if source.len() <= SMALL
        && let Ok(value) = serde_json::from_str(source)
    {
        return Ok(value);
    }
    value(source)
}

/// Reads the value assigned to a name, as `__NUXT__` in `window.__NUXT__={...}`.
pub fn assigned(source: &str, name: &str) -> Option<Result<Value, ScriptError>> {
    let mut from = 0;
    while let Some(at) = source.get(from..)?.find(name) {
        let rest = &source[from + at + name.len()..];
        let value = rest.trim_start_matches(['"', '\'', ']']).trim_start();
        if let Some(value) = value.strip_prefix('=').filter(|value| !value.starts_with('=')) {
            return Some(Script { source: value, bytes: value.as_bytes(), at: 0, names: HashMap::new(), spent: 0, depth: 0 }.expression());
        }
        from += at + name.len();
    }
    None
}

struct Script<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// What parameters and variables stand for.
    names: HashMap<&'a str, Value>,
    spent: usize,
    depth: usize,
}

impl<'a> Script<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fail<T>(&self) -> Result<T, ScriptError> {
        Err(ScriptError::Unexpected(self.at))
    }

    fn spend(&mut self, bytes: usize) -> Result<(), ScriptError> {
        self.spent += bytes;
        if self.spent > BUDGET { Err(ScriptError::TooLarge) } else { Ok(()) }
    }

    /// Skips blanks and comments.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t' | 0x0b | 0x0c) => self.at += 1,
                Some(0xc2 | 0xe2 | 0xef) if self.source[self.at..].starts_with(['\u{a0}', '\u{feff}', '\u{2028}', '\u{2029}']) => {
                    self.at += self.source[self.at..].chars().next().map_or(1, char::len_utf8);
                }
                Some(b'/') if self.bytes.get(self.at + 1) == Some(&b'/') => {
                    self.at += self.source[self.at..].find('\n').unwrap_or(self.bytes.len() - self.at);
                }
                Some(b'/') if self.bytes.get(self.at + 1) == Some(&b'*') => {
                    self.at += self.source[self.at..].find("*/").map_or(self.bytes.len() - self.at, |end| end + 2);
                }
                _ => return,
            }
        }
    }

    fn skip(&mut self, byte: u8) -> bool {
        self.blanks();
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), ScriptError> {
        if self.skip(byte) { Ok(()) } else { self.fail() }
    }

    fn expression(&mut self) -> Result<Value, ScriptError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(ScriptError::TooDeep);
        }
        self.blanks();
        self.spend(NODE)?;
        let value = match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"' | b'\'' | b'`') => self.string().map(Value::String),
            Some(b'(') => self.group(),
            Some(b'!') => {
                self.at += 1;
                let value = self.expression()?;
                Ok(Value::Bool(!is_true(&value)))
            }
            Some(b'-' | b'+') => {
                let minus = self.peek() == Some(b'-');
                self.at += 1;
                let value = self.expression()?;
                Ok(value.as_f64().map(|value| if minus { -value } else { value }).map_or(Value::Null, number))
            }
            Some(b'0'..=b'9' | b'.') => self.number(),
            Some(byte) if is_name_byte(byte) => self.named(),
            _ => self.fail(),
        };
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value, ScriptError> {
        self.at += 1;
        let mut object = Map::new();
        while !self.skip(b'}') {
            self.blanks();
            let key = match self.peek() {
                Some(b'"' | b'\'' | b'`') => self.string()?,
                Some(b'[') => {
                    let key = self.array()?;
                    key.get(0).and_then(Value::as_str).unwrap_or_default().to_owned()
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(byte) if is_name_byte(byte) || byte == b'.' => self.name().to_owned(),
                _ => return self.fail(),
            };
            self.spend(key.len() + NODE)?;
            let value = if self.skip(b':') { self.expression()? } else { self.names.get(key.as_str()).cloned().unwrap_or(Value::Null) };
            object.insert(key, value);
            self.blanks();
            if !matches!(self.peek(), Some(b',' | b'}')) {
                return self.fail();
            }
        }
        Ok(Value::Object(object))
    }

    fn array(&mut self) -> Result<Value, ScriptError> {
        self.at += 1;
        let mut array = Vec::new();
        while !self.skip(b']') {
            if self.skip(b',') {
                continue;
            }
            array.push(self.expression()?);
            self.blanks();
            if !matches!(self.peek(), Some(b',' | b']')) {
                return self.fail();
            }
        }
        Ok(Value::Array(array))
    }

    fn string(&mut self) -> Result<String, ScriptError> {
        let quote = self.bytes[self.at];
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.bytes[self.at..];
            let Some(plain) = rest.iter().position(|&byte| byte == quote || byte == b'\\') else { return self.fail() };
            text.push_str(&self.source[self.at..self.at + plain]);
            self.at += plain + 1;
            if rest[plain] == quote {
                self.spend(text.len())?;
                return Ok(text);
            }
            self.escape(&mut text);
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, text: &mut String) {
        let Some(escaped) = self.source[self.at..].chars().next() else { return };
        self.at += escaped.len_utf8();
        match escaped {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' | 'f' | 'v' | '0' => text.push(' '),
            '\n' | '\r' => {}
            'x' => text.push(self.hexadecimal(2).and_then(char::from_u32).unwrap_or('\u{fffd}')),
            'u' if self.peek() == Some(b'{') => {
                let end = self.source[self.at..].find('}').map_or(0, |end| end + 1);
                let code = self.source.get(self.at + 1..self.at + end.saturating_sub(1)).and_then(|code| u32::from_str_radix(code, 16).ok());
                self.at += end;
                text.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
            }
            'u' => {
                let high = self.hexadecimal(4).unwrap_or(0xfffd);
                let low = if (0xd800..0xdc00).contains(&high) && self.source[self.at..].starts_with("\\u") {
                    self.at += 2;
                    self.hexadecimal(4)
                } else {
                    None
                };
                let code = low.filter(|low| (0xdc00..0xe000).contains(low)).map_or(high, |low| 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                text.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            other => text.push(other),
        }
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let code = u32::from_str_radix(self.source.get(self.at..self.at + digits)?, 16).ok()?;
        self.at += digits;
        Some(code)
    }

    fn number(&mut self) -> Result<Value, ScriptError> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || (matches!(byte, b'+' | b'-') && matches!(self.bytes[self.at - 1], b'e' | b'E')))
        {
            self.at += 1;
        }
        let text = &self.source[start..self.at];
        if let Ok(whole) = text.parse::<u64>() {
            return Ok(Value::from(whole));
        }
        let hexadecimal = text.strip_prefix("0x").and_then(|digits| u64::from_str_radix(digits, 16).ok()).map(|value| value as f64);
        Ok(text.parse::<f64>().ok().or(hexadecimal).map_or(Value::Null, number))
    }

    /// A name and the dots after it.
    fn name(&mut self) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(|byte| is_name_byte(byte) || byte.is_ascii_digit() || byte == b'.') {
            self.at += 1;
        }
        &self.source[start..self.at]
    }

    fn named(&mut self) -> Result<Value, ScriptError> {
        let name = self.name();
        match name {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" | "undefined" | "NaN" | "Infinity" => Ok(Value::Null),
            "void" => self.expression().map(|_| Value::Null),
            "new" | "await" => self.expression(),
            "function" => {
                let function = self.function()?;
                self.call(&function)
            }
            _ => {
                if self.skip(b'(') {
                    let arguments = self.arguments()?;
                    return Ok(called(name, arguments));
                }
                let Some(value) = self.names.get(name) else { return Ok(Value::Null) };
                let size = size(value);
                self.spend(size)?;
                Ok(self.names.get(name).cloned().unwrap_or(Value::Null))
            }
        }
    }
}

/// What a call of a known function gives, without making the call.
fn called(name: &str, mut arguments: Vec<Value>) -> Value {
    match (name, arguments.len()) {
        ("JSON.parse", 1..) => arguments[0].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null),
        ("Date" | "Set" | "Map" | "String" | "Number" | "Object" | "Object.freeze" | "reactive" | "ref" | "BigInt" | "decodeURIComponent", 1) => {
            arguments.swap_remove(0)
        }
        ("Array" | "Set", _) => Value::Array(Vec::new()),
        _ => Value::Null,
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(value) => value.as_f64() != Some(0.0),
        Value::String(value) => !value.is_empty(),
        _ => true,
    }
}

fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { Value::from(value as i64) } else { Number::from_f64(value).map_or(Value::Null, Value::Number) }
}

/// What a value takes, roughly, in bytes.
fn size(value: &Value) -> usize {
    NODE + match value {
        Value::String(text) => text.len(),
        Value::Array(array) => array.iter().map(size).sum(),
        Value::Object(object) => object.iter().map(|(key, value)| key.len() + size(value)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_and_what_bundlers_make_of_them() {
        for (source, wanted) in [
            ("[1,2,]", json!([1, 2])),
            ("{a:1,'b':\"x\\u002Fy\",c:[],}", json!({"a": 1, "b": "x/y", "c": []})),
            ("export default [\n  {\"id\": 1},\n]", json!([{"id": 1}])),
            ("{\"a\": \"line\nbreak\"} rest", json!({"a": "line\nbreak"})),
            ("{a:void 0,b:!0,c:!1,d:-1.5,e:1e3,f:.5}", json!({"a": null, "b": true, "c": false, "d": -1.5, "e": 1000, "f": 0.5})),
            ("(function(a,b){return {x:a,y:[b,b]}}(null,\"}\"))", json!({"x": null, "y": ["}", "}"]})),
            ("(function(a){a.n=1;a.m={k:2};return {v:a}})({})", json!({"v": {"n": 1, "m": {"k": 2}}})),
            ("((a,b)=>({t:a,d:new Date(b)}))(\"x\",5)", json!({"t": "x", "d": 5})),
            ("{a: JSON.parse('{\"b\":[1]}'), c: somewhere.else}", json!({"a": {"b": [1]}, "c": null})),
            ("{e: \"\\ud83d\\ude00 \\x41\"}", json!({"e": "\u{1f600} A"})),
            ("/* before */ {a: 1 /* in */, // end\n b: 2}", json!({"a": 1, "b": 2})),
        ] {
            assert_eq!(value(source), Ok(wanted), "{source:?}");
        }
    }

    #[test]
    fn a_name_leads_to_its_value() {
        let source = "window.__NUXT__ == 3;window.__NUXT__=(function(a){return {k:a}}(7));";
        assert_eq!(assigned(source, "__NUXT__"), Some(Ok(json!({"k": 7}))));
        assert_eq!(assigned("nothing here", "__NUXT__"), None);
    }

    #[test]
    fn hostile_scripts_end_in_an_error() {
        assert_eq!(value(&"[".repeat(100_000)), Err(ScriptError::TooDeep));
        let bomb = format!("(function(a){{return [{}]}}(\"{}\"))", "a,".repeat(10_000), "x".repeat(100_000));
        assert_eq!(value(&bomb), Err(ScriptError::TooLarge));
        for source in ["", "[1", "{a:", "\"open", "(function(", "{a:1 b:2}", "[\"\\u12", "\u{e9}\\"] {
            let _ = value(source);
        }
    }
}
