//! What a type means to ClickHouse, in its own spelling, and what is wrong with it.

use super::family::{self, Family, Rule};
use super::findings::{Edit, Findings};
use super::tree::{Argument, Content, Literal, Node};
use super::{ColumnType, aggregate, composite, enumeration, json, moment, scalar};
use crate::clickhouse::quote::quote_printed;

/// Reads a type of one family.
type Reader = fn(&Node, &'static Family, &mut Findings<'_>) -> ColumnType;

/// The type that is written there.
pub(super) fn of(node: &Node, findings: &mut Findings<'_>) -> ColumnType {
    let Some(family) = node.family else { return unknown(node, findings) };
    if node.is_slip {
        findings.warning(
            node.named.start,
            format!("ClickHouse knows `{}`, and tells upper from lower case here", family.name),
            Edit { range: node.named.clone(), text: family.name.to_owned() },
        );
    }
    // By pointer, since a call in each arm would cost the stack of all of them at each level.
    let read: Reader = match family.rule {
        Rule::Nothing => scalar::nothing,
        Rule::Width | Rule::Digits => scalar::ignored,
        Rule::Text => scalar::text,
        Rule::FixedString => scalar::fixed_string,
        Rule::Decimal => scalar::decimal,
        Rule::Scale(_) => scalar::scaled,
        Rule::Moment | Rule::Zone | Rule::Precise => moment::moment,
        Rule::Enumeration => enumeration::enumeration,
        Rule::Array => composite::array,
        Rule::Nullable => composite::nullable,
        Rule::LowCardinality => composite::low_cardinality,
        Rule::Map => composite::map,
        Rule::Tuple | Rule::Nested => composite::tuple,
        Rule::Variant => composite::variant,
        Rule::Dynamic => json::dynamic,
        Rule::Json => json::json,
        Rule::Object => json::object,
        Rule::Aggregate => aggregate::aggregate,
    };
    let mut ty = read(node, family, findings);
    if node.is_slip {
        ty.family = None;
        ty.name.clone_from(&node.name);
    }
    ty
}

fn unknown(node: &Node, findings: &mut Findings<'_>) -> ColumnType {
    let nearest = family::nearest(&node.name);
    let edit = nearest.map(|near| Edit { range: node.named.clone(), text: near.to_owned() });
    findings.warning(node.named.start, format!("ClickHouse 25.8 has no type `{}`", node.name), edit);
    let mut ty = ColumnType::unknown(&node.name);
    findings.muted(|findings| {
        for argument in arguments(node) {
            match &argument.content {
                Content::Type(inner) => ty.inner.push(of(inner, findings)),
                // Types and others have an order, which is kept.
                content => {
                    let types = ty.inner.drain(..).map(|inner| inner.normal());
                    ty.before.extend(types);
                    ty.before.push(in_order(argument, content, findings));
                }
            }
        }
    });
    ty
}

fn in_order(argument: &Argument, content: &Content, findings: &Findings<'_>) -> String {
    match content {
        Content::Literal(literal) => printed(literal),
        Content::Pair(name, value) => format!("{} = {}", printed(name), printed(value)),
        Content::Other(text) => text.clone(),
        _ => findings.text[argument.range.clone()].to_owned(),
    }
}

pub(super) fn printed(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => quote_printed(text, '\''),
        Literal::Whole(number) => number.to_string(),
        Literal::Other(text) => text.clone(),
    }
}

/// The arguments, none where there are no parentheses.
pub(super) fn arguments(node: &Node) -> &[Argument] {
    node.arguments.as_deref().unwrap_or_default()
}

/// Reports how many arguments there should be.
pub(super) fn wrong_count(node: &Node, takes: &str, edit: Option<Edit>, findings: &mut Findings<'_>) {
    let count = match arguments(node).len() {
        0 => "has none".to_owned(),
        count => format!("has {count}"),
    };
    findings.error(node.named.start, format!("`{}` takes {takes}, and {count}", node.name), edit);
}

/// The type that an argument is; reports anything else.
pub(super) fn inner(node: &Node, argument: &Argument, findings: &mut Findings<'_>) -> Option<ColumnType> {
    if let Content::Type(inner) = &argument.content {
        return Some(of(inner, findings));
    }
    let message = format!("`{}` takes a type here", node.name);
    findings.error(argument.range.start, message, None);
    None
}

/// Another text for all of a type.
pub(super) fn instead(node: &Node, text: String) -> Edit {
    Edit { range: node.range.clone(), text }
}
