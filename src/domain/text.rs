//! Short texts without a box of their own: names, places, reasons, numbers as written.
//!
//! A night reads some ten texts for each of a million people, and nearly all of them are shorter than this type; a
//! `String` each would cost more than judging the person does.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// Up to so many bytes lie in the value itself.
const SHORT_BYTES: usize = 22;

/// A text that does not change; at most 22 bytes of UTF-8 cost no allocation.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Form);

/// Texts that fit are always short, and what is behind their end is zero: so equal texts have equal forms.
#[derive(Clone, PartialEq, Eq)]
enum Form {
    Short { length: u8, bytes: [u8; SHORT_BYTES] },
    Long(Box<str>),
}

impl Text {
    /// Returns the text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // It was made from a `str`, so it is one.
            Form::Short { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Form::Long(text) => text,
        }
    }

    /// Returns the text's bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Form::Long(text) => text.as_bytes(),
        }
    }

    /// Tells whether there is no text.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    fn short(text: &str) -> Option<Self> {
        let mut bytes = [0; SHORT_BYTES];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).ok()?;
        Some(Self(Form::Short { length, bytes }))
    }
}

impl From<&str> for Text {
    #[inline]
    fn from(text: &str) -> Self {
        Self::short(text).unwrap_or_else(|| Self(Form::Long(text.into())))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::short(&text).unwrap_or_else(|| Self(Form::Long(text.into_boxed_str())))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        match text.0 {
            Form::Short { .. } => text.as_str().to_owned(),
            Form::Long(text) => text.into(),
        }
    }
}

impl From<&Text> for String {
    fn from(text: &Text) -> Self {
        text.as_str().to_owned()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Form::Short {
            length: 0,
            bytes: [0; SHORT_BYTES],
        })
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_text_comes_back_whatever_its_length() {
        for length in 0..60 {
            for letter in ["a", "é", "字"] {
                let text = letter.repeat(length);
                assert_eq!(Text::from(text.as_str()).as_str(), text);
                assert_eq!(Text::from(text.clone()), Text::from(text.as_str()));
                assert_eq!(String::from(Text::from(Cow::Owned(text.clone()))), text);
                assert_eq!(Text::from(text.as_str()).is_empty(), text.is_empty());
            }
        }
        assert_eq!(Text::default(), Text::from(""));
    }

    #[test]
    fn it_sorts_and_hashes_like_the_text_itself() {
        let texts = [
            "",
            "A",
            "B",
            "ILIR BARAT I",
            "ILIR BARAT II",
            "Pindah datang dari kabupaten lain",
            "é",
        ];
        let sorted: Vec<Text> = texts.iter().map(|text| Text::from(*text)).collect();
        assert!(sorted.is_sorted());
        let set: HashSet<Text> = sorted.into_iter().collect();
        assert!(texts.iter().all(|text| set.contains(*text)));
    }

    #[test]
    fn it_costs_no_more_room_than_a_string() {
        assert_eq!(size_of::<Text>(), size_of::<String>());
        assert_eq!(size_of::<Option<Text>>(), size_of::<String>());
    }
}
