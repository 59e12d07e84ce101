/**
 * Offsets counted in characters (Unicode scalar values), as the program
 * counts them. JavaScript counts UTF-16 units, and a rare character such as
 * 𬱖 is two of those; every offset that leaves or enters the window goes
 * through here.
 */

/** Number of characters in a text. */
export function charCount(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** Characters before a UTF-16 offset. */
export function toChars(text: string, offset: number): number {
  return charCount(text.slice(0, offset))
}

/** UTF-16 offset of a character; the end of the text when there are fewer. */
export function toUtf16(text: string, chars: number): number {
  let offset = 0
  let seen = 0
  for (const char of text) {
    if (seen >= chars) break
    offset += char.length
    seen += 1
  }
  return offset
}

/** The characters from `from` up to, not including, `to`. */
export function sliceChars(text: string, from: number, to: number): string {
  return text.slice(toUtf16(text, from), toUtf16(text, to))
}
