//! Saved pages become posts: each fixture and some pages too small for a file, field by field. What is no post is said.

use gigsieve::post::{Kind, PayKind, Post};
use gigsieve::read::{self, Document, Limits, Reading};

fn read(html: &str) -> Reading {
    read::read(&Document { source: "page.html".into(), bytes: html.as_bytes().to_vec(), ..Document::default() }, &Limits::default())
}

fn fixture(name: &str) -> Reading {
    let path = format!("{}/fixtures/pages/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    read::read(&Document { source: name.into(), bytes, ..Document::default() }, &Limits::default())
}

type Pay = (Option<PayKind>, Option<f64>, Option<f64>, Option<&'static str>);

/// What a post must state; `published` to the second.
struct Wanted {
    id: &'static str,
    title: &'static str,
    published: Option<&'static str>,
    pay: Pay,
    country: Option<&'static str>,
    verified: Option<bool>,
    rating: Option<f64>,
    spent: Option<f64>,
    proposals: (Option<u32>, Option<u32>),
    skills: &'static [&'static str],
}

fn check(post: &Post, wanted: &Wanted) {
    let name = wanted.title;
    assert_eq!(post.id, wanted.id, "{name}");
    assert_eq!(post.title, wanted.title);
    assert_eq!(post.published.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).as_deref(), wanted.published, "{name}");
    assert_eq!((post.pay.kind, post.pay.min, post.pay.max, post.pay.currency.as_deref()), wanted.pay, "{name}");
    assert_eq!(post.client.country.as_deref(), wanted.country, "{name}");
    assert_eq!(post.client.payment_verified, wanted.verified, "{name}");
    assert_eq!(post.client.rating, wanted.rating, "{name}");
    assert_eq!(post.client.total_spent, wanted.spent, "{name}");
    assert_eq!((post.proposals.min, post.proposals.max), wanted.proposals, "{name}");
    assert_eq!(post.skills, wanted.skills, "{name}");
    assert!(!post.body.contains("highlight") && !post.body.contains("Budget too low") && !post.body.contains('<'), "{name}: {}", post.body);
}

const SEARCH: &[Wanted] = &[
    Wanted {
        id: "1899385345930167272",
        title: "Rewrite our onboarding e-mails so that more trial users finish their first report",
        published: Some("2025-03-11T09:05:44Z"),
        pay: (Some(PayKind::Hourly), Some(45.0), Some(70.0), Some("USD")),
        country: Some("Netherlands"),
        verified: Some(true),
        rating: Some(4.96),
        spent: Some(48210.5),
        proposals: (Some(5), Some(10)),
        skills: &["Email Copywriting", "Customer Retention", "SaaS"],
    },
    Wanted {
        id: "1899379767505847273",
        title: "10 SEO articles needed by tomorrow, simple work for a fast typer",
        published: Some("2025-03-11T08:41:13Z"),
        pay: (Some(PayKind::Fixed), Some(20.0), Some(20.0), Some("USD")),
        country: Some("United States"),
        verified: Some(false),
        rating: None,
        spent: Some(0.0),
        proposals: (Some(50), None),
        skills: &["SEO Writing", "Article Writing"],
    },
    Wanted {
        id: "1899133142430647274",
        title: "Move a small WordPress site to a new host",
        published: Some("2025-03-10T16:24:31Z"),
        pay: (Some(PayKind::Fixed), Some(150.0), Some(150.0), Some("USD")),
        country: Some("Canada"),
        verified: Some(true),
        rating: Some(4.7),
        spent: Some(3150.0),
        proposals: (Some(20), Some(50)),
        skills: &["WordPress", "Website Migration"],
    },
    Wanted {
        id: "1898994982056887275",
        title: "Landing page that explains our soil sensor to growers",
        published: Some("2025-03-10T07:15:09Z"),
        pay: (Some(PayKind::Hourly), Some(30.0), Some(55.0), Some("USD")),
        country: Some("Spain"),
        verified: Some(true),
        rating: Some(5.0),
        spent: Some(12890.75),
        proposals: (Some(10), Some(15)),
        skills: &["Landing Page Design", "Copywriting", "Figma"],
    },
];

