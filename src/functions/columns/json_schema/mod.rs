//! JSON Schemas of any draft, as the messages that they describe are read by ClickHouse's `JSONEachRow` and its kin.
//!
//! There is no established crate that models a schema as types for all drafts: validators such as `jsonschema` compile
//! one to answer yes or no, and `typify` and `schemars` have a model of draft 7 only. A schema is therefore walked as
//! JSON, by the few keywords that say what a value is. References, the hard part (`$id`, `$anchor`, pointers, drafts),
//! are looked up by `referencing`, which `jsonschema` itself is built on. It fetches nothing.

mod document;
mod scalar;

use std::error::Error;
use std::fmt::Display;

use referencing::{Draft, Registry, Resolver, Retrieve, Uri};
use serde_json::Value;

use crate::clickhouse::DataType;

use super::options::{Options, Untyped};
use super::place::{Place, Problem};
use super::selection::Selection;
use super::shape::{Field, Record, Shape};

/// The base of references in a schema without an `$id`.
const BASE: &str = "json-schema:///";

/// Schemas inside schemas, more than there are in earnest and few enough for a thread's stack.
const MOST_OPEN: usize = 200;

/// What stands for a schema outside the text: one that allows no value. A field that refers to it can be left out, so
/// that it is there at all is no error.
const OUTSIDE: Value = Value::Bool(false);

struct Outside;

impl Retrieve for Outside {
    fn retrieve(&self, _: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        Ok(OUTSIDE)
    }
}

/// Reads the text of a schema.
pub fn read(text: &str, options: &Options, selection: &mut Selection) -> Result<Record, Problem> {
    let not = |error: &dyn Display| Problem(format!("This is not a JSON Schema: {error}"));
    let schema = document::parse(text).map_err(|error| not(&error))?;
    let draft = Draft::default().detect(&schema);
    let resource = draft.create_resource_ref(&schema);
    let base = resource.id().filter(|id| id.contains(':')).unwrap_or(BASE);
    let registry = Registry::new()
        .retriever(Outside)
        .retrieve_known_draft_meta_schemas(false)
        .add(base, resource)
        .and_then(referencing::RegistryBuilder::prepare)
        .map_err(|error| not(&error))?;
    let base = referencing::uri::from_str(base).map_err(|error| not(&error))?;
    let mut reader = Reader { options, selection, open: Vec::new() };
    match reader.shape(&schema, &registry.resolver(base), &Place::root())? {
        Shape::Record(record) => Ok(record),
        _ => {
            Err(Place::root()
                .problem("must be of type `object` and have `properties`, which become the columns"))
        }
    }
}

struct Reader<'call> {
    options: &'call Options,
    selection: &'call mut Selection,
    /// The schemas that we are inside of.
    open: Vec<*const Value>,
}

