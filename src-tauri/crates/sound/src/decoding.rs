//! Opening a recording and taking stretches out of it.

use crate::Error;
use crate::stream::{ReadAt, Stream, Trouble};
use std::io::Seek;
use std::panic::{AssertUnwindSafe, catch_unwind};
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as Fault;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::units::{Time, TimeBase, Timestamp};

/// Sampling rates that a sound card can be asked for, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 3_000..=384_000;
/// Packets in a row that may be damaged before the recording counts as damaged:
/// half a minute of the shortest usual ones.
const MOST_DAMAGED: u32 = 1_200;
/// Most frames given at once: a minute at 48 kHz.
const LONGEST: usize = 48_000 * 60;

/// Frames of the longest block a FLAC may begin with.
const FIRST_BLOCK: u64 = 65_536;

/// What is known of a recording before it is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Frames a second.
    pub rate: u32,
    /// Samples a frame as they are given out: 1 or 2.
    pub channels: u8,
    /// Frames in all, where the file says.
    pub frames: Option<u64>,
}

/// Some of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Number of its first frame, from 0.
    pub from: u64,
    /// Samples, those of a frame together. Empty at the end.
    pub samples: Vec<i16>,
}

/// An open recording. A fault of what decodes it, down to a panic over a file
/// made to cause one, is [`Error::Damaged`] and no more.
pub struct Sound {
    /// None once it panicked, and is not to be trusted, or could not be opened
    /// anew.
    playing: Option<Playing>,
    facts: Facts,
    trouble: Trouble,
}

impl Sound {
    /// Opens a recording of `size` bytes.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Silent`], [`Error::Damaged`], [`Error::Reading`].
    pub fn open(size: u64, read_at: ReadAt) -> Result<Self, Error> {
        let trouble = Trouble::default();
        let stream = Stream::new(size, read_at, trouble.clone());
        let stream = MediaSourceStream::new(Box::new(stream), MediaSourceStreamOptions::default());
        let opened = catch_unwind(AssertUnwindSafe(|| Playing::open(stream)));
        let playing = told(opened, &trouble)?;
        Ok(Self {
            facts: playing.facts,
            playing: Some(playing),
            trouble,
        })
    }

    /// What is known of it.
    pub fn facts(&self) -> Facts {
        self.facts
    }

    /// At most `frames` frames from number `from` on; none at the end. Going on
    /// where the last stretch ended costs no searching.
    ///
    /// # Errors
    /// [`Error::Damaged`] when nothing more makes sense, [`Error::Reading`].
    pub fn stretch(&mut self, from: u64, frames: usize) -> Result<Stretch, Error> {
        let mut playing = self.playing.take().ok_or(Error::Damaged)?;
        let given = catch_unwind(AssertUnwindSafe(move || {
            if from != playing.at && (playing.has_ended || from < FIRST_BLOCK) {
                playing = match playing.again() {
                    Ok(playing) => playing,
                    Err(error) => return (None, Err(error)),
                };
            }
            let stretch = playing.stretch(from, frames);
            (Some(playing), stretch)
        }));
        let stretch = given.map(|(playing, stretch)| {
            self.playing = playing;
            stretch
        });
        told(stretch, &self.trouble)
    }
}

/// A result with its true reason.
fn told<T>(end: std::thread::Result<Result<T, Error>>, trouble: &Trouble) -> Result<T, Error> {
    match (end, trouble.take()) {
        (Ok(Ok(value)), _) => Ok(value),
        (_, Some(error)) => Err(Error::Reading(error)),
        (Ok(Err(error)), None) => Err(error),
        (Err(_), None) => Err(Error::Damaged),
    }
}

/// The decoder at work.
struct Playing {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    base: TimeBase,
    facts: Facts,
    /// Number of the frame that comes next.
    at: u64,
    /// Frames decoded and not given out, those from `at` on.
    ready: Vec<i16>,
    /// The next packet says itself where it stands.
    lost: bool,
    /// It was read, or searched, to its end.
    has_ended: bool,
}

