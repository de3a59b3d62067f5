//! Any JSON object as a document, and any edits of it: every byte outside an edit stays as it was, and what is
//! printed reads as what was printed. Knows nothing of HTTP, and of an element only the keys of a shape.
//!
//! An input is a sequence of JSON values. The first is the document, each other an edit: `"a"` removes the
//! element of that name, `[{"name":"a"}]` puts one, and `{"name":"a"}` is merged into the one there is.

#![no_main]

mod merged;
mod outline;

use std::sync::LazyLock;

use aiven_clickhouse_kafka::document::{Document, Element, Shape, Uneditable, json_equal};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;

use merged::name;

/// All kinds of things that can be ours.
static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
    let values = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), Shape::Value)).collect();
    let keys = [
        ("name", Shape::Value),
        ("columns", Shape::NamedList { keys: values(&["name", "type"]), ordered: true }),
        ("topics", Shape::NamedList { keys: values(&["name"]), ordered: false }),
        ("group", Shape::Value),
        ("options", Shape::Object(values(&["size"]))),
    ];
    Shape::Object(keys.map(|(key, shape)| (key.to_owned(), shape)).into())
});

fuzz_target!(|input: &str| {
    let mut values = serde_json::Deserializer::from_str(input).into_iter::<&RawValue>().map_while(Result::ok);
    let Some(mut document) = values.next().and_then(read) else { return };
    for edit in values {
        let before = document.to_raw();
        let Some(elements) = edited(&mut document, elements(before.get()), edit.get()) else { continue };
        let after = document.to_raw();
        assert_eq!(after.get(), with_elements(before.get(), &elements));
        assert_eq!(Document::parse(&after), Ok(document.clone()));
    }
});

/// The document that a text is, if it is one; and it is one unless there is a reason against it.
fn read(text: &RawValue) -> Option<Document> {
    let parsed = Document::parse(text);
    let Some(members) = outline::members(text.get()) else {
        assert_eq!(parsed.is_ok(), text.get() == "null");
        return parsed.ok();
    };
    let tables: Vec<_> = members.iter().filter(|(key, _)| is_tables(key)).collect();
    let is_list = |text: &str| text == "null" || outline::items(text).is_some();
    assert_eq!(parsed.is_ok(), tables.len() < 2 && tables.iter().all(|(_, value)| is_list(value)));
    let document = parsed.ok()?;
    assert_eq!(outline::members(document.to_raw().get()), Some(members));
    assert!(document.elements().iter().map(Element::text).eq(elements(text.get())));
    Some(document)
}

/// Edits the document, and says which elements it must have then; None where nothing was to be edited.
fn edited(document: &mut Document, mut elements: Vec<String>, edit: &str) -> Option<Vec<String>> {
    if let Some(removed) = outline::string(edit) {
        document.remove(&removed);
        elements.retain(|element| name(element).as_ref() != Some(&removed));
        return Some(elements);
    }
    let wanted = match outline::items(edit) {
        Some(items) => *items.first()?,
        None => edit,
    };
    let wanted_name = name(wanted);
    let named: Vec<usize> =
        (0..elements.len()).filter(|place| name(&elements[*place]) == wanted_name).collect();
    let wanted_name = wanted_name?;
    let existing = match (named.as_slice(), document.get(&wanted_name)) {
        ([], found) => {
            assert_eq!(found, Ok(None));
            None
        }
        ([place], found) => {
            assert_eq!(found.map(|found| found.map(Element::text)), Ok(Some(&*elements[*place])));
            found.ok()?
        }
        (_, found) => {
            assert_eq!(found.map_err(|ambiguous| ambiguous.count), Err(named.len()));
            return None;
        }
    };
    let element =
        if wanted == edit { merge(existing, wanted)? } else { Element::parse(wanted).expect("has a name") };
    match named.first() {
        Some(place) => element.text().clone_into(&mut elements[*place]),
        None => elements.push(element.text().to_owned()),
    }
    document.put(element);
    Some(elements)
}

/// The element that a merge makes, once it has been looked at closely.
fn merge(existing: Option<&Element>, wanted: &str) -> Option<Element> {
    // A value nested too deeply to be read as a whole is nothing that anybody can want.
    let wanted: Value = serde_json::from_str(wanted).ok()?;
    let same = |_: &[&str], existing: &Value, wanted: &Value| json_equal(existing, wanted);
    let text = existing.map(Element::text);
    match Element::merged(existing, &wanted, &SHAPE, &same) {
        Ok(element) => {
            merged::check(text, &wanted, element.text(), &SHAPE);
            if has_named_topics(&wanted) {
                let again = Element::merged(Some(&element), &wanted, &SHAPE, &same);
                assert_eq!(again.as_ref(), Ok(&element), "merging twice is merging once");
            }
            Some(element)
        }
        Err(Uneditable::DuplicateKey { key }) => {
            assert!(text.is_some_and(outline::has_duplicates), "{key} is there only once");
            None
        }
        Err(Uneditable::Nameless) => panic!("the wanted element has a name"),
    }
}

/// Whether the items of the list without an order can be told apart; the others count as new in every merge, and
/// so go last.
fn has_named_topics(wanted: &Value) -> bool {
    wanted["topics"].as_array().is_none_or(|topics| topics.iter().all(|topic| topic["name"].is_string()))
}

/// The texts of the elements of a document's text.
fn elements(text: &str) -> Vec<String> {
    let members = outline::members(text).unwrap_or_default();
    let tables =
        members.iter().find(|(key, _)| is_tables(key)).and_then(|(_, tables)| outline::items(tables));
    tables.unwrap_or_default().into_iter().map(str::to_owned).collect()
}

/// The text of a document that differs from `text` in its elements alone.
fn with_elements(text: &str, elements: &[String]) -> String {
    let array = format!("[{}]", elements.join(","));
    let mut members = outline::members(text).unwrap_or_default();
    match members.iter_mut().find(|(key, _)| is_tables(key)) {
        Some((_, tables)) => *tables = &array,
        None => members.push(("\"tables\"", &array)),
    }
    let members: Vec<_> = members.iter().map(|(key, value)| format!("{key}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn is_tables(key: &str) -> bool {
    outline::string(key).as_deref() == Some("tables")
}
