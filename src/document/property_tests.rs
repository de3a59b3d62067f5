//! Any document, any edits: every byte outside the edits is the server's, and every byte inside is foretold.
//!
//! Nothing here parses what the code under test has printed. The generators build each text together with the text
//! that the edit must turn it into, so that the comparison is of bytes.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::tests::TABLE;
use super::{Document, Element, json_equal, merge};

/// The blanks after an opening bracket, before a colon, before a comma and before the closing bracket.
type Blanks = [&'static str; 4];

fn blanks() -> impl Strategy<Value = Blanks> {
    let some = || select(&["", " ", "\n\t", "\r\n  "][..]);
    [some(), some(), some(), some()]
}

/// The text as a JSON string, with an escape for each character whose bit is set.
fn spell(text: &str, escaped: u8) -> String {
    let plain = |letter: char| Value::from(letter.to_string()).to_string().trim_matches('"').to_owned();
    let mut spelled = String::new();
    for (letter, place) in text.chars().zip((0..8).cycle()) {
        match letter {
            '/' if escaped >> place & 1 == 1 => spelled.push_str("\\/"),
            '"' => spelled.push_str("\\\""),
            _ if escaped >> place & 1 == 1 => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    spelled.push_str(&format!("\\u{unit:04x}"));
                }
            }
            _ => spelled.push_str(&plain(letter)),
        }
    }
    format!("\"{spelled}\"")
}

/// Short, and rich in what JSON spells in several ways.
fn any_text() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        3 => select(&['a', '0', '"', '\\', '/', '\n', '\0', '{', ',', 'é', '\u{2028}', '𝄞'][..]),
        1 => any::<char>(),
    ];
    vec(letter, 0..5).prop_map(String::from_iter)
}

fn any_string() -> impl Strategy<Value = String> {
    (any_text(), any::<u8>()).prop_map(|(text, escaped)| spell(&text, escaped))
}

fn spaced(texts: &[String], [open, _, comma, close]: Blanks, brackets: [char; 2]) -> String {
    let [first, last] = brackets;
    format!("{first}{open}{}{close}{last}", texts.join(&format!("{comma},{open}")))
}

fn object_text(members: &[(String, String)], blanks: Blanks) -> String {
    let colon = blanks[1];
    let members: Vec<String> =
        members.iter().map(|(key, value)| format!("{key}{colon}:{colon}{value}")).collect();
    spaced(&members, blanks, ['{', '}'])
}

fn array_text(items: &[String], blanks: Blanks) -> String {
    spaced(items, blanks, ['[', ']'])
}

const COMPACT: Blanks = [""; 4];

/// Any JSON text that has a value, oddly spelled, with duplicate keys now and then.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?",
        any_string(),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let key = prop_oneof![any_string(), Just(r#""twice""#.to_owned())];
        prop_oneof![
            (vec(inner.clone(), 0..3), blanks()).prop_map(|(items, blanks)| array_text(&items, blanks)),
            (vec((key, inner), 0..3), blanks()).prop_map(|(members, blanks)| object_text(&members, blanks)),
        ]
    })
}

/// Any JSON text at all: nested too deeply for a value, or with strings that are no text.
fn strange_json() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => any_json(),
        1 => Just(format!("{}{}", "[".repeat(200), "]".repeat(200))),
        1 => Just(r#"{"\ud800":"\udfff"}"#.to_owned()),
    ]
}

