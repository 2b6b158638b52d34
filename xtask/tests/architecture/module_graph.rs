//! Reads which modules of a crate import each other.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, UseTree, Visibility};

/// The path of a module below the root of its crate. The root's path is empty.
pub(crate) type ModulePath = Vec<String>;

/// The modules of a crate. Each module is a file: a module inside a file counts as a part of that file. Modules that
/// are compiled only for tests are left out.
#[derive(Debug, Default)]
pub(crate) struct ModuleGraph {
    modules: BTreeMap<ModulePath, Module>,
}

/// One file of a crate.
#[derive(Debug, Default)]
struct Module {
    /// The names that `use` brings into the module, each with its full path.
    imported: BTreeMap<String, Vec<String>>,
    /// The paths that the module uses, as they are written, without those that it only re-exports.
    used: BTreeSet<Vec<String>>,
}

impl ModuleGraph {
    /// Parses the modules of a crate. Each file is a path below `src/` and a text.
    pub(crate) fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut graph = Self::default();
        let mut only_for_tests = BTreeSet::new();
        for (file, text) in files {
            let path = module_path(file);
            let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
            only_for_tests.extend(test_modules(&syntax, &path));
            let mut module = Module::default();
            module.visit_file(&syntax);
            graph.modules.entry(path).or_default().merge(module);
        }
        graph.modules.retain(|path, _| {
            let mut ancestors = (1..=path.len()).map(|length| &path[..length]);
            !ancestors.any(|ancestor| only_for_tests.contains(ancestor))
        });
        graph
    }

    /// Returns the number of modules.
    pub(crate) fn len(&self) -> usize {
        self.modules.len()
    }

    /// Returns the modules that each module imports.
    pub(crate) fn imports(&self) -> BTreeMap<&ModulePath, BTreeSet<&ModulePath>> {
        let imports_of = |(path, module)| (path, self.imports_of(path, module));
        self.modules.iter().map(imports_of).collect()
    }

    fn imports_of<'a>(&'a self, path: &'a ModulePath, module: &'a Module) -> BTreeSet<&'a ModulePath> {
        let used = module.used.iter().filter_map(|used| self.resolve(path, used, 0));
        used.filter(|imported| *imported != path).collect()
    }

    /// Returns the module that defines what `written` names inside the module `from`. Returns `None` if it is not a
    /// module of this crate.
    fn resolve(&self, from: &ModulePath, written: &[String], depth: usize) -> Option<&ModulePath> {
        let (first, rest) = written.split_first()?;
        // An import that leads to itself does not compile, so a long chain is a name of another crate.
        if depth > 16 {
            return None;
        }
        let (mut module, mut rest) = match first.as_str() {
            "crate" => (Vec::new(), rest),
            "self" => (from.clone(), rest),
            "super" => (from[..from.len().checked_sub(1)?].to_vec(), rest),
            _ if self.names(from, first) => (from.clone(), written),
            _ => return None,
        };
        while let Some((name, more)) = rest.split_first() {
            if name == "super" {
                module.pop()?;
            } else if let Some(target) = self.modules.get(&module)?.imported.get(name) {
                let target = [target, more].concat();
                let target = self.resolve(&module, &target, depth + 1);
                return target.or_else(|| self.own(&module));
            } else {
                module.push(name.clone());
                if !self.modules.contains_key(&module) {
                    module.pop();
                    break;
                }
            }
            rest = more;
        }
        self.own(&module)
    }

    fn own(&self, path: &ModulePath) -> Option<&ModulePath> {
        self.modules.get_key_value(path).map(|(path, _)| path)
    }

    /// Returns true if the name, inside the module, is a child module or an imported name.
    fn names(&self, module: &ModulePath, name: &str) -> bool {
        let child = [module.as_slice(), &[name.to_owned()]].concat();
        let is_imported =
            || self.modules.get(module).is_some_and(|module| module.imported.contains_key(name));
        self.modules.contains_key(&child) || is_imported()
    }
}

impl Module {
    fn merge(&mut self, other: Self) {
        self.imported.extend(other.imported);
        self.used.extend(other.used);
    }

    fn add_use(&mut self, tree: &UseTree, prefix: &[String], is_reexport: bool) {
        match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[path.ident.to_string()]].concat();
                self.add_use(&path.tree, &prefix, is_reexport);
            }
            UseTree::Name(name) => self.add_name(&name.ident.to_string(), None, prefix, is_reexport),
            UseTree::Rename(name) => {
                let alias = name.rename.to_string();
                self.add_name(&name.ident.to_string(), Some(alias), prefix, is_reexport);
            }
            UseTree::Glob(_) if !is_reexport => drop(self.used.insert(prefix.to_vec())),
            UseTree::Glob(_) => {}
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.add_use(tree, prefix, is_reexport));
            }
        }
    }

    fn add_name(&mut self, name: &str, alias: Option<String>, prefix: &[String], is_reexport: bool) {
        let path = if name == "self" { prefix.to_vec() } else { [prefix, &[name.to_owned()]].concat() };
        let alias = alias.unwrap_or_else(|| path.last().unwrap().clone());
        if !is_reexport {
            self.used.insert(path.clone());
        }
        // `use name` of another crate imports a name under itself.
        if path != [alias.clone()] {
            self.imported.insert(alias, path);
        }
    }

    /// Adds the paths in the tokens of a macro or an attribute.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => {
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Ident(ident) => {
                    self.add_path(std::mem::replace(&mut path, vec![ident.to_string()]));
                    colons = 0;
                }
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.add_path(std::mem::take(&mut path));
                    colons = 0;
                }
            }
        }
        self.add_path(path);
    }

    /// Adds a path of tokens. `crate` or `super` alone is a visibility, as in `pub(crate)`, which imports nothing.
    fn add_path(&mut self, path: Vec<String>) {
        if path != ["crate"] && path != ["super"] {
            self.used.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        self.add_use(&item.tree, &[], is_reexport);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.used.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {
        // `pub(super)` imports nothing.
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.add_tokens(invocation.tokens.clone());
        visit::visit_macro(self, invocation);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.add_tokens(list.tokens.clone());
    }
}

/// Returns the path of the module that a file contains.
fn module_path(file: &str) -> ModulePath {
    let file = file.strip_suffix(".rs").unwrap();
    let mut path: ModulePath = file.split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|last| last == "mod") || file == "lib" || file == "main" {
        path.pop();
    }
    path
}

/// Returns the child modules that are compiled only for tests.
fn test_modules(file: &syn::File, path: &ModulePath) -> Vec<ModulePath> {
    let for_tests = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.attrs.iter().any(is_for_tests) => Some(module.ident.to_string()),
        _ => None,
    });
    for_tests.map(|name| [path.as_slice(), &[name]].concat()).collect()
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}
