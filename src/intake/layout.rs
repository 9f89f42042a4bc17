//! The columns of one file: which index holds which field, and which files belong to another import.
//!
//! Knows headers and choices, no rows.

use crate::intake::error::{ImportKind, IntakeError};
use crate::intake::headers::{FIELD_COUNT, Field, Fit, HeaderWords, field_of, nearest, words_of};
use crate::intake::hex::hex;
use crate::intake::rows::Row;
use sha2::{Digest, Sha256};

/// The columns that a rejects file adds behind the original ones; an import passes over them. `shape` marks a row whose
/// cells did not fit the header: it is refused again until somebody has mended it.
pub const REJECT_HEADERS: [&str; 6] = ["shape", "file", "line", "field", "code", "reason"];

/// How many columns a table may have.
pub const MAX_COLUMNS: usize = 1000;

/// A column that a person named, beside the aliases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnChoice {
    /// The field, as settings and options spell it.
    pub field: String,
    /// The header.
    pub header: String,
    /// Who named it.
    pub origin: ChoiceOrigin,
}

/// Where a choice comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceOrigin {
    /// `[columns.*]`: holds for all files, so a file without the header falls back to the aliases.
    Setting,
    /// `--map`: meant for this file, so the header must be there.
    Option,
}

/// The columns of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    headers: Vec<String>,
    of: [Option<u16>; FIELD_COUNT],
    others: Vec<(u16, String)>,
    width: usize,
    ignored: Vec<(Field, String)>,
    /// How many columns stand before those that a rejects file adds.
    kept: usize,
}

/// How well a row would serve as the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeaderScore {
    /// Required fields found.
    pub required: usize,
    /// Further fields found.
    pub optional: usize,
}

impl Layout {
    /// Finds the columns of `kind` among the headers of a file; `line` is where the header stands.
    ///
    /// # Errors
    /// Names what is missing, ambiguous, or made for another import.
    pub fn find(
        kind: ImportKind,
        headers: &[String],
        line: u64,
        choices: &[ColumnChoice],
    ) -> Result<Self, IntakeError> {
        let words: Vec<HeaderWords> = headers.iter().map(|header| HeaderWords::of(header)).collect();
        let kept = columns_before_rejects(headers);
        let chosen = chosen_columns(kind, headers, &words[..kept], choices)?;
        let candidates = candidates(kind, &words[..kept], &chosen);
        let mut layout = Self {
            headers: headers.to_vec(),
            of: [None; FIELD_COUNT],
            others: Vec::new(),
            width: headers.len(),
            ignored: Vec::new(),
            kept,
        };
        for (field, index) in &chosen {
            layout.of[*field as usize] = u16::try_from(*index).ok();
        }
        refuse_other_kind(kind, &words[..kept], &layout, &candidates)?;
        layout.fill(kind, candidates)?;
        let missing: Vec<Field> = Field::required(kind)
            .iter()
            .copied()
            .filter(|field| layout.index(*field).is_none())
            .collect();
        if !missing.is_empty() {
            let candidates = missing
                .iter()
                .map(|field| (*field, nearest(*field, &headers[..kept])))
                .collect();
            let headers = headers
                .iter()
                .filter(|header| !header.trim().is_empty())
                .cloned()
                .collect();
            return Err(IntakeError::MissingColumns {
                kind,
                fields: missing,
                headers,
                line,
                candidates,
            });
        }
        layout.note_others(&words[..kept]);
        Ok(layout)
    }

    /// Takes for each field its closest header.
    fn fill(&mut self, kind: ImportKind, mut candidates: Vec<(Field, Fit, usize)>) -> Result<(), IntakeError> {
        candidates.sort_unstable();
        for group in candidates.chunk_by(|one, other| one.0 == other.0) {
            let Some(&(field, fit, index)) = group.first() else {
                continue;
            };
            if self.of[field as usize].is_some() {
                continue;
            }
            let equals: Vec<usize> = group
                .iter()
                .filter(|other| other.1 == fit)
                .map(|other| other.2)
                .collect();
            if equals.len() > 1 && Field::required(kind).contains(&field) {
                let headers = equals.iter().map(|index| self.headers[*index].clone()).collect();
                return Err(IntakeError::AmbiguousColumn { kind, field, headers });
            }
            self.of[field as usize] = u16::try_from(index).ok();
            self.ignored
                .extend(equals[1..].iter().map(|index| (field, self.headers[*index].clone())));
        }
        Ok(())
    }

