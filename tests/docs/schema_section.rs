//! The section "Schema" of a page: every attribute and block, by who sets it and then by name, and each nested one
//! below under an anchor of its own. Knows no page and no provider.

use std::fmt::Write;

use aiven_clickhouse_kafka::tf::Type;
use aiven_clickhouse_kafka::tf::schema::{Attribute, Block, IdentitySchema, Presence, Schema, Shape};

/// What users know from the registry for an attribute that is never stored.
const WRITE_ONLY: &str = "[Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)";

/// The whole section.
pub fn schema(schema: &Schema) -> String {
    let mut text = "## Schema\n\n".to_owned();
    let mut entries: Vec<_> = schema.attributes.iter().map(Entry::Attribute).collect();
    entries.extend(schema.blocks.iter().map(Entry::Block));
    write_entries(&mut text, &[], entries);
    format!("{}\n", text.trim_end())
}

/// What an import by identity names.
pub fn identity(schema: &IdentitySchema) -> String {
    let mut text = "### Identity Schema\n\n#### Required for Import\n\n".to_owned();
    let mut attributes: Vec<_> = schema.attributes.iter().collect();
    attributes.sort_by_key(|attribute| attribute.name);
    for attribute in attributes {
        let _ = writeln!(text, "- `{}` (String) {}", attribute.name, attribute.description);
    }
    text
}

/// A type as a reader calls it.
pub fn type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Object(_) => "Object".to_owned(),
    }
}

/// What a group of a section consists of.
#[derive(Clone, Copy)]
enum Entry<'schema> {
    Attribute(&'schema Attribute),
    Block(&'schema Block),
}

impl<'schema> Entry<'schema> {
    fn name(self) -> &'static str {
        match self {
            Self::Attribute(attribute) => attribute.name,
            Self::Block(block) => block.name,
        }
    }

    fn group(self) -> &'static str {
        match self {
            Self::Block(_) => "Optional",
            Self::Attribute(attribute) => match attribute.presence {
                Presence::Required => "Required",
                Presence::Optional | Presence::OptionalComputed => "Optional",
                Presence::Computed => "Read-Only",
            },
        }
    }

    fn nested(self) -> &'schema [Attribute] {
        match self {
            Self::Attribute(attribute) => attribute.nested(),
            Self::Block(block) => &block.attributes,
        }
    }

    fn anchor(self, path: &[&str]) -> String {
        let kind = match self {
            Self::Attribute(_) => "nestedatt",
            Self::Block(_) => "nestedblock",
        };
        format!("{kind}--{}", path.join("--"))
    }

    /// The words in brackets after the name.
    fn kind(self) -> String {
        let Self::Attribute(attribute) = self else { return "Block, Optional".to_owned() };
        let mut kind = match &attribute.shape {
            Shape::Plain(ty) => type_name(ty),
            Shape::Object(_) => "Attributes".to_owned(),
            Shape::ObjectList(_) => "Attributes List".to_owned(),
            Shape::ObjectSet(_) => "Attributes Set".to_owned(),
            Shape::ObjectMap(_) => "Attributes Map".to_owned(),
        };
        if attribute.sensitive {
            kind.push_str(", Sensitive");
        }
        if attribute.write_only {
            let _ = write!(kind, ", {WRITE_ONLY}");
        }
        kind
    }

    fn description(self) -> &'schema str {
        match self {
            Self::Attribute(attribute) => &attribute.description,
            Self::Block(block) => &block.description,
        }
    }
}

/// The three groups, and after them the entries inside each entry.
fn write_entries(text: &mut String, parents: &[&str], mut entries: Vec<Entry<'_>>) {
    entries.sort_by_key(|entry| entry.name());
    for group in ["Required", "Optional", "Read-Only"] {
        let members: Vec<_> = entries.iter().copied().filter(|entry| entry.group() == group).collect();
        if members.is_empty() {
            continue;
        }
        let heading = if parents.is_empty() { format!("### {group}") } else { format!("{group}:") };
        let _ = writeln!(text, "{heading}\n");
        for entry in members {
            let _ = write!(text, "- `{}` ({}) {}", entry.name(), entry.kind(), entry.description());
            if !entry.nested().is_empty() {
                let anchor = entry.anchor(&[parents, &[entry.name()]].concat());
                let _ = write!(text, " (see [below for nested schema](#{anchor}))");
            }
            text.push('\n');
        }
        text.push('\n');
    }
    // In the order of the groups, so that a reader who scrolls meets them as they were mentioned.
    entries.sort_by_key(|entry| ["Required", "Optional", "Read-Only"].map(|group| group != entry.group()));
    for entry in entries.into_iter().filter(|entry| !entry.nested().is_empty()) {
        let path = [parents, &[entry.name()]].concat();
        let title = path.join(".");
        let _ = writeln!(text, "<a id=\"{}\"></a>\n### Nested Schema for `{title}`\n", entry.anchor(&path));
        write_entries(text, &path, entry.nested().iter().map(Entry::Attribute).collect());
        text.push('\n');
    }
}

#[test]
fn groups_flags_and_nested_schemas_look_as_in_the_registry() {
    let name = |text: &str| Attribute::required("name", Type::String, text);
    let example = Schema {
        attributes: vec![
            Attribute::computed("id", Type::String, "Where it is."),
            Attribute::optional("token", Type::String, "Who asks.").sensitive().write_only(),
            Attribute::required("parts", Shape::ObjectList(vec![name("Of the part.")]), "What it has."),
        ],
        blocks: vec![Block {
            name: "limits",
            description: "How far.".to_owned(),
            attributes: vec![name("Of it.")],
        }],
        ..Schema::default()
    };
    insta::assert_snapshot!(schema(&example), @r#"
    ## Schema

    ### Required

    - `parts` (Attributes List) What it has. (see [below for nested schema](#nestedatt--parts))

    ### Optional

    - `limits` (Block, Optional) How far. (see [below for nested schema](#nestedblock--limits))
    - `token` (String, Sensitive, [Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)) Who asks.

    ### Read-Only

    - `id` (String) Where it is.

    <a id="nestedatt--parts"></a>
    ### Nested Schema for `parts`

    Required:

    - `name` (String) Of the part.


    <a id="nestedblock--limits"></a>
    ### Nested Schema for `limits`

    Required:

    - `name` (String) Of it.
    "#);
}
