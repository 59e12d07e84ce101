import { readonly, ref } from 'vue'
import type { ErrorView } from '@/bindings'

/** How a command ended: with its answer, or with what to tell the user. */
export type Attempt<T> = { ok: true; value: T } | { ok: false; error: ErrorView }

/** Code of the refusal by which a statement is signed and kept, and its file alone is missing. */
export const SIGNED_WITHOUT_FILE = 'RM-06'

const shown = ref<ErrorView | null>(null)

/** The message in the error bar, if there is one. */
export const shownError = readonly(shown)

/** Puts a message into the error bar, in place of the one before. */
export function showError(error: ErrorView): void {
  shown.value = error
}

/** Takes the message out of the error bar. */
export function dismissError(): void {
  shown.value = null
}

/**
 * What a command threw, as a message for the user. The program throws
 * {@link ErrorView}s; anything else means that a call did not reach it, and is
 * told in our own words: never in English, never as a raw exception.
 */
export function asErrorView(thrown: unknown): ErrorView {
  if (typeof thrown === 'object' && thrown !== null) {
    const { code, message, guidance } = thrown as Record<string, unknown>
    if (typeof code === 'string' && typeof message === 'string' && message !== '') {
      return { code, message, guidance: typeof guidance === 'string' ? guidance : '' }
    }
  }
  return {
    code: 'UI-01',
    message: '这一步没有完成：界面没有得到程序的答复。',
    guidance: '请再试一次。已经保存的内容没有丢失；若仍不行，请关闭程序后重新打开。',
  }
}

/** Runs a command and answers how it ended, showing nothing. */
export async function attempt<T>(work: Promise<T> | (() => Promise<T>)): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await (typeof work === 'function' ? work() : work) }
  } catch (thrown) {
    // The exception itself is for whoever reads the log, never for the screen.
    console.error(thrown)
    return { ok: false, error: asErrorView(thrown) }
  }
}

/**
 * Runs a command; a failure goes to the error bar and gives `undefined`.
 * A command without an answer gives `null` when it went well.
 */
export async function call<T>(work: Promise<T> | (() => Promise<T>)): Promise<T | undefined> {
  const end = await attempt(work)
  if (end.ok) return end.value
  showError(end.error)
  return undefined
}
