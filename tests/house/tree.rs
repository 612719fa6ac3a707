//! The modules of a source tree, and the file in which the item behind a path is defined.
//!
//! Names are looked up as the compiler does it: from the module in which a path stands, through `use` and
//! `pub use`, globs included. Code for tests is left out. What a macro makes is taken as defined where it is called.

use std::collections::{BTreeMap, BTreeSet};

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};

/// Every file that the program is made of, parsed, and the names that its modules hold.
pub(crate) struct Tree {
    /// Parsed files by path, without the code for tests.
    pub(crate) files: BTreeMap<String, syn::File>,
    modules: Vec<Module>,
}

struct Module {
    file: String,
    parent: Option<usize>,
    names: BTreeMap<String, Vec<Target>>,
    globs: Vec<Vec<String>>,
}

/// The `use` paths that are being followed, each with its module.
type Seen = BTreeSet<(usize, Vec<String>)>;

enum Target {
    Item,
    Module(usize),
    Alias(Vec<String>),
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// An item, defined in this file.
    Item(String),
    /// A module, by its number.
    Module(usize),
}

impl Tree {
    /// Reads the tree below `root`, a path such as `src/lib.rs`, out of `sources`: texts by path.
    pub(crate) fn read(root: &str, sources: &BTreeMap<String, String>) -> Tree {
        let mut tree = Tree { files: BTreeMap::new(), modules: Vec::new() };
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        tree.read_file(root, &folder, None, sources);
        tree
    }

    /// Reads the binary at `path`, which uses the library by its name.
    pub(crate) fn read_binary(&mut self, path: &str, sources: &BTreeMap<String, String>) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        self.read_file(path, &folder, None, sources);
    }

    fn read_file(
        &mut self,
        path: &str,
        folder: &str,
        parent: Option<usize>,
        sources: &BTreeMap<String, String>,
    ) -> usize {
        let text = sources.get(path).unwrap_or_else(|| panic!("{path} is declared as a module and does not exist"));
        let mut file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path} cannot be parsed: {error}"));
        WithoutTests.visit_file_mut(&mut file);
        let number = self.read_module(path, folder, parent, &file.items, sources);
        self.files.insert(path.to_owned(), file);
        number
    }

    fn read_module(
        &mut self,
        path: &str,
        folder: &str,
        parent: Option<usize>,
        items: &[syn::Item],
        sources: &BTreeMap<String, String>,
    ) -> usize {
        let number = self.modules.len();
        self.modules.push(Module { file: path.to_owned(), parent, names: BTreeMap::new(), globs: Vec::new() });
        for item in items {
            if let syn::Item::Mod(module) = item {
                let name = module.ident.to_string();
                let inside = format!("{folder}/{name}");
                let child = match &module.content {
                    Some((_, items)) => self.read_module(path, &inside, Some(number), items, sources),
                    None => {
                        let flat = format!("{inside}.rs");
                        let file = if sources.contains_key(&flat) { flat } else { format!("{inside}/mod.rs") };
                        self.read_file(&file, &inside, Some(number), sources)
                    }
                };
                self.hold(number, name, Target::Module(child));
            } else if let Some(name) = name_of(item) {
                self.hold(number, name, Target::Item);
            }
        }
        let mut uses = Uses::default();
        items.iter().for_each(|item| uses.take(item));
        for leaf in uses.leaves {
            match leaf.name {
                Some(name) if name != "_" => self.hold(number, name, Target::Alias(leaf.path)),
                Some(_) => {}
                None => self.modules[number].globs.push(leaf.path),
            }
        }
        number
    }

    fn hold(&mut self, module: usize, name: String, target: Target) {
        self.modules[module].names.entry(name).or_default().push(target);
    }

    /// Returns the number of the module that is the file at `path`.
    pub(crate) fn module_of_file(&self, path: &str) -> usize {
        self.modules.iter().position(|module| module.file == path).expect("a file of the tree")
    }

    /// Returns the module `name` that is declared in `module`.
    pub(crate) fn child(&self, module: usize, name: &str) -> Option<usize> {
        self.modules[module].names.get(name)?.iter().find_map(|target| match target {
            Target::Module(child) => Some(*child),
            Target::Item | Target::Alias(_) => None,
        })
    }

    /// Returns what `path` leads to from `module`: nothing for a path into another crate, several places for a
    /// name that is both a module and a function.
    pub(crate) fn resolve(&self, module: usize, path: &[String]) -> BTreeSet<Place> {
        self.follow(module, path, &mut BTreeSet::new())
    }

    fn follow(&self, module: usize, path: &[String], seen: &mut Seen) -> BTreeSet<Place> {
        let Some((first, rest)) = path.split_first() else { return BTreeSet::new() };
        let mut places = match first.as_str() {
            "crate" | "finvault" => BTreeSet::from([Place::Module(0)]),
            "self" => BTreeSet::from([Place::Module(module)]),
            "super" => self.modules[module].parent.map(Place::Module).into_iter().collect(),
            name => self.look_up(module, name, seen),
        };
        for name in rest {
            places = places.into_iter().flat_map(|place| self.step(place, name, seen)).collect();
        }
        places
    }

    /// Goes from a place to `name` inside it. What lies inside an item belongs to the item.
    fn step(&self, place: Place, name: &str, seen: &mut Seen) -> BTreeSet<Place> {
        let Place::Module(module) = place else { return BTreeSet::from([place]) };
        match name {
            "self" => return BTreeSet::from([place]),
            "super" => return self.modules[module].parent.map(Place::Module).into_iter().collect(),
            _ => {}
        }
        let found = self.look_up(module, name, seen);
        if found.is_empty() { BTreeSet::from([Place::Item(self.modules[module].file.clone())]) } else { found }
    }

    fn look_up(&self, module: usize, name: &str, seen: &mut Seen) -> BTreeSet<Place> {
        let mut places = BTreeSet::new();
        for target in self.modules[module].names.get(name).into_iter().flatten() {
            match target {
                Target::Item => drop(places.insert(Place::Item(self.modules[module].file.clone()))),
                Target::Module(child) => drop(places.insert(Place::Module(*child))),
                Target::Alias(path) => places.append(&mut self.follow_once(module, path, seen)),
            }
        }
        if places.is_empty() {
            for glob in &self.modules[module].globs {
                for place in self.follow_once(module, glob, seen) {
                    if let Place::Module(other) = place {
                        places.append(&mut self.look_up(other, name, seen));
                    }
                }
            }
        }
        places
    }

    /// Follows the path of a `use`, unless that is being done: `use csv::csv` leads back to itself, and so
    /// names another crate.
    fn follow_once(&self, module: usize, path: &[String], seen: &mut Seen) -> BTreeSet<Place> {
        let this = (module, path.to_vec());
        if !seen.insert(this.clone()) {
            return BTreeSet::new();
        }
        let places = self.follow(module, path, seen);
        seen.remove(&this);
        places
    }
}

