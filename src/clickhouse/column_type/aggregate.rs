//! The states of aggregate functions. Which functions there are, and what arguments they take, is not known here.

use super::ColumnType;
use super::arguments::whole;
use super::family::{self, Family};
use super::findings::Findings;
use super::meaning::{arguments, inner, wrong_count};
use super::token::{Kind, tokens};
use super::tree::{Content, Literal, Node};
use crate::clickhouse::quote::{identifier, quote_printed};

/// Functions that ClickHouse finds in any case, or by another name, and the names it prints.
const NAMES: [(&str, &str); 30] = [
    ("any_value", "any"),
    ("any_value_respect_nulls", "any_respect_nulls"),
    ("approx_top_count", "approx_top_k"),
    ("array_agg", "groupArray"),
    ("array_concat_agg", "groupArrayArray"),
    ("avg", "avg"),
    ("bit_and", "groupBitAnd"),
    ("bit_or", "groupBitOr"),
    ("bit_xor", "groupBitXor"),
    ("corr", "corr"),
    ("count", "count"),
    ("covar_pop", "covarPop"),
    ("covar_samp", "covarSamp"),
    ("dense_rank", "denseRank"),
    ("first_value", "any"),
    ("first_value_respect_nulls", "any_respect_nulls"),
    ("group_concat", "groupConcat"),
    ("last_value", "anyLast"),
    ("last_value_respect_nulls", "anyLast_respect_nulls"),
    ("max", "max"),
    ("min", "min"),
    ("ntile", "ntile"),
    ("percent_rank", "percentRank"),
    ("rank", "rank"),
    ("std", "stddevPop"),
    ("stddev_pop", "stddevPop"),
    ("stddev_samp", "stddevSamp"),
    ("sum", "sum"),
    ("var_pop", "varPop"),
    ("var_samp", "varSamp"),
];

/// Functions whose states have a version, which is 1 unless another is given; those over a `Map` have none.
const VERSIONED: [&str; 3] = ["sumMap", "minMap", "maxMap"];

pub(super) fn aggregate(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let is_simple = family.name == "SimpleAggregateFunction";
    let (mut name, mut has_version) = (None, is_simple);
    for argument in arguments(node) {
        match &argument.content {
            Content::Function(function, parameters) => {
                if family::find(function).is_some() {
                    let message =
                        format!("`{function}` is a type, and the name of an aggregate function belongs here");
                    findings.warning(argument.range.start, message, None);
                }
                name = Some(function);
                ty.before.push(printed(function, parameters.as_deref()));
            }
            Content::Literal(literal) => {
                has_version = true;
                match literal {
                    Literal::Whole(0) => {}
                    Literal::Whole(version) => ty.before.push(version.to_string()),
                    _ => {
                        let message = "the version of an aggregate's state is a whole number";
                        findings.error(argument.range.start, message, None);
                    }
                }
            }
            _ if is_simple => ty.inner.extend(inner(node, argument, findings)),
            _ => ty.inner.extend(findings.in_state(|findings| inner(node, argument, findings))),
        }
    }
    let Some(name) = name else {
        let takes = "the name of an aggregate function, then the types of its arguments";
        wrong_count(node, takes, None, findings);
        return ty;
    };
    if is_simple && arguments(node).len() < 2 {
        let takes = "the name of an aggregate function, then the type of its argument";
        wrong_count(node, takes, None, findings);
    }
    let is_versioned = VERSIONED.iter().any(|versioned| name.starts_with(versioned));
    let is_map = ty.inner.first().is_none_or(|inner| inner.is("Map"));
    if is_versioned && !has_version && !is_map {
        ty.before.insert(0, "1".to_owned());
    }
    ty
}

fn printed(function: &str, parameters: Option<&str>) -> String {
    let lower = function.to_ascii_lowercase();
    let name = NAMES.iter().find(|(name, _)| *name == lower).map_or(function, |(_, printed)| printed);
    let parameters = parameters.map(parameters_printed).filter(|printed| printed != "()").unwrap_or_default();
    format!("{}{parameters}", identifier(name))
}

/// With one space after each comma and none elsewhere, and numbers as short as they can be.
fn parameters_printed(text: &str) -> String {
    let mut printed = String::new();
    let mut sign = String::new();
    for token in tokens(text).list {
        match &token.kind {
            Kind::Mark(',') => printed.push_str(", "),
            Kind::Mark('.') => sign.push('.'),
            Kind::Mark('+') if printed.ends_with(['(', '[', ' ']) => {}
            Kind::Number => {
                let number = format!("{sign}{}", token.text);
                sign.clear();
                let is_plain = number.contains(['.', 'e', 'E']) && !number.starts_with("0x");
                let short = number.parse::<f64>().ok().filter(|_| is_plain).map(|short| short.to_string());
                let short = short.or_else(|| whole(&number).map(|number| number.to_string()));
                if short.as_deref() == Some("0") && !is_plain && printed.ends_with('-') {
                    printed.pop();
                }
                separate(&mut printed);
                printed.push_str(&short.unwrap_or(number));
            }
            Kind::Text(text) => printed.push_str(&quote_printed(text, '\'')),
            Kind::Word => {
                separate(&mut printed);
                printed.push_str(token.text);
            }
            _ => printed.push_str(token.text),
        }
    }
    printed
}

fn separate(printed: &mut String) {
    if printed.ends_with(|letter: char| letter.is_ascii_alphanumeric()) {
        printed.push(' ');
    }
}
