import { describe, expect, it } from 'vitest'
import { elementsOf, emsOf, lineOf, namesOf, placeNodes, tieWords, toPoint, type CircleData, type CircleNode } from './graph'

function node(id: string, depth: number, more: Partial<CircleNode> = {}): CircleNode {
  return { id, label: id, detail: '', kind: 'person', depth, position: null, ...more }
}

/** The frame of a name of three characters is 62 by 38: no two may cover each other. */
function apart(places: { x: number; y: number }[]): void {
  for (const [index, a] of places.entries()) {
    for (const b of places.slice(index + 1)) {
      expect(Math.abs(a.x - b.x) >= 62 || Math.abs(a.y - b.y) >= 38).toBe(true)
    }
  }
}

const data: CircleData = {
  nodes: [
    node('王𬱖', 0),
    node('乙某', 1),
    node('示例建筑公司', 1, { kind: 'unit', position: { x: 12_345, y: -200 } }),
    node('丙某', 2),
    node('丁某', 2),
  ],
  edges: [
    { id: 'e1', from: '王𬱖', to: '乙某', label: '同学', circle: '社交圈', reliability: '较可靠' },
    { id: 'e2', from: '示例建筑公司', to: '王𬱖', label: '商业往来', circle: '社交圈', reliability: '存疑' },
    { id: 'e3', from: '乙某', to: '丙某', label: '配偶', circle: '生活圈', reliability: '可靠' },
    { id: 'e4', from: '丁某', to: '示例建筑公司', label: '股东', circle: '社交圈', reliability: '待核' },
    { id: 'e5', from: '丁某', to: '没有画出的人', label: '同乡', circle: '生活圈', reliability: '待核' },
  ],
}

describe('placeNodes', () => {
  it('leaves kept positions where they were put', () => {
    expect(placeNodes(data).get('示例建筑公司')).toEqual({ x: 123.45, y: -2 })
  })

  it('puts the person in the middle and nobody on anybody', () => {
    const places = placeNodes(data)
    expect(places.get('王𬱖')).toEqual({ x: 0, y: 0 })
    apart([...places.values()])
  })

  it('puts a single tie beside the person, where its label has room', () => {
    const one: CircleData = {
      nodes: [node('x', 0), node('乙某', 1)],
      edges: [{ id: 'e', from: 'x', to: '乙某', label: '同学', circle: '社交圈', reliability: '可靠' }],
    }
    const place = placeNodes(one).get('乙某')
    expect(place?.x).toBeGreaterThan(120)
    expect(Math.abs(place?.y ?? 99)).toBe(0)
  })

  it('puts those beside each other who are tied', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const tie = (from: string, to: string) => ({ id: from + to, from, to, label: '同事', circle: '社交圈' as const, reliability: '可靠' as const })
    const ring: CircleData = {
      nodes: [node('x', 0), ...names.map((name) => node(name, 1))],
      edges: [...names.map((name) => tie('x', name)), tie('a', 'd')],
    }
    const places = placeNodes(ring)
    const from = (name: string) => Math.hypot((places.get('a')?.x ?? 0) - (places.get(name)?.x ?? 0), (places.get('a')?.y ?? 0) - (places.get(name)?.y ?? 0))
    expect(from('d')).toBeLessThan(from('b'))
  })

  it('gives the same picture for the same data', () => {
    expect([...placeNodes(data)]).toEqual([...placeNodes(data)])
  })

  it('keeps sixty people apart', () => {
    const many: CircleData = {
      nodes: [node('x', 0), ...Array.from({ length: 60 }, (_, index) => node(`n${index}`, 1))],
      edges: Array.from({ length: 60 }, (_, index) => ({
        id: `e${index}`,
        from: 'x',
        to: `n${index}`,
        label: '同事',
        circle: '社交圈' as const,
        reliability: '待核' as const,
      })),
    }
    const places = placeNodes(many)
    apart([...places.values()])
  })
})

describe('elementsOf', () => {
  it('draws circle and reliability, and no line that leads nowhere', () => {
    const elements = elementsOf(data)
    const classes = new Map(elements.map((element) => [element.data.id, element.classes]))
    expect(classes.get('e1')).toBe('social long')
    expect(classes.get('e2')).toBe('social dotted')
    expect(classes.get('e3')).toBe('life solid')
    expect(classes.has('e5')).toBe(false)
    expect(classes.get('王𬱖')).toBe('person centre')
    expect(classes.get('丁某')).toBe('person far')
  })
})

describe('words and points', () => {
  it('draws what is not known as what is doubtful', () => {
    expect(lineOf('待核')).toBe('dotted')
    expect(lineOf('存疑')).toBe('dotted')
  })

  it('gives a rare character the room of any other', () => {
    expect(emsOf('王𬱖')).toBe(2)
    expect(emsOf('某Z')).toBeCloseTo(1.56)
  })

  it('keeps positions in whole hundredths', () => {
    expect(toPoint({ x: 12.346, y: -0.004 })).toEqual({ x: 1235, y: -0 })
  })

  it('says a tie in words', () => {
    const edge = data.edges[1]
    expect(edge && tieWords(namesOf(data), edge)).toBe('示例建筑公司 — 王𬱖：商业往来（社交圈，存疑）')
  })
})
