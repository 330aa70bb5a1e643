//! A value of a record, whatever it is: what a field can use of it is kept, within bounds, and the rest is stepped over.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Limits;
use crate::read::cells;

/// A value of a record, so far as a field can use it.
#[derive(Debug, Default)]
pub(super) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Fields(Vec<(String, Value)>),
}

impl Value {
    pub fn text(self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A figure that is not negative; figures in quotes count.
    pub fn number(&self) -> Option<f64> {
        let number = match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.filter(|number: &f64| number.is_finite() && (0.0..1e12).contains(number))
    }

    pub fn bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            Value::Text(text) => cells::yes_no(text),
            _ => None,
        }
    }

    pub fn list(self) -> Vec<String> {
        let item = |value: Value| match value {
            // [{"name": "Rust"}], as many answers list their tags.
            Value::Fields(fields) => {
                fields.into_iter().find(|(key, _)| matches!(key.as_str(), "name" | "prefLabel" | "title" | "label")).and_then(|(_, value)| value.text())
            }
            other => other.text(),
        };
        match self {
            Value::List(items) => items.into_iter().filter_map(item).collect(),
            Value::Text(text) => cells::list(&text, usize::MAX),
            _ => Vec::new(),
        }
    }

    /// The value of a key; where it repeats, its last.
    pub fn get(&self, key: &str) -> &Value {
        match self {
            Value::Fields(fields) => fields.iter().rev().find(|(known, _)| known == key).map_or(&Value::Null, |(_, value)| value),
            _ => &Value::Null,
        }
    }

    pub fn get_text(&self, key: &str) -> Option<String> {
        match self.get(key) {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

/// Objects and lists in a value of a record: `skills[0].name`, `client.country`.
const DEPTH: usize = 2;

#[derive(Clone, Copy)]
pub(super) struct ValueSeed<'a> {
    limits: &'a Limits,
    depth: usize,
}

impl<'a> ValueSeed<'a> {
    pub fn new(limits: &'a Limits) -> ValueSeed<'a> {
        ValueSeed { limits, depth: 0 }
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.depth > DEPTH { deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Value::Null) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(self.limits.cut_beyond(value).to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while items.len() < self.limits.skills
            && let Some(item) = sequence.next_element_seed(ValueSeed { depth: self.depth + 1, ..self })?
        {
            items.push(item);
        }
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(ValueSeed { depth: self.depth + 1, ..self })?;
            if fields.len() < self.limits.skills {
                fields.push((key, value));
            }
        }
        Ok(Value::Fields(fields))
    }
}
