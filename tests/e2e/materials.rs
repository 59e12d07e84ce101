//! A scan, a document and a recording are added, looked at, listened to, given
//! out again; and once the archive is locked nothing more comes.

use crate::support::{Home, Window};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn materials_are_added_looked_at_heard_and_given_out() {
    let home = Home::new();
    let window = Window::open(&home, &[]);
    window.click("start-sample");
    window.wait_until("the desk is open", |window| {
        (window.route() == "/desk").then_some(())
    });

    // A photograph of a person's papers, and what is wrong with an empty file.
    window.click("rail-people");
    window.click("people-row");
    window.wait_for_text_in("materials-none", "原样加密保存");
    window.click("material-add");
    let empty = file(&home, "空.png", &[]);
    window.fill("material-path", &text(&empty));
    window.click("material-save");
    window.wait_for_text_in("error-bar", "空文件");
    window.click("error-dismiss");
    let picture = picture();
    let photo = file(&home, "现场照片.jpg", &picture);
    window.fill("material-path", &text(&photo));
    window.wait_for_value("material-name", "现场照片");
    window.fill("material-name", "公示栏照片");
    window.fill("material-source", "示例局一楼公示栏");
    window.fill("material-provider", "乙某");
    window.pictures("material-form");
    window.click("material-save");
    window.wait_for_text_in("material-row", "公示栏照片");
    window.wait_for_text_in("material-row", "PNG图片");
    window.wait_for_text_in("material-row", "示例局一楼公示栏");
    window.pictures("material-list");
    window.click("material-open");
    drawn_picture(&window);
    let id = window.route().rsplit('/').next().expect("an id").to_owned();

    // Given out: the very bytes.
    window.click("material-page-export");
    let out = home.path().join("文档/取出.png");
    window.fill("material-export-path", &text(&out));
    window.click("material-export-write");
    window.wait_for_text_in("material-export-done", "已导出并核对");
    assert_eq!(fs::read(&out).expect("written"), picture);

    // A scanned document on a finding.
    window.click("rail-findings");
    window.click("findings-row");
    add(
        &window,
        &file(&home, "扫描件.pdf", &pdf()),
        "书面说明扫描件",
    );
    window.click("material-open");
    read_document(&window);

    // A recording of a talk.
    window.click("material-back");
    window.by_test("finding-title");
    add(&window, &file(&home, "录音.wav", &wav(12)), "谈话录音");
    window.click_nth("material-open", 1);
    listen(&window);

    // What this program does not open is said plainly.
    window.click("material-back");
    window.by_test("finding-title");
    add(
        &window,
        &file(&home, "底稿.zip", b"PK\x03\x04 not a picture"),
        "压缩的底稿",
    );
    window.click_nth("material-open", 2);
    window.wait_for_text_in("material-plainly", "不能在这里打开");

    // Locked: not a byte more, whoever asks.
    let piece = json!({ "id": id, "from": 0, "length": 8 });
    assert_ne!(window.ask("material_piece", &piece), Value::Null);
    let samples = json!({ "id": id, "from": 0, "frames": 8 });
    window.press_with_ctrl('l');
    window.by_test("unlock-sample");
    assert_eq!(window.ask("material_piece", &piece), Value::Null);
    assert_eq!(window.ask("sound_stretch", &samples), Value::Null);
    assert_eq!(
        window.ask("materials", &json!({ "owner": id })),
        Value::Null
    );
}

fn add(window: &Window, path: &Path, name: &str) {
    window.click("material-add");
    window.fill("material-path", &text(path));
    window.fill("material-name", name);
    window.fill("material-source", "示例局办公室");
    window.click("material-save");
    window.wait_until("it is in the list", |window| {
        let rows = window.texts("material-row");
        rows.iter().any(|row| row.contains(name)).then_some(())
    });
}

fn drawn_picture(window: &Window) {
    window.wait_until("the picture is drawn", |window| {
        (attribute(window, "picture", "ready") == "true").then_some(())
    });
    let size = "const it = document.querySelector('[data-test=picture] img'); return [it.naturalWidth, it.naturalHeight]";
    assert_eq!(window.script(size, vec![]), json!([900, 600]));
    window.click("picture-actual");
    assert_eq!(attribute(window, "picture", "scale"), "1.000");
    window.click("picture-right");
    assert_eq!(attribute(window, "picture", "turns"), "1");
    window.click("picture-larger");
    assert_eq!(attribute(window, "picture", "scale"), "1.400");
    window.click("picture-fit");
    window.click("picture-left");
    window.pictures("material-picture");
}

fn read_document(window: &Window) {
    window.wait_until("a page is drawn", |window| {
        (attribute(window, "pdf", "drawn") != "0").then_some(())
    });
    assert_eq!(attribute(window, "pdf", "pages"), "2");
    // The scan is compressed as a fax is: its middle is black once it is decoded.
    window.wait_until("the scan is drawn", |window| {
        (ink(window, 0.5, 0.5) == json!([0, 0, 0])).then_some(())
    });
    assert_eq!(ink(window, 0.05, 0.05), json!([255, 255, 255]));
    window.pictures("material-pdf");
    let before = attribute(window, "pdf", "drawn");
    window.click("pdf-next");
    window.wait_for_text_in("viewer-state", "第2页");
    window.wait_until("the next page is drawn", |window| {
        (attribute(window, "pdf", "drawn") != before).then_some(())
    });
    window.screenshot("material-pdf-text");
    assert!(!window.shows("pdf-fault"));
}

