//! Words that are no names (titles, degrees) and names that have more than one form. Upper case, without dots.

/// Titles in front of a name, or anywhere in it.
const TITLES: &[&str] = &[
    "AIPDA",
    "AIPTU",
    "AKBP",
    "ALM",
    "ALMARHUM",
    "ALMARHUMAH",
    "ALMH",
    "BAPAK",
    "BP",
    "BPK",
    "BRIGADIR",
    "BRIPDA",
    "BRIPKA",
    "BRIPTU",
    "DR",
    "DRA",
    "DRG",
    "DRH",
    "DRS",
    "H",
    "HAJAH",
    "HAJI",
    "HAJJAH",
    "HJ",
    "HJH",
    "IBU",
    "IPDA",
    "IPTU",
    "IR",
    "KH",
    "KOMPOL",
    "KOPDA",
    "KOPTU",
    "LETDA",
    "LETKOL",
    "LETTU",
    "NN",
    "NY",
    "NYONYA",
    "PDT",
    "PELDA",
    "PELTU",
    "PROF",
    "SDR",
    "SDRI",
    "SERDA",
    "SERKA",
    "SERMA",
    "SERTU",
    "TGK",
    "TN",
    "TUAN",
    "UST",
    "USTAD",
    "USTADZ",
    "USTADZAH",
    "USTAZ",
    "USTZ",
];

/// Degrees behind a name, dots removed.
const DEGREES: &[&str] = &[
    "AK", "AMA", "AMAK", "AMD", "AMDAK", "AMDFARM", "AMDKEB", "AMDKEP", "AMDKES", "AMDKG", "AMDKOM", "AMDPD", "AMF",
    "AMG", "AMK", "AMKEB", "AMKG", "AMKL", "AMP", "APT", "BA", "BAC", "BBA", "BE", "BSC", "CA", "CPA", "DEA", "LC",
    "LLM", "MA", "MAB", "MADM", "MAG", "MAK", "MAP", "MARS", "MBA", "MCS", "MDS", "MED", "MEI", "MENG", "MESI", "MESY",
    "MFARM", "MH", "MHI", "MHUM", "MIKOM", "MIP", "MKEB", "MKEP", "MKES", "MKM", "MKN", "MKOM", "MM", "MMA", "MMPD",
    "MMSI", "MP", "MPA", "MPD", "MPDI", "MPH", "MPSI", "MS", "MSA", "MSC", "MSE", "MSI", "MSN", "MSOS", "MSP", "MT",
    "MTI", "MTP", "NERS", "NS", "PHD", "SAB", "SAG", "SAK", "SAN", "SAP", "SAR", "SDS", "SE", "SEI", "SESY", "SFARM",
    "SFIL", "SGZ", "SH", "SHI", "SHUM", "SHUT", "SI", "SIK", "SIKOM", "SIP", "SIQ", "SKEB", "SKED", "SKEP", "SKES",
    "SKG", "SKH", "SKM", "SKOM", "SKP", "SKPM", "SM", "SMN", "SOR", "SP", "SPA", "SPAN", "SPB", "SPD", "SPDAUD",
    "SPDH", "SPDI", "SPDK", "SPDSD", "SPI", "SPJP", "SPKJ", "SPKK", "SPM", "SPOG", "SPOT", "SPPD", "SPPK", "SPRAD",
    "SPSI", "SPT", "SPTHT", "SPU", "SS", "SSI", "SSN", "SSOS", "SSOSI", "SST", "SSTFT", "SSTP", "ST", "STH", "STHI",
    "STI", "STP", "STR", "STRAK", "STRFT", "STRGZ", "STRKEB", "STRKEP", "STRKES", "STRKOM", "STRT", "STRTRA", "SY",
    "THI",
];

/// Words that lead to the father's name.
const PATRONYMICS: &[&str] = &["BIN", "BINTE", "BINTI", "BT", "BTE", "BTI", "BTN"];

/// Words that a noble family or custom puts in front of many names, so that one more or less says nothing.
const GENERIC: &[&str] = &[
    "GUSTI", "KEMAS", "KIAGUS", "MASAGUS", "MASAYU", "MUHAMMAD", "NYAYU", "NYIMAS", "RADEN", "TEUKU",
];

