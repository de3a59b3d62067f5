//! What a type means to ClickHouse, in its own spelling, and what is wrong with it.

use super::family::{self, Rule};
use super::findings::{Edit, Findings};
use super::tree::{Argument, Content, Literal, Node};
use super::{ColumnType, aggregate, composite, enumeration, json, moment, scalar};
use crate::clickhouse::quote::quote_printed;

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
    let mut ty = match family.rule {
        Rule::Nothing => scalar::nothing(node, family.name, findings),
        Rule::Width => scalar::ignored(node, family.name, 1, findings),
        Rule::Digits => scalar::ignored(node, family.name, 2, findings),
        Rule::Text => scalar::text(node, findings),
        Rule::FixedString => scalar::fixed_string(node, findings),
        Rule::Decimal => scalar::decimal(node, findings),
        Rule::Scale(precision) => scalar::scaled(node, family.name, precision, findings),
        Rule::Moment | Rule::Zone | Rule::Precise => moment::moment(node, family, findings),
        Rule::Enumeration => enumeration::enumeration(node, family.name, findings),
        Rule::Element if family.name == "Array" => composite::array(node, findings),
        Rule::Element if family.name == "Nullable" => composite::nullable(node, findings),
        Rule::Element => composite::low_cardinality(node, findings),
        Rule::Map => composite::map(node, findings),
        Rule::Tuple | Rule::Nested => composite::tuple(node, family.name, findings),
        Rule::Variant => composite::variant(node, findings),
        Rule::Dynamic => json::dynamic(node, findings),
        Rule::Json => json::json(node, findings),
        Rule::Object => json::object(node, findings),
        Rule::Aggregate => aggregate::aggregate(node, family.name, findings),
    };
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
    let mut ty = ColumnType::new(&node.name, None);
    findings.muted(|findings| {
        for argument in node.arguments.iter().flatten() {
            match &argument.content {
                Content::Type(inner) => ty.inner.push(of(inner, findings)),
                Content::Literal(literal) => ty.before.push(printed(literal)),
                Content::Pair(name, value) => {
                    ty.before.push(format!("{} = {}", printed(name), printed(value)))
                }
                Content::Other(text) => ty.before.push(text.clone()),
                _ => {}
            }
        }
        // Mixed arguments have an order that matters.
        let count = node.arguments.as_ref().map_or(0, Vec::len);
        if ty.inner.len() != count {
            let arguments = node.arguments.iter().flatten();
            ty.before = arguments.map(|argument| in_order(argument, findings)).collect();
            ty.inner.clear();
        }
    });
    ty
}

fn in_order(argument: &Argument, findings: &mut Findings<'_>) -> String {
    match &argument.content {
        Content::Type(inner) => of(inner, findings).normal(),
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
