//! The store by itself: identity over feeds, changes, ledger, migration, and that old ones open.

use gigsieve::post::{Draft, Pay, PayKind, Post};
use gigsieve::store::{Assessment, Decision, DueKind, Recorded, Sightings, Store, StoreError};
use gigsieve::verdict::Tier;
use jiff::Timestamp;
use tempfile::TempDir;

const BODY: &str =
    "A small museum wants its audio guide rewritten for children, with the curator as the one to ask, and knows that visits by families should grow.";

struct Place {
    _folder: TempDir,
    store: Store,
    now: Timestamp,
}

fn place() -> Place {
    let folder = TempDir::new().expect("a temporary folder");
    let store = Store::open(&folder.path().join("deep/store.sqlite")).expect("a new store");
    Place { _folder: folder, store, now: "2026-11-01T06:00:00Z".parse().expect("a date") }
}

impl Place {
    /// Shows posts at a source of a host; every post is worth applying to.
    fn show(&mut self, source: &str, scope: &str, posts: &[Post]) -> Recorded {
        self.store.meet(source, &format!("https://{scope}/{source}")).expect("a working store");
        let channels = ["me".to_owned()];
        let sightings =
            Sightings { source, scope, posts, validators: None, error: None, moved_to: None, since: Some(Timestamp::MIN), channels: &channels, now: self.now };
        let record = |post: &Post| serde_json::json!({ "id": post.id, "title": post.title, "body": post.body }).to_string();
        self.store.record(&sightings, |_, post| Assessment { tier: Tier::Apply, score: 70, record: record(post) }).expect("a working store")
    }
}

fn post(id: &str, url: &str, title: &str, body: &str) -> Post {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Draft { id: text(id), url: text(url), title: title.into(), body: body.into(), ..Draft::default() }.finish()
}

fn paid(mut post: Post, amount: f64) -> Post {
    post.pay = Pay { kind: Some(PayKind::Fixed), min: Some(amount), max: Some(amount), currency: Some("EUR".into()) };
    post
}

/// Two sightings, one after the other: how many entries they make, and whether the second counts as a change.
fn check(name: &str, first: (&str, &str, Post), second: (&str, &str, Post), entries: u64, changed: usize) {
    let mut place = place();
    place.show(first.0, first.1, &[first.2]);
    let recorded = place.show(second.0, second.1, &[second.2]);
    assert_eq!((place.store.count().expect("a count"), recorded.changed), (entries, changed), "{name}");
}

#[test]
fn posts_are_known_again_by_id_address_and_text() {
    let url = "https://jobs.example.org/7";
    check("same id", ("a", "h", post("7", url, "Guide", BODY)), ("a", "h", post("7", url, "Guide", BODY)), 1, 0);
    check("id churns, address stays", ("a", "h", post("7", url, "Guide", BODY)), ("a", "h", post("8", url, "Guide", BODY)), 1, 0);
    check(
        "tracking churns",
        ("a", "h", post("", &format!("{url}?utm_id=1"), "Guide", BODY)),
        ("a", "h", post("", &format!("{url}?utm_id=2"), "Guide", BODY)),
        1,
        0,
    );
    check("another feed of the host", ("a", "h", post("7", "", "Guide", BODY)), ("b", "h", post("7", "", "Guide", BODY)), 1, 0);
    check(
        "the same id at another host",
        ("a", "h", post("7", "", "Guide", BODY)),
        ("b", "other", post("7", "", "Bridge", "Something else entirely, about a bridge and its painters, in the north.")),
        2,
        0,
    );
    check(
        "the same text at another host",
        ("a", "h", post("7", url, "Guide", BODY)),
        ("b", "other", post("x", "https://other.example/x", "GUIDE!", BODY)),
        1,
        0,
    );
    check(
        "a short text at another host",
        ("a", "h", post("7", url, "Writer", "Apply.")),
        ("b", "other", post("x", "https://other.example/x", "Writer", "Apply.")),
        2,
        0,
    );
    check("a repost at the same host", ("a", "h", post("7", url, "Guide", BODY)), ("a", "h", post("9", "https://jobs.example.org/9", "Guide", BODY)), 2, 0);
    check("text changed", ("a", "h", post("7", url, "Guide", BODY)), ("a", "h", post("7", url, "Guide", &format!("{BODY} And soon."))), 1, 1);
    check("only blanks and case changed", ("a", "h", post("7", url, "Guide", BODY)), ("a", "h", post("7", url, "GUIDE", &BODY.replace(", ", " , "))), 1, 0);
    check("price changed", ("a", "h", paid(post("7", url, "Guide", BODY), 5.0)), ("a", "h", paid(post("7", url, "Guide", BODY), 6.0)), 1, 1);
    check("another feed cuts the text", ("a", "h", post("7", url, "Guide", BODY)), ("b", "h", post("7", url, "Guide", "A small museum wants")), 1, 0);
    check("another feed has more text", ("a", "h", post("7", url, "Guide", "A small museum wants")), ("b", "h", post("7", url, "Guide", BODY)), 1, 1);
    check("nothing but text", ("a", "h", post("", "", "Guide", BODY)), ("a", "h", post("", "", "Guide", BODY)), 1, 0);
}

