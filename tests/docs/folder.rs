//! The folder of pages as it is, compared with the pages as they should be, or made equal to them. Knows nothing of
//! what is on a page.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Pages by their path inside the documentation.
pub type Pages = BTreeMap<String, String>;

/// The folders in which every page is generated. Guides are not.
const GENERATED: [&str; 4] = ["resources", "data-sources", "list-resources", "functions"];

/// What distinguishes the folder from what it should be, a sentence for each page.
pub fn differences(documentation: &Path, pages: &Pages) -> Vec<String> {
    let missing_or_stale = pages.iter().filter_map(|(name, wanted)| {
        let Ok(found) = fs::read_to_string(documentation.join(name)) else {
            return Some(format!("docs/{name} is missing"));
        };
        (found != *wanted).then(|| format!("docs/{name} is stale, {}", first_difference(&found, wanted)))
    });
    let surplus = surplus(documentation, pages);
    let surplus = surplus.iter().map(|name| format!("docs/{name} is about nothing that the provider offers"));
    missing_or_stale.chain(surplus).collect()
}

/// Makes the folder what it should be.
pub fn write(documentation: &Path, pages: &Pages) {
    for name in surplus(documentation, pages) {
        fs::remove_file(documentation.join(name)).expect("a page can be removed");
    }
    for (name, page) in pages {
        let path = documentation.join(name);
        fs::create_dir_all(path.parent().expect("a page is in a folder")).expect("a folder");
        fs::write(path, page).expect("a page can be written");
    }
}

fn surplus(documentation: &Path, pages: &Pages) -> Vec<String> {
    let files = |folder: &'static str| {
        let entries = fs::read_dir(documentation.join(folder)).into_iter().flatten();
        entries
            .map(move |entry| format!("{folder}/{}", entry.expect("an entry").file_name().to_string_lossy()))
    };
    GENERATED.into_iter().flat_map(files).filter(|name| !pages.contains_key(name)).collect()
}

fn first_difference(found: &str, wanted: &str) -> String {
    let (mut found, mut wanted) = (found.lines(), wanted.lines());
    for line in 1.. {
        match (found.next(), wanted.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                let shown =
                    |text: Option<&str>| text.map_or("nothing".to_owned(), |text| format!("`{text}`"));
                return format!(
                    "first in line {line}:\n  found    {}\n  expected {}",
                    shown(one),
                    shown(other)
                );
            }
        }
    }
    "in its line endings".to_owned()
}

#[test]
fn missing_stale_and_surplus_pages_are_named_and_repaired() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let documentation = folder.path();
    for name in ["resources", "guides"] {
        fs::create_dir(documentation.join(name)).expect("a folder");
    }
    for (name, text) in [("index.md", "one\ntwo\n"), ("resources/old.md", ""), ("guides/by-hand.md", "kept")]
    {
        fs::write(documentation.join(name), text).expect("a page");
    }
    let pages = [("index.md", "one\nthree\n"), ("functions/new.md", "new\n")];
    let pages = pages.map(|(name, text)| (name.to_owned(), text.to_owned())).into();

    assert_eq!(
        differences(documentation, &pages),
        [
            "docs/functions/new.md is missing",
            "docs/index.md is stale, first in line 2:\n  found    `two`\n  expected `three`",
            "docs/resources/old.md is about nothing that the provider offers",
        ]
    );
    write(documentation, &pages);
    assert_eq!(differences(documentation, &pages), Vec::<String>::new());
    assert_eq!(fs::read_to_string(documentation.join("guides/by-hand.md")).expect("a guide"), "kept");
}
