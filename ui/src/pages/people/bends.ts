/** How far each line of the picture is bent aside, so that names and words stay readable. */
import type { Id } from '@/bindings'

type Place = { x: number; y: number }

/** A name with its frame, around its middle, in canvas units. */
export type Box = Place & { id: Id; width: number; height: number }

/** A line with the words at its middle, in canvas units. */
export type Line = { id: Id; from: Id; to: Id; words: number }

/** How far the middle of a curve may be led aside; straight is best. */
const ASIDE = [0, 40, -40, 80, -80, 130, -130, 190, -190] as const
/** Points of a curve that are looked at. */
const STEPS = 24
/** Height of the words at a line, and air kept around everything. */
const WORDS_HIGH = 20
const AIR = 4

/** What it costs that a line runs behind a name, its words lie on one, or on a line, or on other words. */
const COST = { behind: 6, onName: 40, onWords: 30, alongside: 2, aside: 1 } as const

function inside(at: Place, box: Omit<Box, 'id'>): boolean {
  return Math.abs(at.x - box.x) < box.width / 2 + AIR && Math.abs(at.y - box.y) < box.height / 2 + AIR
}
function overlap(a: Omit<Box, 'id'>, b: Omit<Box, 'id'>): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 + AIR && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + AIR
}

/** The points of a curve from `a` to `b` whose control point lies `aside` of the middle. */
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

/**
 * For each line how far its control point lies aside (right of the way from
 * `from` to `to` is negative on paper, where y grows downwards): 0 where a
 * straight line is in nobody's way. Lines are dealt with in the given order,
 * so those of the person in the middle should come first. Lines whose ends
 * are not shown are left out.
 */
export function bends(boxes: readonly Box[], lines: readonly Line[]): Map<Id, number> {
  const at = new Map(boxes.map((box) => [box.id, box]))
  const drawn: { points: Place[]; words: Omit<Box, 'id'> }[] = []
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
