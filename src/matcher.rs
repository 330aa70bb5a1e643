//! Where rules hit a post.
//!
//! One walk of a trie over the text finds every phrase, and for every expression the strings that announce its matches
//! (derived from the parsed expression, so nobody can get them wrong). An expression runs only from where a match can
//! begin, given where such a string stands. Guards then take hits back: negation, quotation, subject, the
//! windows of a rule, and always addresses. How the rules are arranged for this is in [`index`].

mod guards;
pub mod index;
mod ready;

use std::ops::Range;
use std::sync::{Mutex, OnceLock};

use crate::facts::{Facts, Field};
use crate::pattern::trie;
use crate::pattern::{Haystack, Pattern, Scratch};
use crate::profile::Profile;
use crate::rules::{Place, Rule, RuleSet, Side, Window};
use crate::text::{self, Folded};
use guards::{is_in_address, is_quoted};
use index::{Index, PHRASE};

/// A rule matched here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Index in [`RuleSet::rules`].
    pub rule: usize,
    /// Where, in bytes of the post's own title or body; `None` for evidence that is a field or a combination.
    pub spot: Option<(Field, Range<usize>)>,
}

/// A hit that a guard took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    pub rule: usize,
    pub field: Field,
    pub span: Range<usize>,
    /// What took it back: `negation`, `quotation`, `subject`, `afar`, `address`, `unless`, `near`.
    pub by: &'static str,
}

/// What the rules found in one post.
#[derive(Debug, Default)]
pub struct Findings {
    /// At most one hit a rule, in the order of the rules.
    pub hits: Vec<Hit>,
    pub cancelled: Vec<Cancelled>,
}

/// What the matcher reads of a post.
#[derive(Debug, Clone, Copy)]
pub struct PostText<'a> {
    pub title: &'a Folded,
    pub body: &'a Folded,
    /// The post's language, where it is known: rules for other languages are silent.
    pub language: Option<&'a str>,
    /// Where the post comes from, where it is known.
    pub marketplace: Option<&'a str>,
}

/// The compiled rules. Shared by all threads.
pub struct Matcher {
    index: Index,
    /// Read from the index's code when first needed: a post needs few of them.
    programs: Vec<OnceLock<Option<Pattern>>>,
    /// Memory of searches that are done, for those to come.
    spare: Mutex<Vec<Memory>>,
}

/// What a search needs beside its results. All lists are empty between searches, `beside` is zero.
#[derive(Default)]
struct Memory {
    phrases: Vec<(usize, u32)>,
    seen: Vec<(u32, trie::Item)>,
    due: Vec<Due>,
    /// For each way, the blocks of the text where something stands that it needs beside its trigger.
    beside: Vec<u64>,
    touched: Vec<u32>,
    scratch: Scratch,
    guard_scratch: Scratch,
}

/// A folded field with its sentences, found when first needed.
struct Scene<'a> {
    field: Field,
    folded: &'a Folded,
    haystack: Haystack<'a>,
    sentences: OnceLock<Vec<Range<usize>>>,
}

impl Scene<'_> {
    /// The sentence, or the run of sentences, that holds a span.
    fn sentence(&self, span: &Range<usize>) -> Range<usize> {
        let sentences = self.sentences.get_or_init(|| text::sentences(&self.folded.text));
        let first = sentences.partition_point(|sentence| sentence.end <= span.start);
        let last = sentences.partition_point(|sentence| sentence.end < span.end);
        match (sentences.get(first), sentences.get(last.max(first))) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => span.clone(),
        }
    }
}

impl Matcher {
    /// Arranges and compiles a set of rules.
    pub fn new(set: &RuleSet) -> Matcher {
        Matcher::of(Index::of(set))
    }

    /// The rules gigsieve ships and their matcher, as the build made them ready.
    pub fn ready() -> (RuleSet, Matcher) {
        let (set, index) = ready::ready();
        (set, Matcher::of(index))
    }

    fn of(index: Index) -> Matcher {
        let programs = index.programs.iter().map(|_| OnceLock::new()).collect();
        Matcher { index, programs, spare: Mutex::default() }
    }

    fn program(&self, number: u32) -> Option<&Pattern> {
        let read = || {
            let (start, end) = self.index.programs[number as usize];
            Pattern::from_bytes(&self.index.code[start as usize..end as usize])
        };
        self.programs[number as usize].get_or_init(read).as_ref()
    }

