/** Longest time for which a page that is read anew may still grow, in milliseconds. */
const GROWING = 500

/**
 * Keeps a page that is read anew where it was scrolled to, as soon as it is high
 * enough. Whoever has gone on meanwhile is left alone: the next page begins at
 * its top, and nothing moves under a hand that presses or scrolls.
 *
 * @param page the element that scrolls, which the reading replaces
 * @param where the address of the page
 */
export function keepScroll(page: () => Element | null | undefined, where: () => string): void {
  const at = page()?.scrollTop ?? 0
  if (at === 0) return
  const here = where()
  const until = performance.now() + GROWING
  const ends = new AbortController()
  for (const act of ['pointerdown', 'wheel', 'keydown'] as const) addEventListener(act, () => ends.abort(), { capture: true, signal: ends.signal })
  const scroll = (): void => {
    if (ends.signal.aborted || where() !== here) return ends.abort()
    const now = page()
    if (now) now.scrollTop = at
    if ((now?.scrollTop ?? 0) < at && performance.now() < until) requestAnimationFrame(scroll)
    else ends.abort()
  }
  requestAnimationFrame(scroll)
}
