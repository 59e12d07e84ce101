use super::*;
use crate::FontFolder;
use crate::fonts::Face as Shipped;

/// Bytes of a shipped face.
fn shipped(face: Shipped) -> Vec<u8> {
    let folder = FontFolder::find().expect("a checkout has the faces");
    std::fs::read(folder.file(face)).expect("readable")
}

/// Where a table's record stands in a font's directory.
fn record(font: &[u8], tag: &[u8]) -> usize {
    let count = usize::from(u16::from_be_bytes([font[4], font[5]]));
    (0..count)
        .map(|number| 12 + 16 * number)
        .find(|at| &font[*at..*at + 4] == tag)
        .expect("the table is there")
}

fn number(font: &[u8], at: usize) -> usize {
    u32::from_be_bytes(font[at..at + 4].try_into().expect("four bytes")) as usize
}

/// 宋体 with other licence bits.
fn licensed(bits: u16) -> Vec<u8> {
    let mut font = shipped(Shipped::Song);
    let table = number(&font, record(&font, b"OS/2") + 8);
    font[table + 8..table + 10].copy_from_slice(&bits.to_be_bytes());
    font
}

/// A collection of fonts.
fn collection(fonts: &[Vec<u8>]) -> Vec<u8> {
    let mut whole = b"ttcf\0\x01\0\0".to_vec();
    whole.extend(u32::try_from(fonts.len()).expect("few").to_be_bytes());
    let mut begin = whole.len() + 4 * fonts.len();
    for font in fonts {
        whole.extend(u32::try_from(begin).expect("small").to_be_bytes());
        begin += font.len();
    }
    for font in fonts {
        let begin = whole.len();
        let mut font = font.clone();
        let count = usize::from(u16::from_be_bytes([font[4], font[5]]));
        for at in (0..count).map(|number| 12 + 16 * number + 8) {
            let moved = u32::try_from(number(&font, at) + begin).expect("small");
            font[at..at + 4].copy_from_slice(&moved.to_be_bytes());
        }
        whole.extend(font);
    }
    whole
}

/// A file with these bytes and what reading it gives.
fn read(name: &str, bytes: &[u8]) -> Result<ChosenFont, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).expect("writable");
    ChosenFont::read_for(Role::Kai, &file, None).map_err(|error| error.to_string())
}

#[test]
fn the_table_of_standard_characters_is_whole() {
    let mut all: Vec<char> = standard_characters().collect();
    assert_eq!(all.len(), 8105);
    assert_eq!((all[0], all[3499], all[3500]), ('一', '矗', '乂'));
    assert!(
        all.iter()
            .all(|ch| hanzi::is_han(*ch) && hanzi::ordinary(*ch).is_none())
    );
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 8105);
}

#[test]
fn a_good_font_is_known_by_its_family_and_what_it_lacks() {
    let song = read("宋.otf", &shipped(Shipped::Song)).expect("a good font");
    assert_eq!(song.family(), "FandolSong");
    assert_eq!((song.index, song.families.len()), (0, 1));
    assert_eq!(song.missing, 1467);
    assert!(song.has_latin);
    let rare = read("文楷.ttf", &shipped(Shipped::Rare)).expect("a good font");
    assert_eq!(rare.family(), "霞鹜文楷");
    assert_eq!(rare.missing, 0);
}

#[test]
fn licence_bits_that_forbid_embedding_are_obeyed() {
    for bits in [0, 4, 8] {
        assert!(read("宋.otf", &licensed(bits)).is_ok(), "{bits}");
    }
    let restricted = read("宋.otf", &licensed(2)).expect_err("restricted");
    assert!(restricted.contains("许可不允许嵌入文件"), "{restricted}");
    for bits in [0x0100, 0x0200] {
        let partly = read("宋.otf", &licensed(bits)).expect_err("no subsets or no outlines");
        assert!(partly.contains("只嵌入用到的字"), "{partly}");
    }
}

#[test]
fn what_is_not_a_fit_font_is_refused_with_the_reason() {
    let text = read("说明.ttf", "不是字库".as_bytes()).expect_err("text");
    assert!(text.contains("不是TrueType或OpenType字库"), "{text}");
    let mut bare = shipped(Shipped::Song);
    let outlines = record(&bare, b"CFF ");
    bare[outlines..outlines + 4].copy_from_slice(b"none");
    let bare = read("无字形.otf", &bare).expect_err("no outlines");
    assert!(bare.contains("没有可以排印的轮廓字形"), "{bare}");
    let gone = ChosenFont::read(Path::new("/没有/宋.ttf"), None).expect_err("no file");
    assert!(gone.to_string().contains("文件不存在"), "{gone}");
    let folder = ChosenFont::read(Path::new("/"), None).expect_err("a folder");
    assert!(folder.to_string().contains("不是一个文件"), "{folder}");
}

#[test]
fn of_a_collection_the_face_named_like_the_part_is_taken() {
    let both = collection(&[shipped(Shipped::Song), shipped(Shipped::Rare)]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("两种.ttc");
    std::fs::write(&file, both).expect("writable");
    let first = ChosenFont::read_for(Role::FangSong, &file, None).expect("a collection");
    assert_eq!((first.index, first.family()), (0, "FandolSong"));
    assert_eq!(first.families, ["FandolSong", "霞鹜文楷"]);
    let second = ChosenFont::read(&file, Some(1)).expect("the second");
    assert_eq!((second.missing, second.family()), (0, "霞鹜文楷"));
    // A face called 楷体 is taken for that part, wherever it stands.
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let (old, new) = (utf16("霞鹜文楷"), utf16("示例楷体"));
    let mut named = std::fs::read(&file).expect("readable");
    while let Some(at) = named.windows(old.len()).position(|part| part == old) {
        named[at..at + new.len()].copy_from_slice(&new);
    }
    let kai = read("示例.ttc", &named).expect("a collection");
    assert_eq!((kai.index, kai.family()), (1, "示例楷体"));
    let third = ChosenFont::read(&file, Some(2)).expect_err("there are two");
    assert!(third.to_string().contains("只有2种字体"), "{third}");
    // It prints and is embedded from its place in the collection.
    std::fs::remove_file(&file).expect("removable");
    let fonts = FontFolder::find()
        .expect("the faces")
        .with_chosen(Role::FangSong, second);
    let typesetter = crate::Typesetter::new(fonts);
    let mut letter = crate::model::Document::new(crate::model::Format::Letter, "关于䶮的函");
    letter.mark = "示例机关".into();
    letter.body = vec![crate::model::Block::paragraph("䶮某同志，2026年。")];
    let layout = typesetter.layout_text(&letter).expect("it can be typeset");
    assert!(!layout.contains("备用:䶮某"), "{layout}");
    assert!(typesetter.pdf(&letter).is_ok());
}
