import { commands } from '@/bindings'
import { attempt } from '@/errors'
import { askToLeave } from '@/leaving'
import { flushAll } from '@/saving'

/**
 * What the program dispatches when the user closes the window. The window waits
 * for the answer, so that the words typed last are saved before it goes; when
 * they cannot be saved, the user decides.
 */
const CLOSING = 'ducha:closing'

/** Answers the program when the window is about to close. */
export function answerClosing(): void {
  addEventListener(CLOSING, () => void answer())
}

async function answer(): Promise<void> {
  const close = (await flushAll()) || (await askToLeave())
  await attempt(commands.closeWindow(close))
}
