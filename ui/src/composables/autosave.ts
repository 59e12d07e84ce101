import { onBeforeUnmount, ref, watch, type Ref } from 'vue'
import type { ErrorView, Saved } from '@/bindings'
import { attempt } from '@/errors'
import { afterPress } from './pressing'
import { noteFailed, noteSaved, noteSaving, registerUnsaved } from '@/saving'

/** What is being edited: its key (the record's id) and the record as typed. */
export type Draft<T> = { key: string; value: T }

/** A form's autosave. */
export type Autosave = {
  /** Saves at once; true when nothing is left unsaved. */
  flush: () => Promise<boolean>
  /** Takes what stands in the form now as saved: call right after loading a record into it. */
  accept: () => void
  /** Whether something typed is not saved yet. */
  unsaved: Ref<boolean>
  /** Why the last attempt failed; null when it did not. */
  failure: Ref<ErrorView | null>
}

/**
 * Saves a form by itself: 600 ms after the last change, when the window or the
 * field is left, on Ctrl S and before the page changes. What was typed is kept
 * when saving fails, and tried again with the next change or flush. At most
 * one save is under way; the words always belong to the key they were typed
 * for, also when the form has moved on to another record.
 */
export function useAutosave<T>(
  draft: () => Draft<T> | null,
  save: (value: T, key: string) => Promise<Saved>,
  delay = 600,
): Autosave {
  type Snapshot = { key: string; text: string }
  const waiting: Snapshot[] = []
  const unsaved = ref(false)
  const failure = ref<ErrorView | null>(null)
  let baseline: Snapshot | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<boolean> | null = null

  const snapshot = (): Snapshot | null => {
    const now = draft()
    return now && { key: now.key, text: JSON.stringify(now.value) }
  }

  /** Notes what the form holds now; true when that waits to be saved. */
  function take(): boolean {
    const now = snapshot()
    if (now && now.key !== baseline?.key) baseline = now
    else if (now && now.text !== baseline?.text) {
      baseline = now
      const last = waiting.at(-1)
      if (last?.key === now.key) last.text = now.text
      else waiting.push(now)
    }
    unsaved.value = waiting.length > 0
    return waiting.length > 0
  }

  async function drain(): Promise<boolean> {
    let index = 0
    while (index < waiting.length) {
      const next = { ...waiting[index]! }
      noteSaving()
      const end = await attempt(() => save(JSON.parse(next.text) as T, next.key))
      if (!end.ok) {
        failure.value = end.error
        index += 1
        continue
      }
      noteSaved(end.value.saved_at)
      // Words typed in the meantime stay in line.
      if (waiting[index]!.text === next.text) waiting.splice(index, 1)
    }
    unsaved.value = waiting.length > 0
    if (!unsaved.value) failure.value = null
    else if (failure.value) noteFailed(failure.value.message)
    return !unsaved.value
  }

  async function flush(): Promise<boolean> {
    clearTimeout(timer)
    if (running) await running
    if (!take()) return true
    // Another flush may have begun while this one waited.
    running ??= drain().finally(() => {
      running = null
    })
    return running
  }

  function accept(): void {
    baseline = snapshot()
  }

  watch(snapshot, () => {
    if (!take()) return
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), delay)
  })
  accept()

  const unregister = registerUnsaved(flush)
  // What is saved is shown: in a heading, in a list. A field that is left for a button would move that button away.
  const leave = () => afterPress(() => void flush())
  addEventListener('blur', leave)
  addEventListener('focusout', leave)
  onBeforeUnmount(() => {
    removeEventListener('blur', leave)
    removeEventListener('focusout', leave)
    unregister()
    void flush()
  })

  return { flush, accept, unsaved, failure }
}
