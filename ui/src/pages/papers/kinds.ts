import type { Paper, PaperKind, PaperState } from '@/bindings'

/** What there is to know of a kind of paper in order to show its form. */
export type KindWords = {
  kind: PaperKind
  /** Made from a talk (and its turns) instead of findings. */
  fromTalk: boolean
  /** The person answers in writing, and the days for it are counted. */
  answered: boolean
  /** Someone has to approve it first. */
  approved: boolean
}

/** The kinds, in the order they are offered. */
export const KINDS: readonly KindWords[] = [
  { kind: '函询通知书', fromTalk: false, answered: true, approved: true },
  { kind: '诫勉书', fromTalk: false, answered: false, approved: true },
  { kind: '诫勉谈话记录', fromTalk: true, answered: false, approved: true },
  { kind: '个别谈话记录', fromTalk: true, answered: false, approved: false },
]

/** The words for a kind. */
export function kindWords(kind: PaperKind): KindWords {
  return KINDS.find((k) => k.kind === kind) ?? KINDS[0]!
}

/** Colour of a state's chip: amber while the other side has to act. */
export function stateTone(state: PaperState): 'plain' | 'pine' | 'amber' {
  return ({ 草稿: 'plain', 已签发: 'pine', 已送达: 'amber', 已回复: 'pine', 已办结: 'plain' } as const)[state]
}

/** The states a paper has gone through, with their days. */
export function wayOf(paper: Paper): { state: PaperState; date: string | null }[] {
  const way: { state: PaperState; date: string | null }[] = [{ state: '草稿', date: null }]
  if (paper.state === '草稿') return way
  way.push({ state: '已签发', date: paper.date })
  if (paper.served_on) way.push({ state: '已送达', date: paper.served_on })
  if (paper.replied_on) way.push({ state: '已回复', date: paper.replied_on })
  if (paper.closed_on) way.push({ state: '已办结', date: paper.closed_on })
  return way
}

/** A name for the exported file, without its ending: number or 草稿, then the title; no character a file system refuses. */
export function fileName(number: string, title: string): string {
  return `${number || '草稿'} ${title}`.replace(/[\\/:*?"<>|\r\n]/g, '').trim()
}
