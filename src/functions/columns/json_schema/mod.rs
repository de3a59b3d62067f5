//! JSON Schemas of any draft, as the messages that they describe are read by ClickHouse's `JSONEachRow` and its kin.
//!
//! There is no established crate that models a schema as types for all drafts: validators such as `jsonschema` compile
//! one to answer yes or no, and `typify` and `schemars` have a model of draft 7 only. A schema is therefore walked as
//! JSON, by the few keywords that say what a value is. References, the hard part (`$id`, `$anchor`, pointers, drafts),
//! are looked up by `referencing`, which `jsonschema` itself is built on. It fetches nothing.

mod document;
mod keywords;
mod parts;
mod scalar;

use std::error::Error;
use std::fmt::Display;

use referencing::{Draft, Registry, Retrieve, Uri};
use serde_json::Value;

use crate::clickhouse::DataType;

use super::options::{Options, Untyped};
use super::place::{Place, Problem};
use super::selection::Selection;
use super::shape::{Field, Record, Shape};
use parts::{OUTSIDE, Part, Parts};

/// The base of references in a schema without an `$id`.
const BASE: &str = "json-schema:///";

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
    let mut reader = Reader { options, selection };
    let root = Part::root(&schema, registry.resolver(base));
    match reader.shape(vec![root], &Place::root())? {
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
}

impl Reader<'_> {
    /// Of a place that these schemas speak of.
    fn shape(&mut self, schemas: Vec<Part<'_>>, place: &Place) -> Result<Shape, Problem> {
        let parts = Parts::of(schemas, place)?;
        if parts.recursive {
            return self.untyped(place, "is recursive: it holds itself").map(Shape::or_null);
        }
        let (names, allows_null) = keywords::types(&parts);
        let shape = self.typed(names, &parts, place)?;
        // Where only some of the schemas allow null there is none, and a `Nullable` too many does no harm.
        Ok(if parts.nullable || allows_null { shape.or_null() } else { shape })
    }

    fn typed(
        &mut self,
        names: Option<Vec<&str>>,
        parts: &Parts<'_>,
        place: &Place,
    ) -> Result<Shape, Problem> {
        let Some(names) = names else {
            let reason = if parts.choice { "may be one of several schemas" } else { "may hold anything" };
            return self.untyped(place, reason).map(Shape::or_null);
        };
        let scalar = match names.as_slice() {
            [] if keywords::is_always_null(parts) => {
                return Err(
                    place.problem("is always null, so it has no type. Leave it out with the option `omit`")
                );
            }
            [] => return self.untyped(place, "is said to be of types that exclude each other"),
            ["array"] => return self.array(parts, place),
            ["object"] => return self.object(parts, place),
            [name] => *name,
            ["integer", "number"] | ["number", "integer"] => "number",
            several => {
                return self.untyped(place, &format!("may be of several types: {}", several.join(", ")));
            }
        };
        let schema = keywords::merged(parts, place)?;
        let scalar = match scalar {
            "boolean" => DataType::Bool,
            "integer" => scalar::integer(&schema),
            "number" => scalar::number(&schema),
            "string" => scalar::string(&schema, self.options),
            unknown => {
                return Err(
                    place.problem(format!("has the type `{unknown}`, which JSON Schema does not know"))
                );
            }
        };
        Ok(Shape::Scalar(scalar))
    }

    fn array(&mut self, parts: &Parts<'_>, place: &Place) -> Result<Shape, Problem> {
        let has_several =
            |part: &Part<'_>| part.schema["items"].is_array() || part.schema.get("prefixItems").is_some();
        if parts.all.iter().any(has_several) {
            return self.untyped(place, "is an array whose elements have a schema each");
        }
        let elements = place.elements();
        let items = parts.all.iter().filter_map(|part| Some(part.inner(part.schema.get("items")?)));
        let items: Vec<_> = items.collect();
        let shape = if items.is_empty() {
            self.untyped(&elements, "may hold anything")?.or_null()
        } else {
            self.declared(items, &elements)?
        };
        Ok(Shape::Array(Box::new(shape)))
    }

    fn object(&mut self, parts: &Parts<'_>, place: &Place) -> Result<Shape, Problem> {
        let names = keywords::property_names(parts.all.iter());
        let values: Vec<_> =
            parts.sure().filter_map(|part| Some(part.inner(keywords::values(part.schema)?))).collect();
        // A record's other members are nowhere; a map has all of them.
        let is_map = !values.is_empty() && keywords::property_names(parts.sure()).is_empty();
        if is_map && names.is_empty() {
            return Ok(Shape::Map(DataType::String, Box::new(self.shape(values, &place.values())?)));
        }
        if is_map {
            return self
                .untyped(place, "is an object of any members, of which only some alternatives name any");
        }
        if names.is_empty() {
            return self.untyped(place, "is an object with any members");
        }
        Ok(Shape::Record(self.record(&names, parts, place)?))
    }

    fn record(&mut self, names: &[&str], parts: &Parts<'_>, place: &Place) -> Result<Record, Problem> {
        let mut fields = Vec::new();
        for name in names {
            let place = place.field(name);
            if !self.selection.takes(&place)? {
                continue;
            }
            if name.is_empty() {
                return Err(
                    place.problem("has a property without a name. Leave it out with the option `omit`")
                );
            }
            let declarations =
                parts.all.iter().filter_map(|part| Some(part.inner(part.schema["properties"].get(name)?)));
            let shape = self.declared(declarations.collect(), &place)?;
            // What one of the schemas declares, another may require.
            let is_required = parts.sure().any(|part| keywords::requires(part.schema, name));
            let shape = if is_required { shape } else { shape.or_null() };
            fields.push(Field { name: (*name).to_owned(), place, shape });
        }
        Ok(Record { segment: None, fields })
    }

    /// What is declared by alternatives only may be missing, and is described by each of them alone.
    fn declared(&mut self, declarations: Vec<Part<'_>>, place: &Place) -> Result<Shape, Problem> {
        if declarations.iter().any(|part| part.holds) {
            return self.shape(declarations, place);
        }
        let mut known: Option<Shape> = None;
        for part in declarations.into_iter().filter(|part| *part.schema != OUTSIDE) {
            let shape = self.shape(vec![part.alone()], place)?.or_null();
            if known.as_ref().is_some_and(|known| *known != shape) {
                let reason = "is described in different ways by schemas of which one or the other holds";
                return self.untyped(place, reason).map(Shape::or_null);
            }
            known = Some(shape);
        }
        known.map_or_else(|| self.untyped(place, "is never there"), Ok)
    }

    fn untyped(&self, place: &Place, reason: &str) -> Result<Shape, Problem> {
        match self.options.untyped {
            Untyped::String => Ok(Shape::Scalar(DataType::String)),
            Untyped::Refuse => Err(place.untyped(reason)),
        }
    }
}
