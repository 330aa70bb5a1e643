//! One record: its keys to the fields of a draft. Keys may repeat (the last counts), values may be of a wrong type (the
//! field is unknown then), and what is not asked for is stepped over without being kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::value::{Value, ValueSeed};
use super::{Document, Limits, Problem, Reading};
use crate::post::{Client, Draft, Pay, PayKind, Proposals};
use crate::read::cells;
use crate::read::columns::{Columns, Field};

/// Reads one record; a value that is no object gives none.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub columns: &'a Columns,
    pub limits: &'a Limits,
}

impl<'de> DeserializeSeed<'de> for Record<'_> {
    type Value = Option<Draft>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Draft>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Record<'_> {
    type Value = Option<Draft>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record")
    }

    fn visit_unit<E>(self) -> Result<Option<Draft>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<Draft>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<Draft>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<Draft>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<Draft>, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Option<Draft>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Option<Draft>, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Draft>, A::Error> {
        let mut draft = Draft::default();
        let mut others: HashMap<Field, (usize, String)> = HashMap::new();
        let seed = ValueSeed::new(self.limits);
        while let Some(key) = map.next_key::<String>()? {
            if is_ours(&key) {
                set(&mut draft, &key, map.next_value_seed(seed)?);
            } else if let Some((field, rank)) = self.columns.field(&key)
                && !is_finding(&key)
            {
                let value = map.next_value_seed(seed)?;
                let cell = match value {
                    Value::Bool(value) => value.to_string(),
                    Value::List(_) => value.list().join("; "),
                    value => value.text().unwrap_or_default(),
                };
                if !cell.trim().is_empty() && others.get(&field).is_none_or(|(best, _)| rank <= *best) {
                    others.insert(field, (rank, cell));
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        fill(&mut draft, others, self.limits);
        Ok(Some(draft))
    }
}

/// The keys a post is written with.
fn is_ours(key: &str) -> bool {
    matches!(key, "id" | "source" | "marketplace" | "url" | "title" | "body" | "published" | "updated" | "author" | "skills" | "pay" | "client" | "proposals")
}

/// The keys a verdict is written with: what was found out about a post is not the post.
fn is_finding(key: &str) -> bool {
    matches!(key, "format" | "language" | "kind" | "facts" | "verdict" | "score" | "axes" | "flags" | "hints" | "reasons" | "questions" | "note")
}

/// Sets a field of our own schema.
fn set(draft: &mut Draft, key: &str, value: Value) {
    let moment = |value: Value| value.text().and_then(|text| crate::read::stated::moment(&text));
    match key {
        "id" => draft.id = value.text(),
        "source" => draft.source = value.text(),
        "marketplace" => draft.marketplace = value.text(),
        "url" => draft.url = value.text(),
        "title" => draft.title = value.text().unwrap_or_default(),
        "body" => draft.body = value.text().unwrap_or_default(),
        "published" => draft.published = moment(value),
        "updated" => draft.updated = moment(value),
        "author" => draft.author = value.text(),
        "skills" => draft.skills = value.list(),
        "pay" => draft.pay = pay(value),
        "client" => client(draft, value),
        "proposals" => draft.proposals = proposals(value),
        _ => {}
    }
}

fn pay(value: Value) -> Pay {
    let Value::Fields(_) = value else {
        let mut draft = Draft::default();
        cells::put(&mut draft, Field::Pay, &value.text().unwrap_or_default(), false, &Limits::default());
        return draft.pay;
    };
    let kind = value.get_text("kind").as_deref().and_then(PayKind::from_name);
    let currency = value.get_text("currency").map(|code| code.trim().to_uppercase()).filter(|code| (3..=5).contains(&code.len()));
    // A zero is how programs write that no figure is known.
    let amount = |key: &str| value.get(key).number().filter(|&amount| amount > 0.0);
    Pay { kind, min: amount("min"), max: amount("max"), currency }
}

fn client(draft: &mut Draft, value: Value) {
    match value {
        Value::Fields(_) => {
            draft.client = Client {
                payment_verified: value.get("payment_verified").bool(),
                rating: value.get("rating").number().filter(|&stars| stars <= 5.0),
                total_spent: value.get("total_spent").number(),
                hires: value.get("hires").number(),
                jobs_posted: value.get("jobs_posted").number(),
                hire_rate: value.get("hire_rate").number(),
                country: value.get_text("country"),
                member_since: value.get_text("member_since").and_then(|text| crate::read::stated::moment(&text)),
            }
        }
        // Elsewhere the key holds a name.
        name => draft.author = draft.author.take().or_else(|| name.text()),
    }
}

fn proposals(value: Value) -> Proposals {
    let count = |value: &Value| value.number().filter(|&count| count <= f64::from(u32::MAX)).map(|count| count as u32);
    match &value {
        Value::Fields(_) => Proposals { min: count(value.get("min")), max: count(value.get("max")) },
        Value::Number(_) => Proposals { min: count(&value), max: count(&value) },
        Value::Text(text) => crate::read::stated::proposals(text),
        _ => Proposals::default(),
    }
}

/// Fills fields that our own keys left empty from keys of other names.
fn fill(draft: &mut Draft, others: HashMap<Field, (usize, String)>, limits: &Limits) {
    let mut others: Vec<(Field, (usize, String))> = others.into_iter().collect();
    // In a set order: a pay and its kind may meet in one field.
    others.sort_by_key(|(field, _)| *field);
    let pay_stated = draft.pay.is_stated();
    let proposals_stated = draft.proposals != Proposals::default();
    for (field, (_, cell)) in others {
        let taken = match field {
            Field::Id => draft.id.is_some(),
            Field::Title => !draft.title.is_empty(),
            Field::Body => !draft.body.is_empty(),
            Field::Url => draft.url.is_some(),
            Field::Published => draft.published.is_some(),
            Field::Updated => draft.updated.is_some(),
            Field::Author => draft.author.is_some(),
            Field::Skills => !draft.skills.is_empty(),
            Field::Pay | Field::PayHourly | Field::PayMin | Field::PayMax | Field::HourlyMin | Field::HourlyMax => pay_stated,
            Field::PayKind => draft.pay.kind.is_some(),
            Field::Currency => draft.pay.currency.is_some(),
            Field::Marketplace => draft.marketplace.is_some(),
            Field::Country => draft.client.country.is_some(),
            Field::Rating => draft.client.rating.is_some(),
            Field::TotalSpent => draft.client.total_spent.is_some(),
            Field::Hires => draft.client.hires.is_some(),
            Field::JobsPosted => draft.client.jobs_posted.is_some(),
            Field::HireRate => draft.client.hire_rate.is_some(),
            Field::Verified => draft.client.payment_verified.is_some(),
            Field::MemberSince => draft.client.member_since.is_some(),
            Field::Proposals | Field::ProposalsMin | Field::ProposalsMax => proposals_stated,
        };
        if !taken {
            cells::put(draft, field, &cell, false, limits);
        }
    }
    if draft.body.contains("</") || draft.body.contains("<br") {
        draft.markup = crate::post::Markup::Body;
    }
}

/// Reads the elements of an array one by one, so that what is whole is kept and nothing is held twice.
pub(super) struct Array<'a> {
    pub record: Record<'a>,
    pub document: &'a Document,
    pub reading: &'a RefCell<Reading>,
}

impl<'de> DeserializeSeed<'de> for Array<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Array<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(draft) = sequence.next_element_seed(self.record)? {
            number += 1;
            let mut reading = self.reading.borrow_mut();
            if reading.posts.len() >= self.record.limits.posts {
                reading.note(Problem::of(self.document, format!("more than {} records; the rest is left out", self.record.limits.posts)), self.record.limits);
                drop(reading);
                while sequence.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
            let message = match draft.map(|draft| super::post(draft, self.document, "json")) {
                Some(Some(post)) => {
                    reading.posts.push(post);
                    continue;
                }
                Some(None) => "neither a title nor a text",
                None => "no record: a record stands in braces",
            };
            reading.note_with(self.record.limits, || Problem::at(self.document, format!("record {number}"), message));
            if reading.posts.is_empty() && number >= self.record.limits.posts {
                drop(reading);
                while sequence.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Collects the keys of the first object met, then gives up.
pub(super) struct First<'a>(pub &'a RefCell<Vec<String>>);

impl<'de> DeserializeSeed<'de> for First<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for First<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        sequence.next_element_seed(self)?;
        Err(A::Error::custom("the first element is all that is asked for"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.0.borrow().len() < 64 {
                self.0.borrow_mut().push(key);
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