    /// Every rule that hits a post.
    pub fn find(&self, set: &RuleSet, text: &PostText<'_>, facts: &Facts, profile: &Profile) -> Findings {
        let mut memory = self.spare.lock().ok().and_then(|mut spare| spare.pop()).unwrap_or_default();
        memory.beside.resize(self.index.ways.len(), 0);
        let mut search = Search {
            matcher: self,
            set,
            facts,
            profile,
            language: text.language,
            marketplace: text.marketplace,
            spots: vec![None; set.rules.len()],
            hit: vec![false; set.rules.len()],
            cancelled: Vec::new(),
            memory,
        };
        for (field, folded) in [(Field::Title, text.title), (Field::Body, text.body)] {
            search.field(&Scene { field, folded, haystack: Haystack::of(folded.text.as_bytes()), sentences: OnceLock::new() });
        }
        for &rule in &self.index.wordless {
            let index = rule as usize;
            let rule = &set.rules[index];
            if search.may_hit(rule) && search.conditions_hold(index) {
                search.hit[index] = true;
                search.spots[index] = rule.facts.iter().find_map(|test| facts.spot_at(test.fact));
            }
        }
        // A composite with words of its own found them already; now its conditions must hold as well.
        for (index, rule) in set.rules.iter().enumerate() {
            if search.hit[index] && rule.has_words && rule.is_composite() && !search.conditions_hold(index) {
                search.hit[index] = false;
            }
        }
        let Search { spots, hit, cancelled, memory, .. } = search;
        if let Ok(mut spare) = self.spare.lock() {
            spare.push(memory);
        }
        let hits = spots.into_iter().enumerate().filter(|&(rule, _)| hit[rule]).map(|(rule, spot)| Hit { rule, spot }).collect();
        Findings { hits, cancelled }
    }
}

/// An expression that may match, where a match may begin, and the place that it reaches beyond.
#[derive(Debug, Clone, Copy)]
struct Due {
    expression: u32,
    from: u32,
    until: u32,
    to: u32,
}

struct Search<'a> {
    matcher: &'a Matcher,
    set: &'a RuleSet,
    facts: &'a Facts,
    profile: &'a Profile,
    language: Option<&'a str>,
    marketplace: Option<&'a str>,
    spots: Vec<Option<(Field, Range<usize>)>>,
    hit: Vec<bool>,
    cancelled: Vec<Cancelled>,
    memory: Memory,
}

