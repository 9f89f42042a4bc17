//! One row of the registration link.

use super::moment::Moment;
use super::nik::{KkNumber, Nik, NikReading};
use super::phone::Phone;
use super::text::Text;

/// What a row is known by: the first 16 bytes of the SHA-256 over all its cells in canonical form.
///
/// Canonical: the recognised fields as read (NIK and KK cleaned, moment in UTC), then every other column as
/// `header\0cell`, sorted by header; so the order of columns and the kind of file do not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey(pub [u8; 16]);

/// A citizen's request for a card, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// What the row is known by.
    pub row_key: RowKey,
    /// The NIK cell.
    pub nik: NikReading,
    /// The name as written, outer and repeated spaces removed.
    pub name: Text,
    /// When the form was sent.
    pub submitted_at: Moment,
    /// The family card number.
    pub kk: Option<KkNumber>,
    /// The phone number.
    pub phone: Option<Phone>,
    /// Kecamatan as written.
    pub district: Option<Text>,
    /// Kelurahan as written.
    pub village: Option<Text>,
    /// RT/RW as written.
    pub rt_rw: Option<Text>,
    /// Why a card is wanted, as written.
    pub reason: Option<Text>,
    /// E-mail.
    pub email: Option<Text>,
}

impl Registration {
    /// Makes a registration of what every one has: no other cell is filled in.
    pub fn new(row_key: RowKey, nik: NikReading, name: Text, submitted_at: Moment) -> Self {
        Self {
            row_key,
            nik,
            name,
            submitted_at,
            kk: None,
            phone: None,
            district: None,
            village: None,
            rt_rw: None,
            reason: None,
            email: None,
        }
    }

    /// Returns the NIK where it can be trusted.
    pub fn trusted_nik(&self) -> Option<Nik> {
        match self.nik {
            NikReading::Trusted(nik) => Some(nik),
            NikReading::Held { .. } => None,
        }
    }

    /// Returns the number of the family card, where it is well formed ([`KkNumber::as_u64`]).
    pub fn card(&self) -> Option<u64> {
        self.kk.as_ref().and_then(KkNumber::as_u64)
    }

    /// Returns what stands beside a NIK that cannot be trusted: family card, district and village.
    ///
    /// A blank cell and a common name are many people; with these they are one. `None` where the NIK says who it is.
    pub fn beside(&self) -> Option<String> {
        let NikReading::Held { .. } = self.nik else {
            return None;
        };
        let kk = self.kk.as_ref().map_or("", KkNumber::digits);
        let place = |place: &Option<Text>| place.as_deref().unwrap_or_default().trim().to_uppercase();
        Some(format!("{kk}|{}|{}", place(&self.district), place(&self.village)))
    }
}
