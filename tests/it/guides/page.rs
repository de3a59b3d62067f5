//! A guide's Markdown as what there is to do: files to write, commands to run, output to expect. Pure; knows no program
//! and starts none.
//!
//! Each fenced block says by its language what it is, and by the HTML comment before it, which the registry does not
//! show, what to do with it:
//!
//! | comment | meaning |
//! | --- | --- |
//! | `<!-- file: NAME -->` | the next block is the whole content of that file |
//! | `<!-- exit: 2 -->` | the commands of the next block exit with that code, instead of 0 |
//! | `<!-- not run: REASON -->` | the next block is only shown |
//! | `<!-- setup: COMMANDS -->` | commands that a reader does not see, of one line or several |
//! | `<!-- sql: QUERIES -->` | the same for queries |
//! | `<!-- eighty tables -->` | somebody has made the tables of `adoption::world` |
//! | `<!-- scene -->`, `<!-- scene: Terraform 1.14 -->` | start over in an empty folder, beside an untouched Aiven; with a Terraform that is at least so new |
//!
//! `console` blocks are commands. `sql` blocks are queries, each up to a semicolon at the end of a line; a scene that has
//! any takes place before a simulator with a real ClickHouse. A `text` block is what the commands before it print, or
//! what the last of the queries before it answers in the end: its lines appear there in this order, whatever else does;
//! a line of dots stands for more. Any other block needs `file` or `not run`. Whatever does not fit is a mistake, so
//! that nothing goes unnoticed.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A guide.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Each of them starts over.
    pub scenes: Vec<Scene>,
    /// Every block of Terraform's language, run or not.
    pub terraform: Vec<String>,
}

/// A part of a guide that makes no use of what other parts have done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The oldest Terraform that can do it.
    pub needs: (u32, u32),
    /// In order.
    pub steps: Vec<Step>,
}

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Write a file.
    Write {
        /// Its name, in the working folder.
        name: String,
        /// All of it.
        text: String,
    },
    /// Let somebody else have made eighty tables.
    Inhabit,
    /// Run commands.
    Run {
        /// For a shell.
        commands: String,
        /// What they exit with.
        exit: i32,
        /// What they print, among other things.
        expected: Vec<String>,
    },
    /// Ask ClickHouse.
    Ask {
        /// One after the other.
        queries: Vec<String>,
        /// What the last one answers, sooner or later, among other things.
        expected: Vec<String>,
    },
}

/// What the comments before a block have said about it.
#[derive(Debug, Default)]
struct Marks {
    file: Option<String>,
    exit: Option<i32>,
    not_run: bool,
}

/// Reads a guide; a mistake names its line.
pub fn parse(markdown: &str) -> Result<Page, String> {
    let mut page = Page { scenes: vec![Scene::default()], ..Page::default() };
    let mut marks = Marks::default();
    // The language of the block being read.
    let mut block: Option<String> = None;
    let mut text = String::new();
    for (event, range) in
        Parser::new_ext(markdown, Options::ENABLE_YAML_STYLE_METADATA_BLOCKS).into_offset_iter()
    {
        let here = |mistake: String| {
            let line = markdown[..range.start].matches('\n').count() + 1;
            format!("line {line}: {mistake}")
        };
        match event {
            Event::Start(Tag::HtmlBlock) => text.clear(),
            Event::Start(Tag::CodeBlock(kind)) => {
                text.clear();
                block = Some(match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => String::new(),
                });
            }
            Event::Html(piece) => text.push_str(&piece),
            Event::Text(piece) if block.is_some() => text.push_str(&piece),
            Event::InlineHtml(piece) if piece.starts_with("<!--") => {
                return Err(here(format!("`{piece}` is in the middle of a paragraph")));
            }
            Event::End(TagEnd::HtmlBlock) => page.comment(&text, &mut marks).map_err(here)?,
            Event::End(TagEnd::CodeBlock) => {
                let language = block.take().unwrap_or_default();
                page.block(&language, &text, std::mem::take(&mut marks)).map_err(here)?;
            }
            Event::End(TagEnd::Heading(_)) if !marks.is_empty() => {
                return Err(here("no block follows the comment before this".to_owned()));
            }
            _ => {}
        }
    }
    if marks.is_empty() { Ok(page) } else { Err("the last comment is about no block".to_owned()) }
}

impl Marks {
    fn is_empty(&self) -> bool {
        self.file.is_none() && self.exit.is_none() && !self.not_run
    }
}

impl Scene {
    /// Whether there has to be a ClickHouse.
    pub fn asks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Ask { .. }))
    }
}

impl Page {
    fn comment(&mut self, html: &str, marks: &mut Marks) -> Result<(), String> {
        let comment = html.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
        let comment = comment.ok_or_else(|| format!("`{}` is no comment", html.trim()))?.trim();
        let (word, rest) = comment.split_once(':').unwrap_or((comment, ""));
        let rest = rest.trim();
        match (word, rest) {
            ("file", name) if !name.is_empty() => marks.file = Some(name.to_owned()),
            ("exit", code) => {
                let code = code.parse().map_err(|_| format!("`{code}` is no exit code"))?;
                marks.exit = Some(code);
            }
            ("not run", reason) if !reason.is_empty() => marks.not_run = true,
            ("setup", commands) if !commands.is_empty() => {
                let commands = commands.to_owned();
                self.step(Step::Run { commands, exit: 0, expected: Vec::new() });
            }
            ("sql", text) if !text.is_empty() => {
                self.step(Step::Ask { queries: queries(text), expected: Vec::new() });
            }
            ("eighty tables", "") => self.step(Step::Inhabit),
            ("scene", needs) => {
                let needs = if needs.is_empty() { Some((0, 0)) } else { release(needs) };
                let needs = needs.ok_or_else(|| format!("`{rest}` is no release of Terraform"))?;
                self.scenes.push(Scene { needs, steps: Vec::new() });
            }
            _ => return Err(format!("`{comment}` says nothing that is known")),
        }
        Ok(())
    }