impl Search<'_> {
    fn field(&mut self, scene: &Scene<'_>) {
        let matcher = self.matcher;
        let index = &matcher.index;
        if scene.folded.text.is_empty() {
            return;
        }
        self.find_due(scene);
        let phrases = std::mem::take(&mut self.memory.phrases);
        for &(start, phrase) in &phrases {
            let (rule, length) = index.phrases[phrase as usize];
            let span = start..start + length as usize;
            if is_whole(scene.haystack.bytes, &span) {
                self.candidate(scene, rule as usize, span);
            }
        }
        let due = std::mem::take(&mut self.memory.due);
        let mut scratch = std::mem::take(&mut self.memory.scratch);
        for due in due.chunk_by(|one, next| one.expression == next.expression) {
            let wanted = &index.expressions[due[0].expression as usize];
            let rule = wanted.rule as usize;
            if self.hit[rule] || !fits(self.set.rules[rule].place, scene.field) || !self.may_hit(&self.set.rules[rule]) {
                continue;
            }
            let Some(program) = matcher.program(wanted.program) else { continue };
            // What a rejected match holds is not looked at again.
            let mut from = 0;
            'parts: for part in due {
                from = from.max(part.from as usize);
                let to = (part.to.saturating_add(wanted.reach) as usize).min(scene.haystack.bytes.len());
                while let Some(found) = program.find_beginning(&scene.haystack, from..=part.until as usize, to, &mut scratch) {
                    if self.candidate(scene, rule, found.clone()) {
                        break 'parts;
                    }
                    from = found.end.max(found.start + 1);
                }
            }
        }
        self.memory = Memory { phrases, due, scratch, ..std::mem::take(&mut self.memory) };
        self.memory.phrases.clear();
        self.memory.due.clear();
    }

    /// Finds the phrases that stand in a text and where, and the expressions to run and where, by expression, then by
    /// place.
    fn find_due(&mut self, scene: &Scene<'_>) {
        let index = &self.matcher.index;
        let bytes = scene.haystack.bytes;
        let Memory { phrases, seen, due, beside, touched, .. } = &mut self.memory;
        let mut found = |place: usize, item: trie::Item| match item.what.checked_sub(PHRASE) {
            Some(phrase) => phrases.push((place, phrase)),
            None if item.what & 1 == 1 => {
                let blocks_of_way = &mut beside[item.what as usize >> 1];
                if *blocks_of_way == 0 {
                    touched.push(item.what >> 1);
                }
                *blocks_of_way |= blocks(place, place);
            }
            None => seen.push((place as u32, item)),
        };
        scene.haystack.words().for_each(|place| index.trie.at_word(bytes, place, |item| found(place, item)));
        (0..bytes.len()).for_each(|place| index.trie.anywhere(bytes, place, |item| found(place, item)));
        phrases.sort_unstable();
        let end = bytes.len() as u32;
        due.extend(index.always.iter().map(|&expression| Due { expression, from: 0, until: end, to: end }));
        for (place, item) in seen.drain(..) {
            let Some(until) = place.checked_sub(u32::from(item.least)) else { continue };
            let from = place.saturating_sub(u32::from(item.most));
            let way = &index.ways[item.what as usize >> 1];
            let is_due = way.also.is_none_or(|(least, most)| {
                let near = blocks(from.saturating_add(least) as usize, until.saturating_add(most) as usize);
                beside[item.what as usize >> 1] & near != 0
            });
            if is_due {
                due.push(Due { expression: way.expression, from, until, to: place });
            }
        }
        touched.drain(..).for_each(|way| beside[way as usize] = 0);
        due.sort_unstable_by_key(|due| (u64::from(due.expression) << 32) | u64::from(due.from));
        // Overlapping parts become one, so that nothing is tried twice.
        due.dedup_by(|next, before| {
            let joins = next.expression == before.expression && next.from <= before.until;
            if joins {
                before.until = before.until.max(next.until);
                before.to = before.to.max(next.to);
            }
            joins
        });
    }

    /// Whether the language and the facts of the post let the rule hit at all.
    fn may_hit(&self, rule: &Rule) -> bool {
        let spoken = match (&self.set.family(rule).language, self.language) {
            (Some(of_rule), Some(of_post)) => of_rule == of_post,
            _ => true,
        };
        let at_home = rule.marketplaces.is_empty() || self.marketplace.is_some_and(|marketplace| rule.marketplaces.iter().any(|name| name == marketplace));
        spoken && at_home && rule.facts.iter().all(|test| self.facts.passes(test, self.profile))
    }

    fn conditions_hold(&self, rule: usize) -> bool {
        let conditions = &self.matcher.index.conditions[rule];
        let has = |one_of: &Vec<u32>| one_of.iter().any(|&other| self.hit[other as usize]);
        conditions.all_of.iter().all(has) && (conditions.any_of.is_empty() || conditions.any_of.iter().any(has)) && !conditions.none_of.iter().any(has)
    }

    /// Takes a match as a hit unless a guard objects; says whether it was taken.
    fn candidate(&mut self, scene: &Scene<'_>, index: usize, span: Range<usize>) -> bool {
        let rule = &self.set.rules[index];
        if self.hit[index] || span.is_empty() || !fits(rule.place, scene.field) || !self.may_hit(rule) {
            return false;
        }
        let span = snap(&scene.folded.text, span);
        match self.objection(scene, index, &span) {
            None => {
                self.hit[index] = true;
                self.spots[index] = Some((scene.field, scene.folded.original(whole_words(&scene.folded.text, trim(&scene.folded.text, span)))));
                true
            }
            Some(by) => {
                self.cancelled.push(Cancelled { rule: index, field: scene.field, span: scene.folded.original(span), by });
                false
            }
        }
    }

    fn objection(&mut self, scene: &Scene<'_>, index: usize, span: &Range<usize>) -> Option<&'static str> {
        let rule = &self.set.rules[index];
        let text = scene.folded.text.as_str();
        if is_in_address(text, span) {
            return Some("address");
        }
        let sentence = scene.sentence(span);
        if rule.guards.quotation && is_quoted(text, &sentence, span) {
            return Some("quotation");
        }
        if rule.guards.negation && self.is_negated(scene, &sentence, span) {
            return Some("negation");
        }
        let words = &self.matcher.index.guards;
        if rule.guards.subject && self.is_about(words.systems, scene, &sentence, span) {
            return Some("subject");
        }
        if rule.guards.afar && self.is_about(words.afar, scene, &sentence, span) {
            return Some("afar");
        }
        let windows = &self.matcher.index.windows[index];
        let mut holds = |window: &Window, &program: &u32| {
            self.matcher.program(program).is_some_and(|program| window_holds(window, program, scene, &sentence, span, &mut self.memory.guard_scratch))
        };
        if rule.unless.iter().zip(&windows.unless).any(|(window, program)| holds(window, program)) {
            return Some("unless");
        }
        if !rule.near.iter().zip(&windows.near).all(|(window, program)| holds(window, program)) {
            return Some("near");
        }
        None
    }

    /// The last of some words within a part of the text.
    fn last(&mut self, words: Option<u32>, scene: &Scene<'_>, part: Range<usize>) -> Option<Range<usize>> {
        self.matcher.program(words?)?.find_all(&scene.haystack, part, &mut self.memory.guard_scratch).last()
    }

    /// "not", "never", "without" at most four words before, in the same clause.
    fn is_negated(&mut self, scene: &Scene<'_>, sentence: &Range<usize>, span: &Range<usize>) -> bool {
        let text = scene.folded.text.as_str();
        let words = &self.matcher.index.guards;
        let before = &text[sentence.start..span.start];
        let clause = sentence.start + before.rfind([',', ';', ':', '(']).map_or(0, |at| at + 1);
        let clause = text[clause..span.start].rfind(" but ").map_or(clause, |at| clause + at + 5);
        let Some(found) = self.last(words.negation, scene, clause..span.start) else { return false };
        let between = text.ceil_char_boundary(found.end)..span.start;
        if text::words(&text[between.clone()]).count() > 4 {
            return false;
        }
        let only = words.not_negation.and_then(|words| self.matcher.program(words));
        let revoked = only.and_then(|only| only.find(&scene.haystack, between.clone(), &mut self.memory.guard_scratch));
        revoked.is_none_or(|found| found.start > between.start + 1)
    }

    /// Whether the nearest subject before the span, in the sentence, is one of these and not a person who is asked for.
    fn is_about(&mut self, subjects: Option<u32>, scene: &Scene<'_>, sentence: &Range<usize>, span: &Range<usize>) -> bool {
        let persons = self.matcher.index.guards.persons;
        let before = sentence.start..span.start;
        let Some(subject) = self.last(subjects, scene, before.clone()) else { return false };
        self.last(persons, scene, before).is_none_or(|person| subject.end > person.start)
    }
}

