/** From the circle around a person to the points and lines of the picture. */
import type { ElementDefinition } from 'cytoscape'
import type { Circle, Id, Point, Reliability } from '@/bindings'
import { Grid, type Place } from './near'

/** A person or unit of the picture. */
export type CircleNode = {
  id: Id
  label: string
  detail: string
  kind: 'person' | 'unit'
  /** Steps from the person in the middle: 0, 1 or 2. */
  depth: number
  position: Point | null
}

/** A tie of the picture. */
export type CircleEdge = {
  id: Id
  from: Id
  to: Id
  label: string
  circle: Circle
  reliability: Reliability
}

/** The picture's data. */
export type CircleData = { nodes: readonly CircleNode[]; edges: readonly CircleEdge[] }

/** Positions are kept in hundredths of the canvas unit. */
const HUNDREDTHS = 100
/** Half width of the first and the second ring in canvas units; a label of five characters finds room on a line. */
const RINGS = [0, 160, 310] as const
/** Height of a ring to its width: the canvas is wider than high. */
const FLATNESS = 0.62
/** Room along a ring that a name with its frame takes, in canvas units. */
const ROOM = 72

/** The frame of a name of three characters, in canvas units. */
const FRAME = { width: 62, height: 38 } as const

/** Whether a name put here would cover one that stands already. */
function covers(taken: Grid<Place>, place: Place): boolean {
  for (const other of taken.around(place.x, place.y, 2 * FRAME.width + 1, 2 * FRAME.height + 1)) {
    if (Math.abs(other.x - place.x) < FRAME.width && Math.abs(other.y - place.y) < FRAME.height) return true
  }
  return false
}

/** How a line is drawn: the surer the source, the more solid. */
export function lineOf(reliability: Reliability): 'solid' | 'long' | 'dotted' {
  if (reliability === '可靠') return 'solid'
  return reliability === '较可靠' ? 'long' : 'dotted'
}

/** A kept position as canvas coordinates, and back. */
export function fromPoint(point: Point): Place {
  return { x: point.x / HUNDREDTHS, y: point.y / HUNDREDTHS }
}
export function toPoint(place: Place): Point {
  return { x: Math.round(place.x * HUNDREDTHS), y: Math.round(place.y * HUNDREDTHS) }
}

/** Ids next to each node, in the order of the edges. */
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

/** Takes out of a row, earliest first, those that are left of it. */
class Row {
  #from = 0

  constructor(
    readonly places: readonly number[],
    readonly isLeft: (place: number) => boolean,
  ) {}

