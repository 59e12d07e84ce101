import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import TurnEntry from './TurnEntry.vue'
import { useTalk, type Talk } from './useTalk'

/** What was sent to the archive, in order. */
const sent: { id: string | null; role: string; text: string }[] = []
let refuse = false

vi.mock('@/bindings', () => ({
  commands: {
    saveTurn: async (id: string | null, interview: string, role: string, text: string) => {
      if (refuse) throw { code: 'XX-1', message: '磁盘已满。', guidance: '' }
      sent.push({ id, role, text })
      const turn = { id: id ?? `T${sent.length}`, record: { interview, order: '', role, text, at: null }, number: 1, time: '15:02', cited: 0 }
      return { turn, saved_at: '15:02' }
    },
    removeTurn: async (id: string) => {
      sent.push({ id, role: '', text: '（删）' })
      return { id, saved_at: '15:03' }
    },
  },
}))

function desk() {
  let talk!: Talk
  const noise = ref(0)
  const Host = defineComponent({
    setup() {
      talk = useTalk('I1')
      // Whatever else is drawn anew on the desk, such as the clock.
      return () => h('div', [String(noise.value), h(TurnEntry, { talk, key: 'entry', class: `n${noise.value}` })])
    },
  })
  const wrapper = mount(Host, { attachTo: document.body })
  const area = wrapper.find<HTMLTextAreaElement>('[data-test="turn-entry"]')
  return { talk, area, noise, wrapper }
}

beforeEach(() => {
  vi.useFakeTimers()
  sent.length = 0
  refuse = false
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

describe('the entry box', () => {
  it('saves the growing turn when the typing pauses, and the taken one under the same id', async () => {
    const { area, talk } = desk()
    await area.setValue('没有')
    await vi.advanceTimersByTimeAsync(599)
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(sent).toEqual([{ id: null, role: '问', text: '没有' }])
    await area.setValue('没有投票。')
    await area.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(sent.at(-1)).toEqual({ id: 'T1', role: '问', text: '没有投票。' })
    expect(talk.turns.value).toHaveLength(1)
    expect(talk.turns.value[0]).toMatchObject({ id: 'T1', state: 'saved', time: '15:02' })
    expect(area.element.value).toBe('')
    expect(talk.entry.role).toBe('答')
  })

  it('takes no turn with the Enter that belongs to the input method', async () => {
    const { area, talk } = desk()
    await area.setValue('没有')
    await area.trigger('keydown', { key: 'Enter', isComposing: true })
    await area.trigger('keydown', { key: 'Enter', keyCode: 229 })
    expect(talk.turns.value).toHaveLength(0)
    expect(area.element.value).toBe('没有')
  })

  it('never touches the letters of an open composition, whatever is drawn anew', async () => {
    const { area, talk, noise } = desk()
    await area.trigger('compositionstart')
    area.element.value = 'meiyou'
    await area.trigger('input', { isComposing: true })
    noise.value += 1
    talk.speak('答')
    await nextTick()
    await vi.advanceTimersByTimeAsync(1000)
    expect(area.element.value).toBe('meiyou')
    expect(sent).toEqual([])
    area.element.value = '没有'
    await area.trigger('compositionend')
    await vi.advanceTimersByTimeAsync(600)
    expect(sent).toEqual([{ id: null, role: '答', text: '没有' }])
  })

  it('takes a growing turn out again when its words are deleted', async () => {
    const { area } = desk()
    await area.setValue('口误')
    await vi.advanceTimersByTimeAsync(600)
    await area.setValue('')
    await vi.advanceTimersByTimeAsync(600)
    expect(sent.at(-1)).toEqual({ id: 'T1', role: '', text: '（删）' })
  })

  it('keeps every word on the screen while saving fails, and saves it later by itself', async () => {
    const { area, talk } = desk()
    refuse = true
    await area.setValue('一')
    await area.trigger('keydown', { key: 'Enter' })
    await area.setValue('二')
    await area.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(talk.failure.value?.message).toBe('磁盘已满。')
    expect(talk.turns.value.map((turn) => turn.text)).toEqual(['一', '二'])
    refuse = false
    await vi.advanceTimersByTimeAsync(5000)
    expect(sent.map((item) => item.text)).toEqual(['一', '二'])
    expect(talk.failure.value).toBeNull()
  })

  it('switches the speaker on Tab', async () => {
    const { area, talk } = desk()
    await area.trigger('keydown', { key: 'Tab' })
    expect(talk.entry.role).toBe('答')
    await area.trigger('keydown', { key: 'Tab', shiftKey: true })
    expect(talk.entry.role).toBe('答')
  })
})
