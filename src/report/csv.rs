//! The report as a table: every post, best first. A spreadsheet takes a cell that starts with `=`, `+`, `-` or `@` for
//! a formula; such cells get an apostrophe in front.

use super::{Judged, Report, wording};
use crate::post::PayKind;
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::verdict::Tier;

const COLUMNS: &[&str] = &[
    "verdict",
    "score",
    "objective",
    "tactical",
    "title",
    "url",
    "pay_kind",
    "pay_min",
    "pay_max",
    "currency",
    "published",
    "updated",
    "kind",
    "language",
    "for",
    "against",
    "questions",
    "note",
    "client_payment_verified",
    "client_rating",
    "client_total_spent",
    "client_hires",
    "client_jobs_posted",
    "client_hire_rate",
    "client_country",
    "client_member_since",
    "proposals_min",
    "proposals_max",
    "skills",
    "author",
    "marketplace",
    "source",
    "format",
    "id",
    "body",
];

/// All posts, a row each, under a row of names.
pub fn table(sieve: &Sieve, report: &Report) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let rows = [Tier::Apply, Tier::Maybe, Tier::Skip].into_iter().flat_map(|tier| report.tier(tier)).map(|judged| row(sieve, judged));
    let header = COLUMNS.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    for cells in std::iter::once(header).chain(rows) {
        writer.write_record(&cells).expect("rows are of one length and memory takes them");
    }
    let bytes = writer.into_inner().expect("memory takes all bytes");
    String::from_utf8(bytes).expect("cells are UTF-8")
}

fn row(sieve: &Sieve, judged: &Judged) -> Vec<String> {
    let post = &judged.post;
    let verdict = &judged.judgement.verdict;
    let text = |text: Option<&str>| safe(text.unwrap_or_default());
    let number = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
    let moment = |moment: Option<jiff::Timestamp>| moment.map_or(String::new(), |moment| moment.to_string());
    let client = &post.client;
    vec![
        verdict.tier.name().to_owned(),
        verdict.score.to_string(),
        verdict.objective.to_string(),
        verdict.tactical.to_string(),
        safe(&post.title),
        text(post.url.as_deref()),
        post.pay.kind.map_or(String::new(), |kind: PayKind| kind.name().to_owned()),
        number(post.pay.min),
        number(post.pay.max),
        text(post.pay.currency.as_deref()),
        moment(post.published),
        moment(post.updated),
        verdict.kind.id().to_owned(),
        text(judged.judgement.language),
        reasons(sieve, judged, Polarity::Green),
        reasons(sieve, judged, Polarity::Red),
        safe(&verdict.questions.join("\n")),
        text(verdict.note.as_deref()),
        client.payment_verified.map_or(String::new(), |verified| verified.to_string()),
        number(client.rating),
        number(client.total_spent),
        number(client.hires),
        number(client.jobs_posted),
        number(client.hire_rate),
        text(client.country.as_deref()),
        moment(client.member_since),
        number(post.proposals.min.map(f64::from)),
        number(post.proposals.max.map(f64::from)),
        safe(&post.skills.join(", ")),
        text(post.author.as_deref()),
        text(post.marketplace.as_deref()),
        text(post.source.as_deref()),
        text(post.format.as_deref()),
        safe(&post.id),
        safe(&post.body),
    ]
}

/// The flags of a polarity, a line each: family and quote.
fn reasons(sieve: &Sieve, judged: &Judged, polarity: Polarity) -> String {
    let set = sieve.rules();
    let lines: Vec<String> = wording::strongest(sieve, judged, polarity, usize::MAX)
        .into_iter()
        .map(|finding| {
            let rule = &set.rules[finding.hit.rule];
            let quote = wording::one_line(&judged.quote(rule, finding));
            let family = &set.family(rule).id;
            if quote.is_empty() { family.clone() } else { format!("{family}: {quote}") }
        })
        .collect();
    safe(&lines.join("\n"))
}

/// A cell that no spreadsheet computes.
fn safe(text: &str) -> String {
    // The wide forms count too: spreadsheets set to East Asian languages read them alike.
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn formulas_become_words() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("+1", "'+1"),
            ("\tx", "'\tx"),
            ("＝1", "'＝1"),
            ("plain = sign", "plain = sign"),
            ("", ""),
        ] {
            assert_eq!(safe(text), cell);
        }
    }
}
