//! Numbers and text: types that hold no others.

use super::ColumnType;
use super::family::{Family, Rule};
use super::findings::{Edit, Findings};
use super::meaning::{arguments, instead, wrong_count};
use super::tree::{Content, Literal, Node};

const MOST_DIGITS: i128 = 76;
const LONGEST: i128 = 0x00FF_FFFF;
/// Longer ones are refused unless a setting allows them.
const SUSPICIOUSLY_LONG: i128 = 256;

pub(super) fn nothing(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let name = family.name;
    let edit = || instead(node, name.to_owned());
    match arguments(node) {
        [] if node.arguments.is_some() => {
            findings.warning(node.named.end, format!("`{name}` is written without parentheses"), edit());
        }
        [] => {}
        [first, ..] => findings.error(first.range.start, format!("`{name}` takes no arguments"), edit()),
    }
    ColumnType::known(name)
}

/// One or two arguments of any kind, without an effect.
pub(super) fn ignored(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let (most, takes) = match family.rule {
        Rule::Width => (1, "one argument at most"),
        _ => (2, "two arguments at most"),
    };
    if arguments(node).len() > most {
        wrong_count(node, takes, Some(instead(node, family.name.to_owned())), findings);
    }
    ColumnType::known(family.name)
}

pub(super) fn text(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let edit = || Some(instead(node, "String".to_owned()));
    match arguments(node) {
        [] => {}
        [length] => {
            if !matches!(length.content, Content::Literal(Literal::Whole(0..))) {
                findings.error(
                    length.range.start,
                    format!("`{}` takes a length or nothing", node.name),
                    edit(),
                );
            }
        }
        _ => wrong_count(node, "one argument at most", edit(), findings),
    }
    ColumnType::known(family.name)
}

pub(super) fn fixed_string(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let [length] = arguments(node) else {
        let edit = arguments(node).is_empty().then(|| instead(node, format!("{}(16)", node.name)));
        wrong_count(node, "one argument, the number of bytes", edit, findings);
        return ty;
    };
    let limits = format!("a number of bytes from 1 to {LONGEST}");
    match length.content {
        Content::Literal(Literal::Whole(bytes @ 1..=LONGEST)) => {
            if bytes > SUSPICIOUSLY_LONG {
                findings.setting(
                    length.range.start,
                    format!(
                        "a `FixedString` of more than {SUSPICIOUSLY_LONG} bytes is refused unless the server allows \
                         suspicious ones; `String` holds them, too"
                    ),
                    None,
                );
            }
            ty.before.push(bytes.to_string());
        }
        _ => findings.error(length.range.start, format!("`{}` takes {limits}", node.name), None),
    }
    ty
}

pub(super) fn decimal(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known(family.name);
    let whole = |index: usize| match arguments(node).get(index).map(|argument| &argument.content) {
        Some(Content::Literal(Literal::Whole(number))) => Some(*number),
        _ => None,
    };
    let (precision, scale) = match arguments(node) {
        [] if node.arguments.is_some() => {
            let edit = Edit { range: node.named.end..node.range.end, text: "(10, 0)".to_owned() };
            findings.warning(node.named.end, format!("`{}` lacks its precision", node.name), edit);
            (Some(10), Some(0))
        }
        [] => (Some(10), Some(0)),
        [_] => (whole(0), Some(0)),
        [_, _] => (whole(0), whole(1)),
        _ => {
            wrong_count(node, "two arguments at most, precision and scale", None, findings);
            return ty;
        }
    };
    let at =
        |index: usize| arguments(node).get(index).map_or(node.named.start, |argument| argument.range.start);
    let Some(precision) = precision else {
        let edit = arguments(node).first().and_then(|argument| {
            // `10.2` for `10, 2`
            let (digits, after) = findings.text[argument.range.clone()].split_once('.')?;
            let are_whole = arguments(node).len() == 1
                && [digits, after]
                    .iter()
                    .all(|part| part.parse::<u8>().is_ok_and(|_| !part.starts_with('+')));
            are_whole.then(|| Edit { range: argument.range.clone(), text: format!("{digits}, {after}") })
        });
        findings.error(at(0), format!("the precision of `{}` is a whole number", node.name), edit);
        return ty;
    };
    let Some(scale) = scale else {
        findings.error(at(1), format!("the scale of `{}` is a whole number", node.name), None);
        return ty;
    };
    ty.before = vec![precision.to_string(), scale.to_string()];
    let meant = |precision: i128, scale: i128| instead(node, format!("{}({precision}, {scale})", node.name));
    if !(1..=MOST_DIGITS).contains(&precision) {
        let most = precision.clamp(1, MOST_DIGITS);
        findings.error(
            at(0),
            format!("a decimal has 1 to {MOST_DIGITS} digits, not {precision}"),
            meant(most, scale.clamp(0, most)),
        );
    } else if !(0..=precision).contains(&scale) {
        let edit = if (precision..=MOST_DIGITS).contains(&scale) {
            meant(scale, precision)
        } else {
            meant(precision, scale.clamp(0, precision))
        };
        findings.error(at(1), format!("of {precision} digits, {scale} cannot stand after the point"), edit);
    }
    ty
}

/// A decimal whose precision is in its name.
pub(super) fn scaled(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let mut ty = ColumnType::known("Decimal");
    let Rule::Scale(precision) = family.rule else { return ty };
    let [scale] = arguments(node) else {
        let edit = match arguments(node) {
            [] => Some(instead(node, format!("{}(2)", node.name))),
            [_, _] => Some(Edit { range: node.named.clone(), text: "Decimal".to_owned() }),
            _ => None,
        };
        wrong_count(node, "one argument, the scale", edit, findings);
        return ty;
    };
    match scale.content {
        Content::Literal(Literal::Whole(scale)) if (0..=precision).contains(&scale) => {
            ty.before = vec![precision.to_string(), scale.to_string()];
        }
        _ => {
            let message = format!("the scale of `{}` is a number from 0 to {precision}", family.name);
            findings.error(scale.range.start, message, None);
        }
    }
    ty
}
