//! Prepares `assets/` for embedding: leaves comments out, puts the modules of a start together, fills in the build's hash, and
//! compresses every file once, as hard as it goes.
//!
//! Leaves `$OUT_DIR/assets/<path>` with, where it saves something, `<path>.br` and `<path>.gz` beside it, and sets
//! `ASSETS_HASH`. The same assets give the same bytes: nothing here looks at a clock.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

#[path = "build/together.rs"]
mod together;

/// Hexadecimal digits of the build's hash in the assets' path: enough that no two builds share a path.
const HASH_DIGITS: usize = 12;

/// The most that a compressed variant may be, in hundredths of the file; below that saving it is not worth its place.
const VARIANT_PERCENT_MAX: usize = 95;

/// Brotli's highest quality.
const BROTLI_QUALITY: u32 = 11;

/// Brotli's window, as a power of two, in bytes: more than any asset has.
const BROTLI_WINDOW_BITS: u32 = 22;

/// What a start fetches behind its modules, so that nothing has to wait for it: the service worker keeps it, too.
const STARTED_LATER: [&str; 8] = [
    "store/lazy/attention.js",
    "store/lazy/faces.js",
    "store/lazy/quotes.js",
    "store/lazy/shelf.js",
    "store/lazy/worker.js",
    "view/lazy/menu.js",
    "view/lazy/reactions.js",
    "words/lazy/en.js",
];

/// The module that the page names. It waits while it begins, for what is fetched later and imports from the one file that the
/// others are put into; so it is not in there.
const ENTRY: &str = "app.js";

/// What is shown to whoever stands before the door.
const DOORS: [&str; 2] = ["view/lazy/door.js", "view/lazy/welcome.js"];

/// Files by their path below `assets/`, with `/` between the names.
type Files = BTreeMap<String, Vec<u8>>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=assets");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("assets");
    let target = PathBuf::from(std::env::var("OUT_DIR")?).join("assets");
    let mut files = Files::new();
    collect(&root, "", &mut files)?;
    let written = |path: &str| (path.ends_with(".js") || path.ends_with(".css")) && !path.starts_with("vendor/");
    for (path, content) in files.iter_mut().filter(|(path, _)| written(path)) {
        *content = without_comments(text_of(path, content)?).into_bytes();
    }
    let mut modules = needed_by(&files, &[ENTRY])?;
    modules.retain(|path| path != ENTRY && !path.starts_with("vendor/"));
    together::put_together(&mut files, &modules)?;
    let hash = hash_of(&files);
    println!("cargo:rustc-env=ASSETS_HASH={hash}");
    let mut first = fill_in(&mut files, &hash)?;
    first.extend(needed_by(&files, &DOORS)?);
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    fs::create_dir_all(&target)?;
    for (path, content) in &files {
        // Of what comes later brotli would save a tenth, once, and be there twice.
        let is_later = path.ends_with(".js") && !first.contains(path);
        write_with_variants(&target.join(path), content, is_later)?;
    }
    Ok(())
}

/// Reads all files below `dir` but hidden ones and type declarations, which only the editor wants.
fn collect(dir: &Path, prefix: &str, files: &mut Files) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| format!("{name:?} is not UTF-8"))?;
        if name.starts_with('.') || name.ends_with(".d.ts") {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// The content of a file of text.
fn text_of<'a>(path: &str, content: &'a [u8]) -> Result<&'a str, Box<dyn Error>> {
    std::str::from_utf8(content).map_err(|error| format!("assets/{path}: {error}").into())
}

