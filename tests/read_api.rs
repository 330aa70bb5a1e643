//! Answers of APIs and other JSON become posts: the fixtures, then one small answer for each shape known.

use gigsieve::post::{Kind, PayKind, Post};
use gigsieve::read::{self, Document, Limits, Reading};

fn read(text: &str) -> Reading {
    read::read(&Document { source: "answer.json".into(), bytes: text.as_bytes().to_vec(), ..Document::default() }, &Limits::default())
}

fn fixture(name: &str) -> Reading {
    let path = format!("{}/fixtures/api/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    read::read(&Document { source: name.into(), bytes, ..Document::default() }, &Limits::default())
}

#[test]
fn projects_of_freelancer_com_keep_their_clients() {
    let reading = fixture("freelancer-projects.json");
    assert_eq!((reading.format.as_str(), reading.problems.len()), ("freelancer api", 0));
    let told: Vec<_> = reading
        .posts
        .iter()
        .map(|post| {
            (
                post.id.as_str(),
                post.pay.kind,
                post.pay.min,
                post.pay.max,
                post.pay.currency.as_deref(),
                post.client.payment_verified,
                post.client.rating,
                post.client.country.as_deref(),
                post.proposals.min,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("40112001", Some(PayKind::Fixed), Some(10.0), Some(30.0), Some("USD"), Some(false), None, Some("United States"), Some(64)),
            ("40112002", Some(PayKind::Fixed), Some(750.0), Some(1500.0), Some("EUR"), Some(true), Some(4.9), Some("Belgium"), Some(11)),
            ("40112003", Some(PayKind::Hourly), Some(100.0), Some(400.0), Some("INR"), Some(true), Some(3.2), Some("India"), Some(118)),
            ("40112004", Some(PayKind::Hourly), Some(25.0), Some(40.0), Some("GBP"), Some(true), Some(5.0), Some("United Kingdom"), Some(23)),
        ]
    );
    let first = &reading.posts[0];
    assert_eq!(first.url.as_deref(), Some("https://www.freelancer.com/projects/graphic-design/Logo-one-hour"));
    assert_eq!(first.published.map(|at| at.to_string()).as_deref(), Some("2026-01-01T10:00:00Z"));
    assert_eq!(first.skills, ["Logo Design", "Graphic Design"]);
}

#[test]
fn a_javascript_module_of_posts_is_read() {
    let reading = fixture("board-jobs.js");
    assert_eq!((reading.posts.len(), reading.problems.len()), (3, 0));
    assert_eq!(
        (reading.posts[0].pay.min, reading.posts[0].title.as_str(), reading.posts[0].author.as_deref()),
        (None, "Writer for garden guides", Some("Larch & Loam"))
    );
    assert_eq!(
        (reading.posts[1].stated_kind, reading.posts[1].pay.max, reading.posts[1].pay.currency.as_deref()),
        (Some(Kind::Employment), Some(120e3), Some("EUR"))
    );
}

/// One post of an answer: id, title, part of the text, address, publication, pay.
type One =
    (&'static str, &'static str, &'static str, Option<&'static str>, Option<&'static str>, (Option<PayKind>, Option<f64>, Option<f64>, Option<&'static str>));

fn check(name: &str, post: &Post, wanted: &One) {
    let (id, title, part, url, published, pay) = wanted;
    assert_eq!((post.id.as_str(), post.title.as_str()), (*id, *title), "{name}");
    assert!(post.body.contains(part), "{name}: {}", post.body);
    assert_eq!(post.url.as_deref(), *url, "{name}");
    assert_eq!(post.published.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).as_deref(), *published, "{name}");
    assert_eq!((post.pay.kind, post.pay.min, post.pay.max, post.pay.currency.as_deref()), *pay, "{name}");
}

