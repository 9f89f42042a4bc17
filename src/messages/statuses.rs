//! The words for what a record status asks for.

use super::Lang;
use crate::domain::record_status::StatusStep;

/// Says what a record status asks for.
pub fn step(lang: Lang, step: StatusStep) -> &'static str {
    match lang {
        Lang::En => match step {
            StatusStep::ComeForRecording => "the citizen comes for biometric recording",
            StatusStep::NotOldEnough => "not old enough for a card",
            StatusStep::PushToCentre => "recorded here: push it to the centre",
            StatusStep::BeingPacked => "being packed for sending: see that it leaves",
            StatusStep::WaitForCentre => "wait for the centre",
            StatusStep::DeleteThenRecordAgain => {
                "file the deletion at the centre, then call the citizen to record again"
            }
            StatusStep::SendAgain => "send the record again",
            StatusStep::ResolveSimilarity => {
                "similar to another person: ask the centre to delete the record, then record again and send"
            }
            StatusStep::DeleteOneRecord => "recorded twice: have one record deleted first",
            StatusStep::Print => "print",
            StatusStep::AtPrinter => "at a printer already: see that the card comes out",
            StatusStep::CollectOrReprint => "the citizen collects the card, or asks for a reprint with a reason",
            StatusStep::Clarify => "ask what this status means, and say so in cetak.toml ([status.NAME])",
        },
        Lang::Id => match step {
            StatusStep::ComeForRecording => "warga datang untuk perekaman biometrik",
            StatusStep::NotOldEnough => "belum cukup umur untuk KTP",
            StatusStep::PushToCentre => "sudah direkam di sini: kirimkan ke pusat",
            StatusStep::BeingPacked => "sedang disiapkan untuk dikirim: pastikan terkirim",
            StatusStep::WaitForCentre => "tunggu jawaban pusat",
            StatusStep::DeleteThenRecordAgain => "ajukan penghapusan ke pusat, lalu panggil warga untuk rekam ulang",
            StatusStep::SendAgain => "kirim ulang rekamannya",
            StatusStep::ResolveSimilarity => {
                "mirip orang lain: minta pusat menghapus rekamannya, lalu rekam ulang dan kirim"
            }
            StatusStep::DeleteOneRecord => "terekam ganda: minta salah satu rekaman dihapus lebih dahulu",
            StatusStep::Print => "cetak",
            StatusStep::AtPrinter => "sudah di mesin cetak: pastikan kepingnya keluar",
            StatusStep::CollectOrReprint => "warga mengambil KTP-nya, atau meminta cetak ulang dengan alasan",
            StatusStep::Clarify => "tanyakan arti status ini, lalu jelaskan di cetak.toml ([status.NAMA])",
        },
    }
}
