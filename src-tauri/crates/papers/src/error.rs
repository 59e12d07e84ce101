//! What can go wrong between a record and a paper, said in Chinese.

use casework::records::PaperKind;
use thiserror::Error;

/// Why a template was refused or a paper could not be composed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// The template file is not JSON of the right shape.
    #[error(
        "文书模板第{line}行第{column}列附近读不下去：格式不完整，或者有缺少、多余、填写不当的项。\
         请更正后重新导入；正在使用的模板没有改动。"
    )]
    Unreadable {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The template is of a format this program does not read.
    #[error(
        "文书模板的格式版本是{0}，本程序不认识。请换用相应版本的模板或更新程序；正在使用的模板没有改动。"
    )]
    Format(u32),
    /// The template uses a placeholder nobody fills, or lacks something.
    #[error("文书模板“{id}”有误：{detail}。请更正后重新导入；正在使用的模板没有改动。")]
    Template {
        /// Identifier of the template.
        id: String,
        /// What is wrong, in Chinese, without a full stop.
        detail: String,
    },
    /// Paper and template are of different kinds.
    #[error("要制作的是{paper:?}，所选模板却是{template:?}。请换用相应的模板；文书内容没有改动。")]
    Kind {
        /// Kind asked for.
        paper: PaperKind,
        /// Kind of the template.
        template: PaperKind,
    },
    /// The record of a talk without the talk.
    #[error("没有选定所记录的谈话，无法制作谈话记录。请先选定谈话；文书内容没有改动。")]
    NoInterview,
    /// A finding that must not be put in a letter in its present state of proof.
    #[error(
        "问题线索“{title}”的核实情况为“{proof}”，不得写入{kind:?}。请先核实或者改选其他线索；原有内容没有改动。"
    )]
    Unproved {
        /// Title of the finding.
        title: String,
        /// State of proof.
        proof: String,
        /// Kind of paper.
        kind: PaperKind,
    },
}