const ANSWERS: &[(&str, &str, &[One])] = &[
    (
        "upwork search",
        r#"{"data":{"search":{"universalSearchNuxt":{"userJobSearchV1":{"results":[{"id":"1899385345930167272","title":"H^Write^H a leaflet","description":"For H^walkers^H.","ontologySkills":[{"prefLabel":"Writing"}],"jobTile":{"job":{"id":"1899385345930167272","ciphertext":"~021899385345930167272","jobType":"HOURLY","hourlyBudgetMin":"20.0","hourlyBudgetMax":"30.0","publishTime":"2025-03-11T09:05:44.120Z","totalApplicants":4}},"upworkHistoryData":{"client":{"paymentVerificationStatus":"VERIFIED","country":"Peru","totalReviews":2,"totalFeedback":4.5,"totalSpent":{"isoCurrencyCode":"USD","amount":"900.0"}}}}]}}}}}"#,
        &[(
            "1899385345930167272",
            "Write a leaflet",
            "For walkers.",
            Some("https://www.upwork.com/jobs/~021899385345930167272"),
            Some("2025-03-11T09:05:44Z"),
            (Some(PayKind::Hourly), Some(20.0), Some(30.0), Some("USD")),
        )],
    ),
    (
        "upwork official search",
        r#"{"data":{"marketplaceJobPostingsSearch":{"edges":[{"node":{"id":"1899133142430647274","title":"Move a site","description":"Forty pages.","createdDateTime":"2025-03-10T16:20:00+0000","publishedDateTime":"2025-03-10T16:24:31+0000","amount":{"rawValue":"150.0","currency":"USD","displayValue":"150.0"},"hourlyBudgetMin":null,"totalApplicants":12,"client":{"totalHires":3,"totalPostedJobs":4,"verificationStatus":"VERIFIED","location":{"country":"Canada"},"totalReviews":0,"totalFeedback":0}}}]}}}"#,
        &[(
            "1899133142430647274",
            "Move a site",
            "Forty pages.",
            Some("https://www.upwork.com/jobs/~021899133142430647274"),
            Some("2025-03-10T16:24:31Z"),
            (Some(PayKind::Fixed), Some(150.0), Some(150.0), Some("USD")),
        )],
    ),
    (
        "upwork details: the client's other jobs are not posts",
        r#"{"data":{"jobAuthDetails":{"opening":{"job":{"publishTime":"2025-05-07T11:20:30.500Z","description":"Half of our visitors leave.","info":{"ciphertext":"~021899133142430647274","id":"1899133142430647274","type":"HOURLY","title":"Why do visitors leave?"},"budget":{"amount":0.0,"currencyCode":"USD"},"extendedBudgetInfo":{"hourlyBudgetMin":22.0,"hourlyBudgetMax":41.0},"clientActivity":{"totalApplicants":17}}},"buyer":{"isPaymentMethodVerified":true,"info":{"location":{"country":"Canada"},"stats":{"feedbackCount":6,"score":4.8},"jobs":{"postedCount":9,"openJobs":[{"id":"1899133142430647999","title":"Another","ciphertext":"~021899133142430647999","description":"x"}]}},"workHistory":[{"jobInfo":{"title":"Old","id":"1899133142430640000","description":"y"}}]},"similarJobs":[]}}}"#,
        &[(
            "1899133142430647274",
            "Why do visitors leave?",
            "Half of our visitors",
            Some("https://www.upwork.com/jobs/~021899133142430647274"),
            Some("2025-05-07T11:20:30Z"),
            (Some(PayKind::Hourly), Some(22.0), Some(41.0), Some("USD")),
        )],
    ),
    (
        "remote ok",
        r#"[{"last_updated":1,"legal":"terms"},{"slug":"x-1","id":"1","epoch":1767348000,"position":"Care \u00e2\u0080\u0094 lead","description":"Text <b>here</b>.","company":"Ryl","location":"Lima","salary_min":90000,"salary_max":110000,"url":"https://remoteOK.com/remote-jobs/x-1"}]"#,
        &[(
            "1",
            "Care \u{2014} lead",
            "Text here.",
            Some("https://remoteOK.com/remote-jobs/x-1"),
            Some("2026-01-02T10:00:00Z"),
            (Some(PayKind::Yearly), Some(90e3), Some(110e3), Some("USD")),
        )],
    ),
    (
        "remotive",
        r#"{"0-legal-notice":"x","job-count":1,"jobs":[{"id":7,"url":"https://remotive.com/remote-jobs/writing/a-7","title":"Editor","company_name":"Alder","category":"Writing","tags":["books"],"job_type":"contract","publication_date":"2026-01-08T06:30:15","salary":"$90 - $130 /hour","description":"<p>Long books.</p>"}]}"#,
        &[(
            "7",
            "Editor",
            "Long books.",
            Some("https://remotive.com/remote-jobs/writing/a-7"),
            Some("2026-01-08T06:30:15Z"),
            (Some(PayKind::Hourly), Some(90.0), Some(130.0), Some("USD")),
        )],
    ),
    (
        "himalayas: a currency without a salary states nothing",
        r#"{"jobs":[{"title":"Buyer","excerpt":"s","companyName":"Beech","minSalary":null,"maxSalary":null,"currency":"USD","categories":["Buying"],"description":"<h3>About</h3><p>Timber.</p>","pubDate":1767261600,"applicationLink":"https://himalayas.app/companies/beech/jobs/buyer","guid":"https://himalayas.app/companies/beech/jobs/buyer"}]}"#,
        &[(
            "https://himalayas.app/companies/beech/jobs/buyer",
            "Buyer",
            "Timber.",
            Some("https://himalayas.app/companies/beech/jobs/buyer"),
            Some("2026-01-01T10:00:00Z"),
            (None, None, None, None),
        )],
    ),
    (
        "jobicy",
        r#"{"apiVersion":"2","jobs":[{"id":55,"url":"https://jobicy.com/jobs/55-x","jobTitle":"Tester &amp; writer","companyName":"Elm","jobIndustry":["QA"],"jobType":["full-time"],"jobExcerpt":"short","jobDescription":"<p>Tests.</p>","pubDate":"2026-02-22 10:00:00","annualSalaryMin":"50000","annualSalaryMax":"60000","salaryCurrency":"EUR"}]}"#,
        &[(
            "55",
            "Tester & writer",
            "Tests.",
            Some("https://jobicy.com/jobs/55-x"),
            Some("2026-02-22T10:00:00Z"),
            (Some(PayKind::Yearly), Some(50e3), Some(60e3), Some("EUR")),
        )],
    ),
    (
        "working nomads",
        r#"[{"url":"https://www.workingnomads.com/job/go/1/","title":"Researcher","description":"<p>Birds.</p>","company_name":"Fir","category_name":"Science","tags":"birds,maps","location":"Anywhere","pub_date":"2026-02-22T03:00:00-05:00"}]"#,
        &[(
            "https://www.workingnomads.com/job/go/1/",
            "Researcher",
            "Birds.",
            Some("https://www.workingnomads.com/job/go/1/"),
            Some("2026-02-22T08:00:00Z"),
            (None, None, None, None),
        )],
    ),
    (
        "hacker news: replies are no posts",
        r#"{"hits":[{"author":"a","comment_text":"Elm | Writer | Remote<p>We print &#x27;maps&#x27;.","created_at":"2026-05-04T09:15:00Z","objectID":"11","parent_id":1,"story_id":1},{"author":"b","comment_text":"Still open?","created_at":"2026-05-04T09:15:00Z","objectID":"12","parent_id":11,"story_id":1}]}"#,
        &[(
            "11",
            "Elm | Writer | Remote",
            "We print 'maps'.",
            Some("https://news.ycombinator.com/item?id=11"),
            Some("2026-05-04T09:15:00Z"),
            (None, None, None, None),
        )],
    ),
    (
        "reddit: comments are no posts",
        r#"[{"kind":"Listing","data":{"children":[{"kind":"t3","data":{"id":"abc","title":"[For Hire] I draw maps","selftext":"See my site.","permalink":"/r/forhire/comments/abc/x/","url":"https://elsewhere.example","created_utc":1767261600.0,"author":"q"}}]}},{"kind":"Listing","data":{"children":[{"kind":"t1","data":{"id":"d","body":"nice","permalink":"/r/forhire/comments/abc/x/d/","created_utc":1767261700.0}}]}}]"#,
        &[(
            "abc",
            "[For Hire] I draw maps",
            "See my site.",
            Some("https://www.reddit.com/r/forhire/comments/abc/x/"),
            Some("2026-01-01T10:00:00Z"),
            (None, None, None, None),
        )],
    ),
    (
        "a table of one's own",
        "{\"Job Title\": \"Name a bakery\", \"Description\": \"Nine breads.\", \"Link\": \"https://a.example/1\", \"Posted Date\": \"2026-01-05\", \"Budget\": \"\\u20ac200-300\", \"Budget Type\": \"Fixed\", \"Client Country\": \"Malta\"}\n{\"Job Title\": \"Name a boat\", \"Description\": \"Small.\", \"Link\": \"https://a.example/2\", \"Hourly Rate\": 30}\n",
        &[
            (
                "https://a.example/1",
                "Name a bakery",
                "Nine breads.",
                Some("https://a.example/1"),
                Some("2026-01-05T00:00:00Z"),
                (Some(PayKind::Fixed), Some(200.0), Some(300.0), Some("EUR")),
            ),
            ("https://a.example/2", "Name a boat", "Small.", Some("https://a.example/2"), None, (Some(PayKind::Hourly), Some(30.0), Some(30.0), None)),
        ],
    ),
    (
        "json-ld alone",
        r#"{"@context":"https://schema.org","@graph":[{"@type":["JobPosting"],"title":"Indexer","description":"Lichens.","url":"https://b.example/9","datePosted":"2026-01-05"}]}"#,
        &[("https://b.example/9", "Indexer", "Lichens.", Some("https://b.example/9"), Some("2026-01-05T00:00:00Z"), (None, None, None, None))],
    ),
];

