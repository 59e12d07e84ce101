import { expect, test, vi } from 'vitest'

// Reading a PDF needs a browser; how fine it is drawn does not.
vi.mock('pdfjs-dist/legacy/build/pdf.mjs', () => ({ getDocument: vi.fn(), GlobalWorkerOptions: {}, PDFWorker: vi.fn() }))
vi.mock('pdfjs-dist/legacy/build/pdf.worker.min.mjs?url', () => ({ default: '' }))
const { finenessOf } = await import('@/pages/papers/pdfPages')

test('a page of paper is drawn as fine as wanted, one beyond measure coarser', () => {
  expect(finenessOf(2480, 3508)).toBe(1)
  for (const [width, height] of [[900, 200_000], [60_000, 1], [12_000, 12_000]] as const) {
    const fine = finenessOf(width, height)
    expect(fine).toBeLessThan(1)
    expect(Math.max(width, height) * fine).toBeLessThanOrEqual(16_000)
    expect(width * height * fine * fine).toBeLessThanOrEqual(80_000_001)
  }
})
