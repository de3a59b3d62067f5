//! Which types ClickHouse takes for spellings of one: it refuses tables with a `Variant` of two such types unless a
//! setting allows it, because it could not tell which of the two a value belongs to.
//!
//! What is said here about pairs was asked of ClickHouse 25.8, and the tests ask it again.

use super::DataType;

/// Whether there is a type that holds all values of both.
pub fn have_supertype(one: &DataType, other: &DataType) -> bool {
    use DataType::{
        Array, Date32, DateTime64, DateTime64Utc, Decimal, Enum, FixedString, Float, Int, Map, Nullable,
        String, Tuple, UInt,
    };
    let is_text = |each: &DataType| matches!(each, String | FixedString(_) | Enum(_));
    let is_number = |each: &DataType| matches!(each, Int(_) | UInt(_) | Float(_) | Decimal { .. } | Enum(_));
    let is_moment = |each: &DataType| matches!(each, Date32 | DateTime64(_) | DateTime64Utc(_));
    match (one, other) {
        (Nullable(inner), plain) | (plain, Nullable(inner)) => have_supertype(inner, plain),
        (Array(one), Array(other)) => have_supertype(one, other),
        (Map(key, value), Map(other_key, other_value)) => {
            have_supertype(key, other_key) && have_supertype(value, other_value)
        }
        (Tuple(one), Tuple(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|((_, one), (_, other))| have_supertype(one, other))
        }
        // No floating point number has 64 bits for digits, nor the exact fractions of a decimal; no signed integer of 64
        // or of more than 256 bits has a sign to spare; and an enum counts as its number, but not among decimals.
        (Int(64..) | UInt(64..), Float(_))
        | (Float(_), Int(64..) | UInt(64..))
        | (Int(..=64) | Enum(_), UInt(64))
        | (UInt(64), Int(..=64) | Enum(_))
        | (Int(_) | Enum(_), UInt(256))
        | (UInt(256), Int(_) | Enum(_))
        | (Decimal { .. }, Float(_) | Enum(_))
        | (Float(_) | Enum(_), Decimal { .. }) => false,
        (one, other) => {
            one == other
                || (is_text(one) && is_text(other))
                || (is_number(one) && is_number(other))
                || (is_moment(one) && is_moment(other))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_types_are_compared_by_what_they_hold() {
        let array = |element: DataType| DataType::Array(Box::new(element));
        let tuple = |elements: &[DataType]| {
            DataType::Tuple(elements.iter().map(|element| ("a".to_owned(), element.clone())).collect())
        };
        let (small, large, text) = (DataType::Int(32), DataType::Int(64), DataType::String);
        assert!(have_supertype(&array(small.clone()), &array(large.clone())));
        assert!(!have_supertype(&array(small.clone()), &array(text.clone())));
        assert!(have_supertype(&tuple(std::slice::from_ref(&small)), &tuple(&[large])));
        assert!(!have_supertype(
            &tuple(std::slice::from_ref(&small)),
            &tuple(&[small.clone(), text.clone()])
        ));
        assert!(!have_supertype(&tuple(&[small]), &tuple(&[text])));
    }
}
