import { describe, expect, it } from 'vitest'
import type { Id } from '@/bindings'
import { bends, type Box, type Line } from './bends'
import { emsOf, placeNodes, type CircleData } from './graph'
import { hubs, seeded, star } from './sampleCircles'

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

describe('bends beside the plain rule', () => {
  it('gives what measuring every line against everything gives', () => {
    const random = seeded(20_251_123)
    const between = (least: number, most: number) => least + random() * (most - least)
    let bent = 0
    for (let picture = 0; picture < 250; picture++) {
      // From crowded to loose, from short labels to some longer than any line.
      const span = between(60, 900)
      const boxes = Array.from({ length: Math.floor(between(2, 16)) }, (_, at) => ({
        id: `n${at}`,
        x: between(-span, span),
        y: between(-span, span),
        width: between(20, random() < 0.1 ? 700 : 120),
        height: between(20, 60),
      }))
      // Now and then an end is not shown, or a line comes back to where it began.
      const end = () => `n${Math.floor(random() * (boxes.length + 0.3))}`
      const lines = Array.from({ length: Math.floor(between(1, 24)) }, (_, at) => ({ id: `e${at}`, from: end(), to: end(), words: between(0, random() < 0.1 ? 600 : 90) }))
      const found = bends(boxes, lines)
      expect([...found]).toEqual([...plainBends(boxes, lines)])
      bent += [...found.values()].filter((aside) => aside !== 0).length
    }
    expect(bent).toBeGreaterThan(500)
  })
})

describe('the work of bending', () => {
  // A line tries at most 9 ways of 25 places. For each place the ends are read
  // and what stands there is measured: a handful, however many people there
  // are. Measuring every line against everything takes 9 × 25 × 600 = 135,000
  // for the names alone; what a line is measured against must not grow so.
  const EACH = 9 * 25 * 10

  it.each([
    ['a star', star(600)],
    ['twelve hubs', hubs(600, 12)],
  ] as const)('grows with the number of lines, not with its square: %s', (_name, circle) => {
    const { boxes, lines } = drawn(circle)
    let read = 0
    const counting = boxes.map((box) => ({
      ...box,
      get x() {
        read++
        return box.x
      },
    }))
    // Lines drawn before are nobody's to count by; but whatever is measured against them takes distances.
    let measured = 0
    const { abs } = Math
    Math.abs = (of) => {
      measured++
      return abs(of)
    }
    try {
      expect(bends(counting, lines).size).toBe(lines.length)
    } finally {
      Math.abs = abs
    }
    for (const work of [read, measured]) {
      expect(work).toBeGreaterThan(lines.length)
      expect(work).toBeLessThan(lines.length * EACH)
    }
  }, 60_000)
})

/** The circle as it is drawn. */
function drawn(circle: CircleData): { boxes: Box[]; lines: Line[] } {
  const places = placeNodes(circle)
  return {
    boxes: circle.nodes.map(({ id, label }) => ({ id, ...(places.get(id) ?? { x: 0, y: 0 }), width: emsOf(label) * 14 + 16, height: 36 })),
    lines: circle.edges.map(({ id, from, to, label }) => ({ id, from, to, words: emsOf(label) * 13 })),
  }
}

// The rule itself, without any regard for the work: what `bends` must give.

type Place = { x: number; y: number }
type Frame = Place & { width: number; height: number }
const ASIDE = [0, 40, -40, 80, -80, 130, -130, 190, -190] as const
const STEPS = 24
const WORDS_HIGH = 20
const AIR = 4
const COST = { behind: 6, onName: 40, onWords: 30, alongside: 2, aside: 1 } as const

function inside(at: Place, box: Frame): boolean {
  return Math.abs(at.x - box.x) < box.width / 2 + AIR && Math.abs(at.y - box.y) < box.height / 2 + AIR
}
function overlap(a: Frame, b: Frame): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 + AIR && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + AIR
}

function curve(a: Place, b: Place, aside: number): Place[] {
  const long = Math.hypot(b.x - a.x, b.y - a.y) || 1
  const control = {
    x: (a.x + b.x) / 2 - ((b.y - a.y) / long) * aside,
    y: (a.y + b.y) / 2 + ((b.x - a.x) / long) * aside,
  }
  return Array.from({ length: STEPS + 1 }, (_, i) => {
    const t = i / STEPS
    const [p, q, r] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2]
    return { x: p * a.x + q * control.x + r * b.x, y: p * a.y + q * control.y + r * b.y }
  })
}

function plainBends(boxes: readonly Box[], lines: readonly Line[]): Map<Id, number> {
  const at = new Map(boxes.map((box) => [box.id, box]))
  const drawn: { points: Place[]; words: Frame }[] = []
  const result = new Map<Id, number>()
  for (const line of lines) {
    const [a, b] = [at.get(line.from), at.get(line.to)]
    if (!a || !b) continue
    const others = boxes.filter((box) => box.id !== line.from && box.id !== line.to)
    const tried = ASIDE.map((aside) => {
      const points = curve(a, b, aside)
      const middle = points[STEPS / 2] ?? a
      const words = { ...middle, width: line.words, height: WORDS_HIGH }
      let cost = Math.abs(aside) / 40 * COST.aside
      for (const box of others) {
        cost += COST.behind * points.filter((point) => inside(point, box)).length
        if (overlap(words, box)) cost += COST.onName
      }
      for (const box of [a, b]) if (overlap(words, box)) cost += COST.onName / 4
      for (const other of drawn) {
        if (overlap(words, other.words)) cost += COST.onWords
        cost += COST.alongside * other.points.filter((point) => inside(point, words)).length
        cost += COST.alongside * points.filter((point) => inside(point, other.words)).length
      }
      return { aside, points, words, cost }
    })
    const best = tried.reduce((one, other) => (other.cost < one.cost ? other : one))
    drawn.push(best)
    result.set(line.id, best.aside)
  }
  return result
}
