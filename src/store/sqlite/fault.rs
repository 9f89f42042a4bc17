//! Faults of SQLite, told apart as callers need it.

use crate::store::error::StoreError;
use crate::store::records::IntegrityFault;
use rusqlite::ErrorCode;
use rusqlite::types::FromSqlError;

/// What a function of this store returns.
pub(super) type Outcome<T> = Result<T, StoreError>;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(failure, detail) => {
                let text = || detail.clone().unwrap_or_else(|| failure.to_string());
                match failure.code {
                    // The last one is what SQLite says when somebody holds the locks of its log for ten seconds, such as a run
                    // that was stopped while it opened the store.
                    ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
                        Self::Busy
                    }
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(text()),
                    ErrorCode::DiskFull => Self::Full,
                    ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
                    ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Self::Io(text()),
                    ErrorCode::ConstraintViolation => Self::Refused(text()),
                    _ => Self::Engine(text()),
                }
            }
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => Self::Damaged(error.to_string()),
            _ => Self::Engine(error.to_string()),
        }
    }
}

impl From<FromSqlError> for StoreError {
    fn from(error: FromSqlError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<&IntegrityFault> for StoreError {
    fn from(fault: &IntegrityFault) -> Self {
        Self::Damaged(format!("{}: {}", fault.place, fault.detail))
    }
}

/// A cell holds what no version ever wrote.
pub(super) fn unreadable(what: &str) -> StoreError {
    StoreError::Damaged(format!("unreadable {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn a_store_that_somebody_holds_is_not_damaged() {
        for code in [
            ffi::SQLITE_BUSY,
            ffi::SQLITE_LOCKED,
            ffi::SQLITE_PROTOCOL,
            ffi::SQLITE_BUSY_RECOVERY,
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert!(matches!(StoreError::from(error), StoreError::Busy), "{code}");
        }
    }
}
