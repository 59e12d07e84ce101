import { commands, type Id, type Paper, type Saved } from '@/bindings'
import { kindWords } from './kinds'

/** A step after issuing that is entered with its day. */
export type PaperStep = {
  name: '登记送达' | '登记回复' | '办结'
  dateLabel: string
  /** Label of the text that goes with it; null when there is none. */
  textLabel: string | null
  hint: string
  run: (id: Id, date: string, text: string) => Promise<Saved>
}

const SERVE: PaperStep = {
  name: '登记送达',
  dateLabel: '送达日期',
  textLabel: null,
  hint: '以本人签收的日期为准；回复期限从第二天起算。',
  run: (id, date) => commands.servePaper(id, date),
}
const REPLY: PaperStep = {
  name: '登记回复',
  dateLabel: '收到日期',
  textLabel: '回复要点',
  hint: '照本人的意思摘记，原件另行存放。',
  run: (id, date, text) => commands.replyPaper(id, date, text),
}
const CLOSE: PaperStep = {
  name: '办结',
  dateLabel: '办结日期',
  textLabel: '办理结果',
  hint: '办结后不再出现在要办的事里。',
  run: (id, date, text) => commands.closePaper(id, date, text),
}

/** The steps that can be taken now, the next usual one first. */
export function stepsOf(paper: Paper): PaperStep[] {
  switch (paper.state) {
    case '草稿':
    case '已办结':
      return []
    case '已签发':
      return kindWords(paper.kind).fromTalk ? [CLOSE] : [SERVE]
    case '已送达':
      return kindWords(paper.kind).answered ? [REPLY, CLOSE] : [CLOSE]
    case '已回复':
      return [CLOSE]
  }
}
