//! What a file says in its code: the paths it names, the macros it calls, the sentences it holds.
//!
//! The tokens inside macros and attributes are read too. Comments and documentation are not code.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::tree::{self, Tree};

/// What one file names, in the order in which it stands there.
#[derive(Default)]
pub(crate) struct Words {
    /// Paths as written.
    pub(crate) paths: Vec<Named>,
    /// Names of the macros that are called.
    pub(crate) macros: Vec<String>,
    /// String literals.
    pub(crate) texts: Vec<String>,
}

/// A path, with the module in which it stands.
pub(crate) struct Named {
    pub(crate) module: usize,
    pub(crate) path: Vec<String>,
}

impl Words {
    /// Reads what the file at `path` names.
    pub(crate) fn of(tree: &Tree, path: &str) -> Words {
        let mut reader = Reader { tree, module: tree.module_of_file(path), words: Words::default() };
        reader.visit_file(&tree.files[path]);
        reader.words
    }
}

struct Reader<'t> {
    tree: &'t Tree,
    module: usize,
    words: Words,
}

impl Reader<'_> {
    fn name(&mut self, path: Vec<String>) {
        self.words.paths.push(Named { module: self.module, path });
    }

    /// Reads `a::b` paths, calls of macros and literals out of tokens that are not parsed.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut joined = false;
        let mut after_dot = false;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if !joined {
                        self.end_of(&mut path);
                    }
                    if !after_dot {
                        path.push(ident.to_string());
                    }
                    (joined, after_dot, colons) = (false, false, 0);
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    joined = colons == 2;
                }
                TokenTree::Punct(punct) => {
                    if punct.as_char() == '!' && punct.spacing() == Spacing::Alone && path.len() == 1 {
                        self.words.macros.push(path[0].clone());
                    }
                    self.end_of(&mut path);
                    (joined, after_dot, colons) = (false, punct.as_char() == '.', 0);
                }
                TokenTree::Group(group) => {
                    self.end_of(&mut path);
                    (joined, after_dot, colons) = (false, false, 0);
                    self.tokens(group.stream());
                }
                TokenTree::Literal(literal) => {
                    self.end_of(&mut path);
                    (joined, after_dot, colons) = (false, false, 0);
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.words.texts.push(text.value());
                    }
                }
            }
        }
        self.end_of(&mut path);
    }

    fn end_of(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.name(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let Some((_, items)) = &module.content else { return };
        let Some(inner) = self.tree.child(self.module, &module.ident.to_string()) else { return };
        let outer = std::mem::replace(&mut self.module, inner);
        items.iter().for_each(|item| self.visit_item(item));
        self.module = outer;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for leaf in tree::leaves(&item.tree) {
            self.name(leaf.path);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.name(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.segments.last() {
            self.words.macros.push(name.ident.to_string());
        }
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        match &attribute.meta {
            syn::Meta::List(list) if attribute.path().is_ident("serde") => {
                // serde takes paths as texts: `with = "list"`.
                let texts = self.words.texts.len();
                self.tokens(list.tokens.clone());
                for text in self.words.texts.split_off(texts) {
                    self.name(text.split("::").map(str::to_owned).collect());
                }
            }
            syn::Meta::List(list) => self.tokens(list.tokens.clone()),
            syn::Meta::NameValue(pair) if !attribute.path().is_ident("doc") => self.visit_expr(&pair.value),
            _ => {}
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.words.texts.push(text.value());
    }
}
