import { getDocument, GlobalWorkerOptions, PDFWorker, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

GlobalWorkerOptions.workerSrc = workerUrl

// One worker for as long as the window is open: starting one takes longer than
// reading a letter, and the page is read anew at every pause in typing.
let shared: PDFWorker | undefined

/** The one worker that reads PDF files. */
export function pdfWorker(): PDFWorker {
  shared ??= new PDFWorker({})
  return shared
}

/**
 * Opens the bytes of a PDF. Our pages carry their own fonts, so neither CMaps
 * nor standard fonts are needed. Letters are drawn as outlines: set as text,
 * each would be moved to whole pixels and the line would dance. The caller
 * destroys the document when done.
 */
export function openPdf(bytes: ArrayBuffer): Promise<PDFDocumentProxy> {
  return getDocument({ data: new Uint8Array(bytes), worker: pdfWorker(), useWorkerFetch: false, useSystemFonts: false, disableFontFace: true }).promise
}

/** Longest side of a canvas and most pixels in one: beyond that WebKit draws nothing, or takes all memory. */
const LONGEST = 16_000
const MOST = 80_000_000

/** How much of the wanted fineness a canvas so large can have. */
export function finenessOf(width: number, height: number): number {
  return Math.min(1, LONGEST / Math.max(width, height), Math.sqrt(MOST / (width * height)))
}

/**
 * Draws one page (from 1) `width` CSS pixels wide, turned by so many degrees, on a new canvas. A canvas
 * pixel is a pixel of the screen: scaling a finer canvas down loses the thin
 * strokes of 仿宋, for WebKitGTK leaves pixels out instead of mixing them. Only
 * a page beyond all measure is drawn coarser.
 */
export async function drawPage(pdf: PDFDocumentProxy, number: number, width: number, wanted: number, turned = 0): Promise<HTMLCanvasElement> {
  const page = await pdf.getPage(number)
  const rotation = (page.rotate + turned) % 360
  const whole = page.getViewport({ scale: 1, rotation })
  const ratio = wanted * finenessOf(width * wanted, (width * wanted * whole.height) / whole.width)
  const viewport = page.getViewport({ scale: (width * ratio) / whole.width, rotation })
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(viewport.width)
  canvas.height = Math.round(viewport.height)
  canvas.style.width = `${canvas.width / ratio}px`
  canvas.style.height = `${canvas.height / ratio}px`
  await page.render({ canvas, viewport }).promise
  return canvas
}