/// One name that a `use` brings in: `None` for a glob.
pub(crate) struct Leaf {
    pub(crate) name: Option<String>,
    pub(crate) path: Vec<String>,
}

/// The leaves of the `use` items of a module, those in the bodies of its functions included.
#[derive(Default)]
struct Uses {
    leaves: Vec<Leaf>,
}

impl Uses {
    fn take(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Use(item) => self.leaves.extend(leaves(&item.tree)),
            syn::Item::Mod(_) => {}
            other => syn::visit::visit_item(self, other),
        }
    }
}

impl<'ast> syn::visit::Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.leaves.extend(leaves(&item.tree));
    }
}

/// Returns every name that a `use` tree brings in, with its whole path.
pub(crate) fn leaves(tree: &syn::UseTree) -> Vec<Leaf> {
    fn walk(tree: &syn::UseTree, before: &[String], out: &mut Vec<Leaf>) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => walk(&path.tree, &with(&path.ident), out),
            syn::UseTree::Name(name) if name.ident == "self" => {
                out.push(Leaf { name: before.last().cloned(), path: before.to_vec() });
            }
            syn::UseTree::Name(name) => out.push(Leaf { name: Some(name.ident.to_string()), path: with(&name.ident) }),
            syn::UseTree::Rename(name) => {
                let path = if name.ident == "self" { before.to_vec() } else { with(&name.ident) };
                out.push(Leaf { name: Some(name.rename.to_string()), path });
            }
            syn::UseTree::Glob(_) => out.push(Leaf { name: None, path: before.to_vec() }),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, before, out)),
        }
    }
    let mut out = Vec::new();
    walk(tree, &[], &mut out);
    out
}

fn name_of(item: &syn::Item) -> Option<String> {
    let ident = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Takes everything out of a file that only tests are built with.
struct WithoutTests;

impl VisitMut for WithoutTests {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        file.items.retain(|item| !is_for_tests(attributes_of(item)));
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(|item| !is_for_tests(attributes_of(item)));
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        block.items.retain(|item| match item {
            syn::ImplItem::Fn(function) => !is_for_tests(&function.attrs),
            syn::ImplItem::Const(constant) => !is_for_tests(&constant.attrs),
            _ => true,
        });
        visit_mut::visit_item_impl_mut(self, block);
    }
}

fn attributes_of(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an item is only there in tests: `cfg(test)`, or `cfg(all(test, …))`.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    fn needs_test(meta: &syn::Meta) -> bool {
        match meta {
            syn::Meta::Path(path) => path.is_ident("test"),
            syn::Meta::List(list) if list.path.is_ident("all") => list
                .parse_args_with(Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated)
                .is_ok_and(|all| all.iter().any(needs_test)),
            _ => false,
        }
    }
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Meta>().is_ok_and(|meta| needs_test(&meta))
    })
}
