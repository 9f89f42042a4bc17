//! What waits at the desk in the evening: counted in the summary of the night, and none of it urgent.

use super::Lang;
use super::number::counted;

/// Something that waits at the desk; `count` and the command that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the texts below say what each is
pub enum DeskMatter {
    CardsUncollected { count: u64, days: u32 },
    NoticesDue { count: u64 },
    DestructionDue { count: u64 },
}

impl DeskMatter {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::CardsUncollected { .. } => "cards_uncollected",
            Self::NoticesDue { .. } => "notices_due",
            Self::DestructionDue { .. } => "destruction_due",
        }
    }

    /// Returns how many it is about.
    pub fn count(self) -> u64 {
        match self {
            Self::CardsUncollected { count, .. } | Self::NoticesDue { count } | Self::DestructionDue { count } => count,
        }
    }

    /// Says what it is, and the command that shows it.
    pub fn text(self, lang: Lang) -> (String, String) {
        let many = |id: &str, one: &str, more: &str| counted(lang, self.count(), id, one, more);
        match self {
            Self::CardsUncollected { days, .. } => {
                let many = many("KTP", "card", "cards");
                let what = lang.pick(
                    format!("{many} jadi lebih dari {days} hari yang lalu, belum diambil"),
                    format!("{many} printed longer than {days} days ago, not collected"),
                );
                (what, format!("cetak stuck --days {days} --category printed"))
            }
            Self::NoticesDue { .. } => {
                let many = many("warga", "citizen", "citizens");
                let what = lang.pick(
                    format!("{many} perlu diberi tahu bahwa sekarang gilirannya"),
                    format!("{many} to be told that it is their move"),
                );
                let cure = lang.pick("cetak notify --output BERKAS.csv", "cetak notify --output FILE.csv");
                (what, cure.to_owned())
            }
            Self::DestructionDue { .. } => {
                let card = "spoiled or surrendered card";
                let many = many("KTP rusak atau KTP lama", card, &format!("{card}s"));
                let what = lang.pick(format!("{many} perlu dimusnahkan"), format!("{many} to be destroyed"));
                (what, "cetak destroy list".to_owned())
            }
        }
    }
}
