//! A real browser, Debian's Chromium without a window: what it says on its console, and where it puts what on a page.
//!
//! Where there is none, tests say that they were skipped; with `CI` set that is a failure.

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Pixels of a CSS millimetre.
const PIXELS_PER_MM: f64 = 96.0 / 25.4;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// A telephone, 360 pixels wide.
    Telephone,
    /// A4 as it is printed, without its margins of 12 mm.
    A4,
}

impl Sheet {
    fn width_pixels(self) -> u32 {
        match self {
            Self::Telephone => 360,
            Self::A4 => ((210.0 - 24.0) * PIXELS_PER_MM) as u32,
        }
    }
}

/// A browser with a profile of its own.
pub struct Browser {
    program: PathBuf,
    folder: TempDir,
}

impl Browser {
    /// Finds the browser; `None` where there is none and that may be.
    pub fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let names = ["chromium", "chromium-browser", "google-chrome"];
        let program = std::env::split_paths(&path)
            .flat_map(|folder| names.map(|name| folder.join(name)))
            .find(|program| program.is_file());
        match program {
            Some(program) => Some(Self {
                program,
                folder: TempDir::new().unwrap(),
            }),
            None if std::env::var_os("CI").is_some() => panic!("no chromium: apt-get install chromium"),
            None => {
                eprintln!("skipped: no chromium on this machine (apt-get install chromium)");
                None
            }
        }
    }

    /// Loads a page and returns its document and the lines of its console.
    pub fn load(&self, page: &Path) -> (String, Vec<String>) {
        let address = format!("file://{}", page.display());
        let profile = format!("--user-data-dir={}", self.folder.path().join("profile").display());
        let options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
            "--dump-dom",
        ];
        let output = Command::new("timeout")
            .arg("120")
            .arg(&self.program)
            .args(options)
            .args([profile.as_ref(), OsStr::new(&address)])
            .env("HOME", self.folder.path())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{stderr}");
        let console = stderr.lines().filter(|line| line.contains("CONSOLE"));
        let document = String::from_utf8_lossy(&output.stdout).into_owned();
        (document, console.map(str::to_owned).collect())
    }

    /// Lays a page out on a sheet and returns what is wrong with it, and how many plots and tables were looked at.
    pub fn faults(&self, page: &str, sheet: Sheet) -> (Vec<String>, u64, u64) {
        let wrapper = self.folder.path().join("wrapper.html");
        fs::write(&wrapper, wrapper_of(page, sheet)).unwrap();
        let (document, _) = self.load(&wrapper);
        let found = document
            .split("<pre id=\"out\">")
            .nth(1)
            .and_then(|rest| rest.split("</pre>").next());
        let found = found.unwrap_or_else(|| panic!("nothing was measured:\n{document}"));
        let found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let found: Value = serde_json::from_str(&found).unwrap_or_else(|error| panic!("{error}: {found}"));
        let faults = found["faults"].as_array().unwrap().iter();
        let faults = faults.map(|fault| fault.as_str().unwrap().to_owned()).collect();
        (
            faults,
            found["plots"].as_u64().unwrap(),
            found["tables"].as_u64().unwrap(),
        )
    }
}

/// A page with the page in a frame as wide as the sheet: so a window can be narrower than a browser lets it be.
fn wrapper_of(page: &str, sheet: Sheet) -> String {
    let inside = page.replace('&', "&amp;").replace('"', "&quot;");
    let width = sheet.width_pixels();
    let print = sheet == Sheet::A4;
    format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><script>{MEASURE}</script><pre id=\"out\"></pre>\
         <iframe id=\"frame\" style=\"border:0;width:{width}px;height:1000px\" \
         onload=\"document.getElementById('out').textContent = JSON.stringify(measure(this.contentDocument, {print}))\" \
         srcdoc=\"{inside}\"></iframe>"
    )
}

/// What a person would see: text beyond the edge of its sheet, cell or plot, text upon text, small or pale text.
const MEASURE: &str = r#"
function luminance(colour) {
  const parts = colour.match(/[\d.]+/g).slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}
