//! PDF files written here byte by byte: Chinese fonts in every way they are
//! declared, and pages drawn in unusual ways.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use encoding_rs::GB18030;
use hayro_syntax::Pdf as Parsed;
use hayro_syntax::object::{Dict, Stream};
use minutes::{Error, Limits, ParagraphKind, parse};

/// A PDF file in the making. Object 1 is the catalogue, 2 the page tree.
#[derive(Default)]
struct Pdf {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
}

impl Pdf {
    fn new() -> Self {
        Self {
            objects: vec![Vec::new(), Vec::new()],
            pages: Vec::new(),
        }
    }

    fn object(&mut self, body: impl AsRef<[u8]>) -> usize {
        self.objects.push(body.as_ref().to_vec());
        self.objects.len()
    }

    fn stream(&mut self, dict: &str, data: &[u8]) -> usize {
        let mut body = format!("<<{dict}/Length {}>>\nstream\n", data.len()).into_bytes();
        body.extend(data);
        body.extend(b"\nendstream");
        self.object(body)
    }

    /// Adds a page of 600 × 800 pt that draws `content` with font `/F`.
    fn page(&mut self, font: usize, content: &[u8]) {
        self.page_with("", font, "", content);
    }

    fn page_with(&mut self, page: &str, font: usize, resources: &str, content: &[u8]) {
        let content = self.stream("", content);
        let body = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]{page}/Contents {content} 0 R/Resources<</Font<</F {font} 0 R>>{resources}>>>>"
        );
        let page = self.object(body);
        self.pages.push(page);
    }

    fn bytes(mut self) -> Vec<u8> {
        let kids: Vec<String> = self.pages.iter().map(ToString::to_string).collect();
        let kids = kids.join(" 0 R ");
        self.objects[0] = b"<</Type/Catalog/Pages 2 0 R>>".to_vec();
        self.objects[1] = format!(
            "<</Type/Pages/Kids[{kids} 0 R]/Count {}>>",
            self.pages.len()
        )
        .into_bytes();
        let mut file = b"%PDF-1.5\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.objects.len() + 1);
        for (index, body) in self.objects.iter().enumerate() {
            let _ = writeln!(table, "{:010} 00000 n ", file.len());
            file.extend(format!("{} 0 obj\n", index + 1).into_bytes());
            file.extend(body);
            file.extend(b"\nendobj\n");
        }
        let start = file.len();
        let size = self.objects.len() + 1;
        file.extend(table.into_bytes());
        file.extend(
            format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n")
                .into_bytes(),
        );
        file
    }

    /// A Chinese font that is not embedded.
    fn named_font(&mut self, encoding: &str) -> usize {
        let descendant = self.object(
            "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000\
             /CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>\
             /FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/Ascent 880/Descent -120>>>>",
        );
        self.object(format!(
            "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/{encoding}/DescendantFonts[{descendant} 0 R]>>"
        ))
    }

    /// A Chinese font with a font program inside but no ToUnicode table.
    fn embedded_font(&mut self, encoding: &str, ordering: &str) -> usize {
        let program = self.stream("", &font_program());
        let descendant = self.object(format!(
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+Sample/DW 1000/CIDToGIDMap/Identity\
             /CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 0>>\
             /FontDescriptor<</Type/FontDescriptor/FontName/ABCDEF+Sample/Flags 4/FontFile2 {program} 0 R>>>>"
        ));
        self.object(format!(
            "<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Sample/Encoding/{encoding}/DescendantFonts[{descendant} 0 R]>>"
        ))
    }
}

/// The TrueType program out of the fixture.
fn font_program() -> Vec<u8> {
    let pdf = Parsed::new(fixture("示例局党组会议记录.pdf")).expect("the fixture is whole");
    pdf.objects()
        .into_iter()
        .filter_map(hayro_syntax::object::Object::into_dict)
        .find_map(|dict: Dict<'_>| dict.get::<Stream<'_>>(b"FontFile2"))
        .map(|stream| stream.decoded_data().expect("unpacks").into_owned())
        .expect("the fixture has an embedded font")
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/minutes");
    std::fs::read(folder.join(name)).expect("the fixture is in the repository")
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02X}");
    }
    text
}

