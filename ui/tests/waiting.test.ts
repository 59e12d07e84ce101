import { expect, test } from 'vitest'
import { waiting, whileCovered } from '@/waiting'

test('the page is covered for as long as the task runs, and gives its answer', async () => {
  let finish: (answer: string) => void = () => {}
  const done = whileCovered('正在上锁', () => new Promise<string>((resolve) => (finish = resolve)), true)
  expect(waiting).toEqual({ words: '正在上锁', hides: true })
  finish('已锁')
  expect(await done).toBe('已锁')
  expect(waiting.words).toBeNull()
})

test('what fails does not leave the page covered', async () => {
  const failing = whileCovered('正在收起', () => Promise.reject(new Error('磁盘')))
  expect(waiting.hides).toBe(false)
  await expect(failing).rejects.toThrow('磁盘')
  expect(waiting.words).toBeNull()
})
