//! The words that names, places and answers are made of.
//!
//! Family names are divided between groups of people. Two names of different groups are never one person's, so that the
//! truth can say who resembles whom without comparing everybody with everybody.

/// Given names.
pub const GIVEN: [&str; 48] = [
    "ADITYA",
    "AGUNG",
    "AISYAH",
    "ALDI",
    "AMELIA",
    "ANDIKA",
    "ARDIANSYAH",
    "ARIF",
    "BAMBANG",
    "BELLA",
    "BUDI",
    "CAHYA",
    "CITRA",
    "DARMAWAN",
    "DEWI",
    "DIMAS",
    "DINA",
    "ENDANG",
    "FAJAR",
    "FATIMAH",
    "FERDI",
    "GALIH",
    "HAFIZ",
    "HESTI",
    "ILHAM",
    "INTAN",
    "JOKO",
    "JUWITA",
    "KARTINI",
    "KURNIA",
    "LUKMAN",
    "MEGA",
    "MUHAMMAD",
    "MULYADI",
    "NADIA",
    "NURUL",
    "OKTAVIA",
    "PUSPITA",
    "RAHMAT",
    "RATNA",
    "ROSITA",
    "SAIFUL",
    "SITI",
    "TAUFIK",
    "TIARA",
    "WAHYU",
    "YOGI",
    "ZAHRA",
];

/// Names in the middle; about every second person has none.
pub const MIDDLE: [&str; 32] = [
    "ABDILLAH",
    "ADELIA",
    "AKBAR",
    "ANUGRAH",
    "ASTRID",
    "AZIZ",
    "BAGASKARA",
    "BINTANG",
    "CENDANA",
    "CHANDRA",
    "DAMAR",
    "DELIMA",
    "DWI",
    "FADILAH",
    "GEMILANG",
    "HASANAH",
    "INDAH",
    "JATI",
    "KEMALA",
    "LARASATI",
    "LAZUARDI",
    "MELATI",
    "MUTIARA",
    "NIRMALA",
    "PANJI",
    "PERTIWI",
    "RAMADHAN",
    "SEKAR",
    "SURYA",
    "TEGUH",
    "TRI",
    "WIBAWA",
];

/// Family names of most people.
pub const FAMILY: [&str; 40] = [
    "ANGGRAINI",
    "APRIYANTO",
    "ASTUTI",
    "BASRI",
    "DAMAYANTI",
    "DAULAY",
    "EFFENDI",
    "FEBRIANTI",
    "FIRMANSYAH",
    "GUNAWAN",
    "HANDAYANI",
    "HARAHAP",
    "HASIBUAN",
    "HERMAWAN",
    "HIDAYAT",
    "ISKANDAR",
    "KESUMA",
    "KURNIAWAN",
    "LESTARI",
    "LUBIS",
    "MAHENDRA",
    "MARPAUNG",
    "MAULANA",
    "NASUTION",
    "NUGROHO",
    "OKTAVIANI",
    "PERMATASARI",
    "PRASETYO",
    "PURNAMA",
    "RAHAYU",
    "SAPUTRA",
    "SETIAWAN",
    "SIMANJUNTAK",
    "SIREGAR",
    "SUHARTONO",
    "SUSANTI",
    "SYAHPUTRA",
    "TANJUNG",
    "WIJAYA",
    "WULANDARI",
];

/// Family names of those who filled in the link and stand in no queue.
pub const FAMILY_UNQUEUED: [&str; 8] = [
    "BATUBARA",
    "CIPTADI",
    "GINTING",
    "HUTAPEA",
    "MANURUNG",
    "PANGARIBUAN",
    "SIHOMBING",
    "ZULKARNAIN",
];

/// Family names of those who leave the queue before the second night.
pub const FAMILY_LEAVING: [&str; 4] = ["KUSUMAWARDHANI", "PAKPAHAN", "SITORUS", "TAMBUNAN"];

/// Family names of those who mistype their NIK.
pub const FAMILY_MISTYPED: [&str; 4] = ["BRATAKUSUMA", "NAPITUPULU", "SILALAHI", "WIRATMAJA"];

/// Whole names of others who stand on a registration with somebody's NIK.
pub const ANOTHER: [&str; 4] = [
    "GREGORIUS OPPUSUNGGU",
    "HJ. LIMBONG PURBA",
    "YOHANES BUTARBUTAR",
    "FX. UDJO LONTOH",
];

/// Kecamatan; their codes are their places, counted from 1.
pub const DISTRICTS: [&str; 18] = [
    "ILIR BARAT DUA",
    "SEBERANG ULU SATU",
    "SEBERANG ULU DUA",
    "ILIR BARAT SATU",
    "ILIR TIMUR SATU",
    "ILIR TIMUR DUA",
    "SUKARAMI",
    "SAKO",
    "KEMUNING",
    "KALIDONI",
    "BUKITKECIL",
    "GANDUS",
    "KERTAPATI",
    "PLAJU",
    "ALANG-ALANG LEBAR",
    "SEMATANGBORANG",
    "JAKABARING",
    "ILIR TIMUR TIGA",
];

/// The form's choices; all but the first ask for another card.
pub const REASONS: [&str; 5] = [
    "Pemula (17 tahun)",
    "Hilang",
    "Rusak",
    "Perubahan data",
    "Pindah datang",
];
