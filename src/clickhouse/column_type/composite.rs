//! Types made of types, and which may stand in which.

use std::collections::BTreeSet;

use super::ColumnType;
use super::family::{Family, Rule};
use super::findings::{Edit, Findings};
use super::meaning::{arguments, inner, instead, of, wrong_count};
use super::tree::{Argument, Content, Node};
use crate::clickhouse::supertype::have_supertype;

/// Families whose values cannot be `NULL`, or are without help.
const NEVER_NULLABLE: [&str; 14] = [
    "AggregateFunction",
    "Array",
    "Dynamic",
    "LineString",
    "LowCardinality",
    "Map",
    "MultiLineString",
    "MultiPolygon",
    "Nested",
    "Nullable",
    "Object",
    "Polygon",
    "Ring",
    "Variant",
];

/// Families whose values may be numbered in a dictionary; integers and intervals may, too.
const IN_DICTIONARIES: [&str; 13] = [
    "BFloat16",
    "Bool",
    "Date",
    "Date32",
    "DateTime",
    "FixedString",
    "Float32",
    "Float64",
    "IPv4",
    "IPv6",
    "String",
    "Time",
    "UUID",
];

/// Those for which a dictionary is no suspicious choice.
const WORTH_A_DICTIONARY: [&str; 3] = ["FixedString", "String", "UUID"];

impl ColumnType {
    /// The type whose values it holds: that of a simple aggregate is the type of its argument.
    pub fn stored(&self) -> &Self {
        match self.inner.first() {
            Some(first) if self.family == Some("SimpleAggregateFunction") => first.stored(),
            _ => self,
        }
    }

    pub(super) fn is(&self, family: &str) -> bool {
        self.family == Some(family)
    }

    /// Whether `NULL` is among its values; not where only its elements may be.
    fn is_nullable(&self) -> bool {
        let stored = self.stored();
        stored.is("Nullable") || (stored.is("LowCardinality") && stored.inner.iter().any(Self::is_nullable))
    }

    /// What must not be in `Nullable`: its family, and whether newer versions take it.
    pub(super) fn refuses_null(&self) -> Option<(&'static str, bool)> {
        let family = self.stored().family?;
        let may_change = matches!(family, "Point" | "Tuple");
        (may_change || NEVER_NULLABLE.contains(&family)).then_some((family, may_change))
    }

    /// Whether it is a type without values, or of lists of them, which a table cannot have.
    pub(super) fn is_nothing(&self) -> bool {
        let holds_it = matches!(self.family, Some("Array" | "Nullable" | "SimpleAggregateFunction"));
        self.is("Nothing") || (holds_it && self.inner.iter().any(Self::is_nothing))
    }

    /// Whether one of its columns is such a type: a table cannot have it if it becomes a column of its own.
    pub(super) fn has_column_of_nothing(&self) -> bool {
        self.is("Nested") && self.inner.iter().any(Self::is_nothing)
    }
}

/// The one argument, a type.
fn only<'node>(
    node: &'node Node,
    ty: &mut ColumnType,
    findings: &mut Findings<'_>,
) -> Option<&'node Argument> {
    let [argument] = arguments(node) else {
        // The types are worth a look all the same.
        ty.inner.extend(arguments(node).iter().filter_map(|argument| inner(node, argument, findings)));
        wrong_count(node, "one argument, a type", None, findings);
        return None;
    };
    ty.inner.push(inner(node, argument, findings)?);
    Some(argument)
}

/// The text of a type's only argument.
fn element<'text>(argument: &Argument, findings: &Findings<'text>) -> Option<&'text str> {
    let Content::Type(inner) = &argument.content else { return None };
    let (first, last) = (arguments(inner).first()?, arguments(inner).last()?);
    Some(&findings.text[first.range.start..last.range.end])
}

pub(super) fn array(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    only(node, &mut ty, findings);
    ty
}

pub(super) fn nullable(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let Some(argument) = only(node, &mut ty, findings) else { return ty };
    let Some((family, may_change)) = ty.inner.first().and_then(ColumnType::refuses_null) else { return ty };
    let at = argument.range.start;
    if may_change {
        let message = format!(
            "ClickHouse 25.8 does not allow `{family}` in `Nullable`, newer versions if a setting does"
        );
        findings.warning(at, message, None);
        return ty;
    }
    let content = &findings.text[argument.range.clone()];
    let meant = match (family, element(argument, findings), ty.inner.first()) {
        ("Array", Some(element), Some(array))
            if array.inner.iter().all(|inner| inner.refuses_null().is_none()) =>
        {
            format!("Array(Nullable({element}))")
        }
        ("LowCardinality", Some(element), _) => format!("LowCardinality(Nullable({element}))"),
        _ => content.to_owned(),
    };
    findings.error(at, format!("`{family}` cannot be in `Nullable`"), instead(node, meant));
    ty
}

