//! Stored documents changed a little: where their parts then stand, and what is refused, and how.

use gongwen::{Typesetter, model::Document};
use std::path::Path;
use std::sync::LazyLock;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::with_shipped_fonts().expect("a checkout has the faces"));

fn stored(name: &str) -> Document {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/papers");
    let json = std::fs::read_to_string(folder.join(name).with_extension("json"))
        .expect("a stored document");
    gongwen::parse(&json).expect("a valid document")
}

/// Item 23: printed on both sides, 版记 stands on the last even page, after the annexes; neither that
/// page nor a blank one before it is numbered. Printed on one side it follows the text.
#[test]
fn where_the_foot_of_a_duplex_document_stands() {
    let numbers = |layout: &gongwen::Layout| -> Vec<bool> {
        let numbered = |page: &gongwen::Page| page.lines.iter().any(|l| l.text().starts_with('—'));
        layout.pages.iter().map(numbered).collect()
    };
    let foot = |layout: &gongwen::Layout| {
        let here = |page: &gongwen::Page| page.lines.iter().any(|l| l.text().ends_with("印发"));
        layout.pages.iter().position(here).map(|page| page + 1)
    };
    let mut document = stored("document_duplex");
    let layout = TYPESETTER.layout(&document).expect("it can be typeset");
    assert_eq!(numbers(&layout), [true, true, true, true, true, false]);
    assert_eq!(foot(&layout), Some(6));
    document.options.duplex = false;
    let layout = TYPESETTER.layout(&document).expect("it can be typeset");
    assert_eq!(numbers(&layout), [true; 5]);
    assert_eq!(foot(&layout), Some(5));
    // The text ends on an even page with room for 版记.
    document.options.duplex = true;
    document.annexes.pop();
    let layout = TYPESETTER.layout(&document).expect("it can be typeset");
    assert_eq!(numbers(&layout), [true; 4]);
    assert_eq!(foot(&layout), Some(4));
    // … and without: a blank page comes before the page of the 版记.
    let line = gongwen::model::Block::paragraph("续");
    let body = &mut document.annexes[1].body;
    body.resize(body.len() + 14, line);
    let layout = TYPESETTER.layout(&document).expect("it can be typeset");
    assert_eq!(numbers(&layout), [true, true, true, true, false, false]);
    assert!(layout.pages[4].lines.is_empty());
    assert_eq!(foot(&layout), Some(6));
}

#[test]
fn what_cannot_be_printed_is_named_with_its_place() {
    use gongwen::{Error, model::Block};
    let mut document = stored("letter_short");
    document.body[1] = Block::heading(1, "一、\u{E123}");
    let error = TYPESETTER.pdf(&document).expect_err("private use");
    assert!(matches!(error, Error::PrivateUse { .. }));
    assert!(
        error.to_string().contains("正文第2段里有自造字（U+E123）"),
        "{error}"
    );
    document.body[1] = Block::paragraph("𓀀");
    let error = TYPESETTER
        .pdf(&document)
        .expect_err("no face has hieroglyphs")
        .to_string();
    assert!(error.contains("正文第2段里的“𓀀”（U+13000）"), "{error}");
    document.body[1] = Block::paragraph("一\u{202E}二");
    let error = TYPESETTER
        .pdf(&document)
        .expect_err("reversed text")
        .to_string();
    assert!(error.contains("控制字符（U+202E）"), "{error}");
    document = stored("letter_short");
    document.title = "关于\u{F0000}的函".into();
    let error = TYPESETTER
        .pdf(&document)
        .expect_err("private use")
        .to_string();
    assert!(error.starts_with("标题里有自造字"), "{error}");
}

#[test]
fn look_alikes_are_set_as_the_characters_they_stand_for_and_the_drafting_check_says_so() {
    use gongwen::model::Block;
    let mut document = stored("letter_short");
    let good = "民主生活会于2026年召开，请王葛同志参加。";
    document.body[0] = Block::paragraph("⺠主⽣活会于２０２６年召开，请王葛\u{E0101}同志参加。");
    let layout = TYPESETTER.layout(&document).expect("it can be typeset");
    let printed: String = layout.pages[0]
        .lines
        .iter()
        .map(gongwen::Line::text)
        .collect();
    assert!(printed.contains(good), "{printed}");
    let remarks = gongwen::review::review(&document, "2026-11-23".parse().expect("a date"));
    assert_eq!(remarks.len(), 4, "{remarks:?}");
    assert!(remarks.iter().all(|remark| remark.place == "正文第1段"));
    // A selector with nothing before it is a stray control character.
    document.body[0] = Block::paragraph("\u{FE00}请");
    let error = TYPESETTER
        .layout(&document)
        .expect_err("a stray selector")
        .to_string();
    assert!(error.contains("控制字符（U+FE00）"), "{error}");
}

