import { describe, expect, it } from 'vitest'
import { bends, type Box } from './bends'

const box = (id: string, x: number, y: number): Box => ({ id, x, y, width: 44, height: 36 })
const line = (id: string, from: string, to: string) => ({ id, from, to, words: 30 })

describe('bends', () => {
  it('leaves a line straight that is in nobody’s way', () => {
    expect(bends([box('a', 0, 0), box('b', 200, 0), box('c', 0, 200)], [line('e', 'a', 'b')]).get('e')).toBe(0)
  })

  it('leads a line around a name that stands between its ends', () => {
    const aside = bends([box('a', -200, 0), box('m', 0, 0), box('b', 200, 0)], [line('e', 'a', 'b')]).get('e') ?? 0
    // The middle of the curve lies half as far aside as its control point.
    expect(Math.abs(aside) / 2).toBeGreaterThan(18)
  })

  it('parts two ties of the same two people', () => {
    const found = bends([box('a', 0, 0), box('b', 200, 0)], [line('one', 'a', 'b'), line('two', 'a', 'b')])
    expect(found.get('one')).toBe(0)
    expect(found.get('two')).not.toBe(0)
  })

  it('leaves out a line that leads nowhere', () => {
    expect(bends([box('a', 0, 0)], [line('e', 'a', 'x')]).size).toBe(0)
  })
})
