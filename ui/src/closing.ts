import { commands } from '@/bindings'
import { attempt } from '@/errors'
import { askToLeave } from '@/leaving'
import { flushAll } from '@/saving'
import { whileCovered } from '@/waiting'

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
  if (!close) await attempt(commands.closeWindow(false))
  else await whileCovered('正在备份并上锁，完成后窗口自动关闭', () => attempt(commands.closeWindow(true)), true)
}