/// The colour of the drawn page at a place, as parts of its width and height.
fn ink(window: &Window, across: f64, down: f64) -> Value {
    let look = "const it = document.querySelector('[data-test=pdf] canvas'); if (!it) return null;
        const at = it.getContext('2d').getImageData(it.width * arguments[0], it.height * arguments[1], 1, 1).data;
        return [at[0], at[1], at[2]]";
    window.script(look, vec![json!(across), json!(down)])
}

fn listen(window: &Window) {
    window.wait_for_text_in("viewer-state", "00:00 / 00:12");
    window.pictures("material-sound");
    window.click("sound-play");
    let seconds = |window: &Window| -> f64 {
        attribute(window, "sound", "position")
            .parse()
            .expect("seconds")
    };
    let heard = window.wait_until("it sounds, or says why it does not", |window| {
        if window.shows("sound-fault") {
            return Some(false);
        }
        (seconds(window) > 1.0).then_some(true)
    });
    if !heard {
        // Without a sound card or GStreamer's plug-ins it must be said.
        let said = window.text("sound-fault");
        assert!(said.contains("声音放不出来"), "{said}");
        window.screenshot("material-mute");
        return;
    }
    window.click("sound-speed-1.5");
    window.wait_until("it goes on faster", |window| {
        (seconds(window) > 2.5).then_some(())
    });
    window.screenshot("material-sounding");
    window.click("sound-back");
    window.click("sound-play");
    let paused = seconds(window);
    assert_eq!(attribute(window, "sound", "playing"), "false");
    window.click("sound-forward");
    window.wait_until("ten seconds on", |window| {
        (seconds(window) >= (paused + 9.9).min(12.0)).then_some(())
    });
    // Played to its end it stops by itself.
    window.click("sound-play");
    window.wait_until("the end", |window| {
        (attribute(window, "sound", "playing") == "false").then_some(())
    });
    assert!((seconds(window) - 12.0).abs() < 0.1);
}

fn attribute(window: &Window, hook: &str, name: &str) -> String {
    let read = "const it = document.querySelector(`[data-test=${arguments[0]}]`); return it ? it.dataset[arguments[1]] ?? '' : ''";
    let found = window.script(read, vec![json!(hook), json!(name)]);
    found.as_str().unwrap_or_default().to_owned()
}

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

fn file(home: &Home, name: &str, bytes: &[u8]) -> PathBuf {
    let path = home.path().join("文档").join(name);
    fs::write(&path, bytes).expect("written");
    path
}

/// A picture of 900 by 600 that shows which way is up.
fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 900, 600);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    let mut rows = Vec::with_capacity(900 * 600 * 3);
    for down in 0..600_u32 {
        for across in 0..900_u32 {
            rows.extend(if down < 150 {
                [149, 19, 19]
            } else if across < 450 {
                [225, 236, 232]
            } else {
                [(across / 4) as u8, (down / 3) as u8, 120]
            });
        }
    }
    writer.write_image_data(&rows).expect("the picture");
    writer.finish().expect("whole");
    bytes
}

/// A recording of a tone, so many seconds of it.
fn wav(seconds: u32) -> Vec<u8> {
    const RATE: u32 = 16_000;
    let length = seconds * RATE * 2;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((RATE * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(length.to_le_bytes());
    for at in 0..seconds * RATE {
        let turn = f64::from(at) / f64::from(RATE) * 220.0 * std::f64::consts::TAU;
        bytes.extend(((turn.sin() * 9_000.0) as i16).to_le_bytes());
    }
    bytes
}

/// Two pages: a scan compressed as a fax is, and words in faces that are not in
/// the file, Latin and Chinese.
fn pdf() -> Vec<u8> {
    // A white line after a white line is one bit; shown with its tones reversed.
    let fax = vec![0xff_u8; 8];
    let page = |contents: u32, resources: &str| {
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {contents} 0 R/Resources<<{resources}>>>>").into_bytes()
    };
    let stream = |head: &str, body: &[u8]| {
        let mut bytes = format!("<<{head}/Length {}>>stream\n", body.len()).into_bytes();
        bytes.extend(body);
        bytes.extend(b"\nendstream");
        bytes
    };
    let words = "BT /F1 40 Tf 80 700 Td (Scanned reply, page 2) Tj ET BT /F2 40 Tf 80 600 Td <51FD8BE28BF4660E> Tj ET";
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>".to_vec(),
        page(5, "/XObject<</I 7 0 R>>"),
        page(6, "/Font<</F1 8 0 R/F2 9 0 R>>"),
        stream("", b"q 400 0 0 500 97 171 cm /I Do Q"),
        stream("", words.as_bytes()),
        stream("/Type/XObject/Subtype/Image/Width 64/Height 60/BitsPerComponent 1/ColorSpace/DeviceGray/Decode[1 0]/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 64/Rows 60/EndOfBlock false>>", &fax),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[10 0 R]>>".to_vec(),
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/FontDescriptor 11 0 R>>".to_vec(),
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>".to_vec(),
    ];
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", number + 1).into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).into_bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    bytes.extend(
        format!(
            "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n",
            objects.len() + 1
        )
        .into_bytes(),
    );
    bytes
}
