//! An expression's tree made into steps, from the end to the beginning: so each step knows what can follow it.

use std::collections::HashMap;

use regex_syntax::hir::{self, Class, Hir, HirKind};
use regex_syntax::utf8::Utf8Sequences;

use super::{Arm, Lead, Look, Pattern, PatternError, Set, Starts, Step};

/// Programs of more steps are refused: no idea takes that many.
pub const STEPS_MOST: usize = 20_000;
/// A repetition without a bound is expected to go on for so many bytes: a long word, else the rest of a long sentence.
const WORD: u32 = 20;
const SENTENCE: u32 = 240;

/// Longer literals are several steps.
const LITERAL_MOST: usize = 1 << 15;

/// Runs that can end at so many places look ahead for what follows them.
const GAP_LEAST: u32 = 4;

/// Ways of an alternation from which on a look at the next byte is cheaper than trying one after the other.
const SWITCH_LEAST: usize = 3;

/// What the ways from a step on begin with.
#[derive(Clone, Copy)]
struct First {
    set: Set,
    /// Whether nothing at all may be needed.
    empty: bool,
}

const ANYTHING: First = First { set: Set([u64::MAX; 4]), empty: true };

pub(super) fn compile(tree: &Hir) -> Result<Pattern, PatternError> {
    let mut compiler = Compiler::default();
    let end = compiler.push(Step::Match, ANYTHING);
    let start = compiler.tree(tree, end)?;
    let begins_word = compiler.begins_word(start);
    let start = compiler.without_the_unreached(start);
    let Compiler { steps, literals, sets, arms, leads, marks, runs, .. } = compiler;
    let starts = match steps[start as usize] {
        _ if begins_word => Starts::Word,
        Step::Look { look: Look::WordBoundary, .. } => Starts::Edge,
        Step::Look { look: Look::LineStart, .. } => Starts::Line,
        _ => Starts::Anywhere,
    };
    let lead = super::lead::lead(tree).map(|beginnings| Lead::of(&beginnings));
    Ok(Pattern { steps, start, literals, sets, arms, lead, starts, leads, marks, runs })
}

/// The most bytes a match is expected to take.
pub(super) fn reach(tree: &Hir) -> u32 {
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len() as u32,
        HirKind::Class(_) => 1,
        HirKind::Capture(capture) => reach(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(reach).fold(0, u32::saturating_add),
        HirKind::Alternation(parts) => parts.iter().map(reach).max().unwrap_or(0),
        HirKind::Repetition(repetition) => {
            let each = reach(&repetition.sub);
            let unbounded = match set_of(&repetition.sub) {
                Some(set) if set.has(b' ') => SENTENCE,
                Some(_) => WORD,
                None => SENTENCE / each.max(1) + 1,
            };
            each.saturating_mul(repetition.max.unwrap_or(repetition.min.saturating_add(unbounded)))
        }
    }
}

/// The set of bytes, where a tree is one byte.
fn set_of(tree: &Hir) -> Option<Set> {
    let mut set = Set::default();
    match tree.kind() {
        HirKind::Literal(literal) if literal.0.len() == 1 => set.insert(literal.0[0]),
        HirKind::Class(class) => super::bytes_of(class)?.into_iter().for_each(|byte| set.insert(byte)),
        HirKind::Capture(capture) => return set_of(&capture.sub),
        _ => return None,
    }
    Some(set)
}

#[derive(Default)]
struct Compiler {
    steps: Vec<Step>,
    firsts: Vec<First>,
    literals: Vec<u8>,
    sets: Vec<Set>,
    arms: Vec<Arm>,
    leads: Vec<Lead>,
    marks: u32,
    runs: u16,
    too_large: bool,
}

impl Compiler {
    fn push(&mut self, step: Step, first: First) -> u32 {
        self.too_large |= self.steps.len() >= STEPS_MOST;
        self.steps.push(step);
        self.firsts.push(first);
        (self.steps.len() - 1) as u32
    }

