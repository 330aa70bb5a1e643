//! The word lists of `patterns/lists.toml`: names for groups of alternatives that many rules share.
//!
//! An entry is an expression fragment; `@name` in a rule or in another list stands for all of a list's entries.

use std::collections::BTreeMap;

use super::written;

/// Named lists.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    named: BTreeMap<String, Vec<String>>,
}

impl Lists {
    pub fn insert(&mut self, name: String, entries: Vec<String>) {
        self.named.insert(name, entries.iter().map(|entry| written::expression(entry)).collect());
    }

    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.named.get(name).map(Vec::as_slice)
    }

    /// Puts the lists into an expression. `Err` holds the name of a list that is unknown, or that contains itself.
    pub fn expand(&self, expression: &str) -> Result<String, String> {
        let mut expanded = String::with_capacity(expression.len() * 2);
        self.expand_into(expression, &mut expanded, 0)?;
        Ok(expanded)
    }

    fn expand_into(&self, expression: &str, expanded: &mut String, depth: usize) -> Result<(), String> {
        let mut rest = expression;
        while let Some(at) = rest.find('@') {
            expanded.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())).unwrap_or(rest.len());
            let name = &rest[..end];
            rest = &rest[end..];
            let entries = self.named.get(name).filter(|_| depth < 8).ok_or_else(|| name.to_owned())?;
            expanded.push_str("(?:");
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    expanded.push('|');
                }
                self.expand_into(entry, expanded, depth + 1)?;
            }
            expanded.push(')');
        }
        expanded.push_str(rest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_its_entries() {
        let mut lists = Lists::default();
        lists.insert("pay".into(), vec!["pays?".into(), "@fee".into()]);
        lists.insert("fee".into(), vec!["fees?".into()]);
        lists.insert("loop".into(), vec!["@loop".into()]);
        assert_eq!(lists.expand("no @pay, ever").unwrap(), "no (?:pays?|(?:fees?)), ever");
        assert_eq!(lists.expand("@wages").unwrap_err(), "wages");
        assert_eq!(lists.expand("@loop").unwrap_err(), "loop");
    }
}
