import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const answers = vi.hoisted(() => ({ undo: vi.fn(), redo: vi.fn() }))
vi.mock('@/bindings', () => ({ commands: answers }))

import { noteSaved, registerUnsaved } from '@/saving'
import { shownError } from '@/errors'
import { onGone, pageReading, redoLast, undoKey, undoLast, undoNote, dismissUndoNote } from '@/undo'

const done = (words: string) => ({ words, open: null, gone: null, can_undo: true, can_redo: true, saved_at: '12:03' })

function press(key: string, target: HTMLElement, held: Partial<KeyboardEventInit> = {}, composing = false) {
  return undoKey({ key, ctrlKey: true, shiftKey: false, altKey: false, metaKey: false, ...held, target }, composing)
}
function element(html: string): HTMLElement {
  document.body.innerHTML = html
  return document.body.firstElementChild as HTMLElement
}

beforeEach(() => {
  document.body.innerHTML = ''
  answers.undo.mockReset()
  answers.redo.mockReset()
  dismissUndoNote()
})
afterEach(() => vi.restoreAllMocks())

test('the keys of undo and redo', () => {
  const page = element('<main></main>')
  expect(press('z', page)).toBe('undo')
  expect(press('Z', page, { shiftKey: true })).toBe('redo')
  expect(press('y', page)).toBe('redo')
  expect(press('y', page, { shiftKey: true })).toBeNull()
  expect(press('z', page, { ctrlKey: false })).toBeNull()
  expect(press('z', page, { altKey: true })).toBeNull()
  expect(press('x', page)).toBeNull()
})

test('while an input method composes, the keys are its own', () => {
  expect(press('z', element('<main></main>'), {}, true)).toBeNull()
})

test('a field in which words are typed keeps its own undo', () => {
  for (const html of ['<textarea></textarea>', '<input type="text">', '<input>', '<input type="search">', '<div contenteditable="true"></div>']) {
    expect(press('z', element(html)), html).toBeNull()
    expect(press('y', element(html)), html).toBeNull()
  }
  for (const html of ['<select></select>', '<input type="checkbox">', '<button></button>']) {
    expect(press('z', element(html)), html).toBe('undo')
  }
})

test('the box of the next turn gives the key up while it holds nothing', () => {
  expect(press('z', element('<textarea data-undo="records"></textarea>'))).toBe('undo')
})

test('a dialog that asks something comes first', () => {
  const page = element('<main></main>')
  document.body.insertAdjacentHTML('beforeend', '<dialog open></dialog>')
  expect(press('z', page)).toBeNull()
})

test('what was undone is said, and the page is read anew', async () => {
  answers.undo.mockResolvedValue(done('已撤销：修改“人员 甲某”的职务'))
  const before = pageReading.value
  await undoLast()
  expect(undoNote.value?.words).toBe('已撤销：修改“人员 甲某”的职务')
  expect(pageReading.value).toBe(before + 1)
})

test('typed words are saved before anything is undone; when they cannot be, nothing is', async () => {
  const order: string[] = []
  answers.undo.mockImplementation(async () => {
    order.push('undo')
    return done('已撤销')
  })
  const stop = registerUnsaved(async () => {
    order.push('save')
    return true
  })
  await undoLast()
  expect(order).toEqual(['save', 'undo'])
  stop()
  const never = registerUnsaved(async () => false)
  await undoLast()
  expect(order).toEqual(['save', 'undo'])
  never()
})

test('the page of a record that is gone is left before anything is read anew', async () => {
  const order: string[] = []
  answers.undo.mockResolvedValue({ ...done('已撤销：新建“人员 甲某”'), gone: '甲' })
  const before = pageReading.value
  onGone(async (gone) => order.push(`left ${gone}`, `read ${pageReading.value - before}`))
  await undoLast()
  expect(order).toEqual(['left 甲', 'read 0'])
  expect(pageReading.value).toBe(before + 1)
  onGone(async () => undefined)
})

test('where there is nothing, that is said and the page stays', async () => {
  answers.redo.mockResolvedValue(null)
  const before = pageReading.value
  await redoLast()
  expect(undoNote.value?.words).toContain('没有可以重做')
  expect(pageReading.value).toBe(before)
})

test('a refusal goes to the error bar', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  answers.undo.mockRejectedValue({ code: 'GN-07', message: '签发文书是正式办理，不能用撤销退回。', guidance: '' })
  await undoLast()
  expect(shownError.value?.code).toBe('GN-07')
  expect(undoNote.value).toBeNull()
})

test('the line goes when something else is saved', async () => {
  answers.undo.mockResolvedValue(done('已撤销'))
  await undoLast()
  noteSaved('12:04')
  expect(undoNote.value).toBeNull()
})
