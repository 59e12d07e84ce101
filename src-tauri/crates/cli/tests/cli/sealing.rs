//! Sealing a matter and taking the seal off again.

use crate::desk::Desk;

/// A finding of the sample.
const FINDING: &str = "01a1bde4-0600-77cb-8699-aa2b2e038118";
/// Words of it.
const WORDS: &str = "考察材料形成时间";

#[test]
fn a_matter_is_sealed_listed_and_unsealed() {
    let desk = Desk::new();
    desk.filled("甲.ducha");
    desk.write("second", "另一句给密封用的口令\n");
    let found = || {
        let hits = desk.json(&format!("search 甲.ducha {WORDS} --passphrase-file own"));
        hits["hits"].as_array().expect("a list").len()
    };
    assert!(found() > 0);
    let seal = format!("seal 甲.ducha {FINDING} --passphrase-file own");
    let preview = desk.words(&format!("{seal} --preview"));
    assert!(preview.contains("1条问题线索"), "{preview}");
    let sealed = desk.json(&format!(
        "{seal} --label 一号事项 --second-passphrase-file second"
    ));
    let id = sealed["sealed"]["id"].as_str().expect("an identifier");
    assert!(sealed["sealed"]["recovery_code"].is_string());
    assert_eq!(found(), 0);
    let listed = desk.words("sealed 甲.ducha --passphrase-file own");
    assert!(
        listed.contains(id) && listed.contains("一号事项"),
        "{listed}"
    );

    let unseal = format!("unseal 甲.ducha {id} --passphrase-file own");
    let output = desk.run(&format!("{unseal} --second-passphrase-file wrong"));
    assert_eq!(output.status.code(), Some(1), "the wrong one");
    assert_eq!(found(), 0);
    let words = desk.words(&format!("{unseal} --second-passphrase-file second"));
    assert!(words.contains("已解除密封"), "{words}");
    assert!(found() > 0);
    let verified = desk.json("verify 甲.ducha --passphrase-file own");
    assert_eq!(verified["ok"], true);
}