#[test]
fn a_search_page_is_read_from_its_state() {
    let reading = fixture("upwork-search.html");
    assert_eq!((reading.posts.len(), reading.problems.len(), reading.format.as_str()), (4, 0, "upwork search page"));
    for (post, wanted) in reading.posts.iter().zip(SEARCH) {
        check(post, wanted);
        assert_eq!(post.url, Some(format!("https://www.upwork.com/jobs/~02{}", wanted.id)));
    }
}

#[test]
fn without_its_state_a_search_page_is_read_from_its_tiles() {
    let path = format!("{}/fixtures/pages/upwork-search.html", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(&path).expect("the fixture is there");
    let (page, _) = page.split_once("<script>").expect("the fixture has a script");
    let reading = read(page);
    assert_eq!(reading.posts.len(), 4);
    for (post, wanted) in reading.posts.iter().zip(SEARCH) {
        assert_eq!((post.id.as_str(), post.title.as_str()), (wanted.id, wanted.title));
        assert_eq!((post.pay.kind, post.pay.min, post.pay.max), (wanted.pay.0, wanted.pay.1, wanted.pay.2), "{}", wanted.title);
        assert_eq!(
            (post.client.payment_verified, post.client.rating, post.client.country.as_deref()),
            (wanted.verified, wanted.rating, wanted.country),
            "{}",
            wanted.title
        );
        // Tiles say "yesterday"; the day is in the id.
        assert_eq!(post.published.map(|at| at.strftime("%Y-%m-%d").to_string()).as_deref(), wanted.published.map(|at| &at[..10]), "{}", wanted.title);
    }
}

#[test]
fn a_fragment_of_a_feed_is_read() {
    let reading = fixture("upwork-feed-fragment.html");
    let told: Vec<_> = reading
        .posts
        .iter()
        .map(|post| (post.pay.kind, post.pay.max, post.client.total_spent, post.proposals.min, post.proposals.max, post.client.country.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (Some(PayKind::Hourly), Some(5.0), Some(900.0), Some(50), None, Some("Australia")),
            (Some(PayKind::Hourly), Some(40.0), Some(7000.0), Some(5), Some(10), Some("Ireland")),
            (Some(PayKind::Hourly), None, Some(2000.0), Some(0), Some(4), Some("Portugal")),
        ]
    );
    assert!(
        reading
            .posts
            .iter()
            .all(|post| post.published.is_some() && post.marketplace.as_deref() == Some("upwork") && !post.body.contains("Just not interested"))
    );
}

#[test]
fn a_job_page_holds_one_post() {
    let reading = fixture("upwork-job.html");
    assert_eq!((reading.posts.len(), reading.format.as_str()), (1, "upwork job page"));
    check(
        &reading.posts[0],
        &Wanted {
            id: "2018675860566966277",
            title: "Find out why repeat orders fell after our price change",
            published: Some("2026-02-03T13:24:40Z"),
            pay: (Some(PayKind::Hourly), Some(35.0), Some(60.0), Some("USD")),
            country: Some("Poland"),
            verified: Some(true),
            rating: Some(4.9),
            spent: Some(30540.2),
            proposals: (Some(8), Some(8)),
            skills: &["Data Analysis", "Customer Retention"],
        },
    );
    assert_eq!((reading.posts[0].client.hires, reading.posts[0].client.hire_rate), (Some(21.0), Some(90.0)));
}

#[test]
fn a_broken_job_posting_is_repaired() {
    let reading = fixture("jobposting.html");
    assert_eq!((reading.posts.len(), reading.problems.len()), (1, 0));
    let post = &reading.posts[0];
    assert_eq!(post.url.as_deref(), Some("https://board.tidewater.example/jobs/technical-editor-flood-gauges"));
    assert_eq!((post.pay.kind, post.pay.min, post.pay.max, post.pay.currency.as_deref()), (Some(PayKind::Hourly), Some(48.0), Some(60.0), Some("EUR")));
    assert_eq!((post.author.as_deref(), post.stated_kind), (Some("Tidewater River Trust"), Some(Kind::Request)));
    assert!(
        post.body.starts_with("Volunteers read our gauges") && post.body.contains("\n\nYou will work with Marit") && !post.body.contains("&lt;"),
        "{}",
        post.body
    );
}

/// Pages of other marketplaces: the page, its marketplace, and of each post title, a part of its text, address, pay.
type Small = (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str, (Option<PayKind>, Option<f64>, Option<f64>))]);

