/** Where everybody stands when the circle is as large as circles get. */
import { describe, expect, it } from 'vitest'
import type { Id } from '@/bindings'
import { fromPoint, placeNodes, toPoint, type CircleData, type CircleEdge, type CircleNode } from './graph'
import type { Place } from './near'
import { hubs, seeded, somebody, star, tie } from './sampleCircles'

const PEOPLE = 2600
const LARGE = [
  ['a star', star(PEOPLE)],
  ['forty hubs', hubs(PEOPLE, 40)],
] as const

/** How many pairs of names, 62 by 38 each, cover each other. */
function covering(places: Iterable<Place>): number {
  const all = [...places]
  let pairs = 0
  for (let i = 0; i < all.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [all[i], all[j]]
      if (a && b && Math.abs(a.x - b.x) < 62 && Math.abs(a.y - b.y) < 38) pairs++
    }
  }
  return pairs
}

/** The circle with everybody’s place kept, as after somebody was moved. */
function kept(circle: CircleData): CircleData {
  const places = placeNodes(circle)
  return { ...circle, nodes: circle.nodes.map((node) => ({ ...node, position: toPoint(places.get(node.id) ?? { x: 0, y: 0 }) })) }
}

describe.each(LARGE)('2,600 people, %s', (_name, circle) => {
  it('gives everybody a place, and puts nobody on anybody', () => {
    const places = placeNodes(circle)
    expect(circle.nodes.filter((node) => !places.has(node.id))).toEqual([])
    expect(covering(places.values())).toBe(0)
  })

  it('keeps the places that were kept, and puts no newcomer on them', () => {
    // A third of them were moved to where a much smaller circle would have put them.
    const moved = placeNodes({ ...circle, nodes: circle.nodes.filter((_, at) => at % 3 === 0) })
    const nodes = circle.nodes.map((node) => {
      const place = moved.get(node.id)
      return { ...node, position: place ? toPoint(place) : null }
    })
    const places = placeNodes({ ...circle, nodes })
    expect(places.size).toBe(PEOPLE)
    for (const node of nodes) if (node.position) expect(places.get(node.id)).toEqual(fromPoint(node.position))
    expect(covering(places.values())).toBe(0)
  })

  it('moves nobody for one more tie', () => {
    const before = kept(circle)
    const places = placeNodes({ nodes: [...before.nodes, somebody('new', 1)], edges: [...before.edges, tie('x', 'new')] })
    for (const node of before.nodes) expect(places.get(node.id)).toEqual(node.position && fromPoint(node.position))
    expect(places.size).toBe(PEOPLE + 1)
    expect(covering(places.values())).toBe(0)
  })
})

describe('the work of placing', () => {
  // Looking at everybody for everybody means some 300 looks each for 600
  // people; looking around a place meets the few that fit into nine cells.
  const EACH = 40

  it.each([
    ['a star', star(600)],
    ['twelve hubs', hubs(600, 12)],
  ] as const)('grows with the number of people, not with its square: %s', (_name, circle) => {
    let looks = 0
    const nodes = circle.nodes.map((node) => ({
      ...node,
      get id() {
        looks++
        return node.id
      },
    }))
    const { abs } = Math
    Math.abs = (of) => {
      looks++
      return abs(of)
    }
    try {
      placeNodes({ ...circle, nodes })
    } finally {
      Math.abs = abs
    }
    expect(looks).toBeGreaterThan(600)
    expect(looks).toBeLessThan(600 * EACH)
  })
})

describe('placing beside the plain rule', () => {
  it('gives what looking at everybody for everybody gives', () => {
    const random = seeded(19_491_001)
    const below = (most: number) => Math.floor(random() * most)
    for (let circle = 0; circle < 300; circle++) {
      const inner = Array.from({ length: below(12) }, (_, at) => `n${at}`)
      const outer = Array.from({ length: below(12) }, (_, at) => `f${at}`)
      // Some were moved, many of them into one corner.
      const position = () => (random() < 0.3 ? { x: below(40_000), y: below(25_000) } : null)
      const nodes = [
        somebody('x', 0),
        ...inner.map((id) => somebody(id, 1, { position: position() })),
        ...outer.map((id) => somebody(id, 2, { position: position() })),
      ].sort(() => random() - 0.5)
      const ids = nodes.map((node) => node.id)
      const any = () => ids[below(ids.length)] ?? 'x'
      const edges = [...inner.map((id) => tie('x', id)), ...Array.from({ length: below(30) }, () => tie(any(), any()))]
      expect([...placeNodes({ nodes, edges })]).toEqual([...plainPlaces({ nodes, edges })])
    }
  })
})