#[test]
fn ids_and_addresses_that_many_posts_share_tell_nothing() {
    let mut place = place();
    let posts: Vec<Post> = (0..5).map(|number| post("0", "https://jobs.example.org/", &format!("Guide {number}"), &format!("{BODY} Room {number}."))).collect();
    assert_eq!(place.show("a", "h", &posts).new, 5);
    assert_eq!(place.show("a", "h", &posts), Recorded { known: 5, ..Recorded::default() });
}

#[test]
fn two_feeds_with_two_versions_do_not_change_each_other_every_day() {
    let mut place = place();
    let (long, short) = (post("7", "", "Guide", BODY), post("7", "", "Guide", "A small museum wants its audio guide"));
    place.show("a", "h", std::slice::from_ref(&long));
    for _ in 0..3 {
        assert_eq!(place.show("b", "h", std::slice::from_ref(&short)).changed + place.show("a", "h", std::slice::from_ref(&long)).changed, 0);
    }
}

#[test]
fn near_duplicates_are_said_and_kept() {
    let mut place = place();
    let text = |word: &str| {
        (0..12)
            .map(|room| format!("Room {room} of the museum needs a new text for children, and the curator of room {room} answers questions about it {word}. "))
            .collect::<String>()
    };
    place.show("a", "h", &[paid(post("1", "", "Guide", &text("daily")), 100.0)]);
    place.show("a", "h", &[paid(post("2", "", "Guide, again", &text("daily").replacen("children", "families", 1)), 80.0)]);
    let second = place.store.find("2").expect("a working store").expect("it is stored");
    assert_eq!(second.repost.as_deref(), Some("looks like a repost of 1; pay was EUR 100 fixed, is EUR 80 fixed"));
}

#[test]
fn the_ledger_delivers_once_and_takes_back_what_failed() {
    let mut place = place();
    place.show("a", "h", &[post("1", "", "One", BODY)]);
    let due = |place: &Place, batch| place.store.due("me", batch).expect("a working store");
    let begun = place.store.begin("me", &[(1, 1)], place.now).expect("a batch");
    assert!(due(&place, None).is_empty(), "what is on its way is not due");
    assert_eq!(place.store.unfinished("me").expect("a working store").map(|batch| batch.number), Some(begun));
    place.store.cancel(begun).expect("taken back");
    assert_eq!(due(&place, None).len(), 1);
    let again = place.store.begin("me", &[(1, 1)], place.now).expect("a batch");
    // A change while a delivery is in doubt is due by itself.
    place.show("a", "h", &[paid(post("1", "", "One", BODY), 9.0)]);
    assert_eq!(due(&place, None).iter().map(|due| due.kind).collect::<Vec<_>>(), [DueKind::Price]);
    assert_eq!(due(&place, Some(again)).len(), 1);
    place.store.finish(again, place.now).expect("closed");
    assert!(place.store.unfinished("me").expect("a working store").is_none());
    assert_eq!(place.store.delivered("me", 10).expect("a working store").len(), 1);
}

#[test]
fn open_posts_are_those_delivered_and_not_decided() {
    let mut place = place();
    let posts: Vec<Post> = (1..=3).map(|number| post(&number.to_string(), "", &format!("Guide {number}"), &format!("{BODY} Room {number}."))).collect();
    place.show("a", "h", &posts);
    let open = |place: &Place| place.store.open_posts(place.now, 10).expect("a working store").iter().map(|entry| entry.number).collect::<Vec<_>>();
    assert!(open(&place).is_empty(), "not delivered yet");
    let batch = place.store.begin("me", &[(1, 1), (2, 1), (3, 1)], place.now).expect("a batch");
    place.store.finish(batch, place.now).expect("closed");
    place.store.mark(2, Decision::Applied, place.now).expect("marked");
    assert_eq!(open(&place), [3, 1]);
    place.now += jiff::SignedDuration::from_hours(24);
    place.show("a", "h", &posts[..2]);
    assert_eq!(open(&place), [1], "what the feed no longer shows is not open");
}

#[test]
fn news_are_what_became_due_lately_each_post_once() {
    let mut place = place();
    let (early, day) = (place.now, jiff::SignedDuration::from_hours(24));
    let bridge = post("8", "", "Bridge", "Something else entirely, about a bridge and its painters, in the north.");
    place.show("a", "h", &[post("7", "", "Guide", BODY)]);
    let batch = place.store.begin("me", &[(1, 1)], early).expect("a batch");
    place.store.finish(batch, early).expect("a working store");
    let news = |place: &Place, since| -> Vec<(i64, DueKind)> {
        place.store.due_since(since).expect("a working store").iter().map(|due| (due.entry.number, due.kind)).collect()
    };
    assert_eq!(news(&place, early), [(1, DueKind::New)], "delivered within the time");
    place.now += day;
    assert_eq!(news(&place, place.now), [], "delivered before");
    place.show("a", "h", &[paid(post("7", "", "Guide", BODY), 300.0), bridge.clone()]);
    assert_eq!(news(&place, place.now), [(1, DueKind::Text), (2, DueKind::New)], "changed, and new; both still to be delivered");
    assert_eq!(news(&place, early), [(1, DueKind::New), (2, DueKind::New)], "came and changed within the time: once, as news");
}

