//! 密封事项: a matter under a second passphrase. Sealed, it is absent from every
//! list, search, export and history; only a neutral line with the label that
//! the user chose says that there is something.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, local_of};
use crate::open::{Open, entity, label_of};
use crate::passphrase::require_good;
use casework::records::{DocumentNumber, Finding, Paper, Record};
use serde::Serialize;
use specta::Type;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use vault::NewCompartment;

/// Longest label, in characters.
const LONGEST_LABEL: usize = 30;
/// What a compartment without a label is called.
pub(crate) const UNNAMED: &str = "密封事项";
/// What is noted in the register of readings when one is opened.
const OPENED: &str = "打开密封事项";
/// Local setting: numbers of sealed papers, so that none is given out twice.
pub(crate) const NUMBERS: &str = "sealed.numbers";

/// A sealed matter in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SealedMatter {
    /// Identifier of its compartment.
    pub id: String,
    /// What the user called it.
    pub label: String,
    /// Day it was sealed, in words.
    pub sealed_on: String,
    /// It is open now.
    pub open: bool,
}

/// What would be sealed with a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SealPreview {
    /// 1条问题线索、3处证据引用、1份文书.
    pub words: String,
    /// Titles of other findings that share a paper with it and go along.
    pub along: Vec<String>,
    /// Backups on this machine in which all of it still stands in the clear.
    pub backups: u32,
}

/// What has been sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct MatterSealed {
    /// Identifier of its compartment.
    pub id: String,
    /// The compartment's own recovery code, in groups; shown this once.
    pub recovery_code: String,
    /// What was done, and what was not.
    pub words: String,
}

impl Office {
    /// The sealed matters, the earliest first.
    pub fn sealed_matters(&self) -> Result<Vec<SealedMatter>> {
        let compartments = self.archive()?.vault.compartments()?;
        Ok(compartments
            .into_iter()
            .map(|it| SealedMatter {
                id: it.id.to_string(),
                label: if it.label.is_empty() {
                    UNNAMED.to_owned()
                } else {
                    it.label
                },
                sealed_on: local_of(it.created_millis)
                    .format("%Y年%-m月%-d日")
                    .to_string(),
                open: it.is_open,
            })
            .collect())
    }

    /// What would be sealed with a finding.
    pub fn preview_sealing(&self, finding: &str) -> Result<SealPreview> {
        let open = self.archive()?;
        open.may_be_sealed(finding)?;
        let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
        let mut along = Vec::new();
        for id in open.vault.matter(&entity(finding)?)? {
            let Some(record) = open.vault.record(&id)? else {
                continue;
            };
            if record.kind == Finding::KIND && id.to_string() != finding {
                along.push(open.called(&id)?);
            }
            *kinds.entry(record.kind).or_default() += 1;
        }
        // In the order in which they are worked on.
        let words: Vec<String> = ["finding", "citation", "statement", "paper", "material"]
            .into_iter()
            .filter_map(|kind| Some((kind, kinds.get(kind)?)))
            .map(|(kind, count)| format!("{count}{}{}", measure(kind), label_of(kind)))
            .collect();
        Ok(SealPreview {
            words: words.join("、"),
            along,
            backups: u32::try_from(open.vault.backups()?.len()).unwrap_or(u32::MAX),
        })
    }