  /** The earliest place that is left. */
  first(): number | undefined {
    while (this.#from < this.places.length && !this.isLeft(this.places[this.#from] ?? 0)) this.#from++
    return this.places[this.#from]
  }
}

/**
 * The first ring in an order that puts those beside each other who are tied,
 * so that fewer lines cross the middle: after each comes who is tied to it,
 * else who is tied to the same one further out, else the first that is left.
 */
function ringOrder(inner: readonly CircleNode[], outer: readonly CircleNode[], next: ReadonlyMap<Id, readonly Id[]>): CircleNode[] {
  const place = new Map(inner.map((node, index) => [node.id, index]))
  const done = new Set<number>()
  const isLeft = (index: number) => !done.has(index)
  const earliest = (indexes: Iterable<number | undefined>) => {
    let found: number | undefined
    for (const index of indexes) if (index !== undefined && isLeft(index) && (found === undefined || index < found)) found = index
    return found
  }
  const tiedTo = (id: Id) => (next.get(id) ?? []).flatMap((other) => place.get(other) ?? [])
  const all = new Row([...place.values()], isLeft)
  const through = new Map(outer.map((node) => [node.id, new Row(tiedTo(node.id).sort((a, b) => a - b), isLeft)]))
  const order: CircleNode[] = []
  for (let last: CircleNode | undefined; order.length < inner.length; ) {
    const near = last ? (next.get(last.id) ?? []) : []
    const at = earliest(near.map((id) => place.get(id))) ?? earliest(near.map((id) => through.get(id)?.first())) ?? all.first()
    last = at === undefined ? undefined : inner[at]
    if (at === undefined || !last) break
    done.add(at)
    order.push(last)
  }
  return order
}

/**
 * A place for every node: kept ones stay where the user put them, the others
 * go on rings around the middle, those two steps away outside the one they
 * hang on. The same data always gives the same picture.
 */
export function placeNodes(data: CircleData): Map<Id, Place> {
  const places = new Map<Id, Place>()
  const taken = new Grid<Place>()
  const put = (node: CircleNode, place: Place) => {
    places.set(node.id, place)
    taken.put(place, place.x, place.y)
  }
  const angles = new Map<Id, number>()
  const next = neighbours(data.edges)
  const outer = data.nodes.filter((node) => node.depth >= 2)
  const inner = ringOrder(data.nodes.filter((node) => node.depth === 1), outer, next)
  // The inner ring leaves each of its nodes as much room as hangs on it.
  const hangsOn = new Map<Id, CircleNode[]>()
  const rank = new Map(inner.map((node, index) => [node.id, index]))
  for (const node of outer) {
    const first = (next.get(node.id) ?? []).reduce((least, id) => Math.min(least, rank.get(id) ?? Infinity), Infinity)
    const key = inner[first]?.id ?? ''
    const hanging = hangsOn.get(key)
    if (hanging) hanging.push(node)
    else hangsOn.set(key, [node])
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
    if (node.position) put(node, fromPoint(node.position))
    else if (node.depth === 0) put(node, { x: 0, y: 0 })
  }
  for (const node of data.nodes) {
    if (places.has(node.id)) continue
    const angle = angles.get(node.id) ?? 0
    const at = (away: number) => ({ x: Math.round(away * Math.cos(angle)), y: Math.round(away * FLATNESS * Math.sin(angle)) })
    // Where the user has put somebody already, the newcomer goes further out.
    let away = radius(node.depth >= 2 ? 2 : 1)
    while (covers(taken, at(away))) away += FRAME.height
    put(node, at(away))
  }
  return places
}

/** Width of a label in ems: Chinese characters take one, Latin ones about a half. */
export function emsOf(label: string): number {
  let ems = 0
  for (const char of label) ems += (char.codePointAt(0) ?? 0) < 0x2e80 ? 0.56 : 1
  return ems
}

/** The elements cytoscape draws; ties whose ends are not shown are left out. */
export function elementsOf(data: CircleData): ElementDefinition[] {
  const places = placeNodes(data)
  const nodes = data.nodes.map<ElementDefinition>((node) => ({
    group: 'nodes',
    data: { id: node.id, label: node.label, ems: emsOf(node.label) },
    position: places.get(node.id) ?? { x: 0, y: 0 },
    classes: [node.kind, node.depth === 0 ? 'centre' : '', node.depth >= 2 ? 'far' : ''].filter(Boolean).join(' '),
  }))
  const edges = data.edges
    .filter((edge) => places.has(edge.from) && places.has(edge.to))
    .map<ElementDefinition>((edge) => ({
      group: 'edges',
      data: { id: edge.id, source: edge.from, target: edge.to, label: edge.label, ems: emsOf(edge.label) },
      classes: [edge.circle === '生活圈' ? 'life' : 'social', lineOf(edge.reliability)].join(' '),
    }))
  return [...nodes, ...edges]
}

/** The names of those shown, to be looked up. */
export function namesOf(data: CircleData): Map<Id, string> {
  return new Map(data.nodes.map((node) => [node.id, node.label]))
}

/** One sentence a tie, for the list that says what the picture shows. */
export function tieWords(names: ReadonlyMap<Id, string>, edge: CircleEdge): string {
  const name = (id: Id) => names.get(id) ?? ''
  return `${name(edge.from)} — ${name(edge.to)}：${edge.label}（${edge.circle}，${edge.reliability}）`
}