/// The hash over all paths and contents, each with its length, so that nothing can move from one to the other.
fn hash_of(files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (path, content) in files {
        for part in [path.as_bytes(), content] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    let hex: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    hex[..HASH_DIGITS].to_owned()
}

/// Puts the hash for `BUILDHASH` into the two files whose path does not have it and which name those that do: into
/// `index.html` with the list of the modules that every page needs, into `sw.js` with the list of all that a start needs, which
/// this gives.
fn fill_in(files: &mut Files, hash: &str) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let modules = needed_by(files, &[ENTRY])?;
    let beside = files.keys().filter(|path| !path.contains('/') && (path.ends_with(".css") || path.ends_with(".svg")));
    // Each once: a cache takes no list that names a file twice.
    let mut first = needed_by(files, &STARTED_LATER)?;
    first.extend(beside.chain(&modules).cloned());
    let listed: Vec<String> = first.iter().map(|path| format!("'{path}'")).collect();
    let content = files.get_mut("sw.js").ok_or("assets/sw.js is missing")?;
    let text = std::str::from_utf8(content)?.replace("'FIRSTLOAD'", &listed.join(", "));
    *content = text.replace("BUILDHASH", hash).into_bytes();
    let link = |path: &String| format!("<link rel=\"modulepreload\" href=\"/assets/{hash}/{path}\">");
    let links: Vec<String> = modules.iter().map(link).collect();
    let content = files.get_mut("index.html").ok_or("assets/index.html is missing")?;
    let text = std::str::from_utf8(content)?.replace("<!--modulepreload-->", &links.join("\n"));
    *content = text.replace("BUILDHASH", hash).into_bytes();
    Ok(first)
}

/// A module or style sheet without comments and without what stands in front of its lines: a quarter of the first load. The
/// lines stay, so that an error names the line that one finds in the source; white space in front of a line means nothing, in
/// templates neither.
fn without_comments(module: &str) -> String {
    let mut kept = String::with_capacity(module.len());
    let mut in_comment = false;
    for line in module.lines() {
        let words = line.trim();
        let begins = !in_comment && words.starts_with("/*");
        let ends = words.ends_with("*/");
        let is_comment = in_comment || words.starts_with("//") || (begins && (ends || !words.contains("*/")));
        in_comment = (in_comment || (begins && is_comment)) && !ends;
        if !is_comment {
            push_without_types(&mut kept, words);
        }
        kept.push('\n');
    }
    kept
}

/// Adds a line without its remarks of types, `/** @type {string} */`, which stand in the midst of it.
fn push_without_types(kept: &mut String, mut line: &str) {
    while let Some((before, rest)) = line.split_once("/** @") {
        let Some((_, after)) = rest.split_once("*/") else { break };
        kept.push_str(before);
        line = after.trim_start();
    }
    kept.push_str(line);
}

/// These modules and what they import, directly or not. What is only named in an `import()` is fetched when it is first
/// shown, and what only such a module imports, with it.
fn needed_by(files: &Files, modules: &[&str]) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut needed = BTreeSet::new();
    let mut open: Vec<String> = modules.iter().map(|path| (*path).to_owned()).collect();
    while let Some(path) = open.pop() {
        let content = files.get(&path).ok_or_else(|| format!("a module imports assets/{path}, which is missing"))?;
        for line in text_of(&path, content)?.lines() {
            let imports = ["import ", "export ", "} from "].iter().any(|start| line.starts_with(start));
            let quoted = line.rsplit_once(" from '").filter(|_| imports).and_then(|(_, rest)| rest.split_once('\''));
            if let Some((relative, _)) = quoted {
                open.push(beside(&path, relative));
            }
        }
        open.retain(|path| !needed.contains(path));
        needed.insert(path);
    }
    Ok(needed)
}

/// The path below `assets/` that an import of `path` names.
fn beside(path: &str, relative: &str) -> String {
    let mut names: Vec<&str> = path.split('/').collect();
    names.pop();
    for name in relative.split('/') {
        match name {
            "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}

/// Writes those compressed variants of a file that are worth it, of one that `is_later` no brotli, and the file itself where
/// gzip is not.
fn write_with_variants(path: &Path, content: &[u8], is_later: bool) -> Result<(), Box<dyn Error>> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4096, BROTLI_QUALITY, BROTLI_WINDOW_BITS).write_all(content)?;
    let mut gzip = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::best());
    gzip.write_all(content)?;
    let gzip = gzip.finish()?;
    let is_worth_it = |variant: &[u8]| variant.len() * 100 <= content.len() * VARIANT_PERCENT_MAX;
    for (suffix, variant) in [("br", &brotli), ("gz", &gzip)] {
        if is_worth_it(variant) && !(is_later && suffix == "br") {
            fs::write(format!("{}.{suffix}", path.display()), variant)?;
        }
    }
    // The server unpacks the one for whoever takes no other; nobody's browser is so old.
    if !is_worth_it(&gzip) {
        fs::write(path, content)?;
    }
    Ok(())
}