const SMALL: &[Small] = &[
    (
        r#"<html><head><link rel="canonical" href="https://www.freelancer.com/jobs/writing/"></head><body><div class="JobSearchCard-item"><a class="JobSearchCard-primary-heading-link" href="/projects/writing/Speech-for-a-retirement">Speech for a retirement</a><p class="JobSearchCard-primary-description">Four minutes, warm, two anecdotes supplied.</p><div class="JobSearchCard-secondary-price">$95 <span>Avg Bid</span></div><div class="JobSearchCard-secondary-entry">7 bids</div></div><div class="JobSearchCard-item"><a class="JobSearchCard-primary-heading-link" href="/projects/writing/Menu-for-a-bakery">Menu for a bakery</a><p class="JobSearchCard-primary-description">Names for nine breads.</p><div class="JobSearchCard-secondary-price">$10 - $30</div></div></body></html>"#,
        "freelancer",
        &[
            ("Speech for a retirement", "two anecdotes", "https://www.freelancer.com/projects/writing/Speech-for-a-retirement", (None, None, None)),
            (
                "Menu for a bakery",
                "nine breads",
                "https://www.freelancer.com/projects/writing/Menu-for-a-bakery",
                (Some(PayKind::Fixed), Some(10.0), Some(30.0)),
            ),
        ],
    ),
    (
        r#"<!-- saved from url=(0052)https://www.guru.com/d/jobs/ --><ul><li><div class="jobRecord"><h2 class="jobRecord__title"><a href="/jobs/index-for-a-cookbook/2034567">Index for a cookbook</a></h2><div class="jobRecord__budget"><strong>Hourly</strong> | $20-$25</div><p class="jobRecord__desc">An index of 180 recipes by ingredient.</p><a class="skillsList__skill">Indexing</a></div></li></ul>"#,
        "guru",
        &[("Index for a cookbook", "180 recipes", "https://www.guru.com/jobs/index-for-a-cookbook/2034567", (Some(PayKind::Hourly), Some(20.0), Some(25.0)))],
    ),
    (
        r#"<html><head><meta property="og:url" content="https://www.workana.com/jobs"></head><body><div class="project-item"><h2 class="project-title"><a href="/job/voice-for-a-museum-guide">Voice for a museum guide</a></h2><div class="project-details">Twelve short texts, calm voice.</div><div class="budget"><span class="values">USD 100 - 250</span></div><span class="bids">Bids: 14</span></div></body></html>"#,
        "workana",
        &[("Voice for a museum guide", "calm voice", "https://www.workana.com/job/voice-for-a-museum-guide", (None, Some(100.0), Some(250.0)))],
    ),
    (
        r#"<html><head><link rel="canonical" href="https://www.peopleperhour.com/freelance-jobs"></head><body><ul><li class="list__item-x1"><h6 class="item__title-x2"><a class="item__url-x3" href="https://www.peopleperhour.com/freelance-jobs/design/leaflet-for-a-vet-4123456">Leaflet for a vet</a></h6><p class="item__desc-x4">Two sides, for owners of old dogs.</p><div class="card__price-x5"><span>&pound;180</span></div></li></ul></body></html>"#,
        "peopleperhour",
        &[("Leaflet for a vet", "old dogs", "https://www.peopleperhour.com/freelance-jobs/design/leaflet-for-a-vet-4123456", (None, Some(180.0), Some(180.0)))],
    ),
    (
        r#"<html><head><link rel="canonical" href="https://www.fiverr.com/briefs"></head><body><main><div class="u1"><a href="/briefs/a1b2c3">Song for a school play</a><p>Two minutes, three voices, piano score included, budget $120</p></div><div class="u1"><a href="/briefs/d4e5f6">Map of a walking trail</a><p>Hand drawn, eight stops, for a printed folder of A3 size.</p></div></main></body></html>"#,
        "fiverr",
        &[
            ("Song for a school play", "three voices", "https://www.fiverr.com/briefs/a1b2c3", (Some(PayKind::Fixed), Some(120.0), Some(120.0))),
            ("Map of a walking trail", "eight stops", "https://www.fiverr.com/briefs/d4e5f6", (None, None, None)),
        ],
    ),
    (
        r#"<html><head><link rel="canonical" href="https://news.ycombinator.com/item?id=1"></head><body><table><tr class="athing comtr" id="41"><td><table><tr><td class="ind" indent="0"></td><td><span class="comhead"><a class="hnuser">quill</a> <span class="age" title="2026-02-02T10:00:00 1770026400"><a href="item?id=41">1 hour ago</a></span></span><div class="commtext c00">SEEKING FREELANCER | Tide tables | Remote<p>We print tide tables and want them read on phones.</div></td></tr></table></td></tr><tr class="athing comtr" id="42"><td><table><tr><td class="ind" indent="1"></td><td><div class="commtext c00">Is this still open?</div></td></tr></table></td></tr></table></body></html>"#,
        "hackernews",
        &[("SEEKING FREELANCER | Tide tables | Remote", "read on phones", "https://news.ycombinator.com/item?id=41", (None, None, None))],
    ),
    (
        r#"<html><head><link rel="canonical" href="https://www.reddit.com/r/forhire/"></head><body><shreddit-post id="t3_abc" post-title="[Hiring] Proofreader for a zine" permalink="/r/forhire/comments/abc/hiring_proofreader/" created-timestamp="2026-01-05T08:00:00.000000+0000" author="inkwell"><div slot="text-body"><div class="md"><p>Sixteen pages, $80.</p></div></div></shreddit-post></body></html>"#,
        "reddit",
        &[("[Hiring] Proofreader for a zine", "Sixteen pages", "https://www.reddit.com/r/forhire/comments/abc/hiring_proofreader/", (None, None, None))],
    ),
    (
        r#"<html><head><link rel="canonical" href="https://weworkremotely.com/remote-jobs/alder-writer"></head><body><div class="listing-header"><h3>Posted <time datetime="2026-01-05T08:00:00Z">Jan 5</time></h3><h1> Writer </h1></div><div class="company-card"><h2>Alder</h2><h4>Jobs posted: 3</h4></div><section class="job" id="job-show"><div class="listing-container" id="job-listing-show-container"><div>Guides for bee keepers.</div></div></section></body></html>"#,
        "weworkremotely",
        &[("Writer", "bee keepers", "https://weworkremotely.com/remote-jobs/alder-writer", (None, None, None))],
    ),
];

