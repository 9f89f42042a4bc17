//! What is wrong with the arguments, in Indonesian; in English the parser of the command line has its own words.

/// A slip on the command line, with the words that belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip {
    /// A value that an argument does not take.
    Value {
        /// The argument.
        argument: String,
        /// What was written.
        value: String,
        /// What it takes, where that is a short list.
        takes: Vec<String>,
    },
    /// An argument that the command does not know.
    Argument {
        /// What was written.
        written: String,
        /// The nearest one.
        nearest: Option<String>,
    },
    /// A command that does not exist.
    Command {
        /// What was written.
        written: String,
        /// The nearest one.
        nearest: Option<String>,
    },
    /// Arguments that are missing.
    Missing(Vec<String>),
    /// A command is missing.
    NoCommand,
    /// Arguments that exclude each other.
    Conflict {
        /// One.
        one: String,
        /// The others.
        others: Vec<String>,
    },
    /// An option whose value is missing.
    NoValue(String),
}

/// Says what is wrong.
pub fn in_indonesian(slip: &Slip) -> String {
    let perhaps = |nearest: &Option<String>| {
        nearest
            .as_ref()
            .map(|word| format!("; maksudnya {word}?"))
            .unwrap_or_default()
    };
    match slip {
        Slip::Value { argument, value, takes } if takes.is_empty() => {
            format!("nilai \"{value}\" tidak cocok untuk {argument}")
        }
        Slip::Value { argument, value, takes } => {
            format!(
                "nilai \"{value}\" tidak cocok untuk {argument}; pilih: {}",
                takes.join(", ")
            )
        }
        Slip::Argument { written, nearest } => format!("argumen {written} tidak dikenal{}", perhaps(nearest)),
        Slip::Command { written, nearest } => format!("perintah {written} tidak dikenal{}", perhaps(nearest)),
        Slip::Missing(arguments) => format!("masih kurang: {}", arguments.join(", ")),
        Slip::NoCommand => "perintahnya belum disebut".to_owned(),
        Slip::Conflict { one, others } => format!("{one} tidak dapat dipakai bersama {}", others.join(", ")),
        Slip::NoValue(argument) => format!("nilai untuk {argument} belum diisi"),
    }
}

/// Names the page that helps.
pub fn help_hint() -> &'static str {
    "tambahkan --help untuk melihat cara pakainya"
}
