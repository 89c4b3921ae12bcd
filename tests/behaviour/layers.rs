//! ARCHITECTURE.md is the law: a module imports from lower layers only, and never from a sibling on its own line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Layer number by module, as the table of ARCHITECTURE.md says.
fn layers(markdown: &str) -> BTreeMap<String, u32> {
    let mut out = BTreeMap::new();
    for line in markdown.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ["", number, modules, _, ""] = cells.as_slice()
            && let Ok(number) = number.parse()
        {
            out.extend(modules.split_whitespace().map(|module| (module.to_owned(), number)));
        }
    }
    out
}

/// Source text without comments: what is said about a module is not an import of it.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// Modules that a source text names after `crate::` or `sqlmint::`, groups in braces included.
fn imports(text: &str) -> Vec<String> {
    let text = code(text);
    let mut out = Vec::new();
    for root in ["crate::", "sqlmint::"] {
        for (at, _) in text.match_indices(root) {
            if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &text[at + root.len()..];
            match rest.strip_prefix('{') {
                Some(group) => out.extend(members(group)),
                None => out.extend(first_name(rest)),
            }
        }
    }
    out
}

/// The first name of every member of `a::b, c::{d, e}, f}`.
fn members(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut start = 0;
    let mut out = Vec::new();
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                out.extend(first_name(group[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    out
}

fn first_name(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// What is wrong with the imports of one file of `module`.
fn violations(layers: &BTreeMap<String, u32>, module: &str, text: &str) -> Vec<String> {
    let Some(own) = layers.get(module) else {
        return vec![format!("module {module} has no layer")];
    };
    let wrong = |target: &String| match layers.get(target) {
        Some(layer) if layer < own || target == module => None,
        Some(layer) => Some(format!("{module} (layer {own}) uses {target} (layer {layer})")),
        // Not a module: an item that the crate's root exports.
        None => None,
    };
    imports(text).iter().filter_map(wrong).collect()
}

fn sources(dir: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, out)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
    Ok(())
}

#[test]
fn imports_point_down() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let layers = layers(&fs::read_to_string(root.join("ARCHITECTURE.md"))?);
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files)?;
    let mut wrong = Vec::new();
    for path in files {
        let inside = path.strip_prefix(root.join("src")).expect("below src");
        let first = inside.components().next().expect("not empty").as_os_str().to_string_lossy();
        let module = first.strip_suffix(".rs").unwrap_or(&first);
        if module != "lib" {
            wrong.extend(
                violations(&layers, module, &fs::read_to_string(&path)?)
                    .iter()
                    .map(|w| format!("{}: {w}", inside.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "against ARCHITECTURE.md:\n{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn every_module_has_a_layer_and_every_layer_a_module() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let layers = layers(&fs::read_to_string(root.join("ARCHITECTURE.md"))?);
    let there = |name: &str| root.join("src").join(name).is_dir() || root.join("src").join(format!("{name}.rs")).is_file();
    let gone: Vec<&String> = layers.keys().filter(|name| !there(name)).collect();
    assert!(gone.is_empty(), "in the table but not in src/: {gone:?}");
    let library = fs::read_to_string(root.join("src/lib.rs"))?;
    for module in library.lines().filter_map(|l| l.trim().strip_prefix("pub mod ")?.strip_suffix(';')) {
        assert!(layers.contains_key(module), "{module} is in no layer");
    }
    Ok(())
}

#[test]
fn the_test_can_fail() {
    let layers = layers("| layer | modules | is |\n|---|---|---|\n| 2 | top | a |\n| 1 | left right | b |\n| 0 | base | c |\n");
    assert_eq!(layers.len(), 4);
    let count = |module: &str, text: &str| violations(&layers, module, text).len();
    assert_eq!(count("left", "use crate::top::X;"), 1, "up");
    assert_eq!(count("left", "use crate::right::X;"), 1, "sideways");
    assert_eq!(count("left", "use crate::{base::{A, B}, right, top::C};"), 2, "in a group");
    assert_eq!(count("left", "fn f() { sqlmint::top::g() }"), 1, "in a path");
    assert_eq!(count("left", "use crate::base::X; use crate::left::Y; // crate::top\n"), 0);
    assert_eq!(count("nowhere", ""), 1);
}
