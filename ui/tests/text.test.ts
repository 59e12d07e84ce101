import { expect, test } from 'vitest'
import { pieces, sizeWords, stampWords } from '@/text'

test('ranges count characters, a rare character is one', () => {
  expect(pieces('王𬱖说没有投票', [[3, 7]])).toEqual([
    { text: '王𬱖说', marked: false },
    { text: '没有投票', marked: true },
  ])
})

test('overlapping, unordered and overlong ranges lose no character', () => {
  const text = '应到9人，实际到了5个'
  const cut = pieces(text, [[6, 99], [0, 4], [2, 5], [3, 3]])
  expect(cut.map((p) => p.text).join('')).toBe(text)
  expect(cut.filter((p) => p.marked).map((p) => p.text)).toEqual(['应到9人', '，', '际到了5个'])
})

test('sizes and time stamps in words', () => {
  expect(sizeWords(512)).toBe('512字节')
  expect(sizeWords(5 * 1024 * 1024)).toBe('5.0 MB')
  expect(stampWords('2026-11-23T08:10:00')).toBe('2026年11月23日 08:10')
  expect(stampWords(null)).toBe('')
})
