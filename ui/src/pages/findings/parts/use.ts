/** What a sentence may be used for, once it has been selected. */
import type { CitationTarget, Id } from '@/bindings'

/** Cite it for a finding, note it on somebody's circle, or open a finding with it. */
export type UseKind = 'cite' | 'observe' | 'finding'

/** A selected sentence and what it is wanted for. */
export type Use = {
  kind: UseKind
  targetKind: CitationTarget
  /** The turn or passage the words stand in. */
  target: Id
  quote: string
  /** Whether the words are all there is, so that the program may quote by itself. */
  whole: boolean
  /** Where they stand, in words. */
  place: string
  tour: Id | null
}

/** The words on the buttons. */
export const USE_WORDS: Record<UseKind, string> = {
  cite: '引用为证据',
  observe: '记入社交圈',
  finding: '建线索',
}