fn gbk(text: &str) -> String {
    hex(&GB18030.encode(text).0)
}

fn ucs2(text: &str) -> String {
    hex(&text
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect::<Vec<u8>>())
}

fn read(bytes: &[u8]) -> Result<Vec<String>, Error> {
    let imported = parse("x.pdf", bytes, &Limits::default())?;
    Ok(imported.paragraphs.into_iter().map(|p| p.text).collect())
}

/// The paragraphs of one page drawn with a font that is not embedded.
fn drawn(encoding: &str, content: &str) -> Vec<String> {
    let mut pdf = Pdf::new();
    let font = pdf.named_font(encoding);
    pdf.page(font, content.as_bytes());
    read(&pdf.bytes()).expect("readable")
}

const SENTENCE: &str = "会议应到7人，实到6人。";

#[test]
fn predefined_encodings_of_fonts_that_are_not_embedded() {
    for (encoding, coded) in [
        ("GBK-EUC-H", gbk(SENTENCE)),
        ("GBKp-EUC-H", gbk(SENTENCE)),
        ("GBK2K-H", gbk(SENTENCE)),
        ("GB-EUC-H", gbk(SENTENCE)),
        ("UniGB-UCS2-H", ucs2(SENTENCE)),
        ("UniGB-UTF16-H", ucs2(SENTENCE)),
    ] {
        let content = format!("BT /F 16 Tf 72 700 Td <{coded}> Tj ET");
        assert_eq!(drawn(encoding, &content), [SENTENCE], "{encoding}");
    }
}

#[test]
fn an_embedded_font_without_a_table_is_read_through_its_collection() {
    for (encoding, ordering, coded) in [
        ("GBK-EUC-H", "GB1", gbk(SENTENCE)),
        ("UniGB-UCS2-H", "GB1", ucs2(SENTENCE)),
    ] {
        let mut pdf = Pdf::new();
        let font = pdf.embedded_font(encoding, ordering);
        pdf.page(
            font,
            format!("BT /F 16 Tf 72 700 Td <{coded}> Tj ET").as_bytes(),
        );
        assert_eq!(
            read(&pdf.bytes()),
            Ok(vec![SENTENCE.to_owned()]),
            "{encoding}"
        );
    }
}

#[test]
fn a_font_that_does_not_say_what_it_shows_is_reported() {
    let mut pdf = Pdf::new();
    let font = pdf.embedded_font("Identity-H", "Identity");
    pdf.page(font, b"BT /F 16 Tf 72 700 Td <000100020003> Tj ET");
    assert_eq!(read(&pdf.bytes()), Err(Error::UnreadablePdf));
    // Among readable text, the unknown signs are shown and counted.
    let mut pdf = Pdf::new();
    let dark = pdf.embedded_font("Identity-H", "Identity");
    let clear = pdf.named_font("UniGB-UCS2-H");
    let content = format!(
        "BT /F 16 Tf 72 700 Td <{}> Tj /G 16 Tf <0001> Tj ET",
        ucs2("会议同意")
    );
    let content = pdf.stream("", content.as_bytes());
    let page = pdf.object(format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {content} 0 R/Resources<</Font<</F {clear} 0 R/G {dark} 0 R>>>>>>"
    ));
    pdf.pages.push(page);
    let imported = parse("x.pdf", &pdf.bytes(), &Limits::default()).expect("readable");
    assert_eq!(imported.paragraphs[0].text, "会议同意\u{fffd}");
    assert!(
        imported.warnings[0].contains("1 个字"),
        "{:?}",
        imported.warnings
    );
}