    /// Seals a finding with all that belongs to it. A backup is made after
    /// that; with `clear_backups`, those made before, in which all of it stands
    /// in the clear, are removed from this machine.
    ///
    /// # Errors
    /// `GN-03` for a label or passphrase that will not do; nothing has changed
    /// then.
    pub fn seal_matter(
        &mut self,
        finding: &str,
        label: &str,
        passphrase: &str,
        clear_backups: bool,
        now: Moment,
    ) -> Result<MatterSealed> {
        let label = label.trim();
        if label.chars().count() > LONGEST_LABEL {
            return Err(ErrorView::form(
                format!("名称不能超过{LONGEST_LABEL}个字。"),
                "请换一个短些的名称；还没有密封，内容没有改动。",
            ));
        }
        require_good(passphrase, "请换一个第二口令；还没有密封，内容没有改动。")?;
        let kdf = self.places.kdf.params();
        let open = self.archive_mut()?;
        open.may_be_sealed(finding)?;
        if open.vault.is_passphrase(passphrase)? {
            return Err(ErrorView::form(
                "第二口令不能和档案库的口令一样。",
                "请换一个不同的第二口令；还没有密封，内容没有改动。",
            ));
        }
        let records = open.vault.matter(&entity(finding)?)?;
        open.keep_numbers(&records)?;
        let (id, code) = open.vault.seal(
            &records,
            &NewCompartment {
                label,
                passphrase,
                kdf,
                now_millis: now.millis,
            },
        )?;
        open.wall_off_sealing()?;
        // Sealed it is; what follows only widens that to the copies.
        let had_backups = !open.vault.backups()?.is_empty();
        let words = match open.vault.backup(now.millis) {
            Ok(_) if !had_backups => {
                "已经密封，并做了备份。U盘上的旧备份和此前导出的文件里仍有未密封的内容，请自行收好或销毁。"
            }
            Ok(fresh) if clear_backups => match open.vault.remove_backups_but(&fresh) {
                Ok(()) => {
                    "已经密封，并重新做了备份；密封前的本机备份已清除。U盘上的旧备份和此前导出的文件里仍有未密封的内容，请自行收好或销毁。"
                }
                Err(_) => {
                    "已经密封，并重新做了备份；密封前的本机备份没有全部清除，请到档案库的备份文件夹里手工删除。"
                }
            },
            Ok(_) => "已经密封，并重新做了备份。密封前的备份和此前导出的文件里仍有未密封的内容。",
            Err(_) => {
                "已经密封，但没有做成新的备份，密封前的备份都还在。请到“交换与备份”里备份一次。"
            }
        };
        let left = if open.vault.is_swept()? {
            ""
        } else {
            "数据文件里的残留还没有清除，请腾出磁盘空间后上锁、重新打开一次，程序会自动清除。"
        };
        Ok(MatterSealed {
            id: id.to_string(),
            recovery_code: code.to_string(),
            words: format!("{words}{left}"),
        })
    }

    /// Opens a sealed matter with its passphrase or its recovery code. Wrong
    /// tries make the next wait longer, as they do at the archive's door.
    pub fn open_sealed(&mut self, id: &str, secret: &str, now: Moment) -> Result<()> {
        self.at_sealed_door(id, now, |vault, compartment| {
            vault.open_compartment(compartment, secret)
        })?;
        let open = self.archive_mut()?;
        // Whoever opens it is written down, whether or not readings are.
        let author = open.author()?;
        open.vault.note_reading(author, OPENED, None, now.millis)?;
        open.wall_off_sealing()
    }

    /// Closes every sealed matter that is open.
    pub fn close_sealed(&mut self) -> Result<()> {
        let open = self.archive_mut()?;
        open.shut()?;
        open.wall_off_sealing()
    }

    /// Whole seconds before the next passphrase for a sealed matter is tried.
    pub fn seconds_to_wait_for_sealed(&self, id: &str, now: Moment) -> Result<u32> {
        Ok(self.seconds_to_wait(&self.door_of(id)?, now))
    }

    /// The name under which tries on a sealed matter are remembered.
    pub(crate) fn door_of(&self, id: &str) -> Result<PathBuf> {
        Ok(self.archive()?.vault.folder().join(id))
    }
}

impl Open {
    fn may_be_sealed(&self, finding: &str) -> Result<()> {
        let id = self.get::<Finding>(finding)?.id;
        if self.vault.compartment_of(&entity(&id)?)?.is_some() {
            return Err(ErrorView::form(
                "这条线索已经在密封事项里。",
                "点“合上”就会重新密封，内容没有改动。",
            ));
        }
        Ok(())
    }

    /// Closes what is open.
    pub(crate) fn shut(&mut self) -> Result<()> {
        self.keep_sealed_numbers()?;
        Ok(self.vault.close_compartments()?)
    }

    /// Keeps the numbers of the papers in the open compartments.
    pub(crate) fn keep_sealed_numbers(&mut self) -> Result<()> {
        if !self.vault.compartments()?.iter().any(|it| it.is_open) {
            return Ok(());
        }
        let mut sealed = BTreeSet::new();
        for paper in self.all::<Paper>()? {
            let id = entity(&paper.id)?;
            if self.vault.compartment_of(&id)?.is_some() {
                sealed.insert(id);
            }
        }
        self.keep_numbers(&sealed)
    }