pub(super) fn low_cardinality(
    node: &Node,
    family: &'static Family,
    findings: &mut Findings<'_>,
) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let Some(argument) = only(node, &mut ty, findings) else { return ty };
    let Some(mut held) = ty.inner.first().map(ColumnType::stored) else { return ty };
    if held.is("Nullable") {
        let Some(inner) = held.inner.first() else { return ty };
        held = inner.stored();
    }
    let Some(family) = held.family else { return ty };
    let is_number = ["Int", "UInt", "Interval"].iter().any(|start| family.starts_with(start));
    if !is_number && !IN_DICTIONARIES.contains(&family) {
        let content = &findings.text[argument.range.clone()];
        let meant = match (family, element(argument, findings)) {
            ("Array", Some(element)) => format!("Array(LowCardinality({element}))"),
            _ => content.to_owned(),
        };
        findings.error(
            argument.range.start,
            format!("`{family}` cannot be in `LowCardinality`"),
            instead(node, meant),
        );
    } else if !WORTH_A_DICTIONARY.contains(&family) {
        let message = format!(
            "ClickHouse refuses `LowCardinality` of `{family}` unless the server allows suspicious ones, since it costs \
             more than it saves"
        );
        let edit = instead(node, findings.text[argument.range.clone()].to_owned());
        findings.setting(argument.range.start, message, edit);
    }
    ty
}

pub(super) fn map(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let found: Vec<_> = arguments(node).iter().map(|argument| inner(node, argument, findings)).collect();
    if found.len() == 2
        && let Some(key) = &found[0]
        && key.is_nullable()
    {
        let argument = &arguments(node)[0];
        let plain = element(argument, findings).filter(|_| key.is("Nullable"));
        let edit = plain.map(|key| Edit { range: argument.range.clone(), text: key.to_owned() });
        findings.error(argument.range.start, "the keys of a `Map` cannot be `Nullable`", edit);
    } else if found.len() != 2 {
        let edit = match arguments(node) {
            [value] => {
                let value = &findings.text[value.range.clone()];
                Some(instead(node, format!("{}(String, {value})", node.name)))
            }
            _ => None,
        };
        wrong_count(node, "two arguments, the types of keys and values", edit, findings);
    }
    ty.inner = found.into_iter().flatten().collect();
    ty
}

/// A tuple or a nested table.
pub(super) fn tuple(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let mut names = BTreeSet::new();
    let mut unnamed = None;
    for argument in arguments(node) {
        if let Content::Named(name, element) = &argument.content {
            if !names.insert(name.as_str()) {
                let message = format!("`{}` has two elements called `{name}`", node.name);
                findings.error(argument.range.start, message, None);
            }
            ty.names.push(name.clone());
            ty.inner.push(of(element, findings));
        } else {
            unnamed = unnamed.or(Some(argument.range.start));
            ty.inner.extend(inner(node, argument, findings));
        }
    }
    if let Some(at) = unnamed
        && !names.is_empty()
    {
        findings.error(at, format!("either all elements of `{}` have names, or none", node.name), None);
        ty.names.clear();
    }
    if family.rule == Rule::Nested && arguments(node).is_empty() {
        findings.error(
            node.named.start,
            format!("`{}` lacks its columns, each a name and a type", node.name),
            None,
        );
    }
    ty
}

pub(super) fn variant(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let mut has_similar = false;
    if arguments(node).is_empty() {
        findings.error(node.named.start, format!("`{}` lacks its types", node.name), None);
    }
    for argument in arguments(node) {
        let Some(member) = inner(node, argument, findings) else { continue };
        if member.is_nullable() {
            let plain = element(argument, findings).filter(|_| member.is("Nullable"));
            let edit = plain.map(|plain| Edit { range: argument.range.clone(), text: plain.to_owned() });
            findings.error(
                argument.range.start,
                "`Variant` can be `NULL` itself; its types cannot be `Nullable`",
                edit,
            );
        } else if let Some(family @ ("Variant" | "Dynamic")) = member.stored().family {
            findings.error(argument.range.start, format!("`{family}` cannot be in `Variant`"), None);
        }
        // One such pair is enough to say.
        if !has_similar
            && let Some(similar) =
                ty.inner.iter().find(|other| **other != member && are_similar(other, &member))
        {
            let message = format!(
                "ClickHouse refuses the similar types `{}` and `{}` in one `Variant` unless the server allows \
                 suspicious ones",
                similar.normal(),
                member.normal()
            );
            findings.setting(argument.range.start, message, None);
            has_similar = true;
        }
        ty.inner.push(member);
    }
    if !ty.inner.is_empty() && ty.inner.iter().all(|member| member.is("Nothing")) {
        findings.error(node.named.start, format!("`{}` lacks a type that has values", node.name), None);
    }
    // ClickHouse sorts the types and drops what has no values.
    ty.inner.sort_by_cached_key(ColumnType::normal);
    ty.inner.dedup();
    if ty.inner.len() > 1 {
        ty.inner.retain(|member| !member.is("Nothing"));
    }
    ty
}

fn are_similar(one: &ColumnType, other: &ColumnType) -> bool {
    match (one.data_type(), other.data_type()) {
        (Some(one), Some(other)) => have_supertype(&one, &other),
        _ => false,
    }
}