#[test]
fn text_is_placed_by_every_operator_that_places_text() {
    let (a, b) = (ucs2("甲"), ucs2("某"));
    for content in [
        format!("BT /F 16 Tf 72 700 Td [<{a}> -20 <{b}>] TJ ET"),
        format!("BT /F 1 Tf 16 0 0 16 72 700 Tm <{a}{b}> Tj ET"),
        format!("q 2 0 0 2 0 0 cm BT /F 8 Tf 36 350 Td <{a}> Tj <{b}> Tj ET Q"),
        format!("BT /F 16 Tf 16 TL 72 716 Td T* <{a}> Tj 16 0 Td <{b}> Tj ET"),
        format!("BT /F 16 Tf 72 700 Td 0 0 <{a}{b}> \" ET"),
        format!("BT /F 32 Tf 50 Tz 72 700 Td <{a}{b}> Tj ET"),
        // Invisible text, as character recognition lays it under a scan.
        format!("BT 3 Tr /F 16 Tf 72 700 Td <{a}{b}> Tj ET"),
        // Printed twice for a bold face, and once out of order.
        format!("BT /F 16 Tf 72 700 Td <{a}{b}> Tj ET BT /F 16 Tf 72.4 700 Td <{a}{b}> Tj ET"),
        format!("BT /F 16 Tf 88 700 Td <{b}> Tj -16 0 Td <{a}> Tj ET"),
    ] {
        assert_eq!(drawn("UniGB-UCS2-H", &content), ["甲某"], "{content}");
    }
}

#[test]
fn a_form_is_read_where_it_is_drawn() {
    let mut pdf = Pdf::new();
    let font = pdf.named_font("UniGB-UCS2-H");
    let inner = format!("BT /F 16 Tf 0 0 Td <{}> Tj ET", ucs2("甲某"));
    let dict = format!(
        "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Matrix[1 0 0 1 72 600]/Resources<</Font<</F {font} 0 R>>>>"
    );
    let form = pdf.stream(&dict, inner.as_bytes());
    let content = format!("/X Do BT /F 16 Tf 72 700 Td <{}> Tj ET", ucs2("在上"));
    pdf.page_with(
        "",
        font,
        &format!("/XObject<</X {form} 0 R>>"),
        content.as_bytes(),
    );
    assert_eq!(
        read(&pdf.bytes()),
        Ok(vec!["在上".to_owned(), "甲某".to_owned()])
    );
}

#[test]
fn a_form_that_draws_itself_comes_to_an_end() {
    let mut pdf = Pdf::new();
    let font = pdf.named_font("UniGB-UCS2-H");
    let form = pdf.objects.len() + 1;
    let dict = format!("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {form} 0 R>>>>");
    assert_eq!(pdf.stream(&dict, b"/X Do /X Do"), form);
    let content = format!("/X Do BT /F 16 Tf 72 700 Td <{}> Tj ET", ucs2("甲某"));
    pdf.page_with(
        "",
        font,
        &format!("/XObject<</X {form} 0 R>>"),
        content.as_bytes(),
    );
    assert_eq!(read(&pdf.bytes()), Ok(vec!["甲某".to_owned()]));
}

#[test]
fn pages_that_are_turned_and_columns_that_run_down_are_read() {
    let mut pdf = Pdf::new();
    let font = pdf.named_font("UniGB-UCS2-H");
    let turned = format!(
        "BT /F 16 Tf 0 1 -1 0 300 100 Tm <{}> Tj ET BT /F 16 Tf 0 1 -1 0 400 100 Tm <{}> Tj ET",
        ucs2("第一行"),
        ucs2("第二行")
    );
    pdf.page_with("/Rotate 90", font, "", turned.as_bytes());
    assert_eq!(
        read(&pdf.bytes()),
        Ok(vec!["第一行".to_owned(), "第二行".to_owned()])
    );
    let down = format!(
        "BT /F 16 Tf 500 700 Td <{}> Tj -40 0 Td <{}> Tj ET",
        ucs2("右列先读"),
        ucs2("左列后读")
    );
    // Two full columns are one paragraph that runs on.
    assert_eq!(drawn("UniGB-UCS2-V", &down), ["右列先读左列后读"]);
}

