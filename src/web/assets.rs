//! The client's files, embedded and already compressed (`build.rs`): immutable under a path that holds the build's hash,
//! and revalidated by entity tag where the path is fixed.

use crate::http::accept::{self, Coding};
use crate::http::conditional::{self, Outcome};
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::http::response::Response;
use flate2::read::GzDecoder;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::io::Read;

/// The build's hash in the assets' path.
pub const ASSETS_HASH: &str = env!("ASSETS_HASH");

/// What stands under a path with the build's hash never changes.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// What stands under a fixed path is asked for each time, and mostly answered 304.
const REVALIDATED: &str = "no-cache";

/// Bytes of a file's SHA-256 that its entity tag holds: enough to tell any two versions of a file apart.
const ETAG_BYTES: usize = 8;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/assets"]
struct Files;

/// The client's page.
pub fn index(request: &Request<'_>) -> Response {
    serve(request, "index.html", REVALIDATED)
}

/// The icon, for browsers that ask for it where it was in 1999.
pub fn icon(request: &Request<'_>) -> Response {
    serve(request, "mark.svg", REVALIDATED)
}

/// A file whose path must not change with the build: the service worker, which is known by its address, the manifest, and
/// the icons, which an installed app is recognised by.
pub fn fixed(request: &Request<'_>, path: &str) -> Response {
    serve(request, path.trim_start_matches('/'), REVALIDATED)
}

/// A file under `/assets/<hash>/`.
pub fn asset(request: &Request<'_>, path: &str) -> Response {
    let file = path.strip_prefix("/assets/").and_then(|rest| rest.strip_prefix(ASSETS_HASH)?.strip_prefix('/'));
    match file {
        Some("index.html" | "sw.js" | "app.webmanifest") | None => missing(),
        Some(file) if file.starts_with("icons/") => missing(),
        Some(file) => serve(request, file, IMMUTABLE),
    }
}

/// Sends the variant of a file that the client likes best, unless it has it already.
fn serve(request: &Request<'_>, file: &str, cache_control: &'static str) -> Response {
    let Some(content_type) = content_type(file) else { return missing() };
    let have: Vec<Coding> = [Coding::Br, Coding::Gzip, Coding::Identity]
        .into_iter()
        .filter(|coding| embedded(file, *coding).is_some())
        .collect();
    let coding = accept::choose(request, &have);
    let Some((content, packed)) = embedded(file, coding) else { return missing() };
    let digest = &content.metadata.sha256_hash()[..ETAG_BYTES];
    let etag = format!("\"{}-{}\"", data_encoding::HEXLOWER.encode(digest), coding.name());
    let outcome = conditional::evaluate(request, &etag);
    if outcome == Outcome::Failed {
        let text = "The file is not the version that was asked for. Nothing was sent. Ask for it without If-Match.";
        return Problem::new(412, "precondition_failed", text).response();
    }
    let status = if outcome == Outcome::NotModified { 304 } else { 200 };
    let response = Response::new(status).cached(cache_control).with("ETag", etag).with("Vary", "Accept-Encoding");
    if status == 304 {
        return response;
    }
    let body = if packed { unpacked(&content.data).into() } else { content.data };
    let response = response.with("Content-Type", content_type).with_body(body);
    if coding == Coding::Identity { response } else { response.with("Content-Encoding", coding.name()) }
}

/// What is embedded of a file in that coding, and whether it has to be unpacked first: of most there is no plain copy.
fn embedded(file: &str, coding: Coding) -> Option<(EmbeddedFile, bool)> {
    let packed = || Files::get(&format!("{file}.gz"));
    match coding {
        Coding::Br => Some((Files::get(&format!("{file}.br"))?, false)),
        Coding::Gzip => Some((packed()?, false)),
        Coding::Identity => Files::get(file).map(|plain| (plain, false)).or_else(|| Some((packed()?, true))),
    }
}

/// What `build.rs` has packed by gzip.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    // Nothing but `build.rs` made it, and a test unpacks every file: there is no error to be had.
    let _ = GzDecoder::new(packed).read_to_end(&mut plain);
    plain
}

/// There is no such file in this build.
fn missing() -> Response {
    let text = "This build of snug has no such file. The page is probably older than the server: load it again.";
    Problem::new(404, "not_found", text).response()
}

