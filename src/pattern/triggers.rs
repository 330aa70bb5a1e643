//! Strings that announce the matches of an expression, derived from its tree, so that nobody can get them wrong.
//!
//! Every match holds one of an expression's triggers, and begins within a known distance before it. Which strings make
//! good triggers is asked of a [`Sample`] of the language: from each place that every match passes, strings are grown
//! byte by byte until they are rare or the expression gets too wide, and the place whose strings are rarest wins.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::compile::reach;
use super::is_word;
use super::sample::Sample;

/// A string that announces matches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trigger {
    pub atom: Vec<u8>,
    /// It stands where a word begins.
    pub begins: bool,
    /// It stands where a word ends.
    pub ends: bool,
    /// A match begins at least and at most so many bytes before it.
    pub least: u32,
    pub most: u32,
}

/// The longest string.
const LONGEST: usize = 20;
/// A string of at least this many bytes need not grow once it is rare.
const SHORTEST: usize = 3;
/// The sample holds a rare string so often at most.
const RARE: usize = 3;
/// Of more strings than this no set is kept.
const STRINGS_MOST: usize = 500;
/// A class of more bytes than this ends a string.
const CLASS_MOST: usize = 12;
/// Ways that are followed at once.
const WAYS_MOST: usize = 3000;
/// Repetitions within repetitions that are followed.
const DEPTH_MOST: u32 = 60;
/// What a string costs, in sightings, beside its sightings.
const STRING_COST: f64 = 1.0;
/// So many bytes of doubt about where a match begins cost as much as a sighting itself.
const DOUBT: f64 = 30.0;
/// Strings may cost so much more than the limit while they grow, for some are taken together in the end.
const SLACK: f64 = 1.5;
/// Triggers that cost less need no others beside them, and others that cost more than this tell nothing.
const RARE_ENOUGH: f64 = 3.0;
const TOO_COMMON: f64 = 1500.0;

/// One way in which an expression can match.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// Every match of this way holds one of them.
    pub triggers: Vec<Trigger>,
    /// Where these are not empty, it holds one of these as well.
    pub also: Vec<Trigger>,
}

/// The ways of a tree; `None` where one of them has no triggers.
pub(super) fn ways(tree: &Hir, sample: &Sample) -> Option<Vec<Way>> {
    let search = Search { sample };
    let mut plain = Way::default();
    let mut ways = Vec::new();
    for parts in alternatives(tree) {
        let (best, also) = search.two(&parts)?;
        if also.is_empty() {
            plain.triggers.extend(best);
        } else {
            ways.push(Way { triggers: best, also });
        }
    }
    if !plain.triggers.is_empty() {
        ways.push(plain);
    }
    for triggers in ways.iter_mut().flat_map(|way| [&mut way.triggers, &mut way.also]) {
        triggers.sort();
        triggers.dedup();
    }
    Some(ways)
}

/// The parts of a tree, one after the other; for each alternative where the tree is nothing but alternatives.
fn alternatives(tree: &Hir) -> Vec<Vec<&Hir>> {
    let parts = parts(tree);
    let is_look = |part: &&Hir| matches!(part.kind(), HirKind::Look(_));
    let Some(first) = parts.iter().position(|part| !is_look(part)) else { return vec![parts] };
    let (before, after) = (&parts[..first], &parts[first + 1..]);
    match bare(parts[first]).kind() {
        HirKind::Alternation(ways) if after.iter().all(is_look) => ways.iter().flat_map(alternatives).map(|way| [before, &way, after].concat()).collect(),
        _ => vec![parts],
    }
}

fn parts(tree: &Hir) -> Vec<&Hir> {
    let tree = bare(tree);
    match tree.kind() {
        HirKind::Concat(parts) => parts.iter().collect(),
        _ => vec![tree],
    }
}

/// What an expression still has to match.
type Rest<'h> = Option<Rc<Link<'h>>>;