impl Playing {
    fn open(stream: MediaSourceStream<'static>) -> Result<Self, Error> {
        let format = symphonia::default::get_probe()
            .probe(
                &Hint::new(),
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(of_format)?;
        let track = format
            .default_track(TrackType::Audio)
            .ok_or(Error::Silent)?;
        let parameters = track
            .codec_params
            .as_ref()
            .and_then(|parameters| parameters.audio())
            .ok_or(Error::Unknown)?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(of_format)?;
        let rate = parameters.sample_rate.ok_or(Error::Unknown)?;
        if !RATES.contains(&rate) {
            return Err(Error::Unknown);
        }
        let base = track
            .time_base
            .or_else(|| TimeBase::try_from_recip(rate))
            .ok_or(Error::Unknown)?;
        let channels = parameters
            .channels
            .as_ref()
            .map_or(2, symphonia::core::audio::Channels::count);
        let facts = Facts {
            rate,
            channels: if channels == 1 { 1 } else { 2 },
            frames: frames_of(track, base, rate),
        };
        Ok(Self {
            track: track.id,
            decoder,
            format,
            base,
            facts,
            at: 0,
            ready: Vec::new(),
            lost: false,
            has_ended: false,
        })
    }

    /// The same recording opened anew. Symphonia 0.6.1 needs it twice: what takes
    /// M4A apart gives nothing more once it has seen the end, wherever it is told
    /// to go; and what takes FLAC apart, told to go to its first block, takes it
    /// for one that cannot follow the last and ends too early.
    fn again(self) -> Result<Self, Error> {
        let mut stream = self.format.into_inner();
        stream.rewind().map_err(Error::Reading)?;
        Self::open(stream)
    }

    fn stretch(&mut self, from: u64, frames: usize) -> Result<Stretch, Error> {
        let channels = usize::from(self.facts.channels);
        let wanted = frames.min(LONGEST);
        if from != self.at {
            self.go_to(from)?;
        }
        while self.ready.len() < wanted * channels {
            if !self.decode()? {
                self.has_ended = true;
                break;
            }
            let behind = from.saturating_sub(self.at) as usize * channels;
            let passed = behind.min(self.ready.len());
            self.ready.drain(..passed);
            self.at += (passed / channels) as u64;
        }
        if self.at < from {
            // It ended before.
            self.ready.clear();
        }
        let given = self.ready.len().min(wanted * channels);
        let samples: Vec<i16> = self.ready.drain(..given).collect();
        let stretch = Stretch {
            from: self.at.max(from),
            samples,
        };
        self.at = stretch.from + (given / channels) as u64;
        Ok(stretch)
    }

    /// Looks the frame up, or one a little before it.
    fn go_to(&mut self, frame: u64) -> Result<(), Error> {
        self.ready.clear();
        self.decoder.reset();
        let seconds = frame as f64 / f64::from(self.facts.rate);
        let time = Time::try_from_secs_f64(seconds).ok_or(Error::Damaged)?;
        let to = SeekTo::Time {
            time,
            track_id: Some(self.track),
        };
        match self.format.seek(SeekMode::Accurate, to) {
            Ok(found) => self.at = self.frame_at(found.actual_ts),
            // Beyond the end: nothing more comes.
            Err(Fault::SeekError(_)) => {
                self.at = frame;
                self.has_ended = true;
            }
            Err(fault) => return Err(of_reading(fault)),
        }
        self.lost = true;
        Ok(())
    }

    /// The number of the frame at a time of the file.
    fn frame_at(&self, at: Timestamp) -> u64 {
        let seconds = self.base.calc_time_saturating(at).as_secs_f64();
        (seconds * f64::from(self.facts.rate)).round().max(0.0) as u64
    }

    /// Decodes the next packet; `false` at the end.
    fn decode(&mut self) -> Result<bool, Error> {
        let mut damaged = 0;
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                // Another recording may follow in the same file; it is not ours.
                Ok(None) | Err(Fault::ResetRequired) => return Ok(false),
                Err(Fault::IoError(error)) if is_end(&error) => return Ok(false),
                Err(fault) => return Err(of_reading(fault)),
            };
            if packet.track_id != self.track {
                continue;
            }
            let from = packet.pts;
            match self.decoder.decode(&packet) {
                Ok(decoded) if decoded.spec().rate() == self.facts.rate => {
                    let mut samples = Vec::new();
                    let channels = decoded.spec().channels().count();
                    decoded.copy_to_vec_interleaved::<i16>(&mut samples);
                    // The first packet after a jump may give nothing: it is only what
                    // the next one overlaps with, and says nothing of where that stands.
                    if !samples.is_empty() && std::mem::take(&mut self.lost) {
                        self.at = self.frame_at(from);
                    }
                    mix(&samples, channels, self.facts.channels, &mut self.ready);
                    return Ok(true);
                }
                // A piece at another rate, or one that makes no sense, is passed
                // over, as long as it does not go on for ever.
                Ok(_) | Err(Fault::DecodeError(_)) => {
                    damaged += 1;
                    if damaged > MOST_DAMAGED {
                        return Err(Error::Damaged);
                    }
                }
                Err(fault) => return Err(of_reading(fault)),
            }
        }
    }
}

