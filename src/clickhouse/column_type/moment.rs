//! Dates with times, and times: how precise they are, and in which time zone they are shown.

use std::sync::LazyLock;

use super::ColumnType;
use super::family::{Family, Rule};
use super::findings::{Edit, Findings};
use super::meaning::{arguments, instead, wrong_count};
use super::tree::{Argument, Content, Literal, Node};
use crate::clickhouse::quote::quote_printed;

const MOST_DIGITS: i128 = 9;

/// The time zones that ClickHouse 25.8 brings. It may find others where it runs.
static ZONES: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("time_zones.txt").lines().collect());

pub(super) fn moment(node: &Node, family: &'static Family, findings: &mut Findings<'_>) -> ColumnType {
    let (seconds, precise) =
        if family.name.starts_with("Time") { ("Time", "Time64") } else { ("DateTime", "DateTime64") };
    let arguments = arguments(node);
    let mut zone = None;
    let mut digits = None;
    match family.rule {
        Rule::Precise => match arguments {
            [] => digits = Some(3),
            [first, second] if text(first).is_some() && number(second).is_some() => {
                let range = first.range.start..second.range.end;
                let [zone, digits] = [first, second].map(|each| &findings.text[each.range.clone()]);
                let edit = Edit { range, text: format!("{digits}, {zone}") };
                findings.error(first.range.start, format!("`{}` takes the precision first", node.name), edit);
            }
            [first, rest @ ..] if rest.len() < 2 => {
                digits = Some(precision(node, first, findings));
                zone = rest.first();
            }
            _ => wrong_count(node, "two arguments at most, precision and time zone", None, findings),
        },
        Rule::Zone => match arguments {
            [] => {}
            [only] if text(only).is_some() => zone = Some(only),
            [other] => {
                let precise = |digits| instead(node, format!("{precise}({digits})"));
                let quotes = || Some(Edit { range: other.range.clone(), text: bare_zone(other)? });
                let edit = number(other).map(precise).or_else(quotes);
                findings.error(
                    other.range.start,
                    format!("`{}` takes a time zone between `'`", node.name),
                    edit,
                );
            }
            _ => wrong_count(node, "one argument at most, a time zone", None, findings),
        },
        // What else may follow has no effect.
        _ => match arguments {
            [] => {}
            [first, ..] if text(first).is_some() => zone = Some(first),
            [first, rest @ ..] => {
                digits = Some(precision(node, first, findings)).filter(|digits| *digits != 0);
                zone = rest.first();
            }
        },
    }
    let name = if digits.is_some() { precise } else { seconds };
    let mut ty = ColumnType::known(name);
    ty.before.extend(digits.map(|digits| digits.to_string()));
    // The empty one is the server's, like none.
    if let Some(zone) = zone.and_then(|zone| known_zone(zone, findings)).filter(|zone| !zone.is_empty()) {
        ty.before.push(quote_printed(&zone, '\''));
    }
    if name.starts_with("Time") {
        findings.setting(
            node.named.start,
            format!("ClickHouse 25.8 refuses `{name}` unless the server allows it, and older versions do not know it"),
            None,
        );
    }
    ty
}

fn precision(node: &Node, argument: &Argument, findings: &mut Findings<'_>) -> i128 {
    let digits = number(argument);
    if let Some(digits @ 0..=MOST_DIGITS) = digits {
        return digits;
    }
    let most = |_| Edit { range: argument.range.clone(), text: MOST_DIGITS.to_string() };
    let zone = |_| Edit { range: argument.range.start..argument.range.start, text: "3, ".to_owned() };
    let is_needed = node.family.is_some_and(|family| family.rule == Rule::Precise);
    let first = if is_needed { "3, " } else { "" };
    let bare =
        || Some(Edit { range: argument.range.clone(), text: format!("{first}{}", bare_zone(argument)?) });
    let edit = digits.filter(|digits| *digits > MOST_DIGITS).map(most);
    let edit = edit.or_else(|| text(argument).map(zone)).or_else(bare);
    let message = format!("the precision of `{}` is a number of digits from 0 to {MOST_DIGITS}", node.name);
    findings.error(argument.range.start, message, edit);
    MOST_DIGITS
}

