/**
 * Taking records back, and taking that back again: what was removed last can
 * be restored with one button. (Ctrl Z is the frame's, see `@/undo`.)
 */
import { ref, type Ref } from 'vue'
import { commands, type Id, type Saved } from '@/bindings'
import { call } from '@/errors'
import { noteSaved } from '@/saving'

/** What was taken back last on a page. */
export type TakenBack = { id: Id; words: string }

/** The page's way to take back and to restore. */
export type TakeBack = {
  last: Ref<TakenBack | null>
  /** Takes a record back; `words` says what it was. True when it went well. */
  take: (id: Id, words: string, how?: (id: Id) => Promise<Saved>) => Promise<boolean>
  /** Brings the last one back. */
  undo: () => Promise<void>
  /** No longer offers to bring it back here. */
  forget: () => void
}

/** Sets it up for a page; `changed` is called after each change in the archive. */
export function useTakeBack(changed: () => unknown): TakeBack {
  const last = ref<TakenBack | null>(null)

  async function take(id: Id, words: string, how = commands.retract): Promise<boolean> {
    const saved = await call(() => how(id))
    if (!saved) return false
    noteSaved(saved.saved_at)
    last.value = { id, words }
    await changed()
    return true
  }

  async function undo(): Promise<void> {
    const taken = last.value
    if (!taken) return
    const saved = await call(commands.restore(taken.id))
    if (!saved) return
    noteSaved(saved.saved_at)
    last.value = null
    await changed()
  }

  function forget(): void {
    last.value = null
  }

  return { last, take, undo, forget }
}
