//! Where the programs under test are. `make test` builds or fetches them and says so in the environment; nothing is
//! searched for or guessed here, so a test never runs a stale or foreign binary by accident.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The release binary of the provider.
pub fn provider_binary() -> PathBuf {
    required_path("PROVIDER_BINARY")
}

/// The release binary of a provider that has no resources.
pub fn other_provider_binary() -> PathBuf {
    required_path("OTHER_PROVIDER_BINARY")
}

/// The release binary of the simulator.
pub fn simulator_binary() -> PathBuf {
    required_path("SIM_BINARY")
}

/// Aiven's own command line client.
pub fn avn_binary() -> PathBuf {
    required_path("AVN")
}

/// The Python that has ClickHouse and a client of Kafka.
pub fn engines_python() -> PathBuf {
    required_path("CHDB_PYTHON")
}

/// The root of this repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One Terraform release to run the scenarios on.
#[derive(Clone, Debug)]
pub struct Core {
    /// The `terraform` command.
    pub path: PathBuf,
    version: (u32, u32),
}

impl Core {
    /// Whether this is at least Terraform `major.minor`.
    pub fn at_least(&self, major: u32, minor: u32) -> bool {
        self.version >= (major, minor)
    }

    fn new(path: PathBuf) -> Self {
        let output = Command::new(&path)
            .args(["version", "-json"])
            .env("CHECKPOINT_DISABLE", "1")
            .env_remove("TF_CLI_CONFIG_FILE")
            .output()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", path.display()));
        let answer: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{} version -json: {error}", path.display()));
        let mut numbers = answer["terraform_version"]
            .as_str()
            .unwrap_or_default()
            .split('.')
            .map_while(|number| number.parse().ok());
        let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else {
            panic!("{} names no version: {answer}", path.display());
        };
        Self { path, version: (major, minor) }
    }
}

/// The Terraform releases that every scenario runs on: the one on PATH and the newest, or under `make compat` one
/// release after the other.
pub fn cores() -> Vec<Core> {
    env::split_paths(&required("TERRAFORM_CORES")).map(Core::new).collect()
}

/// The newest of [`cores`], for what older releases do not know.
pub fn newest_core() -> Core {
    cores().into_iter().max_by_key(|core| core.version).expect("TERRAFORM_CORES names a Terraform")
}

fn required_path(variable: &str) -> PathBuf {
    let path = PathBuf::from(required(variable));
    assert!(
        path.exists(),
        "{variable} is {}, which does not exist; run `make test`, which builds it",
        path.display()
    );
    path
}

fn required(variable: &str) -> String {
    env::var(variable).unwrap_or_else(|_| {
        panic!(
            "{variable} is not set. The integration tests run real programs that `make test` builds or fetches; run \
             that, or `tests/tools/step tests cargo test --test it NAME` for one test once it has run"
        )
    })
}
