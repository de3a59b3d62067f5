//! Schemas: what a user may write in a block of configuration, and everything we say about it.
//!
//! A schema is the one source for validation, planning, the registry's pages and the protocol's schema message.

use super::checks::Check;
use super::types::Type;

/// The schema of a provider, a resource, a data source or a list block.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Raised only when the shape of stored state changes.
    pub version: i64,
    /// What the thing is for, in Markdown.
    pub description: String,
    /// Arguments and read-only attributes. The documentation sorts them by name.
    pub attributes: Vec<Attribute>,
    /// Nested blocks. New things should be nested attributes; a block is for what users know as one (`timeouts`).
    pub blocks: Vec<Block>,
}

/// A nested block that may be written at most once.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in Markdown.
    pub description: String,
    /// What may be written in it.
    pub attributes: Vec<Attribute>,
}

/// Who gives an attribute its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The user, always.
    Required,
    /// The user, or nobody.
    Optional,
    /// The provider, always.
    Computed,
    /// The user, or else the provider.
    OptionalComputed,
}

/// What an attribute holds.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A value without attributes of its own.
    Plain(Type),
    /// An object with attributes, each with a description of its own.
    Object(Vec<Attribute>),
    /// A list of such objects.
    ObjectList(Vec<Attribute>),
    /// A set of such objects. Neither computed nor write-only attributes may be in it.
    ObjectSet(Vec<Attribute>),
    /// A map of such objects.
    ObjectMap(Vec<Attribute>),
}

/// One attribute.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Who gives it its value.
    pub presence: Presence,
    /// What it means, in Markdown: default, limits and allowed values included.
    pub description: String,
    /// Whether a change means a new object.
    pub requires_replace: bool,
    /// Whether Terraform hides its value.
    pub sensitive: bool,
    /// Whether its value is for the provider's eyes only and never stored (Terraform 1.11 and later).
    pub write_only: bool,
    /// What a known value must satisfy, checked offline.
    pub checks: Vec<Check>,
}

impl Attribute {
    /// An attribute the user must set.
    pub fn required(name: &'static str, shape: impl Into<Shape>, description: impl Into<String>) -> Self {
        Self::new(name, shape.into(), Presence::Required, description.into())
    }

    /// An attribute the user may set.
    pub fn optional(name: &'static str, shape: impl Into<Shape>, description: impl Into<String>) -> Self {
        Self::new(name, shape.into(), Presence::Optional, description.into())
    }

    /// An attribute the provider sets.
    pub fn computed(name: &'static str, shape: impl Into<Shape>, description: impl Into<String>) -> Self {
        Self::new(name, shape.into(), Presence::Computed, description.into())
    }

    /// An attribute the provider sets where the user does not.
    pub fn optional_computed(
        name: &'static str,
        shape: impl Into<Shape>,
        description: impl Into<String>,
    ) -> Self {
        Self::new(name, shape.into(), Presence::OptionalComputed, description.into())
    }

    /// A change of this attribute means a new object.
    #[must_use]
    pub fn requires_replace(mut self) -> Self {
        self.requires_replace = true;
        self
    }

    /// Terraform hides this attribute's value.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// This attribute's value is never stored.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Adds something a known value must satisfy.
    #[must_use]
    pub fn check(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }

    /// The attributes inside this one; none where it is plain.
    pub fn nested(&self) -> &[Attribute] {
        match &self.shape {
            Shape::Plain(_) => &[],
            Shape::Object(nested)
            | Shape::ObjectList(nested)
            | Shape::ObjectSet(nested)
            | Shape::ObjectMap(nested) => nested,
        }
    }

    /// The type of its value.
    pub fn ty(&self) -> Type {
        match &self.shape {
            Shape::Plain(ty) => ty.clone(),
            Shape::Object(nested) => object_type(nested),
            Shape::ObjectList(nested) => Type::list(object_type(nested)),
            Shape::ObjectSet(nested) => Type::set(object_type(nested)),
            Shape::ObjectMap(nested) => Type::map(object_type(nested)),
        }
    }

    /// Whether the provider may give it a value.
    pub fn is_computed(&self) -> bool {
        matches!(self.presence, Presence::Computed | Presence::OptionalComputed)
    }

    fn new(name: &'static str, shape: Shape, presence: Presence, description: String) -> Self {
        Self {
            name,
            shape,
            presence,
            description,
            requires_replace: false,
            sensitive: false,
            write_only: false,
            checks: Vec::new(),
        }
    }
}

impl From<Type> for Shape {
    fn from(ty: Type) -> Self {
        Self::Plain(ty)
    }
}

impl Schema {
    /// The type of a whole block of this schema.
    pub fn ty(&self) -> Type {
        let Type::Object(mut attributes) = object_type(&self.attributes) else {
            return Type::Dynamic;
        };
        for block in &self.blocks {
            attributes.insert(block.name.to_owned(), object_type(&block.attributes));
        }
        Type::Object(attributes)
    }

    /// The top-level attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

fn object_type(attributes: &[Attribute]) -> Type {
    Type::object(attributes.iter().map(|attribute| (attribute.name, attribute.ty())))
}

/// The schema of a resource's identity: what names one object for good. Stored in plain text.
#[derive(Debug, Clone)]
pub struct IdentitySchema {
    /// Its attributes; importing by identity needs them all.
    pub attributes: Vec<IdentityAttribute>,
}

/// One part of an identity, a string.
#[derive(Debug, Clone)]
pub struct IdentityAttribute {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
}

impl IdentitySchema {
    /// The type of an identity.
    pub fn ty(&self) -> Type {
        Type::object(self.attributes.iter().map(|attribute| (attribute.name, Type::String)))
    }
}
