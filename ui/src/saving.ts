import { readonly, ref } from 'vue'

/** What the footer says about saving. */
export type SavingState =
  | { kind: 'none' }
  | { kind: 'saving' }
  | { kind: 'saved'; at: string }
  | { kind: 'failed'; reason: string }

const state = ref<SavingState>({ kind: 'none' })
const flushers = new Set<() => Promise<boolean>>()
const listeners = new Set<() => void>()

/** The state of saving, for the footer. */
export const savingState = readonly(state)

/** Says that something is being saved. */
export function noteSaving(): void {
  state.value = { kind: 'saving' }
}

/** Says that something was saved, at a time such as `12:03`. */
export function noteSaved(at: string): void {
  state.value = { kind: 'saved', at }
  for (const listener of listeners) listener()
}

/** Says that something could not be saved, and why. */
export function noteFailed(reason: string): void {
  state.value = { kind: 'failed', reason }
}

/** Forgets what was said about saving: another archive, another account. */
export function clearSaving(): void {
  state.value = { kind: 'none' }
}

/** Runs `listener` after everything that was saved. */
export function onSaved(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Registers something that may hold unsaved words. `flush` saves them and
 * answers whether nothing is left unsaved. Gives back how to unregister.
 */
export function registerUnsaved(flush: () => Promise<boolean>): () => void {
  flushers.add(flush)
  return () => flushers.delete(flush)
}

/** Saves whatever is unsaved anywhere; true when nothing is left. */
export async function flushAll(): Promise<boolean> {
  const ends = await Promise.all([...flushers].map((flush) => flush()))
  return ends.every(Boolean)
}

/** The footer's words for a state of saving. */
export function savingWords(now: SavingState): string {
  switch (now.kind) {
    case 'none':
      return ''
    case 'saving':
      return '正在保存'
    case 'saved':
      return `已保存 ${now.at}`
    case 'failed':
      return `未能保存（${now.reason}）`
  }
}
