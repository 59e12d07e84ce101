/** Longest time for which a page that is read anew may still grow, in milliseconds. */
const GROWING = 500

/**
 * Keeps a page that is read anew where it was scrolled to, as soon as it is high
 * enough. Whoever has gone on meanwhile is left alone: the next page begins at
 * its top.
 *
 * @param page the element that scrolls, which the reading replaces
 * @param where the address of the page
 */
export function keepScroll(page: () => Element | null | undefined, where: () => string): void {
  const at = page()?.scrollTop ?? 0
  if (at === 0) return
  const here = where()
  const until = performance.now() + GROWING
  const scroll = (): void => {
    if (where() !== here) return
    const now = page()
    if (now) now.scrollTop = at
    if ((now?.scrollTop ?? 0) < at && performance.now() < until) requestAnimationFrame(scroll)
  }
  requestAnimationFrame(scroll)
}
