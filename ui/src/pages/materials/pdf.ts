/** A PDF in the archive, read by pdf.js in the pieces it asks for and never whole. */
import { getDocument, PDFDataRangeTransport, type PDFDocumentLoadingTask } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { Id } from '@/bindings'
import { materialPiece, materialStretch } from '@/materials'
import { pdfWorker } from '../papers/pdfPages'
import { BundledFiles } from './bundledFiles'

/** Bytes pdf.js reads at once. */
const RANGE = 256 * 1024

class ArchiveRange extends PDFDataRangeTransport {
  private stopped = false

  constructor(
    private readonly id: Id,
    length: number,
    first: Uint8Array,
    private readonly failed: (fault: unknown) => void,
  ) {
    super(length, first)
  }

  override requestDataRange(begin: number, end: number): void {
    void this.bring(begin, end)
  }

  private async bring(begin: number, end: number): Promise<void> {
    try {
      const bytes = await materialStretch(this.id, begin, end - begin, () => !this.stopped)
      if (bytes) this.onDataRange(begin, bytes)
    } catch (fault) {
      // Locked or withdrawn meanwhile: pdf.js would wait for ever.
      if (!this.stopped) this.failed(fault)
    }
  }

  override abort(): void {
    this.stopped = true
  }
}

/** Opens it; `failed` hears when a piece cannot be read later on. The caller destroys the task. */
export async function openMaterialPdf(id: Id, size: number, failed: (fault: unknown) => void): Promise<PDFDocumentLoadingTask> {
  const first = await materialPiece(id, 0, Math.min(size, RANGE))
  return getDocument({
    range: new ArchiveRange(id, size, first, failed),
    worker: pdfWorker(),
    rangeChunkSize: RANGE,
    // Only what is looked at: a scan of hundreds of megabytes stays where it is.
    disableAutoFetch: true,
    disableStream: true,
    // No script, no form: it is paper that somebody else made.
    enableXfa: false,
    useWorkerFetch: false,
    BinaryDataFactory: BundledFiles,
    cMapUrl: 'cmaps/',
    standardFontDataUrl: 'fonts/',
    wasmUrl: 'wasm/',
    // A page that wants more is drawn without the picture; what is drawn is bounded by the canvas.
    maxImageSize: 80_000_000,
  })
}
