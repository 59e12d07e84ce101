/** Made-up circles for the tests of the picture. */
import type { CircleData, CircleEdge, CircleNode } from './graph'

/** The same numbers from 0 to 1 for the same seed, so that a failure comes again. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Somebody of a circle. */
export function somebody(id: string, depth: number, more: Partial<CircleNode> = {}): CircleNode {
  return { id, label: '甲某某', detail: '', kind: 'person', depth, position: null, ...more }
}

/** A tie of a circle. */
export function tie(from: string, to: string): CircleEdge {
  return { id: `${from}-${to}`, from, to, label: '同事', circle: '社交圈', reliability: '可靠' }
}

/** So many people, all tied to the one in the middle. */
export function star(people: number): CircleData {
  const ids = Array.from({ length: people - 1 }, (_, at) => `n${at}`)
  return { nodes: [somebody('x', 0), ...ids.map((id) => somebody(id, 1))], edges: ids.map((id) => tie('x', id)) }
}

/** So many people, most of them tied to the middle through one of the hubs. */
export function hubs(people: number, count: number): CircleData {
  const inner = Array.from({ length: count }, (_, at) => `h${at}`)
  const outer = Array.from({ length: people - 1 - count }, (_, at) => `n${at}`)
  return {
    nodes: [somebody('x', 0), ...inner.map((id) => somebody(id, 1)), ...outer.map((id) => somebody(id, 2))],
    edges: [...inner.map((id) => tie('x', id)), ...outer.map((id, at) => tie(`h${at % count}`, id))],
  }
}
