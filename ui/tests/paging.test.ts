import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { usePaging, type Page } from '@/pages/journal/paging'

type Numbers = Page & { rows: number[] }

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** Ten rows, three a page, filtered by what is asked for. */
function list() {
  const filter = ref('')
  const asked: (string | null)[] = []
  const paging = usePaging<Numbers>(
    () => filter.value,
    async (after) => {
      asked.push(after)
      const from = Number(after ?? 0)
      const rows = Array.from({ length: 10 }, (_, at) => at).slice(from, from + 3)
      return { total: 10, next: from + 3 < 10 ? String(from + 3) : null, rows }
    },
  )
  return { filter, asked, paging }
}

test('page by page forth and back', async () => {
  const { paging } = list()
  await paging.again()
  expect(paging.page.value?.rows).toEqual([0, 1, 2])
  expect(paging.hasPrevious.value).toBe(false)
  await paging.next()
  await paging.next()
  await paging.next()
  expect(paging.page.value?.rows).toEqual([9])
  expect([paging.number.value, paging.hasNext.value]).toEqual([4, false])
  await paging.next()
  expect(paging.number.value).toBe(4)
  await paging.previous()
  expect(paging.page.value?.rows).toEqual([6, 7, 8])
})

test('another filter begins at the first page, after the typing pauses', async () => {
  const { filter, asked, paging } = list()
  await paging.again()
  await paging.next()
  filter.value = '甲'
  await nextTick()
  filter.value = '甲某'
  await nextTick()
  expect(asked).toEqual([null, '3'])
  await vi.advanceTimersByTimeAsync(300)
  expect(asked).toEqual([null, '3', null])
  expect(paging.number.value).toBe(1)
})

test('an answer that comes after a later question is dropped', async () => {
  const answers: ((page: Numbers) => void)[] = []
  const paging = usePaging<Numbers>(() => '', () => new Promise((resolve) => answers.push(resolve)))
  const first = paging.again()
  const second = paging.again()
  answers[1]?.({ total: 1, next: null, rows: [2] })
  answers[0]?.({ total: 1, next: null, rows: [1] })
  await Promise.all([first, second])
  expect(paging.page.value?.rows).toEqual([2])
})

test('a page that cannot be read leaves the one before in sight', async () => {
  const answers: (Numbers | undefined)[] = [{ total: 4, next: '3', rows: [0] }, undefined]
  const paging = usePaging<Numbers>(() => '', async () => answers.shift())
  await paging.again()
  await paging.next()
  expect(paging.page.value?.rows).toEqual([0])
  expect(paging.number.value).toBe(1)
})
