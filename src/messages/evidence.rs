//! The words of evidence: why an entry is proposed for a registration.

use super::Lang;
use crate::domain::near_match::Evidence;

/// Says what speaks for an entry, or what a person should know beside it.
pub fn words(lang: Lang, evidence: Evidence) -> &'static str {
    match lang {
        Lang::En => words_en(evidence),
        Lang::Id => words_id(evidence),
    }
}

fn words_en(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::SameNumber => "same NIK",
        Evidence::NikAndCardSwapped => "NIK and KK number stand in each other's place",
        Evidence::NikInCardCell => "the NIK stands in the cell of the KK number",
        Evidence::CardInNikCell => "the KK number stands in the cell of the NIK",
        Evidence::LettersForDigits => "letters for digits (O, I, l)",
        Evidence::LastDigitLost => "the last digit became 0",
        Evidence::OneDigitWrong => "one digit differs",
        Evidence::NeighboursSwapped => "two neighbouring digits swapped",
        Evidence::DigitsSwapped => "two digits swapped",
        Evidence::DigitMissing => "one digit missing",
        Evidence::DigitDoubled => "one digit doubled",
        Evidence::DigitAdded => "one digit too many",
        Evidence::DigitsShifted => "one digit left out and another put in",
        Evidence::DateOrder => "day, month and year in another order",
        Evidence::WomansForty => "the 40 of women's birth days forgotten or added",
        Evidence::OtherYear => "only the year of birth differs",
        Evidence::OtherDistrictCode => "only the region code differs",
        Evidence::OtherSerial => "only the serial differs",
        Evidence::NextSerial => "the serial is the next one (a slip, or a twin)",
        Evidence::OtherBirthDate => "only the birth date differs",
        Evidence::TwoDigitsWrong => "two digits differ",
        Evidence::DigitsMissing => "several digits missing",
        Evidence::DigitsAdded => "several digits too many",
        Evidence::SurvivingDigits => "the digits that a spreadsheet left fit",
        Evidence::NikBlank => "no NIK given",
        Evidence::NikUnusable => "what stands as NIK is none",
        Evidence::OtherNik => "another NIK given, perhaps a relative's",
        Evidence::SameFamilyCard => "same family card",
        Evidence::FamilyCardMistyped => "family card number with one slip",
        Evidence::FamilyCardUnknown => "no family card number to compare",
        Evidence::OtherFamilyCard => "another family card",
        Evidence::SameVillage => "same village",
        Evidence::OtherVillage => "another village",
        Evidence::OtherDistrict => "another district",
        Evidence::SameName => "same name",
        Evidence::NameSpelledOtherwise => "name written differently",
        Evidence::NameShortened => "name shortened",
        Evidence::NameMistyped => "a slip in the name",
    }
}

fn words_id(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::SameNumber => "NIK sama",
        Evidence::NikAndCardSwapped => "NIK dan nomor KK tertukar tempat",
        Evidence::NikInCardCell => "NIK ditulis di isian nomor KK",
        Evidence::CardInNikCell => "nomor KK ditulis di isian NIK",
        Evidence::LettersForDigits => "huruf menggantikan angka (O, I, l)",
        Evidence::LastDigitLost => "angka terakhir menjadi 0",
        Evidence::OneDigitWrong => "satu angka berbeda",
        Evidence::NeighboursSwapped => "dua angka bersebelahan tertukar",
        Evidence::DigitsSwapped => "dua angka tertukar",
        Evidence::DigitMissing => "satu angka kurang",
        Evidence::DigitDoubled => "satu angka tertulis dua kali",
        Evidence::DigitAdded => "satu angka lebih",
        Evidence::DigitsShifted => "satu angka terlewat dan satu angka tersisip",
        Evidence::DateOrder => "urutan hari, bulan, tahun berbeda",
        Evidence::WomansForty => "angka 40 pada tanggal lahir perempuan terlupa atau ditambahkan",
        Evidence::OtherYear => "hanya tahun lahir yang berbeda",
        Evidence::OtherDistrictCode => "hanya kode wilayah yang berbeda",
        Evidence::OtherSerial => "hanya nomor urut yang berbeda",
        Evidence::NextSerial => "nomor urutnya bersebelahan (salah ketik, atau kembar)",
        Evidence::OtherBirthDate => "hanya tanggal lahir yang berbeda",
        Evidence::TwoDigitsWrong => "dua angka berbeda",
        Evidence::DigitsMissing => "beberapa angka kurang",
        Evidence::DigitsAdded => "beberapa angka lebih",
        Evidence::SurvivingDigits => "angka yang tersisa dari Excel cocok",
        Evidence::NikBlank => "NIK tidak diisi",
        Evidence::NikUnusable => "isian NIK-nya bukan NIK",
        Evidence::OtherNik => "NIK lain yang diisi, mungkin milik keluarga",
        Evidence::SameFamilyCard => "KK sama",
        Evidence::FamilyCardMistyped => "nomor KK dengan satu salah ketik",
        Evidence::FamilyCardUnknown => "tidak ada nomor KK untuk dibandingkan",
        Evidence::OtherFamilyCard => "KK berbeda",
        Evidence::SameVillage => "kelurahan sama",
        Evidence::OtherVillage => "kelurahan berbeda",
        Evidence::OtherDistrict => "kecamatan berbeda",
        Evidence::SameName => "nama sama",
        Evidence::NameSpelledOtherwise => "nama ditulis berbeda",
        Evidence::NameShortened => "nama disingkat",
        Evidence::NameMistyped => "salah ketik pada nama",
    }
}
