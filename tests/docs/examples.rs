//! The files of `examples/` that pages show, at the paths where the registry's own tool looks for them.

use std::fs;
use std::path::{Path, PathBuf};

use super::markdown::code;

/// The folder of examples.
pub struct Examples {
    folder: PathBuf,
}

impl Examples {
    /// The examples in this folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// All files of a folder that begin and end like this, in the order of their names, a block of code each. A page
    /// without an example is of little use, so there must be one.
    pub fn usage(&self, folder: &str, beginning: &str, ending: &str) -> String {
        let path = self.folder.join(folder);
        let fits = |name: &str| name.starts_with(beginning) && name.ends_with(ending);
        let mut names: Vec<String> = fs::read_dir(&path)
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| fits(name))
            .collect();
        names.sort_by_key(|name| name.trim_end_matches(ending).to_owned());
        assert!(!names.is_empty(), "{} needs an example: {beginning}{ending}", path.display());
        let blocks: Vec<_> =
            names.iter().map(|name| code("terraform", &self.required(&format!("{folder}/{name}")))).collect();
        blocks.join("\n")
    }

    /// One file, which must exist.
    pub fn required(&self, name: &str) -> String {
        let path = self.folder.join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("the example {}: {error}", path.display()))
    }
}
