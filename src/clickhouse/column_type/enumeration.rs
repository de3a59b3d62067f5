//! Enums: names, and the numbers that stand for them.

use std::collections::{BTreeMap, BTreeSet};

use super::ColumnType;
use super::family::Family;
use super::findings::{Edit, Findings};
use super::meaning::arguments;
use super::tree::{Argument, Content, Literal, Node};
use crate::clickhouse::quote::quote_printed;

const FORM: &str = "an element of an enum is `'name'` or `'name' = number`";

pub(super) fn enumeration(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let Some(numbered) = numbered(node, findings) else { return ColumnType::known(family.name) };
    let is_wide = match family.name {
        "Enum" => numbered.iter().any(|(_, number, _)| i8::try_from(*number).is_err()),
        name => name == "Enum16",
    };
    let (lowest, highest) =
        if is_wide { (i16::MIN, i16::MAX) } else { (i16::from(i8::MIN), i16::from(i8::MAX)) };
    let name = if is_wide { "Enum16" } else { "Enum8" };
    let mut names = BTreeSet::new();
    let mut by_number = BTreeMap::new();
    for (element, number, argument) in &numbered {
        let at = argument.range.start;
        if !(i128::from(lowest)..=i128::from(highest)).contains(number) {
            let message = format!("the numbers of `{name}` are {lowest} to {highest}; this one is {number}");
            let wider = (!is_wide && i16::try_from(*number).is_ok())
                .then(|| Edit { range: node.named.clone(), text: "Enum16".to_owned() });
            findings.error(at, message, wider);
        }
        if !names.insert(element) {
            findings.error(at, format!("the enum has the name `{element}` twice"), None);
        }
        if let Some(other) = by_number.insert(*number, *element) {
            findings.error(at, format!("`{other}` and `{element}` have the same number, {number}"), None);
        }
    }
    let mut ty = ColumnType::known(name);
    ty.before = by_number
        .into_iter()
        .map(|(number, element)| format!("{} = {number}", quote_printed(element, '\'')))
        .collect();
    ty
}

/// The names, each with its number; reports what is not a name or a number.
fn numbered<'node>(
    node: &'node Node,
    findings: &mut Findings<'_>,
) -> Option<Vec<(&'node str, i128, &'node Argument)>> {
    let arguments = arguments(node);
    if arguments.is_empty() {
        findings.error(node.named.start, format!("`{}` lacks its names", node.name), None);
        return None;
    }
    let mut elements = Vec::new();
    let mut are_names = true;
    for argument in arguments {
        match &argument.content {
            Content::Literal(Literal::Text(name)) => elements.push((name.as_str(), None, argument)),
            Content::Pair(Literal::Text(name), Literal::Whole(number)) => {
                elements.push((name.as_str(), Some(*number), argument));
            }
            Content::Type(inner) if inner.arguments.is_none() => {
                // The quotes are those of a name; the others may have them, too.
                let edit = Edit { range: inner.range.clone(), text: quote_printed(&inner.name, '\'') };
                findings.error(argument.range.start, FORM, edit);
                are_names = false;
            }
            _ => {
                findings.error(argument.range.start, FORM, None);
                return None;
            }
        }
    }
    if !are_names {
        return None;
    }
    // After the first, either all have numbers or none.
    let counted = elements[1..].iter().filter(|(_, number, _)| number.is_some()).count();
    if counted != 0 && counted != elements.len() - 1 {
        let odd = elements[1..].iter().find(|(_, number, _)| number.is_none());
        let at = odd.map_or(node.named.start, |(_, _, argument)| argument.range.start);
        findings.error(at, "of an enum's names, either all have numbers, or only the first", None);
        return None;
    }
    let mut next = 1;
    let assign = |(name, number, argument): (&'node str, Option<i128>, &'node Argument)| {
        let number = number.unwrap_or(next);
        next = number + 1;
        (name, number, argument)
    };
    Some(elements.into_iter().map(assign).collect())
}
