//! Runs a program over a text: tries one way after the other, and remembers at marked steps where it has been, so that
//! no expression takes longer than its size times the text.

use std::ops::{Range, RangeInclusive};

use super::{Look, Pattern, Starts, Step, hash, is_word};

/// Memory that searches share, so that they need none of their own.
#[derive(Debug, Default)]
pub struct Scratch {
    /// A bit for each mark and place, and the words in which any is set.
    been: Vec<u64>,
    touched: Vec<usize>,
    /// For each run without a bound: the ends from which there was no way on.
    tried: Vec<Range<usize>>,
    ways: Vec<Way>,
}

/// A way still to be tried.
#[derive(Debug, Clone, Copy)]
enum Way {
    At {
        step: u32,
        place: usize,
    },
    /// A run that may end anywhere from `place` to `last`: each in turn, downwards if it is greedy.
    Run {
        step: u32,
        place: usize,
        last: usize,
    },
    /// All ends of a run have been tried.
    Tried {
        run: u16,
        from: usize,
        last: usize,
    },
}

/// A text to be searched many times.
pub struct Haystack<'a> {
    pub bytes: &'a [u8],
    words: Vec<Word>,
}

impl Haystack<'_> {
    /// Where words begin.
    pub fn words(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().map(|word| word.at as usize)
    }
}

/// Where a word begins, and hashes of its first bytes.
struct Word {
    at: u32,
    two: u8,
    three: u16,
}

impl<'a> Haystack<'a> {
    pub fn of(bytes: &'a [u8]) -> Haystack<'a> {
        let mut words = Vec::with_capacity(bytes.len() / 5);
        let mut within = false;
        for (at, &byte) in bytes.iter().enumerate() {
            let is_word = is_word(byte);
            if is_word && !within {
                let (two, three) = hashes(&bytes[at..]);
                words.push(Word { at: at as u32, two, three });
            }
            within = is_word;
        }
        Haystack { bytes, words }
    }
}

fn hashes(rest: &[u8]) -> (u8, u16) {
    let byte = |at: usize| rest.get(at).copied().unwrap_or(0);
    (hash(byte(0), byte(1), 0) as u8, hash(byte(0), byte(1), byte(2)))
}

pub(super) fn find(pattern: &Pattern, text: &Haystack<'_>, starts: RangeInclusive<usize>, end: usize, scratch: &mut Scratch) -> Option<Range<usize>> {
    let end = end.min(text.bytes.len());
    let (from, last) = (*starts.start(), end.min(*starts.end()));
    if from > last {
        return None;
    }
    let begins = |first: u8, two: u8, three: u16| pattern.lead.as_ref().is_none_or(|lead| lead.has(first, two, three));
    let mut search = Search::new(pattern, text.bytes, &(from..end), scratch);
    let from_word = |word: &&Word| begins(text.bytes[word.at as usize], word.two, word.three);
    let can_begin = |start: &usize| match text.bytes.get(*start) {
        Some(&first) => {
            let (two, three) = hashes(&text.bytes[*start..]);
            begins(first, two, three)
        }
        None => pattern.lead.is_none(),
    };
    let mut run = |start: usize| Some(start..search.run(start)?);
    match pattern.starts {
        Starts::Word => {
            let first = text.words.partition_point(|word| (word.at as usize) < from);
            text.words[first..].iter().take_while(|word| (word.at as usize) <= last).filter(from_word).find_map(|word| run(word.at as usize))
        }
        Starts::Line => {
            let line = |start: &usize| *start == 0 || text.bytes[start - 1] == b'\n';
            let first = Some(from).filter(line);
            let others = text.bytes[from..last].iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| from + at + 1);
            first.into_iter().chain(others).filter(can_begin).find_map(run)
        }
        Starts::Anywhere => (from..=last).filter(can_begin).find_map(run),
    }
}

struct Search<'a> {
    pattern: &'a Pattern,
    text: &'a [u8],
    from: usize,
    end: usize,
    scratch: &'a mut Scratch,
}