/// Appends frames of `channels` samples as frames of `wanted`, 1 or 2: the first
/// two are left and right, whatever else there is goes to both by half.
fn mix(samples: &[i16], channels: usize, wanted: u8, out: &mut Vec<i16>) {
    match (channels, wanted) {
        (0, _) => {}
        (1, 1) | (2, 2) => out.extend_from_slice(samples),
        (1, _) => out.extend(samples.iter().flat_map(|sample| [*sample, *sample])),
        (_, 1) => out.extend(samples.chunks_exact(channels).map(|frame| {
            let sum: i32 = frame.iter().map(|sample| i32::from(*sample)).sum();
            (sum / channels as i32) as i16
        })),
        _ => {
            for frame in samples.chunks_exact(channels) {
                let others: i32 = frame[2..].iter().map(|sample| i32::from(*sample) / 2).sum();
                for side in &frame[..2] {
                    let mixed =
                        (i32::from(*side) + others).clamp(i32::from(i16::MIN), i32::from(i16::MAX));
                    out.push(mixed as i16);
                }
            }
        }
    }
}

fn frames_of(track: &Track, base: TimeBase, rate: u32) -> Option<u64> {
    let from_time = || {
        let seconds = base.calc_duration(track.duration?)?.as_secs_f64();
        Some((seconds * f64::from(rate)).round() as u64)
    };
    track
        .num_frames
        .or_else(from_time)
        .filter(|frames| *frames > 0)
}

fn is_end(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::UnexpectedEof
}

/// A fault while it is found out what the file is.
fn of_format(fault: Fault) -> Error {
    match fault {
        Fault::IoError(error) if !is_end(&error) => Error::Reading(error),
        Fault::IoError(_) | Fault::DecodeError(_) | Fault::LimitError(_) => Error::Damaged,
        _ => Error::Unknown,
    }
}

