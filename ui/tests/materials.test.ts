import { beforeEach, expect, test, vi } from 'vitest'
import { materialStretch, PIECE } from '@/materials'
import { invoke } from '@tauri-apps/api/core'

vi.mock('@tauri-apps/api/core', () => ({ invoke: vi.fn() }))
const asked = vi.mocked(invoke)

/** A file of `size` bytes, of which the program gives at most `most` at once. */
function file(size: number, most: number): void {
  asked.mockImplementation(async (_, sought) => {
    const { from, length } = sought as { from: number; length: number }
    const end = Math.min(size, from + Math.min(length, most))
    return Uint8Array.from({ length: Math.max(0, end - from) }, (_, at) => (from + at) % 251).buffer
  })
}

beforeEach(() => {
  asked.mockReset()
})

test('a stretch is gathered whole, however many pieces it takes', async () => {
  file(5 * PIECE, 300_000)
  const bytes = await materialStretch('m', 17, 3 * PIECE, () => true)
  expect(bytes?.length).toBe(3 * PIECE)
  expect(bytes?.every((byte, at) => byte === (17 + at) % 251)).toBe(true)
})

test('a file that ends too early is a fault, not a hole', async () => {
  file(1000, PIECE)
  await expect(materialStretch('m', 500, 600, () => true)).rejects.toThrow()
})

test('what is no longer wanted is not asked for further', async () => {
  file(5 * PIECE, PIECE)
  expect(await materialStretch('m', 0, 4 * PIECE, () => false)).toBeNull()
  expect(asked).toHaveBeenCalledTimes(1)
})
