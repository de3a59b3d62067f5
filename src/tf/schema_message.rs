//! Schemas as the protocol carries them.

use super::function::{Parameter, Signature};
use super::proto;
use super::schema::{Attribute, Block, IdentitySchema, Presence, Schema, Shape};
use super::types::Type;

impl From<&Schema> for proto::Schema {
    fn from(schema: &Schema) -> Self {
        let mut block = block_message(&schema.description, &schema.attributes);
        block.block_types = schema.blocks.iter().map(nested_block_message).collect();
        block.version = schema.version;
        Self { version: schema.version, block: Some(block) }
    }
}

impl From<&IdentitySchema> for proto::ResourceIdentitySchema {
    fn from(schema: &IdentitySchema) -> Self {
        let attribute = |attribute: &super::schema::IdentityAttribute| {
            proto::resource_identity_schema::IdentityAttribute {
                name: attribute.name.to_owned(),
                r#type: type_message(&Type::String),
                required_for_import: true,
                optional_for_import: false,
                description: attribute.description.to_owned(),
            }
        };
        Self { version: 0, identity_attributes: schema.attributes.iter().map(attribute).collect() }
    }
}

impl From<&Signature> for proto::Function {
    fn from(signature: &Signature) -> Self {
        Self {
            parameters: signature.parameters.iter().map(parameter_message).collect(),
            variadic_parameter: signature.variadic.as_ref().map(parameter_message),
            r#return: Some(proto::function::Return { r#type: type_message(&signature.result) }),
            summary: signature.summary.to_owned(),
            description: signature.description.to_owned(),
            description_kind: proto::StringKind::Markdown.into(),
            deprecation_message: String::new(),
        }
    }
}

fn parameter_message(parameter: &Parameter) -> proto::function::Parameter {
    proto::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: type_message(&parameter.ty),
        allow_null_value: false,
        allow_unknown_values: false,
        description: parameter.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
    }
}

fn block_message(description: &str, attributes: &[Attribute]) -> proto::schema::Block {
    proto::schema::Block {
        attributes: attributes.iter().map(attribute_message).collect(),
        description: description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        ..proto::schema::Block::default()
    }
}

fn nested_block_message(block: &Block) -> proto::schema::NestedBlock {
    proto::schema::NestedBlock {
        type_name: block.name.to_owned(),
        block: Some(block_message(&block.description, &block.attributes)),
        nesting: proto::schema::nested_block::NestingMode::Single.into(),
        // For a single block Terraform wants both numbers equal: zero for one that may be left out.
        min_items: 0,
        max_items: 0,
    }
}

fn attribute_message(attribute: &Attribute) -> proto::schema::Attribute {
    use proto::schema::object::NestingMode;
    let nesting = match attribute.shape {
        Shape::Plain(_) => None,
        Shape::Object(_) => Some(NestingMode::Single),
        Shape::ObjectList(_) => Some(NestingMode::List),
        Shape::ObjectSet(_) => Some(NestingMode::Set),
        Shape::ObjectMap(_) => Some(NestingMode::Map),
    };
    let nested_type = nesting.map(|nesting| proto::schema::Object {
        attributes: attribute.nested().iter().map(attribute_message).collect(),
        nesting: nesting.into(),
    });
    proto::schema::Attribute {
        name: attribute.name.to_owned(),
        // Terraform refuses an attribute that has both a type and nested attributes.
        r#type: if nested_type.is_some() { Vec::new() } else { type_message(&attribute.ty()) },
        nested_type,
        description: attribute.description.clone(),
        description_kind: proto::StringKind::Markdown.into(),
        required: attribute.presence == Presence::Required,
        optional: matches!(attribute.presence, Presence::Optional | Presence::OptionalComputed),
        computed: attribute.is_computed(),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        ..proto::schema::Attribute::default()
    }
}

fn type_message(ty: &Type) -> Vec<u8> {
    ty.to_json().to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_has_a_type_or_nested_attributes_but_never_both() {
        let schema = Schema {
            attributes: vec![
                Attribute::required("name", Type::String, "The name."),
                Attribute::optional_computed("size", Type::Number, ""),
                Attribute::optional(
                    "columns",
                    Shape::ObjectList(vec![Attribute::required("name", Type::String, "")]),
                    "",
                ),
            ],
            ..Schema::default()
        };
        let block = proto::Schema::from(&schema).block.unwrap();
        let [name, size, columns] = block.attributes.as_slice() else { panic!("three attributes") };
        assert!(name.required && !name.optional && !name.computed && name.nested_type.is_none());
        assert_eq!(name.r#type, br#""string""#);
        assert!(size.optional && size.computed && !size.required);
        assert!(columns.r#type.is_empty() && columns.nested_type.as_ref().unwrap().attributes.len() == 1);
    }
}