    /// Leaves out the steps to which no way leads from a start, and their arms; the new number of the start. Literals whose
    /// first byte is read by a switch leave many behind.
    fn without_the_unreached(&mut self, start: u32) -> u32 {
        const UNREACHED: u32 = u32::MAX;
        let (steps, arms) = (std::mem::take(&mut self.steps), std::mem::take(&mut self.arms));
        let arms_of = |at: u32, count: u32| &arms[at as usize..][..count as usize];
        let mut numbers = vec![UNREACHED; steps.len()];
        let mut open = vec![start];
        while let Some(step) = open.pop() {
            if numbers[step as usize] != UNREACHED {
                continue;
            }
            numbers[step as usize] = 0;
            match steps[step as usize] {
                Step::Literal { next, .. } | Step::Byte { next, .. } | Step::Run { next, .. } | Step::Look { next, .. } | Step::Mark { next, .. } => {
                    open.push(next)
                }
                Step::Split { first, second } => open.extend([first, second]),
                Step::Switch { arms, count, end } => open.extend(arms_of(arms, count).iter().map(next_of).chain(end)),
                Step::Match => {}
            }
        }
        for (number, reached) in (0..).zip(numbers.iter_mut().filter(|number| **number != UNREACHED)) {
            *reached = number;
        }
        let new = |step: u32| numbers[step as usize];
        for (_, step) in steps.iter().enumerate().filter(|(at, _)| numbers[*at] != UNREACHED) {
            let mut step = *step;
            match &mut step {
                Step::Literal { next, .. } | Step::Byte { next, .. } | Step::Run { next, .. } | Step::Look { next, .. } | Step::Mark { next, .. } => {
                    *next = new(*next)
                }
                Step::Split { first, second } => (*first, *second) = (new(*first), new(*second)),
                Step::Switch { arms: at, count, end } => {
                    let kept = self.arms.len() as u32;
                    self.arms.extend(arms_of(*at, *count).iter().map(|arm| arm_of(arm[0], arm[1], new(next_of(arm)))));
                    *at = kept;
                    *end = end.map(new);
                }
                Step::Match => {}
            }
            self.steps.push(step);
        }
        new(start)
    }

    fn first(&self, step: u32) -> First {
        self.firsts[step as usize]
    }

    fn set(&mut self, set: Set) -> u16 {
        let at = self.sets.iter().position(|known| *known == set).unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        at as u16
    }

    /// A place to which several ways lead.
    fn mark(&mut self, next: u32) -> u32 {
        if matches!(self.steps[next as usize], Step::Mark { .. } | Step::Match) {
            return next;
        }
        self.marks += 1;
        self.push(Step::Mark { number: self.marks - 1, next }, self.first(next))
    }

    fn split(&mut self, first: u32, second: u32) -> u32 {
        let (a, b) = (self.first(first), self.first(second));
        self.push(Step::Split { first, second }, First { set: a.set.union(&b.set), empty: a.empty || b.empty })
    }

    /// The steps of a tree followed by `next`; the number of the first of them.
    fn tree(&mut self, tree: &Hir, next: u32) -> Result<u32, PatternError> {
        if self.too_large {
            return Err(PatternError(format!("more than {STEPS_MOST} steps; fewer repetitions of repetitions, please")));
        }
        Ok(match tree.kind() {
            HirKind::Empty => next,
            HirKind::Literal(literal) => {
                let mut next = next;
                for part in literal.0.rchunks(LITERAL_MOST) {
                    let at = self.literals.len() as u32;
                    self.literals.extend_from_slice(part);
                    next = self.literal(at, part.len() as u32, next);
                }
                next
            }
            // Letters beyond ASCII, which are several bytes each.
            HirKind::Class(Class::Unicode(class)) if !class.is_ascii() => {
                let next = self.mark(next);
                let sequences = class.ranges().iter().flat_map(|range| Utf8Sequences::new(range.start(), range.end()));
                let ways: Vec<u32> =
                    sequences.map(|sequence| sequence.as_slice().iter().rev().fold(next, |next, range| self.byte(range.start..=range.end, next))).collect();
                self.ways(&ways)
            }
            HirKind::Class(class) => self.byte(super::bytes_of(class).unwrap_or_default(), next),
            HirKind::Look(look) => {
                let look = look_of(*look)?;
                self.push(Step::Look { look, next }, self.first(next))
            }
            HirKind::Capture(capture) => self.tree(&capture.sub, next)?,
            HirKind::Concat(parts) => {
                let mut next = next;
                for (at, part) in parts.iter().enumerate().rev() {
                    next = match part.kind() {
                        HirKind::Repetition(repetition) => self.repetition(repetition, &parts[at + 1..], next)?,
                        _ => self.tree(part, next)?,
                    };
                }
                next
            }
            HirKind::Alternation(parts) => {
                let next = self.mark(next);
                let ways = parts.iter().map(|part| self.tree(part, next)).collect::<Result<Vec<u32>, _>>()?;
                self.ways(&ways)
            }
            HirKind::Repetition(repetition) => self.repetition(repetition, &[], next)?,
        })
    }

