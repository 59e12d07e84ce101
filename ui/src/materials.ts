/** Materials: the bytes of a file in the archive, piece by piece, and what stands before anything is filled in. */
import { invoke } from '@tauri-apps/api/core'
import type { Id, Material } from '@/bindings'

/** Bytes asked for at once. */
export const PIECE = 1024 * 1024

/** At most `length` bytes of a material from `from` on; fewer at its end. */
export async function materialPiece(id: Id, from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await invoke<ArrayBuffer>('material_piece', { id, from, length }))
}

/**
 * All of a stretch of a material, however many pieces that takes; nothing once
 * it no longer goes on. Throws when the file is shorter than the stretch.
 */
export async function materialStretch(id: Id, from: number, length: number, goesOn: () => boolean): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = new Uint8Array(length)
  for (let filled = 0; filled < length; ) {
    const piece = await materialPiece(id, from + filled, Math.min(PIECE, length - filled))
    if (!goesOn()) return null
    if (piece.length === 0) throw new Error(`nothing from byte ${from + filled} on`)
    bytes.set(piece, filled)
    filled += piece.length
  }
  return bytes
}

/** The whole of a material as a value in memory, for what the program has found small enough. */
export async function materialBlob(id: Id, size: number, type: string, goesOn: () => boolean): Promise<Blob | null> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for (let at = 0; at < size; ) {
    const piece = await materialPiece(id, at, PIECE)
    if (!goesOn()) return null
    // An empty piece before the end means that what is kept is shorter than was said.
    if (piece.length === 0) break
    pieces.push(piece)
    at += piece.length
  }
  return new Blob(pieces, { type })
}

/** A material that says nothing yet. */
export function blankMaterial(owner: Id, receivedOn: string | null): Material {
  return {
    owner,
    name: '',
    source: '',
    provider: '',
    received_on: receivedOn,
    remark: '',
    format: '其他',
    file: { sha256: '', size: 0, file_name: '' },
    added_at: null,
  }
}

/** The first figures of a check value, enough to compare by eye. */
export function shortHash(sha256: string): string {
  return `${sha256.slice(0, 8)}…${sha256.slice(-8)}`
}

/** A number of bytes to the last one, for whoever wants to know. */
export function exactBytes(size: number): string {
  return `${size.toLocaleString('zh-CN')}字节`
}

/** A name for the exported file: what the material is called, with the ending it came with. */
export function exportName(material: Material): string {
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(material.file.file_name)?.[0] ?? ''
  const name = material.name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '_').trim() || '材料'
  return name.toLowerCase().endsWith(ending.toLowerCase()) ? name : `${name}${ending}`
}
