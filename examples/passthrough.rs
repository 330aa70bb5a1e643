//! Reads JSON lines into the post record and writes them again, nothing else: what `gigsieve scan --format jsonl` is
//! measured against in `benches/whole/measure.py`, for no judge can be faster than reading what it judges.

use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};

#[derive(Serialize, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Record {
    id: Option<String>,
    marketplace: Option<String>,
    url: Option<String>,
    title: String,
    body: String,
    published: Option<String>,
    skills: Vec<String>,
    pay: Option<Pay>,
    client: Option<serde_json::Map<String, serde_json::Value>>,
    proposals: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Pay {
    kind: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
    currency: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let record: Record = serde_json::from_str(&line?)?;
        serde_json::to_writer(&mut out, &record)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
