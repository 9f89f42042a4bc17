//! Which order of day and month a file means, told once from its whole column.
//!
//! A pure accumulator: cells go in one by one, the decision comes out; it can be written down and taken up again, so
//! that a file which goes on where another ended need not be read from its beginning.

use crate::intake::hex::{hex, unhex};
use crate::intake::timestamps::{DateOrder, Stamp, WrittenDate};
use chrono::Datelike;

/// What a column says about the order of day and month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderEvidence {
    dmy_only: u64,
    mdy_only: u64,
    open: u64,
    dmy: Run,
    mdy: Run,
    example: Option<(u64, String)>,
}

/// What one cell says about the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderHint {
    /// Nothing: there is no date, or every order reads the same.
    None,
    /// Day first: the other way round it is no date.
    Dmy,
    /// Month first.
    Mdy,
    /// It asks.
    Open,
}

impl OrderHint {
    /// In the order of their numbers.
    pub(crate) const ALL: [Self; 4] = [Self::None, Self::Dmy, Self::Mdy, Self::Open];

    /// Returns what a time says.
    pub(crate) fn of(stamp: Option<&Stamp>) -> Self {
        match stamp.map(Stamp::date) {
            None | Some(WrittenDate::Sure(_)) => Self::None,
            Some(date) => LatestDate::of(date).hint(),
        }
    }
}

/// Whether a column, read in one order, ever ran backwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Run {
    last: i64,
    ran_back: bool,
}

/// Why the column does not decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// A line and cell that show the question: one that can be read both ways, or the first of those that contradict.
    pub example: Option<(u64, String)>,
    /// Whether some cells prove one order and some the other.
    pub contradictory: bool,
}

/// How many times more cells must prove one order than the other, before the others count as slips.
const CLEAR_MAJORITY: u64 = 20;

/// What a stretch of a column says, wherever in the file it stands.
#[derive(Clone, Debug, Default)]
pub struct OrderStretch {
    evidence: OrderEvidence,
    first_dmy: Option<i64>,
    first_mdy: Option<i64>,
    latest: Option<LatestDate>,
}

/// A date and its days, as they are counted: the next row's is often the same.
#[derive(Clone, Copy, Debug)]
struct LatestDate {
    date: WrittenDate,
    dmy: Option<i64>,
    mdy: Option<i64>,
}

impl LatestDate {
    fn of(date: WrittenDate) -> Self {
        let days = |order| date.under(order).map(|date| i64::from(date.num_days_from_ce()));
        let dmy = days(DateOrder::Dmy);
        let mdy = match date {
            WrittenDate::Sure(_) => dmy,
            WrittenDate::Pair { .. } => days(DateOrder::Mdy),
        };
        Self { date, dmy, mdy }
    }

    fn hint(&self) -> OrderHint {
        match (self.date, self.dmy, self.mdy) {
            (WrittenDate::Sure(_), ..) => OrderHint::None,
            (WrittenDate::Pair { first, second, .. }, ..) if first == second => OrderHint::None,
            (_, Some(_), None) => OrderHint::Dmy,
            (_, None, Some(_)) => OrderHint::Mdy,
            _ => OrderHint::Open,
        }
    }
}

impl OrderStretch {
    /// Adds a cell, in the order of the file.
    pub fn add(&mut self, stamp: &Stamp, line: u64, cell: &str) {
        let date = stamp.date();
        let latest = match self.latest {
            Some(latest) if latest.date == date => latest,
            _ => *self.latest.insert(LatestDate::of(date)),
        };
        let (hint, LatestDate { dmy, mdy, .. }) = (latest.hint(), latest);
        let evidence = &mut self.evidence;
        evidence.count(hint, 1);
        if hint != OrderHint::None {
            evidence.example.get_or_insert_with(|| (line, cell.trim().to_owned()));
        }
        let second = i64::from(stamp.second_of_day());
        let runs = [
            (&mut evidence.dmy, &mut self.first_dmy, dmy),
            (&mut evidence.mdy, &mut self.first_mdy, mdy),
        ];
        for (run, first, days) in runs {
            let Some(days) = days else { continue };
            let moment = days * 86_400 + second;
            run.ran_back |= first.is_some() && moment < run.last;
            run.last = moment;
            first.get_or_insert(moment);
        }
    }

    /// Tells whether a cell that shows the question is known already, so that no other is needed.
    pub fn has_example(&self) -> bool {
        self.evidence.example.is_some()
    }
}

impl OrderEvidence {
    /// Adds a cell, in the order of the file.
    pub fn add(&mut self, stamp: &Stamp, line: u64, cell: &str) {
        let mut one = OrderStretch::default();
        one.add(stamp, line, cell);
        self.append(&one, 0);
    }

    /// Adds the stretch that follows, before whose lines stand `lines_before`.
    pub fn append(&mut self, stretch: &OrderStretch, lines_before: u64) {
        let more = &stretch.evidence;
        self.dmy_only += more.dmy_only;
        self.mdy_only += more.mdy_only;
        self.open += more.open;
        if let (None, Some((line, cell))) = (&self.example, &more.example) {
            self.example = Some((line + lines_before, cell.clone()));
        }
        let runs = [
            (&mut self.dmy, &more.dmy, stretch.first_dmy),
            (&mut self.mdy, &more.mdy, stretch.first_mdy),
        ];
        for (run, more, first) in runs {
            let Some(first) = first else { continue };
            run.ran_back |= more.ran_back || first < run.last;
            run.last = more.last;
        }
    }

