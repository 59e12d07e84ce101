import { describe, expect, it } from 'vitest'
import { TurnQueue, type Taken, type TurnNews } from './turnQueue'

/** An archive that answers when the test lets it. */
function desk(refuse = false) {
  const calls: { id: string | null; text: string; answer: (taken: Taken) => void; fail: () => void }[] = []
  const removed: string[] = []
  const news: TurnNews[] = []
  const queue = new TurnQueue(
    {
      save: (id, _role, text) =>
        new Promise<Taken>((resolve, reject) => {
          calls.push({ id, text, answer: resolve, fail: () => reject(new Error('磁盘已满')) })
        }),
      remove: async (id) => {
        if (refuse) throw new Error('已被引用')
        removed.push(id)
      },
    },
    (item) => news.push(item),
  )
  return { queue, calls, removed, news }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('TurnQueue', () => {
  it('makes one turn of a text that grew while it was being saved', async () => {
    const { queue, calls } = desk()
    void queue.put('k1', '答', '没有')
    void queue.put('k1', '答', '没有投票')
    const done = queue.put('k1', '答', '没有投票。')
    expect(calls).toHaveLength(1)
    calls[0]?.answer({ id: 'T1', savedAt: '15:02' })
    await settle()
    expect(calls.map((call) => [call.id, call.text])).toEqual([
      [null, '没有'],
      ['T1', '没有投票。'],
    ])
    calls[1]?.answer({ id: 'T1', savedAt: '15:02' })
    expect(await done).toBe(true)
    expect(queue.pending).toBe(false)
    expect(queue.idOf('k1')).toBe('T1')
  })

  it('keeps the order in which the turns were spoken', async () => {
    const { queue, calls } = desk()
    void queue.put('k1', '问', '一')
    void queue.put('k2', '答', '二')
    void queue.put('k3', '问', '三')
    for (const id of ['T1', 'T2', 'T3']) {
      calls.at(-1)?.answer({ id, savedAt: '15:02' })
      await settle()
    }
    expect(calls.map((call) => call.text)).toEqual(['一', '二', '三'])
  })

  it('loses nothing when saving fails, and tries again in order', async () => {
    const { queue, calls, news } = desk()
    const first = queue.put('k1', '问', '一')
    calls[0]?.fail()
    expect(await first).toBe(false)
    expect(news.at(-1)).toMatchObject({ key: 'k1', state: 'failed' })
    expect(queue.pending).toBe(true)
    const second = queue.put('k2', '答', '二')
    expect(calls[1]?.text).toBe('一')
    calls[1]?.answer({ id: 'T1', savedAt: '15:03' })
    await settle()
    calls[2]?.answer({ id: 'T2', savedAt: '15:03' })
    expect(await second).toBe(true)
  })

  it('takes back a turn whose id was not known yet', async () => {
    const { queue, calls, removed } = desk()
    void queue.put('k1', '答', '口误')
    const done = queue.drop('k1')
    calls[0]?.answer({ id: 'T1', savedAt: '15:02' })
    expect(await done).toBe(true)
    expect(removed).toEqual(['T1'])
    expect(queue.pending).toBe(false)
  })

  it('keeps a turn that may not be taken out, and does not ask again', async () => {
    const { queue, calls, news } = desk(true)
    queue.know('T1', 'T1', '答', '没有投票。')
    expect(await queue.drop('T1')).toBe(true)
    expect(news.at(-1)).toMatchObject({ key: 'T1', state: 'kept' })
    expect(queue.pending).toBe(false)
    void queue.put('T1', '答', '没有投票，也没有逐个表态。')
    expect(calls[0]).toMatchObject({ id: 'T1' })
  })

  it('does not save a known turn again that has not changed', async () => {
    const { queue, calls } = desk()
    queue.know('T1', 'T1', '问', '一')
    expect(await queue.put('T1', '问', '一')).toBe(true)
    expect(calls).toHaveLength(0)
    void queue.put('T1', '答', '一')
    expect(calls[0]).toMatchObject({ id: 'T1', text: '一' })
  })
})
