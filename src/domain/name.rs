//! Folding and comparing Indonesian names.
