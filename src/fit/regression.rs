//! Additive logistic regression, with as many thresholds as there are steps between levels.
//!
//! Coordinate descent from a fixed start, one column after the other: the same rows give the same weights everywhere.
//! Nothing here knows posts or rules.

/// One column of the rows: where it is not zero.
#[derive(Debug, Clone)]
pub struct Column {
    pub rows: Vec<u32>,
    /// The values there; `None`: all one.
    pub values: Option<Vec<f64>>,
}

/// What holds a weight in place while the rows pull at it.
#[derive(Debug, Clone, Copy)]
pub struct Pull {
    pub least: f64,
    pub most: f64,
    /// Where the ridge pulls to.
    pub towards: f64,
    pub ridge: f64,
    /// Holds at zero what does not pull harder than this.
    pub lasso: f64,
}

/// Weights of the columns, and thresholds of the sum.
#[derive(Debug, Clone)]
pub struct Fitted {
    pub weights: Vec<f64>,
    pub thresholds: Vec<f64>,
}

const ROUNDS: usize = 60;
/// Every so many rounds all columns are tried, in the others only those that weigh anything.
const ALL_EVERY: usize = 6;
/// A step of a weight at most: the curve is known only near where it stands.
const STEP_MOST: f64 = 1.0;
/// Rounds that move no weight by more than this are the last.
const STILL: f64 = 0.002;

/// The rows with what the sum of each is now.
struct Rows<'a> {
    levels: &'a [Option<u8>],
    sums: Vec<f64>,
    slopes: Vec<f64>,
    curves: Vec<f64>,
    thresholds: Vec<f64>,
}

impl Rows<'_> {
    fn refresh(&mut self, row: usize) {
        let Some(level) = self.levels[row] else { return };
        let (mut slope, mut curve) = (0.0, 0.0);
        for (above, threshold) in self.thresholds.iter().enumerate() {
            let chance = chance(self.sums[row] - threshold);
            slope += chance - f64::from(u8::from(usize::from(level) > above));
            curve += chance * (1.0 - chance);
        }
        (self.slopes[row], self.curves[row]) = (slope, curve);
    }

    fn move_threshold(&mut self, above: usize) {
        let (mut slope, mut curve) = (0.0, 1e-6);
        for (row, level) in self.levels.iter().enumerate() {
            let Some(level) = level else { continue };
            let chance = chance(self.sums[row] - self.thresholds[above]);
            slope -= chance - f64::from(u8::from(usize::from(*level) > above));
            curve += chance * (1.0 - chance);
        }
        self.thresholds[above] -= (slope / curve).clamp(-STEP_MOST, STEP_MOST);
    }
}

/// The chance that goes with log-odds.
fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Fits weights and thresholds to the rows that have a level: 0 to `steps`.
pub fn fit(columns: &[Column], pulls: &[Pull], levels: &[Option<u8>], steps: usize) -> Fitted {
    let count = levels.len();
    let thresholds = (0..steps).map(|step| step as f64 - (steps as f64 - 1.0) / 2.0).collect();
    let mut rows = Rows { levels, sums: vec![0.0; count], slopes: vec![0.0; count], curves: vec![0.0; count], thresholds };
    let mut weights = vec![0.0; columns.len()];
    for (at, column) in columns.iter().enumerate() {
        weights[at] = pulls[at].towards.clamp(pulls[at].least, pulls[at].most);
        if weights[at] != 0.0 {
            for (place, &row) in column.rows.iter().enumerate() {
                rows.sums[row as usize] += weights[at] * column.values.as_ref().map_or(1.0, |values| values[place]);
            }
        }
    }
    for round in 0..ROUNDS {
        for _ in 0..2 {
            (0..steps).for_each(|above| rows.move_threshold(above));
        }
        (0..count).for_each(|row| rows.refresh(row));
        let mut moved: f64 = 0.0;
        for (at, column) in columns.iter().enumerate() {
            let pull = &pulls[at];
            let is_held = pull.least == pull.most || column.rows.is_empty();
            if is_held || weights[at] == 0.0 && round % ALL_EVERY != 0 {
                continue;
            }
            moved = moved.max(step(&mut rows, column, pull, &mut weights[at]).abs());
        }
        if moved < STILL && round % ALL_EVERY == 0 {
            break;
        }
    }
    Fitted { weights, thresholds: rows.thresholds }
}

/// Moves one weight to where its column is at rest; by how much.
fn step(rows: &mut Rows<'_>, column: &Column, pull: &Pull, weight: &mut f64) -> f64 {
    let value = |place: usize| column.values.as_ref().map_or(1.0, |values| values[place]);
    let (mut slope, mut curve) = (pull.ridge * (*weight - pull.towards), pull.ridge + 0.3);
    for (place, &row) in column.rows.iter().enumerate() {
        let value = value(place);
        slope += rows.slopes[row as usize] * value;
        curve += rows.curves[row as usize] * value * value;
    }
    let free = *weight - slope / curve;
    let held = if pull.lasso > 0.0 { free.signum() * (free.abs() - pull.lasso / curve).max(0.0) } else { free };
    let change = (held - *weight).clamp(-STEP_MOST, STEP_MOST);
    let next = (*weight + change).clamp(pull.least, pull.most);
    let change = next - *weight;
    if change != 0.0 {
        *weight = next;
        for (place, &row) in column.rows.iter().enumerate() {
            rows.sums[row as usize] += change * value(place);
            rows.refresh(row as usize);
        }
    }
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Pull = Pull { least: f64::MIN, most: f64::MAX, towards: 0.0, ridge: 0.1, lasso: 0.0 };

    /// Sixty rows: the first column stands in the upper half of the levels, the second anywhere.
    fn rows() -> (Vec<Column>, Vec<Option<u8>>) {
        let telling = (0..60).filter(|row| row % 6 >= 3 || row % 20 == 0).collect();
        let idle = (0..60).filter(|row| row / 6 % 2 == 0).collect();
        (vec![Column { rows: telling, values: None }, Column { rows: idle, values: None }], (0..60).map(|row| Some((row % 6 / 2) as u8)).collect())
    }

    #[test]
    fn what_tells_weighs_and_thresholds_are_in_order() {
        let (columns, levels) = rows();
        let fitted = fit(&columns, &[FREE; 2], &levels, 2);
        assert!(fitted.weights[0] > 1.0 && fitted.weights[1].abs() < 0.5, "{fitted:?}");
        assert!(fitted.thresholds[0] < fitted.thresholds[1]);
    }

    #[test]
    fn bounds_and_lasso_hold() {
        let (columns, levels) = rows();
        let never_up = Pull { most: 0.0, ..FREE };
        let held = Pull { lasso: 4.0, ..FREE };
        let fitted = fit(&columns, &[never_up, held], &levels, 2);
        assert_eq!(fitted.weights, [0.0, 0.0]);
    }

    #[test]
    fn rows_without_a_level_pull_at_nothing() {
        let (columns, levels) = rows();
        let none = vec![None; levels.len()];
        assert_eq!(fit(&columns, &[FREE; 2], &none, 1).weights, [0.0, 0.0]);
    }
}
