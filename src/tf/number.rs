//! Terraform's numbers: decimals of any size, compared by value. Knows no wire format.

use std::fmt;

/// More digits than this are refused: a configuration has no use for them and an exponent could ask for
/// gigabytes. Terraform itself works with 512 bits, some 155 digits.
const MAX_DIGITS: i64 = 4096;

/// A number, held so that equal numbers are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Number {
    /// Every whole number that fits.
    Integer(i64),
    /// Any other, in plain decimal digits without superfluous zeros: `-0.5`, `18446744073709551616`.
    Decimal(String),
}

/// Text that is no decimal number, or one of unreasonable size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a decimal number of at most {MAX_DIGITS} digits")]
pub struct NotANumber(String);

impl Number {
    /// Reads decimal text with an optional exponent, as JSON and Terraform write numbers.
    pub fn parse(text: &str) -> Result<Self, NotANumber> {
        canonical(text).ok_or_else(|| NotANumber(text.chars().take(80).collect()))
    }

    /// A whole number exactly, and a fraction in its shortest decimal notation, which is how Terraform compares
    /// them; infinities and NaN are refused.
    pub fn from_f64(value: f64) -> Result<Self, NotANumber> {
        if value.fract() == 0.0 {
            Self::parse(&format!("{value:.0}"))
        } else {
            Self::parse(&value.to_string())
        }
    }

    /// The number, where it is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            Self::Decimal(_) => None,
        }
    }

    /// Whether it has no fraction, however large it is.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Integer(_) => true,
            Self::Decimal(digits) => !digits.contains('.'),
        }
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(formatter),
            Self::Decimal(digits) => digits.fmt(formatter),
        }
    }
}

fn canonical(text: &str) -> Option<Number> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The value is 0.DIGITS times ten to the power of `point`.
    let leading_zeros = digits.len() - digits.trim_start_matches('0').len();
    let significant = digits.trim_matches('0');
    if significant.is_empty() {
        return Some(Number::Integer(0));
    }
    let point = i64::try_from(whole.len()).ok()? - i64::try_from(leading_zeros).ok()?;
    let point = point.checked_add(exponent)?;
    let length = i64::try_from(significant.len()).ok()?;
    if length > MAX_DIGITS || !(-MAX_DIGITS..=MAX_DIGITS).contains(&point) {
        return None;
    }
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    let plain = if point <= 0 {
        format!("0.{}{significant}", zeros(-point))
    } else if point >= length {
        format!("{significant}{}", zeros(point - length))
    } else {
        let (whole, fraction) = significant.split_at(usize::try_from(point).ok()?);
        format!("{whole}.{fraction}")
    };
    let signed = if negative { format!("-{plain}") } else { plain };
    Some(signed.parse().map_or(Number::Decimal(signed), Number::Integer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_equal_values() {
        for (text, canonical) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("1e2", "100"),
            ("100.0", "100"),
            ("+7", "7"),
            ("0.10", "0.1"),
            ("1.5e-3", "0.0015"),
            ("12.340e1", "123.4"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("9223372036854775808", "9223372036854775808"),
            ("1e20", "100000000000000000000"),
            ("0.30000000000000004", "0.30000000000000004"),
        ] {
            assert_eq!(Number::parse(text).unwrap().to_string(), canonical, "{text}");
        }
        assert_eq!(Number::parse("1e2").unwrap(), Number::Integer(100));
        assert_eq!(Number::parse("-9223372036854775808").unwrap(), Number::Integer(i64::MIN));
        assert_eq!(Number::from_f64(1.5).unwrap(), Number::parse("1.50").unwrap());
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "-", "0x1", " 1", "1_0", "Inf", "NaN", "1e", ".5", "1e99999", "1e-99999", "1.2.3", "e5"]
        {
            assert!(Number::parse(text).is_err(), "{text:?} was accepted");
        }
        assert!(Number::from_f64(f64::INFINITY).is_err());
        assert!(Number::from_f64(f64::NAN).is_err());
        assert_eq!(Number::parse("1e400").unwrap().to_string().len(), 401);
    }
}
