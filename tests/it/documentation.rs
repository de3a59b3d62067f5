//! The documentation has the layout that the Terraform Registry publishes, and its links lead somewhere. That the
//! generated pages match the schema is checked where they are generated.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::repository;

/// The folders that the registry knows; it refuses any other.
const FOLDERS: [&str; 6] =
    ["resources", "data-sources", "functions", "list-resources", "ephemeral-resources", "guides"];
/// The registry cuts a page off here.
const LONGEST_PAGE: u64 = 500_000;

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn front_matter(page: &str) -> Vec<(&str, &str)> {
    let Some((head, _)) = page.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) else {
        return Vec::new();
    };
    head.lines().filter_map(|line| line.split_once(": ")).collect()
}

#[test]
fn pages_have_the_layout_of_the_registry() {
    let documentation = repository().join("docs");
    let pages = pages(&documentation);
    assert!(pages.len() <= 2000);
    for page in pages {
        let inside = page.strip_prefix(&documentation).expect("it is inside");
        let name = inside.display();
        assert_eq!(page.extension().and_then(|extension| extension.to_str()), Some("md"), "{name}");
        assert!(fs::metadata(&page).expect("a file").len() < LONGEST_PAGE, "{name} is too long");
        let folder = inside.parent().and_then(Path::to_str).expect("a folder");
        assert!(folder.is_empty() || FOLDERS.contains(&folder), "{name}: the registry knows no such folder");

        let text = fs::read_to_string(&page).expect("a page is text");
        let front_matter = front_matter(&text);
        let has = |key: &str| front_matter.iter().any(|(name, value)| *name == key && !value.is_empty());
        assert!(has("page_title"), "{name} needs a page_title in its front matter");
        assert!(!has("layout") && !has("sidebar_current"), "{name}: no longer used by the registry");
    }
}

#[test]
fn links_between_our_own_files_lead_somewhere() {
    let root = repository();
    let mut written = pages(&root.join("docs"));
    written.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)));
    for file in written {
        let text = fs::read_to_string(&file).expect("documentation is text");
        // Every Markdown link has its target between these; those that begin with a scheme are not ours to check.
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            let beside = file.parent().expect("a file is in a folder").join(path);
            assert!(beside.exists(), "{} links to {target}, which does not exist", file.display());
        }
    }
}
