//! Runs a program over a text: tries one way after the other, and remembers at marked steps where it has been, so that
//! no expression takes longer than its size times the text.

use std::ops::{Range, RangeInclusive};

use super::{Lead, Look, Pattern, Starts, Step, hash, is_word};

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
    /// A bit for each place where a word begins.
    begins: Vec<u64>,
}

impl Haystack<'_> {
    /// Where words begin.
    pub fn words(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().map(|word| word.at as usize)
    }

    /// The first place from `from` to `last` where a word begins.
    fn next_word(&self, from: usize, last: usize) -> Option<usize> {
        let mut block = from >> 6;
        let mut bits = self.begins.get(block)? & (u64::MAX << (from & 63));
        while bits == 0 {
            block += 1;
            if block << 6 > last {
                return None;
            }
            bits = *self.begins.get(block)?;
        }
        Some((block << 6) + bits.trailing_zeros() as usize).filter(|place| *place <= last)
    }

    /// The last such place.
    fn last_word(&self, from: usize, last: usize) -> Option<usize> {
        let mut block = last >> 6;
        let mut bits = self.begins.get(block)? & (u64::MAX >> (63 - (last & 63)));
        while bits == 0 {
            block = block.checked_sub(1).filter(|block| *block >= from >> 6)?;
            bits = self.begins[block];
        }
        Some((block << 6) + 63 - bits.leading_zeros() as usize).filter(|place| *place >= from)
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
        let mut begins = vec![0; bytes.len() / 64 + 1];
        let mut within = false;
        for (at, &byte) in bytes.iter().enumerate() {
            let is_word = is_word(byte);
            if is_word && !within {
                let (two, three) = hashes(&bytes[at..]);
                words.push(Word { at: at as u32, two, three });
                begins[at >> 6] |= 1 << (at & 63);
            }
            within = is_word;
        }
        Haystack { bytes, words, begins }
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
    let mut search = Search::new(pattern, text, &(from..end), scratch);
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
        Starts::Edge => {
            let edge = |start: &usize| {
                let before = start.checked_sub(1).is_some_and(|at| is_word(text.bytes[at]));
                before != text.bytes.get(*start).copied().is_some_and(is_word)
            };
            (from..=last).filter(edge).filter(can_begin).find_map(run)
        }
        Starts::Anywhere => (from..=last).filter(can_begin).find_map(run),
    }
}

struct Search<'a> {
    pattern: &'a Pattern,
    haystack: &'a Haystack<'a>,
    text: &'a [u8],
    from: usize,
    end: usize,
    scratch: &'a mut Scratch,
}

impl<'a> Search<'a> {
    fn new(pattern: &'a Pattern, haystack: &'a Haystack<'a>, window: &Range<usize>, scratch: &'a mut Scratch) -> Search<'a> {
        let search = Search { pattern, haystack, text: haystack.bytes, from: window.start, end: window.end, scratch };
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
        let Step::Run { set, greedy, then, onward, next, .. } = self.pattern.steps[step as usize] else { return None };
        let text = &self.text[..self.end];
        if place > last {
            return None;
        }
        if let Some(onward) = onward {
            let lead = &self.pattern.leads[usize::from(onward)];
            let found = if greedy { self.last_of(lead, place, last) } else { self.first_of(lead, place, last) }?;
            let rest = match greedy {
                true => (found > place).then(|| (place, found - 1)),
                // What lies before the place is known to be of the run's set, what comes after only now.
                false if self.run_end(set, place, found) < found => return None,
                false => (found < last && self.pattern.sets[usize::from(set)].has(self.text[found])).then(|| (found + 1, last)),
            };
            self.scratch.ways.extend(rest.map(|(place, last)| Way::Run { step, place, last }));
            return Some((next, found));
        }
        let fits = |place: usize| then.is_none_or(|set| text.get(place).is_some_and(|&byte| self.pattern.sets[usize::from(set)].has(byte)));
        let found = if greedy { (place..=last).rev().find(|&place| fits(place)) } else { (place..=last).find(|&place| fits(place)) }?;
        let rest = if greedy { (found > place).then(|| (place, found - 1)) } else { (found < last).then(|| (found + 1, last)) };
        self.scratch.ways.extend(rest.map(|(place, last)| Way::Run { step, place, last }));
        Some((next, found))
    }

    /// The first place from `place` to `last` where something may begin as a lead says.
    fn first_of(&self, lead: &Lead, mut place: usize, last: usize) -> Option<usize> {
        loop {
            place = if lead.at_word { self.haystack.next_word(place, last)? } else { place };
            if place > last || place >= self.end {
                return None;
            }
            if self.begins(lead, place) {
                return Some(place);
            }
            place += 1;
        }
    }

    /// The last such place.
    fn last_of(&self, lead: &Lead, place: usize, mut last: usize) -> Option<usize> {
        last = last.min(self.end.checked_sub(1)?);
        loop {
            last = if lead.at_word { self.haystack.last_word(place, last)? } else { last };
            if last < place {
                return None;
            }
            if self.begins(lead, last) {
                return Some(last);
            }
            last = last.checked_sub(1)?;
        }
    }

    fn begins(&self, lead: &Lead, place: usize) -> bool {
        let (two, three) = hashes(&self.text[place..]);
        lead.has(self.text[place], two, three)
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
                    // Short, and mostly unlike in the first bytes: a call to compare them would cost more.
                    if end > self.end || self.text[place..end].iter().zip(&pattern.literals[at as usize..]).any(|(one, other)| one != other) {
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
                Step::Run { set, least, most, greedy, onward, number: None, .. } => {
                    let (first, last) = (place + least as usize, (most as usize).min(self.end - place) + place);
                    // A short run that looks ahead for its end looks at what lies between when it has found one.
                    let looked_at = if onward.is_some() && !greedy { first.min(last) } else { last };
                    let end = self.run_end(set, place, looked_at);
                    let last = if end < looked_at { end } else { last };
                    (step, place) = self.next_of_run(step, first, last)?;
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
                            let &[from, _, low, high] = arms.get(arms.partition_point(|[_, to, ..]| *to < byte))?;
                            if from > byte {
                                return None;
                            }
                            u16::from_le_bytes([low, high]).into()
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
