import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const css = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../src/styles/tokens.css'), 'utf8')

/** The colours of one theme by name. */
function colours(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]))
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const v = parseInt(hex.slice(i, i + 2), 16) / 255
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const PAIRS: Record<string, string[]> = {
  ink: ['ground', 'sheet', 'sunk', 'amber-soft', 'red-soft', 'pine-soft'],
  'ink-2': ['ground', 'sheet', 'sunk', 'amber-soft', 'red-soft', 'pine-soft'],
  'ink-3': ['sheet'],
  red: ['ground', 'sheet', 'red-soft', 'amber-soft'],
  pine: ['ground', 'sheet', 'sunk', 'pine-soft'],
  amber: ['ground', 'sheet', 'amber-soft'],
  'on-pine': ['pine'],
  'on-red': ['red'],
}

const [light, dark] = css.split('[data-theme="dark"]').map((block) => colours(block ?? ''))

test.each([
  ['light', light!],
  ['dark', dark!],
])('every text of the %s theme has a contrast of 7:1 or more', (_name, theme) => {
  const weak = Object.entries(PAIRS).flatMap(([text, grounds]) =>
    grounds.map((ground) => ({ text, ground, ratio: contrast(theme[text]!, theme[ground]!) })).filter((pair) => !(pair.ratio >= 7)),
  )
  expect(weak).toEqual([])
})
