//! Compares the names of districts and villages as people write them: `IB 1`, `Ilir Barat I`, `ILIR BARAT SATU`.

/// Returns a number that is equal for two spellings of one place; zero where nothing is written.
pub(super) fn key(place: &str) -> u64 {
    let mut sum = 0_u64;
    for word in place
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        sum = abbreviated(word).iter().fold(sum, |sum, part| mixed(sum, part));
    }
    sum
}

/// Spells out what is short for several words, and turns numbers into digits.
fn abbreviated(word: &str) -> [&str; 2] {
    const WORDS: &[(&str, [&str; 2])] = &[
        ("IB", ["ILIR", "BARAT"]),
        ("IT", ["ILIR", "TIMUR"]),
        ("SU", ["SEBERANG", "ULU"]),
        ("AAL", ["ALANG", "LEBAR"]),
        ("KEC", ["", ""]),
        ("KECAMATAN", ["", ""]),
        ("KEL", ["", ""]),
        ("KELURAHAN", ["", ""]),
        ("DESA", ["", ""]),
        ("I", ["1", ""]),
        ("SATU", ["1", ""]),
        ("II", ["2", ""]),
        ("DUA", ["2", ""]),
        ("III", ["3", ""]),
        ("TIGA", ["3", ""]),
        ("IV", ["4", ""]),
        ("EMPAT", ["4", ""]),
        ("V", ["5", ""]),
        ("LIMA", ["5", ""]),
        ("VI", ["6", ""]),
        ("ENAM", ["6", ""]),
        ("TUJUH", ["7", ""]),
        ("DELAPAN", ["8", ""]),
        ("SEMBILAN", ["9", ""]),
        ("SEPULUH", ["10", ""]),
        ("PULUH", ["", ""]),
    ];
    let found = WORDS.iter().find(|(short, _)| short.eq_ignore_ascii_case(word));
    found.map_or([word, ""], |(_, long)| *long)
}

/// FNV-1a over the letters, whatever their case and the spaces between.
fn mixed(sum: u64, part: &str) -> u64 {
    let start = if sum == 0 && !part.is_empty() {
        0xcbf2_9ce4_8422_2325
    } else {
        sum
    };
    let bytes = part.bytes().map(|byte| byte.to_ascii_uppercase());
    bytes.fold(start, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn spellings_of_one_place_are_one() {
        assert_eq!(key("IB 1"), key("ILIR BARAT SATU"));
        assert_eq!(key("Ilir Barat I"), key("Kec. Ilir Barat 1"));
        assert_eq!(key("Tiga Puluh Lima Ilir"), key("35 Ilir"));
        assert_eq!(key("Tiga-puluh-lima Ilir"), key("35 ILIR"));
        assert_ne!(key("Ilir Barat I"), key("Ilir Barat II"));
        assert_ne!(key("Ilir Barat I"), key("Ilir Timur I"));
        assert_eq!((key(""), key(" - ")), (0, 0));
    }
}
