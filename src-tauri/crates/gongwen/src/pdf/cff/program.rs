//! Hints of CFF outlines taken away. They move the edges of strokes onto the pixels of coarse
//! screens; paper and today's screens are finer, and they are a twentieth of every file. The
//! outlines stay as they are, point for point.

use std::ops::Range;

/// A glyph's program without hints (Adobe TN 5177, sections 3 and 4). The width stands before the
/// arguments of the first operator that takes any; when that one goes, it stands before the next.
/// Nothing is to be taken of `out` when `None` comes back: the program calls subroutines.
pub(super) fn without_hints(program: &[u8], out: &mut Vec<u8>) -> Option<()> {
    // Where the operands waiting for an operator begin.
    let mut operands: Vec<usize> = Vec::new();
    let mut width: Option<Range<usize>> = None;
    let mut first = true;
    let mut hints = 0;
    let mut at = 0;
    while let Some(&byte) = program.get(at) {
        let begin = at;
        at += match byte {
            28 => 3,
            247..=254 | 12 => 2,
            255 => 5,
            _ => 1,
        };
        match byte {
            28 | 32.. => operands.push(begin),
            // hstem, vstem, hstemhm, vstemhm; hintmask and cntrmask with the last of them.
            1 | 3 | 18 | 23 | 19 | 20 => {
                if first && operands.len() % 2 == 1 {
                    width = Some(operands[0]..operands.get(1).copied().unwrap_or(begin));
                }
                first = false;
                hints += operands.len() / 2;
                if matches!(byte, 19 | 20) {
                    at += hints.div_ceil(8);
                }
                operands.clear();
            }
            // Calls and returns.
            10 | 11 | 29 => return None,
            _ => {
                out.extend(program.get(width.take().unwrap_or(0..0))?);
                let from = operands.first().copied().unwrap_or(begin);
                out.extend(program.get(from..at)?);
                first = false;
                operands.clear();
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(program: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        without_hints(program, &mut out).map(|()| out)
    }

    #[test]
    fn the_width_goes_to_the_next_operator() {
        // 100 hstem(1, 2), 3 4 rmoveto, endchar: the width 100 stays.
        let number = |value: u8| value + 139;
        let program = [
            number(100),
            number(1),
            number(2),
            1,
            number(3),
            number(4),
            21,
            14,
        ];
        assert_eq!(
            bare(&program).expect("a program"),
            [number(100), number(3), number(4), 21, 14]
        );
        // Without a width; the mask of three hints is one byte, which is no operator.
        let program = [
            number(1),
            number(2),
            18,
            number(1),
            number(2),
            number(3),
            number(4),
            19,
            14,
            number(5),
            22,
            14,
        ];
        assert_eq!(bare(&program).expect("a program"), [number(5), 22, 14]);
    }

    #[test]
    fn a_program_that_calls_subroutines_is_refused() {
        assert_eq!(bare(&[139, 10]), None);
        assert_eq!(bare(&[139, 29]), None);
    }
}
