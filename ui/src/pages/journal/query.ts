import type { JournalQuery } from '@/bindings'

/** A list that is narrowed by nothing. */
export function blankQuery(): JournalQuery {
  return { from: null, until: null, who: null, device: null, action: null, kind: null, text: '' }
}

/** Whether a list is narrowed by anything. */
export function isNarrowed(query: JournalQuery): boolean {
  return JSON.stringify(query) !== JSON.stringify(blankQuery())
}

/** Named things as the entries of a drop-down list. */
export function choicesOf(named: readonly { id: string; name: string }[]): { value: string | null; label: string }[] {
  return named.map(({ id, name }) => ({ value: id, label: name }))
}
