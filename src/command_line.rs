//! The command line: what may be asked for, what goes to which stream, and the exit codes. Terraform uses none of it.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use aiven_clickhouse_kafka::engine::IntegrationKey;
use aiven_clickhouse_kafka::export::{self, Export, Failure, ProviderReference, Request};
use aiven_clickhouse_kafka::plugin::Mode;
use aiven_clickhouse_kafka::table::IntegrationReference;
use aiven_clickhouse_kafka::tf::duration;

/// Some elements of an integration are not in the output.
const INCOMPLETE: u8 = 3;

/// A Terraform provider in which every ClickHouse Kafka table of an Aiven integration is a resource of its own.
///
/// Terraform starts this program by itself; see the documentation for how to configure it.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
struct Arguments {
    /// Serve until Ctrl-C and print the TF_REATTACH_PROVIDERS that attaches Terraform to this process
    #[arg(long)]
    debug: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Export(ExportArguments),
}

/// Print the tables of integrations as configuration, with blocks that import them
#[derive(Args)]
#[command(long_about = ABOUT, after_help = AFTER_HELP)]
struct ExportArguments {
    /// Aiven project of the integrations; not needed with PROJECT/UUID
    #[arg(long, value_parser = project)]
    project: Option<String>,
    /// ID of a clickhouse_kafka service integration: UUID or PROJECT/UUID; may be given several times
    #[arg(long = "integration", value_name = "ID", required = true, value_parser = IntegrationReference::parse)]
    integrations: Vec<IntegrationReference>,
    /// Local name of this provider, where it is not `aiven`: written as `provider = NAME` into every resource
    #[arg(long, value_name = "NAME")]
    provider: Option<ProviderReference>,
    /// How long to try to read an integration, for example 30s or 5m; 1m if not given
    #[arg(long, value_name = "DURATION", default_value = "1m", hide_default_value = true)]
    #[arg(value_parser = duration::parse)]
    timeout: Duration,
}

const ABOUT: &str = "\
Print the tables of integrations as configuration, with blocks that import them

For Terraform 1.6 to 1.13, which have no `terraform query`; expected to work with OpenTofu, which is not tested.
Write the output to a file of a configuration that requires this provider, and apply it: the tables are imported as
they are, and the plan shows no change. Nothing is written to Aiven.

Terraform 1.6 cannot initialize a root with import blocks in which no provider is called `aiven`; 1.8 can.";

const AFTER_HELP: &str = "\
Environment:
  AIVEN_TOKEN    Aiven API token; there is no option for it, because command lines can be seen by others
  AIVEN_WEB_URL  base URL of Aiven's API, if not the public one
  AIVEN_CA_CERT  file of certificate authorities to trust beside the system's

Exit codes:
  0  all tables are in the output
  1  failed; there is no output, or only part of it if it could not be written
  2  wrong usage
  3  some tables cannot be exported; the output has all others, and names those in comments

Example:
  AIVEN_TOKEN=... terraform-provider-aiven-clickhouse-kafka export \\
    --project my-project --integration 3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f > tables.tf";

/// What is asked for.
pub enum Order {
    /// To be a plugin.
    Serve(Mode),
    /// To print tables.
    Export(Request),
}

/// Reads the command line, program name included. The error may be a text that was asked for, such as `--help`.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Order, clap::Error> {
    let Arguments { debug, command } = Arguments::try_parse_from(arguments.map(double_dash))?;
    match command {
        Some(Command::Export(arguments)) => request(arguments).map(Order::Export),
        None if debug => Ok(Order::Serve(Mode::Debug)),
        None => Ok(Order::Serve(Mode::Terraform)),
    }
}

/// Providers written in Go take their options with a single dash, and so do scripts that start any provider.
fn double_dash(argument: OsString) -> OsString {
    match argument.to_str() {
        Some(option @ ("-debug" | "-version" | "-help")) => format!("-{option}").into(),
        _ => argument,
    }
}

fn project(text: &str) -> Result<String, &'static str> {
    if text.is_empty() || text.contains('/') {
        Err("it must be the name of a project alone, as `avn project list` shows it")
    } else {
        Ok(text.to_owned())
    }
}

fn request(arguments: ExportArguments) -> Result<Request, clap::Error> {
    let mut integrations = Vec::new();
    for reference in arguments.integrations {
        let project = match (reference.project.clone(), &arguments.project) {
            (Some(named), Some(project)) if named != *project => {
                let message = format!("--project is {project}, but --integration names project {named}");
                return Err(misused(ErrorKind::ArgumentConflict, &message));
            }
            (Some(named), _) => named,
            (None, Some(project)) => project.clone(),
            (None, None) => {
                let message = format!("--project is required, because --integration {reference} names none");
                return Err(misused(ErrorKind::MissingRequiredArgument, &message));
            }
        };
        let integration = IntegrationKey { project, id: reference.to_string() };
        if !integrations.contains(&integration) {
            integrations.push(integration);
        }
    }
    Ok(Request { integrations, provider: arguments.provider, patience: arguments.timeout })
}

/// Options that do not fit together, in the words and with the exit code of those that are wrong on their own.
fn misused(kind: ErrorKind, message: &str) -> clap::Error {
    let mut command = Arguments::command();
    // Without this, the usage would lack the name of the program.
    command.build();
    match command.find_subcommand_mut("export") {
        Some(export) => export.error(kind, message),
        None => command.error(kind, message),
    }
}

/// Prints help, the version, or what is wrong with the command line.
pub fn answer(answer: &clap::Error) -> ExitCode {
    // Nothing can be done for somebody who does not listen.
    let _ = answer.print();
    u8::try_from(answer.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Prints tables.
pub fn export(request: &Request) -> ExitCode {
    match exported(request) {
        Ok(export) => print(&export),
        Err(failure) => {
            say(&format!("error: {failure}\n"));
            ExitCode::FAILURE
        }
    }
}

fn exported(request: &Request) -> Result<Export, Failure> {
    let api = export::connect(|name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Failure::Runtime)?.block_on(export::export(request, &api))
}

fn print(export: &Export) -> ExitCode {
    let mut output = io::stdout();
    match output.write_all(export.configuration.as_bytes()).and_then(|()| output.flush()) {
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            say(&format!("error: the configuration could not be printed: {error}\n"));
            return ExitCode::FAILURE;
        }
        _ => {}
    }
    for left_out in &export.left_out {
        say(&format!("not exported: {left_out}\n"));
    }
    if !export.left_out.is_empty() {
        say(
            "These stay in Aiven as they are. Repair them there, for example with `avn service integration-update`, and \
             export again.\n",
        );
    }
    let tables = if export.tables == 1 { "table" } else { "tables" };
    say(&format!("exported {} {tables}, left out {}\n", export.tables, export.left_out.len()));
    if export.left_out.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) }
}

fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
