import { invoke } from '@tauri-apps/api/core'
import type { Id, Paper } from '@/bindings'

/**
 * The pages of a paper as they will be printed: the bytes of a PDF. A draft is
 * set anew from `paper`; an issued paper answers with its frozen bytes.
 */
export function previewPaper(id: Id, paper: Paper): Promise<ArrayBuffer> {
  return invoke<ArrayBuffer>('preview_paper', { id, paper })
}