    /// A number that was given to a paper is never given to another, although
    /// the paper is sealed: the number stays known, and nothing else of it.
    fn keep_numbers(&mut self, records: &BTreeSet<ledger::EntityId>) -> Result<()> {
        let mut numbers = self.sealed_numbers()?;
        let before = numbers.len();
        for id in records {
            if let Some(paper) = self.find::<Paper>(&id.to_string())?
                && let Some(number) = paper.record.number
                && !numbers.contains(&number)
            {
                numbers.push(number);
            }
        }
        if numbers.len() > before {
            let json = serde_json::to_value(numbers).unwrap_or_default();
            self.vault.put_local(NUMBERS, &json)?;
        }
        Ok(())
    }

    /// The numbers of sealed papers.
    pub(crate) fn sealed_numbers(&self) -> Result<Vec<DocumentNumber>> {
        let kept = self.vault.local(NUMBERS)?;
        Ok(kept
            .and_then(|json| serde_json::from_value(json).ok())
            .unwrap_or_default())
    }
}

/// The measure word of a kind of record.
fn measure(kind: &str) -> &'static str {
    match kind {
        "citation" => "处",
        "statement" | "paper" | "material" => "份",
        _ => "条",
    }
}

#[cfg(test)]
mod tests {
    use crate::moment::Moment;
    use crate::{JournalQuery, KdfParams, KeyCost, Office, Places};
    use casework::records::{DocumentNumber, Finding, Paper, PaperItem, Person, Statement};

    const ARCHIVE: &str = "山高水长一二三四";
    const SECOND: &str = "云淡风轻五六七八";

    fn now() -> Moment {
        Moment::at("2026-11-23T14:30:00".parse().expect("a time"))
    }

    /// An archive with a person and two findings, one with a statement and a
    /// paper; gives the finding that has them.
    fn desk(folder: &std::path::Path) -> (Office, String) {
        let mut office = Office::new(Places {
            settings_file: folder.join("settings.json"),
            default_parent: folder.to_path_buf(),
            reader: std::path::PathBuf::new(),
            kdf: KeyCost::Fixed(KdfParams::fast_for_tests()),
        });
        office
            .create_archive("密封", folder, ARCHIVE, now())
            .expect("an archive");
        let person = Person {
            name: "甲某".into(),
            ..Person::default()
        };
        let person = office.save_person(None, &person, now()).expect("kept").id;
        let mut finding = |title: &str| {
            let finding = Finding {
                title: title.into(),
                person: person.clone(),
                ..Finding::default()
            };
            office.save_finding(None, &finding, now()).expect("kept").id
        };
        finding("另一条线索");
        let matter = finding("人事事项");
        let statement = Statement {
            finding: matter.clone(),
            text: "没有这回事".into(),
            ..Statement::default()
        };
        office
            .save_statement(None, &statement, now())
            .expect("kept");
        let paper = Paper {
            person,
            title: "函询".into(),
            number: Some(number()),
            items: vec![PaperItem {
                finding: Some(matter.clone()),
                ..PaperItem::default()
            }],
            ..Paper::default()
        };
        let open = office.archive_mut().expect("open");
        open.save("起草文书", None, &paper, now()).expect("kept");
        (office, matter)
    }

    fn number() -> DocumentNumber {
        DocumentNumber {
            code: "示组函".into(),
            year: 2026,
            sequence: 7,
        }
    }