/// The media type by the name's ending; `None` for compressed variants and other names that nobody asks for by themselves.
fn content_type(file: &str) -> Option<&'static str> {
    let name = file.rsplit('/').next().unwrap_or(file);
    Some(match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt" | "md") | None => "text/plain; charset=utf-8",
        Some(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Bytes that a first visit may take, packed by brotli.
    const FIRST_LOAD_BYTES_MAX: usize = 60_000;

    /// A file as one gets it who knows no coding.
    fn plain(file: &str) -> Vec<u8> {
        let (content, packed) = embedded(file, Coding::Identity).unwrap();
        if packed { unpacked(&content.data) } else { content.data.into_owned() }
    }

    /// A file that is embedded but has no type would be a silent 404.
    #[test]
    fn every_embedded_file_has_a_type_and_can_be_read() {
        assert!(!plain("index.html").is_empty() && !plain("app.js").is_empty());
        for file in Files::iter() {
            let is_variant = file.ends_with(".br") || file.ends_with(".gz");
            assert_eq!(content_type(&file).is_none(), is_variant, "{file}");
            let name = file.trim_end_matches(".br").trim_end_matches(".gz");
            let mut whole = Vec::new();
            if let Some((packed, _)) = embedded(name, Coding::Br) {
                brotli::Decompressor::new(&packed.data[..], 4096).read_to_end(&mut whole).unwrap();
                assert_eq!(plain(name), whole, "{name}");
            }
            assert!(!plain(name).is_empty(), "{name}");
        }
    }

    #[test]
    fn the_page_names_its_files_by_the_builds_hash() {
        let page = String::from_utf8(plain("index.html")).unwrap();
        assert!(page.contains(&format!("/assets/{ASSETS_HASH}/app.js")));
        assert!(page.contains(&format!("<link rel=\"modulepreload\" href=\"/assets/{ASSETS_HASH}/together.js\">")));
        assert!(!page.contains("BUILDHASH") && !page.contains("<!--modulepreload-->"));
    }
    /// Adds what a module imports, directly or not.
    fn add_imports(module: &str, needed: &mut BTreeSet<String>) {
        if !needed.insert(module.to_owned()) {
            return;
        }
        let text = String::from_utf8(plain(module)).unwrap();
        let base = Path::new(module).parent().unwrap();
        for (_, rest) in
            text.lines().filter(|line| line.starts_with("import ")).filter_map(|line| line.split_once(" from '"))
        {
            let (relative, _) = rest.split_once('\'').unwrap();
            let mut names: Vec<_> = base.iter().map(|name| name.to_str().unwrap()).collect();
            for name in relative.split('/').filter(|name| *name != ".") {
                if name == ".." { names.pop().map(drop).unwrap() } else { names.push(name) }
            }
            add_imports(&names.join("/"), needed);
        }
    }

    /// The bytes of the page, of all that it names, and of what these modules import, as a browser gets them.
    fn first_load(modules: &[&str]) -> usize {
        let page = String::from_utf8(plain("index.html")).unwrap();
        let beside =
            |file: &str| !file.contains('/') && [".css", ".svg", ".webmanifest"].iter().any(|end| file.ends_with(end));
        let names = Files::iter().map(|file| file.trim_end_matches(".br").trim_end_matches(".gz").to_owned());
        // The looks of what is shown later are fetched behind the start.
        let mut needed: BTreeSet<String> = names.filter(|file| beside(file) && file != "lazy.css").collect();
        needed.insert("index.html".to_owned());
        let below = format!("/assets/{ASSETS_HASH}/");
        let named = page.split(&below).skip(1).filter_map(|rest| rest.split('"').next());
        for module in named.filter(|file| file.ends_with(".js")).chain(modules.iter().copied()) {
            add_imports(module, &mut needed);
        }
        needed.iter().map(|file| embedded(file, Coding::Br).unwrap().0.data.len()).sum()
    }

    #[test]
    fn the_first_load_is_small() {
        assert!(first_load(&[]) <= FIRST_LOAD_BYTES_MAX, "{} bytes", first_load(&[]));
        // The longest of all: somebody who comes by an invitation sees that first.
        let invited = first_load(&["view/lazy/welcome.js"]);
        assert!(invited <= FIRST_LOAD_BYTES_MAX, "{invited} bytes for somebody invited");
        println!("{} bytes; {invited} bytes for somebody invited", first_load(&[]));
    }
}