#[test]
fn answers_of_many_shapes_become_posts() {
    for (name, text, wanted) in ANSWERS {
        let reading = read(text);
        assert_eq!(reading.posts.len(), wanted.len(), "{name}: {:?}", reading.problems);
        assert!(reading.problems.iter().all(|problem| name.starts_with("reddit") && problem.place.is_some()), "{name}: {:?}", reading.problems);
        for (post, wanted) in reading.posts.iter().zip(*wanted) {
            check(name, post, wanted);
        }
    }
}

#[test]
fn our_own_records_stay_records() {
    for (text, count, problems) in [
        (
            "{\"id\": \"1\", \"title\": \"A\", \"body\": \"B\", \"pay\": {\"kind\": \"fixed\", \"min\": 5.0}}\nbroken\n{\"id\": \"2\", \"title\": \"C\", \"body\": \"D\"}\n",
            2,
            1,
        ),
        ("[{\"id\": \"1\", \"title\": \"A\", \"body\": \"B\", \"proposals\": null}]", 1, 0),
    ] {
        let reading = read(text);
        assert_eq!((reading.posts.len(), reading.problems.len()), (count, problems), "{text}");
        assert!(reading.format.starts_with("json") && reading.why.contains("JSON"), "{}", reading.why);
        assert_eq!(reading.posts[0].id, "1");
    }
}