    /// Counts cells of which nothing but this is known.
    pub(crate) fn count(&mut self, hint: OrderHint, cells: u64) {
        match hint {
            OrderHint::None => {}
            OrderHint::Dmy => self.dmy_only += cells,
            OrderHint::Mdy => self.mdy_only += cells,
            OrderHint::Open => self.open += cells,
        }
    }

    /// Tells whether the numbers of cells decide, so that neither their order nor an example is needed.
    pub(crate) fn is_decided_by_numbers(&self) -> bool {
        self.by_numbers().is_some()
    }

    fn by_numbers(&self) -> Option<DateOrder> {
        let (dmy, mdy) = (self.dmy_only, self.mdy_only);
        if mdy * CLEAR_MAJORITY <= dmy && (dmy > 0 || self.open == 0) {
            return Some(DateOrder::Dmy);
        }
        (mdy > 0 && dmy * CLEAR_MAJORITY <= mdy).then_some(DateOrder::Mdy)
    }

    /// Decides; `setting` is asked only where the column leaves a date open.
    ///
    /// # Errors
    /// Returns what is open, where nothing decides.
    pub fn decide(&self, setting: Option<DateOrder>) -> Result<DateOrder, Undecided> {
        if let Some(order) = self.by_numbers() {
            return Ok(order);
        }
        if self.dmy_only > 0 && self.mdy_only > 0 {
            return setting.ok_or_else(|| Undecided {
                example: self.example.clone(),
                contradictory: true,
            });
        }
        match (self.dmy.ran_back, self.mdy.ran_back) {
            (false, true) => Ok(DateOrder::Dmy),
            (true, false) => Ok(DateOrder::Mdy),
            _ => setting.ok_or_else(|| Undecided {
                example: self.example.clone(),
                contradictory: false,
            }),
        }
    }

    /// Writes the evidence down, in one word without spaces.
    pub fn encode(&self) -> String {
        let run = |run: &Run| format!("{}{}", if run.ran_back { "b" } else { "f" }, run.last);
        let numbers = format!("{}:{}:{}", self.dmy_only, self.mdy_only, self.open);
        let example = match &self.example {
            Some((line, cell)) => format!("{line}:{}", hex(cell.as_bytes())),
            None => String::new(),
        };
        format!("{numbers}:{}:{}:{example}", run(&self.dmy), run(&self.mdy))
    }

    /// Reads what [`OrderEvidence::encode`] wrote.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let mut number = || parts.next()?.parse::<u64>().ok();
        let (dmy_only, mdy_only, open) = (number()?, number()?, number()?);
        let mut run = || {
            let (direction, last) = parts.next()?.split_at_checked(1)?;
            Some(Run {
                last: last.parse().ok()?,
                ran_back: direction == "b",
            })
        };
        let (dmy, mdy) = (run()?, run()?);
        let example = match parts.next()? {
            "" => None,
            line => Some((line.parse().ok()?, String::from_utf8(unhex(parts.next()?)?).ok()?)),
        };
        Some(Self {
            dmy_only,
            mdy_only,
            open,
            dmy,
            mdy,
            example,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(cells: &[&str]) -> OrderEvidence {
        let mut evidence = OrderEvidence::default();
        for (index, cell) in cells.iter().enumerate() {
            evidence.add(&Stamp::parse(cell).unwrap(), index as u64 + 2, cell);
        }
        assert_eq!(OrderEvidence::decode(&evidence.encode()).as_ref(), Some(&evidence));
        evidence
    }

    #[test]
    fn the_whole_column_decides() {
        use DateOrder::{Dmy, Mdy};
        let table: [(&[&str], Result<DateOrder, bool>); 11] = [
            (&[], Ok(Dmy)),
            (&["2021-07-08", "2021-07-09"], Ok(Dmy)),
            (&["07/08/2021", "08/08/2021", "21/07/2021"], Ok(Dmy)),
            (&["07/08/2021", "7/21/2021"], Ok(Mdy)),
            (&["07/07/2021", "08/08/2021"], Ok(Dmy)),
            (&["07/08/2021"], Err(false)),
            (&["01/07/2021 09:00", "02/07/2021 09:00", "01/08/2021 09:00"], Ok(Dmy)),
            (&["07/01/2021 09:00", "07/02/2021 09:00", "08/01/2021 09:00"], Ok(Mdy)),
            (&["01/02/2021", "02/03/2021"], Err(false)),
            (&["05/06/2021", "03/04/2021"], Err(false)),
            (&["07/13/2021", "13/07/2021"], Err(true)),
        ];
        for (cells, expected) in table {
            let evidence = evidence(cells);
            assert_eq!(
                evidence.decide(None).map_err(|open| open.contradictory),
                expected,
                "{cells:?}"
            );
            // A setting answers the question, and only the question.
            for setting in [Dmy, Mdy] {
                assert_eq!(
                    evidence.decide(Some(setting)),
                    Ok(expected.unwrap_or(setting)),
                    "{cells:?}"
                );
            }
        }
    }

    #[test]
    fn one_slip_among_many_does_not_stop_a_file() {
        let mut cells = vec!["21/07/2021"; 40];
        cells.push("07/21/2021");
        assert_eq!(evidence(&cells).decide(None), Ok(DateOrder::Dmy));
    }

    #[test]
    fn the_question_names_a_cell() {
        let open = evidence(&["05/05/2021", "06/05/2021"]).decide(None).unwrap_err();
        assert_eq!(open.example, Some((3, "06/05/2021".to_owned())));
    }
}
