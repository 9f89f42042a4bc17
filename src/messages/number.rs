//! Numbers as a language writes them, and the words that count with them.

use super::Lang;

/// Groups thousands: `1.234` in Indonesian, `1,234` in English.
pub fn grouped(lang: Lang, number: u64) -> String {
    let separator = lang.pick('.', ',');
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Counts things: English has a plural, Indonesian has none.
pub fn counted(lang: Lang, number: u64, id: &str, en_one: &str, en_many: &str) -> String {
    let word = match (lang, number) {
        (Lang::Id, _) => id,
        (Lang::En, 1) => en_one,
        (Lang::En, _) => en_many,
    };
    format!("{} {word}", grouped(lang, number))
}

/// Counts cards.
pub fn cards(lang: Lang, number: u64) -> String {
    counted(lang, number, "keping", "card", "cards")
}

/// Counts applications.
pub fn applications(lang: Lang, number: u64) -> String {
    counted(lang, number, "permohonan", "application", "applications")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_as_the_language_does() {
        assert_eq!(grouped(Lang::Id, 1_234_567), "1.234.567");
        assert_eq!(grouped(Lang::En, 1_234_567), "1,234,567");
        assert_eq!(grouped(Lang::En, 999), "999");
        assert_eq!(cards(Lang::En, 1), "1 card");
        assert_eq!(cards(Lang::Id, 1500), "1.500 keping");
    }
}
