//! What a guide says is printed, compared with what is printed. Pure.

/// The first of `expected` that is not in `output` behind those before it. Where lines are broken does not count, and
/// neither does the bar that Terraform draws beside a diagnostic: both depend on the terminal.
pub fn missing<'line>(expected: &'line [String], output: &str) -> Option<&'line str> {
    let output = running_text(output);
    let mut rest = output.as_str();
    for line in expected {
        let line_as_text = running_text(line);
        match rest.find(&line_as_text) {
            Some(start) => rest = &rest[start + line_as_text.len()..],
            None => return Some(line),
        }
    }
    None
}

fn running_text(text: &str) -> String {
    let text = text.replace(['│', '╷', '╵'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_must_appear_in_order() {
        let output = "╷\n│ Error: this is\n│ too long\n╵\nPlan: 1 to add\nDone.\n";
        let missing = |expected: &[&str]| {
            let expected: Vec<String> = expected.iter().map(|&line| line.to_owned()).collect();
            missing(&expected, output).map(str::to_owned)
        };
        assert_eq!(missing(&["Error: this is too   long", "Done."]), None);
        assert_eq!(missing(&["Done.", "Plan: 1 to add"]).as_deref(), Some("Plan: 1 to add"));
        assert_eq!(missing(&["Plan: 2"]).as_deref(), Some("Plan: 2"));
    }
}
