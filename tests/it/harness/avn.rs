//! Aiven's own command line client, pointed at a simulator: an independent judge of the simulator, and a foreign
//! writer beside the provider. Knows nothing of Terraform.

use std::path::Path;

use tempfile::TempDir;

use super::process::{Output, Running};
use super::setup::avn_binary;
use super::simulator::{PROJECT, Simulator, TOKEN};

/// An `avn` whose configuration is a folder of its own.
#[derive(Debug)]
pub struct Avn {
    home: TempDir,
    environment: Vec<(String, String)>,
}

impl Avn {
    /// Points an `avn` at `simulator`.
    pub fn new(simulator: &Simulator) -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let environment = Self::credentials(simulator, home.path());
        Self { home, environment }
    }

    /// The environment of a user with a valid token and a default project.
    pub(super) fn credentials(simulator: &Simulator, home: &Path) -> Vec<(String, String)> {
        [
            ("AIVEN_WEB_URL", simulator.url()),
            ("AIVEN_AUTH_TOKEN", TOKEN),
            ("AIVEN_PROJECT", PROJECT),
            ("AIVEN_CONFIG_DIR", &home.display().to_string()),
            ("HOME", &home.display().to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// Runs `avn service …`.
    pub async fn service(&self, arguments: &[&str]) -> Output {
        let arguments = [&["service"], arguments].concat();
        Running::start(&avn_binary(), &arguments, self.home.path(), &self.environment).output().await
    }
}
