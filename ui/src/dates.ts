/** Dates as people type them and as they are shown. All values are ISO `YYYY-MM-DD`. */

const pad = (n: number, width = 2) => String(n).padStart(width, '0')

/** Today by the machine's clock, ISO. */
export function today(now = new Date()): string {
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
}

/** Number of days in a month (1–12). */
export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function iso(year: number, month: number, day: number): string | null {
  if (year < 1900 || year > 2199 || month < 1 || month > 12) return null
  if (day < 1 || day > daysIn(year, month)) return null
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`
}

/**
 * Reads a typed date: `20261123`, `2026-11-23`, `2026.11.23`, `2026/11/23`,
 * `2026年11月23日`; without a year (`11-23`, `11月23日`) the year of `now` is
 * meant. Full-width digits are taken too. Null when it is no date.
 */
export function parseDate(typed: string, now = new Date()): string | null {
  const text = typed.normalize('NFKC').replace(/\s+/g, '')
  const plain = /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (plain) return iso(Number(plain[1]), Number(plain[2]), Number(plain[3]))
  const full = /^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$/.exec(text)
  if (full) return iso(Number(full[1]), Number(full[2]), Number(full[3]))
  const short = /^(\d{1,2})[-./月](\d{1,2})日?$/.exec(text)
  if (short) return iso(now.getFullYear(), Number(short[1]), Number(short[2]))
  return null
}

/** `2026年11月23日` for an ISO date; the text itself when it is none. */
export function dateWords(value: string | null | undefined): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})/.exec(value ?? '')
  return m ? `${Number(m[1])}年${Number(m[2])}月${Number(m[3])}日` : (value ?? '')
}

/** `1974年8月` for `1974-08`, `2001年` for `2001`, a whole date as usual; the text itself when it is none. */
export function partialDateWords(value: string | null | undefined): string {
  const m = /^(\d{4})(?:-(\d{2}))?$/.exec(value ?? '')
  if (!m) return dateWords(value)
  return m[2] ? `${m[1]}年${Number(m[2])}月` : `${m[1]}年`
}

/** `11月23日` for an ISO date of this year, with the year otherwise. */
export function shortDateWords(value: string | null | undefined, now = new Date()): string {
  const words = dateWords(value)
  const year = `${now.getFullYear()}年`
  return words.startsWith(year) ? words.slice(year.length) : words
}

/** The ISO date `days` later (or earlier). */
export function addDays(value: string, days: number): string {
  const [y = 0, m = 1, d = 1] = value.split('-').map(Number)
  const date = new Date(Date.UTC(y, m - 1, d + days))
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`
}

/** The ISO date `months` later, on the last day of a shorter month. */
export function addMonths(value: string, months: number): string {
  const [y = 0, m = 1, d = 1] = value.split('-').map(Number)
  const index = y * 12 + (m - 1) + months
  const year = Math.floor(index / 12)
  const month = (index % 12) + 1
  return `${pad(year, 4)}-${pad(month)}-${pad(Math.min(d, daysIn(year, month)))}`
}
