//! What Terraform, the planner and the reader expect of every schema. Terraform checks some of it only when a user
//! loads the provider, and panics over some; the types in `tf::schema` make the rest impossible to write.
//!
//! Knows no schema in particular.

use std::collections::BTreeSet;

use aiven_clickhouse_kafka::tf::schema::{Attribute, IdentitySchema, Schema, Shape};
use aiven_clickhouse_kafka::tf::{Provider, Signature, Type};

/// Where a schema is used, which decides about names and about what it may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Provider,
    Resource,
    DataSource,
    List,
}

impl Place {
    /// The names that Terraform keeps for itself in such a block.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Self::Provider => {
                &["alias", "count", "depends_on", "for_each", "lifecycle", "locals", "source", "version"]
            }
            Self::Resource | Self::DataSource => &[
                "connection",
                "count",
                "depends_on",
                "for_each",
                "lifecycle",
                "locals",
                "provider",
                "provisioner",
            ],
            Self::List => &["config", "include_resource", "limit"],
        }
    }
}

/// Every rule that the provider breaks, a sentence each.
pub fn broken(provider: &dyn Provider) -> Vec<String> {
    let mut rules = Rules::default();
    rules.schema("provider", provider.schema(), Place::Provider);
    for (name, resource) in provider.resources() {
        rules.type_name(name);
        rules.schema(name, resource.schema(), Place::Resource);
        if let Some(identity) = resource.identity_schema() {
            rules.identity(name, identity, resource.schema());
        }
    }
    for (name, source) in provider.data_sources() {
        rules.type_name(name);
        rules.schema(&format!("data.{name}"), source.schema(), Place::DataSource);
    }
    for (name, list) in provider.list_resources() {
        rules.schema(&format!("list.{name}"), list.schema(), Place::List);
        let listed = provider.resources().get(name).and_then(|resource| resource.identity_schema());
        rules.demand(listed.is_some(), name, "is listed, so it must be a resource with an identity");
    }
    for (name, function) in provider.functions() {
        rules.function(name, function.signature());
    }
    rules.broken
}

#[derive(Default)]
struct Rules {
    broken: Vec<String>,
}

impl Rules {
    fn demand(&mut self, kept: bool, subject: &str, rule: &str) {
        if !kept {
            self.broken.push(format!("{subject}: {rule}"));
        }
    }

    fn type_name(&mut self, name: &str) {
        self.demand(is_name(name) && name.contains('_'), name, "a type is named `prefix_name`");
    }

    fn schema(&mut self, subject: &str, schema: &Schema, place: Place) {
        self.demand(schema.version >= 0, subject, "versions count from 0");
        self.described(subject, &schema.description);
        let blocks = schema.blocks.iter().map(|block| block.name);
        let names: Vec<_> = schema.attributes.iter().map(|attribute| attribute.name).chain(blocks).collect();
        for name in &names {
            self.demand(
                !place.reserved().contains(name),
                &format!("{subject}.{name}"),
                "Terraform reserves the name",
            );
        }
        self.names(subject, &names);
        for attribute in &schema.attributes {
            self.attribute(subject, attribute, place);
        }
        for block in &schema.blocks {
            let subject = format!("{subject}.{}", block.name);
            self.described(&subject, &block.description);
            self.nested(&subject, &block.attributes, place);
        }
    }

    fn attribute(&mut self, parent: &str, attribute: &Attribute, place: Place) {
        let subject = &format!("{parent}.{}", attribute.name);
        self.described(subject, &attribute.description);
        let configured_only = matches!(place, Place::Provider | Place::List);
        self.demand(
            !(configured_only && attribute.is_computed()),
            subject,
            "there is no state to compute it into",
        );
        self.demand(
            attribute.requires_replace
                == attribute.description.contains("Changing this forces a new resource."),
            subject,
            "says that changing it forces a new resource if, and only if, it does",
        );
        if attribute.write_only {
            self.demand(place == Place::Resource, subject, "only resources have write-only attributes");
            self.demand(!attribute.is_computed(), subject, "what is never stored cannot be computed");
        }
        match &attribute.shape {
            Shape::Plain(ty) => self.plain(subject, ty),
            shape => {
                self.demand(!attribute.nested().is_empty(), subject, "an object needs attributes");
                // A data source has no configuration to be matched with.
                if matches!(shape, Shape::ObjectSet(_)) && place != Place::DataSource {
                    self.inside_a_set(subject, attribute.nested());
                }
                self.demand(
                    matches!(shape, Shape::Object(_)) || !attribute.nested().iter().any(is_dynamic),
                    subject,
                    "elements of one collection are of one type, so nothing in them is dynamic",
                );
                self.nested(subject, attribute.nested(), place);
            }
        }
    }