// The rule itself, without any regard for the work: what `placeNodes` must give.

const RINGS = [0, 160, 310] as const
const FLATNESS = 0.62
const ROOM = 72
const FRAME = { width: 62, height: 38 } as const

function covers(taken: readonly Place[], place: Place): boolean {
  return taken.some((other) => Math.abs(other.x - place.x) < FRAME.width && Math.abs(other.y - place.y) < FRAME.height)
}

function neighbours(edges: readonly CircleEdge[]): Map<Id, Id[]> {
  const next = new Map<Id, Id[]>()
  const add = (a: Id, b: Id) => {
    const list = next.get(a)
    if (list) list.push(b)
    else next.set(a, [b])
  }
  for (const edge of edges) {
    add(edge.from, edge.to)
    add(edge.to, edge.from)
  }
  return next
}

function ringOrder(inner: readonly CircleNode[], outer: readonly CircleNode[], next: ReadonlyMap<Id, readonly Id[]>): CircleNode[] {
  const far = new Set(outer.map((node) => node.id))
  const tied = (a: Id, b: Id): number => {
    const [of, to] = [next.get(a) ?? [], next.get(b) ?? []]
    if (of.includes(b)) return 2
    return of.some((id) => far.has(id) && to.includes(id)) ? 1 : 0
  }
  const left = [...inner]
  const order: CircleNode[] = []
  while (left.length > 0) {
    const last = order.at(-1)
    const ties = left.map((node) => (last ? tied(last.id, node.id) : 0))
    order.push(...left.splice(ties.indexOf(Math.max(...ties)), 1))
  }
  return order
}

function plainPlaces(data: CircleData): Map<Id, Place> {
  const places = new Map<Id, Place>()
  const angles = new Map<Id, number>()
  const next = neighbours(data.edges)
  const outer = data.nodes.filter((node) => node.depth >= 2)
  const inner = ringOrder(data.nodes.filter((node) => node.depth === 1), outer, next)
  // The inner ring leaves each of its nodes as much room as hangs on it.
  const hangsOn = new Map<Id, CircleNode[]>()
  for (const node of outer) {
    const owner = inner.find((candidate) => next.get(node.id)?.includes(candidate.id))
    const key = owner?.id ?? ''
    hangsOn.set(key, [...(hangsOn.get(key) ?? []), node])
  }
  const weight = (node: CircleNode) => Math.max(1, hangsOn.get(node.id)?.length ?? 0)
  const total = inner.reduce((sum, node) => sum + weight(node), 0) + (hangsOn.get('')?.length ?? 0)
  const step = (2 * Math.PI) / Math.max(total, 1)
  const radius = (depth: 1 | 2) => RINGS[depth] + Math.max(0, (total * ROOM) / (2 * Math.PI * FLATNESS) - RINGS[1])
  // Names read across, so a tie has most room to the side.
  let turn = inner.length === 1 ? -Math.PI : -Math.PI / 2
  for (const node of inner) {
    const room = weight(node) * step
    angles.set(node.id, turn + room / 2)
    const hanging = hangsOn.get(node.id) ?? []
    hanging.forEach((child, index) => angles.set(child.id, turn + (room * (index + 0.5)) / hanging.length))
    turn += room
  }
  for (const node of hangsOn.get('') ?? []) {
    angles.set(node.id, turn + step / 2)
    turn += step
  }
  for (const node of data.nodes) {
    if (node.position) places.set(node.id, fromPoint(node.position))
    else if (node.depth === 0) places.set(node.id, { x: 0, y: 0 })
  }
  for (const node of data.nodes) {
    if (places.has(node.id)) continue
    const angle = angles.get(node.id) ?? 0
    const at = (away: number) => ({ x: Math.round(away * Math.cos(angle)), y: Math.round(away * FLATNESS * Math.sin(angle)) })
    // Where the user has put somebody already, the newcomer goes further out.
    let away = radius(node.depth >= 2 ? 2 : 1)
    while (covers([...places.values()], at(away))) away += FRAME.height
    places.set(node.id, at(away))
  }
  return places
}
