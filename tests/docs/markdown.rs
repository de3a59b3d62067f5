//! The small parts that pages are put together from. Knows Markdown and front matter, no schema.

use std::fmt::Write;

/// The block that the registry reads before a page. Only pages in a folder have a subcategory, so the registry
/// wants none in the front matter of the index.
pub fn front_matter(title: &str, has_subcategory: bool, description: &str) -> String {
    let subcategory = if has_subcategory { "subcategory: \"\"\n" } else { "" };
    let mut text = format!("---\npage_title: \"{title}\"\n{subcategory}description: |-\n");
    for line in plain(description).lines() {
        let indented = format!("  {line}");
        let _ = writeln!(text, "{}", indented.trim_end());
    }
    text.push_str("---\n");
    text
}

/// A fenced block of code.
pub fn code(language: &str, code: &str) -> String {
    format!("```{language}\n{}\n```\n", code.trim_end())
}

/// Text in which code and links are written out, for places that show no Markdown.
fn plain(markdown: &str) -> String {
    let mut text = markdown.replace('`', "");
    while let Some((before, link)) = text.split_once('[') {
        let Some((label, (_, after))) =
            link.split_once("](").and_then(|(label, rest)| Some((label, rest.split_once(')')?)))
        else {
            break;
        };
        text = format!("{before}{label}{after}");
    }
    text
}

#[test]
fn a_description_is_plain_where_no_markdown_is_shown() {
    assert_eq!(
        plain("Reads `a`; see [the guide](guides/a.md), [it](b) too."),
        "Reads a; see the guide, it too."
    );
}