    fn nested(&mut self, subject: &str, attributes: &[Attribute], place: Place) {
        self.names(subject, &attributes.iter().map(|attribute| attribute.name).collect::<Vec<_>>());
        for attribute in attributes {
            self.attribute(subject, attribute, place);
            // Planning would otherwise have to match the elements of a list with those of the prior state.
            let computed = place == Place::Resource && attribute.is_computed();
            self.demand(!computed, &format!("{subject}.{}", attribute.name), "nothing nested is computed");
        }
    }

    /// Elements of a set are found by their value, so the configuration must hold all of it.
    fn inside_a_set(&mut self, subject: &str, attributes: &[Attribute]) {
        for attribute in attributes {
            let hidden = attribute.write_only || attribute.is_computed();
            self.demand(
                !hidden,
                &format!("{subject}.{}", attribute.name),
                "a set holds only what is configured",
            );
            self.inside_a_set(subject, attribute.nested());
        }
    }

    fn plain(&mut self, subject: &str, ty: &Type) {
        self.demand(
            !contains(ty, &|ty| matches!(ty, Type::Object(_))),
            subject,
            "nested attributes can be described",
        );
        let collects_anything = |ty: &Type| matches!(ty, Type::List(of) | Type::Set(of) | Type::Map(of) if contains(of, &|ty| *ty == Type::Dynamic));
        self.demand(!contains(ty, &collects_anything), subject, "elements of one collection are of one type");
    }

    fn identity(&mut self, subject: &str, identity: &IdentitySchema, schema: &Schema) {
        let subject = &format!("{subject} identity");
        self.demand(!identity.attributes.is_empty(), subject, "an identity needs attributes");
        self.names(subject, &identity.attributes.iter().map(|attribute| attribute.name).collect::<Vec<_>>());
        for attribute in &identity.attributes {
            let subject = format!("{subject}.{}", attribute.name);
            self.described(&subject, attribute.description);
            let sensitive = schema.attribute(attribute.name).is_some_and(|attribute| attribute.sensitive);
            self.demand(!sensitive, &subject, "an identity is stored in plain text");
        }
    }

    fn function(&mut self, name: &str, signature: &Signature) {
        self.demand(is_name(name), name, "a function's name is lower case letters, digits and `_`");
        self.described(name, signature.description);
        self.demand(
            !signature.summary.is_empty() && !signature.summary.contains('\n'),
            name,
            "a summary is one line",
        );
        let parameters: Vec<_> = signature.parameters.iter().chain(&signature.variadic).collect();
        self.names(name, &parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>());
        for parameter in parameters {
            self.described(&format!("{name}({})", parameter.name), parameter.description);
        }
    }

    fn names(&mut self, subject: &str, names: &[&str]) {
        let mut seen = BTreeSet::new();
        for name in names {
            let subject = format!("{subject}.{name}");
            self.demand(is_name(name), &subject, "a name is lower case letters, digits and `_`");
            self.demand(seen.insert(name), &subject, "a name is used once");
        }
    }

    fn described(&mut self, subject: &str, description: &str) {
        self.demand(description.ends_with('.'), subject, "a description ends in a full stop");
    }
}

fn is_name(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(allowed)
}

fn is_dynamic(attribute: &Attribute) -> bool {
    contains(&attribute.ty(), &|ty| *ty == Type::Dynamic)
}

fn contains(ty: &Type, wanted: &dyn Fn(&Type) -> bool) -> bool {
    wanted(ty)
        || match ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => contains(element, wanted),
            Type::Tuple(elements) => elements.iter().any(|element| contains(element, wanted)),
            Type::Object(attributes) => attributes.values().any(|attribute| contains(attribute, wanted)),
            _ => false,
        }
}

#[test]
fn what_breaks_a_rule_is_named() {
    let secret = Attribute::optional("secret", Type::String, "A secret.").write_only();
    let size = Attribute::computed("size", Type::Number, "Its size.");
    let schema = Schema {
        description: "No full stop".to_owned(),
        attributes: vec![
            Attribute::required("count", Type::list(Type::Dynamic), ""),
            Attribute::optional("Name", Type::object([("a", Type::Bool)]), "A name.").requires_replace(),
            Attribute::optional("items", Shape::ObjectSet(vec![secret]), "Items."),
            Attribute::optional("items", Shape::ObjectList(vec![size]), "Items."),
            Attribute::optional("anything", Shape::ObjectMap(vec![]), "Anything."),
        ],
        ..Schema::default()
    };
    let mut rules = Rules::default();
    rules.schema("x", &schema, Place::Resource);
    assert_eq!(
        rules.broken,
        [
            "x: a description ends in a full stop",
            "x.count: Terraform reserves the name",
            "x.Name: a name is lower case letters, digits and `_`",
            "x.items: a name is used once",
            "x.count: a description ends in a full stop",
            "x.count: elements of one collection are of one type",
            "x.Name: says that changing it forces a new resource if, and only if, it does",
            "x.Name: nested attributes can be described",
            "x.items.secret: a set holds only what is configured",
            "x.items.size: nothing nested is computed",
            "x.anything: an object needs attributes",
        ]
    );
}