#[test]
fn other_marketplaces_are_read_by_their_layouts() {
    for (page, marketplace, wanted) in SMALL {
        let reading = read(page);
        let got: Vec<_> =
            reading.posts.iter().map(|post| (post.title.as_str(), post.url.as_deref().unwrap_or(""), (post.pay.kind, post.pay.min, post.pay.max))).collect();
        assert_eq!(got, wanted.iter().map(|(title, _, url, pay)| (*title, *url, *pay)).collect::<Vec<_>>(), "{marketplace}: {}", reading.why);
        for (post, (_, part, _, _)) in reading.posts.iter().zip(*wanted) {
            assert!(post.body.contains(part), "{marketplace}: {}", post.body);
            assert_eq!(post.marketplace.as_deref(), Some(*marketplace));
        }
    }
}

#[test]
fn pages_without_a_post_are_said() {
    for (page, said) in [
        (
            "<html><head><title>www.x.example</title></head><body><h1>This site can\u{2019}t be reached</h1><p>Check the address.</p></body></html>",
            "browser's own error page",
        ),
        (
            "<html><head><title>Privacy error</title></head><body><h1>Your connection is not private</h1><p>Somebody might be listening.</p></body></html>",
            "browser's own error page",
        ),
        ("<html><head><title>Before you continue</title></head><body><p>This site would like to keep cookies of all kinds.</p></body></html>", "consent"),
        ("<html><head><title>Waiting Room</title></head><body><p>Many people are here. You will be let in soon.</p></body></html>", "challenge"),
        ("<html><head><title>Board</title></head><body><h1>Verify your email to proceed</h1><p>A link is on its way to you.</p></body></html>", "login"),
        ("<html><head><title>Just a moment...</title></head><body><p>Enable JavaScript and cookies to continue</p></body></html>", "challenge"),
        ("<html><head><title>Log In - Upwork</title></head><body><form>Log in to Upwork <input type=password></form></body></html>", "login"),
        (
            "<html><head><title>Upwork</title></head><body><main>This job is private. Only freelancers invited by the client can view it.</main></body></html>",
            "private",
        ),
        ("<html><head><title>Job</title></head><body><main>This job posting is no longer available.</main></body></html>", "removed"),
        ("<html><head><title>Jobs</title></head><body><main>There are no results that match your search.</main></body></html>", "without a single job"),
        (
            "<html><head><title>Q. Alder</title><link rel=canonical href='https://www.upwork.com/freelancers/~01aaaaaaaaaaaaaaaa'></head><body><main><h1>Q. Alder</h1><p>I draw maps of walking trails.</p></main></body></html>",
            "without a post",
        ),
        ("<html><head><title>App</title></head><body><div id=root></div><script>start()</script></body></html>", "no text"),
    ] {
        let reading = read(page);
        assert!(reading.posts.is_empty(), "{page}");
        assert_eq!(reading.problems.len(), 1, "{page}");
        assert!(reading.problems[0].message.contains(said), "{page}: {}", reading.problems[0].message);
    }
}

