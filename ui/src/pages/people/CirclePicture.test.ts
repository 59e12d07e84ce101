import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import cytoscape, { type Core, type CytoscapeOptions } from 'cytoscape'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { commands, type CircleGraph } from '@/bindings'
import { namesOf, tieWords } from './graph'
import CirclePicture from './parts/CirclePicture.vue'
import CircleTies from './parts/CircleTies.vue'
import { hubs, somebody, star, tie } from './sampleCircles'

/** The picture without its pixels, and what it was made with. */
let core: Core
let made: CytoscapeOptions
vi.mock('./parts/cytoscape', () => ({
  loadCytoscape: async () => (options: CytoscapeOptions) => {
    made = options
    return (core = cytoscape({ ...options, container: undefined, headless: true, styleEnabled: true }))
  },
}))
vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }))
vi.mock('./graph', async (original) => {
  const actual = await original<typeof import('./graph')>()
  return { ...actual, tieWords: vi.fn(actual.tieWords) }
})

let answer: CircleGraph
let shown: VueWrapper
beforeEach(() => {
  // There is no style sheet here to read colours from, and nothing asks for them.
  cytoscape.warnings(false)
  vi.spyOn(commands, 'circle').mockImplementation(async () => answer)
  vi.spyOn(commands, 'savePositions').mockImplementation(async () => ({ saved_at: '' }) as never)
})
afterEach(() => {
  shown.unmount()
  vi.restoreAllMocks()
  vi.mocked(tieWords).mockClear()
})

async function show(circle: ReturnType<typeof star>): Promise<void> {
  answer = circle as CircleGraph
  shown = mount(CirclePicture, { props: { id: 'x', changed: 0 } })
  await flushPromises()
}

/** Where everything stands, how the lines run, and what part is in sight. */
function standing() {
  return {
    places: core.nodes().map((node) => [node.id(), { ...node.position() }] as const),
    bends: core.edges().map((edge) => [edge.id(), edge.data('bend') ?? 0] as const),
    zoom: core.zoom(),
    pan: { ...core.pan() },
  }
}

describe('a click in the picture', () => {
  it('says who it is, and moves nothing', async () => {
    await show(hubs(40, 4))
    const before = standing()
    const layout = vi.spyOn(core, 'layout')
    for (const id of ['n7', 'h2', 'x']) {
      core.getElementById(id).emit('tap')
      await flushPromises()
      expect(core.nodes('.chosen').map((node) => node.id())).toEqual([id])
      expect(shown.find('[role="status"]').text()).toContain('甲某某')
    }
    core.edges().first().emit('tap')
    core.emit('tap')
    await flushPromises()
    expect(core.nodes('.chosen').length).toBe(0)
    expect(standing()).toEqual(before)
    expect(layout).not.toHaveBeenCalled()
  })

  it('draws the list below not again', async () => {
    await show(star(40))
    expect(shown.findAll('[data-test="circle-tie"]').length).toBe(39)
    vi.mocked(tieWords).mockClear()
    core.getElementById('n7').emit('tap')
    await flushPromises()
    expect(shown.find('[data-test="circle-open"]').exists()).toBe(true)
    expect(tieWords).not.toHaveBeenCalled()
  })
})

describe('one more tie', () => {
  it('moves nobody who stands on the canvas, kept or not, and covers nobody', async () => {
    const before = star(12)
    await show(before)
    core.getElementById('n3').emit('tap')
    // Somebody was dragged to where a newcomer would be put; nothing of it is kept yet.
    const grown = { nodes: [...before.nodes, somebody('new', 1)], edges: [...before.edges, tie('x', 'new')] }
    core.getElementById('n0').position({ x: -62, y: -146 })
    const places = standing().places
    const [zoom, pan] = [core.zoom(), { ...core.pan() }]
    answer = grown as CircleGraph
    await shown.setProps({ changed: 1 })
    await flushPromises()
    expect(core.nodes().length).toBe(13)
    for (const [id, place] of places) expect(core.getElementById(id).position()).toEqual(place)
    expect([core.zoom(), core.pan()]).toEqual([zoom, pan])
    const at = core.getElementById('new').position()
    expect(places.filter(([, other]) => Math.abs(other.x - at.x) < 62 && Math.abs(other.y - at.y) < 38)).toEqual([])
    expect(core.nodes('.chosen').map((node) => node.id())).toEqual(['n3'])
  })
})

describe('ties left out', () => {
  it('leave the others where they are, and come back there', async () => {
    const circle = star(20)
    await show({ ...circle, edges: circle.edges.map((edge, at) => ({ ...edge, reliability: at % 2 ? '存疑' : '可靠' })) })
    const before = standing().places
    await shown.find('[data-test="circle-sure"]').setValue(true)
    expect(core.nodes(':visible').length).toBe(11)
    expect(shown.findAll('[data-test="circle-tie"]').length).toBe(10)
    expect(standing().places).toEqual(before)
    await shown.find('[data-test="circle-sure"]').setValue(false)
    expect(core.nodes(':visible').length).toBe(20)
    expect(standing().places).toEqual(before)
  })
})

describe('a large circle', () => {
  it('lists a part of the ties at a time', async () => {
    const circle = star(451)
    shown = mount(CircleTies, { props: { id: 'x', edges: circle.edges, names: namesOf(circle) } })
    const listed = () => shown.findAll('[data-test="circle-tie"]').length
    const more = () => shown.find('[data-test="circle-ties-more"]')
    expect(listed()).toBe(200)
    expect(more().text()).toBe('再列200条（还有250条）')
    await more().trigger('click')
    await more().trigger('click')
    expect(listed()).toBe(450)
    expect(more().exists()).toBe(false)
  })

  it('leaves the lines out while it is moved, a small one does not', async () => {
    await show(star(301))
    expect(made.hideEdgesOnViewport).toBe(true)
    shown.unmount()
    await show(star(300))
    expect(made.hideEdgesOnViewport).toBe(false)
  }, 60_000)
})
