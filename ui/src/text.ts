/** What stands for a value that came masked, as the program writes it. */
export const MASKED_WORDS = '（已遮盖）'

/** A piece of a text, marked or not. */
export type Piece = { text: string; marked: boolean }

/**
 * Cuts a text at the ranges the program found. The program counts characters,
 * not UTF-16 units: a rare character of a name is one, as it is on paper.
 */
export function pieces(text: string, ranges: readonly (readonly [number, number])[]): Piece[] {
  const chars = Array.from(text)
  const out: Piece[] = []
  let at = 0
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(from, at)
    const end = Math.min(to, chars.length)
    if (end <= start) continue
    if (start > at) out.push({ text: chars.slice(at, start).join(''), marked: false })
    out.push({ text: chars.slice(start, end).join(''), marked: true })
    at = end
  }
  if (at < chars.length) out.push({ text: chars.slice(at).join(''), marked: false })
  return out
}

/** Size of a file in words: 字节, KB, MB, GB. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes}字节`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`
  if (bytes < 1024 * 1024 * 1024) return `${(bytes / 1024 / 1024).toFixed(1)} MB`
  return `${(bytes / 1024 / 1024 / 1024).toFixed(1)} GB`
}

/** A local time stamp `2026-11-23T12:03:11` as `2026年11月23日 12:03`. */
export function stampWords(stamp: string | null | undefined): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})/.exec(stamp ?? '')
  return m ? `${Number(m[1])}年${Number(m[2])}月${Number(m[3])}日 ${m[4]}` : (stamp ?? '')
}