/// Abbreviations and forms that no rule of spelling leads to, and the word each stands for; sorted.
const ALIASES: &[(&str, &str)] = &[
    ("ABD", "ABDUL"),
    ("ABDL", "ABDUL"),
    ("ABDOEL", "ABDUL"),
    ("ABDUN", "ABDUL"),
    ("ABDUR", "ABDUL"),
    ("ABDUS", "ABDUL"),
    ("ABDUT", "ABDUL"),
    ("ABDUZ", "ABDUL"),
    ("ABDZ", "ABDUL"),
    ("ACH", "AHMAD"),
    ("ACHM", "AHMAD"),
    ("AHM", "AHMAD"),
    ("AHMD", "AHMAD"),
    ("AHMED", "AHMAD"),
    ("AKH", "AHMAD"),
    ("AMAD", "AHMAD"),
    ("DENY", "DENI"),
    ("GST", "GUSTI"),
    ("IBRHM", "IBRAHIM"),
    ("KEMS", "KEMAS"),
    ("KGS", "KIAGUS"),
    ("KHODIJAH", "KHADIJAH"),
    ("KMS", "KEMAS"),
    ("KOMARUDDIN", "KAMARUDIN"),
    ("KOMARUDIN", "KAMARUDIN"),
    ("MASY", "MASAYU"),
    ("MD", "MUHAMMAD"),
    ("MGS", "MASAGUS"),
    ("MHD", "MUHAMMAD"),
    ("MHMD", "MUHAMMAD"),
    ("MOCH", "MUHAMMAD"),
    ("MOCHAMAD", "MUHAMMAD"),
    ("MOCHAMMAD", "MUHAMMAD"),
    ("MOCHD", "MUHAMMAD"),
    ("MOH", "MUHAMMAD"),
    ("MOHAMED", "MUHAMMAD"),
    ("MOHAMMED", "MUHAMMAD"),
    ("MOHD", "MUHAMMAD"),
    ("MSY", "MASAYU"),
    ("MUCH", "MUHAMMAD"),
    ("MUCHTAR", "MUKHTAR"),
    ("MUH", "MUHAMMAD"),
    ("MUHAMED", "MUHAMMAD"),
    ("MUHAMMED", "MUHAMMAD"),
    ("MUHD", "MUHAMMAD"),
    ("MUHM", "MUHAMMAD"),
    ("MUHMD", "MUHAMMAD"),
    ("NOER", "NUR"),
    ("NOOR", "NUR"),
    ("NR", "NUR"),
    ("NUER", "NUR"),
    ("NYA", "NYAYU"),
    ("NYM", "NYIMAS"),
    ("NYS", "NYIMAS"),
    ("NYY", "NYAYU"),
    ("PTR", "PUTRA"),
    ("RAHMAD", "RAHMAT"),
    ("RD", "RADEN"),
    ("RDN", "RADEN"),
    ("ROCHMAN", "RAHMAN"),
    ("ROCHMAT", "RAHMAT"),
    ("ROHMAD", "RAHMAT"),
    ("ROHMAN", "RAHMAN"),
    ("ROHMAT", "RAHMAT"),
    ("SHALEH", "SALEH"),
    ("SHOLEH", "SALEH"),
    ("SOLEH", "SALEH"),
    ("ST", "SITI"),
    ("STI", "SITI"),
    ("SYECH", "SYEKH"),
    ("TEKU", "TEUKU"),
    ("TKU", "TEUKU"),
    ("YOHANNES", "YOHANES"),
];

/// For every length, which letters words of a table start and end with: nearly all words of names are turned away here.
type Ends = [[u32; 2]; 16];

const fn with_ends_of(mut ends: Ends, word: &[u8]) -> Ends {
    ends[word.len()][0] |= 1 << (word[0] & 31);
    ends[word.len()][1] |= 1 << (word[word.len() - 1] & 31);
    ends
}

const fn ends(words: &[&str]) -> Ends {
    let (mut found, mut at) = ([[0; 2]; 16], 0);
    while at < words.len() {
        found = with_ends_of(found, words[at].as_bytes());
        at += 1;
    }
    found
}

static TITLE_ENDS: Ends = ends(TITLES);
static DEGREE_ENDS: Ends = ends(DEGREES);
static PATRONYMIC_ENDS: Ends = ends(PATRONYMICS);
static GENERIC_ENDS: Ends = ends(GENERIC);
static ALIAS_ENDS: Ends = {
    let (mut found, mut at) = ([[0; 2]; 16], 0);
    while at < ALIASES.len() {
        found = with_ends_of(found, ALIASES[at].0.as_bytes());
        at += 1;
    }
    found
};

fn may_hold(ends: &Ends, word: &[u8]) -> bool {
    let (Some(first), Some(last)) = (word.first(), word.last()) else {
        return false;
    };
    let of_length = ends.get(word.len());
    of_length.is_some_and(|[firsts, lasts]| firsts >> (first & 31) & lasts >> (last & 31) & 1 == 1)
}

fn holds(table: &[&str], ends: &Ends, word: &[u8]) -> bool {
    may_hold(ends, word) && table.binary_search_by(|entry| entry.as_bytes().cmp(word)).is_ok()
}

pub(super) fn is_title(word: &[u8]) -> bool {
    holds(TITLES, &TITLE_ENDS, word)
}

pub(super) fn is_degree(word: &[u8]) -> bool {
    holds(DEGREES, &DEGREE_ENDS, word)
}

pub(super) fn is_patronymic(word: &[u8]) -> bool {
    holds(PATRONYMICS, &PATRONYMIC_ENDS, word)
}

pub(super) fn is_generic(word: &[u8]) -> bool {
    holds(GENERIC, &GENERIC_ENDS, word)
}

/// Returns the word that an abbreviation or an odd form stands for.
pub(super) fn canonical(word: &[u8]) -> Option<&'static str> {
    if !may_hold(&ALIAS_ENDS, word) {
        return None;
    }
    let at = ALIASES.binary_search_by(|alias| alias.0.as_bytes().cmp(word)).ok()?;
    Some(ALIASES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_are_searched_are_sorted() {
        assert!(TITLES.is_sorted() && DEGREES.is_sorted() && PATRONYMICS.is_sorted() && GENERIC.is_sorted());
        assert!(ALIASES.windows(2).all(|pair| pair[0].0 < pair[1].0), "{:?}", {
            ALIASES.windows(2).find(|pair| pair[0].0 >= pair[1].0)
        });
    }
}
