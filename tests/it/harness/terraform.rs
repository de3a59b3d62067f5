//! One Terraform working folder: files in, commands run, output and state read back. Each has its own home and
//! command line configuration, so nothing of the machine's shows through. Knows no scenario.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use super::avn::Avn;
use super::process::{Output, Running};
use super::setup::{Core, avn_binary, other_provider_binary, provider_binary, repository};
use super::simulator::{Simulator, TOKEN};

/// The binary's name as Terraform looks for it.
const PROVIDER: &str = "terraform-provider-aiven-clickhouse-kafka";

/// The provider requirement that a scenario's configuration begins with.
const HEADER: &str = r#"
terraform {
  required_providers {
    aiven = { source = "terraform.local/community/aiven-clickhouse-kafka" }
  }
}
"#;

/// For all scenarios but those about the hold, which takes three seconds of every apply.
const EAGER: &str = "provider \"aiven\" {\n  settle = \"never\"\n}\n";

/// A Terraform release in a working folder, with the provider in place of an installed one.
#[derive(Debug)]
pub struct Terraform {
    core: Core,
    // The working folder is `folder/work`; what surrounds it is not part of the configuration.
    folder: TempDir,
    environment: Vec<(String, String)>,
    settles: bool,
}

impl Terraform {
    /// An empty working folder. No credentials: every call of the API would fail.
    pub fn offline(core: &Core) -> Self {
        Self::with_provider_as(core, &["terraform.local/community/aiven-clickhouse-kafka"])
    }

    /// The same, where configurations may require the official provider, too. Nothing is fetched, so a provider without
    /// resources stands in for it: it takes an empty `provider` block, and knows as little of our types.
    pub fn beside_official(core: &Core) -> Self {
        let addresses =
            ["terraform.local/community/aiven-clickhouse-kafka", "registry.terraform.io/aiven/aiven"];
        let terraform = Self::with_provider_as(core, &addresses);
        let official = terraform.folder.path().join("plugins/terraform-provider-aiven");
        symlink(other_provider_binary(), official).expect("a link");
        terraform
    }

