//! Reads JSON lines into the post record and writes them again, nothing else: what `gigsieve scan --format jsonl` is
//! measured against in `benches/whole/measure.py`, for no judge can be faster than reading what it judges. Lines go
//! through in batches on all threads, in their order, as in a scan; it does not clean, mend or bound what it reads.

use gigsieve::post::{Pay, Proposals};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Record {
    id: Option<String>,
    source: Option<String>,
    marketplace: Option<String>,
    format: Option<String>,
    url: Option<String>,
    title: String,
    body: String,
    published: Option<String>,
    updated: Option<String>,
    author: Option<String>,
    skills: Vec<String>,
    pay: Option<Pay>,
    client: Option<Client>,
    proposals: Option<Proposals>,
}

/// As sources write it: dates stay texts here.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Client {
    payment_verified: Option<bool>,
    rating: Option<f64>,
    total_spent: Option<f64>,
    hires: Option<f64>,
    jobs_posted: Option<f64>,
    hire_rate: Option<f64>,
    country: Option<String>,
    member_since: Option<String>,
}

const BATCH: usize = 1024;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut lines = std::io::stdin().lock().lines();
    loop {
        let batch: Vec<String> = lines.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            return Ok(out.flush()?);
        }
        let copy = |line: String| serde_json::to_string(&serde_json::from_str::<Record>(&line)?);
        for line in batch.into_par_iter().map(copy).collect::<Result<Vec<_>, _>>()? {
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")?;
        }
    }
}
