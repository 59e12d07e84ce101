import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import DateField from '@/components/DateField.vue'

function show(modelValue: string | null) {
  const shown = mount(DateField, { props: { label: '送达日期', modelValue, 'onUpdate:modelValue': (v: string | null) => void shown.setProps({ modelValue: v }) }, attachTo: document.body })
  return shown
}
const field = (shown: ReturnType<typeof show>) => shown.find('input')

test('shows the day in words and gives ISO', async () => {
  const shown = show('2026-11-23')
  expect((field(shown).element as HTMLInputElement).value).toBe('2026年11月23日')
  await field(shown).setValue('20261204')
  expect(shown.props('modelValue')).toBe('2026-12-04')
  await field(shown).trigger('blur')
  expect((field(shown).element as HTMLInputElement).value).toBe('2026年12月4日')
})

test('a text that is no date stays, is said so, and does not touch the day', async () => {
  const shown = show('2026-11-23')
  await field(shown).setValue('下周三')
  await field(shown).trigger('blur')
  expect((field(shown).element as HTMLInputElement).value).toBe('下周三')
  expect(shown.find('[role=alert]').text()).toContain('不是一个日期')
  expect(shown.props('modelValue')).toBe('2026-11-23')
})

test('an emptied field is no day', async () => {
  const shown = show('2026-11-23')
  await field(shown).setValue('')
  expect(shown.props('modelValue')).toBeNull()
})

test('the calendar chooses a day by keyboard', async () => {
  const shown = show('2026-11-30')
  await shown.find('button').trigger('click')
  await shown.find('[data-day="2026-11-30"]').trigger('keydown', { key: 'ArrowRight' })
  await shown.find('[data-day="2026-12-01"]').trigger('click')
  expect(shown.props('modelValue')).toBe('2026-12-01')
  expect(shown.find('.month').exists()).toBe(false)
})