struct Link<'h> {
    item: Item<'h>,
    next: Rest<'h>,
}

#[derive(Clone, Copy)]
enum Item<'h> {
    Tree(&'h Hir),
    Bytes(&'h [u8]),
    /// The bytes of a character from one on.
    Letter(char, usize),
    Again {
        sub: &'h Hir,
        min: u32,
        max: Option<u32>,
    },
}

fn link<'h>(item: Item<'h>, next: &Rest<'h>) -> Rest<'h> {
    Some(Rc::new(Link { item, next: next.clone() }))
}

/// A place in an expression that every match passes.
#[derive(Clone, Copy)]
struct Place {
    /// A word that begins here begins at the edge of a word.
    begins: bool,
    /// How far it is from the beginning of the match.
    least: u32,
    most: u32,
}

struct Choice {
    cost: f64,
    /// How far from the beginning of a match it is at least.
    least: u32,
    triggers: Vec<Trigger>,
}

/// What can come next.
#[derive(Default)]
struct Ahead<'h> {
    steps: Vec<(u8, Rest<'h>)>,
    /// Also something that no short list tells.
    open: bool,
    /// Also something of a word, without an edge before.
    goes_on: bool,
}

struct Search<'s> {
    sample: &'s Sample,
}

impl Search<'_> {
    /// The best triggers, and the best of another part, where they are worth while.
    fn two(&self, parts: &[&Hir]) -> Option<(Vec<Trigger>, Vec<Trigger>)> {
        let sides = self.sides(parts, &None, Place { begins: false, least: 0, most: 0 }, f64::INFINITY, true);
        let best = sides.iter().min_by(|one, other| one.cost.total_cmp(&other.cost))?;
        let length = |choice: &Choice| choice.triggers.iter().map(|trigger| trigger.atom.len() as u32).min().unwrap_or(0);
        let stands_apart = |side: &&Choice| side.least >= best.least + length(best) || side.least + length(side) <= best.least;
        let also = sides.iter().filter(stands_apart).min_by(|one, other| one.cost.total_cmp(&other.cost));
        let also = also.filter(|also| best.cost > RARE_ENOUGH && also.cost < TOO_COMMON).map(|also| also.triggers.clone());
        Some((best.triggers.clone(), also.unwrap_or_default()))
    }

    /// The best triggers that cost no more than a limit.
    fn best<'h>(&self, tree: &'h Hir, tail: &Rest<'h>, start: Place, limit: f64) -> Option<Choice> {
        self.sides(&parts(tree), tail, start, limit, false).into_iter().min_by(|one, other| one.cost.total_cmp(&other.cost))
    }

    /// The best triggers at each part, but for parts that are dearer than the limit, or than those before.
    fn sides<'h>(&self, parts: &[&'h Hir], tail: &Rest<'h>, start: Place, mut limit: f64, two: bool) -> Vec<Choice> {
        let mut rests = vec![tail.clone()];
        for &part in parts.iter().rev() {
            rests.push(link(Item::Tree(part), rests.last().unwrap_or(tail)));
        }
        rests.reverse();
        let mut sides: Vec<Choice> = Vec::new();
        let mut place = start;
        for (at, &part) in parts.iter().enumerate() {
            let mut best = Best { limit, choice: None };
            let (rest, after) = (&rests[at], &rests[at + 1]);
            match bare(part).kind() {
                HirKind::Look(_) | HirKind::Empty => {}
                HirKind::Literal(literal) => {
                    best.consider(self.strings(rest, place, best.limit));
                    for inner in 1..literal.0.len() {
                        if !is_word(literal.0[inner - 1]) && is_word(literal.0[inner]) {
                            let place = Place { begins: true, least: place.least + inner as u32, most: place.most.saturating_add(inner as u32) };
                            best.consider(self.strings(&link(Item::Bytes(&literal.0[inner..]), after), place, best.limit));
                        }
                    }
                }
                HirKind::Alternation(ways) => {
                    best.consider(self.strings(rest, place, best.limit));
                    let mut all = Choice { cost: 0.0, least: place.least, triggers: Vec::new() };
                    let whole = ways.iter().all(|way| {
                        let choice = self.best(way, after, place, best.limit - all.cost);
                        choice.map(|choice| (all.cost += choice.cost, all.triggers.extend(choice.triggers))).is_some()
                    });
                    best.consider(Some(all).filter(|all| whole && all.triggers.len() <= STRINGS_MOST));
                }
                HirKind::Repetition(repetition) if repetition.min > 0 && reach(&repetition.sub) > 1 => {
                    let again = Item::Again { sub: &repetition.sub, min: repetition.min - 1, max: repetition.max.map(|max| max - 1) };
                    best.consider(self.strings(rest, place, best.limit));
                    best.consider(self.best(&repetition.sub, &link(again, after), place, best.limit));
                }
                _ => best.consider(self.strings(rest, place, best.limit)),
            }
            sides.extend(best.choice);
            let cheapest = sides.iter().map(|side| side.cost).fold(f64::INFINITY, f64::min);
            limit = match two {
                false => limit.min(cheapest),
                true if cheapest <= RARE_ENOUGH => cheapest,
                true if cheapest < f64::INFINITY => TOO_COMMON.max(cheapest),
                true => limit,
            };
            let least = part.properties().minimum_len().unwrap_or(0) as u32;
            place = Place { begins: begins_after(part, place.begins), least: place.least + least, most: place.most.saturating_add(reach(part)) };
        }
        sides
    }

    /// The strings that can stand at a place, as short as they may be to be rare.
    fn strings(&self, rest: &Rest<'_>, place: Place, limit: f64) -> Option<Choice> {
        let doubt = 1.0 + f64::from(place.most - place.least) / DOUBT;
        let choice = Choice { cost: 0.0, least: place.least, triggers: Vec::new() };
        let mut growth = Growth { sample: self.sample, place, limit: limit / doubt * SLACK, choice, atom: Vec::new() };
        growth.grow(std::slice::from_ref(rest), 0..0, false)?;
        let mut choice = growth.choice;
        choice.cost *= doubt;
        Some(choice)
    }
}

