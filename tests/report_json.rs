//! JSON and JSONL against the contract: the published schema, offsets that lead to the quote, sums that add up.

#[path = "report/world.rs"]
mod world;

use gigsieve::cli::Format;
use gigsieve::report::{self, Screen};
use serde_json::Value;

fn records() -> Vec<Value> {
    let sieve = world::sieve();
    let mut posts = world::posts();
    posts.push(world::hostile());
    let text = report::write(Format::Json, &sieve, &world::report(&sieve, posts), Screen { columns: 80, links: false });
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_record_keeps_to_the_published_schema() {
    let schema: Value = serde_json::from_str(report::json::SCHEMA).unwrap();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("record.schema.json", schema).unwrap();
    let mut schemas = boon::Schemas::new();
    let compiled = compiler.compile("record.schema.json", &mut schemas).unwrap();
    for record in records() {
        if let Err(error) = schemas.validate(&record, compiled) {
            panic!("{error:#}\n{record:#}");
        }
        // The schema is no blank cheque: a record without a field, or with one too many, fails.
        for key in record.as_object().unwrap().keys() {
            let mut less = record.clone();
            less.as_object_mut().unwrap().shift_remove(key);
            assert!(schemas.validate(&less, compiled).is_err(), "without {key}");
        }
        let mut more = record.clone();
        more["surprise"] = Value::Null;
        assert!(schemas.validate(&more, compiled).is_err());
    }
}

#[test]
fn offsets_lead_to_the_quote() {
    let mut seen = 0;
    for record in records() {
        for flag in record["flags"].as_array().unwrap().iter().chain(record["hints"].as_array().unwrap()) {
            let Some(field) = flag["field"].as_str() else { continue };
            let span = flag["start"].as_u64().unwrap() as usize..flag["end"].as_u64().unwrap() as usize;
            assert_eq!(record[field].as_str().unwrap().get(span), flag["quote"].as_str(), "{flag}");
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen} quotes seen");
}

#[test]
fn reasons_add_up_to_the_score() {
    for record in records() {
        let sum: i64 = record["reasons"].as_array().unwrap().iter().map(|reason| reason["points"].as_i64().unwrap()).sum();
        assert_eq!(50 + sum, record["score"].as_i64().unwrap(), "{record}");
    }
}

#[test]
fn lines_are_the_same_records() {
    let sieve = world::sieve();
    let report = world::report(&sieve, world::posts());
    let screen = Screen { columns: 80, links: false };
    let lines: Vec<Value> = report::write(Format::Jsonl, &sieve, &report, screen).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let array: Vec<Value> = serde_json::from_str(&report::write(Format::Json, &sieve, &report, screen)).unwrap();
    assert_eq!(lines, array);
}