    /// Sorts the columns that are no field by their header, so that their order in the file does not matter.
    fn note_others(&mut self, words: &[HeaderWords]) {
        for (index, header) in words.iter().enumerate() {
            let Ok(index) = u16::try_from(index) else { continue };
            if !self.of.contains(&Some(index)) {
                self.others.push((index, header.folded().to_owned()));
            }
        }
        self.others
            .sort_by(|one, other| one.1.cmp(&other.1).then(one.0.cmp(&other.0)));
    }

    /// Returns the column of a field.
    pub fn index(&self, field: Field) -> Option<usize> {
        self.of[field as usize].map(usize::from)
    }

    /// Returns the file and the line that a row of a rejects file came from.
    pub fn origin(&self, row: &Row<'_>) -> Option<(String, u64)> {
        if self.kept == self.width {
            return None;
        }
        let line = row.cell(self.kept + 2).trim().parse().ok()?;
        Some((row.cell(self.kept + 1).to_owned(), line))
    }

    /// Tells whether a row of a rejects file still has the cells that did not fit its header.
    pub fn is_unmended(&self, row: &Row<'_>) -> bool {
        if self.kept == self.width {
            return false;
        }
        let shape = row.cell(self.kept);
        !shape.is_empty() && shape == shape_mark((0..self.kept).map(|index| row.cell(index)))
    }

    /// Tells whether the file has the columns that a rejects file adds.
    pub fn is_of_rejects(&self) -> bool {
        self.kept < self.width
    }

    /// Returns the headers as they stand.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Returns the header of a field's column.
    pub fn header(&self, field: Field) -> Option<&str> {
        self.index(field)
            .and_then(|index| self.headers.get(index))
            .map(String::as_str)
    }

    /// Returns the number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the columns that are no field, with their folded headers, in the order of those.
    pub fn others(&self) -> &[(u16, String)] {
        &self.others
    }

    /// Returns further headers that would have fitted an optional field.
    pub fn ignored(&self) -> &[(Field, String)] {
        &self.ignored
    }

    /// Returns the fields found, with their headers.
    pub fn found(&self) -> Vec<(Field, &str)> {
        Field::ALL
            .into_iter()
            .filter_map(|field| self.header(field).map(|header| (field, header)))
            .collect()
    }
}

/// Says how well these cells would serve as the header of `kind`.
pub fn score(kind: ImportKind, cells: &[String], choices: &[ColumnChoice]) -> HeaderScore {
    let mut seen = [false; FIELD_COUNT];
    for cell in cells {
        let words = HeaderWords::of(cell);
        // A sentence above the table may well have a field's word in it; a header is short or exact.
        let field = match field_of(kind, &words) {
            Some((field, Fit::Exact | Fit::WithoutParentheses)) => Some(field),
            Some((field, _)) if cells.len() > 1 => Some(field),
            _ => None,
        };
        let chosen = choices
            .iter()
            .find(|choice| words_of(&choice.header) == words.folded() && !words.folded().is_empty());
        if let Some(field) = chosen.and_then(|choice| Field::parse(&choice.field)).or(field) {
            seen[field as usize] = true;
        }
    }
    let required = Field::required(kind)
        .iter()
        .filter(|field| seen[**field as usize])
        .count();
    HeaderScore {
        required,
        optional: seen.iter().filter(|seen| **seen).count() - required,
    }
}

/// Marks the cells of a row, so that it is known whether anybody has touched them since.
pub fn shape_mark<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for cell in cells {
        hash.update(cell.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize()[..4])
}

/// Returns how many columns stand before those that a rejects file adds.
fn columns_before_rejects(headers: &[String]) -> usize {
    let named = headers
        .iter()
        .rposition(|header| !header.trim().is_empty())
        .map_or(0, |last| last + 1);
    let start = named.saturating_sub(REJECT_HEADERS.len());
    let tail = headers[start..named].iter().map(|header| header.trim());
    if tail.eq(REJECT_HEADERS) { start } else { headers.len() }
}

