//! What a document says, read from its JSON without the typesetter's model.

use serde_json::Value;

/// A document's JSON.
#[derive(Debug, Clone)]
pub struct Facts {
    json: Value,
}

/// A paragraph of running text.
#[derive(Debug, Clone)]
pub(crate) struct Paragraph {
    /// Level of its heading, 1 to 4; 0 for plain text.
    pub(crate) level: usize,
    /// The heading without the text that follows on its line.
    pub(crate) heading: String,
    /// Heading and text without white.
    pub(crate) text: String,
}

/// A text without white, as it is read back from a page.
pub(crate) fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

impl Facts {
    /// Reads the JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(json: &str) -> Result<Self, serde_json::Error> {
        Ok(Self {
            json: serde_json::from_str(json)?,
        })
    }

    /// Which form the paper takes.
    pub fn format(&self) -> &str {
        self.json["format"].as_str().unwrap_or("")
    }

    /// A part of the document that is one text, without white; empty when absent.
    pub(crate) fn text(&self, name: &str) -> String {
        plain(self.json[name].as_str().unwrap_or(""))
    }

    /// A part of the document that is several texts.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        texts(&self.json[name])
    }

    /// The names in the red mark, the leading one first.
    pub(crate) fn marks(&self) -> Vec<String> {
        let mut marks = vec![self.text("mark")];
        marks.extend(self.list("joint_marks"));
        marks
    }

    pub(crate) fn duplex(&self) -> bool {
        self.json["options"]["duplex"] == true
    }

    pub(crate) fn watermark(&self) -> bool {
        self.json["options"]["draft_watermark"] == true
    }

    /// Top of one line to top of the next, mm: as the standard wants it, or 28.95 pt for those who
    /// asked for the pitch of word processors' templates.
    pub(crate) fn line(&self) -> f64 {
        if self.json["options"]["line_pitch"] == "wps" {
            28.95 * 25.4 / 72.0
        } else {
            super::LINE
        }
    }

    /// Is the paper set in lines of running text, with the parts of an official document?
    pub(crate) fn official(&self) -> bool {
        matches!(self.format(), "letter" | "document" | "order" | "minutes")
    }

    pub(crate) fn organs(&self) -> Vec<String> {
        texts(&self.json["signature"]["organs"])
    }

    /// `space`, `none` or `signer_stamp`; `None` when nobody signs.
    pub(crate) fn seal(&self) -> Option<&str> {
        let signature = self.json["signature"].as_object()?;
        Some(
            signature
                .get("seal")
                .and_then(Value::as_str)
                .unwrap_or("space"),
        )
    }

    /// 成文日期 as the standard writes it; a draft's blanks, without white, when there is none.
    pub(crate) fn date(&self) -> String {
        let day = self.json["signature"]["date"].as_str();
        day.map_or("年月日".to_owned(), written)
    }

    /// Posts of those who sign with a stamp, the leading one first.
    pub(crate) fn posts(&self) -> Vec<String> {
        let signature = &self.json["signature"];
        let mut posts = vec![plain(signature["post"].as_str().unwrap_or(""))];
        posts.extend(texts(&signature["joint_posts"]));
        posts
    }

    /// 印发机关 and 印发日期 as they are printed.
    pub(crate) fn printed_by(&self) -> Option<(String, String)> {
        let printed = self.json["printed_by"].as_object()?;
        let day = printed.get("date").and_then(Value::as_str).unwrap_or("");
        let organ = printed.get("organ").and_then(Value::as_str).unwrap_or("");
        Some((plain(organ), format!("{}印发", written(day))))
    }

    /// 出席, 请假, 列席: those that are not empty.
    pub(crate) fn attendance(&self) -> Vec<(&'static str, Vec<String>)> {
        [
            ("出席：", "present"),
            ("请假：", "absent"),
            ("列席：", "observing"),
        ]
        .into_iter()
        .map(|(caption, name)| (caption, texts(&self.json["attendance"][name])))
        .filter(|(_, names)| !names.is_empty())
        .collect()
    }

    /// Paragraphs of the body.
    pub(crate) fn body(&self) -> Vec<Paragraph> {
        paragraphs(&self.json["body"])
    }

    /// Title and paragraphs of each annex.
    pub(crate) fn annexes(&self) -> Vec<(String, Vec<Paragraph>)> {
        let annexes = self.json["annexes"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        annexes
            .iter()
            .map(|annex| {
                let title = plain(annex["title"].as_str().unwrap_or(""));
                (title, paragraphs(&annex["body"]))
            })
            .collect()
    }

    /// Does the text hold tables, whose lines keep no grid?
    pub(crate) fn has_table(&self) -> bool {
        let body = self.json["body"].as_array().into_iter().flatten();
        let annexed = self.json["annexes"].as_array().into_iter().flatten();
        let annexed = annexed.flat_map(|annex| annex["body"].as_array().into_iter().flatten());
        body.chain(annexed).any(|block| {
            ["table", "grid", "fields"]
                .iter()
                .any(|name| block.get(*name).is_some())
        })
    }

    /// Captions of the columns and the rows of a register.
    pub(crate) fn register(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let table = &self.json["body"][0]["table"];
        let rows = table["rows"].as_array().into_iter().flatten();
        (texts(&table["columns"]), rows.map(texts).collect())
    }

    /// Columns of a register that are summed.
    pub(crate) fn sums(&self) -> Vec<String> {
        texts(&self.json["register"]["sums"])
    }

    /// Captions at the foot of every page of a record.
    pub(crate) fn signers(&self) -> Vec<String> {
        if self.format() != "record" {
            return Vec::new();
        }
        match &self.json["record"]["signers"] {
            Value::Null => ["被谈话人签名", "谈话人签名", "记录人签名"]
                .map(str::to_owned)
                .to_vec(),
            given => texts(given),
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(plain).collect()
}

/// `2026-03-05` as 2026年3月5日.
fn written(day: &str) -> String {
    let parts: Vec<&str> = day
        .split('-')
        .map(|part| part.trim_start_matches('0'))
        .collect();
    match parts.as_slice() {
        [year, month, day] => format!("{year}年{month}月{day}日"),
        _ => day.to_owned(),
    }
}

fn paragraphs(body: &Value) -> Vec<Paragraph> {
    let mut found = Vec::new();
    for block in body.as_array().into_iter().flatten() {
        let text = |name: &str| block[name].as_str().unwrap_or("");
        for part in text("p").lines().map(plain).filter(|part| !part.is_empty()) {
            found.push(Paragraph {
                level: 0,
                heading: String::new(),
                text: part,
            });
        }
        for level in 1..=4 {
            let heading = plain(text(&format!("h{level}")));
            if !heading.is_empty() {
                found.push(Paragraph {
                    level,
                    text: format!("{heading}{}", plain(text("run_in"))),
                    heading,
                });
            }
        }
    }
    found
}
