//! Which file uses which, and whether they go round in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::{Place, Tree};
use crate::words::Words;

/// For each file the files that define something it uses.
#[derive(Default)]
pub(crate) struct Arrows {
    to: BTreeMap<String, BTreeSet<String>>,
}

impl Arrows {
    /// Reads the arrows of a tree. `mod child;` is none, `pub use child::Item` is one: the parent knows the child's item.
    pub(crate) fn of(tree: &Tree) -> Arrows {
        let mut arrows = Arrows::default();
        for path in tree.files.keys() {
            for named in Words::of(tree, path).paths {
                for place in tree.resolve(named.module, &named.path) {
                    match place {
                        Place::Item(file) if file != *path => arrows.add(path, &file),
                        Place::Item(_) | Place::Module(_) => {}
                    }
                }
            }
        }
        arrows
    }

    pub(crate) fn add(&mut self, from: &str, to: &str) {
        self.to.entry(from.to_owned()).or_default().insert(to.to_owned());
    }

    pub(crate) fn remove(&mut self, from: &str, to: &str) {
        if let Some(files) = self.to.get_mut(from) {
            files.remove(to);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.to.iter().flat_map(|(from, files)| files.iter().map(move |to| (from.as_str(), to.as_str())))
    }

    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut left = vec![from];
        while let Some(file) = left.pop() {
            for to in self.to.get(file).into_iter().flatten() {
                if reached.insert(to.as_str()) {
                    left.push(to);
                }
            }
        }
        reached
    }

    /// Returns the arrows of every circle: for each group of files that reach each other, those between them.
    pub(crate) fn circles(&self) -> Vec<Vec<(&str, &str)>> {
        let reachable: BTreeMap<&str, BTreeSet<&str>> =
            self.to.keys().map(|file| (file.as_str(), self.reachable(file))).collect();
        let in_one_circle = |a: &str, b: &str| {
            let reaches = |from: &str, to: &str| reachable.get(from).is_some_and(|files| files.contains(to));
            reaches(a, b) && reaches(b, a)
        };
        let mut circles: Vec<Vec<(&str, &str)>> = Vec::new();
        for (from, to) in self.iter().filter(|(from, to)| in_one_circle(from, to)) {
            match circles.iter_mut().find(|circle| in_one_circle(circle[0].0, from)) {
                Some(circle) => circle.push((from, to)),
                None => circles.push(vec![(from, to)]),
            }
        }
        circles
    }
}