fn chosen_columns(
    kind: ImportKind,
    headers: &[String],
    words: &[HeaderWords],
    choices: &[ColumnChoice],
) -> Result<Vec<(Field, usize)>, IntakeError> {
    let mut chosen: Vec<(Field, usize)> = Vec::new();
    // What is said for this file goes before what is said for all.
    let by_option = choices.iter().filter(|choice| choice.origin == ChoiceOrigin::Option);
    let by_setting = choices.iter().filter(|choice| choice.origin == ChoiceOrigin::Setting);
    for choice in by_option.chain(by_setting) {
        let field = Field::parse(&choice.field).filter(|field| Field::of(kind).contains(field));
        let Some(field) = field else {
            let known = Field::of(kind).iter().map(|field| field.code()).collect();
            return Err(IntakeError::UnknownField {
                kind,
                field: choice.field.clone(),
                known,
            });
        };
        let wanted = HeaderWords::of(&choice.header);
        let index = headers[..words.len()]
            .iter()
            .position(|header| header.trim() == choice.header.trim())
            .or_else(|| words.iter().position(|header| header.folded() == wanted.folded()));
        match index {
            Some(index) if !chosen.iter().any(|(known, _)| *known == field) => chosen.push((field, index)),
            None if choice.origin == ChoiceOrigin::Option => {
                let (header, headers) = (choice.header.clone(), headers.to_vec());
                return Err(IntakeError::MappedHeaderMissing { field, header, headers });
            }
            _ => {}
        }
    }
    Ok(chosen)
}

fn candidates(kind: ImportKind, words: &[HeaderWords], chosen: &[(Field, usize)]) -> Vec<(Field, Fit, usize)> {
    let mut found = Vec::new();
    for (index, header) in words.iter().enumerate() {
        if chosen.iter().any(|(_, taken)| *taken == index) {
            continue;
        }
        if let Some((field, fit)) = field_of(kind, header) {
            found.push((field, fit, index));
        }
    }
    found
}

/// Refuses a file that was clearly made for another import.
fn refuse_other_kind(
    asked: ImportKind,
    words: &[HeaderWords],
    layout: &Layout,
    candidates: &[(Field, Fit, usize)],
) -> Result<(), IntakeError> {
    let has = |field: Field| layout.index(field).is_some() || candidates.iter().any(|found| found.0 == field);
    let complete = Field::required(asked).iter().all(|field| has(*field));
    let others = [ImportKind::Queue, ImportKind::Results, ImportKind::Links]
        .into_iter()
        .filter(|kind| *kind != asked);
    for other in others {
        let fits: Vec<(Field, Fit)> = words.iter().filter_map(|header| field_of(other, header)).collect();
        let has_all = Field::required(other)
            .iter()
            .all(|field| fits.iter().any(|(found, _)| found == field));
        // A form may ask for a "status", and a queue has dates; only what is whole and unmistakable counts.
        let unmistakable = match other {
            ImportKind::Queue => words.iter().any(is_population_status),
            ImportKind::Links => false,
            ImportKind::Results => asked != ImportKind::Queue && fits.iter().any(|(field, _)| *field == Field::Batch),
        };
        if has_all && (!complete || unmistakable) && (asked != ImportKind::Results || !complete) {
            return Err(IntakeError::WrongKind {
                asked,
                looks_like: other,
            });
        }
    }
    Ok(())
}

