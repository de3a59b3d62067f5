//! Values in Terraform's language, laid out as `terraform fmt` would. Knows schemas; knows no resource.

use hcl_edit::expr::{Array, Expression, Null, Object, ObjectKey, ObjectValue, ObjectValueTerminator};
use hcl_edit::structure;
use hcl_edit::template::{Element, StringTemplate};
use hcl_edit::{Decorate as _, Decorated, Ident};

use crate::tf::schema::{Attribute, Shape};
use crate::tf::{Number, Value};

/// `name = value`, on a line of its own.
pub struct Argument {
    name: &'static str,
    value: Written,
    /// From the name to the `=`.
    gap: String,
}

/// A value as text.
struct Written {
    expression: Expression,
    /// Whether it takes more than one line.
    spread: bool,
}

impl Argument {
    /// The attributes that are not null, in the schema's order, for a block or an object that is `depth` deep.
    pub fn of(attributes: &[Attribute], object: &Value, depth: usize) -> Vec<Self> {
        let set = attributes.iter().map(|attribute| (attribute, object.get(attribute.name)));
        let arguments = set.filter(|(_, value)| !value.is_null()).map(|(attribute, value)| {
            let value = written(&attribute.shape, value, depth);
            Self { name: attribute.name, value, gap: String::new() }
        });
        aligned(arguments.collect())
    }

    /// A plain one, without neighbors to be aligned with.
    pub fn plain(name: &'static str, value: Expression) -> Self {
        Self { name, value: Written { expression: value, spread: false }, gap: " ".to_owned() }
    }

    /// As a line of a block.
    pub fn into_attribute(self, depth: usize) -> structure::Attribute {
        let name = Decorated::new(Ident::new_sanitized(self.name)).decorated(("", self.gap));
        structure::Attribute::new(name, self.value.expression).decorated((indent(depth), ""))
    }

    /// As a line of an object.
    fn insert_into(self, object: &mut Object, depth: usize) {
        let before = if object.is_empty() { format!("\n{}", indent(depth)) } else { indent(depth) };
        let name = Decorated::new(Ident::new_sanitized(self.name)).decorated((before, self.gap));
        let mut value = ObjectValue::new(self.value.expression);
        value.set_terminator(ObjectValueTerminator::Newline);
        object.insert(ObjectKey::Ident(name), value);
    }
}

/// Neighbors that take one line each have their `=` in one column.
fn aligned(mut arguments: Vec<Argument>) -> Vec<Argument> {
    for neighbors in arguments.chunk_by_mut(|one, next| !one.value.spread && !next.value.spread) {
        let width = neighbors.iter().map(|argument| argument.name.len()).max().unwrap_or_default();
        for argument in neighbors {
            argument.gap = " ".repeat(width - argument.name.len() + 1);
        }
    }
    arguments
}

fn written(shape: &Shape, value: &Value, depth: usize) -> Written {
    match (shape, value.as_elements()) {
        (Shape::Object(nested), _) => {
            let mut object = Object::new();
            for argument in Argument::of(nested, value, depth + 1) {
                argument.insert_into(&mut object, depth + 1);
            }
            object.set_trailing(indent(depth));
            Written { spread: !object.is_empty(), expression: object.into() }
        }
        (Shape::ObjectList(nested) | Shape::ObjectSet(nested), Some(elements)) if elements.len() > 1 => {
            let before = format!("\n{}", indent(depth + 1));
            let mut array = Array::new();
            for element in elements {
                array.push(in_one_line(nested, element).decorated((before.as_str(), "")));
            }
            array.set_trailing_comma(true);
            array.set_trailing(format!("\n{}", indent(depth)));
            Written { expression: array.into(), spread: true }
        }
        (Shape::ObjectList(nested) | Shape::ObjectSet(nested), Some(elements)) => {
            let array: Array = elements.iter().map(|element| in_one_line(nested, element)).collect();
            Written { expression: array.into(), spread: false }
        }
        _ => Written { expression: plain(value), spread: false },
    }
}