#[test]
fn a_broken_entry_costs_itself_alone() {
    for (text, posts, place) in [
        (r#"[{"title": "A", "url": "https://a.example/1"}, {"title": "B" "url"}, {"title": "C", "url": "https://a.example/3"}]"#, 2, Some("entry 2")),
        (r#"[{"title": "A", "url": "https://a.example/1"}, {"colour": "red"}]"#, 1, Some("entry 2")),
        (r#"{"title": "A", "url": "#, 0, None),
        (r#"{"count": 2, "jobs": [{"title": "A", "url": "https://a.example/1"}, {"title": "B", "url": "https://a"#, 1, Some("entry 2")),
        (r#"{"weather": "fine"}"#, 0, None),
        ("[]", 0, None),
    ] {
        let reading = read(text);
        assert_eq!((reading.posts.len(), reading.problems.len()), (posts, 1), "{text}: {:?}", reading.problems);
        assert_eq!(reading.problems[0].place.as_deref(), place, "{text}");
    }
}

#[test]
fn an_answer_too_large_to_be_built_is_read_by_its_list() {
    let job = |n: usize| format!(r#"{{"title": "Sign {n}", "url": "https://a.example/{n}", "picture": "{}"}}"#, "x".repeat(4 << 20));
    let jobs: Vec<String> = (0..13).map(job).collect();
    let reading = read(&format!(r#"{{"count": 13, "data": {{"jobs": [{}]}}}}"#, jobs.join(", ")));
    assert_eq!((reading.posts.len(), reading.problems.len()), (13, 0), "{:?}", reading.problems);
    assert_eq!((reading.posts[12].title.as_str(), reading.posts[12].url.as_deref()), ("Sign 12", Some("https://a.example/12")));
}

#[test]
fn hostile_answers_end_in_bounded_time() {
    let long = format!("[{{\"title\": \"A\", \"url\": \"https://a.example/1\", \"description\": \"{}\"}}]", "x".repeat(20 << 20));
    for (name, text) in [
        ("nested arrays", "[".repeat(100_000)),
        ("nested objects", "{\"a\":".repeat(100_000)),
        ("a giant array of numbers", format!("{{\"title\": \"A\", \"url\": \"https://a.example/1\", \"list\": [{}1]}}", "0,".repeat(5 << 20))),
        ("a text of 20 MB", long),
        ("the same key again and again", format!("{{{}\"title\": \"A\", \"url\": \"https://a.example/1\"}}", "\"title\": \"B\",".repeat(100_000))),
        (
            "absurd figures and dates",
            r#"[{"title": "A", "url": "https://a.example/1", "budget": 1e308, "salary_min": -5, "published": "99999-99-99", "created": 1e300}]"#.to_owned(),
        ),
        ("nul bytes", format!("[{{\"title\": \"A\0\", \"url\": \"https://a.example/1\"}}{}]", "\0".repeat(1000))),
    ] {
        let start = std::time::Instant::now();
        let reading = read(&text);
        assert!(start.elapsed().as_secs() < 20, "{name}: {:?}", start.elapsed());
        assert!(reading.posts.iter().all(|post| post.body.len() <= 256 << 10), "{name}");
        assert!(reading.posts.iter().all(|post| !post.pay.is_stated() && post.published.is_none()), "{name}");
        assert!(!reading.posts.is_empty() || !reading.problems.is_empty(), "{name}");
    }
}
