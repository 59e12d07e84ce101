import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepScroll } from '@/composables/keepScroll'

/** A page that cannot be scrolled further than it is high. */
function pageOf(height: number, scrolled = 0): Element & { grow: (height: number) => void } {
  let at = scrolled
  let room = height
  const page = {
    get scrollTop() {
      return at
    },
    set scrollTop(wanted: number) {
      at = Math.min(wanted, room)
    },
    grow: (height: number) => {
      room = height
    },
  }
  return page as unknown as Element & { grow: (height: number) => void }
}

describe('a page that is read anew', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('is where it was as soon as it is high enough', () => {
    let page = pageOf(900, 800)
    keepScroll(() => page, () => '/people/1')
    page = pageOf(0)
    vi.advanceTimersByTime(100)
    expect(page.scrollTop).toBe(0)
    page.grow(900)
    vi.advanceTimersByTime(50)
    expect(page.scrollTop).toBe(800)
  })

  it('leaves the next page at its top', () => {
    let page = pageOf(900, 800)
    let where = '/people/1'
    keepScroll(() => page, () => where)
    page = pageOf(0)
    vi.advanceTimersByTime(50)
    where = '/journal'
    page = pageOf(5000)
    vi.advanceTimersByTime(1000)
    expect(page.scrollTop).toBe(0)
  })

  it('does not wait for ever', () => {
    let page = pageOf(900, 800)
    keepScroll(() => page, () => '/people/1')
    page = pageOf(0)
    vi.advanceTimersByTime(1000)
    page.grow(900)
    vi.advanceTimersByTime(1000)
    expect(page.scrollTop).toBe(0)
  })

  it.each(['pointerdown', 'wheel', 'keydown'])('moves nothing any more once somebody acts: %s', (act) => {
    let page = pageOf(900, 800)
    keepScroll(() => page, () => '/people/1')
    page = pageOf(0)
    vi.advanceTimersByTime(50)
    dispatchEvent(new Event(act))
    page.grow(900)
    vi.advanceTimersByTime(1000)
    expect(page.scrollTop).toBe(0)
  })
})
