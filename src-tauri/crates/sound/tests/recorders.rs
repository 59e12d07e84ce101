//! Recordings as usual recorders make them: a tone of 440 Hz that lasts two
//! seconds must come out as that, from any place on.

use sound::{Error, Sound};

/// A recording, its rate and its channels, and how far its length may be off in
/// frames: what a format adds at both ends.
struct Tone {
    name: &'static str,
    bytes: &'static [u8],
    rate: u32,
    channels: u8,
    margin: u64,
    /// How far a sample may be off after a jump: AAC fills up with noise of its
    /// own.
    off: u16,
    /// Frames after a jump that may differ: what is cut overlaps with what came
    /// before.
    overlap: usize,
}

const TONES: [Tone; 4] = [
    Tone {
        name: "M4A",
        bytes: include_bytes!("fixtures/tone.m4a"),
        rate: 44_100,
        channels: 1,
        margin: 3 * 1024,
        off: 8,
        overlap: 2 * 1024,
    },
    Tone {
        name: "OGG",
        bytes: include_bytes!("fixtures/tone.ogg"),
        rate: 44_100,
        channels: 2,
        margin: 0,
        off: 0,
        overlap: 2 * 2048,
    },
    Tone {
        name: "FLAC",
        bytes: include_bytes!("fixtures/tone.flac"),
        rate: 16_000,
        channels: 1,
        margin: 0,
        off: 0,
        overlap: 0,
    },
    Tone {
        name: "MP3",
        bytes: include_bytes!("fixtures/tone.mp3"),
        rate: 44_100,
        channels: 1,
        margin: 3 * 1152,
        off: 1,
        overlap: 4 * 1152,
    },
];

fn open(bytes: Vec<u8>) -> Result<Sound, Error> {
    let size = bytes.len() as u64;
    Sound::open(
        size,
        Box::new(move |from, length| {
            let from = (from as usize).min(bytes.len());
            Ok(bytes[from..bytes.len().min(from + length)].to_vec())
        }),
    )
}

/// Samples of the first channel, `frames` of them from `from` on.
fn heard(sound: &mut Sound, tone: &Tone, from: u64, frames: usize) -> Vec<i16> {
    let stretch = sound.stretch(from, frames).expect(tone.name);
    assert_eq!(stretch.from, from, "{}", tone.name);
    let channels = usize::from(tone.channels);
    stretch.samples.chunks(channels).map(|it| it[0]).collect()
}

/// How often the tone rises through nothing.
fn rises(samples: &[i16]) -> usize {
    samples
        .windows(2)
        .filter(|pair| pair[0] < 0 && pair[1] >= 0)
        .count()
}

#[test]
fn a_tone_comes_out_as_long_and_as_high_as_it_is() {
    for tone in &TONES {
        let mut sound = open(tone.bytes.to_vec()).expect(tone.name);
        let facts = sound.facts();
        assert_eq!(
            (facts.rate, facts.channels),
            (tone.rate, tone.channels),
            "{}",
            tone.name
        );
        let (rate, wanted) = (tone.rate as usize, u64::from(tone.rate) * 2);
        let said = facts.frames.expect(tone.name);
        assert!(
            said.abs_diff(wanted) <= tone.margin,
            "{}: {said}",
            tone.name
        );
        let all = heard(&mut sound, tone, 0, rate * 5);
        assert!(
            (all.len() as u64).abs_diff(wanted) <= tone.margin,
            "{}: {}",
            tone.name,
            all.len()
        );
        let second = &all[rate / 2..rate * 3 / 2];
        assert!(rises(second).abs_diff(440) <= 1, "{}", tone.name);
        // ffmpeg's tone is an eighth of the loudest there is, and as loud on two
        // channels together as on one.
        let wanted = 4096.0 / f64::from(tone.channels).sqrt();
        let squares = second.iter().map(|it| f64::from(*it).powi(2));
        let loudness = (squares.sum::<f64>() * 2.0 / second.len() as f64).sqrt();
        assert!(
            (loudness - wanted).abs() < 300.0,
            "{}: {loudness}",
            tone.name
        );
    }
}

#[test]
fn a_place_is_found_again() {
    for tone in &TONES {
        let mut sound = open(tone.bytes.to_vec()).expect(tone.name);
        let rate = tone.rate as usize;
        let all = heard(&mut sound, tone, 0, rate * 5);
        // Forwards, backwards, and to the beginning.
        for from in [rate, rate / 3, rate * 3 / 2, 0, rate, 9] {
            let again = heard(&mut sound, tone, from as u64, rate / 3);
            assert_eq!(again.len(), rate / 3, "{} from {from}", tone.name);
            let off = again
                .iter()
                .zip(&all[from..])
                .skip(tone.overlap)
                .map(|(one, other)| one.abs_diff(*other))
                .max();
            assert!(
                off.is_some_and(|it| it <= tone.off),
                "{} from {from}: {off:?}",
                tone.name
            );
        }
        let end = sound.stretch(all.len() as u64 + 1, 9).expect(tone.name);
        assert_eq!(end.samples, [], "{}", tone.name);
    }
}

/// What is told says what happened and what to do, in Chinese.
fn is_kind(error: &Error) -> bool {
    let sentence = error.to_string();
    let latin = sentence.chars().any(|it| it.is_ascii_alphabetic());
    !latin && sentence.matches('。').count() >= 2
}

#[test]
fn a_damaged_or_cut_recording_is_said_so() {
    for tone in &TONES {
        let length = tone.bytes.len();
        let (mut refused, mut played) = (0, 0);
        let places = (0..length.min(400))
            .step_by(3)
            .chain((400..length).step_by(501));
        let damaged = places.map(|at| {
            let mut bytes = tone.bytes.to_vec();
            bytes[at] ^= 0xff;
            bytes
        });
        let cut = (0..length).step_by(509).map(|at| tone.bytes[..at].to_vec());
        for bytes in damaged.chain(cut) {
            let ends = open(bytes).and_then(|mut sound| {
                sound.stretch(u64::from(tone.rate), 1_000)?;
                sound.stretch(0, tone.rate as usize * 5)
            });
            match ends {
                Ok(stretch) => {
                    played += 1;
                    let most = tone.rate as usize * 3 * usize::from(tone.channels);
                    assert!(stretch.samples.len() <= most, "{}", tone.name);
                }
                Err(error) => {
                    refused += 1;
                    assert!(is_kind(&error), "{}: {error}", tone.name);
                }
            }
        }
        println!("{}: {refused} refused, {played} played", tone.name);
        assert!(refused > 0 && played > 0, "{}", tone.name);
    }
}

#[test]
fn what_cannot_be_played_here_is_said_so() {
    let opus = include_bytes!("fixtures/tone-opus.ogg").to_vec();
    let refused = open(opus).err().expect("no such decoder here");
    assert!(matches!(refused, Error::Unknown), "{refused:?}");
    assert!(is_kind(&refused), "{refused}");
    assert!(refused.to_string().contains("导出后用其他程序播放"));
}
