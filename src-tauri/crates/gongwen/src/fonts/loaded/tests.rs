use super::*;
use crate::fonts::{ChosenFont, standard_characters};

fn faces() -> Faces {
    Faces::new(FontFolder::find().expect("a checkout has the faces"))
}

fn found(faces: &Faces, role: Role, character: char) -> Face {
    let glyph = faces.glyph(role, character).expect("readable faces");
    glyph.map_or_else(|| panic!("{role:?} {character}"), |glyph| glyph.face)
}

#[test]
fn every_standard_character_has_ink_in_every_part_from_a_shipped_face() {
    let faces = faces();
    for role in Role::ALL {
        for character in standard_characters() {
            let glyph = faces
                .glyph(role, character)
                .expect("readable faces")
                .unwrap_or_else(|| panic!("{role:?} {character}"));
            assert!(glyph.id != 0 && Face::SHIPPED.contains(&glyph.face));
            let ink = faces.ink(glyph).expect("readable faces");
            assert!(
                ink.is_some_and(|(top, bottom)| top > bottom),
                "{role:?} {character}"
            );
            assert!((glyph.advance - 1.0).abs() < 0.01, "{role:?} {character}");
        }
    }
}

#[test]
fn rare_names_and_marks_have_a_glyph_in_every_part() {
    let faces = faces();
    for role in Role::ALL {
        for character in "镕㛃䶮𬱖王乙某〔〕“”—…·《》（）：0Aa%".chars() {
            found(&faces, role, character);
        }
    }
}

#[test]
fn marks_digits_and_latin_come_from_the_faces_that_draw_them_well() {
    let faces = faces();
    for character in ('!'..='~').filter(char::is_ascii_alphanumeric) {
        assert_eq!(found(&faces, Role::FangSong, character), Face::FangSong);
        assert_eq!(found(&faces, Role::Kai, character), Face::FangSong);
        assert_eq!(found(&faces, Role::Song, character), Face::Song);
        assert_eq!(found(&faces, Role::Hei, character), Face::BiaoSong);
        assert_eq!(found(&faces, Role::BiaoSong, character), Face::BiaoSong);
    }
    for character in "“”‘’·—…".chars() {
        for role in Role::ALL {
            let face = found(&faces, role, character);
            assert!(
                !matches!(face, Face::Rare | Face::Hei),
                "{role:?} {character}"
            );
        }
    }
    for role in Role::ALL {
        let dash = faces.glyph(role, '—').expect("readable").expect("a dash");
        assert!((dash.advance - 1.0).abs() < 0.01, "{role:?} {dash:?}");
    }
    assert_eq!(found(&faces, Role::FangSong, '镕'), Face::Rare);
    for role in Role::ALL {
        assert_eq!(found(&faces, role, '_'), Face::BiaoSong);
    }
}

#[test]
fn a_chosen_face_is_asked_first_and_the_shipped_one_has_what_it_lacks() {
    let folder = FontFolder::find().expect("the faces");
    let song = ChosenFont::read(&folder.file(Face::Song), None).expect("a font");
    let heavy = ChosenFont::read(&folder.file(Face::BiaoSong), None).expect("a font");
    let faces = Faces::new(
        folder
            .with_chosen(Role::FangSong, song)
            .with_chosen(Role::BiaoSong, heavy),
    );
    let own = Face::Chosen(Role::FangSong);
    assert_eq!(found(&faces, Role::FangSong, '函'), own);
    assert_eq!(found(&faces, Role::FangSong, '8'), own);
    // 宋体 lacks it, and so does the shipped 仿宋.
    assert_eq!(found(&faces, Role::FangSong, '镕'), Face::Rare);
    assert_eq!(found(&faces, Role::Kai, '函'), Face::Kai);
    // Its dash leaves gaps in a line of dashes.
    assert_eq!(
        found(&faces, Role::BiaoSong, '函'),
        Face::Chosen(Role::BiaoSong)
    );
    assert_ne!(
        found(&faces, Role::BiaoSong, '—'),
        Face::Chosen(Role::BiaoSong)
    );
    // A blank to fill in is one line only in the shipped face.
    assert_eq!(found(&faces, Role::BiaoSong, '_'), Face::BiaoSong);
}

#[test]
fn an_optional_face_is_asked_last_and_a_damaged_one_is_passed_over() {
    let shipped = FontFolder::find().expect("the faces");
    let folder = tempfile::tempdir().expect("a folder");
    for face in Face::SHIPPED {
        let file = shipped.file(face);
        let name = file.file_name().expect("a name");
        // 仿宋 stands in for every face, so that 䶮 is in none of them.
        std::fs::copy(shipped.file(Face::FangSong), folder.path().join(name)).expect("room");
    }
    let bare = Faces::new(FontFolder::at(folder.path()).expect("complete"));
    assert!(bare.glyph(Role::Kai, '䶮').expect("readable").is_none());
    assert!(bare.pack_would_help('䶮') && !bare.pack_would_help('𓀀'));

    let optional = folder.path().join("optional");
    std::fs::create_dir(&optional).expect("room");
    std::fs::write(optional.join("a.ttf"), "damaged").expect("room");
    std::fs::copy(shipped.file(Face::Rare), optional.join("b.ttf")).expect("room");
    std::fs::write(optional.join("说明.txt"), "not a font").expect("room");
    let faces = Faces::new(FontFolder::at(folder.path()).expect("complete"));
    assert_eq!(found(&faces, Role::Kai, '䶮'), Face::Optional(1));
    assert_eq!(found(&faces, Role::Kai, '𬱖'), Face::Optional(1));
    assert_eq!(found(&faces, Role::Kai, '函'), Face::Kai);
    assert!(!faces.pack_would_help('䶮'));

    let named = ChosenFont::read(&shipped.file(Face::Rare), None).expect("a font");
    let with_named = FontFolder::at(folder.path())
        .expect("complete")
        .with_optional(named);
    assert_eq!(
        found(&Faces::new(with_named), Role::Kai, '䶮'),
        Face::Optional(0)
    );
}
