import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Named } from '@/bindings'
import PickOrAdd from './parts/PickOrAdd.vue'

const named = (id: string, name: string): Named => ({ id, name, detail: '' })

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('what was typed can be added only once it is known who is found by it', async () => {
  const answers: ((found: Named[]) => void)[] = []
  const source = vi.fn(() => new Promise<Named[]>((answer) => answers.push(answer)))
  const shown = mount(PickOrAdd, { props: { label: '另一方', source, addWords: (typed) => `登记“${typed}”` }, attrs: { 'data-test': 'other' }, attachTo: document.body })
  const offered = () => shown.findAll('[role="option"]').map((option) => option.text())
  await shown.find('input').trigger('focus')
  answers[0]?.([named('a', '王某'), named('b', '李某')])
  await flushPromises()
  expect(offered()).toEqual(['王某', '李某'])

  await shown.find('input').setValue('周某')
  expect(shown.find('[data-test="other-add"]').exists()).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect(source).toHaveBeenLastCalledWith('周某')
  expect(shown.find('[data-test="other-add"]').exists()).toBe(false)
  answers[1]?.([])
  await flushPromises()
  expect(offered()).toEqual(['登记“周某”'])

  // Somebody who is about to be found is not offered to be added.
  await shown.find('input').setValue('周某某')
  await vi.advanceTimersByTimeAsync(200)
  answers[2]?.([named('c', '周某某')])
  await flushPromises()
  expect(offered()).toEqual(['周某某'])
  shown.unmount()
})
