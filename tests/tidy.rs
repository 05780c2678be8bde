//! The house: every file on its floor, and nothing in the binary that does not belong there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The floor of every module of the crate, as `src/lib.rs` draws it. The longest name that fits counts.
const FLOORS: &[(&str, u8)] = &[
    ("protocol", 0),
    ("http", 1),
    ("chat::act", 1),
    ("chat::room", 1),
    ("config", 1),
    ("mention", 1),
    ("password", 1),
    ("range", 1),
    ("rate", 1),
    ("rights", 1),
    ("secret", 1),
    ("hasher", 2),
    ("logging", 2),
    ("socket", 2),
    ("store", 2),
    ("vital", 2),
    ("chat", 3),
    ("server", 3),
    ("web", 3),
    ("cli", 4),
];

/// What floors 0 and 1 do not know.
const NOT_PURE: &[&str] = &[
    "async ",
    "async_",
    "smol",
    "sqlx",
    "Instant::now",
    "SystemTime",
    "std::net::Tcp",
    "std::fs",
    "std::env",
    "std::thread",
];

fn floor(module: &str) -> Option<u8> {
    let fits = |name: &str| module == name || module.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"));
    FLOORS.iter().filter(|(name, _)| fits(name)).max_by_key(|(name, _)| name.len()).map(|(_, floor)| *floor)
}

/// Every file of `src/`, by module path, without comments and without its tests.
fn modules() -> BTreeMap<String, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = BTreeMap::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for found in std::fs::read_dir(folder).unwrap() {
            let path = found.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let name = path.strip_prefix(&source).unwrap().with_extension("").to_string_lossy().replace('/', "::");
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            modules.insert(name, lines.collect::<Vec<_>>().join("\n"));
        }
    }
    modules
}

/// The modules of the crate that `code` of `module` names: `crate::a::b`, `super::a`.
fn imports(module: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        found.extend(expand("", &code[at + "crate::".len()..]));
    }
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    for (at, _) in code.match_indices("super::") {
        if !code[..at].ends_with("::") {
            found.extend(expand(parent, &code[at + "super::".len()..]));
        }
    }
    found
}

/// `a::b`, `{a::b, c}` and `a::{b, c}` behind a prefix, however deep.
fn expand(prefix: &str, rest: &str) -> Vec<String> {
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
    let (path, behind) = rest.split_at(end);
    assert!(!path.starts_with("super::"), "write crate:: instead of super::super::, so that this test can follow");
    let whole = if prefix.is_empty() { path.to_owned() } else { format!("{prefix}::{path}") };
    if !behind.starts_with('{') || !(path.is_empty() || path.ends_with("::")) {
        return vec![whole];
    }
    let (mut depth, mut from, mut found) = (0, 1, Vec::new());
    for (at, c) in behind.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if (c == ',' && depth == 1) || depth == 0 {
            found.extend(expand(whole.trim_end_matches("::"), behind[from..at].trim()));
            from = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    found
}

#[test]
fn a_file_imports_only_from_floors_below_or_its_own() {
    let modules = modules();
    assert!(modules.len() > 20, "only {} files found", modules.len());
    for (module, code) in &modules {
        if module == "main" || module == "lib" {
            continue;
        }
        let own =
            floor(module).unwrap_or_else(|| panic!("src/{module}: which floor? Draw it in src/lib.rs and in FLOORS"));
        for import in imports(module, code) {
            let Some(other) = floor(&import) else { continue };
            assert!(other <= own, "{module} (floor {own}) imports {import} (floor {other})");
        }
    }
}

#[test]
fn floors_0_and_1_do_no_io_and_know_no_clock() {
    for (module, code) in modules() {
        if floor(&module).is_some_and(|floor| floor <= 1) {
            for word in NOT_PURE {
                assert!(!code.contains(word), "{module} is on floor {:?} and mentions {word}", floor(&module));
            }
        }
    }
}

#[test]
fn the_map_in_lib_rs_names_every_floor_as_this_test_does() {
    let map = include_str!("../src/lib.rs");
    for (module, _) in FLOORS {
        let name = module.replace("::", "/");
        assert!(map.contains(&name), "src/lib.rs does not mention {name}");
    }
}

#[test]
fn the_imports_reader_reads_what_rustfmt_writes() {
    let code = "use crate::store::{Store, writer};\nuse super::hub::Hub;\nlet x = crate::http::head::parse();";
    assert_eq!(imports("chat::host", code), ["store::Store", "store::writer", "http::head::parse", "chat::hub::Hub"]);
    assert_eq!(imports("chat::host", "use crate::{rate, web::router};"), ["rate", "web::router"]);
    let nested = imports("chat::host", "use crate::{http::{a, b}, web::x};");
    assert_eq!(nested, ["http::a", "http::b", "web::x"]);
}

#[test]
fn neither_tokio_nor_hyper_nor_axum_is_in_the_binary() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", "snug", "--edges", "normal", "--prefix", "none", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree runs");
    let tree = String::from_utf8(tree.stdout).expect("UTF-8");
    assert!(tree.contains("smol "), "not a tree: {tree}");
    for unwanted in ["tokio", "hyper", "axum", "openssl", "native-tls"] {
        assert!(!tree.lines().any(|line| line.starts_with(unwanted)), "{unwanted} is in the tree");
    }
}

#[test]
fn every_direct_dependency_says_why_it_is_there() {
    let manifest = include_str!("../Cargo.toml");
    let sections = manifest
        .split("\n[")
        .filter(|section| section.split(']').next().is_some_and(|name| name.ends_with("dependencies")));
    let lines: Vec<&str> =
        sections.flat_map(|section| section.lines().skip(1)).filter(|line| line.contains(" = ")).collect();
    assert!(lines.len() > 15);
    for line in lines {
        assert!(line.contains(" # "), "no reason: {line}");
    }
}