/// The cheapest of several choices, and what the next may cost.
struct Best {
    limit: f64,
    choice: Option<Choice>,
}

impl Best {
    fn consider(&mut self, choice: Option<Choice>) {
        if let Some(choice) = choice.filter(|choice| choice.cost < self.limit) {
            self.limit = choice.cost;
            self.choice = Some(choice);
        }
    }
}

struct Growth<'s> {
    sample: &'s Sample,
    place: Place,
    limit: f64,
    choice: Choice,
    atom: Vec<u8>,
}

impl Growth<'_> {
    /// Takes the string as it is, or its continuations; `None` where that makes too many, or one of no bytes.
    fn grow(&mut self, rests: &[Rest<'_>], sightings: Range<usize>, begins: bool) -> Option<()> {
        let mut ahead = Ahead::default();
        rests.iter().for_each(|rest| look_ahead(rest, false, &mut ahead, 0));
        let is_rare = self.atom.len() >= SHORTEST && sightings.len() <= RARE;
        if ahead.open || is_rare || self.atom.len() >= LONGEST || ahead.steps.len() > WAYS_MOST {
            return self.take(!ahead.goes_on, sightings, begins);
        }
        let whole = (self.choice.cost, self.choice.triggers.len(), !ahead.goes_on, sightings.clone());
        let mut by_byte: BTreeMap<u8, Vec<Rest<'_>>> = BTreeMap::new();
        for (byte, rest) in ahead.steps {
            by_byte.entry(byte).or_default().push(rest);
        }
        for (byte, rests) in by_byte {
            let (begins, among) = match self.atom.len() {
                0 => (self.place.begins && is_word(byte), self.sample.all(self.place.begins && is_word(byte))),
                _ => (begins, sightings.clone()),
            };
            let narrower = self.sample.narrow(begins, among, self.atom.len(), byte);
            self.atom.push(byte);
            self.grow(&rests, narrower, begins)?;
            self.atom.pop();
        }
        // Continuations that are no rarer than the string itself only make more of it.
        let (cost, count, ends, sightings) = whole;
        if self.atom.len() >= SHORTEST && self.choice.cost - cost >= sightings.len() as f64 + STRING_COST {
            self.choice.cost = cost;
            self.choice.triggers.truncate(count);
            return self.take(ends, sightings, begins);
        }
        Some(())
    }

    fn take(&mut self, ends: bool, sightings: Range<usize>, begins: bool) -> Option<()> {
        let ends = ends && self.atom.last().copied().is_some_and(is_word);
        let seen = self.sample.count(begins, sightings, ends.then_some(self.atom.len()));
        let Place { least, most, .. } = self.place;
        // A word after a blank is found where it begins; the blank is its expression's to find.
        let trigger = match self.atom.as_slice() {
            [] => return None,
            [b' ', word @ ..] if word.first().copied().is_some_and(is_word) => {
                Trigger { atom: word.to_vec(), begins: true, ends, least: least + 1, most: most.saturating_add(1) }
            }
            atom => Trigger { atom: atom.to_vec(), begins, ends, least, most },
        };
        self.choice.cost += seen as f64 + STRING_COST;
        self.choice.triggers.push(trigger);
        (self.choice.triggers.len() <= STRINGS_MOST && self.choice.cost <= self.limit).then_some(())
    }
}

