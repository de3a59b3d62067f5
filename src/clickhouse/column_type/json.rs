//! `JSON`, `Dynamic` and the older `Object`: types whose values bring types of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::ColumnType;
use super::family::Family;
use super::findings::{Edit, Findings};
use super::meaning::{arguments, instead, of, wrong_count};
use super::tree::{Argument, Content, Literal, Node};
use crate::clickhouse::quote::{identifier, quote_printed};

/// A parameter: its name, its default, its highest value.
struct Parameter(&'static str, i128, i128);

const TYPES: Parameter = Parameter("max_types", 32, 254);
const DYNAMIC_TYPES: Parameter = Parameter("max_dynamic_types", 32, 254);
const DYNAMIC_PATHS: Parameter = Parameter("max_dynamic_paths", 1024, 1_000_000);

pub(super) fn dynamic(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    match arguments(node) {
        [] => {}
        [argument] => ty.before.extend(parameter(argument, &[&TYPES], findings).and_then(printed)),
        _ => wrong_count(node, "one parameter at most, `max_types`", None, findings),
    }
    ty
}

pub(super) fn json(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let mut parameters = BTreeMap::new();
    let mut paths = BTreeMap::new();
    let mut skipped = BTreeSet::new();
    let mut patterns = Vec::new();
    for argument in arguments(node) {
        let at = argument.range.start;
        match &argument.content {
            Content::Parameter(..) => {
                if let Some((known, value)) = parameter(argument, &[&DYNAMIC_TYPES, &DYNAMIC_PATHS], findings)
                {
                    parameters.insert(known.0, (known, value));
                }
            }
            Content::Named(path, element) => {
                let inner = of(element, findings);
                refuse_what_json_cannot_hold(&inner, element, findings);
                if paths.insert(path.clone(), (at, inner)).is_some() {
                    findings.error(at, format!("the path `{path}` has two types"), None);
                }
            }
            Content::Skip(path) => {
                skipped.insert(path.clone());
            }
            Content::SkipPattern(pattern) => patterns.push(pattern.as_str()),
            _ => {}
        }
    }
    for (path, (at, _)) in &paths {
        for skip in skipped.iter().filter(|skip| path.starts_with(skip.as_str())) {
            let rest = &path[skip.len()..];
            let message = format!("the path `{path}` has a type, and `SKIP {skip}` leaves it out");
            // Newer versions may know better than to take one name for the beginning of another.
            if rest.is_empty() || rest.starts_with('.') {
                findings.error(*at, message, None);
            } else {
                findings.warning(*at, message, None);
            }
        }
    }
    // In ClickHouse's order.
    ty.before = ["max_dynamic_types", "max_dynamic_paths"]
        .into_iter()
        .filter_map(|name| parameters.remove(name).and_then(printed))
        .collect();
    for (path, (_, inner)) in paths {
        ty.names.push(path);
        ty.inner.push(inner);
    }
    patterns.sort_unstable();
    ty.after = skipped.iter().map(|path| format!("SKIP {}", identifier(path))).collect();
    ty.after.extend(patterns.iter().map(|pattern| format!("SKIP REGEXP {}", quote_printed(pattern, '\''))));
    ty
}

/// As ClickHouse prints it: not at all where it is the default.
fn printed((Parameter(name, default, _), value): (&Parameter, i128)) -> Option<String> {
    (value != *default).then(|| format!("{name}={value}"))
}

fn parameter<'known>(
    argument: &Argument,
    known: &[&'known Parameter],
    findings: &mut Findings<'_>,
) -> Option<(&'known Parameter, i128)> {
    let Content::Parameter(name, value) = &argument.content else { return None };
    let at = argument.range.start;
    let Some(found) = known.iter().find(|parameter| parameter.0 == name) else {
        let names: Vec<_> = known.iter().map(|parameter| format!("`{}`", parameter.0)).collect();
        let message = format!("`{name}` is no parameter here, only {}", names.join(" and "));
        let near = known.iter().find(|known| strsim::jaro_winkler(&name.to_lowercase(), known.0) > 0.93);
        let edit = near.map(|near| Edit { range: at..at + name.len(), text: near.0.to_owned() });
        let edit = edit.filter(|edit| findings.text.get(edit.range.clone()) == Some(name));
        findings.error(at, message, edit);
        return None;
    };
    let Parameter(name, _, most) = found;
    if let Literal::Whole(value) = value
        && (0..=*most).contains(value)
    {
        return Some((found, *value));
    }
    findings.error(at, format!("`{name}` is a number from 0 to {most}"), None);
    None
}

/// A path's values are read from JSON, which not every type can be. The state of an aggregate function may not hold
/// them at all.
fn refuse_what_json_cannot_hold(ty: &ColumnType, node: &Node, findings: &mut Findings<'_>) {
    let Some(family) = ty.family.filter(|_| !findings.is_in_state()) else { return };
    let at = node.range.start;
    if matches!(family, "AggregateFunction" | "Nothing" | "Object") {
        findings.error(at, format!("`{family}` cannot be the type of a path"), None);
    } else if family == "BFloat16" || family.starts_with("Interval") {
        findings.warning(at, format!("ClickHouse 25.8 refuses `{family}` as the type of a path"), None);
    } else if family == "Map" && ty.inner.first().is_some_and(|key| !is_text(key)) {
        findings.warning(
            at,
            "ClickHouse 25.8 refuses a `Map` whose keys are not `String` as the type of a path",
            None,
        );
    }
    if family != "JSON" {
        for inner in &ty.inner {
            refuse_what_json_cannot_hold(inner, node, findings);
        }
    }
}

fn is_text(key: &ColumnType) -> bool {
    match key.family {
        Some("LowCardinality") => key.inner.iter().all(is_text),
        family => matches!(family, Some("String") | None),
    }
}

pub(super) fn object(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let edit = || Some(instead(node, "JSON".to_owned()));
    let [argument] = arguments(node) else {
        wrong_count(node, "one argument, `'json'`", edit(), findings);
        return ty;
    };
    match &argument.content {
        Content::Literal(literal) if is_json(literal) => ty.before.push("'json'".to_owned()),
        Content::Type(inner)
            if inner.name == "Nullable" && matches!(arguments(inner), [only] if holds_json(only)) =>
        {
            ty.before.push("Nullable('json')".to_owned());
        }
        _ => {
            findings.error(argument.range.start, "`Object` takes `'json'`", edit());
            return ty;
        }
    }
    let message = "ClickHouse has replaced `Object` by `JSON`, and refuses it unless the server allows it";
    // A Kafka table refuses it even then, so this is more than a matter of settings.
    if !findings.is_in_state() {
        findings.warning(node.named.start, message, edit());
    }
    ty
}

fn holds_json(argument: &Argument) -> bool {
    matches!(&argument.content, Content::Literal(literal) if is_json(literal))
}

fn is_json(literal: &Literal) -> bool {
    matches!(literal, Literal::Text(text) if text.eq_ignore_ascii_case("json"))
}
