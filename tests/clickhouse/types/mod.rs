//! Our verdict on the types of columns, compared with ClickHouse's: of thousands that are made by chance, half of them
//! broken, and of those that people write.
//!
//! A text counts as accepted if ClickHouse makes one column where it stands, whatever it is followed by: of a default,
//! which is no part of a type, we may warn, but must not refuse it. One that makes two columns is no type.
//!
//! `TYPES=100000` makes so many, from a seed by chance that is printed; `TYPES_SEED=7` makes the same again.

mod case;
mod comparison;
mod corpus;
mod differences;
mod generator;
mod grammar;
mod mutations;
mod verdicts;

use std::env;

use aiven_clickhouse_kafka::clickhouse::ColumnType;
use comparison::compare;
use differences::{SILENT, WARNED};
use generator::Generator;
use grammar::Grammar;
use verdicts::Verdict;

use crate::oracle::{CRASHED, Oracle};

const TYPES: usize = 5000;
const SEED: u64 = 20_261_122;

/// How often each production is used, at least, and each kind of change made.
const HITS: usize = 50;

#[test]
fn types_by_chance_are_judged_as_clickhouse_judges_them() {
    let number = |name| env::var(name).ok().map(|value| value.parse::<u64>().expect("a number"));
    let count = number("TYPES");
    let seed = number("TYPES_SEED").unwrap_or(if count.is_some() { fastrand::u32(..).into() } else { SEED });
    let count = count.map_or(TYPES, |count| usize::try_from(count).expect("a number"));
    println!("TYPES={count} TYPES_SEED={seed}");

    let mut generator = Generator::new(seed);
    let mut comparison = compare(corpus());
    let (mut texts, mut originals) = (Vec::new(), Vec::new());
    for _ in 0..count / 2 {
        texts.push(generator.valid());
        let (original, text) = generator.broken();
        texts.push(text);
        originals.push((comparison.cases.len() + texts.len() - 1, original));
    }
    comparison.absorb(compare(texts));
    // A change that leaves a type is interesting twice: is it the same one?
    originals.retain(|(changed, _)| comparison.cases[*changed].verdict.column().is_some());
    let first = comparison.cases.len();
    let changed: Vec<_> = originals.iter().map(|(changed, _)| *changed).zip(first..).collect();
    comparison.absorb(compare(originals.into_iter().map(|(_, original)| original).collect()));
    comparison.compare_spellings(&changed);
    comparison.compare_spellings(&comparison.pairs());

    println!("{}{comparison}", generator.table());
    comparison.assert();
    generator.assert_hits(count * HITS / TYPES);
    for difference in SILENT.iter().chain(WARNED) {
        assert!(comparison.met.contains_key(difference.message), "nobody said {:?}", difference.message);
    }
}

#[test]
fn types_of_people_are_judged_as_clickhouse_judges_them() {
    let mut comparison = compare(corpus());
    let is_type = |text: &&&str| {
        let case = comparison.cases.iter().find(|case| case.text == **text);
        case.is_some_and(|case| case.verdict.column().is_some())
    };
    let refused: Vec<_> = corpus::GOOD.iter().filter(|text| !is_type(text)).collect();
    let accepted: Vec<_> = corpus::BAD.iter().filter(is_type).collect();
    assert!(refused.is_empty() && accepted.is_empty(), "not good: {refused:?}, not bad: {accepted:?}");
    comparison.assert();
}

/// A family that a later ClickHouse has is made by the generator, or this fails.
#[test]
fn every_family_of_types_is_known() {
    let query = "SELECT name, case_insensitive, alias_to FROM system.data_type_families";
    let rows = Oracle::get().ask(&[query.to_owned()], &[]).expect("families");
    let grammar = Grammar::read();
    for row in rows {
        let name = row["name"].as_str().expect("a name");
        let is_any_case = row["case_insensitive"] == 1;
        let words =
            name.split(' ').map(|word| if is_any_case { format!("~{word}") } else { word.to_owned() });
        let is_known = grammar.has(&words.collect::<Vec<_>>());
        assert!(is_known || name == "Nothing", "grammar.txt has no {row}");
        let family = |name: &str| ColumnType::parse(name).and_then(|ty| ty.family().map(str::to_owned));
        let alias_to = row["alias_to"].as_str().filter(|family| !family.is_empty());
        assert!(family(name).is_some(), "the parser does not know {row}");
        assert_eq!(family(name), family(alias_to.unwrap_or(name)), "{row}");
    }
}

#[test]
fn a_text_that_crashes_clickhouse_is_refused_and_the_next_is_answered() {
    let verdicts = verdicts::ask(&["Object(Nullable)", "Int8"]);
    assert_eq!(verdicts[0], Verdict::Refused(CRASHED.to_owned()));
    assert!(matches!(&verdicts[1], Verdict::Accepted(column) if column.ty == "Int8"), "{verdicts:?}");
}

/// What people write.
fn corpus() -> Vec<String> {
    let mut texts = corpus::deep();
    texts.extend([corpus::GOOD, corpus::BAD].concat().into_iter().map(str::to_owned));
    texts
}
