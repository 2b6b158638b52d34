//! The modules of a crate must not import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::crates::Workspace;
use super::files::rust_files;
use super::module_graph::{ModuleGraph, ModulePath};
use super::{NOTHING, crates};

/// Which modules each module imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn name(path: &[String]) -> String {
    if path.is_empty() { "crate".to_owned() } else { path.join("::") }
}

fn imports_of_files(graph: &ModuleGraph) -> Imports {
    let names = |imported: BTreeSet<&ModulePath>| imported.into_iter().map(|path| name(path)).collect();
    graph.imports().into_iter().map(|(path, imported)| (name(path), names(imported))).collect()
}

/// Returns the imports between the modules at the top of the crate, each with everything below it. The root of the
/// crate is left out, because it declares all of them.
fn imports_of_top_modules(graph: &ModuleGraph) -> Imports {
    let mut tops = Imports::new();
    for (path, imported) in graph.imports() {
        let Some(top) = path.first() else { continue };
        let others = imported.into_iter().filter_map(|path| path.first()).filter(|other| *other != top);
        tops.entry(top.clone()).or_default().extend(others.cloned());
    }
    tops
}

/// Returns the circles: groups of modules that import each other, directly or through others.
fn circles(imports: &Imports) -> Vec<String> {
    let reachable: BTreeMap<&String, BTreeSet<&String>> =
        imports.keys().map(|from| (from, reachable_from(from, imports))).collect();
    let mut found = BTreeSet::new();
    for from in imports.keys().filter(|from| reachable[from].contains(from)) {
        let circle: Vec<&String> =
            reachable[from].iter().copied().filter(|to| reachable[to].contains(from)).collect();
        let arrows = circle.iter().flat_map(|from| {
            let within = imports[*from].iter().filter(|to| circle.contains(to));
            within.map(move |to| format!("{from} → {to}"))
        });
        found.insert(arrows.collect::<Vec<_>>().join(", "));
    }
    found.into_iter().collect()
}

fn reachable_from<'a>(from: &'a String, imports: &'a Imports) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&String> = imports[from].iter().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(imports.get(module).into_iter().flatten());
        }
    }
    reached
}

fn read(workspace: &Workspace, package: &str) -> ModuleGraph {
    let root = workspace.members[package].join("src");
    let files: Vec<(String, String)> = rust_files(&root)
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), text))
        .collect();
    ModuleGraph::parse(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let workspace = crates::Workspace::read();
    let mut found = Vec::new();
    for package in workspace.members.keys() {
        let graph = read(&workspace, package);
        assert!(graph.len() > 1, "{package}: the files are found");
        found.extend(
            circles(&imports_of_files(&graph)).into_iter().map(|circle| format!("{package}: {circle}")),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_folders_of_the_store_import_each_other_in_one_direction() {
    let workspace = crates::Workspace::read();
    let imports = imports_of_top_modules(&read(&workspace, "contact-store"));
    assert!(imports["sqlite"].contains("contacts"), "{imports:?}");
    assert_eq!(circles(&imports), NOTHING);
}

fn example(files: &[(&str, &str)]) -> Vec<String> {
    circles(&imports_of_files(&ModuleGraph::parse(files.iter().copied())))
}

#[test]
fn circles_are_found_in_every_form_of_import() {
    let a = ("a.rs", "use crate::b::B; pub struct A;");
    let forms = [
        "use crate::a::A; pub struct B;",
        "use super::a; pub struct B(a::A);",
        "pub struct B(crate::a::A);",
        "use crate::A; pub struct B;",
        "use crate::{self as root, a::{A as Other}}; pub struct B;",
        "pub struct B; fn f() { println!(\"{}\", crate::a::A) }",
        "pub struct B; macro_rules! a { () => { $crate::a::A } }",
        "pub use crate::a::A; pub struct B(A);",
        "#[schema(with = crate::a::A)] pub struct B;",
    ];
    for form in forms {
        let lib = ("lib.rs", "mod a; mod b; pub use a::A;");
        assert_eq!(example(&[lib, a, ("b.rs", form)]), ["a → b, b → a"], "{form}");
    }
}

#[test]
fn a_circle_through_a_folder_is_found() {
    let parent = ("a/mod.rs", "mod part; pub(crate) struct A; fn f() { part::g() }");
    let found = example(&[("lib.rs", "mod a;"), parent, ("a/part.rs", "use super::A; pub(super) fn g() {}")]);
    assert_eq!(found, ["a → a::part, a::part → a"]);
}

#[test]
fn re_exports_tests_and_visibilities_are_no_imports() {
    let parent = ("a/mod.rs", "mod part; pub(crate) use part::P; #[cfg(test)] mod tests;");
    let part = ("a/part.rs", "pub struct P; #[cfg(test)] mod tests { use crate::b::B; }");
    let tests = ("a/tests.rs", "use crate::b::B;");
    let b = ("b.rs", "use crate::a::P; pub struct B;");
    assert_eq!(example(&[("lib.rs", "mod a; mod b;"), parent, part, tests, b]), NOTHING);
    let visibility = ("a.rs", "macro_rules! a { () => { pub(crate) struct A; } }");
    assert_eq!(example(&[("lib.rs", "mod a; fn f() { a::g() }"), visibility]), NOTHING);
}
