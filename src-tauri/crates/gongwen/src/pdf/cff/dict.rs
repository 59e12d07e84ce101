//! Dictionaries within a CFF table (Adobe TN 5176, section 4): operands, then their operator.

/// Operators of one byte, and the second byte of those of two.
pub(super) const NOTICE: Operator = Operator::One(1);
pub(super) const FONT_BBOX: Operator = Operator::One(5);
pub(super) const CHARSET: Operator = Operator::One(15);
pub(super) const CHAR_STRINGS: Operator = Operator::One(17);
pub(super) const PRIVATE: Operator = Operator::One(18);
pub(super) const DEFAULT_WIDTH: Operator = Operator::One(20);
pub(super) const NOMINAL_WIDTH: Operator = Operator::One(21);
pub(super) const FONT_MATRIX: Operator = Operator::Two(7);
pub(super) const ROS: Operator = Operator::Two(30);
pub(super) const CID_COUNT: Operator = Operator::Two(34);
pub(super) const FD_ARRAY: Operator = Operator::Two(36);
pub(super) const FD_SELECT: Operator = Operator::Two(37);
pub(super) const FONT_NAME: Operator = Operator::Two(38);

/// What the operands before it mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    One(u8),
    Two(u8),
}

/// The operands of an operator as they stand; `None` when the dictionary has it not.
pub(super) fn operands(dict: &[u8], wanted: Operator) -> Option<&[u8]> {
    let (mut begin, mut at) = (0, 0);
    while let Some(&byte) = dict.get(at) {
        let operator = match byte {
            12 => Operator::Two(*dict.get(at + 1)?),
            0..=21 => Operator::One(byte),
            _ => {
                at += operand_length(dict, at)?;
                continue;
            }
        };
        if operator == wanted {
            return dict.get(begin..at);
        }
        at += if byte == 12 { 2 } else { 1 };
        begin = at;
    }
    None
}

fn operand_length(dict: &[u8], at: usize) -> Option<usize> {
    Some(match dict.get(at)? {
        28 => 3,
        29 => 5,
        30 => {
            // A real number ends with the half-byte 15.
            let digits = dict.get(at + 1..)?;
            digits.iter().position(|byte| byte & 0x0F == 0x0F)? + 2
        }
        247..=254 => 2,
        _ => 1,
    })
}

/// The whole numbers among the operands of an operator; `None` when one is not whole.
pub(super) fn numbers(dict: &[u8], wanted: Operator) -> Option<Vec<usize>> {
    let operands = operands(dict, wanted)?;
    let (mut numbers, mut at) = (Vec::new(), 0);
    while let Some(&byte) = operands.get(at) {
        let length = operand_length(operands, at)?;
        let rest = operands.get(at + 1..at + length)?;
        let byte = i32::from(byte);
        let number = match (byte, rest) {
            (28, &[a, b]) => i32::from(i16::from_be_bytes([a, b])),
            (29, &[a, b, c, d]) => i32::from_be_bytes([a, b, c, d]),
            (32..=246, []) => byte - 139,
            (247..=250, &[a]) => (byte - 247) * 256 + i32::from(a) + 108,
            (251..=254, &[a]) => -(byte - 251) * 256 - i32::from(a) - 108,
            _ => return None,
        };
        numbers.push(usize::try_from(number).ok()?);
        at += length;
    }
    Some(numbers)
}

/// A dictionary that is being written.
#[derive(Debug, Default)]
pub(super) struct Dict(pub(super) Vec<u8>);

impl Dict {
    /// Adds operands, as they stood elsewhere, and their operator.
    pub(super) fn put(&mut self, operands: &[u8], operator: Operator) {
        self.0.extend(operands);
        match operator {
            Operator::One(byte) => self.0.push(byte),
            Operator::Two(byte) => self.0.extend([12, byte]),
        }
    }

    /// Adds numbers, five bytes each whatever their size, and their operator.
    pub(super) fn put_numbers(&mut self, numbers: &[usize], operator: Operator) -> Option<()> {
        let mut operands = Vec::new();
        for number in numbers {
            operands.push(29);
            operands.extend(i32::try_from(*number).ok()?.to_be_bytes());
        }
        self.put(&operands, operator);
        Some(())
    }
}
