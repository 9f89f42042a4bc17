//! Makes the inbox of the example office `examples/palembang`: a few hundred made-up people with every kind of trouble.
//!
//! The same seed always gives the same bytes; a test holds the committed files against them. Nobody in here exists:
//! NIK serials from 9000 on are given to no one, the telephone prefix belongs to no operator, and the addresses end in
//! example.com.
//!
//! ```sh
//! cargo run --example palembang_data            # writes examples/palembang/inbox
//! cargo run --example palembang_data -- FOLDER  # writes FOLDER/inbox
//! ```

mod files;
mod names;
mod random;
mod town;
mod troubles;

use std::path::PathBuf;

/// The day of the night that the README shows, as digits.
const SEED: u64 = 20_210_722;

/// Makes every file of the inbox: its path in the home, its bytes.
pub fn inbox() -> Vec<files::HomeFile> {
    let mut town = town::Town::new(SEED);
    troubles::fill(&mut town);
    files::all(&town)
}

fn main() -> std::io::Result<()> {
    let home = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("examples/palembang"), PathBuf::from);
    for (path, bytes) in inbox() {
        let path = home.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, bytes)?;
        println!("{}", path.display());
    }
    Ok(())
}
