/**
 * From what the user has selected with mouse or keyboard to places in the
 * text. A block is an element with `data-block="id"` that holds the text of
 * one paragraph or turn and nothing else.
 */
import { charCount, sliceChars, toChars } from './chars'

/** A selection inside known blocks; offsets are counted in characters. */
export type Picked = {
  fromBlock: string
  fromChar: number
  toBlock: string
  toChar: number
  /** The words, one line a block. */
  text: string
}

type Place = { block: HTMLElement; offset: number }

/** Text length of everything in `root` that stands before the boundary. */
function offsetWithin(root: Node, node: Node, offset: number): number {
  let length = 0
  const visit = (current: Node): boolean => {
    if (current === node) {
      if (current.nodeType === 3) {
        length += offset
      } else {
        for (let index = 0; index < offset; index += 1) {
          length += current.childNodes[index]?.textContent?.length ?? 0
        }
      }
      return true
    }
    if (current.nodeType === 3) {
      length += current.textContent?.length ?? 0
      return false
    }
    for (const child of Array.from(current.childNodes)) if (visit(child)) return true
    return false
  }
  visit(root)
  return length
}

function blocksOf(root: HTMLElement): HTMLElement[] {
  return Array.from(root.querySelectorAll<HTMLElement>('[data-block]'))
}

function blockOf(node: Node): HTMLElement | null {
  const element = node.nodeType === 1 ? (node as HTMLElement) : node.parentElement
  return element?.closest<HTMLElement>('[data-block]') ?? null
}

/** Where a boundary stands; one between blocks belongs to the next (start) or the last (end). */
function placeOf(blocks: HTMLElement[], node: Node, offset: number, end: boolean): Place | null {
  const own = blockOf(node)
  if (own && blocks.includes(own)) return { block: own, offset: offsetWithin(own, node, offset) }
  const boundary = node.childNodes[offset] ?? null
  const isAfter = (block: HTMLElement) => {
    if (boundary) {
      return (
        boundary === block ||
        boundary.contains(block) ||
        (boundary.compareDocumentPosition(block) & 4) !== 0
      )
    }
    return (node.compareDocumentPosition(block) & 4) !== 0 && !node.contains(block)
  }
  if (end) {
    const before = blocks.filter((block) => !isAfter(block)).at(-1)
    return before ? { block: before, offset: before.textContent?.length ?? 0 } : null
  }
  const after = blocks.find(isAfter)
  return after ? { block: after, offset: 0 } : null
}

/** Reads a range; null when no text of a block under `root` is selected. */
export function pickedFrom(root: HTMLElement, range: StaticRange | Range): Picked | null {
  const blocks = blocksOf(root)
  const start = placeOf(blocks, range.startContainer, range.startOffset, false)
  let end = placeOf(blocks, range.endContainer, range.endOffset, true)
  if (!start || !end) return null
  let first = blocks.indexOf(start.block)
  let last = blocks.indexOf(end.block)
  // A triple click ends before the first character of the following block.
  while (end.offset === 0 && last > first) {
    last -= 1
    const block = blocks[last] as HTMLElement
    end = { block, offset: block.textContent?.length ?? 0 }
  }
  // And a drag may begin behind the last character of the one before.
  while (start.offset >= (start.block.textContent?.length ?? 0) && first < last) {
    first += 1
    start.block = blocks[first] as HTMLElement
    start.offset = 0
  }
  if (last < first) return null
  const picked = blocks.slice(first, last + 1).map((block) => {
    const text = block.textContent ?? ''
    const from = block === start.block ? toChars(text, start.offset) : 0
    const to = block === end?.block ? toChars(text, end.offset) : charCount(text)
    return { id: block.dataset.block ?? '', from, to, words: sliceChars(text, from, to) }
  })
  const head = picked[0]
  const tail = picked.at(-1)
  const text = picked.map((part) => part.words).join('\n')
  if (!head || !tail || text.trim() === '') return null
  return { fromBlock: head.id, fromChar: head.from, toBlock: tail.id, toChar: tail.to, text }
}

/** What is selected in `root` now. */
export function currentPick(root: HTMLElement | null): Picked | null {
  const selection = window.getSelection()
  if (!root || !selection || selection.isCollapsed || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  if (!root.contains(range.commonAncestorContainer) && !range.intersectsNode(root)) return null
  return pickedFrom(root, range)
}
