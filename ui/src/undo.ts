/**
 * Ctrl Z and Ctrl Shift Z (or Ctrl Y) over all pages: the program takes the
 * last thing done here back, or does it again, and the page is read anew.
 */
import { readonly, ref } from 'vue'
import { commands, type Undone } from '@/bindings'
import { call } from '@/errors'
import { flushAll, noteSaved, onSaved } from '@/saving'

/** What the quiet line says: what was undone or redone, that there is nothing, or what was done and can be undone. */
export type UndoNote = { words: string; done: Undone | null; way: 'undo' | 'redo' | 'did' }

const note = ref<UndoNote | null>(null)
const reading = ref(0)

/** What was undone or redone last; null when nothing is to be said. */
export const undoNote = readonly(note)

/** Goes up whenever the open page has to be read anew from the archive. */
export const pageReading = readonly(reading)

/** Has the open page read anew. */
export function readPageAnew(): void {
  reading.value += 1
}

/** Says that something was done and offers to undo it. */
export function sayUndoable(words: string): void {
  note.value = { words, done: null, way: 'did' }
}

/** Takes the quiet line away. */
export function dismissUndoNote(): void {
  note.value = null
}

let own = false
onSaved(() => {
  // Something else was done: what can be redone is another matter now.
  if (!own) note.value = null
})

let leave: (gone: string) => Promise<unknown> = async () => undefined

/** Says how the page of a record that was just taken back is left: it has nothing to show. */
export function onGone(leaving: (gone: string) => Promise<unknown>): void {
  leave = leaving
}

let busy = false
const NOTHING = {
  undo: '没有可以撤销的操作：能撤销的是这次打开档案库以后在本机所做的。',
  redo: '没有可以重做的操作。',
}

/**
 * Undoes or redoes. Typed words are saved first, so that nothing on the page
 * is lost when it is read anew. A refusal goes to the error bar.
 */
async function go(way: 'undo' | 'redo'): Promise<void> {
  if (busy) return
  busy = true
  try {
    if (!(await flushAll())) return
    const done = await call(way === 'undo' ? commands.undo() : commands.redo())
    if (done === undefined) return
    if (!done) {
      note.value = { words: NOTHING[way], done, way }
      return
    }
    own = true
    noteSaved(done.saved_at)
    own = false
    if (done.gone) await leave(done.gone)
    note.value = { words: done.words, done, way }
    readPageAnew()
  } finally {
    busy = false
  }
}

/** Takes the last thing done back. */
export const undoLast = (): Promise<void> => go('undo')

/** Does again what was undone last. */
export const redoLast = (): Promise<void> => go('redo')

/** The parts of a keyboard event that decide. */
export type UndoPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey' | 'target'>

/** Kinds of input in which nothing is typed. */
const UNTYPED = new Set(['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit'])

/**
 * Whether a key press belongs to a field with an undo of its own: the words
 * typed there. A box that says it holds none (`data-undo="records"`) does not
 * claim it.
 */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  const field = target.closest<HTMLElement>('input, textarea, [contenteditable]')
  if (!field || field.dataset.undo === 'records') return false
  return !(field instanceof HTMLInputElement && UNTYPED.has(field.type))
}

/**
 * What a key press asks for. Keys that belong to an input method, to a text
 * field or to an open dialog are left alone.
 */
export function undoKey(press: UndoPress, composing: boolean): 'undo' | 'redo' | null {
  if (composing || !press.ctrlKey || press.altKey || press.metaKey) return null
  const key = press.key.toLowerCase()
  const way = key === 'z' ? (press.shiftKey ? 'redo' : 'undo') : key === 'y' && !press.shiftKey ? 'redo' : null
  if (way === null || isTyping(press.target) || document.querySelector('dialog[open]')) return null
  return way
}

