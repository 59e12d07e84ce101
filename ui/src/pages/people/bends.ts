/** How far each line of the picture is bent aside, so that names and words stay readable. */
import type { Id } from '@/bindings'
import { Grid, type Frame, type Place } from './near'

/** A name with its frame, around its middle, in canvas units. */
export type Box = Frame & { id: Id }

/** A line with the words at its middle, in canvas units. */
export type Line = { id: Id; from: Id; to: Id; words: number }

/** How far the control point of a curve may be led aside, in canvas units, nearest first; straight is best. */
const ASIDE = [0, 40, -40, 80, -80, 130, -130, 190, -190] as const
/** Points of a curve that are looked at. */
const STEPS = 24
/** Height of the words at a line, and air kept around everything. */
const WORDS_HIGH = 20
const AIR = 4
/** What a frame takes more in the grid on both sides together: its air, and a hair for what rounding loses. */
const MORE = 2 * AIR + 1

/** What it costs that a line runs behind a name or through words, and that its own words lie on them. */
const COST = { name: { behind: 6, covered: 40 }, words: { behind: 2, covered: 30 }, ends: 10 } as const
/** What it costs to lead a line aside, wherever it runs. */
const asideCost = (aside: number) => Math.abs(aside) / 40

function inside(at: Place, box: Frame): boolean {
  return Math.abs(at.x - box.x) < box.width / 2 + AIR && Math.abs(at.y - box.y) < box.height / 2 + AIR
}
function overlap(a: Frame, b: Frame): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 + AIR && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + AIR
}

/** The places along a curve from `a` (0) to `b` (1) whose control point lies `aside` of the middle. */
function curve(a: Place, b: Place, aside: number): (t: number) => Place {
  const long = Math.hypot(b.x - a.x, b.y - a.y) || 1
  const control = {
    x: (a.x + b.x) / 2 - ((b.y - a.y) / long) * aside,
    y: (a.y + b.y) / 2 + ((b.x - a.x) / long) * aside,
  }
  return (t) => {
    const p = (1 - t) ** 2
    const q = 2 * t * (1 - t)
    const r = t ** 2
    return { x: p * a.x + q * control.x + r * b.x, y: p * a.y + q * control.y + r * b.y }
  }
}

/** A way a line could go. */
type Way = { aside: number; points: Place[]; words: Frame; cost: number }

/** A name, or the words of a line, that a line had better keep away from. */
type Obstacle = { frame: Frame; name: Id | null; behind: number; covered: number }

/** What stands on the picture so far, each where it can be found. */
class Standing {
  readonly #obstacles = new Grid<Obstacle>()
  readonly #points = new Grid<Place>()

  constructor(boxes: readonly Box[]) {
    for (const box of boxes) this.#put({ frame: box, name: box.id, ...COST.name })
  }

  #put(obstacle: Obstacle): void {
    const { x, y, width, height } = obstacle.frame
    this.#obstacles.put(obstacle, x, y, width + MORE, height + MORE)
  }

  /** Draws a line for those that come after it. */
  draw({ points, words }: Way): void {
    this.#put({ frame: words, name: null, ...COST.words })
    for (const point of points) this.#points.put(point, point.x, point.y)
  }

  /** The way from `a` to `b` led so far aside; nothing if it does not cost less than `limit`. */
  try(a: Box, b: Box, words: number, aside: number, limit: number): Way | null {
    const along = curve(a, b, aside)
    const own: Frame = { ...along(0.5), width: words, height: WORDS_HIGH }
    const isEnd = ({ name }: Obstacle) => name !== null && (name === a.id || name === b.id)
    // What lies on the words tells most ways off; the whole curve is looked at last.
    let cost = asideCost(aside)
    if (overlap(own, a)) cost += COST.ends
    if (overlap(own, b)) cost += COST.ends
    for (const other of this.#obstacles.around(own.x, own.y, own.width, own.height)) {
      if (!isEnd(other) && overlap(own, other.frame)) cost += other.covered
    }
    if (cost >= limit) return null
    for (const point of this.#points.around(own.x, own.y, own.width + MORE, own.height + MORE)) {
      if (inside(point, own)) cost += COST.words.behind
    }
    const points: Place[] = []
    for (let step = 0; step <= STEPS; step++) {
      if (cost >= limit) return null
      const point = along(step / STEPS)
      points.push(point)
      for (const other of this.#obstacles.at(point.x, point.y)) {
        if (!isEnd(other) && inside(point, other.frame)) cost += other.behind
      }
    }
    return cost < limit ? { aside, points, words: own, cost } : null
  }
}

/**
 * For each line how far its control point lies aside (right of the way from
 * `from` to `to` is negative on paper, where y grows downwards): 0 where a
 * straight line is in nobody's way. Lines are dealt with in the given order,
 * so those of the person in the middle should come first. Lines whose ends
 * are not shown are left out. A line is measured only against what stands
 * near it, so the work grows with the number of lines, not with its square.
 */
export function bends(boxes: readonly Box[], lines: readonly Line[]): Map<Id, number> {
  const at = new Map(boxes.map((box) => [box.id, box]))
  const standing = new Standing(boxes)
  const result = new Map<Id, number>()
  for (const line of lines) {
    const [a, b] = [at.get(line.from), at.get(line.to)]
    if (!a || !b) continue
    let best: Way | null = null
    let limit = Infinity
    for (const aside of ASIDE) {
      // Those that follow are led no less aside: none can cost less than this.
      if (limit <= asideCost(aside)) break
      const way = standing.try(a, b, line.words, aside, limit)
      if (!way) continue
      best = way
      limit = way.cost
    }
    if (!best) continue
    standing.draw(best)
    result.set(line.id, best.aside)
  }
  return result
}
