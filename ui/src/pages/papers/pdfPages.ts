import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

GlobalWorkerOptions.workerSrc = workerUrl

/**
 * Opens the bytes of a PDF. Our pages carry their own fonts, so neither CMaps
 * nor standard fonts are needed. The caller destroys the document when done.
 */
export function openPdf(bytes: ArrayBuffer): Promise<PDFDocumentProxy> {
  return getDocument({ data: new Uint8Array(bytes), useWorkerFetch: false, useSystemFonts: false, disableFontFace: false }).promise
}

/** Draws every page so wide as `width` CSS pixels, one new canvas a page. */
export async function drawPages(pdf: PDFDocumentProxy, width: number, ratio: number): Promise<HTMLCanvasElement[]> {
  const canvases: HTMLCanvasElement[] = []
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number)
    const viewport = page.getViewport({ scale: (width * ratio) / page.getViewport({ scale: 1 }).width })
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(viewport.width)
    canvas.height = Math.round(viewport.height)
    await page.render({ canvas, viewport }).promise
    canvases.push(canvas)
  }
  return canvases
}
