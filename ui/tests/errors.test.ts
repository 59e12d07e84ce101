import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { asErrorView, attempt, call, dismissError, shownError } from '@/errors'

const refused = { code: 'V-02', message: '口令不对，档案库没有打开。', guidance: '请核对后再试。' }

beforeEach(() => {
  dismissError()
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

test('what the program throws is shown as it says it', async () => {
  expect(await call(Promise.reject(refused))).toBeUndefined()
  expect(shownError.value).toEqual(refused)
})

test.each([[new TypeError('Cannot read properties of undefined')], ['command save_paper not found'], [null], [{ message: 'boom' }], [{ code: 'X', message: '' }]])(
  'anything else is told in Chinese, without the exception: %s',
  (thrown) => {
    const view = asErrorView(thrown)
    expect(view.code).toBe('UI-01')
    expect(view.message + view.guidance).not.toMatch(/[A-Za-z]/)
    expect(view.guidance).toContain('没有丢失')
  },
)

test('an attempt shows nothing', async () => {
  expect(await attempt(Promise.reject(refused))).toEqual({ ok: false, error: refused })
  expect(shownError.value).toBeNull()
})

test('a command without an answer counts as done', async () => {
  expect(await call(Promise.resolve(null))).toBeNull()
})

test('a command that throws before it promises anything is caught too', async () => {
  const end = await attempt(() => {
    throw new Error('no program here')
  })
  expect(end.ok).toBe(false)
})