/// Adds what can come next; `edge`: at the edge of a word.
fn look_ahead<'h>(rest: &Rest<'h>, edge: bool, ahead: &mut Ahead<'h>, depth: u32) {
    let Some(first) = rest else {
        ahead.open = true;
        ahead.goes_on |= !edge;
        return;
    };
    let next = &first.next;
    if depth > DEPTH_MOST || ahead.steps.len() > WAYS_MOST {
        (ahead.open, ahead.goes_on) = (true, true);
        return;
    }
    let mut step = |byte: u8, rest: Rest<'h>| {
        ahead.goes_on |= !edge && is_word(byte);
        ahead.steps.push((byte, rest));
    };
    match first.item {
        Item::Bytes(bytes) => match bytes.split_first() {
            Some((&byte, [])) => step(byte, next.clone()),
            Some((&byte, bytes)) => step(byte, link(Item::Bytes(bytes), next)),
            None => look_ahead(next, edge, ahead, depth),
        },
        Item::Letter(letter, at) => {
            let mut bytes = [0; 4];
            let bytes = letter.encode_utf8(&mut bytes).as_bytes();
            step(bytes[at], if at + 1 < bytes.len() { link(Item::Letter(letter, at + 1), next) } else { next.clone() });
        }
        Item::Again { sub, min, max } => {
            if min == 0 {
                look_ahead(next, edge, ahead, depth);
            }
            if max != Some(0) {
                let again = Item::Again { sub, min: min.saturating_sub(1), max: max.map(|max| max - 1) };
                look_ahead(&link(Item::Tree(sub), &link(again, next)), edge, ahead, depth + 1);
            }
        }
        Item::Tree(tree) => match tree.kind() {
            HirKind::Empty => look_ahead(next, edge, ahead, depth),
            HirKind::Look(look) => {
                let is_edge = matches!(look, Look::WordAscii | Look::WordEndAscii | Look::End | Look::EndLF);
                look_ahead(next, edge || is_edge, ahead, depth);
            }
            HirKind::Literal(literal) => look_ahead(&link(Item::Bytes(&literal.0), next), edge, ahead, depth),
            HirKind::Capture(capture) => look_ahead(&link(Item::Tree(&capture.sub), next), edge, ahead, depth),
            HirKind::Concat(parts) => {
                let rest = parts.iter().rev().fold(next.clone(), |rest, part| link(Item::Tree(part), &rest));
                look_ahead(&rest, edge, ahead, depth);
            }
            HirKind::Alternation(ways) => ways.iter().for_each(|way| look_ahead(&link(Item::Tree(way), next), edge, ahead, depth)),
            HirKind::Repetition(repetition) => {
                let again = Item::Again { sub: &repetition.sub, min: repetition.min, max: repetition.max };
                look_ahead(&link(again, next), edge, ahead, depth);
            }
            HirKind::Class(class) => match (super::bytes_of(class), class) {
                (Some(bytes), _) if bytes.len() > CLASS_MOST => {
                    ahead.open = true;
                    ahead.goes_on |= !edge && bytes.into_iter().any(is_word);
                }
                (Some(bytes), _) => bytes.into_iter().for_each(|byte| step(byte, next.clone())),
                (None, Class::Unicode(class)) => {
                    let letters = || class.iter().flat_map(|range| range.start()..=range.end());
                    if letters().take(CLASS_MOST + 1).count() > CLASS_MOST {
                        (ahead.open, ahead.goes_on) = (true, ahead.goes_on || !edge);
                    } else {
                        letters().for_each(|letter| look_ahead(&link(Item::Letter(letter, 0), next), edge, ahead, depth));
                    }
                }
                (None, _) => (ahead.open, ahead.goes_on) = (true, true),
            },
        },
    }
}