#[test]
fn a_slanted_watermark_is_not_text() {
    let content = format!(
        "BT /F 60 Tf 0.7 0.7 -0.7 0.7 100 300 Tm <{}> Tj ET BT /F 16 Tf 72 700 Td <{}> Tj ET",
        ucs2("样张"),
        ucs2("甲某同意")
    );
    assert_eq!(drawn("UniGB-UCS2-H", &content), ["甲某同意"]);
}

#[test]
fn look_alike_radicals_become_ordinary_characters() {
    let content = format!("BT /F 16 Tf 72 700 Td <{}> Tj ET", ucs2("⼈事处⻓"));
    let mut pdf = Pdf::new();
    let font = pdf.named_font("UniGB-UCS2-H");
    let table = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000><FFFF> endcodespacerange \
        1 beginbfrange <0000><FFFF><0000> endbfrange endcmap end";
    let table = pdf.stream("", table);
    let with_table = String::from_utf8(pdf.objects[font - 1].clone())
        .expect("written here")
        .replace(
            "/Type/Font/Subtype/Type0",
            &format!("/Type/Font/Subtype/Type0/ToUnicode {table} 0 R"),
        );
    pdf.objects[font - 1] = with_table.into_bytes();
    pdf.page(font, content.as_bytes());
    assert_eq!(read(&pdf.bytes()), Ok(vec!["人事处长".to_owned()]));
}

#[test]
fn a_scan_is_told_from_a_text_and_missing_pages_are_named() {
    let image = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q";
    let mut pdf = Pdf::new();
    let font = pdf.named_font("UniGB-UCS2-H");
    pdf.page(font, image.as_bytes());
    assert_eq!(read(&pdf.bytes()), Err(Error::ScannedPdf));
    let mut pdf = Pdf::new();
    let font = pdf.named_font("UniGB-UCS2-H");
    pdf.page(
        font,
        format!("BT /F 16 Tf 72 700 Td <{}> Tj ET", ucs2("甲某")).as_bytes(),
    );
    pdf.page(font, image.as_bytes());
    let imported = parse("x.pdf", &pdf.bytes(), &Limits::default()).expect("readable");
    assert!(
        imported.warnings[0].contains("第 2 页"),
        "{:?}",
        imported.warnings
    );
    assert_eq!(imported.paragraphs[0].page, Some(1));
    assert_eq!(imported.paragraphs[0].kind, ParagraphKind::Text);
}

#[test]
fn passwords_are_told_apart() {
    let name = "打开需密码.pdf";
    assert_eq!(read(&fixture(name)), Err(Error::EncryptedPdf));
    assert_eq!(
        read(&fixture("限制编辑.pdf")),
        Ok(vec!["Sample 2024".to_owned()])
    );
}

#[test]
fn a_page_that_unpacks_to_gigabytes_is_refused() {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..300 {
        packer.write_all(&blanks).expect("memory takes it");
    }
    let packed = packer.finish().expect("memory takes it");
    let mut pdf = Pdf::new();
    let content = pdf.stream("/Filter/FlateDecode", &packed);
    let page = pdf.object(format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {content} 0 R>>"
    ));
    pdf.pages.push(page);
    assert_eq!(read(&pdf.bytes()), Err(Error::Bomb));
}

#[test]
fn endless_drawing_is_stopped() {
    let mut pdf = Pdf::new();
    let font = pdf.named_font("UniGB-UCS2-H");
    pdf.page(
        font,
        format!("BT /F 16 Tf <{}> Tj ET", ucs2(&"长".repeat(2_000))).as_bytes(),
    );
    let limits = Limits {
        pdf_steps: 1_000,
        ..Limits::default()
    };
    let answer = parse("x.pdf", &pdf.bytes(), &limits);
    assert!(
        matches!(answer, Err(Error::TooMuchText { .. })),
        "{answer:?}"
    );
}
