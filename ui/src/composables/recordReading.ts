/** Reading the record of a page, which may have been erased meanwhile. */
import { ref, type Ref } from 'vue'
import { attempt, showError } from '@/errors'

/** Code of the error that says that a record was erased. */
const ERASED = 'SC-01'

/** How the record of a page is read. */
export type RecordReading<T> = {
  /** Reads it; a failure goes to the error bar and gives `undefined`. */
  read: () => Promise<T | undefined>
  /** When, on what basis and by whom it was erased; empty when it was not. */
  erased: Ref<string>
}

/** A record that was erased is no failure: the page says so in its place. */
export function useRecordReading<T>(ask: () => Promise<T>): RecordReading<T> {
  const erased = ref('')
  return {
    erased,
    read: async () => {
      const end = await attempt(ask)
      if (end.ok) return end.value
      if (end.error.code === ERASED) erased.value = `${end.error.message}${end.error.guidance}`
      else showError(end.error)
      return undefined
    },
  }
}
