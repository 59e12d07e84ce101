import { onBeforeUnmount, onMounted } from 'vue'
import { IdleWatch, LOOK } from '@/idle'

const TOUCHES = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'compositionupdate'] as const

/**
 * Locks when nobody has touched the program for some minutes, or after the
 * machine slept. `minutes` is read anew at each look; `open` says whether there
 * is anything to lock.
 */
export function useAutoLock(minutes: () => number, open: () => boolean, lock: () => Promise<void>): void {
  const watch = new IdleWatch(minutes() * 60_000, Date.now())
  let locking = false
  let timer: ReturnType<typeof setInterval> | undefined

  const touched = () => watch.touched(Date.now())
  async function look(): Promise<void> {
    watch.setLongest(minutes() * 60_000)
    if (!watch.due(Date.now()) || locking || !open()) return
    locking = true
    await lock()
    locking = false
  }

  onMounted(() => {
    for (const touch of TOUCHES) addEventListener(touch, touched, { capture: true, passive: true })
    timer = setInterval(() => void look(), LOOK)
  })
  onBeforeUnmount(() => {
    for (const touch of TOUCHES) removeEventListener(touch, touched, { capture: true })
    clearInterval(timer)
  })
}
