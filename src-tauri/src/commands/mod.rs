//! What the page may ask for, one thin file a page: parse, call the office,
//! hand its answer or its error back.

#![allow(
    clippy::needless_pass_by_value,
    reason = "Tauri hands every argument over by value"
)]

pub(crate) mod circle;
pub(crate) mod conflicts;
pub(crate) mod erasing;
pub(crate) mod exchange;
pub(crate) mod files;
pub(crate) mod findings;
pub(crate) mod fonts;
pub(crate) mod frame;
pub(crate) mod journal;
pub(crate) mod keeping;
pub(crate) mod materials;
pub(crate) mod minutes;
pub(crate) mod papers;
pub(crate) mod peers;
pub(crate) mod sealing;
pub(crate) mod session;
pub(crate) mod tours;

use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

/// The commands whose TypeScript is generated into `ui/src/bindings`.
pub(crate) fn typed() -> Builder<tauri::Wry> {
    Builder::<tauri::Wry>::new()
        .error_handling(ErrorHandlingMode::Throw)
        .commands(collect_commands![
            session::app_state,
            session::create_archive,
            session::save_recovery_sheet,
            session::judge_passphrase,
            session::seconds_to_wait,
            session::change_passphrase,
            session::reissue_recovery_code,
            session::open_sample,
            session::unlock,
            session::unlock_with_recovery,
            session::lock,
            session::close_window,
            session::identity,
            session::save_supervisor,
            session::save_organ,
            session::set_prefs,
            fonts::fonts,
            fonts::choose_font,
            fonts::reset_font,
            frame::status,
            frame::search,
            frame::desk,
            frame::retract,
            frame::restore,
            files::choose_file,
            files::choose_folder,
            files::choose_save,
            tours::tours,
            tours::tour,
            tours::save_tour,
            tours::save_interview,
            tours::interview,
            tours::save_turn,
            tours::remove_turn,
            tours::close_interview,
            minutes::minutes_list,
            minutes::import_minutes,
            minutes::minutes_document,
            minutes::save_minutes,
            minutes::find_in_minutes,
            minutes::add_passage,
            minutes::remove_passage,
            materials::materials,
            materials::material,
            materials::add_material,
            materials::save_material,
            materials::export_material,
            materials::open_sound,
            circle::units,
            circle::save_unit,
            circle::people,
            circle::person,
            circle::save_person,
            circle::save_relation,
            circle::save_observation,
            circle::circle,
            circle::save_positions,
            findings::findings,
            findings::finding,
            findings::save_finding,
            findings::citable,
            findings::cite,
            findings::save_citation,
            findings::save_statement,
            sealing::sealed_matters,
            sealing::preview_sealing,
            sealing::seal_matter,
            sealing::open_sealed,
            sealing::close_sealed,
            sealing::unseal_matter,
            sealing::change_sealed_passphrase,
            sealing::reissue_sealed_code,
            sealing::seconds_to_wait_for_sealed,
            papers::papers,
            papers::paper,
            papers::draft_paper,
            papers::save_paper,
            papers::check_paper,
            papers::suggest_number,
            papers::issue_paper,
            papers::serve_paper,
            papers::reply_paper,
            papers::close_paper,
            papers::export_paper,
            papers::export_paper_docx,
            journal::history,
            journal::restore_version,
            journal::undo,
            journal::redo,
            journal::journal,
            journal::journal_choices,
            journal::print_journal,
            journal::withdrawn,
            journal::readings,
            journal::set_read_log,
            journal::print_readings,
            erasing::reviews_due,
            erasing::keep_longer,
            erasing::erasure_plan,
            erasing::erase,
            erasing::give_up_older_backups,
            erasing::erasures,
            erasing::backups_before_erasures,
            erasing::print_erasures,
            exchange::exchange,
            exchange::leaving,
            exchange::leaving_since,
            exchange::export_since,
            exchange::export_bundle,
            exchange::preview_bundle,
            exchange::import_bundle,
            exchange::read_receipt,
            conflicts::conflicts,
            conflicts::conflict,
            conflicts::settle_conflict,
            conflicts::settle_number,
            conflicts::judge_same_person,
            conflicts::part_person,
            peers::own_keys,
            peers::save_key_card,
            peers::renew_receiving_key,
            peers::peers,
            peers::spoken_state,
            peers::see_keys,
            peers::add_peer,
            peers::settle_peer_check,
            peers::revoke_peer,
            peers::reinstate_peer,
            peers::appointments,
            peers::issue_appointment,
            peers::withdraw_appointment,
            peers::save_appointment,
            peers::import_appointment,
            keeping::verify_archive,
            keeping::rebuild_archive,
            keeping::stop_work,
            keeping::back_up_now,
            keeping::back_up_to,
            keeping::backups_of,
            keeping::restore_backup,
            keeping::settle_notice,
        ])
}

#[cfg(test)]
mod tests {
    use specta_typescript::Typescript;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/bindings/index.ts");

    /// What stands before the generated types: a name for identifiers, which
    /// are plain text on both sides.
    const HEADER: &str =
        "// 由程序生成，请勿手改。\n\n/** Identifier of a record. */\nexport type Id = string;\n";

    /// Fails when `ui/src/bindings/index.ts` is not what the commands say.
    /// `DUCHA_WRITE_BINDINGS=1` writes it anew.
    #[test]
    fn bindings_are_what_the_commands_say() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let fresh = folder.path().join("index.ts");
        let language = Typescript::default().header(HEADER);
        super::typed()
            .dangerously_cast_bigints_to_number()
            .disable_serde_phases()
            .export(language, &fresh)
            .expect("the bindings can be written");
        // A field with a default may be left out of stored data; between the
        // window and the program every field is always there.
        let fresh = std::fs::read_to_string(fresh)
            .expect("the file just written")
            .replace("?: ", ": ");
        if std::env::var_os("DUCHA_WRITE_BINDINGS").is_some() {
            std::fs::write(COMMITTED, &fresh).expect("the bindings folder");
        }
        let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
        assert!(
            committed == fresh,
            "ui/src/bindings is stale: run DUCHA_WRITE_BINDINGS=1 cargo test -p ducha bindings"
        );
    }
}
