import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import TextArea from '@/components/TextArea.vue'
import TextField from '@/components/TextField.vue'
import { isComposing, onEnter, watchCompositions } from '@/composables/composing'

const key = (init: KeyboardEventInit & { keyCode?: number }) => new KeyboardEvent('keydown', { cancelable: true, bubbles: true, ...init } as KeyboardEventInit)

let stop = () => {}
beforeEach(() => {
  vi.useFakeTimers()
  stop = watchCompositions(window)
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

test('keys belong to the input method while it composes', () => {
  expect(isComposing(key({ key: 'Enter', isComposing: true }))).toBe(true)
  expect(isComposing({ isComposing: false, keyCode: 229 } as KeyboardEvent)).toBe(true)
  expect(isComposing(key({ key: 'Enter' }))).toBe(false)
})

test('the Enter that ends a composition never submits, the next one does', async () => {
  const submit = vi.fn()
  const handler = onEnter(submit)
  window.dispatchEvent(new CompositionEvent('compositionend', { data: '谈话' }))
  // Some web views report the Enter only now, as an ordinary one.
  handler(key({ key: 'Enter' }))
  expect(submit).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  handler(key({ key: 'Enter' }))
  expect(submit).toHaveBeenCalledTimes(1)
})

test('Enter with another key is not Enter', () => {
  const submit = vi.fn()
  const handler = onEnter(submit)
  for (const extra of [{ shiftKey: true }, { ctrlKey: true }, { altKey: true }]) handler(key({ key: 'Enter', ...extra }))
  expect(submit).not.toHaveBeenCalled()
})

test.each([
  ['TextField', TextField, 'input'],
  ['TextArea', TextArea, 'textarea'],
] as const)('%s leaves its element alone while an input method composes', async (_name, component, tag) => {
  const shown = mount(component as typeof TextField, { props: { label: '内容', modelValue: '原文' }, attachTo: document.body })
  const field = shown.find(tag)
  const element = field.element as HTMLInputElement
  element.focus()
  await field.trigger('compositionstart')
  element.value = '原文tan hua'
  await field.trigger('input')
  expect(shown.emitted('update:modelValue')).toBeUndefined()
  // Something outside changes the model in the middle of the composition.
  await shown.setProps({ modelValue: '外面改的' })
  await nextTick()
  expect(element.value).toBe('原文tan hua')
  element.value = '原文谈话'
  await field.trigger('compositionend')
  expect(shown.emitted('update:modelValue')?.at(-1)).toEqual(['原文谈话'])
  shown.unmount()
})
