/** A form that makes a record: said what is missing, saved once, held when one leaves the page. */
import { ref, type Ref } from 'vue'
import type { Id, Saved } from '@/bindings'
import { useHeldForm } from '@/composables/heldForm'
import { call } from '@/errors'
import { noteSaved } from '@/saving'

/** What sets one kind of record apart. */
export type NewRecord = {
  /** Whether there is anything that would be lost. */
  touched: () => boolean
  /** Whether all that is needed is there; shows what is missing. */
  complete: () => boolean
  save: () => Promise<Saved>
  made: (id: Id) => void
  cancelled: () => void
}

/** `make` answers whether leaving would lose nothing; a second press does not make a second record. */
export function useNewRecord(record: NewRecord): { busy: Ref<boolean>; make: () => Promise<boolean>; cancel: () => void } {
  const busy = ref(false)
  let done = false

  async function make(): Promise<boolean> {
    if (done || busy.value) return true
    if (!record.complete()) return false
    busy.value = true
    const saved = await call(record.save())
    busy.value = false
    if (!saved) return false
    done = true
    noteSaved(saved.saved_at)
    record.made(saved.id)
    return true
  }
  function cancel(): void {
    done = true
    record.cancelled()
  }
  useHeldForm(() => !done && record.touched(), make)
  return { busy, make, cancel }
}
