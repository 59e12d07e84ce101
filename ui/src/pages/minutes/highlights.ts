/**
 * Which parts of a paragraph are marked: passages may overlap each other,
 * run over several paragraphs, and meet the places a search found.
 */
import { charCount, sliceChars } from './chars'

/** Where a passage stands; offsets are counted in characters. */
export type Anchor = {
  id: string
  from_paragraph: string
  from_char: number
  to_paragraph: string
  to_char: number
}

/** The part of one paragraph that something marks. */
export type Span = { id: string; from: number; to: number }

/** A run of text over which the marks do not change. */
export type Segment = {
  text: string
  /** First character of the run. */
  from: number
  /** Passages that cover it, in the order given. */
  passages: string[]
  /** Search hit that covers it, counted within the paragraph. */
  hit: number | null
}

/** The order of a document's paragraphs, looked up by their id. */
export function orderOf(paragraphs: readonly { id: string }[]): Map<string, number> {
  return new Map(paragraphs.map((paragraph, index) => [paragraph.id, index]))
}

/** The spans of every paragraph that some passage touches. */
export function spansByParagraph(
  paragraphs: readonly { id: string; text: string }[],
  anchors: readonly Anchor[],
): Map<string, Span[]> {
  const order = orderOf(paragraphs)
  const spans = new Map<string, Span[]>()
  for (const anchor of anchors) {
    const first = order.get(anchor.from_paragraph)
    const last = order.get(anchor.to_paragraph)
    if (first === undefined || last === undefined) continue
    for (let index = first; index <= last; index += 1) {
      const paragraph = paragraphs[index]
      if (!paragraph) continue
      const from = index === first ? anchor.from_char : 0
      const to = index === last ? anchor.to_char : charCount(paragraph.text)
      if (to <= from) continue
      const known = spans.get(paragraph.id)
      if (known) known.push({ id: anchor.id, from, to })
      else spans.set(paragraph.id, [{ id: anchor.id, from, to }])
    }
  }
  return spans
}

/** Cuts a paragraph wherever a mark begins or ends. */
export function splitText(
  text: string,
  spans: readonly Span[],
  hits: readonly (readonly [number, number])[] = [],
): Segment[] {
  const length = charCount(text)
  const cuts = new Set<number>([0, length])
  const inside = (at: number) => Math.min(Math.max(at, 0), length)
  for (const span of spans) cuts.add(inside(span.from)).add(inside(span.to))
  for (const [from, to] of hits) cuts.add(inside(from)).add(inside(to))
  const edges = [...cuts].sort((a, b) => a - b)
  const segments: Segment[] = []
  for (let index = 0; index + 1 < edges.length; index += 1) {
    const from = edges[index] as number
    const to = edges[index + 1] as number
    const hit = hits.findIndex(([start, end]) => start <= from && to <= end)
    segments.push({
      text: sliceChars(text, from, to),
      from,
      passages: spans.filter((span) => span.from <= from && to <= span.to).map((span) => span.id),
      hit: hit < 0 ? null : hit,
    })
  }
  return segments
}
