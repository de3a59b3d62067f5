//! The parts of a JSON text as slices of it: an opinion of its own on where a value begins and ends, so that the
//! product's is not its own judge. Takes valid JSON only, and knows nothing of documents.

/// The texts of an array's items; None for what is not an array.
pub fn items(text: &str) -> Option<Vec<&str>> {
    parts(text, '[', ',')
}

/// The texts of an object's keys, as spelled, and of their values; None for what is not an object.
pub fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    let members = parts(text, '{', ',')?;
    let member = |text| match split(text, ':').as_slice() {
        [key, value] => (*key, *value),
        parts => panic!("a member of {} parts", parts.len()),
    };
    Some(members.into_iter().map(member).collect())
}

/// What a string means; None for what is not a string, or holds half of a surrogate pair and thus no text.
pub fn string(text: &str) -> Option<String> {
    serde_json::from_str(text).ok()
}

/// Whether a key occurs twice in any object of this text.
pub fn has_duplicates(text: &str) -> bool {
    if let Some(members) = members(text) {
        let keys: Vec<_> = members.iter().map(|(key, _)| string(key)).collect();
        let twice = keys.iter().enumerate().any(|(place, key)| key.is_some() && keys[..place].contains(key));
        return twice || members.iter().any(|(_, value)| has_duplicates(value));
    }
    items(text).is_some_and(|items| items.into_iter().any(has_duplicates))
}

fn parts(text: &str, open: char, separator: char) -> Option<Vec<&str>> {
    let inside = text.trim().strip_prefix(open)?;
    let inside = inside[..inside.len() - 1].trim();
    Some(if inside.is_empty() { Vec::new() } else { split(inside, separator) })
}

/// Splits at the separators that are in no string and in no brackets.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut in_string, mut escaped) =
        (Vec::new(), 0, 0_usize, false, false);
    for (position, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            _ if letter == separator && depth == 0 => {
                parts.push(text[start..position].trim());
                start = position + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}
