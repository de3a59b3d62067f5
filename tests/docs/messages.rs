//! Every message that the provider can give, read from its source: the summaries of diagnostics, the reasons that follow
//! them, and what `export` fails with. What a message fills in is a `…` here, as in the guide to troubleshooting, which
//! has to list them all. What functions say is about a place in their arguments, and is not looked for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprLit, ExprMethodCall, ExprStruct, File, ItemMod, Lit, LitStr, Local, Macro, Member,
    Pat, Token,
};

/// The file whose errors are shown to users as reasons.
const REASONS: &str = "engine/outcome.rs";

/// The file whose errors a command line prints.
const FAILURES: &str = "export/failure.rs";

/// The messages of all files below `source`, each with the file it is in.
pub fn of_the_provider(source: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for path in files(source) {
        let text = fs::read_to_string(&path).expect("a source file is text");
        let file: File = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (with_reasons, with_failures) = (path.ends_with(REASONS), path.ends_with(FAILURES));
        let mut reader = Reader { with_reasons, with_failures, ..Reader::default() };
        reader.visit_file(&file);
        assert_eq!(reader.unread, 0, "{}: a summary must be a text, or a `format!` of one", path.display());
        found.extend(reader.messages.into_iter().map(|message| (message, path.clone())));
    }
    found
}

/// All files of Rust but those that hold tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path());
    let is_test =
        |path: &PathBuf| path.file_stem().is_some_and(|name| name.to_string_lossy().ends_with("tests"));
    let (folders, files): (Vec<_>, Vec<_>) =
        entries.filter(|path| !is_test(path)).partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    folders.iter().flat_map(|folder| self::files(folder)).chain(files).collect()
}

/// Looks for messages in one file.
#[derive(Default)]
struct Reader {
    with_reasons: bool,
    with_failures: bool,
    messages: Vec<String>,
    /// Names that were given to texts, for summaries that are such a name.
    named: BTreeMap<String, String>,
    /// How many summaries are written in another way.
    unread: usize,
}

impl Reader {
    fn summary(&mut self, expression: &Expr) {
        if let Some(text) = text_of(expression) {
            self.messages.push(text);
        } else if let Expr::Path(path) = expression {
            let name = path.path.get_ident().map(ToString::to_string).unwrap_or_default();
            // What a function is handed, or finds in a value, was written where it was made.
            self.messages.extend(self.named.get(&name).cloned());
        } else {
            self.unread += 1;
        }
    }
}

impl Visit<'_> for Reader {
    fn visit_item_mod(&mut self, module: &ItemMod) {
        let for_tests = |attribute: &Attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
        };
        if !module.attrs.iter().any(for_tests) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_local(&mut self, local: &Local) {
        if let (Pat::Ident(name), Some(value)) = (&local.pat, &local.init)
            && let Some(text) = text_of(&value.expr)
        {
            self.named.insert(name.ident.to_string(), text);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        let summary = match call.method.to_string().as_str() {
            "error" | "warning" if call.args.len() == 2 => call.args.first(),
            "error_at" | "warning_at" => call.args.get(1),
            _ => None,
        };
        if let Some(summary) = summary {
            self.summary(summary);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_struct(&mut self, made: &ExprStruct) {
        let name = made.path.segments.last().map(|segment| segment.ident.to_string());
        if matches!(name.as_deref(), Some("Diagnostic" | "Unavailable")) {
            let summary = made
                .fields
                .iter()
                .find(|field| matches!(&field.member, Member::Named(name) if name == "summary"));
            self.messages.extend(summary.and_then(|field| text_of(&field.expr)));
        }
        visit::visit_expr_struct(self, made);
    }

    // What is inside `vec![…]` and the like are tokens to the parser, until somebody reads them as expressions.
    fn visit_macro(&mut self, call: &Macro) {
        let arguments = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        for argument in arguments.iter().flatten() {
            self.visit_expr(argument);
        }
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        if (self.with_reasons || self.with_failures)
            && attribute.path().is_ident("error")
            && let Ok(arguments) = attribute.meta.require_list()
            && let Some(text) = first_text(&arguments.tokens.to_string())
        {
            let text = with_gaps(&text);
            if self.with_failures {
                // The next step is behind an empty line; a message that is all gap is one of the others.
                let summary = text.split("\n\n").next().unwrap_or_default();
                self.messages.extend((summary != "…").then(|| summary.to_owned()));
                return;
            }
            let mut letters = text.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            self.messages.push(first + letters.as_str());
        }
    }
}

/// The text that an expression makes, if it is one of the forms in which texts are written.
fn text_of(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Macro(call) if call.mac.path.is_ident("format") => {
            first_text(&call.mac.tokens.to_string()).map(|text| with_gaps(&text))
        }
        Expr::MethodCall(call) if call.method == "to_owned" => text_of(&call.receiver),
        Expr::Reference(reference) => text_of(&reference.expr),
        _ => None,
    }
}

/// The text with which the arguments of a macro begin.
fn first_text(arguments: &str) -> Option<String> {
    let first = |input: syn::parse::ParseStream| {
        let text: LitStr = input.parse()?;
        // What follows is of no interest, but a parser must come to the end.
        while !input.is_empty() {
            input.step(|cursor| Ok(((), cursor.token_tree().map_or(*cursor, |(_, rest)| rest))))?;
        }
        Ok(text.value())
    };
    syn::parse::Parser::parse_str(first, arguments).ok()
}

/// A text with a `…` for each thing that is filled in.
fn with_gaps(format: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in format.chars() {
        match letter {
            '{' => inside = true,
            '}' => {
                inside = false;
                text.push('…');
            }
            _ if inside => {}
            letter => text.push(letter),
        }
    }
    text
}