#[test]
fn any_page_is_read_through_its_main_text() {
    let reading = read(
        r#"<html><head><title>Help wanted | Mill Lane Allotments</title></head><body><nav><a href="/">Home</a> <a href="/rent">Rent a plot</a></nav><main><article><h1>Someone to film our harvest day</h1><p>On 6 September we bring in the pumpkins and would like a short film that brings younger members.</p><p>We can pay 400 pounds. This job page has no marks of any kind.</p></article></main><footer>Copyright, Log in</footer></body></html>"#,
    );
    assert_eq!((reading.posts.len(), reading.format.as_str()), (1, "any page"));
    let post = &reading.posts[0];
    assert_eq!(post.title, "Someone to film our harvest day");
    assert!(post.body.starts_with("On 6 September") && !post.body.contains("Rent a plot") && !post.body.contains("Copyright"), "{}", post.body);
}

#[test]
fn microdata_is_read() {
    let reading = read(
        r#"<html><body><div itemscope itemtype="https://schema.org/JobPosting"><h2 itemprop="title">Indexer</h2><meta itemprop="datePosted" content="2026-01-05"><div itemprop="baseSalary" itemscope itemtype="https://schema.org/MonetaryAmount"><meta itemprop="currency" content="GBP"><span itemprop="value" itemscope><meta itemprop="minValue" content="20"><meta itemprop="maxValue" content="30"><meta itemprop="unitText" content="HOUR"></span></div><div itemprop="description"><p>A book on lichens.</p></div></div></body></html>"#,
    );
    let post = &reading.posts[0];
    assert_eq!((post.title.as_str(), post.body.as_str()), ("Indexer", "A book on lichens."));
    assert_eq!((post.pay.kind, post.pay.min, post.pay.max, post.pay.currency.as_deref()), (Some(PayKind::Hourly), Some(20.0), Some(30.0), Some("GBP")));
}