fn is_population_status(header: &HeaderWords) -> bool {
    [
        "ektp current status code",
        "current status code ektp",
        "current status code",
        "status rekaman",
        "record status",
    ]
    .contains(&header.folded())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    fn find(kind: ImportKind, line: &str) -> Result<Layout, IntakeError> {
        Layout::find(kind, &headers(line), 1, &[])
    }

    fn choice(field: &str, header: &str, origin: ChoiceOrigin) -> ColumnChoice {
        ColumnChoice {
            field: field.into(),
            header: header.into(),
            origin,
        }
    }

    #[test]
    fn an_exact_header_wins_over_words_around_it() {
        let layout = find(
            ImportKind::Links,
            "Timestamp,NIK dan nomor lain,NIK,Nama Lengkap,Nama panggilan",
        )
        .unwrap();
        assert_eq!(layout.index(Field::Nik), Some(2));
        assert_eq!(layout.index(Field::Name), Some(3));
        let layout = find(
            ImportKind::Links,
            "Timestamp,NIK Pelapor,Isi NIK di sini,Nama Ibu,Nama warga",
        )
        .unwrap();
        assert_eq!(
            (layout.index(Field::Nik), layout.index(Field::Name)),
            (Some(2), Some(4))
        );
    }

    #[test]
    fn two_headers_for_one_required_column_are_an_error() {
        let error = find(ImportKind::Links, "Timestamp,NIK,NIK,Nama").unwrap_err();
        assert!(
            matches!(error, IntakeError::AmbiguousColumn { field: Field::Nik, .. }),
            "{error:?}"
        );
        let error = find(ImportKind::Links, "Timestamp,NIK anda,Tulis NIK,Nama").unwrap_err();
        assert!(
            matches!(error, IntakeError::AmbiguousColumn { field: Field::Nik, .. }),
            "{error:?}"
        );
        let layout = find(ImportKind::Links, "Timestamp,NIK,Nama,No HP,No WA").unwrap();
        assert_eq!(layout.index(Field::Phone), Some(3));
        assert_eq!(layout.ignored(), [(Field::Phone, "No WA".to_owned())]);
    }

    #[test]
    fn a_missing_column_names_headers_and_candidates() {
        let error = find(ImportKind::Links, "Timestamp,Nomor Induk,Nama").unwrap_err();
        let IntakeError::MissingColumns {
            fields,
            headers,
            candidates,
            ..
        } = error
        else {
            panic!("{error:?}")
        };
        assert_eq!(fields, [Field::Nik]);
        assert_eq!(headers.len(), 3);
        assert_eq!(candidates[0].1[0], "Nomor Induk");
    }

    #[test]
    fn choices_go_before_aliases() {
        let columns = headers("Timestamp,NIK,Nomor Induk (lihat KK),Nama");
        let find = |choices: &[ColumnChoice]| Layout::find(ImportKind::Links, &columns, 1, choices);
        let setting = choice("nik", "Nomor Induk (lihat KK)", ChoiceOrigin::Setting);
        assert_eq!(find(std::slice::from_ref(&setting)).unwrap().index(Field::Nik), Some(2));
        let option = choice("nik", "nik", ChoiceOrigin::Option);
        assert_eq!(find(&[setting, option]).unwrap().index(Field::Nik), Some(1));
        assert!(find(&[choice("name", "Nama Warga", ChoiceOrigin::Setting)]).is_ok());
        let error = find(&[choice("name", "Nama Warga", ChoiceOrigin::Option)]).unwrap_err();
        assert!(matches!(error, IntakeError::MappedHeaderMissing { .. }));
        let error = find(&[choice("nick", "NIK", ChoiceOrigin::Option)]).unwrap_err();
        assert!(matches!(error, IntakeError::UnknownField { .. }));
    }

    #[test]
    fn a_file_of_another_import_is_refused() {
        let queue = "NIK,NO_KK,NAMA_LGKP,TGL_LHR,NAMA_KEC,EKTP_CURRENT_STATUS_CODE,EKTP_UPDATED_DATE";
        let link = "Timestamp,Nama Lengkap,NIK,Nomor KK,No. HP (WhatsApp),Kecamatan,Alasan Cetak";
        let batch =
            "batch,seq,nik,name,birth_date,district,village,request_no,reason,waiting_since,days_waiting,result,note";
        let kinds = [
            (ImportKind::Queue, queue),
            (ImportKind::Links, link),
            (ImportKind::Results, batch),
        ];
        for (kind, file) in kinds {
            for (asked, _) in kinds {
                match find(asked, file) {
                    Ok(_) => assert_eq!(asked, kind, "{file}"),
                    Err(IntakeError::WrongKind { looks_like, .. }) => {
                        assert_ne!(asked, kind);
                        assert_eq!(looks_like, kind);
                    }
                    Err(error) => panic!("{asked:?} {file}: {error:?}"),
                }
            }
        }
        // A queue with a date that a form could have is still a queue.
        let error = find(ImportKind::Links, "NIK,NAMA_LGKP,CURRENT_STATUS_CODE,TANGGAL").unwrap_err();
        assert!(matches!(
            error,
            IntakeError::WrongKind {
                looks_like: ImportKind::Queue,
                ..
            }
        ));
        assert!(find(ImportKind::Links, "Timestamp,NIK,Nama,Status Perkawinan").is_ok());
    }

    #[test]
    fn columns_of_a_rejects_file_are_passed_over() {
        let layout = find(
            ImportKind::Links,
            "Timestamp,NIK,Nama,Kota Asal,shape,file,line,field,code,reason",
        )
        .unwrap();
        assert_eq!(layout.index(Field::Reason), None);
        assert_eq!(
            layout.others().iter().map(|other| other.1.as_str()).collect::<Vec<_>>(),
            ["kota asal"]
        );
        let layout = find(ImportKind::Links, "Timestamp,NIK,Nama,reason").unwrap();
        assert_eq!(layout.index(Field::Reason), Some(3));
    }
}
