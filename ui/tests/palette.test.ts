import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import type { SearchHit } from '@/bindings'
import { COMMANDS, usePalette, type PaletteLine } from '@/frame/palette'

const hit = (title: string): SearchHit => ({ id: title, kind: 'person', label: '人员', title, excerpt: '', ranges: [], open: { page: 'people', id: title, focus: null } })
const key = (name: string, init: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key: name, cancelable: true, ...init })

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function palette(search: (query: string) => Promise<SearchHit[] | undefined>) {
  const open = vi.fn<(line: PaletteLine) => void>()
  const close = vi.fn()
  return { ...usePalette(search, open, close), open, close }
}
async function type(p: ReturnType<typeof palette>, text: string) {
  p.query.value = text
  await nextTick()
  await vi.advanceTimersByTimeAsync(200)
}

test('without a query the pages are offered', () => {
  const p = palette(async () => [])
  expect(p.lines.value).toHaveLength(COMMANDS.length)
})

test('the arrows go round, Enter opens what is chosen', async () => {
  const p = palette(async () => [hit('王𬱖'), hit('王某')])
  await type(p, '王')
  p.onKey(key('ArrowDown'))
  expect(p.chosen.value).toBe(1)
  p.onKey(key('ArrowDown'))
  expect(p.chosen.value).toBe(0)
  p.onKey(key('ArrowUp'))
  p.onKey(key('Enter'))
  expect(p.open).toHaveBeenCalledWith({ kind: 'hit', hit: hit('王某') })
})

test('Escape closes, other keys are left to the field', () => {
  const p = palette(async () => [])
  const letter = key('a')
  p.onKey(letter)
  expect(letter.defaultPrevented).toBe(false)
  p.onKey(key('Escape'))
  expect(p.close).toHaveBeenCalledTimes(1)
})

test('the keys of an input method move and open nothing', async () => {
  const p = palette(async () => [hit('王𬱖'), hit('王某')])
  await type(p, 'w')
  for (const name of ['ArrowDown', 'Enter', 'Escape']) p.onKey(key(name, { isComposing: true }))
  expect(p.chosen.value).toBe(0)
  expect(p.open).not.toHaveBeenCalled()
  expect(p.close).not.toHaveBeenCalled()
})

test('an answer to an earlier question is dropped', async () => {
  const answers: Record<string, (hits: SearchHit[]) => void> = {}
  const p = palette((query) => new Promise((resolve) => (answers[query] = resolve)))
  await type(p, '王')
  await type(p, '王𬱖')
  answers['王𬱖']!([hit('王𬱖')])
  await vi.advanceTimersByTimeAsync(0)
  answers['王']!([hit('王某')])
  await vi.advanceTimersByTimeAsync(0)
  expect(p.hits.value.map((h) => h.title)).toEqual(['王𬱖'])
})

test('pages are found by initials', async () => {
  const p = palette(async () => [])
  await type(p, 'hyjl')
  expect(p.lines.value.map((l) => l.kind === 'command' && l.command.name)).toEqual(['会议记录'])
})

test('nothing found, nothing to open', async () => {
  const p = palette(async () => [])
  await type(p, '没有这样的字句')
  p.onKey(key('ArrowDown'))
  p.onKey(key('Enter'))
  expect(p.open).not.toHaveBeenCalled()
})