#[test]
fn other_posts_on_the_page_of_one_are_left_out() {
    let row = |id: u32, title: &str| {
        format!(
            r#"<tr class="job" data-id="{id}" data-url="/remote-jobs/{id}-{}"><td><h2 itemprop="title">{title}</h2><script type="application/ld+json">{{"@type":"JobPosting","title":"{title}","description":"About {title}."}}</script></td></tr>"#,
            title.to_lowercase()
        )
    };
    let list = format!("{}{}", row(77001, "Archivist"), row(77002, "Cartographer"));
    for (address, titles) in
        [("https://remoteok.com/remote-jobs/77001-archivist", vec!["Archivist"]), ("https://remoteok.com/remote-dev-jobs", vec!["Archivist", "Cartographer"])]
    {
        let reading = read(&format!("<html><head><link rel=canonical href='{address}'></head><body><table>{list}</table></body></html>"));
        assert_eq!(reading.posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), titles, "{address}");
    }
}

#[test]
fn hostile_pages_end_in_bounded_time() {
    let state = format!("<script>window.__NUXT__=(function(a){{return {{x:[{}]}}}}(\"{}\"))</script>", "a,".repeat(100_000), "y".repeat(100_000));
    for (name, page) in [
        ("nested tags", format!("<html><body><p>Before.</p>{}", "<div>".repeat(100_000))),
        ("misnested tags", format!("<html><body><p>Before.</p>{}", "<b><div></b>".repeat(50_000))),
        (
            "unclosed formatting",
            format!("<html><body><p>Before.</p>{}{}", (0..900).map(|n| format!("<font size={n}>")).collect::<String>(), "<p>x".repeat(50_000)),
        ),
        ("attributes", format!("<html><body><p>Before.</p><a {}>", (0..100_000).map(|n| format!("b{n} ")).collect::<String>())),
        ("nul bytes", format!("<html><body><p>Before.</p>{}", "\0".repeat(1_000_000))),
        ("a state that describes gigabytes", format!("<html><body><p>Before, a text of some length.</p>{state}")),
        ("deep state", format!("<html><body><p>Before, a text of some length.</p><script>window.__NUXT__={}</script>", "[".repeat(100_000))),
        (
            "deep json-ld",
            format!(
                "<html><body><p>Before, a text of some length.</p><script type='application/ld+json'>{{\"a\":\"JobPosting\",\"b\":{}</script>",
                "[".repeat(100_000)
            ),
        ),
    ] {
        let start = std::time::Instant::now();
        let reading = read(&page);
        assert!(start.elapsed().as_secs() < 20, "{name}: {:?}", start.elapsed());
        assert!(reading.posts.iter().all(|post| post.body.len() < 1 << 20), "{name}");
        assert!(!reading.posts.is_empty() || !reading.problems.is_empty(), "{name}");
    }
}