    /// A repetition, what follows it in its sequence known.
    fn repetition(&mut self, repetition: &hir::Repetition, rest: &[Hir], next: u32) -> Result<u32, PatternError> {
        let hir::Repetition { min, max, greedy, ref sub } = *repetition;
        if let Some(set) = set_of(sub) {
            let next = if max == Some(min) { next } else { self.mark(next) };
            let after = self.first(next);
            let number = self.set(set);
            let then = (!after.empty).then(|| self.set(after.set));
            let onward = if max.is_some_and(|max| max < min + GAP_LEAST) { None } else { self.onward(rest, next) };
            let first = First { set: if min > 0 { set } else { set.union(&after.set) }, empty: min == 0 && after.empty };
            let endless = max.is_none().then_some(self.runs);
            self.runs += u16::from(max.is_none());
            return Ok(self.push(Step::Run { set: number, least: min, most: max.unwrap_or(u32::MAX), greedy, then, onward, number: endless, next }, first));
        }
        let choice = |compiler: &mut Compiler, on: u32, out: u32| if greedy { compiler.split(on, out) } else { compiler.split(out, on) };
        let mut at = match max {
            Some(max) => {
                let out = if max > min { self.mark(next) } else { next };
                let mut at = out;
                for round in min..max {
                    let on = self.tree(sub, at)?;
                    let chosen = choice(self, on, out);
                    // Ways of different lengths come here with the same count; but for the first round, which all begin alike.
                    at = if min == 0 && round + 1 == max { chosen } else { self.mark(chosen) };
                }
                at
            }
            None => {
                let out = self.mark(next);
                let number = self.marks;
                self.marks += 1;
                let again = self.push(Step::Mark { number, next: out }, ANYTHING);
                let on = self.tree(sub, again)?;
                let chosen = choice(self, on, out);
                self.steps[again as usize] = Step::Mark { number, next: chosen };
                self.firsts[again as usize] = self.first(chosen);
                again
            }
        };
        for _ in 0..min {
            at = self.tree(sub, at)?;
        }
        Ok(at)
    }

    /// The lead of what follows a run, `next` its first step.
    fn onward(&mut self, rest: &[Hir], mut next: u32) -> Option<u16> {
        let mut lead = Lead::of(&super::lead::lead(&Hir::concat(rest.to_vec()))?);
        while let Step::Mark { next: after, .. } = self.steps[next as usize] {
            next = after;
        }
        lead.at_word = self.begins_word(next);
        self.leads.push(lead);
        u16::try_from(self.leads.len() - 1).ok()
    }

    /// Whether what a step begins stands only where a word begins.
    fn begins_word(&self, step: u32) -> bool {
        let first = self.first(step);
        let mut word = Set::default();
        (0..=u8::MAX).filter(|byte| super::is_word(*byte)).for_each(|byte| word.insert(byte));
        matches!(self.steps[step as usize], Step::Look { look: Look::WordBoundary | Look::WordStart, .. }) && !first.empty && first.set.union(&word) == word
    }

    /// One of several ways, the earlier before the later.
    fn ways(&mut self, ways: &[u32]) -> u32 {
        let mut chains = HashMap::new();
        if ways.len() < SWITCH_LEAST {
            return self.chain(ways, &mut chains).unwrap_or(0);
        }
        let mut arms: Vec<Arm> = Vec::new();
        let mut all = First { set: Set::default(), empty: false };
        for byte in 0..=u8::MAX {
            let mut fitting = Vec::new();
            ways.iter().for_each(|&way| self.open(way, byte, &mut fitting));
            let fitting = self.step_into(byte, fitting);
            let Some(next) = self.chain(&fitting, &mut chains) else { continue };
            all.set.insert(byte);
            match arms.last_mut() {
                Some(last) if next_of(last) == next && last[1].checked_add(1) == Some(byte) => last[1] = byte,
                _ => arms.push(arm_of(byte, byte, next)),
            }
        }
        let empty: Vec<u32> = ways.iter().copied().filter(|&way| self.first(way).empty).collect();
        all.empty = !empty.is_empty();
        let end = self.chain(&empty, &mut chains);
        let (at, count) = (self.arms.len() as u32, arms.len() as u32);
        self.arms.extend(arms);
        self.push(Step::Switch { arms: at, count, end }, all)
    }

