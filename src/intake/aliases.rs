//! The aliases of each field: what offices, forms and the population system call a column.
//!
//! A table of words, Indonesian and English, folded as [`crate::intake::headers::words_of`] folds a header.

use crate::intake::headers::Field;

/// Returns the aliases of a field, separated by `|`.
pub fn of(field: Field) -> &'static str {
    match field {
        Field::Nik => {
            "nik|nomor induk kependudukan|no induk kependudukan|nomor nik|no nik|nomor ktp|no ktp|nomor ktp el|\
             nomor e ktp|no e ktp|population number"
        }
        Field::Name => {
            "nama|nama lengkap|nama lgkp|nama pemohon|nama penduduk|nama warga|nama sesuai ktp|nama sesuai kk|\
             nama lengkap pemohon|name|full name"
        }
        Field::SubmittedAt => {
            "timestamp|time stamp|cap waktu|stempel waktu|waktu|waktu pengisian|tanggal pengisian|waktu isi|\
             waktu pendaftaran|tanggal pendaftaran|tgl pendaftaran|waktu daftar|tanggal daftar|tgl daftar|\
             waktu pengajuan|tanggal pengajuan|tgl pengajuan|waktu permohonan|tanggal permohonan|tgl permohonan|\
             waktu kirim|tanggal kirim|tanggal input|tgl input|waktu input|waktu submit|tanggal submit|tanggal|tgl|\
             submitted at|submission time|submission date|date submitted|start time|completion time|date"
        }
        Field::Status => {
            "ektp current status code|current status code ektp|current status code|ektp status|status ektp|\
             status ktp el|status ktp|status rekaman|status rekam|status perekaman|record status|status code|\
             status cetak|status"
        }
        Field::Kk => {
            "kk|no kk|nomor kk|nomor kartu keluarga|no kartu keluarga|kartu keluarga|nkk|family card number|\
             family card"
        }
        Field::Phone => {
            "hp|no hp|nomor hp|no handphone|nomor handphone|handphone|no telepon|nomor telepon|no telp|telepon|telp|\
             no telpon|wa|no wa|nomor wa|whatsapp|no whatsapp|nomor whatsapp|nomor kontak|kontak|sms phone|phone|\
             phone number|mobile|mobile number"
        }
        Field::District => "kecamatan|nama kec|nama kecamatan|kec|kecamatan domisili|district|subdistrict",
        Field::Village => {
            "kelurahan|nama kel|nama kelurahan|kel|desa|nama desa|kelurahan desa|desa kelurahan|kel desa|desa kel|\
             village"
        }
        Field::RtRw => "rt rw|rtrw|rt dan rw|rw rt|rt rw domisili",
        Field::Rt => "rt|no rt|nomor rt",
        Field::Rw => "rw|no rw|nomor rw",
        Field::Reason => {
            "alasan|alasan cetak|alasan pencetakan|alasan permohonan|keperluan|jenis permohonan|jenis pengajuan|\
             jenis layanan|jenis cetak|keterangan permohonan|permohonan|reason"
        }
        Field::Email => "email|e mail|alamat email|email address|surel|alamat surel|username",
        Field::BirthDate => {
            "tgl lhr|tanggal lahir|tgl lahir|tempat tanggal lahir|tempat tgl lahir|ttl|birth date|date of birth|\
             birthdate"
        }
        Field::RequestNo => {
            "no permohonan|nomor permohonan|no registrasi|nomor registrasi|no pengajuan|nomor pengajuan|no request|\
             request no|request number|request id|no antrean|nomor antrean|no antrian|nomor antrian|no pendaftaran|\
             nomor pendaftaran"
        }
        Field::StatusDate => {
            "ektp updated date|updated date|tgl status|tanggal status|waktu status|status date|status at|\
             tanggal update|tgl update|updated at|last updated|tanggal perubahan"
        }
        Field::CreatedDate => {
            "ektp created date|created date|created at|tanggal dibuat|tgl dibuat|tanggal rekam|tgl rekam|\
             tanggal perekaman|tgl perekaman"
        }
        Field::DistrictCode => "no kec|kode kec|kode kecamatan|kd kec|district code",
        Field::VillageCode => "no kel|kode kel|kode kelurahan|kd kel|kode desa|village code",
        Field::Alive => "stat hidup|status hidup|hidup|alive",
        Field::Moved => "flag pindah|status pindah|pindah|moved",
        Field::Batch | Field::Seq | Field::Result | Field::Note | Field::PrintedAt | Field::Operator => {
            of_results(field)
        }
    }
}

/// The columns that only result files have.
fn of_results(field: Field) -> &'static str {
    match field {
        Field::Batch => "batch|daftar cetak|kode batch|no batch",
        Field::Seq => "seq|no urut|nomor urut|urut|no kartu batch",
        Field::Result => "result|hasil|hasil cetak|status hasil",
        Field::Note => "note|catatan|keterangan|notes",
        Field::PrintedAt => "printed at|printed on|tanggal cetak|tgl cetak|waktu cetak|tanggal dicetak|print date",
        Field::Operator => "operator|nama operator|petugas|petugas cetak|pencetak|printer",
        _ => "",
    }
}
