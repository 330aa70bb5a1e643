//! A pattern as bytes, and back. Every step, set, arm and lead has a layout of its own of fixed width: a post needs a
//! hundred of the stored patterns once, and taking them out must not cost more than running them.

use super::{Lead, Look, Pattern, Set, Starts, Step};

/// Stands for no number.
const NONE: u16 = u16::MAX;

const LOOKS: [Look; 8] = [Look::Start, Look::End, Look::LineStart, Look::LineEnd, Look::WordBoundary, Look::NoWordBoundary, Look::WordStart, Look::WordEnd];
const STARTS: [Starts; 4] = [Starts::Anywhere, Starts::Word, Starts::Edge, Starts::Line];

pub(super) fn pack(pattern: &Pattern) -> Vec<u8> {
    let mut to = Packing::default();
    let counts = [pattern.steps.len(), pattern.literals.len(), pattern.sets.len(), pattern.arms.len(), pattern.leads.len()];
    counts.into_iter().for_each(|count| to.long(count as u32));
    [pattern.start, pattern.marks].into_iter().for_each(|number| to.long(number));
    to.short(pattern.runs);
    to.0.extend([place(&STARTS, &pattern.starts), u8::from(pattern.lead.is_some())]);
    pattern.steps.iter().for_each(|step| to.step(step));
    to.0.extend(&pattern.literals);
    pattern.sets.iter().for_each(|set| to.words(&set.0));
    to.0.extend(pattern.arms.as_flattened());
    for lead in pattern.lead.iter().chain(&pattern.leads) {
        to.words(&[u64::from(lead.at_word)]);
        to.words(&lead.one.0);
        to.words(&lead.two.0);
        to.words(&lead.three);
    }
    to.0
}

pub(super) fn unpack(bytes: &[u8]) -> Option<Pattern> {
    let mut from = Packed(bytes);
    let [steps, literals, sets, arms, leads, start, marks] = from.array(Packed::long)?;
    let runs = from.short()?;
    let starts = *STARTS.get(usize::from(from.byte()?))?;
    let has_lead = from.byte()? == 1;
    Some(Pattern {
        steps: from.several(steps, Packed::step)?,
        literals: from.take(literals as usize)?.to_vec(),
        sets: from.chunks(sets)?.iter().map(set).collect(),
        arms: from.chunks(arms)?.to_vec(),
        lead: from.chunks(has_lead.into())?.first().map(lead),
        leads: from.chunks(leads)?.iter().map(lead).collect(),
        start,
        starts,
        marks,
        runs,
    })
}

fn words<const N: usize>(bytes: &[u8]) -> [u64; N] {
    std::array::from_fn(|at| bytes.as_chunks().0.get(at).copied().map_or(0, u64::from_le_bytes))
}

fn set(bytes: &[u8; 32]) -> Set {
    Set(words(bytes))
}

/// A lead is a word of eight bytes, then two sets of 32, then 128.
fn lead(bytes: &[u8; 200]) -> Lead {
    Lead { at_word: bytes[0] == 1, one: Set(words(&bytes[8..40])), two: Set(words(&bytes[40..72])), three: words(&bytes[72..]) }
}

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|other| other == one).unwrap_or_default() as u8
}

#[derive(Default)]
struct Packing(Vec<u8>);

impl Packing {
    fn short(&mut self, short: u16) {
        self.0.extend(short.to_le_bytes());
    }

    fn long(&mut self, long: u32) {
        self.0.extend(long.to_le_bytes());
    }

    fn words(&mut self, words: &[u64]) {
        words.iter().for_each(|word| self.0.extend(word.to_le_bytes()));
    }

    /// The number of a step, of which a program has fewer than 65,535.
    fn number(&mut self, number: u32) {
        self.short(number as u16);
    }

    fn option(&mut self, number: Option<u16>) {
        self.short(number.unwrap_or(NONE));
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Literal { at, length, next } => {
                self.0.push(0);
                self.long(at);
                self.short(length as u16);
                self.number(next);
            }
            Step::Byte { set, next } => {
                self.0.push(1);
                self.short(set);
                self.number(next);
            }
            Step::Run { set, least, most, greedy, then, onward, number, next } => {
                self.0.extend([2, u8::from(greedy)]);
                self.short(set);
                self.long(least);
                self.long(most);
                [then, onward, number].into_iter().for_each(|option| self.option(option));
                self.number(next);
            }
            Step::Look { look, next } => {
                self.0.extend([3, place(&LOOKS, &look)]);
                self.number(next);
            }
            Step::Split { first, second } => {
                self.0.push(4);
                self.number(first);
                self.number(second);
            }
            Step::Switch { arms, count, end } => {
                self.0.push(5);
                self.long(arms);
                self.long(count);
                self.option(end.map(|end| end as u16));
            }
            Step::Mark { number, next } => {
                self.0.push(6);
                self.long(number);
                self.number(next);
            }
            Step::Match => self.0.push(7),
        }
    }
}

struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*chunk)
    }

    fn byte(&mut self) -> Option<u8> {
        self.chunk().map(|[byte]| byte)
    }

    fn short(&mut self) -> Option<u16> {
        self.chunk().map(u16::from_le_bytes)
    }

    fn long(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_le_bytes)
    }

    fn number(&mut self) -> Option<u32> {
        self.short().map(u32::from)
    }

    fn option(&mut self) -> Option<Option<u16>> {
        self.short().map(|number| Some(number).filter(|number| *number != NONE))
    }

    fn array<T: Copy + Default, const N: usize>(&mut self, each: impl Fn(&mut Self) -> Option<T>) -> Option<[T; N]> {
        let mut array = [T::default(); N];
        for item in &mut array {
            *item = each(self)?;
        }
        Some(array)
    }

    fn several<T>(&mut self, count: u32, each: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        // What is stored takes a byte at least: a wrong count reserves no more than there is.
        let mut several = Vec::with_capacity((count as usize).min(self.0.len()));
        for _ in 0..count {
            several.push(each(self)?);
        }
        Some(several)
    }

    fn chunks<const N: usize>(&mut self, count: u32) -> Option<&'a [[u8; N]]> {
        Some(self.take((count as usize).checked_mul(N)?)?.as_chunks().0)
    }

    fn step(&mut self) -> Option<Step> {
        Some(match self.byte()? {
            0 => Step::Literal { at: self.long()?, length: self.short()?.into(), next: self.number()? },
            1 => Step::Byte { set: self.short()?, next: self.number()? },
            2 => {
                let (greedy, set, least, most) = (self.byte()? == 1, self.short()?, self.long()?, self.long()?);
                Step::Run { set, least, most, greedy, then: self.option()?, onward: self.option()?, number: self.option()?, next: self.number()? }
            }
            3 => Step::Look { look: *LOOKS.get(usize::from(self.byte()?))?, next: self.number()? },
            4 => Step::Split { first: self.number()?, second: self.number()? },
            5 => Step::Switch { arms: self.long()?, count: self.long()?, end: self.option()?.map(u32::from) },
            6 => Step::Mark { number: self.long()?, next: self.number()? },
            7 => Step::Match,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::pattern::tests::{EXPRESSIONS, compiled};

    #[test]
    fn what_is_packed_is_unpacked_and_what_is_cut_off_is_nothing() {
        for expression in EXPRESSIONS {
            let pattern = compiled(expression);
            let bytes = super::pack(&pattern);
            assert_eq!(super::unpack(&bytes), Some(pattern), "{expression}");
            assert_eq!(super::unpack(&bytes[..bytes.len() - 1]), None, "{expression}");
        }
    }
}
