/**
 * What pdf.js needs for files that others made: character maps, the standard
 * faces, decoders of scanned pages. They are scripts of the program's own, read
 * when first wanted, so that the page needs no right to fetch anything.
 */
const FILES = import.meta.glob<string>(
  [
    '/node_modules/pdfjs-dist/cmaps/{GB,UniGB,Adobe-GB1,Adobe-CNS1,UniCNS,ETen,B5,UniJIS,Adobe-Japan1}*.bcmap',
    '/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
    '/node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm',
  ],
  { query: '?url&inline', import: 'default' },
)
const FOLDERS: Record<string, string> = { cMapUrl: 'cmaps', standardFontDataUrl: 'standard_fonts', wasmUrl: 'wasm' }

/** Hands the files over; made by pdf.js itself. */
export class BundledFiles {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const read = FILES[`/node_modules/pdfjs-dist/${FOLDERS[kind] ?? ''}/${filename}`]
    if (!read) throw new Error(`no such file: ${kind} ${filename}`)
    const address = await read()
    const text = atob(address.slice(address.indexOf(',') + 1))
    return Uint8Array.from(text, (character) => character.charCodeAt(0))
  }
}
