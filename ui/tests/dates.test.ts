import { expect, test } from 'vitest'
import { addDays, addMonths, dateWords, parseDate, shortDateWords, partialDateWords } from '@/dates'

const now = new Date(2026, 10, 23)

test.each([
  ['20261123', '2026-11-23'],
  ['2026-11-23', '2026-11-23'],
  ['2026-1-3', '2026-01-03'],
  ['2026.11.23', '2026-11-23'],
  ['2026/11/23', '2026-11-23'],
  ['2026年11月23日', '2026-11-23'],
  ['2026年 11月 23日 ', '2026-11-23'],
  ['２０２６年１１月２３日', '2026-11-23'],
  ['11-23', '2026-11-23'],
  ['11月3日', '2026-11-03'],
  ['2024-02-29', '2024-02-29'],
])('%s is read as %s', (typed, iso) => {
  expect(parseDate(typed, now)).toBe(iso)
})

test.each(['', '昨天', '2026-02-29', '2026-13-01', '2026-00-10', '2026-11-31', '20261131', '2026-11', '1123', '11-32', '0026-01-01', '2026-11-23abc'])('%s is no date', (typed) => {
  expect(parseDate(typed, now)).toBeNull()
})

test('words for a date can be typed back in', () => {
  for (let day = '2024-02-26'; day < '2024-03-04'; day = addDays(day, 1)) expect(parseDate(dateWords(day), now)).toBe(day)
})

test('the year is left out only for this year', () => {
  expect(shortDateWords('2026-11-03', now)).toBe('11月3日')
  expect(shortDateWords('2027-01-08', now)).toBe('2027年1月8日')
})

test('a month later stays within the month', () => {
  expect(addMonths('2026-08-31', 1)).toBe('2026-09-30')
  expect(addMonths('2026-01-15', -1)).toBe('2025-12-15')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
})

test.each([['1974-08', '1974年8月'], ['2001', '2001年'], ['2001-03-09', '2001年3月9日'], ['约2001年', '约2001年'], ['', '']])('%s is said as %s', (known, words) => {
  expect(partialDateWords(known)).toBe(words)
})