/// Blocks of 32 bytes of a text, as a set in which only long texts have two blocks with one bit.
fn blocks(first: usize, last: usize) -> u64 {
    let count = (last >> 5) - (first >> 5) + 1;
    let bits = if count < 64 { (1 << count) - 1 } else { u64::MAX };
    bits.rotate_left((first >> 5 & 63) as u32)
}

fn fits(place: Place, field: Field) -> bool {
    matches!((place, field), (Place::Any, _) | (Place::Title, Field::Title) | (Place::Body, Field::Body))
}

fn window_holds(window: &Window, words: &Pattern, scene: &Scene<'_>, sentence: &Range<usize>, span: &Range<usize>, scratch: &mut Scratch) -> bool {
    let few = |between: &str| window.within.is_none_or(|most| text::words(between).count() <= most);
    let (text, bytes) = (scene.folded.text.as_str(), &scene.haystack);
    let before = |scratch: &mut Scratch| {
        words.find_all(bytes, sentence.start..span.start, scratch).any(|found| few(&text[text.ceil_char_boundary(found.end).min(span.start)..span.start]))
    };
    let after = |scratch: &mut Scratch| {
        words
            .find_all(bytes, span.end..sentence.end.max(span.end), scratch)
            .any(|found| few(&text[span.end..text.floor_char_boundary(found.start).max(span.end)]))
    };
    match window.side {
        Side::Before => before(scratch),
        Side::After => after(scratch),
        Side::Either => before(scratch) || after(scratch) || words.find(bytes, span.clone(), scratch).is_some(),
    }
}

fn is_whole(haystack: &[u8], span: &Range<usize>) -> bool {
    let word_before = span.start > 0 && text::is_word_byte(haystack[span.start - 1]) && text::is_word_byte(haystack[span.start]);
    let word_after = haystack.get(span.end).is_some_and(|&next| text::is_word_byte(next)) && text::is_word_byte(haystack[span.end - 1]);
    !word_before && !word_after
}

fn trim(text: &str, span: Range<usize>) -> Range<usize> {
    let found = &text[span.clone()];
    let start = span.start + (found.len() - found.trim_start().len());
    start..start + found.trim().len()
}

/// A span that ends inside a word, drawn on to the end of it, and back to its start: a quote is read by people.
fn whole_words(text: &str, span: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).copied().is_some_and(text::is_word_byte);
    let (mut start, mut end) = (span.start, span.end);
    while start > 0 && start < end && is_word(start) && is_word(start - 1) {
        start -= 1;
    }
    while end > start && is_word(end - 1) && is_word(end) {
        end += 1;
    }
    snap(text, start..end)
}

fn snap(text: &str, span: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(span.start)..text.ceil_char_boundary(span.end)
}