    fn with_provider_as(core: &Core, addresses: &[&str]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        for name in ["work", "home", "plugins"] {
            fs::create_dir(path(name)).expect("a folder");
        }
        // A folder with the binary alone: Terraform would take cargo's own files beside it for providers, too.
        symlink(provider_binary(), Path::new(&path("plugins")).join(PROVIDER)).expect("a link");
        // No other installation method: nothing is ever fetched.
        let plugins = path("plugins");
        let overrides: String =
            addresses.iter().map(|address| format!("    {address:?} = {plugins:?}\n")).collect();
        let configuration = format!("provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n}}\n");
        fs::write(path("terraformrc"), configuration).expect("a file");

        let environment = [
            ("PATH", env::var("PATH").unwrap_or_default()),
            ("HOME", path("home")),
            ("TF_CLI_CONFIG_FILE", path("terraformrc")),
            ("CHECKPOINT_DISABLE", "1".to_owned()),
            ("TF_IN_AUTOMATION", "1".to_owned()),
            ("TF_INPUT", "0".to_owned()),
            ("TF_CLI_ARGS", "-no-color".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
        Self { core: core.clone(), folder, environment, settles: false }
    }

    /// A working folder whose provider talks to `simulator`. `configuration` needs no `terraform` block.
    pub fn new(core: &Core, simulator: &Simulator, configuration: &str) -> Self {
        let terraform = Self::offline(core).talking_to(simulator);
        terraform.configure(configuration);
        terraform
    }

    /// The same, with credentials for `simulator`.
    #[must_use]
    pub fn talking_to(self, simulator: &Simulator) -> Self {
        self.with("AIVEN_WEB_URL", simulator.url()).with("AIVEN_TOKEN", TOKEN)
    }

    /// The same, with an environment variable set or replaced.
    #[must_use]
    pub fn with(mut self, variable: &str, value: &str) -> Self {
        self.environment.retain(|(name, _)| name != variable);
        self.environment.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// The same, without an environment variable.
    #[must_use]
    pub fn without(mut self, variable: &str) -> Self {
        self.environment.retain(|(name, _)| name != variable);
        self
    }

    /// The same, but the provider holds its last answer, as it does by default.
    #[must_use]
    pub fn settling(mut self) -> Self {
        self.settles = true;
        self.write("provider.tf", "");
        self
    }

    /// Replaces the configuration.
    pub fn configure(&self, configuration: &str) {
        self.write("main.tf", &format!("{HEADER}{configuration}"));
    }

    /// Writes a file into the working folder.
    pub fn write(&self, name: &str, content: &str) {
        if name == "main.tf" {
            let may_be_eager = content.starts_with(HEADER) && !content.contains("provider \"aiven\"");
            self.write("provider.tf", if may_be_eager && !self.settles { EAGER } else { "" });
        }
        fs::write(self.path().join(name), content).expect("a file");
    }

    /// Copies a folder of `examples/`, its own folders included, into the working folder. What a Terraform run there has
    /// left behind is not part of an example.
    pub fn copy_example(&self, name: &str) {
        copy_folder(&repository().join("examples").join(name), &self.path());
    }

    /// The working folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Starts a command without waiting for it.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(&self.core.path, arguments, &self.path(), &self.environment)
    }

    /// Starts a command whose standard input is `input`; the provider inherits it.
    pub fn start_with_input(&self, arguments: &[&str], input: Stdio) -> Running {
        Running::start_with_input(&self.core.path, arguments, &self.path(), &self.environment, input)
    }

    /// Runs a command to its end. In what it says, this folder reads `[FOLDER]`.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        let mut output = self.start(arguments).output().await;
        for text in [&mut output.stdout, &mut output.stderr] {
            *text = text.replace(&self.folder.path().display().to_string(), "[FOLDER]");
        }
        output
    }

    /// Runs commands of a shell in which `terraform`, `avn` and the provider go by their names, as a reader of the
    /// documentation would. Everything they say is on standard output, in the order in which they say it.
    pub async fn shell(&self, commands: &str, simulator: &Simulator) -> Output {
        let programs = self.folder.path().join("bin");
        if !programs.exists() {
            fs::create_dir(&programs).expect("a folder");
            for (name, program) in
                [("terraform", self.core.path.clone()), ("avn", avn_binary()), (PROVIDER, provider_binary())]
            {
                symlink(program, programs.join(name)).expect("a link");
            }
        }
        let path = format!("{}:{}", programs.display(), env::var("PATH").unwrap_or_default());
        let mut environment = self.environment.clone();
        environment.retain(|(name, _)| name != "PATH");
        environment.push(("PATH".to_owned(), path));
        environment.extend(Avn::credentials(simulator, &self.folder.path().join("home")));
        let script = format!("exec 2>&1\n{commands}");
        let arguments = ["-euo", "pipefail", "-c", &script];
        Running::start(Path::new("bash"), &arguments, &self.path(), &environment).output().await
    }

    /// Runs `apply` without asking.
    pub async fn apply(&self) -> Output {
        self.run(&["apply", "-auto-approve"]).await
    }

    /// Runs `destroy` without asking.
    pub async fn destroy(&self) -> Output {
        self.run(&["destroy", "-auto-approve"]).await
    }

    /// Asserts that `plan` finds nothing to do, and shows the plan when it does.
    pub async fn assert_plan_is_empty(&self) {
        self.run(&["plan", "-detailed-exitcode"]).await.succeeded();
    }

    /// The changes a fresh plan would make, in the form of `terraform show -json`: one object for each resource that
    /// changes, drift included.
    pub async fn planned_changes(&self) -> Vec<Value> {
        self.run(&["plan", "-out=plan"]).await.succeeded();
        let plan = self.json(&["show", "-json", "plan"]).await;
        let changes = plan["resource_changes"].as_array().cloned().unwrap_or_default();
        changes
            .into_iter()
            .filter(|change| change["change"]["actions"] != serde_json::json!(["no-op"]))
            .collect()
    }

    /// The attributes of a resource in the state; null when it is not there.
    pub async fn attributes(&self, address: &str) -> Value {
        let resources = self.resources().await.into_iter();
        resources
            .filter(|resource| resource["address"] == address)
            .map(|resource| resource["values"].clone())
            .next()
            .unwrap_or_default()
    }

    /// What is in the state of the root module, data sources included, in the form of `terraform show -json`.
    pub async fn resources(&self) -> Vec<Value> {
        let state = self.json(&["show", "-json"]).await;
        state["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default()
    }

    /// The block of `aiven_clickhouse_kafka_table`, in the form of `terraform providers schema -json`. The configuration
    /// must require the provider.
    pub async fn schema_of_tables(&self) -> Value {
        let schemas = self.json(&["providers", "schema", "-json"]).await;
        let provider = &schemas["provider_schemas"]["terraform.local/community/aiven-clickhouse-kafka"];
        provider["resource_schemas"]["aiven_clickhouse_kafka_table"]["block"].clone()
    }

    async fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments).await.succeeded();
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
    }
}

/// Those of a schema's attributes that a configuration may set.
pub fn configurable(attributes: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let attributes = attributes.as_object().expect("attributes are an object").iter();
    attributes
        .filter(|(_, attribute)| attribute["required"] == true || attribute["optional"] == true)
        .map(|(name, attribute)| (name.as_str(), attribute))
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("an entry").path();
        let name = entry.file_name().expect("an entry has a name");
        if entry.is_file() {
            fs::copy(&entry, to.join(name)).expect("a copy");
        } else if name != ".terraform" {
            copy_folder(&entry, &to.join(name));
        }
    }
}
