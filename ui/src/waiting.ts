import { reactive, readonly } from 'vue'

const state = reactive<{ words: string | null; hides: boolean }>({ words: null, hides: false })

/** What the page waits for, covered; `hides` when nothing of the archive may be seen meanwhile. */
export const waiting = readonly(state)

/**
 * Covers the page while a task runs that nobody can stop and that takes minutes
 * when sealed matters hold large files. One at a time.
 */
export async function whileCovered<T>(words: string, task: () => Promise<T>, hides = false): Promise<T> {
  Object.assign(state, { words, hides })
  try {
    return await task()
  } finally {
    state.words = null
  }
}
