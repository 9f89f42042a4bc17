//! Short texts without a box of their own: names, places, reasons, numbers as written.
//!
//! A night reads some ten texts for each of a million people, and nearly all of them are shorter than this type; a
//! `String` each would cost more than judging the person does.

/// A text that does not change; at most 23 bytes of UTF-8 cost no allocation, and no copy costs one.
pub type Text = smol_str::SmolStr;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_costs_no_more_room_than_a_string() {
        assert_eq!(size_of::<Text>(), size_of::<String>());
        assert_eq!(size_of::<Option<Text>>(), size_of::<String>());
    }
}
