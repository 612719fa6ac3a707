//! The text of a row, in two words of memory: a large file has a million rows with several texts each.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// A text of a file: borrowed from it where it stands there as it is, else owned. What the file does not say is empty.
#[derive(Clone)]
pub struct FileText<'a>(Kept<'a>);

#[derive(Clone)]
enum Kept<'a> {
    Borrowed(&'a str),
    /// In a box of its own: a pointer with a length leaves no room for telling the two apart.
    Owned(Box<Box<str>>),
}

impl FileText<'_> {
    /// Returns the text, if there is any.
    pub fn or_none(&self) -> Option<&str> {
        Some(&**self).filter(|text| !text.is_empty())
    }
}

impl Deref for FileText<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Kept::Borrowed(text) => text,
            Kept::Owned(text) => text,
        }
    }
}

impl Default for FileText<'_> {
    fn default() -> Self {
        FileText(Kept::Borrowed(""))
    }
}

impl fmt::Debug for FileText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<'a> From<&'a str> for FileText<'a> {
    fn from(text: &'a str) -> Self {
        FileText(Kept::Borrowed(text))
    }
}

impl From<String> for FileText<'_> {
    fn from(text: String) -> Self {
        FileText(Kept::Owned(Box::new(text.into_boxed_str())))
    }
}

impl<'a> From<Cow<'a, str>> for FileText<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl<'a> From<Option<Cow<'a, str>>> for FileText<'a> {
    fn from(text: Option<Cow<'a, str>>) -> Self {
        text.map_or_else(FileText::default, FileText::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_two_words_long() {
        assert_eq!(size_of::<FileText<'_>>(), 2 * size_of::<usize>());
    }

    #[test]
    fn is_the_text_that_it_was_made_from() {
        let file = "TEA &amp; CAKE";
        assert!(std::ptr::eq(&raw const *FileText::from(Cow::Borrowed(file)), file));
        assert_eq!(&*FileText::from(Some(Cow::Owned("TEA & CAKE".to_owned()))), "TEA & CAKE");
        assert_eq!(FileText::from("TEA").or_none(), Some("TEA"));
        let nothing = [FileText::default(), FileText::from(None), FileText::from(String::new())];
        assert!(nothing.iter().all(|text| text.or_none().is_none()));
    }
}
