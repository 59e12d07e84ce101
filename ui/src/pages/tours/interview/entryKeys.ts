/** What the keys of the entry box mean while a talk is being written down. */
import type { Role } from '@/bindings'

/** The parts of a keyboard event that decide. */
export type KeyPress = {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  isComposing: boolean
  keyCode: number
}

/**
 * - `next`: take the turn and begin the following one
 * - `hold`: swallow the key and do nothing (Enter in an empty box)
 * - `role`: the next of 问 / 答 / 记
 * - `edit-last`: go back into the turn before
 * - `pass`: the key is the box's own, or the input method's
 */
export type EntryAction = 'next' | 'hold' | 'role' | 'edit-last' | 'pass'

/** The order in which Tab goes through the roles. */
export const ROLES: readonly Role[] = ['问', '答', '记']

/**
 * Decides what a key does. While an input method composes, every key is its
 * own: the Enter that takes a candidate must not end the turn.
 *
 * `composing` says that a composition is open as far as the box knows; web
 * views differ in whether the closing key still counts as composing.
 */
export function entryAction(press: KeyPress, text: string, composing = false): EntryAction {
  if (composing || press.isComposing || press.keyCode === 229) return 'pass'
  if (press.ctrlKey || press.altKey || press.metaKey) return 'pass'
  if (press.key === 'Enter') {
    if (press.shiftKey) return 'pass'
    return text.trim() === '' ? 'hold' : 'next'
  }
  if (press.key === 'Tab' && !press.shiftKey) return 'role'
  if (press.key === 'ArrowUp' && !press.shiftKey && text === '') return 'edit-last'
  return 'pass'
}

/** The role Tab goes to. */
export function cycleRole(role: Role): Role {
  return ROLES[(ROLES.indexOf(role) + 1) % ROLES.length] ?? '问'
}

/** Who most likely speaks after this turn; after a note, whose turn it was before. */
export function followingRole(role: Role, spokenBefore: Role): Role {
  if (role === '问') return '答'
  if (role === '答') return '问'
  return spokenBefore === '记' ? '问' : spokenBefore
}