function ground(element, view) {
  for (let at = element; at; at = at.parentElement) {
    const colour = view.getComputedStyle(at).backgroundColor;
    if (!/, 0\)$/.test(colour) && colour !== 'transparent') return colour;
  }
  return 'rgb(255, 255, 255)';
}
function measure(page, print) {
  const view = page.defaultView, faults = [];
  if (print) for (const sheet of page.styleSheets) for (const rule of sheet.cssRules)
    if (rule.media && rule.media.mediaText === 'print') rule.media.mediaText = 'all';
  const width = page.documentElement.clientWidth;
  for (const element of page.body.querySelectorAll('*')) {
    const right = element.getBoundingClientRect().right;
    const frame = element.closest('.wide');
    if (frame && right > frame.getBoundingClientRect().right + 1) faults.push('beyond its frame: '
      + element.tagName + ' ' + element.textContent.slice(0, 60));
    if (right > width + 0.5) faults.push('beyond the sheet by ' + (right - width) + ': ' + element.tagName
      + ' ' + element.textContent.slice(0, 60));
  }
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement, words = node.textContent.trim();
    if (!words || element.tagName === 'title') continue;
    const range = page.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const holder = element.closest('svg, td, th, div, li') || page.body;
    const frame = holder.getBoundingClientRect();
    if (box.left < -0.5 || box.right > width + 0.5) faults.push('beyond the sheet: ' + words);
    if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
        || box.bottom > frame.bottom + 1) faults.push('beyond its ' + holder.tagName + ': ' + words);
    const style = view.getComputedStyle(element);
    const ink = element.closest('svg') ? style.fill : style.color;
    const [light, dark] = [luminance(ink), luminance(ground(element, view))].sort((one, other) => other - one);
    if ((light + 0.05) / (dark + 0.05) < 4.5) faults.push('pale: ' + words);
    if (box.height / (element.closest('svg') ? 1 : Math.max(1, range.getClientRects().length)) < 9)
      faults.push('small: ' + words);
  }
  const plots = page.querySelectorAll('svg');
  for (const plot of plots) {
    const boxes = [...plot.querySelectorAll('text')].map(text => [text.getBoundingClientRect(), text.textContent]);
    boxes.forEach(([one, words], at) => boxes.slice(at + 1).forEach(([other, others]) => {
      if (one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 3
          && other.top < one.bottom - 3) faults.push('upon each other: ' + words + ' / ' + others);
    }));
  }
  return { faults, plots: plots.length, tables: page.querySelectorAll('table').length };
}
"#;

#[test]
fn the_measuring_sees_what_is_wrong() {
    let Some(browser) = Browser::find() else { return };
    let page = "<!DOCTYPE html><meta charset=\"utf-8\"><body style=\"margin:0\">\
        <p style=\"white-space:nowrap\">a line that is far too long for a telephone and goes on and on and on</p>\
        <p style=\"color:#999\">pale words</p><p style=\"font-size:5px\">small words</p>\
        <svg width=\"100\" height=\"40\"><text x=\"0\" y=\"20\">one</text><text x=\"4\" y=\"20\">two</text></svg>";
    let (faults, plots, _) = browser.faults(page, Sheet::Telephone);
    for expected in [
        "beyond the sheet",
        "pale: pale words",
        "small: small words",
        "upon each other: one / two",
    ] {
        assert!(
            faults.iter().any(|fault| fault.starts_with(expected)),
            "{expected}: {faults:?}"
        );
    }
    assert_eq!(plots, 1);
    let noisy = browser.folder.path().join("noisy.html");
    fs::write(&noisy, "<script>console.error('heard'); missing()</script>").unwrap();
    let (_, console) = browser.load(&noisy);
    assert!(console.iter().any(|line| line.contains("heard")), "{console:?}");
    assert!(
        console.iter().any(|line| line.contains("missing is not defined")),
        "{console:?}"
    );
}
