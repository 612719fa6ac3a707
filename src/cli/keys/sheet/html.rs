//! The recovery sheet as HTML: one page of A4 or Letter, as the printer has it, complete in itself, with a QR code of the recovery code.

use fast_qr::ECL;
use fast_qr::convert::Builder;
use fast_qr::convert::Shape;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use zeroize::Zeroizing;

use super::page::Page;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;

/// Room for the whole sheet, so that no grown and abandoned buffer keeps the code.
const ROOM: usize = 128 * 1024;

const STYLE: &str = "@page { margin: 12mm }
body { font: 9.5pt/1.3 'DejaVu Sans', Helvetica, Arial, sans-serif; color: #000; background: #fff; max-width: 186mm; margin: 4mm auto }
@media print { body { margin: 0 auto } }
h1 { font-size: 18pt; margin: 0 0 2mm }
h2 { font-size: 10.5pt; margin: 3.5mm 0 1mm }
p { margin: 1mm 0 }
.warning { border: 1.2mm solid #000; padding: 2mm 4mm; font-weight: bold }
table { border-collapse: collapse; margin: 3mm 0 }
th { text-align: left; font-weight: normal; color: #333; padding: 0.4mm 6mm 0.4mm 0; vertical-align: top; white-space: nowrap }
td { padding: 0.4mm 0; overflow-wrap: anywhere }
.code { display: flex; gap: 8mm; align-items: center; border: 0.3mm solid #000; padding: 3mm 5mm }
.code svg { width: 34mm; height: 34mm; flex: none }
.groups { display: grid; grid-template-columns: repeat(4, auto); gap: 4mm 9mm; font: 16pt 'DejaVu Sans Mono', Menlo, Consolas, monospace }
.groups small { font-size: 8pt; color: #333; display: block }
pre { font: 9pt/1.35 'DejaVu Sans Mono', Menlo, Consolas, monospace; margin: 1mm 0; padding: 1mm 3mm; background: #f0f0f0; white-space: pre-wrap; overflow-wrap: anywhere }
.end { color: #333; font-size: 8.5pt; margin-top: 3mm }";

/// Returns the sheet.
///
/// # Errors
/// When the QR code cannot be made.
pub(super) fn show(page: &Page) -> Result<Zeroizing<String>, CliError> {
    let mut out = Zeroizing::new(String::with_capacity(ROOM));
    let mut put = |parts: &[&str]| parts.iter().for_each(|part| out.push_str(part));
    put(&["<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"]);
    // Nothing is fetched, and nothing of the page leaves, whatever a text on it holds.
    put(&["<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"]);
    put(&["<title>", page.title, "</title>\n<style>\n", STYLE, "\n</style>\n</head>\n<body>\n"]);
    put(&["<h1>", page.title, "</h1>\n<p class=\"warning\">", &escaped(page.warning), "</p>\n<table>\n"]);
    for (label, value) in &page.facts {
        put(&["<tr><th>", label, "</th><td>", &escaped(value), "</td></tr>\n"]);
    }
    put(&["</table>\n<div class=\"code\">\n", &qr(&page.code)?, "\n<div class=\"groups\">\n"]);
    for (place, group) in page.code.split('-').enumerate() {
        put(&["<span><small>", &(place + 1).to_string(), "</small>", group, "</span>\n"]);
    }
    put(&["</div>\n</div>\n<p>", &escaped(page.about_code), "</p>\n"]);
    for way in &page.ways {
        put(&["<h2>", way.heading, "</h2>\n<pre>"]);
        way.commands.iter().for_each(|command| put(&[&escaped(command), "\n"]));
        put(&["</pre>\n<p>", &escaped(way.note), "</p>\n"]);
    }
    put(&["<p class=\"end\">", &escaped(&page.end), "</p>\n</body>\n</html>\n"]);
    Ok(out)
}

/// Returns the QR code of a recovery code. In capitals it needs fewer dots, and is the same code.
fn qr(code: &str) -> Result<Zeroizing<String>, CliError> {
    let capitals = Zeroizing::new(code.to_ascii_uppercase());
    let made = QRBuilder::new(capitals.as_str()).ecl(ECL::Q).build();
    let made = made.map_err(|error| CliError::caused(Exit::Failure, "the QR code cannot be made", error))?;
    Ok(Zeroizing::new(SvgBuilder::default().margin(2).shape(Shape::Square).to_str(&made)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
