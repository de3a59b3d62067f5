//! Which schemas speak of one place: those that hold for every value there, and those of which one or the other may. What
//! they say of it is for others to read; of ClickHouse nothing is known here.

use std::fmt::Display;

use referencing::{Draft, Resolver};
use serde_json::Value;

use super::super::place::{Place, Problem};

/// Schemas inside schemas, more than there are in earnest and few enough for a thread's stack.
const MOST_OPEN: usize = 200;

/// What stands for a schema outside the text: one that allows no value. A field that refers to it can be left out, so
/// that it is there at all is no error.
pub const OUTSIDE: Value = Value::Bool(false);

/// A schema that speaks of a place.
#[derive(Clone)]
pub struct Part<'schema> {
    /// The schema.
    pub schema: &'schema Value,
    /// Whether it holds for every value, and not only when others do or do not.
    pub holds: bool,
    resolver: Resolver<'schema>,
    /// The schemas that it was reached through.
    inside: Vec<*const Value>,
}

impl<'schema> Part<'schema> {
    /// The whole.
    pub fn root(schema: &'schema Value, resolver: Resolver<'schema>) -> Self {
        Self { schema, holds: true, resolver, inside: Vec::new() }
    }

    /// A schema inside this one.
    pub fn inner(&self, schema: &'schema Value) -> Self {
        let inside = self.inside.iter().copied().chain([std::ptr::from_ref(self.schema)]).collect();
        Self { schema, holds: self.holds, resolver: self.resolver.clone(), inside }
    }

    /// This one where it holds, looked at by itself.
    pub fn alone(self) -> Self {
        Self { holds: true, ..self }
    }

    fn is_same(&self, other: &Part<'_>) -> bool {
        std::ptr::eq(self.schema, other.schema)
    }
}

/// All schemas that speak of one place.
#[derive(Default)]
pub struct Parts<'schema> {
    /// In the order of the text, what they refer to before them.
    pub all: Vec<Part<'schema>>,
    /// Whether one of them allows null next to what it says.
    pub nullable: bool,
    /// Whether there are several to choose from.
    pub choice: bool,
    /// Whether one of them was reached through itself, so that there is no end of them.
    pub recursive: bool,
}

impl<'schema> Parts<'schema> {
    /// These, and whatever they call in: references, whose siblings hold like themselves (older drafts ignore them, but
    /// who writes one means it), `allOf`, alternatives and conditions.
    pub fn of(schemas: Vec<Part<'schema>>, place: &Place) -> Result<Self, Problem> {
        let mut parts = Self::default();
        for part in schemas {
            parts.add(part, place)?;
        }
        Ok(parts)
    }

    /// Those that hold for every value.
    pub fn sure(&self) -> impl Iterator<Item = &Part<'schema>> {
        self.all.iter().filter(|part| part.holds)
    }

    fn add(&mut self, mut part: Part<'schema>, place: &Place) -> Result<(), Problem> {
        let schema = part.schema;
        if part.inside.contains(&std::ptr::from_ref(schema)) {
            self.recursive = true;
            return Ok(());
        }
        if part.inside.len() > MOST_OPEN {
            let text = format!("refers to schemas that refer to others, more than {MOST_OPEN} times");
            return Err(place.problem(text));
        }
        if self.all.iter().any(|known| known.is_same(&part) && (known.holds || !part.holds)) {
            return Ok(());
        }
        let resource = Draft::default().detect(schema).create_resource_ref(schema);
        let inside = part.resolver.in_subresource(resource);
        part.resolver =
            inside.map_err(|error| unresolved(place, resource.id().unwrap_or_default(), &error))?;
        // OpenAPI's way of saying so.
        self.nullable |= schema["nullable"] == true;
        let references = ["$ref", "$dynamicRef", "$recursiveRef"];
        for reference in references.iter().filter_map(|keyword| schema[keyword].as_str()) {
            let target =
                part.resolver.lookup(reference).map_err(|error| unresolved(place, reference, &error))?;
            if *target.contents() == OUTSIDE {
                return Err(unresolved(place, reference, &"it is not in the text"));
            }
            let target = Part { resolver: target.resolver().clone(), ..part.inner(target.contents()) };
            self.add(target, place)?;
        }
        for schema in schema["allOf"].as_array().into_iter().flatten() {
            self.add(part.inner(schema), place)?;
        }
        self.all.push(part.clone());
        for alternatives in ["anyOf", "oneOf"].iter().filter_map(|keyword| schema[keyword].as_array()) {
            self.add_alternatives(&part, alternatives, place)?;
        }
        let conditions = ["if", "then", "else"].iter().filter_map(|keyword| schema.get(keyword));
        let dependent = ["dependentSchemas", "dependencies"].iter();
        let dependent = dependent.filter_map(|keyword| schema[keyword].as_object());
        for schema in conditions.chain(dependent.flat_map(serde_json::Map::values)) {
            self.add(Part { holds: false, ..part.inner(schema) }, place)?;
        }
        Ok(())
    }

    /// A choice between one schema and null is none.
    fn add_alternatives(
        &mut self,
        part: &Part<'schema>,
        alternatives: &'schema [Value],
        place: &Place,
    ) -> Result<(), Problem> {
        let is_null = |schema: &&Value| schema["type"] == "null" || schema.get("const") == Some(&Value::Null);
        let (nulls, others): (Vec<_>, Vec<_>) = alternatives.iter().partition(is_null);
        self.nullable |= !nulls.is_empty();
        if let [only] = others.as_slice() {
            return self.add(part.inner(only), place);
        }
        self.choice |= part.holds;
        others.into_iter().try_for_each(|other| self.add(Part { holds: false, ..part.inner(other) }, place))
    }
}

fn unresolved(place: &Place, reference: &str, reason: &dyn Display) -> Problem {
    place.problem(format!(
        "refers to `{reference}`: {reason}. Only references inside the text are followed. Put the other schema under \
         `$defs`, or leave this out with the option `omit`"
    ))
}
