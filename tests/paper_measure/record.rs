//! Records beyond the checklist: every page is signed and counted.

use crate::stored;
use ducha_tests::measure::CHOSEN;
use serde_json::Value;

#[test]
fn records_are_signed_and_counted_on_every_page() {
    for name in stored::names()
        .iter()
        .filter(|name| name.starts_with("record_"))
    {
        let json = stored::json(name);
        let value: Value = serde_json::from_str(&json).expect("JSON");
        let usual = ["被谈话人签名", "谈话人签名", "记录人签名"].map(str::to_owned);
        let signers = match value["record"]["signers"].as_array() {
            None => usual.to_vec(),
            Some(given) => given
                .iter()
                .filter_map(|v| Some(v.as_str()?.to_owned()))
                .collect(),
        };
        let paper = stored::typeset(&json);
        let pages = paper.pages();
        for page in 1..=pages {
            let counted = paper.number(page).expect("every page is counted");
            assert_eq!(counted.text(), format!("第{page}页共{pages}页"), "{name}");
            let middle = f64::midpoint(counted.left(), counted.right());
            assert!(
                (middle - 106.0).abs() <= CHOSEN,
                "{name}: counted at {middle:.2} mm"
            );
            let lines: Vec<_> = paper.text(page).collect();
            let all: String = lines.iter().map(|line| line.text()).collect();
            for signer in &signers {
                assert!(
                    all.contains(&format!("{signer}：")),
                    "{name} {page}: {signer}"
                );
            }
            let last = lines.last().expect("a signature line").bottom();
            assert!(
                (last - 262.0).abs() <= CHOSEN,
                "{name}: the signature line of page {page} ends at {last:.2} mm"
            );
        }
    }
}
