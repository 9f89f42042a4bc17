//! placeholder
use crate::intake::error::IntakeError;
use crate::intake::source::Container;
use std::io::Read;
pub fn container_of(_: &mut dyn Read) -> Result<Container, IntakeError> {
    Err(IntakeError::Empty)
}