/// A tree without the parentheses around it.
fn bare(tree: &Hir) -> &Hir {
    match tree.kind() {
        HirKind::Capture(capture) => bare(&capture.sub),
        _ => tree,
    }
}

/// Whether a word that begins after this tree begins at the edge of a word.
fn begins_after(tree: &Hir, before: bool) -> bool {
    match tree.kind() {
        HirKind::Empty => before,
        HirKind::Look(look) => before || matches!(look, Look::WordAscii | Look::WordStartAscii | Look::Start | Look::StartLF),
        HirKind::Literal(literal) => literal.0.last().is_some_and(|&byte| !is_word(byte)),
        HirKind::Class(class) => super::bytes_of(class).is_some_and(|bytes| !bytes.into_iter().any(is_word)),
        HirKind::Capture(capture) => begins_after(&capture.sub, before),
        HirKind::Concat(parts) => parts.iter().fold(before, |before, part| begins_after(part, before)),
        HirKind::Alternation(ways) => ways.iter().all(|way| begins_after(way, before)),
        HirKind::Repetition(repetition) => {
            // The first round begins after what came before, the others after a round.
            let round = begins_after(&repetition.sub, before) && begins_after(&repetition.sub, false);
            (repetition.min > 0 || before) && round
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_are_as_long_as_it_takes_to_be_rare() {
        let sample = Sample::of([
            "we need a logo and a page, we need a site, we need an app",
            "is it a test? we need the test done, a test is not free",
            "free of charge",
        ]);
        for (expression, expected) in
            [(r"\bwe need [^.]{0,9} done\b", &["do 9-18"][..]), (r"net ?\d+", &["net 0-0"]), (r"(?:a|milestone)s?\b", &["a 0-0", "mil 0-0"])]
        {
            let tree = crate::pattern::parse(expression).expect("the expression is one");
            let ways = ways(&tree, &sample).unwrap_or_default();
            let shown = |triggers: &[Trigger]| -> Vec<String> {
                triggers.iter().map(|trigger| format!("{} {}-{}", String::from_utf8_lossy(&trigger.atom), trigger.least, trigger.most)).collect()
            };
            assert_eq!(shown(&ways[0].triggers), expected, "{expression}");
        }
        let tree = crate::pattern::parse(r"\d+ ?%|[a-z]+\w").expect("the expression is one");
        assert!(ways(&tree, &sample).is_none(), "nothing tells where a word of any letters stands");
    }
}
