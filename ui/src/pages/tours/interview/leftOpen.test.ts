import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import type { Interview, InterviewView, Sex } from '@/bindings'
import { blankInterview } from '../blank'
import CloseTalk from './CloseTalk.vue'
import TalkHead from './TalkHead.vue'

const global = { stubs: { RouterLink: true } }

function talk(more: Partial<Interview>): Interview {
  return { ...blankInterview('乙', null, ['甲某', '丙某']), ...more }
}
function person(sex: Sex): InterviewView['person'] {
  return { name: '乙某', sex } as InterviewView['person']
}

test('the head repeats nothing of the form while the talk is prepared', () => {
  const view = { person: person('男'), tour: null } as InterviewView
  const words = (form: Interview) => mount(TalkHead, { props: { view, form }, global }).find('.who').text()
  expect(words(talk({ place: '示例局' }))).toBe('')
  expect(words(talk({ place: '示例局', state: '进行中' }))).toContain('谈话人：甲某、丙某')
})

test('what was left open before the talk is filled in before it ends', async () => {
  const form = talk({ state: '进行中', recorder: '' })
  const shown = mount(CloseTalk, { props: { modelValue: form, checks: [], person: person('男') }, global })
  await shown.find('[data-test="talk-place"]').setValue('示例局三楼')
  await shown.find('[data-test="talk-recorder"]').setValue('丙某')
  expect([form.place, form.recorder]).toEqual(['示例局三楼', '丙某'])
  expect(shown.find('[data-test="talk-woman"]').exists()).toBe(false)
})

test('that a woman is present is asked for with a woman', async () => {
  const form = talk({ state: '进行中' })
  const shown = mount(CloseTalk, { props: { modelValue: form, checks: [], person: person('女') }, global })
  await shown.find('[data-test="talk-woman"]').setValue(true)
  expect(form.woman_present).toBe(true)
})
