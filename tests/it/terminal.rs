//! `review` at a terminal of the test's own: whatever ends it, the terminal is left as it was.

use crate::crowd::{Ending, NIGHT, SETTINGS, finish, send, until};
use crate::harness::Office;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Termios, tcgetattr};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

const LINKS: &str = "Timestamp,NIK,Nama Lengkap\n2021-07-10T08:00:00+07:00,1671094107959010,SITI AISYAH\n";
const QUEUE: &str = "NIK,NAMA_LGKP,STATUS,TGL_STATUS\n1671094107959001,SITI AISYAH,PRINT_READY_RECORD,2021-07-01\n";

/// Both ends of a terminal, and what was written to it.
struct Terminal {
    keys: Option<File>,
    screen: File,
    path: PathBuf,
    shown: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    fn new() -> Self {
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keys).unwrap();
        unlockpt(&keys).unwrap();
        let path = PathBuf::from(ptsname(&keys, Vec::new()).unwrap().into_string().unwrap());
        Self {
            keys: Some(File::from(keys)),
            screen: OpenOptions::new().read(true).write(true).open(&path).unwrap(),
            path,
            shown: Arc::default(),
        }
    }

    fn state(&self) -> Termios {
        tcgetattr(&self.screen).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    /// Starts `review` here, as the shell of a login would, and waits until it waits for a key.
    fn review(&self, office: &Office) -> Child {
        let open = || Stdio::from(OpenOptions::new().read(true).write(true).open(&self.path).unwrap());
        let mut review = Command::new("setsid");
        review.args([
            "--ctty",
            env!("CARGO_BIN_EXE_cetak"),
            "review",
            "--as-of",
            NIGHT,
            "--home",
        ]);
        review.arg(office.home()).env("TERM", "xterm");
        let child = review
            .stdin(open())
            .stdout(open())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut from, shown) = (
            self.keys.as_ref().unwrap().try_clone().unwrap(),
            Arc::clone(&self.shown),
        );
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                shown.lock().unwrap().extend(&bytes[..count]);
            }
        });
        until("the wait for a key", || {
            !self.state().local_modes.contains(LocalModes::ICANON)
        });
        child
    }
}

fn office() -> Office {
    let office = Office::new(SETTINGS);
    office.put("inbox/links/form.csv", LINKS);
    office.put("inbox/queue/antrean-2021-07-20.csv", QUEUE);
    office.run(NIGHT, &["nightly"]).done_or_person();
    office
}

fn same_state(before: &Termios, after: &Termios, what: &str) {
    assert_eq!(before.local_modes, after.local_modes, "{what}");
    assert_eq!(before.input_modes, after.input_modes, "{what}");
    assert_eq!(before.output_modes, after.output_modes, "{what}");
}

fn ended(office: &Office, how: &str, end: impl Fn(&mut Terminal, &Child)) -> (Terminal, Ending) {
    let mut terminal = Terminal::new();
    let before = terminal.state();
    let child = terminal.review(office);
    end(&mut terminal, &child);
    let ending = finish(child);
    if terminal.keys.is_some() {
        same_state(&before, &terminal.state(), how);
    }
    (terminal, ending)
}

#[test]
fn the_terminal_is_left_as_it_was() {
    let office = office();
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        for _ in 0..5 {
            let (_, ending) = ended(&office, signal, |_, child| send(signal, child.id()));
            assert_eq!(ending.code, Some(code), "{signal}: {ending:?}");
            assert!(ending.stderr.contains("run the same command again"), "{ending:?}");
        }
    }
    let press = |keys: &'static [u8]| {
        move |terminal: &mut Terminal, _: &Child| terminal.keys.as_ref().unwrap().write_all(keys).unwrap()
    };
    let (_, ending) = ended(&office, "Ctrl-C", press(b"\x03"));
    assert_eq!(ending.code, Some(130), "{ending:?}");
    let (terminal, ending) = ended(&office, "q", press(b"q"));
    assert_eq!(ending.code, Some(0), "{ending:?}");
    assert!(terminal.text().contains("SITI AISYAH"));
}

/// The window is closed while a question stands on it.
#[test]
fn a_closed_terminal_ends_the_review() {
    let office = office();
    let (_, ending) = ended(&office, "closed", |terminal, child| {
        terminal.keys = None;
        // The reader of the test holds the last end of it; the system says so to whoever works there.
        send("HUP", child.id());
    });
    assert_eq!(ending.code, Some(129), "{ending:?}");
    office.run(NIGHT, &["check"]).done_or_person();
}