#[test]
fn a_decision_can_be_taken_back() {
    let mut place = place();
    place.show("a", "h", &[post("7", "", "Guide", BODY)]);
    let decision = |place: &Place| place.store.find("1").expect("a working store").expect("the post").decision;
    place.store.mark(1, Decision::Won, place.now).expect("a working store");
    assert_eq!(decision(&place).as_deref(), Some("won"));
    place.store.unmark(1).expect("a working store");
    assert_eq!(decision(&place), None);
}

#[test]
fn posts_are_found_by_number_id_address_and_words() {
    let mut place = place();
    place.show(
        "a",
        "h",
        &[post("job-77", "https://jobs.example.org/x?utm_source=z", "50%_off guide", BODY), post("job-78", "", "Other", "Different words altogether.")],
    );
    for name in ["1", "#1", "job-77", "http://www.jobs.example.org/x"] {
        assert_eq!(place.store.find(name).expect("a working store").map(|entry| entry.number), Some(1), "{name}");
    }
    assert!(place.store.find("nothing").expect("a working store").is_none());
    for (words, found) in [(&["MUSEUM", "guide"][..], 1), (&["50%_off"], 1), (&["5_off"], 0), (&[], 2), (&["museum", "altogether"], 0)] {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(place.store.search(&words, 10).expect("a working store").len(), found, "{words:?}");
    }
}

#[test]
fn stores_of_others_and_of_the_future_are_left_alone() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("store.sqlite");
    drop(Store::open(&path).expect("a new store"));
    drop(Store::open(&path).expect("an old store opens again"));
    rusqlite::Connection::open(&path).and_then(|connection| connection.pragma_update(None, "user_version", 99)).expect("a working file");
    assert!(matches!(Store::open(&path), Err(StoreError::Newer { found: 99, .. })));
    let other = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&other).and_then(|connection| connection.execute_batch("CREATE TABLE mine (x)")).expect("a working file");
    assert!(matches!(Store::open(&other), Err(StoreError::Foreign { .. })));
    let text = folder.path().join("text.sqlite");
    std::fs::write(&text, "This is no database, it is a letter to a friend, long enough to have a page of its own.".repeat(20)).expect("a written file");
    assert!(Store::open(&text).is_err());
}

#[test]
fn a_store_of_the_first_version_opens_with_all_it_knows() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("store.sqlite");
    let old = rusqlite::Connection::open(&path).expect("a new file");
    old.execute_batch(include_str!("../src/store/schema.sql")).expect("the first schema");
    old.execute_batch(
        "INSERT INTO source (name, address, last_read) VALUES ('a', 'https://h/a', 200);
         INSERT INTO post (title, tier, score, record, first_seen, last_seen, baseline) VALUES ('Guide', 'apply', 70, '{\"id\":\"7\"}', 100, 150, 0);
         INSERT INTO sighting VALUES (1, 'a', 'h', 5, NULL, 150), (1, 'b', 'h', 5, NULL, 200);
         INSERT INTO identity VALUES ('guid:h:7', 1);
         PRAGMA user_version = 1;",
    )
    .expect("an old store");
    drop(old);
    let store = Store::open(&path).expect("it is brought up to date");
    let entry = store.find("7").expect("a working store").expect("the post is still known");
    assert_eq!((entry.title.as_str(), entry.first_seen.as_second(), entry.last_seen.as_second()), ("Guide", 100, 200));
    assert_eq!(entry.sources, ["a", "b"]);
    drop(store);
    assert!(Store::open(&path).is_ok(), "and opens again");
}

#[test]
fn only_what_is_new_or_changed_is_news() {
    let mut place = place();
    let known = post("1", "https://h.example/1", "Guide", BODY);
    place.show("a", "h", &[known.clone(), paid(post("2", "https://h.example/2", "Map", BODY), 50.0)]);
    let shown = [known, paid(post("2", "https://h.example/2", "Map", BODY), 60.0), post("3", "https://h.example/3", "Sign", BODY)];
    assert_eq!(place.store.news(&shown, "a", "h").expect("a working store"), [1, 2], "another price, and a new one");
    place.now += jiff::SignedDuration::from_hours(24);
    place.show("a", "h", &shown);
    assert_eq!(place.store.news(&shown, "a", "h").expect("a working store"), Vec::<usize>::new());
    let seen = place.store.find("1").expect("a working store").expect("known").last_seen;
    assert_eq!(seen, place.now, "a post that is merely seen again is noted as seen");
}