/// Members that are not ours; no two keys are equal, and none is a key of the shape.
fn strange_members() -> impl Strategy<Value = Vec<(String, String)>> {
    let key = prop_oneof![4 => any_text().prop_map(Some), 1 => Just(None)];
    vec((key, any::<u8>(), strange_json()), 0..3).prop_map(|members| {
        let spelled = members.into_iter().zip(0..).map(|((key, escaped, value), place)| match key {
            Some(key) => (spell(&format!("?{place}{key}"), escaped), value),
            // Half a surrogate pair is a key as well.
            None => (format!(r#""\ud80{place}""#), value),
        });
        spelled.collect()
    })
}

/// What is at some place, what is wanted there, and what a merge must make of the two.
#[derive(Debug, Clone)]
struct Place {
    before: Option<String>,
    wanted: Option<Value>,
    after: Option<String>,
    /// What it must make of the wanted alone.
    fresh: Option<String>,
}

impl Place {
    const EMPTY: Self = Self { before: None, wanted: None, after: None, fresh: None };

    fn unwanted(before: Option<String>) -> Self {
        Self { before, ..Self::EMPTY }
    }

    /// A value that already means what is wanted.
    fn kept(before: String, wanted: Value) -> Self {
        let fresh = wanted.to_string();
        Self { before: Some(before.clone()), wanted: Some(wanted), after: Some(before), fresh: Some(fresh) }
    }

    fn new(wanted: Value, fresh: Option<String>) -> Self {
        Self { before: None, wanted: Some(wanted), after: fresh.clone(), fresh }
    }
}

fn leaf() -> impl Strategy<Value = Place> {
    let respelled = (any::<i32>(), 0..6_u32).prop_map(|(number, zeros)| {
        let wanted = i64::from(number) * 10_i64.pow(zeros);
        Place::kept(format!("{number}.0E{zeros}"), wanted.into())
    });
    let other = (any_json(), 0..6).prop_map(|(text, kind)| {
        let value: Value = serde_json::from_str(&text).unwrap();
        // Wrapped, it can never equal what it was.
        let changed = json!([value]);
        match kind {
            0 => Place::EMPTY,
            1 => Place::unwanted(Some(text)),
            2 => Place { wanted: Some(Value::Null), ..Place::unwanted(Some(text)) },
            3 => Place::new(changed.clone(), Some(changed.to_string())),
            4 => Place { before: Some(text), ..Place::new(changed.clone(), Some(changed.to_string())) },
            _ if value.is_null() => Place { wanted: Some(value), ..Place::unwanted(Some(text)) },
            _ => Place::kept(text, value),
        }
    });
    prop_oneof![6 => other, 1 => respelled]
}

fn named(name: String) -> impl Strategy<Value = Place> {
    any::<u8>().prop_map(move |escaped| Place::kept(spell(&name, escaped), name.as_str().into()))
}

/// A place where something is, or is wanted, or both, or neither.
fn perhaps(place: impl Strategy<Value = Place>) -> impl Strategy<Value = Place> {
    (place, 0..5).prop_map(|(place, kind)| match (kind, place) {
        (0, _) => Place::EMPTY,
        (1, place) => Place::unwanted(place.before),
        (2, Place { wanted: Some(wanted), fresh, .. }) => Place::new(wanted, fresh),
        (_, place) => place,
    })
}

/// An object with these keys of ours among others, in any order.
fn object(keys: Vec<(&'static str, BoxedStrategy<Place>)>) -> impl Strategy<Value = Place> {
    let (keys, places): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    let order = vec((any::<u8>(), any::<u8>()), keys.len() + 3);
    (places, order, strange_members(), blanks()).prop_map(move |(places, order, strange, blanks)| {
        let ours = keys.iter().zip(&places).zip(&order).filter_map(|((key, place), (position, escaped))| {
            Some((*position, spell(key, *escaped), place.before.clone()?, place.after.clone()))
        });
        let strange = strange.into_iter().zip(order.iter().rev());
        let strange =
            strange.map(|((key, value), (position, _))| (*position, key, value.clone(), Some(value)));
        let mut there: Vec<_> = ours.chain(strange).collect();
        there.sort_by_key(|(position, ..)| *position);
        let before: Vec<_> = there.iter().map(|(_, key, value, _)| (key.clone(), value.clone())).collect();
        let kept = there.into_iter().filter_map(|(_, key, _, value)| Some((key, value?)));
        let printed =
            |key: &str, value: &Option<String>| Some((Value::from(key).to_string(), value.clone()?));
        let added = keys.iter().zip(&places).filter(|(_, place)| place.before.is_none());
        let added = added.filter_map(|(key, place)| printed(key, &place.after));
        let after: Vec<_> = kept.chain(added).collect();
        let fresh: Vec<_> =
            keys.iter().zip(&places).filter_map(|(key, place)| printed(key, &place.fresh)).collect();
        let wanted = keys.iter().zip(&places);
        let wanted = wanted.filter_map(|(key, place)| Some(((*key).to_owned(), place.wanted.clone()?)));
        // A key that the shape does not name is not written.
        let wanted: Map<_, _> = wanted.chain([("beyond the shape".to_owned(), json!(1))]).collect();
        Place {
            after: Some(object_text(&after, if after == before { blanks } else { COMPACT })),
            before: Some(object_text(&before, blanks)),
            wanted: Some(wanted.into()),
            fresh: Some(object_text(&fresh, COMPACT)),
        }
    })
}

/// A list of items that are told apart by name, with items among them that nobody wants.
fn named_list(keys: &[&'static str], ordered: bool) -> impl Strategy<Value = Place> {
    let item = |number: u8| {
        let others = keys.iter().map(|key| (*key, leaf().boxed()));
        let name = ("name", named(format!("item {number}")).boxed());
        perhaps(object([name].into_iter().chain(others).collect())).boxed()
    };
    let items: Vec<_> = (0..3).map(item).collect();
    let order = vec((any::<u8>(), any::<u8>()), 3);
    let unwanted = vec((any::<u8>(), any_json()), 0..2);
    (items, order, unwanted, blanks()).prop_map(move |(items, order, unwanted, blanks)| {
        let items: Vec<_> = items.into_iter().zip(order).collect();
        let mut there: Vec<(u8, String, Option<String>)> = items
            .iter()
            .filter_map(|(item, (position, _))| Some((*position, item.before.clone()?, item.after.clone())))
            .chain(unwanted.into_iter().map(|(position, text)| (position, text, None)))
            .collect();
        there.sort_by_key(|(position, ..)| *position);
        let mut wanted: Vec<_> = items.iter().filter(|(item, _)| item.wanted.is_some()).collect();
        wanted.sort_by_key(|(_, (_, position))| *position);
        let before: Vec<String> = there.iter().map(|(_, text, _)| text.clone()).collect();
        let after: Vec<String> = if ordered {
            wanted.iter().filter_map(|(item, _)| item.after.clone()).collect()
        } else {
            let added = wanted.iter().filter(|(item, _)| item.before.is_none());
            let added = added.filter_map(|(item, _)| item.after.clone());
            there.into_iter().filter_map(|(.., after)| after).chain(added).collect()
        };
        let fresh: Vec<String> = wanted.iter().filter_map(|(item, _)| item.fresh.clone()).collect();
        Place {
            after: Some(array_text(&after, if after == before { blanks } else { COMPACT })),
            before: Some(array_text(&before, blanks)),
            wanted: wanted.iter().map(|(item, _)| item.wanted.clone()).collect(),
            fresh: Some(array_text(&fresh, COMPACT)),
        }
    })
}

/// A table of this name; its shape is [`TABLE`].
fn table(name: String) -> impl Strategy<Value = Place> {
    object(vec![
        ("name", named(name).boxed()),
        ("columns", perhaps(named_list(&["type"], true)).boxed()),
        ("topics", perhaps(named_list(&[], false)).boxed()),
        ("group", leaf().boxed()),
        ("options", perhaps(object(vec![("size", leaf().boxed())])).boxed()),
    ])
}

fn same(_: &[&str], existing: &Value, wanted: &Value) -> bool {
    json_equal(existing, wanted)
}

/// The name that two elements share; the others are named by their place among the tables.
const TWIN: usize = 2;

fn name_of(place: usize) -> String {
    format!("the \"{place}\" é")
}

/// An element of the array as the test knows it: whose it is, and its text.
type Known = (Option<usize>, String);

/// A document in pieces, and what could be done to its tables.
#[derive(Debug, Clone)]
struct Pieces {
    before: Vec<(String, String)>,
    /// Its text and its elements. Some documents have no array, or null in its place.
    array: Option<(String, Vec<Known>)>,
    key: String,
    after: Vec<(String, String)>,
    blanks: Blanks,
    tables: Vec<Place>,
}

fn pieces() -> impl Strategy<Value = Pieces> {
    let tables: Vec<_> = (0..TWIN).map(|place| table(name_of(place)).boxed()).collect();
    let others = vec((any::<u8>(), strange_json()), 0..3);
    let present = (any::<[bool; TWIN]>(), any::<bool>(), vec(any::<u8>(), TWIN + 2));
    let array = (0..6, others, present, any::<u8>(), blanks());
    (tables, array, strange_members(), strange_members(), blanks()).prop_map(
        |(tables, (kind, others, (present, twins, order), escaped, inside), before, after, blanks)| {
            let there = tables.iter().zip(present).zip(0..).filter(|((_, present), _)| *present);
            let there = there.filter_map(|((table, _), place)| Some((Some(place), table.before.clone()?)));
            let twin = (Some(TWIN), format!(r#"{{"name":{}}}"#, spell(&name_of(TWIN), escaped)));
            let there = there.chain(vec![twin; if twins { 2 } else { 0 }]);
            let mut there: Vec<_> = order.into_iter().zip(there).collect();
            there.extend(others.into_iter().map(|(position, text)| (position, (None, text))));
            there.sort_by_key(|(position, _)| *position);
            let elements: Vec<Known> = there.into_iter().map(|(_, element)| element).collect();
            let texts: Vec<_> = elements.iter().map(|(_, text)| text.clone()).collect();
            let array = match kind {
                0 => None,
                1 => Some(("null".to_owned(), Vec::new())),
                _ => Some((array_text(&texts, inside), elements)),
            };
            Pieces { before, array, key: spell("tables", escaped), after, blanks, tables }
        },
    )
}

impl Pieces {
    fn text(&self, array: Option<&str>, blanks: Blanks) -> String {
        let array = array.map(|array| (self.key.clone(), array.to_owned()));
        let members: Vec<_> = self.before.iter().cloned().chain(array).chain(self.after.clone()).collect();
        object_text(&members, blanks)
    }

    /// The document after an edit, with these elements.
    fn edited(&self, elements: &[Known]) -> String {
        let texts: Vec<_> = elements.iter().map(|(_, text)| text.clone()).collect();
        let array = array_text(&texts, COMPACT);
        if self.array.is_some() {
            return self.text(Some(&array), COMPACT);
        }
        let new = (r#""tables""#.to_owned(), array);
        let members: Vec<_> = self.before.iter().chain(&self.after).cloned().chain([new]).collect();
        object_text(&members, COMPACT)
    }
}

#[derive(Debug, Clone)]
enum Edit {
    /// What an update or a create does, through the table's place.
    Merge,
    Put(String),
    Remove,
}

fn edits() -> impl Strategy<Value = Vec<(usize, Edit)>> {
    let edit = prop_oneof![
        Just(Edit::Merge),
        strange_json().prop_map(|value| Edit::Put(format!(r#","x":{value}}}"#))),
        Just(Edit::Remove),
    ];
    vec((0..=TWIN, edit), 0..6)
}

proptest! {
    #[test]
    fn a_merge_writes_what_is_wanted_and_not_a_byte_more(place in table(name_of(0))) {
        let Place { before: Some(before), wanted: Some(wanted), after: Some(after), fresh: Some(fresh) } = place
        else { unreachable!("a table is there and wanted") };
        prop_assert_eq!(merge(Some(&before), &wanted, &TABLE, &same), Ok(after.clone()));
        prop_assert_eq!(merge(None, &wanted, &TABLE, &same), Ok(fresh.clone()));
        // Merging twice is merging once, so an update that repeats itself changes nothing.
        prop_assert_eq!(merge(Some(&after), &wanted, &TABLE, &same), Ok(after));
        prop_assert_eq!(merge(Some(&fresh), &wanted, &TABLE, &same), Ok(fresh));
    }

    #[test]
    fn every_byte_outside_the_edits_is_kept(pieces in pieces(), edits in edits()) {
        let (array, mut known) = match &pieces.array {
            Some((array, elements)) => (Some(array.as_str()), elements.clone()),
            None => (None, Vec::new()),
        };
        let text = RawValue::from_string(pieces.text(array, pieces.blanks)).unwrap();
        let mut document = Document::parse(&text).unwrap();
        prop_assert_eq!(document.to_raw().to_string(), pieces.text(array, COMPACT), "nothing was edited");

        let mut overwritten = [false; TWIN];
        for (place, edit) in edits {
            let name = name_of(place);
            let there = known.iter().position(|(owner, _)| *owner == Some(place));
            if place == TWIN {
                let ambiguous = document.get(&name).map_err(|ambiguous| ambiguous.count);
                prop_assert_eq!(ambiguous, if there.is_some() { Err(2) } else { Ok(None) });
                continue;
            }
            let Place { wanted: Some(wanted), after: Some(after), fresh: Some(fresh), .. } = &pieces.tables[place]
            else { unreachable!("a table is there and wanted") };
            let new = match edit {
                Edit::Remove => {
                    document.remove(&name);
                    None
                }
                // Nothing is foretold for what a put has left behind.
                Edit::Merge if there.is_some() && overwritten[place] => continue,
                Edit::Merge => {
                    let element = Element::merged(document.get(&name).unwrap(), wanted, &TABLE, &same).unwrap();
                    document.put(element);
                    let again = there.is_some_and(|there| known[there].1 == *fresh);
                    Some(if there.is_none() || again { fresh.clone() } else { after.clone() })
                }
                Edit::Put(rest) => {
                    let text = format!(r#"{{"name":{}{rest}"#, Value::from(name.as_str()));
                    document.put(Element::parse(&text).unwrap());
                    overwritten[place] = true;
                    Some(text)
                }
            };
            match (there, new) {
                (Some(there), Some(new)) => known[there].1 = new,
                (Some(there), None) => {
                    known.remove(there);
                    overwritten[place] = false;
                }
                (None, Some(new)) => known.push((Some(place), new)),
                (None, None) => {}
            }
            prop_assert_eq!(document.to_raw().to_string(), pieces.edited(&known));
        }

        let read = Document::parse(&document.to_raw()).unwrap();
        prop_assert_eq!(&read, &document);
        prop_assert_eq!(read.elements().len(), known.len());
        for (element, (owner, text)) in read.elements().iter().zip(&known) {
            prop_assert_eq!(element.text(), text);
            prop_assert_eq!(element.name().map(str::to_owned), owner.map(name_of));
            if let Ok(value) = serde_json::from_str::<Value>(text) {
                prop_assert!(json_equal(&element.value(), &value));
            }
        }
    }
}
