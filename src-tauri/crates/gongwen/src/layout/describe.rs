//! A layout as text, for snapshots and for people: what stands where.

use super::{Colour, Layout, Line, Rule, Turned};
use std::fmt::Write;

impl Layout {
    /// Per page, per line: top and left in mm, face and size, text. Characters that come from a
    /// fallback face are listed after the line.
    pub fn describe(&self) -> String {
        let mut out = String::new();
        for (number, page) in self.pages.iter().enumerate() {
            let _ = writeln!(out, "第{}页", number + 1);
            describe_rules(&mut out, &page.rules);
            for line in page.under.iter().chain(&page.lines) {
                describe_line(&mut out, line);
            }
            if page.turned != Turned::default() {
                let _ = writeln!(out, "  横排");
                describe_rules(&mut out, &page.turned.rules);
                for line in &page.turned.lines {
                    describe_line(&mut out, line);
                }
            }
        }
        out
    }
}

fn describe_rules(out: &mut String, rules: &[Rule]) {
    for rule in rules {
        let _ = writeln!(
            out,
            "  线 {:.2} {:.2}  宽{:.2} 高{:.2}{}",
            rule.y,
            rule.x,
            rule.width,
            rule.height,
            colour(rule.colour)
        );
    }
}

fn describe_line(out: &mut String, line: &Line) {
    let _ = write!(
        out,
        "  {:6.2} {:6.2}–{:<6.2}",
        line.top,
        line.left,
        line.right()
    );
    let mut segment: Option<(String, String)> = None;
    let mut borrowed = String::new();
    for run in &line.runs {
        let usual = run.face.is_usual_for(run.role);
        let text: String = run.glyphs.iter().map(|glyph| glyph.character).collect();
        if !usual {
            let _ = write!(borrowed, " {}:{text}", run.face.name());
        }
        let size = (run.size * 100.0).round() / 100.0;
        let mut style = format!("{:?} {size}{}", run.role, colour(run.colour));
        if run.scale < 1.0 {
            let _ = write!(style, " 窄{:.1}%", run.scale * 100.0);
        }
        match &mut segment {
            Some((current, collected)) if *current == style => collected.push_str(&text),
            _ => {
                flush(out, segment.take());
                segment = Some((style, text));
            }
        }
    }
    flush(out, segment);
    if !borrowed.is_empty() {
        let _ = write!(out, "  （{}）", borrowed.trim());
    }
    out.push('\n');
}

fn flush(out: &mut String, segment: Option<(String, String)>) {
    if let Some((style, text)) = segment {
        let _ = write!(out, " [{style}]{text}");
    }
}

fn colour(colour: Colour) -> &'static str {
    match colour {
        Colour::Black => "",
        Colour::Red => " 红",
        Colour::Pale => " 淡",
    }
}