/// The time zone between quotes, if it lacks them.
fn bare_zone(argument: &Argument) -> Option<String> {
    let Content::Type(inner) = &argument.content else { return None };
    let is_zone = inner.arguments.is_none() && ZONES.contains(&inner.name.as_str());
    is_zone.then(|| quote_printed(&inner.name, '\''))
}

fn number(argument: &Argument) -> Option<i128> {
    if let Content::Literal(Literal::Whole(number)) = argument.content { Some(number) } else { None }
}

fn text(argument: &Argument) -> Option<&str> {
    if let Content::Literal(Literal::Text(text)) = &argument.content { Some(text) } else { None }
}

/// The zone; ClickHouse ignores what is not a text in its place.
fn known_zone(argument: &Argument, findings: &mut Findings<'_>) -> Option<String> {
    let Some(zone) = text(argument) else {
        let edit = Edit {
            range: argument.range.clone(),
            text: format!("'{}'", &findings.text[argument.range.clone()]),
        };
        let message = "a time zone stands between `'`; ClickHouse ignores this";
        findings.warning(argument.range.start, message, edit);
        return None;
    };
    let is_known = zone.is_empty()
        || ZONES.contains(&zone)
        || zone.starts_with("libc:")
        || zone.strip_prefix("Fixed/UTC").is_some_and(is_offset);
    if !is_known {
        let edit =
            nearest(zone).map(|near| Edit { range: argument.range.clone(), text: quote_printed(near, '\'') });
        let message = format!("`{zone}` is not among the time zones that ClickHouse 25.8 brings");
        findings.warning(argument.range.start, message, edit);
    }
    Some(zone.to_owned())
}

/// Whether it is a day at most: `+05:30:00`
fn is_offset(text: &str) -> bool {
    let Some(parts) = text.strip_prefix(['+', '-']) else { return false };
    let parts: Vec<_> = parts.split(':').collect();
    let are_digits = |part: &&str| part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_digit());
    let seconds = parts.iter().fold(0, |sum, part| sum * 60 + part.parse().unwrap_or(0));
    parts.len() == 3 && parts.iter().all(are_digits) && seconds <= 24 * 60 * 60
}

/// The zone that was probably meant. Another city of the same region is none.
fn nearest(zone: &str) -> Option<&'static str> {
    const SIMILAR_ENOUGH: f64 = 0.9;
    let lower = zone.trim().replace(' ', "_").to_lowercase();
    let (region, city) =
        lower.rsplit_once('/').map_or((None, lower.as_str()), |(region, city)| (Some(region), city));
    let is_word = city.len() > 4 && city.chars().all(|letter| letter.is_alphabetic() || letter == '_');
    let (mut nearest, mut highest) = (None, SIMILAR_ENOUGH);
    for known in ZONES.iter() {
        let known_lower = known.to_lowercase();
        let (known_region, known_city) = known_lower.rsplit_once('/').unwrap_or(("", &known_lower));
        let is_near = match region {
            Some(region) => strsim::jaro_winkler(region, known_region) >= SIMILAR_ENOUGH,
            // `GMT+1` is the other way round there.
            None => known_region != "etc",
        };
        let score = match city {
            _ if !is_near => 0.0,
            city if city == known_city => 1.0,
            city if is_word => strsim::jaro_winkler(city, known_city),
            _ => 0.0,
        };
        if score > highest {
            (nearest, highest) = (Some(*known), score);
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_time_zone_is_near() {
        for (zone, near) in [
            ("europe/berlin", Some("Europe/Berlin")),
            ("Berlin", Some("Europe/Berlin")),
            ("Europe/Helsinky", Some("Europe/Helsinki")),
            ("Europ/Paris", Some("Europe/Paris")),
            ("America/New York", Some("America/New_York")),
            ("utc", Some("UTC")),
            ("+01:00", None),
            ("GMT+1", None),
            ("America/Foo", None),
            ("America/Coyhaique", None),
            ("Asia/Beijing", None),
            ("Mars", None),
        ] {
            assert_eq!(nearest(zone), near, "{zone}");
        }
    }

    #[test]
    fn an_offset_is_a_day_at_most() {
        for (text, is_one) in [
            ("+05:30:00", true),
            ("-24:00:00", true),
            ("+12:60:00", true),
            ("-24:00:01", false),
            ("+25:00:00", false),
            ("+5:30:00", false),
            ("", false),
        ] {
            assert_eq!(is_offset(text), is_one, "{text}");
        }
    }
}
