use std::io::{Read, Write};
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let sieve = gigsieve::sieve::Sieve::default();
    let set = sieve.rules();
    let document = gigsieve::read::Document { source: "x".into(), bytes: text.as_bytes().into(), ..Default::default() };
    let reading = gigsieve::read::records::read(&document, &gigsieve::read::Limits { ..Default::default() });
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for post in &reading.posts {
        let findings = sieve.findings(post);
        let facts = gigsieve::facts::Facts::of(post);
        let judgement = sieve.judge(post);
        let hits: Vec<_> = findings.hits.iter().map(|hit| {
            let rule = &set.rules[hit.rule];
            let quote = hit.spot.as_ref().map(|(f, s)| if f.name() == "title" { post.title[s.clone()].to_string() } else { post.body[s.clone()].to_string() });
            let field = hit.spot.as_ref().map(|(f, _)| f.name());
            let start = hit.spot.as_ref().map(|(_, s)| s.start);
            serde_json::json!([rule.id, set.family(rule).id, rule.sure, rule.points, field, start, quote])
        }).collect();
        let known: std::collections::BTreeMap<_, _> = facts.known().collect();
        let record = serde_json::json!({"id": post.id, "title": post.title, "body": post.body, "hits": hits, "facts": known, "kind": judgement.verdict.kind.id(), "score": judgement.verdict.score, "tier": judgement.verdict.tier.name(), "language": judgement.language});
        writeln!(out, "{record}").unwrap();
    }
}
