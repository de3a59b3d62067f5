//! Every example is formatted and valid, with the provider a user would install. The registry shows these files, so
//! what is wrong here is wrong in the documentation.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{Core, Terraform, cores, newest_core, repository};

fn examples(folder: &str) -> PathBuf {
    repository().join("examples").join(folder)
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect()
}

fn copy(file: &Path, terraform: &Terraform) {
    let name = file.file_name().expect("a file has a name").to_string_lossy();
    terraform.write(&name, &fs::read_to_string(file).expect("an example is text"));
}

/// What the registry shows on a resource's page, together with the provider block of the index page.
async fn validate(core: &Core, shown: &[PathBuf]) {
    let terraform = Terraform::offline(core);
    copy(&examples("provider").join("provider.tf"), &terraform);
    for file in shown {
        copy(file, &terraform);
    }
    terraform.run(&["validate"]).await.succeeded();
}

#[tokio::test]
async fn every_example_is_formatted() {
    for core in cores() {
        let terraform = Terraform::offline(&core);
        let folder = repository().join("examples").display().to_string();
        let output = terraform.run(&["fmt", "-check", "-diff", "-recursive", &folder]).await;
        assert_eq!(output.code, 0, "run `make fmt`: {output}");
    }
}

#[tokio::test]
async fn the_provider_example_is_valid() {
    for core in cores() {
        validate(&core, &[]).await;
    }
}

#[tokio::test]
async fn the_example_beside_the_official_provider_is_valid() {
    for core in cores() {
        let terraform = Terraform::beside_official(&core);
        copy(&examples("provider").join("provider-beside-official.tf"), &terraform);
        terraform.run(&["validate"]).await.succeeded();
    }
}

#[tokio::test]
async fn every_resource_example_is_valid() {
    for folder in folders(&examples("resources")) {
        let resource = folder.join("resource.tf");
        for core in cores() {
            validate(&core, std::slice::from_ref(&resource)).await;
            validate(&core, &[resource.clone(), folder.join("import-by-string-id.tf")]).await;
        }
        // Older releases do not know identities.
        let newest = newest_core();
        if newest.at_least(1, 12) {
            validate(&newest, &[resource, folder.join("import-by-identity.tf")]).await;
        }
    }
}

/// Each file by itself: they show one use each, and may repeat names.
#[tokio::test]
async fn every_function_example_is_valid() {
    for file in folders(&examples("functions")).iter().flat_map(|folder| files(folder)) {
        for core in cores() {
            validate(&core, std::slice::from_ref(&file)).await;
        }
    }
}

#[tokio::test]
async fn every_data_source_example_is_valid() {
    for folder in folders(&examples("data-sources")) {
        for core in cores() {
            validate(&core, &files(&folder)).await;
        }
    }
}

#[tokio::test]
async fn every_list_resource_example_is_valid() {
    // Older releases have no `terraform query`.
    let newest = newest_core();
    for folder in folders(&examples("list-resources")) {
        let terraform = Terraform::offline(&newest);
        copy(&examples("provider").join("provider.tf"), &terraform);
        for file in files(&folder) {
            copy(&file, &terraform);
        }
        terraform.run(&["validate", "-query"]).await.succeeded();
    }
}

#[tokio::test]
async fn the_quickstart_is_valid() {
    for core in cores() {
        let terraform = Terraform::offline(&core);
        terraform.copy_example("quickstart");
        terraform.run(&["validate"]).await.succeeded();
    }
}