#[test]
fn a_private_character_of_the_old_standard_is_named_with_its_successor() {
    use gongwen::model::Block;
    let mut document = stored("letter_short");
    document.body[0] = Block::paragraph("\u{E863}某同志");
    let error = TYPESETTER
        .layout(&document)
        .expect_err("private use")
        .to_string();
    assert!(error.contains("请改成“䶮”（U+4DAE；"), "{error}");
}

#[test]
fn contents_that_do_not_fit_the_form_are_refused() {
    let refused = |change: &dyn Fn(&mut Document)| {
        let mut document = stored("letter_short");
        change(&mut document);
        TYPESETTER
            .layout(&document)
            .expect_err("refused")
            .to_string()
    };
    let copies = refused(&|letter| letter.copy_number = Some("18".into()));
    assert!(copies.contains("份号应当是6位"), "{copies}");
    let mark = refused(&|letter| letter.mark = "  ".into());
    assert!(mark.contains("缺少发文机关标志"), "{mark}");
    let long = refused(&|letter| letter.mark = "示例".repeat(40));
    assert!(long.contains("规范化简称"), "{long}");
    let title = refused(&|letter| letter.title = "\n".into());
    assert!(title.contains("缺少标题"), "{title}");
    let seals = refused(&|letter| {
        if let Some(signature) = &mut letter.signature {
            signature.organs = vec!["示例市委组织部".into(); 20];
        }
    });
    assert!(seals.contains("机关太多"), "{seals}");
    let joint = refused(&|letter| letter.joint_marks = vec!["示例市审计局".into()]);
    assert!(joint.contains("只印主办机关的标志"), "{joint}");
    let minutes = refused(&|letter| {
        letter.format = gongwen::model::Format::Minutes;
        letter.joint_marks = vec!["示例市审计局".into()];
    });
    assert!(minutes.contains("纪要格式只有一个机关的标志"), "{minutes}");
    let many = refused(&|letter| {
        letter.format = gongwen::model::Format::Document;
        letter.joint_marks = vec!["示例市审计局".into(); 6];
    });
    assert!(many.contains("有7个，版头最多排6个"), "{many}");
    let posts = refused(&|letter| {
        if let Some(signature) = &mut letter.signature {
            signature.joint_posts = vec!["局长".into()];
        }
    });
    assert!(posts.contains("只有加盖签发人签名章时"), "{posts}");
    let posts = refused(&|letter| {
        if let Some(signature) = &mut letter.signature {
            signature.seal = gongwen::model::Seal::SignerStamp;
            signature.organs = vec!["示例市审计局".into(); 3];
            signature.post = Some("局长".into());
        }
    });
    assert!(posts.contains("有3个，签发人职务写了1个"), "{posts}");
    let columns = refused(&|letter| {
        letter.body = vec![gongwen::model::Block::Table(gongwen::model::Table {
            columns: vec!["栏".into(); 20],
            rows: Vec::new(),
        })];
    });
    assert!(columns.contains("20栏"), "{columns}");
}

#[test]
fn forms_and_registers_that_do_not_hold_together_are_refused() {
    use gongwen::model::{Block, Grid, GridCell, Table};
    let refused = |document: &Document| {
        TYPESETTER
            .layout(document)
            .expect_err("refused")
            .to_string()
    };
    let form = |rows: Vec<Vec<GridCell>>| {
        let mut document = stored("form_receipt");
        document.body = vec![Block::Grid(Grid {
            columns: vec![1, 1],
            rows,
        })];
        document
    };
    let wide = GridCell {
        columns: 2,
        ..GridCell::default()
    };
    let deep = GridCell {
        rows: 2,
        ..GridCell::default()
    };
    let high = GridCell {
        height: 300,
        ..wide.clone()
    };
    for (rows, part) in [
        (vec![vec!["甲".into()]], "第1行的格子没有排满"),
        (vec![vec!["甲".into(), wide.clone()]], "第1行的格子太多"),
        (vec![vec!["甲".into(), deep.clone()]], "伸到了表格下面"),
        (
            vec![vec!["甲".into(), deep], vec!["乙".into(), "丙".into()]],
            "第2行的格子太多",
        ),
        (vec![vec![high]], "第1行太高"),
    ] {
        let error = refused(&form(rows));
        assert!(error.contains(part), "{error}");
    }
    let mut register = stored("register_short");
    register.to = Some("示例县委".into());
    assert!(refused(&register).contains("不印主送机关"));
    register = stored("register_short");
    register.body.push(Block::paragraph("另"));
    assert!(refused(&register).contains("一张有表头的表格"));
    register.body = vec![Block::Table(Table {
        columns: vec!["事由".into(), "交通费（元）".into(), "住宿费（元）".into()],
        rows: vec![vec!["甲".into(), "约3".into()]],
    })];
    assert!(refused(&register).contains("“约3”不是数字"));
    let mut letter = stored("letter_short");
    letter.attendance = stored("minutes").attendance;
    assert!(refused(&letter).contains("改用纪要格式"));
    let mut order = stored("order");
    order.signature = stored("letter_short").signature;
    assert!(refused(&order).contains("签名章"));
}