impl Reader<'_> {
    fn shape(&mut self, schema: &Value, resolver: &Resolver<'_>, place: &Place) -> Result<Shape, Problem> {
        if self.open.contains(&std::ptr::from_ref(schema)) {
            return self.untyped(place, "is recursive: it holds itself");
        }
        if self.open.len() > MOST_OPEN {
            let text = format!("refers to schemas that refer to others, more than {MOST_OPEN} times");
            return Err(place.problem(text));
        }
        self.open.push(schema);
        let shape = self.opened(schema, resolver, place);
        self.open.pop();
        // OpenAPI's way of saying so.
        if schema["nullable"] == true { shape.map(Shape::or_null) } else { shape }
    }

    fn opened(&mut self, schema: &Value, resolver: &Resolver<'_>, place: &Place) -> Result<Shape, Problem> {
        let resource = Draft::default().detect(schema).create_resource_ref(schema);
        let unresolved = |reference: &str, reason: &dyn Display| {
            place.problem(format!(
                "refers to `{reference}`: {reason}. Only references inside the text are followed. Put the other schema \
                 under `$defs`, or leave this out with the option `omit`"
            ))
        };
        let inside = resolver.in_subresource(resource);
        let resolver = &inside.map_err(|error| unresolved(resource.id().unwrap_or_default(), &error))?;
        let reference =
            ["$ref", "$dynamicRef", "$recursiveRef"].iter().find_map(|keyword| schema[keyword].as_str());
        if let Some(reference) = reference {
            let target = resolver.lookup(reference).map_err(|error| unresolved(reference, &error))?;
            if *target.contents() == OUTSIDE {
                return Err(unresolved(reference, &"it is not in the text"));
            }
            return self.shape(target.contents(), target.resolver(), place);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.all_of(schema, parts, resolver, place);
        }
        let alternatives = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array());
        match alternatives {
            // With `type` or `properties` beside them, alternatives only restrict further.
            Some(alternatives) if schema.get("type").is_none() && schema.get("properties").is_none() => {
                self.one_of(alternatives, resolver, place)
            }
            _ => self.typed(schema, resolver, place),
        }
    }

    /// By `type`, or by the keywords that only one type has.
    fn typed(&mut self, schema: &Value, resolver: &Resolver<'_>, place: &Place) -> Result<Shape, Problem> {
        let names: Vec<&str> = match &schema["type"] {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => implied(schema),
        };
        let others: Vec<_> = names.iter().copied().filter(|name| *name != "null").collect();
        let allows_null = others.len() < names.len()
            || schema["enum"].as_array().is_some_and(|values| values.contains(&Value::Null));
        let shape = match others.as_slice() {
            [] if names.is_empty() => return self.untyped(place, "may hold anything").map(Shape::or_null),
            [] => {
                return Err(
                    place.problem("is always null, so it has no type. Leave it out with the option `omit`")
                );
            }
            ["boolean"] => Shape::Scalar(DataType::Bool),
            ["integer"] => Shape::Scalar(scalar::integer(schema)),
            ["number"] | ["integer", "number"] | ["number", "integer"] => {
                Shape::Scalar(scalar::number(schema))
            }
            ["string"] => Shape::Scalar(scalar::string(schema, self.options)),
            ["array"] => self.array(schema, resolver, place)?,
            ["object"] => self.object(schema, resolver, place)?,
            [unknown] => {
                return Err(
                    place.problem(format!("has the type `{unknown}`, which JSON Schema does not know"))
                );
            }
            several => self.untyped(place, &format!("may be of several types: {}", several.join(", ")))?,
        };
        Ok(if allows_null { shape.or_null() } else { shape })
    }

    fn array(&mut self, schema: &Value, resolver: &Resolver<'_>, place: &Place) -> Result<Shape, Problem> {
        if schema["items"].is_array() || schema.get("prefixItems").is_some() {
            return self.untyped(place, "is an array whose elements have a schema each");
        }
        let elements = place.elements();
        let shape = match schema.get("items") {
            Some(items) => self.shape(items, resolver, &elements)?,
            None => self.untyped(&elements, "may hold anything")?.or_null(),
        };
        Ok(Shape::Array(Box::new(shape)))
    }

    fn object(&mut self, schema: &Value, resolver: &Resolver<'_>, place: &Place) -> Result<Shape, Problem> {
        if document::properties(schema).next().is_some() {
            return Ok(Shape::Record(self.record(schema, resolver, place)?));
        }
        let patterns = schema["patternProperties"].as_object().filter(|patterns| patterns.len() == 1);
        let pattern = patterns.and_then(|patterns| patterns.values().next());
        match schema.get("additionalProperties").filter(|values| values.is_object()).or(pattern) {
            Some(values) => {
                let values = self.shape(values, resolver, &place.values())?;
                Ok(Shape::Map(DataType::String, Box::new(values)))
            }
            None => self.untyped(place, "is an object with any members"),
        }
    }

    fn record(&mut self, schema: &Value, resolver: &Resolver<'_>, place: &Place) -> Result<Record, Problem> {
        let mut fields = Vec::new();
        for (name, property) in document::properties(schema) {
            let place = place.field(name);
            if !self.selection.takes(&place)? {
                continue;
            }
            if name.is_empty() {
                return Err(
                    place.problem("has a property without a name. Leave it out with the option `omit`")
                );
            }
            let shape = self.shape(property, resolver, &place)?;
            let shape = if requires(schema, name) { shape } else { shape.or_null() };
            fields.push(Field { name: name.to_owned(), place, shape });
        }
        Ok(Record { segment: None, fields })
    }

    /// All of them at once: objects share their properties, and of anything else one may say what it is.
    fn all_of(
        &mut self,
        schema: &Value,
        parts: &[Value],
        resolver: &Resolver<'_>,
        place: &Place,
    ) -> Result<Shape, Problem> {
        let mut shapes = Vec::new();
        for part in parts.iter().filter(|part| says_what_it_is(part)) {
            shapes.push(self.shape(part, resolver, place)?);
        }
        if schema.get("type").is_some() || schema.get("properties").is_some() {
            let own = self.typed_unless_free(schema, resolver, place)?;
            shapes.extend(own);
        }
        if shapes.len() == 1 {
            return Ok(shapes.remove(0));
        }
        let mut fields: Vec<Field> = Vec::new();
        for shape in shapes {
            let Shape::Record(record) = shape else {
                return self.untyped(place, "is an `allOf` of what are not all objects with properties");
            };
            for mut field in record.fields {
                // One part declares a property, another may require it.
                if let Shape::Nullable(inner) = &field.shape
                    && parts.iter().chain([schema]).any(|part| requires(part, &field.name))
                {
                    field.shape = inner.as_ref().clone();
                }
                if fields.iter().all(|known| known.name != field.name) {
                    fields.push(field);
                }
            }
        }
        if fields.is_empty() {
            self.untyped(place, "may hold anything")
        } else {
            Ok(Shape::Record(Record { segment: None, fields }))
        }
    }

    /// `type: object` beside `allOf` says nothing more.
    fn typed_unless_free(
        &mut self,
        schema: &Value,
        resolver: &Resolver<'_>,
        place: &Place,
    ) -> Result<Option<Shape>, Problem> {
        let is_free = schema["type"] == "object" && schema.get("properties").is_none();
        if is_free { Ok(None) } else { self.typed(schema, resolver, place).map(Some) }
    }

    fn one_of(
        &mut self,
        alternatives: &[Value],
        resolver: &Resolver<'_>,
        place: &Place,
    ) -> Result<Shape, Problem> {
        let is_null = |schema: &&Value| schema["type"] == "null" || schema.get("const") == Some(&Value::Null);
        let others: Vec<_> = alternatives.iter().filter(|schema| !is_null(schema)).collect();
        let shape = match others.as_slice() {
            [only] => self.shape(only, resolver, place)?,
            _ => self.untyped(place, "may be one of several schemas")?,
        };
        Ok(if others.len() < alternatives.len() { shape.or_null() } else { shape })
    }

    fn untyped(&self, place: &Place, reason: &str) -> Result<Shape, Problem> {
        match self.options.untyped {
            Untyped::String => Ok(Shape::Scalar(DataType::String)),
            Untyped::Refuse => Err(place.untyped(reason)),
        }
    }
}

fn requires(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|each| each == name))
}

/// Whether a part of `allOf` does more than restrict.
fn says_what_it_is(schema: &Value) -> bool {
    ["$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some())
        || schema.get("type").is_some()
        || !implied(schema).is_empty()
}

/// The type that keywords other than `type` speak of.
fn implied(schema: &Value) -> Vec<&'static str> {
    let has = |keyword| schema.get(keyword).is_some();
    if has("properties") || has("additionalProperties") || has("patternProperties") {
        return vec!["object"];
    }
    if has("items") || has("prefixItems") {
        return vec!["array"];
    }
    let listed = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
    let mut names: Vec<_> = listed.map(type_of).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
