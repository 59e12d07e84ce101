import { describe, expect, it } from 'vitest'
import { charCount, sliceChars, toChars, toUtf16 } from './chars'
import { spansByParagraph, splitText } from './highlights'

describe('characters', () => {
  it('counts a rare character once, wherever it stands', () => {
    const text = '王𬱖同志'
    expect(text.length).toBe(5)
    expect(charCount(text)).toBe(4)
    expect(toChars(text, 3)).toBe(2)
    expect(toUtf16(text, 2)).toBe(3)
    expect(sliceChars(text, 1, 3)).toBe('𬱖同')
  })
})

const paragraphs = [
  { id: 'a', text: '应到九人，实到五人。' },
  { id: 'b', text: '会议由王𬱖主持。' },
  { id: 'c', text: '散会。' },
]

describe('spansByParagraph', () => {
  it('spreads one passage over the paragraphs it runs through', () => {
    const spans = spansByParagraph(paragraphs, [
      { id: 'p', from_paragraph: 'a', from_char: 5, to_paragraph: 'c', to_char: 2 },
    ])
    expect(spans.get('a')).toEqual([{ id: 'p', from: 5, to: 10 }])
    expect(spans.get('b')).toEqual([{ id: 'p', from: 0, to: 8 }])
    expect(spans.get('c')).toEqual([{ id: 'p', from: 0, to: 2 }])
  })

  it('leaves out a passage whose paragraph is not there', () => {
    const spans = spansByParagraph(paragraphs, [
      { id: 'p', from_paragraph: 'a', from_char: 0, to_paragraph: 'gone', to_char: 1 },
    ])
    expect(spans.size).toBe(0)
  })
})

describe('splitText', () => {
  it('cuts overlapping passages into runs that know both', () => {
    const segments = splitText('应到九人，实到五人。', [
      { id: 'p', from: 0, to: 7 },
      { id: 'q', from: 5, to: 9 },
    ])
    expect(segments.map((part) => [part.text, part.passages])).toEqual([
      ['应到九人，', ['p']],
      ['实到', ['p', 'q']],
      ['五人', ['q']],
      ['。', []],
    ])
  })

  it('marks a search hit inside a passage and after a rare character', () => {
    const segments = splitText('会议由王𬱖主持。', [{ id: 'p', from: 3, to: 8 }], [[4, 6]])
    expect(segments.map((part) => [part.text, part.passages.length, part.hit])).toEqual([
      ['会议由', 0, null],
      ['王', 1, null],
      ['𬱖主', 1, 0],
      ['持。', 1, null],
    ])
  })

  it('always gives the whole text back', () => {
    const text = '王𬱖、李䶮等五人出席'
    for (let from = 0; from <= 10; from += 1) {
      for (let to = from; to <= 12; to += 1) {
        const segments = splitText(text, [{ id: 'p', from, to }], [[2, 5]])
        expect(segments.map((part) => part.text).join('')).toBe(text)
      }
    }
  })

  it('gives nothing for an empty paragraph', () => {
    expect(splitText('', [{ id: 'p', from: 0, to: 4 }])).toEqual([])
  })
})
