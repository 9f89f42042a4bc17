//! The table of figures, as Markdown that the README can show.

use super::process::Cost;

/// One stage, measured several times.
pub struct Stage {
    pub name: String,
    /// Rows that the stage had to read, where it reads any.
    pub rows: Option<u64>,
    pub costs: Vec<Cost>,
    /// The same stage by the peer.
    pub peer: Vec<Cost>,
}

impl Stage {
    pub fn new(name: impl Into<String>, rows: Option<u64>) -> Self {
        Self {
            name: name.into(),
            rows,
            costs: Vec::new(),
            peer: Vec::new(),
        }
    }

    /// Median wall time of `cetak`.
    pub fn seconds(&self) -> f64 {
        median(&self.costs, |cost| Some(cost.wall_seconds)).unwrap_or(f64::NAN)
    }
}

/// Returns the middle one of the figures, where each run has one.
fn median(costs: &[Cost], figure: impl Fn(&Cost) -> Option<f64>) -> Option<f64> {
    let mut figures: Vec<f64> = costs.iter().map(figure).collect::<Option<_>>()?;
    figures.sort_by(f64::total_cmp);
    let count = figures.len();
    let (below, above) = (figures.get(count.checked_sub(1)? / 2)?, figures.get(count / 2)?);
    Some((below + above) / 2.0)
}

/// Writes the table; the peer's columns only where there was a peer.
pub fn markdown(stages: &[Stage]) -> String {
    let has_peer = stages.iter().any(|stage| !stage.peer.is_empty());
    let mut rows = vec![
        vec!["stage", "seconds", "CPU seconds", "rows a second", "peak MB"]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>(),
    ];
    if has_peer {
        rows[0].extend(["peer seconds", "peer CPU seconds", "peer peak MB", "cetak / peer"].map(str::to_owned));
    }
    for stage in stages {
        let mut cells = vec![
            stage.name.clone(),
            seconds(median(&stage.costs, |cost| Some(cost.wall_seconds))),
        ];
        cells.push(seconds(median(&stage.costs, |cost| cost.cpu_seconds)));
        cells.push(stage.rows.map_or(String::new(), |rows| rate(rows, stage.seconds())));
        cells.push(megabytes(median(&stage.costs, |cost| cost.peak_mb)));
        if has_peer {
            let peer = median(&stage.peer, |cost| Some(cost.wall_seconds));
            cells.push(seconds(peer));
            cells.push(seconds(median(&stage.peer, |cost| cost.cpu_seconds)));
            cells.push(megabytes(median(&stage.peer, |cost| cost.peak_mb)));
            cells.push(peer.map_or(String::new(), |peer| format!("{:.2}", stage.seconds() / peer)));
        }
        rows.push(cells);
    }
    lay_out(&rows)
}

/// Writes how the time grows with the rows.
pub fn growth(steps: &[(u64, Vec<Stage>)]) -> String {
    let mut rows = vec![
        [
            "rows",
            "first night",
            "µs a row",
            "peak MB",
            "next night",
            "µs a row",
            "peak MB",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for (count, stages) in steps {
        let mut cells = vec![grouped(*count)];
        for stage in stages.iter().take(2) {
            let each = stage.rows.map(|rows| stage.seconds() * 1e6 / rows as f64);
            cells.push(format!("{:.3}", stage.seconds()));
            cells.push(each.map_or(String::new(), |each| format!("{each:.2}")));
            cells.push(megabytes(median(&stage.costs, |cost| cost.peak_mb)));
        }
        rows.push(cells);
    }
    lay_out(&rows)
}

fn seconds(seconds: Option<f64>) -> String {
    match seconds {
        None => String::new(),
        Some(seconds) if seconds < 1.0 => format!("{seconds:.3}"),
        Some(seconds) => format!("{seconds:.2}"),
    }
}

fn megabytes(megabytes: Option<f64>) -> String {
    megabytes.map_or(String::new(), |megabytes| format!("{megabytes:.0}"))
}

fn rate(rows: u64, seconds: f64) -> String {
    let rate = rows as f64 / seconds / 1_000.0;
    grouped(rate.round() as u64 * 1_000)
}

/// Writes a number with commas between its thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Lays cells out in columns; the first column is text, the others are numbers.
fn lay_out(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(3)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (line, row) in rows.iter().enumerate() {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let cell = match column {
                0 => format!("| {cell:<width$} "),
                _ => format!("| {cell:>width$} "),
            };
            text.push_str(&cell);
        }
        text.push_str("|\n");
        if line == 0 {
            for (column, width) in widths.iter().enumerate() {
                let end = if column == 0 { '-' } else { ':' };
                text.push_str(&format!("| {}{end} ", "-".repeat(width - 1)));
            }
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(wall_seconds: f64) -> Cost {
        Cost {
            wall_seconds,
            cpu_seconds: None,
            peak_mb: Some(99.6),
        }
    }

    #[test]
    fn the_middle_counts_and_the_peer_stands_beside() {
        let mut stage = Stage::new("first night", Some(20_000));
        stage.costs = [0.3, 0.1, 0.2].map(cost).to_vec();
        assert_eq!(
            markdown(&[stage]),
            "| stage       | seconds | CPU seconds | rows a second | peak MB |\n\
             | ----------- | ------: | ----------: | ------------: | ------: |\n\
             | first night |   0.200 |             |       100,000 |     100 |\n"
        );
        let mut stage = Stage::new("next night", None);
        (stage.costs, stage.peer) = ([1.0, 2.0].map(cost).to_vec(), vec![cost(3.0)]);
        assert!(markdown(&[stage]).ends_with("|         3.00 |                  |          100 |         0.50 |\n"));
    }
}