    #[test]
    fn a_sealed_matter_is_absent_and_comes_back_with_its_second_passphrase() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut office, matter) = desk(folder.path());
        office.back_up_now(now()).expect("made");
        let preview = office.preview_sealing(&matter).expect("told");
        assert_eq!(preview.words, "1条问题线索、1份本人说明、1份文书");
        assert_eq!((preview.along.len(), preview.backups), (0, 1));
        for (label, wrong) in [("", "短"), ("", ARCHIVE), (&*"长".repeat(31), SECOND)] {
            let refused = office.seal_matter(&matter, label, wrong, true, now());
            assert!(refused.is_err(), "{label} {wrong}");
            assert!(office.finding(&matter, now()).is_ok());
        }
        let sealed = office
            .seal_matter(&matter, " 一号 ", SECOND, true, now())
            .expect("sealed");
        assert!(
            sealed.words.contains("密封前的本机备份已清除"),
            "{}",
            sealed.words
        );
        assert_eq!(
            office
                .archive()
                .expect("open")
                .vault
                .backups()
                .expect("listed")
                .len(),
            1
        );

        let absent = |office: &Office| {
            assert_eq!(office.findings().expect("listed").len(), 1);
            assert_eq!(
                office.finding(&matter, now()).expect_err("sealed").code,
                "GN-02"
            );
            let open = office.archive().expect("open");
            assert!(open.all::<Paper>().expect("listed").is_empty());
            assert!(open.numbers_taken(None).expect("known").contains(&number()));
            let journal = office
                .journal(&JournalQuery::default(), None, 50)
                .expect("listed");
            assert!(
                journal
                    .lines
                    .iter()
                    .all(|line| !line.object.contains("人事"))
            );
            let sealed = journal
                .lines
                .iter()
                .filter(|line| line.action == "（已密封）");
            assert_eq!(sealed.count(), 3);
        };
        absent(&office);
        let undone = office.undo(now()).expect_err("a wall");
        assert!(undone.message.contains("不能用撤销退回"), "{undone}");

        let list = office.sealed_matters().expect("listed");
        assert_eq!((list[0].label.as_str(), list[0].open), ("一号", false));
        for _ in 0..4 {
            let wrong = office.open_sealed(&list[0].id, ARCHIVE, now());
            assert_eq!(wrong.expect_err("wrong").code, "DA-27");
        }
        let wait = office
            .open_sealed(&list[0].id, SECOND, now())
            .expect_err("too soon");
        assert_eq!(wait.code, "KL-01");
        let later = Moment::at("2026-11-23T14:40:00".parse().expect("a time"));
        office
            .open_sealed(&list[0].id, SECOND, later)
            .expect("right");
        let view = office.finding(&matter, later).expect("open");
        assert!(view.sealed && view.statements.len() == 1 && view.papers.len() == 1);
        let readings = office
            .readings(&JournalQuery::default(), None, 9)
            .expect("listed");
        assert_eq!(readings.lines[0].deed, "打开密封事项");
        office.close_sealed().expect("closed");
        absent(&office);

        office
            .open_sealed(&list[0].id, &sealed.recovery_code, later)
            .expect("the code");
        let archive = office.archive().expect("open").vault.folder().to_path_buf();
        office.lock_up(later);
        office.unlock(&archive, ARCHIVE, later).expect("right");
        assert!(!office.sealed_matters().expect("listed")[0].open);
        assert_eq!(office.findings().expect("listed").len(), 1);
    }

    #[test]
    fn an_unsealed_matter_is_ordinary_and_its_number_its_own_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut office, matter) = desk(folder.path());
        let sealed = office
            .seal_matter(&matter, "一号", SECOND, true, now())
            .expect("sealed");
        for wrong in ["短", ARCHIVE] {
            office
                .change_sealed_passphrase(&sealed.id, SECOND, wrong, now())
                .expect_err(wrong);
        }
        office
            .change_sealed_passphrase(&sealed.id, SECOND, "白鹭渡口七月初九", now())
            .expect("changed");
        let code = office
            .reissue_sealed_code(&sealed.id, "白鹭渡口七月初九", now())
            .expect("reissued");
        for wrong in [SECOND, &sealed.recovery_code] {
            let error = office.unseal_matter(&sealed.id, wrong, now());
            assert_eq!(error.expect_err("old").code, "DA-27");
        }
        let words = office
            .unseal_matter(&sealed.id, &code, now())
            .expect("unsealed");
        assert!(words.contains("“一号”已解除密封"), "{words}");
        assert!(office.sealed_matters().expect("listed").is_empty());
        assert!(!office.finding(&matter, now()).expect("shown").sealed);
        let open = office.archive().expect("open");
        let paper = &open.all::<Paper>().expect("listed")[0];
        let taken = open.numbers_taken(Some(&paper.id)).expect("known");
        assert!(!taken.contains(&number()), "its own");
        assert!(open.numbers_taken(None).expect("known").contains(&number()));
        let journal = office.journal(&JournalQuery::default(), None, 1);
        let line = &journal.expect("listed").lines[0];
        assert_eq!(line.action, "解除密封");
        assert!(line.object.contains("人事事项"), "{}", line.object);
        assert_eq!(office.undo(now()).expect_err("a wall").code, "GN-07");
    }
}
