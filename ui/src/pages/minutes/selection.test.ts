// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { pickedFrom } from './selection'

let root: HTMLElement

/** The text node that holds these words. */
function textWith(words: string): Node {
  const find = (node: Node): Node | null => {
    if (node.nodeType === 3 && node.textContent?.includes(words)) return node
    for (const child of Array.from(node.childNodes)) {
      const found = find(child)
      if (found) return found
    }
    return null
  }
  const found = find(root)
  if (!found) throw new Error(words)
  return found
}

function range(start: Node, from: number, end: Node, to: number): StaticRange {
  return { startContainer: start, startOffset: from, endContainer: end, endOffset: to, collapsed: false }
}

beforeEach(() => {
  document.body.innerHTML =
    '<div id="root"><div><i>第1页</i><p data-block="a">应到<mark>九人</mark>，实到五人。</p></div>' +
    '<div><p data-block="b">由王𬱖主持。</p></div><div><p data-block="c">散会。</p></div></div>'
  root = document.getElementById('root') as HTMLElement
})

describe('pickedFrom', () => {
  it('counts through marks within a block', () => {
    const picked = pickedFrom(root, range(textWith('九人'), 1, textWith('实到'), 3))
    expect(picked).toEqual({ fromBlock: 'a', fromChar: 3, toBlock: 'a', toChar: 7, text: '人，实到' })
  })

  it('counts a rare character as one, across blocks', () => {
    const picked = pickedFrom(root, range(textWith('实到'), 1, textWith('王𬱖'), 4))
    expect(picked).toEqual({
      fromBlock: 'a',
      fromChar: 5,
      toBlock: 'b',
      toChar: 3,
      text: '实到五人。\n由王𬱖',
    })
  })

  it('does not reach into the next paragraph after a triple click', () => {
    const picked = pickedFrom(root, range(textWith('应到'), 0, textWith('由王'), 0))
    expect(picked?.toBlock).toBe('a')
    expect(picked?.text).toBe('应到九人，实到五人。')
  })

  it('does not reach back to the end of the paragraph before', () => {
    const before = textWith('实到')
    const picked = pickedFrom(root, range(before, before.textContent?.length ?? 0, textWith('由王'), 2))
    expect(picked).toEqual({ fromBlock: 'b', fromChar: 0, toBlock: 'b', toChar: 2, text: '由王' })
  })

  it('takes whole blocks when everything is selected', () => {
    const picked = pickedFrom(root, range(root, 0, root, root.childNodes.length))
    expect(picked?.fromBlock).toBe('a')
    expect(picked?.toBlock).toBe('c')
    expect(picked?.toChar).toBe(3)
    expect(picked?.text).toBe('应到九人，实到五人。\n由王𬱖主持。\n散会。')
  })

  it('leaves page labels beside the text out', () => {
    const picked = pickedFrom(root, range(textWith('第1页'), 0, textWith('应到'), 2))
    expect(picked).toEqual({ fromBlock: 'a', fromChar: 0, toBlock: 'a', toChar: 2, text: '应到' })
  })

  it('is nothing when only a label or blank is selected', () => {
    expect(pickedFrom(root, range(textWith('第1页'), 0, textWith('第1页'), 2))).toBeNull()
  })
})