impl<'a> Search<'a> {
    fn new(pattern: &'a Pattern, text: &'a [u8], window: &Range<usize>, scratch: &'a mut Scratch) -> Search<'a> {
        let search = Search { pattern, text, from: window.start, end: window.end, scratch };
        let words = (pattern.marks as usize * search.width()).div_ceil(64);
        let Scratch { been, touched, tried, .. } = &mut *search.scratch;
        touched.drain(..).for_each(|word| been[word] = 0);
        if been.len() < words {
            been.resize(words, 0);
        }
        tried.clear();
        tried.resize(usize::from(pattern.runs), usize::MAX..usize::MAX);
        search
    }

    fn width(&self) -> usize {
        self.end - self.from + 1
    }

    /// The end of the match that begins here.
    fn run(&mut self, start: usize) -> Option<usize> {
        self.scratch.ways.clear();
        self.scratch.ways.push(Way::At { step: self.pattern.start, place: start });
        while let Some(way) = self.scratch.ways.pop() {
            let (step, place) = match way {
                Way::At { step, place } => (step, place),
                Way::Run { step, place, last } => match self.next_of_run(step, place, last) {
                    Some(place) => place,
                    None => continue,
                },
                Way::Tried { run, from, last } => {
                    self.scratch.tried[usize::from(run)] = from..last + 1;
                    continue;
                }
            };
            if let Some(end) = self.follow(step, place) {
                return Some(end);
            }
        }
        None
    }

    /// The next end of a run at which it can go on; what is left of it waits.
    fn next_of_run(&mut self, step: u32, place: usize, last: usize) -> Option<(u32, usize)> {
        let Step::Run { greedy, then, next, .. } = self.pattern.steps[step as usize] else { return None };
        let text = &self.text[..self.end];
        if place > last {
            return None;
        }
        let fits = |place: usize| then.is_none_or(|set| text.get(place).is_some_and(|&byte| self.pattern.sets[usize::from(set)].has(byte)));
        let found = if greedy { (place..=last).rev().find(|&place| fits(place)) } else { (place..=last).find(|&place| fits(place)) }?;
        let rest = if greedy { (found > place).then(|| (place, found - 1)) } else { (found < last).then(|| (found + 1, last)) };
        self.scratch.ways.extend(rest.map(|(place, last)| Way::Run { step, place, last }));
        Some((next, found))
    }

    /// Where a run of a set ends, `most` at the latest.
    fn run_end(&self, set: u16, place: usize, most: usize) -> usize {
        let set = &self.pattern.sets[usize::from(set)];
        self.text[place..most].iter().position(|&byte| !set.has(byte)).map_or(most, |length| place + length)
    }

    /// Goes on from a step until it ends in a match or nowhere.
    fn follow(&mut self, mut step: u32, mut place: usize) -> Option<usize> {
        let pattern = self.pattern;
        loop {
            match pattern.steps[step as usize] {
                Step::Literal { at, length, next } => {
                    let end = place + length as usize;
                    if end > self.end || self.text[place..end] != pattern.literals[at as usize..][..length as usize] {
                        return None;
                    }
                    (step, place) = (next, end);
                }
                Step::Byte { set, next } => {
                    if place >= self.end || !pattern.sets[usize::from(set)].has(self.text[place]) {
                        return None;
                    }
                    (step, place) = (next, place + 1);
                }
                Step::Run { set, least, most, number: None, .. } => {
                    let last = self.run_end(set, place, (most as usize).min(self.end - place) + place);
                    (step, place) = self.next_of_run(step, place + least as usize, last)?;
                }
                Step::Run { set, least, number: Some(run), .. } => {
                    let first = place + least as usize;
                    let tried = self.scratch.tried[usize::from(run)].clone();
                    if tried.contains(&first) {
                        return None;
                    }
                    // A run that reaches the ends tried before goes on as far as they did.
                    let mut end = self.run_end(set, place, self.end.min(tried.start.max(place)));
                    let mut last = end;
                    if end == tried.start && place < end {
                        (end, last) = (tried.end - 1, tried.start - 1);
                    } else if end >= tried.start {
                        end = self.run_end(set, end, self.end);
                        last = end;
                    }
                    if first <= last {
                        self.scratch.ways.push(Way::Tried { run, from: first, last: end });
                    }
                    (step, place) = self.next_of_run(step, first, last)?;
                }
                Step::Look { look, next } => {
                    if !self.holds(look, place) {
                        return None;
                    }
                    step = next;
                }
                Step::Split { first, second } => {
                    self.scratch.ways.push(Way::At { step: second, place });
                    step = first;
                }
                Step::Switch { arms, count, end } => {
                    step = match self.text[..self.end].get(place) {
                        Some(&byte) => {
                            let arms = &pattern.arms[arms as usize..][..count as usize];
                            let arm = arms.get(arms.partition_point(|arm| arm.to < byte))?;
                            if arm.from > byte {
                                return None;
                            }
                            arm.next
                        }
                        None => end?,
                    };
                }
                Step::Mark { number, next } => {
                    let bit = number as usize * self.width() + (place - self.from);
                    let (word, mask) = (&mut self.scratch.been[bit >> 6], 1u64 << (bit & 63));
                    if *word & mask != 0 {
                        return None;
                    }
                    if *word == 0 {
                        self.scratch.touched.push(bit >> 6);
                    }
                    *word |= mask;
                    step = next;
                }
                Step::Match => return Some(place),
            }
        }
    }

    fn holds(&self, look: Look, place: usize) -> bool {
        let before = place.checked_sub(1).map(|at| self.text[at]);
        let after = self.text.get(place).copied();
        let is_word = |byte: Option<u8>| byte.is_some_and(is_word);
        match look {
            Look::Start => before.is_none(),
            Look::End => after.is_none(),
            Look::LineStart => before.is_none_or(|byte| byte == b'\n'),
            Look::LineEnd => after.is_none_or(|byte| byte == b'\n'),
            Look::WordBoundary => is_word(before) != is_word(after),
            Look::NoWordBoundary => is_word(before) == is_word(after),
            Look::WordStart => !is_word(before) && is_word(after),
            Look::WordEnd => is_word(before) && !is_word(after),
        }
    }
}