/// `{ name = "id", type = "UInt64" }`
fn in_one_line(attributes: &[Attribute], value: &Value) -> Expression {
    let names = attributes.iter().map(|attribute| (attribute.name, value.get(attribute.name)));
    object(names.filter(|(_, value)| !value.is_null()))
}

/// A value whose type says all about it. Null stands for what is not known, which nothing that was read is.
fn plain(value: &Value) -> Expression {
    match value {
        Value::Null | Value::Unknown => Expression::Null(Decorated::new(Null)),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(Number::Integer(integer)) => (*integer).into(),
        // Parsed, a number keeps all its digits. Terraform would take them as text, too.
        Value::Number(Number::Decimal(digits)) => digits.parse().unwrap_or_else(|_| text(digits)),
        Value::String(content) => text(content),
        Value::List(elements) | Value::Set(elements) => elements.iter().map(plain).collect::<Array>().into(),
        Value::Map(members) | Value::Object(members) => {
            object(members.iter().map(|(name, value)| (name.as_str(), value)))
        }
        Value::Dynamic(inner) => plain(&inner.1),
    }
}

fn object<'value>(members: impl Iterator<Item = (&'value str, &'value Value)>) -> Expression {
    let mut object = Object::new();
    for (name, value) in members {
        if let Some((_, previous)) = object.iter_mut().last() {
            previous.set_terminator(ObjectValueTerminator::Comma);
        }
        let key = match Ident::try_new(name) {
            Ok(name) => ObjectKey::Ident(Decorated::new(name).decorated((" ", " "))),
            Err(_) => ObjectKey::Expression(text(name).decorated((" ", " "))),
        };
        let mut value = ObjectValue::new(plain(value));
        value.set_terminator(ObjectValueTerminator::None);
        object.insert(key, value);
    }
    if !object.is_empty() {
        object.set_trailing(" ");
    }
    object.into()
}

/// A quoted string, which no text can break out of.
pub fn text(content: &str) -> Expression {
    // Each `${` and `%{` begins a piece of its own: of several in one, the library misses some (`${a}$${b}`).
    let markers = content.match_indices('{').filter(|(brace, _)| content[..*brace].ends_with(['$', '%']));
    let starts: Vec<_> = markers.map(|(brace, _)| brace - 1).collect();
    let ends = starts.iter().copied().chain([content.len()]);
    let begins = [0].into_iter().chain(starts.iter().copied());
    let pieces = begins.zip(ends).map(|(begin, end)| Element::from(&content[begin..end]));
    pieces.collect::<StringTemplate>().into()
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_in_a_text_is_taken_for_syntax() {
        for (content, written) in [
            ("", r#""""#),
            ("a\"b\\c\nd\te", r#""a\"b\\c\nd\te""#),
            ("${a}", r#""$${a}""#),
            ("$${a}", r#""$$${a}""#),
            ("${a} $${b}%{c}%%{d}", r#""$${a} $$${b}%%{c}%%%{d}""#),
            ("%${c}{$", r#""%$${c}{$""#),
            ("größe 注文", r#""größe 注文""#),
        ] {
            assert_eq!(text(content).to_string(), written);
        }
    }

    #[test]
    fn numbers_keep_every_digit() {
        for digits in
            ["0", "-7", "9223372036854775807", "-18446744073709551617", "0.1", "-0.30000000000000004"]
        {
            let number = Value::Number(Number::parse(digits).unwrap());
            assert_eq!(plain(&number).to_string(), digits);
        }
    }

    // The library reads its own slips back as they were meant, so this cannot find them all. The judge of escapes is
    // Terraform, in `tests/it/export`.
    proptest! {
        #[test]
        fn every_text_is_read_back_as_it_was(
            content in prop_oneof![any::<String>(), "[a${}%\"\\\\\n]{0,12}"],
        ) {
            let written = text(&content).to_string();
            prop_assert!(!written.contains('\n'));
            let read: Expression = written.parse().unwrap();
            prop_assert_eq!(read.as_str(), Some(content.as_str()), "{}", written);
        }
    }
}
