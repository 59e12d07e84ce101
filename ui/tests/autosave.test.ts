import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, reactive } from 'vue'
import { useAutosave, type Autosave } from '@/composables/autosave'
import { flushAll, savingState, savingWords } from '@/saving'

type Note = { text: string }
const form = reactive<{ key: string; value: Note }>({ key: 'a', value: { text: '' } })
let autosave: Autosave
const save = vi.fn<(value: Note, key: string) => Promise<{ id: string; saved_at: string }>>()

function show() {
  return mount(
    defineComponent({
      setup() {
        autosave = useAutosave(() => ({ key: form.key, value: form.value }), save)
        return () => h('div')
      },
    }),
  )
}
const type = async (text: string) => {
  form.value.text = text
  await nextTick()
}

let shown: ReturnType<typeof show>
beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(console, 'error').mockImplementation(() => {})
  save.mockReset()
  save.mockImplementation(async (_value, key) => ({ id: key, saved_at: '12:03' }))
  form.key = 'a'
  form.value = { text: '原有' }
  shown = show()
})
afterEach(() => {
  shown.unmount()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('saves once, 600 ms after the last change', async () => {
  await type('一')
  await vi.advanceTimersByTimeAsync(400)
  await type('一二')
  await vi.advanceTimersByTimeAsync(599)
  expect(save).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(save.mock.calls).toEqual([[{ text: '一二' }, 'a']])
  expect(autosave.unsaved.value).toBe(false)
  expect(savingWords(savingState.value)).toBe('已保存 12:03')
})

test('the same content in a new object is nothing to save', async () => {
  form.value = { text: '原有' }
  await nextTick()
  expect(await flushAll()).toBe(true)
  await vi.advanceTimersByTimeAsync(2000)
  expect(save).not.toHaveBeenCalled()
})

test('a record loaded into the form is not saved back', async () => {
  form.value = { text: '刚读出来的' }
  autosave.accept()
  await nextTick()
  await vi.advanceTimersByTimeAsync(2000)
  expect(save).not.toHaveBeenCalled()
})

test.each(['blur', 'focusout'])('leaving saves at once: %s', async (name) => {
  await type('离开前')
  dispatchEvent(new Event(name))
  await vi.advanceTimersByTimeAsync(0)
  expect(save).toHaveBeenCalledTimes(1)
})

test('flush takes words the watcher has not even seen', async () => {
  form.value.text = '刚打的'
  expect(await autosave.flush()).toBe(true)
  expect(save).toHaveBeenCalledWith({ text: '刚打的' }, 'a')
})

test('words typed while a save is under way are saved after it', async () => {
  let finish = () => {}
  save.mockImplementationOnce(() => new Promise((resolve) => (finish = () => resolve({ id: 'a', saved_at: '12:03' }))))
  await type('先')
  const flushed = autosave.flush()
  await type('先后')
  await vi.advanceTimersByTimeAsync(700)
  expect(save).toHaveBeenCalledTimes(1)
  finish()
  await flushed
  await vi.advanceTimersByTimeAsync(700)
  expect(save.mock.calls.at(-1)).toEqual([{ text: '先后' }, 'a'])
  expect(autosave.unsaved.value).toBe(false)
})

test('a failure keeps the words, says why, and the next flush tries again', async () => {
  save.mockRejectedValueOnce({ code: 'V-07', message: '磁盘已满', guidance: '请腾出空间。' })
  await type('不能丢')
  expect(await flushAll()).toBe(false)
  expect(form.value.text).toBe('不能丢')
  expect(autosave.unsaved.value).toBe(true)
  expect(savingWords(savingState.value)).toBe('未能保存（磁盘已满）')
  expect(await flushAll()).toBe(true)
  expect(save.mock.calls.at(-1)).toEqual([{ text: '不能丢' }, 'a'])
  expect(autosave.failure.value).toBeNull()
})

test('words belong to the record they were typed for', async () => {
  await type('给甲的')
  form.key = 'b'
  form.value = { text: '乙的内容' }
  await nextTick()
  await vi.advanceTimersByTimeAsync(2000)
  expect(save.mock.calls).toEqual([[{ text: '给甲的' }, 'a']])
})

test('one record that cannot be saved does not hold up another', async () => {
  save.mockImplementation(async (_value, key) => {
    if (key === 'a') throw { code: 'V-07', message: '记录已锁定', guidance: '' }
    return { id: key, saved_at: '12:04' }
  })
  await type('甲')
  form.key = 'b'
  form.value = { text: '乙' }
  await nextTick()
  await type('乙改')
  expect(await autosave.flush()).toBe(false)
  expect(save.mock.calls.some(([value, key]) => key === 'b' && value.text === '乙改')).toBe(true)
  expect(autosave.unsaved.value).toBe(true)
})

test('leaving the page saves what is left', async () => {
  await type('最后一句')
  shown.unmount()
  await vi.advanceTimersByTimeAsync(0)
  expect(save).toHaveBeenCalledWith({ text: '最后一句' }, 'a')
})

test('a field that is left for a button is saved after the press, so that nothing moves under the hand', async () => {
  await type('一')
  dispatchEvent(new Event('pointerdown'))
  dispatchEvent(new Event('focusout'))
  await vi.advanceTimersByTimeAsync(100)
  expect(save).not.toHaveBeenCalled()
  dispatchEvent(new Event('pointerup'))
  expect(save).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(0)
  expect(save).toHaveBeenCalledTimes(1)
  // Left by the keyboard it is saved at once.
  await type('一二')
  dispatchEvent(new Event('focusout'))
  await vi.advanceTimersByTimeAsync(0)
  expect(save).toHaveBeenCalledTimes(2)
})

test('a press that does not end holds no words back', async () => {
  await type('一')
  dispatchEvent(new Event('pointerdown'))
  dispatchEvent(new Event('focusout'))
  await vi.advanceTimersByTimeAsync(600)
  expect(save).toHaveBeenCalledTimes(1)
  dispatchEvent(new Event('pointercancel'))
})
