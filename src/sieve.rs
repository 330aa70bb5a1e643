//! The whole core in one call: a post in, a verdict out.

use crate::cues::{self, Cues, Spoken};
use crate::facts::Facts;
use crate::matcher::{Cancelled, Findings, Matcher, PostText};
use crate::post::Post;
use crate::profile::Profile;
use crate::rules::RuleSet;
use crate::text::{self, Folded};
use crate::verdict::{self, Cause, Verdict};

/// Rules, compiled, and whose measure they are held to. One sieve serves all threads.
pub struct Sieve {
    rules: RuleSet,
    matcher: Matcher,
    cues: Cues,
    profile: Profile,
}

/// Everything found out about one post.
#[derive(Debug)]
pub struct Judgement {
    pub facts: Facts,
    /// ISO 639-1, where the text is long enough to tell.
    pub language: Option<&'static str>,
    pub verdict: Verdict,
    /// Hits that guards took back.
    pub cancelled: Vec<Cancelled>,
}

impl Default for Sieve {
    fn default() -> Sieve {
        Sieve::ready(Profile::default(), |_| Ok::<(), std::convert::Infallible>(())).unwrap_or_else(|never| match never {})
    }
}

impl Sieve {
    pub fn new(rules: RuleSet, profile: Profile) -> Sieve {
        Sieve { matcher: Matcher::new(&rules), cues: Cues::of(&rules), rules, profile }
    }

    /// The sieve of the built-in rules as the build made them ready, points and thresholds adjusted.
    ///
    /// # Errors
    /// That of `adjust`.
    pub fn ready<E>(profile: Profile, adjust: impl FnOnce(&mut RuleSet) -> Result<(), E>) -> Result<Sieve, E> {
        let (mut rules, matcher) = Matcher::ready();
        adjust(&mut rules)?;
        Ok(Sieve { cues: Cues::of(&rules), rules, matcher, profile })
    }

    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What every rule found, signs and hints included, and what guards took back.
    pub fn findings(&self, post: &Post) -> Findings {
        self.read(post).2
    }

    /// What the learned words of a post come to.
    pub fn spoken(&self, post: &Post) -> Vec<Spoken> {
        self.read(post).3
    }

    /// Judges one post.
    pub fn judge(&self, post: &Post) -> Judgement {
        let (facts, language, findings, spoken) = self.read(post);
        let mut verdict = verdict::judge(&self.rules, post, &facts, findings.hits, spoken, &self.profile);
        if let Some(language) = language.filter(|language| !self.reads(language))
            && verdict.reasons.iter().all(|reason| reason.cause != Cause::NotARequest)
            && verdict.hits.iter().all(|finding| !finding.claimed)
        {
            verdict.note = Some(format!("This post is in {}, which no rule reads: only its figures were judged.", name_of(language)));
        }
        Judgement { facts, language, verdict, cancelled: findings.cancelled }
    }

    /// Whether any rule is for this language.
    fn reads(&self, language: &str) -> bool {
        self.rules.families.iter().any(|family| family.language.as_deref() == Some(language))
    }

    fn read(&self, post: &Post) -> (Facts, Option<&'static str>, Findings, Vec<Spoken>) {
        let title = Folded::of(&post.title);
        let body = Folded::of(&post.body);
        let facts = Facts::read(post, &title, &body);
        let language = language(post);
        let text = PostText { title: &title, body: &body, language, marketplace: post.marketplace.as_deref() };
        let findings = self.matcher.find(&self.rules, &text, &facts, &self.profile);
        let spoken = if cues::reads(language) { self.cues.find(&title, &body, &findings.hits) } else { Vec::new() };
        (facts, language, findings, spoken)
    }
}

/// Fewer letters than this are too few to tell a language by, in bytes.
const LANGUAGE_LEAST: usize = 60;

/// More of a text tells no more, in bytes.
const LANGUAGE_MOST: usize = 600;

/// The language of a post, where it is reliably told.
pub fn language(post: &Post) -> Option<&'static str> {
    let text = if post.body.len() >= LANGUAGE_LEAST { &post.body } else { &post.title };
    if text.len() < LANGUAGE_LEAST {
        return None;
    }
    let beginning = text::beginning(text, LANGUAGE_MOST);
    if is_plainly_english(beginning) {
        return Some("en");
    }
    let info = whatlang::detect(beginning).filter(whatlang::Info::is_reliable)?;
    Some(iso_639_1(info.lang()))
}

/// Of so many words one in [`ENGLISH_SHARE`] is a small word that only English has: then nothing else needs to be asked,
/// which saves most posts the dearest step of all.
fn is_plainly_english(text: &str) -> bool {
    let (mut words, mut english) = (0, 0);
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()) {
        words += 1;
        english += usize::from(ENGLISH.iter().any(|small| small.eq_ignore_ascii_case(word)));
    }
    words >= 10 && english * ENGLISH_SHARE >= words
}

/// Small words that no other language written in Latin letters shares in numbers.
const ENGLISH: &[&str] = &[
    "the", "and", "of", "with", "you", "your", "that", "this", "are", "have", "our", "from", "which", "would", "who", "looking", "should", "its", "before",
    "about", "their", "they", "need", "please",
];
const ENGLISH_SHARE: usize = 12;

/// The English name of a language.
fn name_of(code: &'static str) -> &'static str {
    whatlang::Lang::all().iter().find(|language| iso_639_1(**language) == code).map_or(code, |language| language.eng_name())
}

fn iso_639_1(language: whatlang::Lang) -> &'static str {
    use whatlang::Lang;
    match language {
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Nld => "nl",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Pol => "pl",
        Lang::Tur => "tr",
        Lang::Ara => "ar",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Ben => "bn",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        Lang::Tha => "th",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "no",
        Lang::Fin => "fi",
        Lang::Ces => "cs",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        other => other.code(),
    }
}
