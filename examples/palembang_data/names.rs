//! The words that the made-up people are made of: names, districts with some of their kelurahan, reasons.

/// Given names of men.
pub const MEN: [&str; 44] = [
    "Adi",
    "Agung",
    "Ahmad",
    "Akbar",
    "Aldi",
    "Alamsyah",
    "Andika",
    "Ardiansyah",
    "Arif",
    "Bagus",
    "Bambang",
    "Budi",
    "Darmawan",
    "Dedi",
    "Dimas",
    "Edi",
    "Eko",
    "Fadli",
    "Fajar",
    "Fikri",
    "Galih",
    "Hafiz",
    "Hendra",
    "Ilham",
    "Indra",
    "Irfan",
    "Joko",
    "Kurnia",
    "Lukman",
    "Mulyadi",
    "Nanda",
    "Oktavian",
    "Pratama",
    "Rahmat",
    "Rendi",
    "Rizki",
    "Robi",
    "Saiful",
    "Sapta",
    "Taufik",
    "Umar",
    "Wahyu",
    "Yogi",
    "Zainal",
];

/// Given names of women.
pub const WOMEN: [&str; 42] = [
    "Aisyah", "Anggun", "Anita", "Aulia", "Ayu", "Bunga", "Citra", "Dewi", "Diah", "Dina", "Eka", "Elsa", "Endang",
    "Fatimah", "Fitri", "Hana", "Hesti", "Indah", "Intan", "Juwita", "Kartini", "Lestari", "Lina", "Maya", "Mega",
    "Nadia", "Novi", "Nurul", "Puspita", "Putri", "Rahma", "Ratna", "Rina", "Rosita", "Salma", "Sari", "Tiara",
    "Utami", "Vina", "Wulan", "Yulia", "Zahra",
];

/// Second names of men.
pub const MEN_SECOND: [&str; 38] = [
    "Anugrah",
    "Apriadi",
    "Aryanto",
    "Basri",
    "Cahyadi",
    "Darussalam",
    "Effendi",
    "Fernando",
    "Firmansyah",
    "Gunawan",
    "Hakim",
    "Halim",
    "Harahap",
    "Hidayat",
    "Ibrahim",
    "Iskandar",
    "Jamil",
    "Kesuma",
    "Kusuma",
    "Laksana",
    "Mahendra",
    "Maulana",
    "Nasution",
    "Nugraha",
    "Pangestu",
    "Purnama",
    "Qodri",
    "Ramadhan",
    "Romadhon",
    "Rusdi",
    "Saputra",
    "Setiawan",
    "Siregar",
    "Subagio",
    "Sulaiman",
    "Syahputra",
    "Usman",
    "Wijaya",
];

/// Second names of women.
pub const WOMEN_SECOND: [&str; 38] = [
    "Agustina",
    "Anggraini",
    "Apriani",
    "Aryanti",
    "Astuti",
    "Damayanti",
    "Febrianti",
    "Handayani",
    "Harahap",
    "Hasanah",
    "Herawati",
    "Kesuma",
    "Khairani",
    "Kurniasih",
    "Kusuma",
    "Maharani",
    "Mardiana",
    "Marlina",
    "Maulidya",
    "Nasution",
    "Ningsih",
    "Novianti",
    "Oktaria",
    "Pangestu",
    "Permata",
    "Purnama",
    "Puspasari",
    "Rahayu",
    "Ramadhani",
    "Safitri",
    "Siregar",
    "Susanti",
    "Triana",
    "Wahyuni",
    "Wardani",
    "Wijaya",
    "Wulandari",
    "Yuliani",
];

/// A kecamatan: the last two digits of its code, its name, some of its kelurahan.
pub type District = (u32, &'static str, [&'static str; 3]);

/// Districts of Palembang.
pub const DISTRICTS: [District; 18] = [
    (1, "Ilir Barat Dua", ["35 Ilir", "30 Ilir", "Kemang Manis"]),
    (2, "Seberang Ulu Satu", ["1 Ulu", "3-4 Ulu", "5 Ulu"]),
    (3, "Seberang Ulu Dua", ["11 Ulu", "Tangga Takat", "Sentosa"]),
    (4, "Ilir Barat Satu", ["Bukit Lama", "Lorok Pakjo", "Demang Lebar Daun"]),
    (5, "Ilir Timur Satu", ["13 Ilir", "Sungai Pangeran", "Kepandean Baru"]),
    (6, "Ilir Timur Dua", ["5 Ilir", "Lawang Kidul", "Sungai Buah"]),
    (7, "Sukarami", ["Talang Betutu", "Sukajaya", "Kebun Bunga"]),
    (8, "Sako", ["Sukamaju", "Sialang", "Sako Baru"]),
    (9, "Kemuning", ["Ario Kemuning", "Sekip Jaya", "Pahlawan"]),
    (10, "Kalidoni", ["Bukit Sangkal", "Sei Selayur", "Sei Lais"]),
    (11, "Bukitkecil", ["19 Ilir", "26 Ilir", "Talang Semut"]),
    (12, "Gandus", ["Gandus", "36 Ilir", "Pulokerto"]),
    (13, "Kertapati", ["Kemas Rindo", "Keramasan", "Ogan Baru"]),
    (14, "Plaju", ["Plaju Ulu", "Plaju Ilir", "Bagus Kuning"]),
    (15, "Alang-alang Lebar", ["Srijaya", "Talang Kelapa", "Karya Baru"]),
    (16, "Sematangborang", ["Srimulya", "Sukamulya", "Lebung Gajah"]),
    (17, "Jakabaring", ["8 Ulu", "15 Ulu", "Silaberanti"]),
    (18, "Ilir Timur Tiga", ["8 Ilir", "Kuto Batu", "Duku"]),
];

/// District codes of people who were born elsewhere: a NIK keeps its first district for life.
pub const ELSEWHERE: [u32; 5] = [150_501, 160_701, 161_001, 187_101, 317_101];

/// The form's choices, as often as they are chosen.
pub const REASONS: [&str; 9] = [
    "Pemula / KTP baru",
    "Pemula / KTP baru",
    "Pemula / KTP baru",
    "Hilang",
    "Hilang",
    "Rusak",
    "Perubahan data",
    "Perubahan data",
    "Pindah datang",
];

/// The form's choices that ask for another card.
pub const REPRINTS: [&str; 5] = [
    "Hilang",
    "Rusak",
    "Perubahan data",
    "Pindah datang",
    "Hilang\n(surat kehilangan dari Polsek sudah ada)",
];

/// Other spellings of one name: whether a woman bears it, what the population system has, what people write.
pub const SPELLINGS: [(bool, &str, &str); 14] = [
    (false, "MUHAMMAD", "Moch."),
    (false, "MUHAMMAD", "M."),
    (false, "MUHAMMAD", "Mohammad"),
    (false, "MUHAMMAD", "Muhamad"),
    (false, "MUHAMMAD", "Moh"),
    (false, "ABDUL", "Abd."),
    (true, "SITI", "St."),
    (true, "SITI", "Sitti"),
    (true, "NYAYU", "Nyy."),
    (false, "MASAGUS", "Mgs."),
    (false, "KIAGUS", "Kgs."),
    (true, "NYIMAS", "Nys."),
    (true, "MASAYU", "Msy."),
    (false, "RADEN", "R."),
];

/// Titles and degrees, whether a woman bears it, before and after the name.
pub const TITLES: [(bool, &str, &str); 5] = [
    (false, "H. ", ""),
    (true, "Hj. ", ""),
    (true, "", ", S.Pd."),
    (false, "", ", S.E., M.M."),
    (true, "", ", A.Md.Kep"),
];
