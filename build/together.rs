//! Puts the modules of a start into one file. As fifty files they would take nine rounds over six connections: on a slow link
//! most of the time until somebody sees the room.
//!
//! A module becomes a function that runs once and gives back what it exports, so that no name of one meets a name of
//! another. Whoever stays outside, as what is fetched later, imports from that one file, so that there is one of each:
//!
//! ```text
//! const core_names = (() => { function hue(id) { ... } return { hue }; })();
//! export { core_names };
//! ```
//!
//! Understands what stands in our modules and no more: one `import` or `export` at the start of a line, no default exports, none of
//! what another module exports, no circles. What it does not understand ends the build.

use crate::{Files, beside, text_of};
use std::collections::BTreeSet;
use std::error::Error;

/// The one file, below `assets/`. Paths that are relative to it are relative to all of `assets/`.
pub const TOGETHER: &str = "together.js";

/// A line of a module, or all lines of one import or list of exports.
struct Piece<'a> {
    text: &'a str,
    what: What<'a>,
}

/// What a piece of a module does.
enum What<'a> {
    /// `import { a, b as c } from './d.js';`, or with `* as d` for the names.
    Import { names: &'a str, from: &'a str },
    /// `export { a, b };`
    Export { names: &'a str },
    /// `export` before what is declared.
    Declaration { name: &'a str, declared: &'a str },
    /// Anything else.
    Other,
}

/// Replaces these modules by one file, and makes all others import from that.
pub fn put_together(files: &mut Files, modules: &BTreeSet<String>) -> Result<(), Box<dyn Error>> {
    let mut together = String::new();
    let mut done = Vec::new();
    for path in modules {
        add(files, modules, path, &mut Vec::new(), &mut done, &mut together)?;
    }
    let names: Vec<String> = done.iter().map(|path| name_of(path)).collect();
    together.push_str(&format!("export {{ {} }};\n", names.join(", ")));
    files.retain(|path, _| !modules.contains(path));
    for (path, content) in files.iter_mut().filter(|(path, _)| path.ends_with(".js") && !path.starts_with("vendor/")) {
        *content = outside(path, text_of(path, content)?, modules)?.into_bytes();
    }
    files.insert(TOGETHER.to_owned(), together.into_bytes());
    Ok(())
}

/// Adds a module behind all that it imports. `open` are those that wait for it.
fn add(
    files: &Files,
    modules: &BTreeSet<String>,
    path: &str,
    open: &mut Vec<String>,
    done: &mut Vec<String>,
    together: &mut String,
) -> Result<(), Box<dyn Error>> {
    if done.iter().any(|one| one == path) {
        return Ok(());
    }
    if open.iter().any(|one| one == path) {
        return Err(format!("assets/{path} imports itself, by way of {}", open.join(", ")).into());
    }
    open.push(path.to_owned());
    let content = files.get(path).ok_or_else(|| format!("assets/{path} is missing"))?;
    let mut body = String::new();
    let mut exports = Vec::new();
    for Piece { text, what } in pieces(path, text_of(path, content)?)? {
        match what {
            What::Import { names, from } => {
                let from = beside(path, from);
                if modules.contains(&from) {
                    add(files, modules, &from, open, done, together)?;
                } else if !done.contains(&from) {
                    together.push_str(&format!("import * as {} from './{from}';\n", name_of(&from)));
                    done.push(from.clone());
                }
                body.push_str(&taken(names, &from));
            }
            What::Export { names } => exports.push(names),
            What::Declaration { name, declared } => {
                exports.push(name);
                body.push_str(&relocated(path, declared)?);
            }
            What::Other => body.push_str(&relocated(path, text)?),
        }
        body.push('\n');
    }
    let name = name_of(path);
    together.push_str(&format!("const {name} = (() => {{\n{body}return {{ {} }};\n}})();\n", exports.join(", ")));
    open.pop();
    done.push(path.to_owned());
    Ok(())
}

/// A module that stays outside, with its lines where they were: what it imported from one of `modules` comes from the one file.
fn outside(path: &str, module: &str, modules: &BTreeSet<String>) -> Result<String, Box<dyn Error>> {
    let up = "../".repeat(path.matches('/').count());
    let up = if up.is_empty() { "./" } else { &up };
    let mut outside = String::with_capacity(module.len());
    for Piece { text, what } in pieces(path, module)? {
        match what {
            What::Import { names, from } if modules.contains(&beside(path, from)) => {
                let from = beside(path, from);
                let module = name_of(&from);
                outside.push_str(&format!("import {{ {module} }} from '{up}{TOGETHER}';{}", taken(names, &from)));
            }
            _ => outside.push_str(text),
        }
        outside.push('\n');
    }
    Ok(outside)
}

/// Takes a module apart.
fn pieces<'a>(path: &str, module: &'a str) -> Result<Vec<Piece<'a>>, Box<dyn Error>> {
    let mut pieces = Vec::new();
    let mut rest = module;
    while !rest.is_empty() {
        let is_list = rest.starts_with("import ") || rest.starts_with("export {");
        let length = if is_list { rest.find(";\n").map(|at| at + 1) } else { rest.find('\n') };
        let (text, further) = rest.split_at(length.unwrap_or(rest.len()));
        let what = what_of(text).ok_or_else(|| format!("assets/{path}: what is this? {text}"))?;
        pieces.push(Piece { text, what });
        rest = further.strip_prefix('\n').unwrap_or(further);
    }
    Ok(pieces)
}

/// What a piece of a module does; `None`: it imports or exports in an unknown way.
fn what_of(text: &str) -> Option<What<'_>> {
    if let Some(import) = text.strip_prefix("import ") {
        let (names, from) = import.strip_suffix("';")?.rsplit_once(" from '")?;
        Some(What::Import { names, from })
    } else if let Some(list) = text.strip_prefix("export {") {
        let names = list.strip_suffix("};").filter(|names| !names.contains(" as "))?;
        Some(What::Export { names })
    } else if let Some(declared) = text.strip_prefix("export ") {
        let kinds = ["const ", "class ", "function ", "async function "];
        let named = kinds.iter().find_map(|kind| declared.strip_prefix(kind))?;
        let end = named.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
        Some(What::Declaration { name: &named[..end], declared })
    } else {
        Some(What::Other)
    }
}

/// What stands for a module: `core_names` for `core/names.js`. Our code has no names of that form.
fn name_of(path: &str) -> String {
    path.trim_end_matches(".js").replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
}

/// The statement that takes the names of an import out of what stands for its module.
fn taken(names: &str, from: &str) -> String {
    let module = name_of(from);
    match names.trim().strip_prefix("* as ") {
        Some(name) => format!("const {name} = {module};"),
        None => format!("const {} = {module};", names.trim().replace(" as ", ": ").replace('\n', " ")),
    }
}

/// A line of a module with the paths that are relative to that module: in `import()` and in `new URL()`.
fn relocated(path: &str, line: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((at, opening)) =
        ["import('", "new URL('."].iter().filter_map(|one| Some((rest.find(one)?, one.trim_end_matches('.')))).min()
    {
        let begin = at + opening.len();
        let end = rest[begin..].find('\'').ok_or_else(|| format!("assets/{path}: a path without an end"))? + begin;
        text.push_str(&format!("{}./{}", &rest[..begin], beside(path, &rest[begin..end])));
        rest = &rest[end..];
    }
    if rest.contains("import(`") {
        return Err(format!("assets/{path}: the path of an import() is not known before it runs").into());
    }
    text.push_str(rest);
    Ok(text)
}
