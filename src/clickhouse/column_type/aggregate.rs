//! The states of aggregate functions. Which functions there are, and what arguments they take, is not known here.

use super::ColumnType;
use super::family::Family;
use super::findings::Findings;
use super::meaning::{arguments, inner, wrong_count};
use super::token::{Kind, tokens};
use super::tree::{Content, Literal, Node};
use crate::clickhouse::quote::{identifier, quote_printed};

/// Functions that ClickHouse finds in any case, or by another name, and the names it prints.
const NAMES: [(&str, &str); 26] = [
    ("any_value", "any"),
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
    ("group_concat", "groupConcat"),
    ("last_value", "anyLast"),
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

pub(super) fn aggregate(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let mut has_function = false;
    let mut has_version = false;
    for argument in arguments(node) {
        match &argument.content {
            Content::Function(function, parameters) => {
                has_function = true;
                // ClickHouse prints the version of states that have been written in another way before.
                let is_second =
                    matches!(function.as_str(), "maxMap" | "minMap" | "sumMap" | "sumMapWithOverflow");
                if is_second && !has_version && family.name == "AggregateFunction" {
                    ty.before.push("1".to_owned());
                }
                ty.before.push(printed(function, parameters.as_deref()));
            }
            Content::Literal(Literal::Whole(version)) => {
                has_version = true;
                // The first one is not printed.
                ty.before.extend(Some(version.to_string()).filter(|_| *version != 0));
            }
            Content::Literal(_) => {
                findings.error(
                    argument.range.start,
                    "the version of an aggregate's state is a whole number",
                    None,
                );
            }
            _ if family.name == "AggregateFunction" => {
                ty.inner.extend(findings.unlimited(|findings| inner(node, argument, findings)));
            }
            _ => ty.inner.extend(inner(node, argument, findings)),
        }
    }
    if !has_function {
        wrong_count(
            node,
            "the name of an aggregate function, then the types of its arguments",
            None,
            findings,
        );
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
            Kind::Number => {
                let number = format!("{sign}{}", token.text);
                sign.clear();
                let is_plain = number.contains(['.', 'e', 'E']) && !number.starts_with("0x");
                let short = number.parse::<f64>().ok().filter(|_| is_plain);
                separate(&mut printed);
                printed.push_str(&short.map_or(number, |short| short.to_string()));
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
