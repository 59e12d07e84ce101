import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useRecordReading } from '@/composables/recordReading'
import { dismissError, shownError } from '@/errors'

beforeEach(() => {
  dismissError()
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

test('what stands is read', async () => {
  const { read, erased } = useRecordReading(() => Promise.resolve({ name: '甲某' }))
  expect(await read()).toEqual({ name: '甲某' })
  expect(erased.value).toBe('')
})

test('a record that was erased is said in its place, not in the error bar', async () => {
  const gone = { code: 'SC-01', message: '这条人员已于2026年11月23日依规删除。', guidance: '内容不能恢复。' }
  const { read, erased } = useRecordReading(() => Promise.reject(gone))
  expect(await read()).toBeUndefined()
  expect(erased.value).toBe('这条人员已于2026年11月23日依规删除。内容不能恢复。')
  expect(shownError.value).toBeNull()
})

test('any other failure goes to the error bar', async () => {
  const missing = { code: 'GN-02', message: '没有找到这条人员，可能已被撤回。', guidance: '请回到列表。' }
  const { read, erased } = useRecordReading(() => Promise.reject(missing))
  expect(await read()).toBeUndefined()
  expect(erased.value).toBe('')
  expect(shownError.value).toEqual(missing)
})
