//! What we say of a type beside what ClickHouse says, and where that is too much or too little. Knows no type.

use std::collections::BTreeMap;
use std::fmt;

use aiven_clickhouse_kafka::clickhouse::{ColumnType, Problem, Severity, examine, same_type};

use super::differences::SILENT;
use super::verdicts::{self, Column, Verdict};

/// A text, and what is said of it.
pub struct Case {
    pub text: String,
    pub ours: Vec<Problem>,
    pub verdict: Verdict,
}

/// Something wrong with what we say of a text.
pub struct Fault {
    pub text: String,
    pub what: String,
}

/// What a comparison found.
#[derive(Default)]
pub struct Comparison {
    pub cases: Vec<Case>,
    pub faults: Vec<Fault>,
    /// How often each row of [`SILENT`] was met with.
    pub excused: Vec<usize>,
    /// How many suggestions ClickHouse was asked about.
    pub suggestions: usize,
    /// How many pairs of types.
    pub pairs: usize,
}

/// Asks both sides of each text.
pub fn compare(texts: Vec<String>) -> Comparison {
    let verdicts = verdicts::ask(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let case = |(text, verdict): (String, _)| Case { ours: examine(&text), text, verdict };
    let cases: Vec<_> = texts.into_iter().zip(verdicts).map(case).collect();
    let mut comparison = Comparison { excused: vec![0; SILENT.len()], ..Comparison::default() };
    for case in &cases {
        let faults =
            [case.verdict_fault(&mut comparison.excused), case.spelling_fault(), case.position_fault()];
        for what in faults.into_iter().flatten() {
            comparison.fault(&case.text, what);
        }
    }
    comparison.try_suggestions(&cases);
    comparison.cases = cases;
    comparison
}

impl Case {
    /// The worst that we say.
    pub fn severity(&self) -> Option<Severity> {
        let has = |severity| self.ours.iter().any(|problem| problem.severity == severity);
        [Severity::Error, Severity::Warning].into_iter().find(|severity| has(*severity))
    }

    /// Whether the text is a type as it is, of which there is nothing to say.
    fn is_plain(&self) -> bool {
        matches!(&self.verdict, Verdict::Accepted(column) if !column.has_clause)
    }

    /// The column, if nothing is said of it but its type.
    fn plain_column(&self) -> Option<&Column> {
        self.verdict.column().filter(|column| !column.has_clause)
    }

    fn verdict_fault(&self, excused: &mut [usize]) -> Option<String> {
        let complaint = self.verdict.complaint().unwrap_or("nothing");
        match (self.severity(), &self.verdict) {
            (
                Some(Severity::Error),
                Verdict::Accepted(column) | Verdict::Allowed(column, _) | Verdict::Elsewhere(column, _),
            ) => Some(format!(
                "is an error for us: {}; ClickHouse makes a column of {}",
                self.messages(),
                column.ty
            )),
            (None, Verdict::Elsewhere(..) | Verdict::Refused(_)) => {
                match SILENT.iter().position(|difference| complaint.contains(difference.complaint)) {
                    Some(row) => {
                        excused[row] += 1;
                        None
                    }
                    None => Some(format!("is nothing to us; ClickHouse says: {complaint}")),
                }
            }
            (Some(Severity::Warning), _) if self.is_plain() => {
                Some(format!("is a warning for us: {}; ClickHouse has nothing against it", self.messages()))
            }
            _ => None,
        }
    }

    fn spelling_fault(&self) -> Option<String> {
        let column = self.plain_column()?;
        let family = |text: &str| ColumnType::parse(text).and_then(|ty| ty.family().map(str::to_owned));
        let (ours, theirs) = (family(&self.text), family(&column.ty));
        if !same_type(&self.text, &column.ty) || !same_type(&column.ty, &self.text) {
            Some(format!("is another type for us than {}", column.ty))
        } else if ours.is_none() || ours != theirs {
            Some(format!("is of the family {ours:?} for us; {} of {theirs:?}", column.ty))
        } else {
            None
        }
    }

    /// A position is a character of the text, or the end of it.
    fn position_fault(&self) -> Option<String> {
        let end = self.text.chars().count() + 1;
        let wrong = self.ours.iter().find(|problem| !(1..=end).contains(&problem.position))?;
        Some(format!("has no character {}: {}", wrong.position, wrong.message))
    }

    fn messages(&self) -> String {
        let message = |problem: &Problem| format!("{} (at {})", problem.message, problem.position);
        self.ours.iter().map(message).collect::<Vec<_>>().join("; ")
    }
}

impl Comparison {
    pub fn fault(&mut self, text: &str, what: String) {
        self.faults.push(Fault { text: text.to_owned(), what });
    }

    /// Whatever we suggest, ClickHouse makes a column of.
    fn try_suggestions(&mut self, cases: &[Case]) {
        let mut suggestions: Vec<(&str, &str)> = Vec::new();
        for case in cases {
            let suggested = case.ours.iter().filter_map(|problem| problem.suggestion.as_deref());
            suggestions.extend(suggested.map(|suggestion| (case.text.as_str(), suggestion)));
        }
        let texts: Vec<_> = suggestions.iter().map(|(_, suggestion)| *suggestion).collect();
        for ((text, suggestion), verdict) in suggestions.iter().zip(verdicts::ask(&texts)) {
            if let Verdict::Refused(complaint) = verdict {
                self.fault(
                    text,
                    format!("is to be {suggestion:?}, we suggest; ClickHouse says: {complaint}"),
                );
            }
        }
        self.suggestions = suggestions.len();
    }

    /// Adds what another comparison found.
    pub fn absorb(&mut self, other: Self) {
        self.cases.extend(other.cases);
        self.faults.extend(other.faults);
        self.suggestions += other.suggestions;
        self.pairs += other.pairs;
        self.excused.iter_mut().zip(other.excused).for_each(|(count, more)| *count += more);
    }

    /// Pairs of types that are neighbors in the order of ClickHouse's spelling: the same ones, and such as are alike.
    pub fn alike(&self) -> Vec<(usize, usize)> {
        let spelling = |case: &usize| self.cases[*case].verdict.column().map(|column| &column.ty);
        let mut order: Vec<_> = (0..self.cases.len()).filter(|case| spelling(case).is_some()).collect();
        order.sort_by_key(spelling);
        order.windows(3).flat_map(|near| [(near[0], near[1]), (near[0], near[2])]).collect()
    }

    /// Two texts are spellings of one type for us if ClickHouse shows one type for both, and else not.
    pub fn compare_spellings(&mut self, pairs: &[(usize, usize)]) {
        for (one, other) in pairs {
            let [(one, ours), (other, theirs)] =
                [&self.cases[*one], &self.cases[*other]].map(|case| (&case.text, case.plain_column()));
            let (Some(ours), Some(theirs)) = (ours, theirs) else { continue };
            self.pairs += 1;
            let are_same = ours.ty == theirs.ty;
            if same_type(one, other) != are_same {
                let what = if are_same { "is another type" } else { "is the same type" };
                let what = format!("{what} for us than {other:?}; they are {} and {}", ours.ty, theirs.ty);
                self.faults.push(Fault { text: one.clone(), what });
            }
        }
    }

    /// Fails with every fault, the shortest texts first.
    pub fn assert(&mut self) {
        self.faults.sort_by_key(|fault| fault.text.len());
        let shown: String = self.faults.iter().take(40).map(ToString::to_string).collect();
        assert!(
            self.faults.is_empty(),
            "{} faults in {} types:\n{shown}{self}",
            self.faults.len(),
            self.cases.len()
        );
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shortened = |text: &str| match text.char_indices().nth(300) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.to_owned(),
        };
        writeln!(formatter, "  {}\n      {}", shortened(&format!("{:?}", self.text)), shortened(&self.what))
    }
}

/// How many of ClickHouse's verdicts met which of ours.
impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = BTreeMap::<_, [usize; 3]>::new();
        for case in &self.cases {
            let verdict = match case.verdict {
                Verdict::Accepted(_) => "accepts",
                Verdict::Allowed(..) => "accepts by a setting",
                Verdict::Elsewhere(..) => "accepts for another engine",
                Verdict::Refused(_) => "refuses",
            };
            let ours = match case.severity() {
                Some(Severity::Error) => 0,
                Some(Severity::Warning) => 1,
                None => 2,
            };
            counts.entry(verdict).or_default()[ours] += 1;
        }
        writeln!(formatter, "{:28}{:>9}{:>9}{:>9}", "ClickHouse", "error", "warning", "nothing")?;
        for (verdict, [error, warning, nothing]) in counts {
            writeln!(formatter, "{verdict:28}{error:>9}{warning:>9}{nothing:>9}")?;
        }
        writeln!(formatter, "{} suggestions, {} pairs", self.suggestions, self.pairs)?;
        for (row, count) in SILENT.iter().zip(&self.excused) {
            writeln!(formatter, "{count:>6} times {:?}, because {}", row.complaint, row.reason)?;
        }
        Ok(())
    }
}
