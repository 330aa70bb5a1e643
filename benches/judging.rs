//! What judging one post costs, by its stages, and how the cost grows with the number of rules. `cargo bench`.
//!
//! The posts are those of `fixtures/`, cut to about 1.5 KB, which is what a real post has (median of 9,420 posts).

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gigsieve::facts::Facts;
use gigsieve::post::{Draft, Post};
use gigsieve::profile::Profile;
use gigsieve::read::{Document, Limits, read};
use gigsieve::rules::RuleSet;
use gigsieve::rules::file::load;
use gigsieve::sieve::Sieve;
use gigsieve::text::{self, Folded};
use std::hint::black_box;
use std::path::Path;

/// Posts of about 1.5 KB: neighbours of the fixtures joined until they are long enough.
fn posts() -> Vec<Post> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records/posts.jsonl");
    let bytes = std::fs::read(&folder).expect("the fixtures are there");
    let document = Document { bytes, ..Document::default() };
    let read = read(&document, &Limits::default()).posts;
    let mut posts = Vec::new();
    let mut body = String::new();
    for post in read {
        body.push_str(&post.body);
        body.push_str("\n\n");
        if body.len() >= 1400 {
            let draft = Draft { title: post.title, body: std::mem::take(&mut body), ..Draft::default() };
            posts.push(draft.finish());
        }
    }
    assert!(!posts.is_empty(), "the fixtures hold posts");
    posts
}

fn stages(criterion: &mut Criterion) {
    let posts = posts();
    let bytes: u64 = posts.iter().map(|post| post.body.len() as u64).sum();
    let sieve = Sieve::default();
    let mut group = criterion.benchmark_group(format!("{} posts of {} bytes", posts.len(), bytes / posts.len() as u64));
    group.throughput(Throughput::Elements(posts.len() as u64));
    group.bench_function("clean", |bench| bench.iter(|| posts.iter().map(|post| text::clean(black_box(&post.body)).len()).sum::<usize>()));
    group.bench_function("fold", |bench| bench.iter(|| posts.iter().map(|post| Folded::of(black_box(&post.body)).text.len()).sum::<usize>()));
    group.bench_function("facts", |bench| bench.iter(|| posts.iter().map(|post| Facts::of(black_box(post)).known().count()).sum::<usize>()));
    group.bench_function("find", |bench| bench.iter(|| posts.iter().map(|post| sieve.findings(black_box(post)).hits.len()).sum::<usize>()));
    group.bench_function("judge", |bench| bench.iter(|| posts.iter().map(|post| sieve.judge(black_box(post)).verdict.score).sum::<i32>()));
    group.finish();
}

/// Every so many rules of the built-in set, judged alone.
fn rules(criterion: &mut Criterion) {
    let posts = posts();
    let mut group = criterion.benchmark_group("judge by number of rules");
    for every in [8, 4, 2, 1] {
        let mut set = RuleSet::builtin();
        let mut at = 0;
        for rule in &mut set.rules {
            at += 1;
            if at % every != 0 {
                rule.regexes.clear();
                rule.phrases.clear();
            }
        }
        let kept = set.rules.iter().filter(|rule| !rule.regexes.is_empty()).count();
        let sieve = Sieve::new(set, Profile::default());
        group.bench_with_input(BenchmarkId::from_parameter(kept), &posts, |bench, posts| {
            bench.iter(|| posts.iter().map(|post| sieve.judge(black_box(post)).verdict.score).sum::<i32>());
        });
    }
    group.finish();
}

fn start(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start");
    group.sample_size(20);
    group.bench_function("rules the build made ready", |bench| bench.iter(Sieve::default));
    group.bench_function("rules from their files", |bench| bench.iter(|| load(&RuleSet::builtin_files()).map(|set| set.rules.len())));
    group.finish();
}

criterion_group!(benches, stages, rules, start);
criterion_main!(benches);
