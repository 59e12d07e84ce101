import { expect, test } from 'vitest'
import { IdleWatch } from '@/idle'

const MINUTE = 60_000

/** Looks at the watch every two seconds from one time to another. */
function looks(watch: IdleWatch, from: number, to: number): boolean {
  for (let now = from; now <= to; now += 2_000) if (watch.due(now)) return true
  return false
}

test('nobody there for the whole time, and not a look earlier', () => {
  const watch = new IdleWatch(10 * MINUTE, 0)
  expect(looks(watch, 0, 10 * MINUTE - 2_000)).toBe(false)
  expect(watch.due(10 * MINUTE)).toBe(true)
})

test('every touch begins the time anew', () => {
  const watch = new IdleWatch(10 * MINUTE, 0)
  expect(looks(watch, 0, 9 * MINUTE)).toBe(false)
  watch.touched(9 * MINUTE)
  expect(looks(watch, 9 * MINUTE, 19 * MINUTE - 2_000)).toBe(false)
  expect(looks(watch, 19 * MINUTE, 19 * MINUTE)).toBe(true)
})

test('a machine that slept is locked, whoever woke it with a key', () => {
  const watch = new IdleWatch(60 * MINUTE, 0)
  expect(looks(watch, 0, MINUTE)).toBe(false)
  watch.touched(5 * MINUTE)
  expect(watch.due(5 * MINUTE)).toBe(true)
})

test('a busy machine that is late by some seconds is not locked', () => {
  const watch = new IdleWatch(10 * MINUTE, 0)
  expect(watch.due(40_000)).toBe(false)
})
