//! What the exit codes mean, a sentence each.

use super::Lang;

/// Code 0.
pub fn done(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "selesai",
        Lang::En => "done",
    }
}

/// Code 1.
pub fn failed(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "gagal, tidak ada yang berubah",
        Lang::En => "failed, nothing changed",
    }
}

/// Code 2.
pub fn usage(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "perintah atau pengaturan keliru",
        Lang::En => "wrong usage or configuration",
    }
}

/// Code 3.
pub fn needs_person(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "selesai, tetapi ada yang perlu diputuskan atau dibetulkan orang",
        Lang::En => "done, but something needs a person",
    }
}

/// Code 4.
pub fn busy(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "cetak lain sedang bekerja",
        Lang::En => "another cetak is at work",
    }
}

/// Code 5.
pub fn damaged(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "penyimpanan rusak atau pembukuannya tidak cocok",
        Lang::En => "the store is damaged or its books do not balance",
    }
}

/// Code 129.
pub fn hung_up(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "dihentikan karena terminal ditutup",
        Lang::En => "ended because the terminal was closed",
    }
}

/// Code 130.
pub fn interrupted(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "dihentikan dari papan ketik",
        Lang::En => "interrupted from the keyboard",
    }
}

/// Code 143.
pub fn terminated(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => "diminta berhenti oleh sistem",
        Lang::En => "asked to end by the system",
    }
}

/// Says what a signal left behind, and what to do about it.
pub fn after_a_signal(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => {
            "langkah yang sudah selesai tetap ada, yang sedang berjalan tidak meninggalkan apa-apa; jalankan lagi perintah yang sama untuk menyelesaikannya"
        }
        Lang::En => "finished steps stand, and the one under way left nothing; run the same command again to finish it",
    }
}
