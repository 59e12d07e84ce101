//! The use cases (办公): one interface that the window and the command line
//! both call. Each module is one page of the program, or one job of the
//! command line; none of them knows how it is shown.

mod appointments;
mod appointments_desk;
mod backing_up;
mod bundle_in;
mod bundle_out;
mod checking;
mod citing;
mod closing;
mod conflict_list;
mod conflicts;
mod desk;
mod difference;
mod double_numbers;
mod due;
mod erasing;
mod erasure_register;
mod error;
mod exchange_desk;
mod findings;
mod fonts_desk;
mod guard;
mod handed;
mod history;
mod importing;
mod importing_many;
mod inspect;
mod interviews;
mod issuing;
mod journal;
pub mod json;
mod json_guard;
mod keys_desk;
mod leaving;
mod masks;
mod materials;
mod minutes_desk;
mod moment;
mod names;
mod notices;
mod open;
mod orphans;
mod own_keys;
mod papers_desk;
mod passphrase;
mod peer_registry;
mod peers;
mod peers_desk;
mod people;
mod prefs;
mod read_log;
mod receipts;
mod recycling;
mod reporting;
mod retaining;
mod sample;
mod scope;
mod sealing;
mod search;
mod session;
mod settling;
mod since;
mod text_file;
mod tours;
mod tries;
mod twins;
mod undoing;
mod unsealing;
mod withdrawing;
mod wording;

pub use appointments::AppointmentView;
pub use appointments_desk::{AppointmentOrder, AppointmentsView};
pub use backing_up::{BackupFile, BackupView};
pub use checking::{Going, Progress, SalvageView, Signatures, VerifyView};
pub use conflict_list::ConflictList;
pub use conflicts::{Around, ConflictRow, ConflictSide, ConflictView, FieldConflict, SideAuthor};
pub use desk::{Desk, DeskItem, TourProgress};
pub use difference::TextPiece;
pub use double_numbers::{NumberBearer, NumberConflict, NumberDecision};
pub use due::DueView;
pub use erasing::{ErasureDone, ErasureOrder, ErasurePlan};
pub use erasure_register::ErasureLine;
pub use error::{ErrorView, Result};
pub use exchange_desk::{ExchangeView, ExportReport};
pub use findings::{Citable, CitationView, FindingRow, FindingView};
pub use fonts_desk::{ChosenFontView, FontFile, FontUse, FontView};
pub use history::{Deed, FieldChange, HistoryStep, HistoryView};
pub use importing::{Bringing, BundlePreview, ImportReport, MissingPart, RecordLine};
pub use importing_many::{BundleOutcome, ManyReport, SenderSum};
pub use inspect::{BundleContents, BundleLock, BundleView, inspect_bundle};
pub use interviews::{InterviewRow, InterviewView, SavedTurn, TurnView};
pub use journal::{JournalChoices, JournalLine, JournalPage, JournalQuery};
pub use leaving::{Given, Leaving, LeavingKind};
pub use masks::Mask;
pub use materials::{
    LARGEST_MATERIAL, MATERIAL_PIECE, MaterialRow, MaterialView, PictureView, size_words,
};
pub use minutes_desk::{MinutesRow, MinutesView, ParagraphHit, ParagraphView, PassageView};
pub use moment::Moment;
pub use names::{CheckView, Named, OpenTarget, Page, PersonCard};
pub use notices::{Notice, NoticePlace};
pub use open::{Saved, Stored};
pub use own_keys::OwnKeys;
pub use papers_desk::{ExportedPaper, PaperRow, PaperView};
pub use passphrase::{PassphraseView, judge_passphrase};
pub use peers_desk::{
    CompareRow, KeySource, KeyStanding, KeysSeen, NewPeer, PeerView, SpokenState,
};
pub use people::{
    CircleEdge, CircleGraph, CircleNode, NodeKind, PersonRow, PersonView, RelationRow,
};
pub use prefs::{ArchiveInfo, Prefs, TextSize, Theme};
pub use read_log::{ReadingLine, ReadingPage};
pub use receipts::{PeerReceipt, ReceiptView};
pub use recycling::{WithdrawnPage, WithdrawnRow};
pub use reporting::{Report, ReportBy, ReportNumbers, ReportQuery, ReportRow};
pub use retaining::ReviewRow;
pub use sample::{SAMPLE_NAME, SAMPLE_PASSPHRASE};
pub use scope::{Scope, ScopeKind};
pub use sealing::{MatterSealed, SealPreview, SealedMatter};
pub use search::SearchHit;
pub use session::{
    ARCHIVE_ENDING, AppState, CreatedArchive, Identity, Places, Stage, Status, write_file,
};
pub use settling::Choice;
pub use since::Since;
pub use text_file::{TEXT_BYTES, read_text};
pub use tours::{PlannedPerson, TourRow, TourView};
pub use twins::{TwinEntry, TwinPair};
pub use undoing::Undone;
pub use vault::{KdfParams, KeyCost};

use casework::calendar::WorkCalendar;
use casework::rules::RulePack;
use gongwen::Typesetter;
use open::Open;
use std::sync::OnceLock;

/// The program without its window.
pub struct Office {
    places: Places,
    settings: prefs::Settings,
    open: Option<Open>,
    typesetter: OnceLock<Typesetter>,
    calendar: WorkCalendar,
    rules: RulePack,
}

impl Office {
    /// The program with nothing open. Reads the settings file and nothing else.
    pub fn new(places: Places) -> Self {
        let settings = prefs::Settings::load(places.settings_file.clone());
        Self {
            places,
            settings,
            open: None,
            typesetter: OnceLock::new(),
            calendar: WorkCalendar::shipped(),
            rules: RulePack::shipped(),
        }
    }

    fn archive(&self) -> Result<&Open> {
        self.open.as_ref().ok_or_else(ErrorView::locked)
    }

    fn archive_mut(&mut self) -> Result<&mut Open> {
        self.open.as_mut().ok_or_else(ErrorView::locked)
    }

    /// The typesetter; its fonts are mapped when the first paper is set.
    fn typesetter(&self) -> Result<&Typesetter> {
        if let Some(ready) = self.typesetter.get() {
            return Ok(ready);
        }
        let fresh = self.fresh_typesetter()?;
        Ok(self.typesetter.get_or_init(|| fresh))
    }
}
