//! Many texts, and what is said of them. Knows no type.

use std::collections::BTreeMap;
use std::fmt;

use aiven_clickhouse_kafka::clickhouse::{Severity, same_type};

use super::case::Case;
use super::differences::{Difference, SILENT, WARNED};
use super::verdicts::{self, Verdict};

/// How many faults a failure shows.
const FAULTS: usize = 40;

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
    /// How often each difference was met with, by its message.
    pub met: BTreeMap<&'static [&'static str], usize>,
    /// How many suggestions ClickHouse was asked about.
    pub suggestions: usize,
    /// How many pairs of types.
    pub compared: usize,
}

/// Asks both sides of each text.
pub fn compare(texts: Vec<String>) -> Comparison {
    let verdicts = verdicts::ask(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let cases: Vec<_> =
        texts.into_iter().zip(verdicts).map(|(text, verdict)| Case::new(text, verdict)).collect();
    let mut comparison = Comparison::default();
    for case in &cases {
        for difference in case.differences() {
            *comparison.met.entry(difference.message).or_default() += 1;
        }
        for what in case.faults() {
            comparison.fault(&case.text, what);
        }
    }
    comparison.try_suggestions(&cases);
    comparison.cases = cases;
    comparison
}

impl Comparison {
    pub fn fault(&mut self, text: &str, what: String) {
        self.faults.push(Fault { text: text.to_owned(), what });
    }

    /// Whatever we suggest, ClickHouse makes a column of. What we cannot know of a type, we cannot know of a suggestion.
    fn try_suggestions(&mut self, cases: &[Case]) {
        let mut suggestions = BTreeMap::new();
        for case in cases {
            let suggested = case.ours.iter().filter_map(|problem| problem.suggestion.as_deref());
            suggestions.extend(suggested.map(|suggestion| (suggestion, &case.text)));
        }
        let complaints = verdicts::complaints(&suggestions.keys().copied().collect::<Vec<_>>());
        for ((suggestion, text), complaint) in suggestions.iter().zip(complaints) {
            if let Some(complaint) = complaint.filter(|complaint| Difference::of(SILENT, complaint).is_none())
            {
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
        self.compared += other.compared;
        for (message, count) in other.met {
            *self.met.entry(message).or_default() += count;
        }
    }

    /// Pairs of cases: by chance; and neighbors in the order of ClickHouse's spelling, the same types and such as are alike.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let spelling = |case: &usize| self.cases[*case].verdict.column().map(|column| &column.ty);
        let mut order: Vec<_> = (0..self.cases.len()).filter(|case| spelling(case).is_some()).collect();
        order.sort_by_key(spelling);
        let by_chance = (1..self.cases.len()).map(|case| (case - 1, case));
        order.windows(3).flat_map(|near| [(near[0], near[1]), (near[0], near[2])]).chain(by_chance).collect()
    }

    /// Two texts are spellings of one type for us if ClickHouse shows one type for both, and else not.
    pub fn compare_spellings(&mut self, pairs: &[(usize, usize)]) {
        for (one, other) in pairs {
            let (one, other) = (&self.cases[*one], &self.cases[*other]);
            let (Some(ours), Some(theirs)) = (one.plain(), other.plain()) else { continue };
            self.compared += 1;
            let are_same = ours == theirs;
            if same_type(&one.text, &other.text) != are_same {
                let what = if are_same { "is another type" } else { "is the same type" };
                let what = format!("{what} for us than {:?}; they are {ours} and {theirs}", other.text);
                self.faults.push(Fault { text: one.text.clone(), what });
            }
        }
    }

    /// Fails with every fault, the shortest texts first.
    pub fn assert(&mut self) {
        self.faults.sort_by_key(|fault| fault.text.len());
        let shown: String = self.faults.iter().take(FAULTS).map(ToString::to_string).collect();
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
        writeln!(formatter, "{} suggestions, {} pairs", self.suggestions, self.compared)?;
        for difference in SILENT.iter().chain(WARNED) {
            let count = self.met.get(difference.message).unwrap_or(&0);
            writeln!(formatter, "{count:>6} times {:?}, because {}", difference.message, difference.reason)?;
        }
        Ok(())
    }
}
