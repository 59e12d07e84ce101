import { mount, type DOMWrapper, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nextTick } from 'vue'
import type { FieldConflict } from '@/bindings'
import FieldSides from './parts/FieldSides.vue'

/** A field that two devices wrote differently, made anew as after every reading. */
function field(): FieldConflict {
  const side = (entry: string, text: string, device: string) => ({
    entry,
    name: null,
    text,
    pieces: [],
    shown: entry === 'a',
    by: [{ who: '甲某', device, at: '2025-11-23 09:30:00', action: '修改情况' }],
    bars: null,
  })
  return {
    field: 'what',
    label: '情况',
    sides: [side('a', '中秋节前聚餐', '办公室电脑'), side('b', '国庆节前聚餐', '笔记本')],
    ground: null,
    combined: null,
    can_write: true,
    seen: ['a', 'b'],
  }
}

let shown: VueWrapper
let box: DOMWrapper<HTMLTextAreaElement>
beforeEach(async () => {
  shown = mount(FieldSides, { props: { field: field(), busy: false }, attachTo: document.body, global: { stubs: { RouterLink: true } } })
  await shown.find('[data-test="conflict-write"]').trigger('click')
  box = shown.find<HTMLTextAreaElement>('textarea')
})
afterEach(() => shown.unmount())

/** The letters an input method puts into the box before a candidate is taken. */
async function compose(letters: string): Promise<void> {
  await box.trigger('compositionstart')
  box.element.value += letters
  await box.trigger('input')
}

test.each([
  ['it becomes busy', () => ({ busy: true })],
  ['the field is read again', () => ({ field: field() })],
  ['the other side came with another text', () => {
    const again = field()
    return { field: { ...again, sides: again.sides.map((side) => ({ ...side, text: '春节前聚餐' })) } }
  }],
])('the combined text is left alone while an input method composes: %s', async (_name, change) => {
  expect(box.element.value).toBe('中秋节前聚餐')
  const { element } = box
  element.focus()
  await compose('liang ci')
  await shown.setProps(change())
  await nextTick()
  expect(shown.find('textarea').element).toBe(element)
  expect(document.activeElement).toBe(element)
  expect(element.value).toBe('中秋节前聚餐liang ci')
  element.value = '中秋节前聚餐两次'
  await box.trigger('compositionend')
  expect(element.value).toBe('中秋节前聚餐两次')
  await shown.setProps({ busy: false })
  await shown.find('[data-test="conflict-use"]').trigger('click')
  expect(shown.emitted('settle')).toEqual([[{ way: '另写', value: '中秋节前聚餐两次' }]])
})