    /// The ways that a step opens to those who read this byte next, the earlier before the later.
    fn open(&self, way: u32, byte: u8, opened: &mut Vec<u32>) {
        let first = self.first(way);
        match self.steps[way as usize] {
            _ if !first.empty && !first.set.has(byte) => {}
            Step::Split { first, second } => [first, second].into_iter().for_each(|way| self.open(way, byte, opened)),
            Step::Switch { arms, count, .. } => {
                let arms = &self.arms[arms as usize..][..count as usize];
                let arm = arms.iter().find(|[from, to, ..]| (from..=to).contains(&&byte));
                arm.iter().for_each(|arm| self.open(next_of(arm), byte, opened));
            }
            _ => opened.push(way),
        }
    }

    /// Ways for those who read a byte next: of several literals in a row, the byte, then a choice by the next.
    fn step_into(&mut self, byte: u8, ways: Vec<u32>) -> Vec<u32> {
        let rest_of = |compiler: &Self, way: u32| match compiler.steps[way as usize] {
            Step::Literal { at, length: length @ 2.., next } => Some((at + 1, length - 1, next)),
            _ => None,
        };
        let is_literal = |compiler: &Self, way: u32| rest_of(compiler, way).is_some();
        let mut grouped = Vec::with_capacity(ways.len());
        for group in ways.chunk_by(|&one, &next| is_literal(self, one) && is_literal(self, next)).map(<[u32]>::to_vec).collect::<Vec<_>>() {
            if group.len() < SWITCH_LEAST {
                grouped.extend(group);
                continue;
            }
            let rests: Vec<_> = group.iter().filter_map(|&way| rest_of(self, way)).collect();
            let rests: Vec<u32> = rests.into_iter().map(|(at, length, next)| self.literal(at, length, next)).collect();
            let next = self.ways(&rests);
            grouped.push(self.byte([byte], next));
        }
        grouped
    }

    fn byte(&mut self, bytes: impl IntoIterator<Item = u8>, next: u32) -> u32 {
        let mut set = Set::default();
        bytes.into_iter().for_each(|byte| set.insert(byte));
        let number = self.set(set);
        self.push(Step::Byte { set: number, next }, First { set, empty: false })
    }

    fn literal(&mut self, at: u32, length: u32, next: u32) -> u32 {
        let mut set = Set::default();
        set.insert(self.literals[at as usize]);
        self.push(Step::Literal { at, length, next }, First { set, empty: false })
    }

    fn chain(&mut self, ways: &[u32], chains: &mut HashMap<Vec<u32>, u32>) -> Option<u32> {
        let (&first, rest) = ways.split_first()?;
        if rest.is_empty() {
            return Some(first);
        }
        if let Some(&known) = chains.get(ways) {
            return Some(known);
        }
        let second = self.chain(rest, chains)?;
        let chain = self.split(first, second);
        chains.insert(ways.to_vec(), chain);
        Some(chain)
    }
}

fn next_of(arm: &Arm) -> u32 {
    u16::from_le_bytes([arm[2], arm[3]]).into()
}

fn arm_of(from: u8, to: u8, next: u32) -> Arm {
    let [low, high] = (next as u16).to_le_bytes();
    [from, to, low, high]
}

fn look_of(look: hir::Look) -> Result<Look, PatternError> {
    Ok(match look {
        hir::Look::Start => Look::Start,
        hir::Look::End => Look::End,
        hir::Look::StartLF => Look::LineStart,
        hir::Look::EndLF => Look::LineEnd,
        hir::Look::WordAscii => Look::WordBoundary,
        hir::Look::WordAsciiNegate => Look::NoWordBoundary,
        hir::Look::WordStartAscii => Look::WordStart,
        hir::Look::WordEndAscii => Look::WordEnd,
        other => return Err(PatternError(format!("`{}` is not known here", other.as_char()))),
    })
}