#[test]
fn peopleperhour_state_completes_what_its_tiles_show() {
    let page = |tiles: &str| {
        format!(
            r#"<html><head><title>Jobs</title><link rel="canonical" href="https://www.peopleperhour.com/freelance-jobs"></head><body><ul>{tiles}</ul><script>window.PPHReact={{}};
window.PPHReact.initialState={{"freelanceJobs":{{"main":{{"data":[{{"id":"4100001","type":"projects"}}]}}}},"entities":{{"projects":{{"4100001":{{"id":"4100001","attributes":{{
"proj_id":4100001,"title":"Paint a sign for our ferry","proj_desc":"The old sign has faded.\nWe need a new one by June, in oil paint.","budget":90,"currency":"GBP","project_type":"fixed_price",
"posted_dt":"2026-02-03 10:20:30","proposalCount":4,"url":"https://www.peopleperhour.com/freelance-jobs/design/paint-a-sign-4100001","client":{{"country":"United Kingdom"}}}}}}}}}}}};
window.PPHReact.data={{routes:function(){{return "a;b"}}}};</script></body></html>"#
        )
    };
    let tile = r#"<li class="list__item~List~2y"><div class="item~ListItem~1i"><div class="card__price~ListItem~3V"><span>$121</span></div>
<h6 class="item__title~ListItem~2F"><a class="item__url~ListItem~20" href="https://www.peopleperhour.com/freelance-jobs/design/paint-a-sign-4100001">Paint a sign for our ferry</a></h6>
<p class="item__desc~ListItem~3f">The old sign has faded. We need...</p><div class="card__footer~ListItem~1K"><span>1 day ago</span><span>4 proposals</span></div></div></li>"#;
    for tiles in [tile, ""] {
        let reading = read(&page(tiles));
        let [post] = &reading.posts[..] else { panic!("{} posts, {:?}", reading.posts.len(), reading.problems) };
        assert_eq!((post.id.as_str(), post.title.as_str()), ("4100001", "Paint a sign for our ferry"));
        assert_eq!((post.pay.kind, post.pay.max, post.pay.currency.as_deref()), (Some(PayKind::Fixed), Some(90.0), Some("GBP")));
        assert_eq!(post.published.map(|at| at.to_string()).as_deref(), Some("2026-02-03T10:20:30Z"));
        assert_eq!((post.proposals.max, post.client.country.as_deref()), (Some(4), Some("United Kingdom")));
        assert!(post.body.ends_with("in oil paint."), "{}", post.body);
        assert!(reading.why.contains("window.PPHReact; best effort"), "{}", reading.why);
    }
}

#[test]
fn a_list_of_workana_that_was_not_drawn_is_read() {
    let list = r#"{"results":[{"slug":"repintar-el-faro","title":"<a href=\"/job/repintar-el-faro\"><span title=\"Repintar el faro del puerto\">Repintar el faro...</span></a>",
"description":"Buscamos un pintor<br/>para el faro.","budget":"USD 100 - 250","isHourly":false,"totalBids":"Propuestas: 7","authorName":"L. M.","hasVerifiedPaymentMethod":true,
"country":"<a href=\"/x\"><img title=\"Uruguay\"></a>","rating":{"label":"4.80"},"skills":[{"anchorText":"Pintura"}]}]}"#;
    let page = format!(
        r#"<html><head><title>Trabajos</title><link rel="canonical" href="https://www.workana.com/jobs"></head><body><search :results-initials="{}"></search></body></html>"#,
        list.replace('&', "&amp;").replace('"', "&quot;")
    );
    let reading = read(&page);
    let [post] = &reading.posts[..] else { panic!("{} posts, {:?}", reading.posts.len(), reading.problems) };
    assert!(reading.why.contains("<search> element (best effort"), "{}", reading.why);
    assert_eq!((post.title.as_str(), post.url.as_deref()), ("Repintar el faro del puerto", Some("https://www.workana.com/job/repintar-el-faro")));
    assert_eq!((post.pay.kind, post.pay.min, post.pay.max, post.pay.currency.as_deref()), (Some(PayKind::Fixed), Some(100.0), Some(250.0), Some("USD")));
    assert_eq!((post.client.payment_verified, post.client.rating, post.client.country.as_deref()), (Some(true), Some(4.8), Some("Uruguay")));
    assert_eq!((post.proposals.max, post.skills.clone()), (Some(7), vec!["Pintura".to_owned()]));
    assert!(post.body.contains("Buscamos un pintor") && !post.body.contains("<br"), "{}", post.body);
}

#[test]
fn a_page_may_have_any_letter_at_any_byte() {
    // The head is looked at up to a byte that may lie inside a letter.
    for before in 4080..4100 {
        let reading = read(&format!(
            "<html><body><h1>A sign for our ferry</h1><p>{}\u{e000}\u{1f980} We need it in oil paint, by June.</p></body></html>",
            "a".repeat(before - 48)
        ));
        assert_eq!(reading.posts.len(), 1, "{before}: {:?}", reading.problems);
    }
}
