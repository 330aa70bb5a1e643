//! The little world the report tests share: rules of their own, so that a report is tested and not the built-in
//! rules, and posts that show every part of a report.

use gigsieve::post::{Client, Draft, Pay, PayKind, Post, Proposals};
use gigsieve::profile::Profile;
use gigsieve::report::{Judged, Report};
use gigsieve::rules::file;
use gigsieve::sieve::Sieve;
use jiff::Timestamp;

const RULES: &[(&str, &str)] = &[
    (
        "red/payment-terms.toml",
        r#"
        family = "payment-terms"
        polarity = "red"
        cap = 20
        [[rule]]
        id = "net-days"
        weight = 14
        why = "Money that comes half a year later is a loan to the client."
        phrases = ["net 180"]
        ask = "Could the first payment come within 15 days?"
        hits = ["Terms are net 180.", "We pay net 180."]
        misses = ["Terms are net 15.", "A net of 180 knots."]
        [[rule]]
        id = "free-sample"
        weight = 12
        why = "A test made for this client is work, and work is paid."
        phrases = ["free sample"]
        ask = "Is the test paid?"
        hits = ["Send a free sample.", "A free sample comes first."]
        misses = ["Send a sample.", "Samples are paid."]
    "#,
    ),
    (
        "red/rush-deadline.toml",
        r#"
        family = "rush-deadline"
        polarity = "red"
        [[rule]]
        id = "by-tomorrow"
        weight = 9
        why = "A deadline of a day leaves no time to think."
        phrases = ["by tomorrow"]
        hits = ["Needed by tomorrow.", "Send it by tomorrow."]
        misses = ["Tomorrow we talk.", "By next month."]
    "#,
    ),
    (
        "red/hostile-tone.toml",
        r#"
        family = "hostile-tone"
        polarity = "red"
        [[rule]]
        id = "no-time-wasters"
        weight = 4
        sure = 30
        why = "Who threatens before hello will threaten later."
        phrases = ["time wasters"]
        hits = ["No time wasters.", "Time wasters go away."]
        misses = ["We value your time.", "It wastes time."]
    "#,
    ),
    (
        "green/business-objective.toml",
        r#"
        family = "business-objective"
        polarity = "green"
        [[rule]]
        id = "raise-leads"
        weight = 15
        why = "The client says what the work must achieve, so your ideas can count."
        phrases = ["more leads", "lead generation"]
        hits = ["We need more leads.", "Help with lead generation."]
        misses = ["He leads us.", "A new generation."]
    "#,
    ),
    (
        "green/collaboration.toml",
        r#"
        family = "collaboration"
        polarity = "green"
        [[rule]]
        id = "your-advice"
        weight = 40
        why = "The client asks before deciding."
        phrases = ["your advice"]
        hits = ["We want your advice.", "Give us your advice."]
        misses = ["Our advice is free.", "Advice for you."]
    "#,
    ),
    (
        "kind/offer.toml",
        r#"
        family = "offer"
        polarity = "kind"
        [[rule]]
        id = "for-hire"
        sure = 95
        phrases = ["for hire"]
        place = "title"
        hits = ["For hire: editor", "[For hire] Designer"]
        misses = ["Hiring an editor", "We hire"]
    "#,
    ),
];

/// A sieve with the rules above and nothing else.
pub fn sieve() -> Sieve {
    let files: Vec<(String, String)> = RULES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let set = file::load(&files).unwrap_or_else(|errors| panic!("{}", errors[0]));
    Sieve::new(set, Profile::default())
}

/// The moment all reports of the tests are written at.
pub fn now() -> Timestamp {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

fn post(id: &str, title: &str, body: &str) -> Draft {
    Draft { id: Some(id.into()), source: Some("inbox.jsonl".into()), title: title.into(), body: body.into(), ..Draft::default() }
}

/// A post for every part of a report: two to apply to, a maybe without any evidence, two to skip for different
/// reasons, one in Japanese.
pub fn posts() -> Vec<Post> {
    vec![
        Draft {
            url: Some("https://jobs.example/posts/7?from=feed".into()),
            marketplace: Some("example".into()),
            published: "2026-03-10T09:00:00Z".parse().ok(),
            skills: vec!["Copywriting".into(), "Landing pages".into()],
            pay: Pay { kind: Some(PayKind::Hourly), min: Some(45.0), max: Some(60.0), currency: Some("USD".into()) },
            client: Client { payment_verified: Some(true), rating: Some(4.9), total_spent: Some(12_400.0), hire_rate: Some(85.0), country: Some("Norway".into()), ..Client::default() },
            proposals: Proposals { min: Some(5), max: Some(10) },
            ..post(
                "p7",
                "Landing page copy for a ferry line",
                "We run three ferries and want more leads for group trips before the spring season opens.\n\nYou would talk to our booking team first. We want your advice on what to say and what to leave out.\n\n- The offer page, about 600 words\n- Two follow-up mails",
            )
        }
        .finish(),
        post("p2", "Help with lead generation", "Our lead generation has stalled since the new site went live. We would like your advice. Payment is net 180, sorry about that; no time wasters please.").finish(),
        post("p3", "Logo", "A logo for a bakery.").finish(),
        Draft { pay: Pay { kind: Some(PayKind::Fixed), min: Some(5.0), max: Some(5.0), currency: Some("USD".into()) }, ..post("p4", "Article of 432 words", "Needed by tomorrow. Send a free sample first, payment is net 180.") }.finish(),
        post("p5", "[For hire] Patient editor", "I edit theses and take on two more this month.").finish(),
        post("p6", "東京のカフェのウェブサイト", "小さなカフェのためのウェブサイトを作ってくれる人を探しています。写真とメニューはこちらで用意します。").finish(),
    ]
}

/// A post that tries every trick a text can try.
pub fn hostile() -> Post {
    Draft {
        url: Some("javascript:alert(document.domain)//https://ok.example".into()),
        marketplace: Some("=cmd|' /C calc'!A0".into()),
        author: Some("<b>x</b>".into()),
        skills: vec!["<script>alert(3)</script>".into(), "@SUM(A1)".into()],
        client: Client { country: Some("\"><svg onload=alert(4)>".into()), ..Client::default() },
        ..post(
            "=1+1",
            "=HYPERLINK(\"http://evil.example\",\"x\")</script><script>alert(1)</script> \u{1b}[31mred \u{202e}detrevni",
            "</script><img src=x onerror=alert(2)> ![p](http://evil.example/p.png) [link](javascript:alert(5)) {{ 7*7 }} {% raw %} ]]> --> \u{1b}]8;;http://evil.example\u{1b}\\click\u{7} your advice <b>more leads</b> by tomorrow\n# heading\n| a | b |\n-1+2 &lt;b&gt; \u{2028}end \u{200b}\u{feff}zero",
        )
    }
    .finish()
}

/// A report of some posts.
pub fn report(sieve: &Sieve, posts: Vec<Post>) -> Report {
    let judged = posts.into_iter().map(|post| Judged { judgement: sieve.judge(&post), post }).collect();
    Report::new(judged, now())
}
