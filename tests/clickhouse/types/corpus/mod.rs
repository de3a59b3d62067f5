//! Types that people write: in the pages of Aiven and ClickHouse about Kafka, in questions about them, and by habit from
//! other databases and languages. Which of two lists a type is in says what ClickHouse makes of it, which is asked.

mod bad;
mod good;

pub use bad::BAD;
pub use good::GOOD;

/// Types within types, far deeper than anyone needs.
pub fn deep() -> Vec<String> {
    let within = |before: &str, after: &str, depth: usize| {
        format!("{}Int8{}", before.repeat(depth), after.repeat(depth))
    };
    let mut deep = Vec::new();
    for depth in [50, 100, 150, 200, 250, 300, 1000, 10_000] {
        deep.push(within("Array(", ")", depth));
        deep.push(within("Tuple(a ", ")", depth));
        deep.push(within("Map(String, ", ")", depth));
        deep.push(within("(", ")", depth));
        deep.push(within("Array(", "", depth));
    }
    deep
}
