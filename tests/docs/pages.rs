//! Which pages a provider has, and what is on each from top to bottom. Knows the provider by its traits only.

use std::fmt::Write;

use aiven_clickhouse_kafka::tf::schema::Schema;
use aiven_clickhouse_kafka::tf::{Parameter, Provider, Resource, Signature};

use super::examples::Examples;
use super::folder::Pages;
use super::markdown::{code, front_matter};
use super::schema_section;

const GENERATED: &str = "<!-- generated from the provider's schema by `make docs` -->";
const IMPORT_BLOCK: &str = "[`import` block](https://developer.hashicorp.com/terraform/language/import)";
const IMPORT_COMMAND: &str =
    "[`terraform import` command](https://developer.hashicorp.com/terraform/cli/commands/import)";

/// A provider's pages under the name the registry has for it.
pub struct Publication<'name> {
    /// The last part of the provider's address.
    pub name: &'name str,
    /// What its pages show.
    pub examples: Examples,
}

impl Publication<'_> {
    /// All pages, the index included.
    pub fn pages(&self, provider: &dyn Provider) -> Pages {
        let mut pages = Pages::from([("index.md".to_owned(), self.index(provider.schema()))]);
        for (name, resource) in provider.resources() {
            pages.insert(path("resources", name), self.resource(name, resource.as_ref()));
        }
        for (name, source) in provider.data_sources() {
            let example = ("data-sources", "data-source", ".tf");
            pages.insert(
                path("data-sources", name),
                self.typed(name, "Data Source", source.schema(), example),
            );
        }
        for (name, list) in provider.list_resources() {
            let example = ("list-resources", "list-resource", ".tfquery.hcl");
            pages.insert(
                path("list-resources", name),
                self.typed(name, "List Resource", list.schema(), example),
            );
        }
        for (name, function) in provider.functions() {
            pages.insert(format!("functions/{name}.md"), self.function(name, function.signature()));
        }
        pages
    }

    fn index(&self, schema: &Schema) -> String {
        let title = format!("{} Provider", self.name);
        format!(
            "{}\n# {title}\n\n{}\n\n## Example Usage\n\n{}\n{GENERATED}\n{}",
            front_matter(&title, false, &schema.description),
            schema.description,
            self.examples.usage("provider", "provider", ".tf"),
            schema_section::schema(schema),
        )
    }

    fn resource(&self, name: &str, resource: &dyn Resource) -> String {
        let mut page = self.typed(name, "Resource", resource.schema(), ("resources", "resource", ".tf"));
        let example = |file: &str| self.examples.required(&format!("resources/{name}/{file}"));
        page.push_str("\n## Import\n\nImport is supported using the following syntax:\n\n");
        if let Some(identity) = resource.identity_schema() {
            let _ = writeln!(
                page,
                "In Terraform v1.12.0 and later, the {IMPORT_BLOCK} can be used with the `identity` attribute, for \
                 example:\n\n{}\n{}",
                code("terraform", &example("import-by-identity.tf")),
                schema_section::identity(identity),
            );
        }
        let _ = write!(
            page,
            "In Terraform v1.5.0 and later, the {IMPORT_BLOCK} can be used with the `id` attribute, for example:\n\n\
             {}\nThe {IMPORT_COMMAND} can be used, for example:\n\n{}",
            code("terraform", &example("import-by-string-id.tf")),
            code("shell", &example("import.sh")),
        );
        page
    }

    /// The page of anything that has a type name and a schema; `example` is the folder, the beginning and the end of
    /// the files that show it.
    fn typed(&self, name: &str, kind: &str, schema: &Schema, example: (&str, &str, &str)) -> String {
        let (folder, beginning, ending) = example;
        format!(
            "{}\n# {name} ({kind})\n\n{}\n\n## Example Usage\n\n{}\n{GENERATED}\n{}",
            front_matter(&format!("{name} {kind} - {}", self.name), true, &schema.description),
            schema.description,
            self.examples.usage(&format!("{folder}/{name}"), beginning, ending),
            schema_section::schema(schema),
        )
    }

    fn function(&self, name: &str, signature: &Signature) -> String {
        format!(
            "{}\n# function: {name}\n\n{}\n\n## Example Usage\n\n{}\n## Signature\n\n{GENERATED}\n{}{}",
            front_matter(&format!("{name} function - {}", self.name), true, signature.summary),
            signature.description,
            self.examples.usage(&format!("functions/{name}"), "function", ".tf"),
            code("text", &call(name, signature)),
            arguments(signature),
        )
    }
}

/// The path of a type's page; the provider's prefix is not repeated in it.
fn path(folder: &str, type_name: &str) -> String {
    let short = type_name.split_once('_').map_or(type_name, |(_, rest)| rest);
    format!("{folder}/{short}.md")
}

fn call(name: &str, signature: &Signature) -> String {
    let parameter = |parameter: &Parameter| {
        format!("{} {}", parameter.name, schema_section::type_name(&parameter.ty).to_lowercase())
    };
    let mut parameters: Vec<_> = signature.parameters.iter().map(parameter).collect();
    parameters.extend(signature.variadic.as_ref().map(|variadic| format!("{}...", parameter(variadic))));
    let result = schema_section::type_name(&signature.result).to_lowercase();
    format!("{name}({}) {result}", parameters.join(", "))
}

fn arguments(signature: &Signature) -> String {
    if signature.parameters.is_empty() && signature.variadic.is_none() {
        return String::new();
    }
    let mut text = format!("\n## Arguments\n\n{GENERATED}\n");
    let every = signature.parameters.iter().map(|parameter| (parameter, ""));
    for (parameter, variadic) in
        every.chain(signature.variadic.as_ref().map(|parameter| (parameter, "Variadic, ")))
    {
        let ty = schema_section::type_name(&parameter.ty);
        let _ = writeln!(text, "1. `{}` ({variadic}{ty}) {}", parameter.name, parameter.description);
    }
    text
}