/// A fault while it is read.
fn of_reading(fault: Fault) -> Error {
    match fault {
        Fault::IoError(error) if !is_end(&error) => Error::Reading(error),
        _ => Error::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// A WAV whose left sample is the number of its frame, and whose right is its opposite.
    fn wav(rate: u32, frames: u32) -> Vec<u8> {
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((36 + frames * 4).to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
        bytes.extend(rate.to_le_bytes());
        bytes.extend((rate * 4).to_le_bytes());
        bytes.extend(b"\x04\0\x10\0data");
        bytes.extend((frames * 4).to_le_bytes());
        for frame in 0..frames {
            let sample = (frame % 30_000) as i16;
            bytes.extend(sample.to_le_bytes());
            bytes.extend((-sample).to_le_bytes());
        }
        bytes
    }

    /// Frames of MPEG sound that say nothing: header, side information, silence.
    fn mp3(frames: usize) -> Vec<u8> {
        let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
        frame.resize(417, 0);
        frame.repeat(frames)
    }

    fn expected(frames: std::ops::Range<u32>) -> Vec<i16> {
        frames
            .flat_map(|frame| {
                let sample = (frame % 30_000) as i16;
                [sample, -sample]
            })
            .collect()
    }

    #[test]
    fn stretches_are_exact_wherever_they_begin() {
        let mut sound = open(wav(8_000, 100_000)).expect("a recording");
        let facts = Facts {
            rate: 8_000,
            channels: 2,
            frames: Some(100_000),
        };
        assert_eq!(sound.facts(), facts);
        for (from, frames) in [
            (0, 5),
            (5, 20_000),
            (99_990, 50),
            (12_345, 7),
            (12_352, 1),
            (3, 0),
        ] {
            let stretch = sound.stretch(from, frames).expect("samples");
            let until = 100_000.min(from as u32 + frames as u32);
            assert_eq!(stretch.from, from);
            assert!(stretch.samples == expected(from as u32..until), "{from}");
        }
        for beyond in [100_000, 5_000_000] {
            let stretch = sound.stretch(beyond, 9).expect("the end");
            assert_eq!(stretch.samples, []);
        }
        let again = sound.stretch(0, 3).expect("samples");
        assert_eq!(again.samples, expected(0..3));
    }

    #[test]
    fn compressed_sound_comes_out_and_can_be_searched() {
        let mut sound = open(mp3(400)).expect("a recording");
        let facts = sound.facts();
        assert_eq!((facts.rate, facts.channels), (44_100, 2));
        let all = facts.frames.expect("counted");
        assert!(all.abs_diff(400 * 1152) <= 2 * 1152, "{all}");
        let stretch = sound.stretch(200_000, 44_100).expect("samples");
        assert_eq!((stretch.from, stretch.samples.len()), (200_000, 88_200));
        assert!(stretch.samples.iter().all(|sample| *sample == 0));
        let mut last = sound.stretch(400_000, LONGEST).expect("samples");
        assert!(last.samples.len() > 2 * 55_000);
        last = sound.stretch(all + 44_100, 1).expect("the end");
        assert!(last.samples.is_empty());
    }

    #[test]
    fn what_is_no_recording_is_said_so() {
        for bytes in [
            Vec::new(),
            b"%PDF-1.7".to_vec(),
            vec![0; 100_000],
            vec![0xff; 5_000],
        ] {
            let refused = open(bytes).err().expect("nothing to hear");
            assert!(
                matches!(refused, Error::Unknown | Error::Damaged),
                "{refused:?}"
            );
        }
        let failing = Box::new(|_, _| Err(std::io::ErrorKind::PermissionDenied.into()));
        assert!(matches!(
            Sound::open(10_000, failing).err(),
            Some(Error::Reading(_))
        ));
    }

    #[test]
    fn no_damage_makes_it_panic_or_go_on_for_ever() {
        let sound = [wav(8_000, 2_000), mp3(30)];
        for whole in sound {
            for at in (0..whole.len().min(600)).chain([whole.len() / 2, whole.len() - 1]) {
                let mut bytes = whole.clone();
                bytes[at] ^= 0xff;
                let Ok(mut sound) = open(bytes) else { continue };
                for from in [0, 500, 1_000_000] {
                    let _ = sound.stretch(from, 1_000);
                }
            }
            for length in (0..whole.len()).step_by(97) {
                if let Ok(mut sound) = open(whole[..length].to_vec()) {
                    let stretch = sound.stretch(0, LONGEST);
                    assert!(stretch.map_or(0, |it| it.samples.len()) <= 2 * 40_000);
                }
            }
        }
    }

    #[test]
    fn many_channels_become_two() {
        let mut out = Vec::new();
        mix(&[100, 200, 50, -50, 10, 20, 32_767, 32_767], 4, 2, &mut out);
        assert_eq!(out, [100, 200, 32_767, 32_767]);
        out.clear();
        mix(&[5, 7], 1, 2, &mut out);
        assert_eq!(out, [5, 5, 7, 7]);
        out.clear();
        mix(&[2, 4, 30, 50], 2, 1, &mut out);
        assert_eq!(out, [3, 40]);
    }
}
