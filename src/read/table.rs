//! Tables as people keep and export them: CSV with commas, semicolons or bars, TSV. The first row names the columns; a
//! row is a post. Spreadsheets in their own formats are not read.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use super::columns::{Columns, Field};
use super::detect::{Detected, Format};
use super::{Document, Limits, Problem, Reading, cells, encoding};
use crate::post::{Draft, Markup};

/// What parts columns, by how sure one can be of it.
const DELIMITERS: &[u8] = b"\t;,|";

/// Rows looked at to tell a table from prose.
const ROWS: usize = 20;

/// Whether a text is a table, and by what its columns are parted.
pub(super) fn kind(text: &str, columns: &Columns) -> Option<Detected> {
    let first = text.lines().next()?;
    DELIMITERS.iter().filter(|&&delimiter| first.as_bytes().contains(&delimiter)).find_map(|&delimiter| {
        let mut reader = reader(text, delimiter);
        let headings = reader.headers().ok()?.clone();
        let known: Vec<Field> = headings.iter().filter_map(|name| columns.field(name)).map(|(field, _)| field).collect();
        let names = || headings.iter().map(str::trim).filter(|name| columns.field(name).is_some()).take(6).collect::<Vec<_>>().join(", ");
        if known.len() >= 2 && (known.contains(&Field::Title) || known.contains(&Field::Body)) && headings.iter().all(|name| name.len() <= 60) {
            return Some(Detected { format: Format::Table(delimiter), why: format!("its first row names columns: {}", names()).into() });
        }
        // Names nobody knows: only rows that agree make a table of it.
        let rows: Vec<usize> = reader.records().take(ROWS).filter_map(Result::ok).map(|row| row.len()).collect();
        // In prose a blank follows a comma.
        let is_tight = || first.as_bytes().windows(2).all(|pair| pair[0] != delimiter || pair[1] != b' ');
        let least = if delimiter == b'\t' || is_tight() { 3 } else { 4 };
        let agree = rows.iter().filter(|&&cells| cells == headings.len()).count();
        let is_grid =
            headings.len() >= least && rows.len() >= 3 && agree + 1 >= rows.len() && headings.iter().all(|name| !name.trim().is_empty() && name.len() <= 40);
        is_grid.then(|| Detected {
            format: Format::Table(delimiter),
            why: format!("{agree} of its first {} rows have {} columns", rows.len(), headings.len()).into(),
        })
    })
}

/// Columns of a table: the parser keeps the place of every cell of a row.
const COLUMNS_MOST: usize = 20_000;

/// Where the first line, or row of several lines, starts that has more columns than that.
fn too_wide(text: &[u8], delimiter: u8) -> Option<usize> {
    let (mut row, mut line) = ((0, 0), (0, 0));
    let mut is_quoted = false;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' => {
                line = (at + 1, 0);
                if !is_quoted {
                    row = line;
                }
            }
            _ if byte == delimiter => {
                // A quotation mark inside a word opens nothing: each line is counted by itself too.
                line.1 += 1;
                row.1 += usize::from(!is_quoted);
                if line.1 > COLUMNS_MOST {
                    return Some(line.0);
                }
                if row.1 > COLUMNS_MOST {
                    return Some(row.0);
                }
            }
            _ => {}
        }
    }
    None
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes())
}