    fn block(&mut self, language: &str, text: &str, marks: Marks) -> Result<(), String> {
        if language == "terraform" {
            self.terraform.push(text.to_owned());
        }
        match (language, marks) {
            ("", _) => return Err("a block of no language".to_owned()),
            (_, Marks { file: None, exit: None, not_run: true }) => {}
            ("console", Marks { file: None, exit, not_run: false }) => {
                let exit = exit.unwrap_or(0);
                self.step(Step::Run { commands: text.to_owned(), exit, expected: Vec::new() });
            }
            ("sql", Marks { file: None, exit: None, not_run: false }) => {
                self.step(Step::Ask { queries: queries(text), expected: Vec::new() });
            }
            ("text", Marks { file: None, exit: None, not_run: false }) => match self.last() {
                Some(Step::Run { expected, .. } | Step::Ask { expected, .. }) if expected.is_empty() => {
                    let lines = text.lines().map(str::trim);
                    expected.extend(lines.filter(|line| !matches!(*line, "" | "...")).map(str::to_owned));
                }
                _ => return Err("output without commands that print it".to_owned()),
            },
            (_, Marks { file: Some(name), exit: None, not_run: false }) => {
                self.step(Step::Write { name, text: text.to_owned() });
            }
            (language, _) => {
                return Err(format!("this `{language}` block needs `file: NAME` or `not run: REASON`"));
            }
        }
        Ok(())
    }

    fn step(&mut self, step: Step) {
        self.scenes.last_mut().expect("there is always a scene").steps.push(step);
    }

    fn last(&mut self) -> Option<&mut Step> {
        self.scenes.last_mut()?.steps.last_mut()
    }
}

/// Each without its semicolon.
fn queries(text: &str) -> Vec<String> {
    let text = format!("{}\n", text.trim());
    let queries = text.split(";\n").map(str::trim).filter(|query| !query.is_empty());
    queries.map(str::to_owned).collect()
}

/// `Terraform 1.14` as numbers.
fn release(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.strip_prefix("Terraform ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(markdown: &str) -> String {
        parse(markdown).expect_err(markdown)
    }

    #[test]
    fn blocks_become_steps() {
        let page = parse(
            "---\npage_title: \"A\"\n---\n# A\n\n<!-- setup:\necho a\n-->\n\nText.\n<!-- file: main.tf -->\n\
             ```terraform\nlocals {}\n```\n\n<!-- exit: 2 -->\n```console\nterraform plan\n```\n\n```text\nPlan: 1\n...\n\
               done\n```\n\n<!-- scene: Terraform 1.14 -->\n\n<!-- not run: SQL -->\n```sql\nSELECT 1\n```\n",
        );
        let run = |commands: &str, exit, expected: &[&str]| Step::Run {
            commands: commands.to_owned(),
            exit,
            expected: expected.iter().map(|&line| line.to_owned()).collect(),
        };
        let file = Step::Write { name: "main.tf".to_owned(), text: "locals {}\n".to_owned() };
        let first = vec![run("echo a", 0, &[]), file, run("terraform plan\n", 2, &["Plan: 1", "done"])];
        let scenes = vec![Scene { needs: (0, 0), steps: first }, Scene { needs: (1, 14), steps: vec![] }];
        assert_eq!(page, Ok(Page { scenes, terraform: vec!["locals {}\n".to_owned()] }));
    }

    #[test]
    fn queries_end_with_a_semicolon_and_answer_in_the_end() {
        let page = parse(
            "<!-- sql: INSERT INTO a VALUES (1) -->\n\n```sql\nSELECT ';',\n  2;\n\nSELECT 3;\n```\n\n```text\n3\n```\n",
        );
        let ask = |queries: &[&str], expected: &[&str]| {
            let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
            Step::Ask { queries: texts(queries), expected: texts(expected) }
        };
        let steps =
            vec![ask(&["INSERT INTO a VALUES (1)"], &[]), ask(&["SELECT ';',\n  2", "SELECT 3"], &["3"])];
        let scene = &page.expect("it is in order").scenes[0];
        assert_eq!(scene.steps, steps);
        assert!(scene.asks());
    }

    #[test]
    fn what_does_not_fit_is_a_mistake() {
        assert_eq!(
            mistake("A\n\n```terraform\nlocals {}\n```\n"),
            "line 3: this `terraform` block needs `file: NAME` or `not run: REASON`"
        );
        assert_eq!(mistake("```text\nhello\n```\n"), "line 1: output without commands that print it");
        assert_eq!(mistake("```\nhello\n```\n"), "line 1: a block of no language");
        assert_eq!(
            mistake("<!-- not run -->\n```sql\n```\n"),
            "line 1: `not run` says nothing that is known"
        );
        assert_eq!(mistake("<!-- fiel: a -->\n"), "line 1: `fiel: a` says nothing that is known");
        assert_eq!(mistake("<!-- exit: two -->\n"), "line 1: `two` is no exit code");
        assert_eq!(mistake("<!-- scene: 1.14 -->\n"), "line 1: `1.14` is no release of Terraform");
        assert_eq!(mistake("<!-- file: a -->\n\n# B\n"), "line 3: no block follows the comment before this");
        assert_eq!(mistake("<!-- file: a -->\n"), "the last comment is about no block");
        assert_eq!(
            mistake("A <!-- exit: 1 --> b\n"),
            "line 1: `<!-- exit: 1 -->` is in the middle of a paragraph"
        );
    }
}
