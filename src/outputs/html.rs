//! Pages of HTML: self-contained, without scripts or outside resources, made to be printed on A4. Text is escaped and
//! made harmless.

use crate::domain::harmless::harmless;
use crate::messages::Lang;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::borrow::Cow;

/// Black on white, readable on a telephone and on paper; headings of tables repeat on each page, rows stay whole.
const STYLE: &str = "\
@page { size: A4; margin: 15mm 12mm; }\n\
* { box-sizing: border-box; }\n\
body { font: 11pt/1.4 'Liberation Sans', Arial, sans-serif; color: #000; background: #fff; margin: 0 auto; \
max-width: 190mm; padding: 4mm; overflow-wrap: anywhere; }\n\
h1 { font-size: 15pt; margin: 0 0 1mm; }\n\
h2 { font-size: 12pt; margin: 6mm 0 2mm; }\n\
p { margin: 0 0 2mm; }\n\
.wide { overflow-x: auto; }\n\
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; }\n\
th, td { border: 0.3mm solid #444; padding: 1.2mm 1.6mm; text-align: left; vertical-align: top; }\n\
th { background: #eee; }\n\
td.number { text-align: right; }\n\
td.fill { min-width: 20mm; height: 10mm; }\n\
.signers { display: flex; justify-content: space-between; margin-top: 10mm; break-inside: avoid; }\n\
.signers div { width: 70mm; padding-top: 18mm; border-bottom: 0.3mm solid #000; position: relative; }\n\
.signers span { position: absolute; top: 0; left: 0; }\n\
@media print { body { padding: 0; max-width: none; } .wide { overflow: visible; } thead { display: table-header-group; } \
tr { break-inside: avoid; } th { background: none; } section + section.page { break-before: page; } }\n";

/// Lays a page out; `body` stands below the title and the lines under it.
pub fn page(lang: Lang, title: &str, under: &[String], body: &Markup) -> String {
    page_with(lang, title, under, "", body)
}

/// Lays a page out as `page` does, with `style` of its own behind the common one.
pub fn page_with(lang: Lang, title: &str, under: &[String], style: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (text(title)) }
                style { (PreEscaped(STYLE)) (PreEscaped(style)) }
            }
            body {
                h1 { (text(title)) }
                @for line in under { p { (text(line)) } }
                (body)
            }
        }
    };
    let mut page = markup.into_string();
    page.push('\n');
    page
}

/// Takes text of people for a page: nothing in it that turns the line round or hides; maud escapes the rest.
pub fn text(written: &str) -> Cow<'_, str> {
    harmless(written)
}

/// The places for signatures at the foot of a list.
pub fn signers(names: &[&str]) -> Markup {
    html! { div.signers { @for name in names { div { span { (name) } } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_runs_nothing_and_needs_nothing() {
        let hostile = "<script>alert(1)</script> \u{202e}& \"x\"";
        let body = html! { p title=(text(hostile)) { (text(hostile)) } };
        let page = page(Lang::Id, hostile, &[hostile.to_owned()], &body);
        assert!(!page.contains("<script") && !page.contains('\u{202e}'), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        for outside in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"id\">"));
    }
}