/// Reads the rows of a table.
pub fn read(document: &Document, delimiter: u8, limits: &Limits) -> Reading {
    let kind = if delimiter == b'\t' { "tsv" } else { "csv" };
    let mut reading = Reading { format: kind.into(), ..Reading::default() };
    let text = encoding::decode(&document.bytes, document.media_type.as_deref());
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'));
    let text = match too_wide(text.as_bytes(), delimiter) {
        Some(at) => {
            let line = text[..at].matches('\n').count() + 1;
            let message = format!("a row of more than {COLUMNS_MOST} columns; it is left out, with all that comes after");
            reading.note(Problem::at(document, format!("line {line}"), message), limits);
            &text[..at]
        }
        None => text,
    };
    let mut reader = reader(text, delimiter);
    let headings = match reader.headers() {
        Ok(headings) => headings.clone(),
        Err(error) => {
            reading.problems.push(Problem::of(document, format!("the first row of the table: {error}")));
            return reading;
        }
    };
    let places = places(&headings, document.columns());
    if !places.contains_key(&Field::Title) && !places.contains_key(&Field::Body) {
        let names: Vec<&str> = headings.iter().take(12).collect();
        let message = format!(
            "a table whose columns are unknown: {}. Say in [columns] of gigsieve.toml which is the title and which the body, or name them so in the first row",
            names.join(", ")
        );
        reading.problems.push(Problem::of(document, message));
        return reading;
    }
    let day_first = is_day_first(text, delimiter, &places);
    let mut row = StringRecord::new();
    let mut last = None;
    loop {
        match reader.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) => {
                let line = row.position().map_or(0, csv::Position::line);
                last = row.position().cloned();
                if reading.posts.len() >= limits.posts {
                    reading.note(Problem::at(document, format!("line {line}"), format!("more than {} rows; the rest is left out", limits.posts)), limits);
                    break;
                }
                if row.iter().all(|cell| cell.trim().is_empty()) {
                    continue;
                }
                match draft(&row, &places, day_first, document, kind, limits).map(Draft::finish) {
                    Some(post) if !post.title.is_empty() || !post.body.is_empty() => reading.posts.push(post),
                    _ => reading.note(Problem::at(document, format!("line {line}"), "a row without a title and without a text"), limits),
                }
            }
            Err(error) => reading.note(Problem::of(document, format!("a row of the table: {error}")), limits),
        }
    }
    if let Some(line) = last.and_then(|last| open_quote(&last, text, delimiter)) {
        let message = "a quotation mark opens a cell here and nothing closes it; the rest of the file went into that cell";
        reading.note(Problem::at(document, format!("line {line}"), message), limits);
    }
    reading
}

/// Where each field is: the places of its columns, the best name first.
fn places(headings: &StringRecord, columns: &Columns) -> BTreeMap<Field, Vec<usize>> {
    let mut ranked: Vec<(Field, usize, usize)> =
        headings.iter().enumerate().filter_map(|(place, name)| columns.field(name).map(|(field, rank)| (field, rank, place))).collect();
    ranked.sort_unstable();
    let mut places: BTreeMap<Field, Vec<usize>> = BTreeMap::new();
    for (field, _, place) in ranked {
        places.entry(field).or_default().push(place);
    }
    places
}

fn draft(row: &StringRecord, places: &BTreeMap<Field, Vec<usize>>, day_first: bool, document: &Document, kind: &str, limits: &Limits) -> Option<Draft> {
    let mut draft = Draft { source: Some(document.source.clone()), format: Some(kind.to_owned()), ..Draft::default() };
    for (&field, places) in places {
        if let Some(cell) = places.iter().filter_map(|&place| row.get(place)).find(|cell| !cell.trim().is_empty()) {
            cells::put(&mut draft, field, unguarded(cell), day_first, limits);
        }
    }
    if draft.body.contains("</") || draft.body.contains("<br") {
        draft.markup = Markup::Body;
    }
    if draft.marketplace.is_none() {
        draft.marketplace = draft.url.as_deref().and_then(super::marketplace::of).map(str::to_owned);
    }
    Some(draft)
}

/// A cell without the apostrophe that guards a spreadsheet against formulas ("'=1+1", as our own CSV report writes it).
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

/// Whether the dates of this table start with the day: one that can only be read so decides for all.
fn is_day_first(text: &str, delimiter: u8, places: &BTreeMap<Field, Vec<usize>>) -> bool {
    let dates: Vec<usize> = [Field::Published, Field::Updated, Field::MemberSince].iter().filter_map(|field| places.get(field)).flatten().copied().collect();
    !dates.is_empty()
        && text.contains('/')
        && reader(text, delimiter)
            .records()
            .take(1000)
            .filter_map(Result::ok)
            .any(|row| dates.iter().filter_map(|&place| row.get(place)).any(cells::starts_with_day))
}

/// The line of the last row, where the text ends inside a quoted cell of several lines.
fn open_quote(position: &csv::Position, text: &str, delimiter: u8) -> Option<u64> {
    let row = text.as_bytes().get(usize::try_from(position.byte()).ok()?..)?;
    let quotes = row.iter().filter(|&&byte| byte == b'"').count();
    let opens = row
        .iter()
        .position(|&byte| byte == b'"')
        .is_some_and(|at| at == 0 || matches!(row.get(at - 1), Some(&before) if before == delimiter || before == b'\n'));
    (quotes % 2 == 1 && opens).then(|| position.line())
}
