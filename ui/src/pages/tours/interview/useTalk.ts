/**
 * The turns of one talk as they stand on the screen, and the box in which the
 * next one grows. Everything typed is on its way to the archive at the latest
 * when the typing pauses; the growing turn too, so that it survives a crash.
 */
import { onBeforeUnmount, reactive, ref } from 'vue'
import { commands, type ErrorView, type Id, type Role, type TurnView } from '@/bindings'
import { asErrorView, call, showError } from '@/errors'
import { noteFailed, noteSaved, noteSaving, registerUnsaved } from '@/saving'
import { clockOf, localStamp } from '../blank'
import { followingRole } from './entryKeys'
import { TurnQueue, type TurnNews } from './turnQueue'

/** Pause in typing after which the growing turn is saved, in milliseconds. */
const PAUSE = 600
/** Time after which a failed save is tried again, in milliseconds. */
const RETRY = 5000

/** A turn on the screen; `key` names it before the archive has given it an id. */
export type TalkTurn = {
  key: string
  id: Id | null
  role: Role
  text: string
  time: string
  cited: number
  /** It came from another machine after the talk was closed. */
  late: boolean
  state: 'saved' | 'saving' | 'failed'
}

/** A turn that was taken out and can be brought back. */
export type RemovedTurn = { id: Id | null; index: number; turn: TalkTurn }

let lastKey = 0
const newKey = () => `new-${(lastKey += 1)}`

function rowOf(view: TurnView): TalkTurn {
  return {
    key: view.id,
    id: view.id,
    role: view.record.role,
    text: view.record.text,
    time: view.time,
    cited: view.cited,
    late: view.late,
    state: 'saved',
  }
}

/** The turns and the entry box of a talk. */
export function useTalk(interview: Id) {
  const turns = ref<TalkTurn[]>([])
  const entry = reactive<{ key: string; role: Role; text: string }>({ key: newKey(), role: '问', text: '' })
  const failure = ref<ErrorView | null>(null)
  const removed = ref<RemovedTurn | null>(null)
  const times = new Map<Id, string>()
  let pause: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined

  const queue = new TurnQueue(
    {
      async save(id, role, text) {
        const { turn, saved_at } = await commands.saveTurn(id, interview, role, text, null)
        times.set(turn.id, turn.time)
        return { id: turn.id, savedAt: saved_at }
      },
      async remove(id) {
        const saved = await commands.removeTurn(id)
        noteSaved(saved.saved_at)
      },
    },
    hear,
  )

  function hear(news: TurnNews): void {
    const row = turns.value.find((turn) => turn.key === news.key)
    switch (news.state) {
      case 'saving':
        noteSaving()
        if (row) row.state = 'saving'
        break
      case 'saved':
        failure.value = null
        noteSaved(news.taken.savedAt)
        if (row) {
          row.id = news.taken.id
          row.state = 'saved'
          row.time = times.get(news.taken.id) ?? row.time
        }
        break
      case 'removed':
        failure.value = null
        break
      case 'kept': {
        const kept = removed.value
        if (kept?.turn.key === news.key) {
          turns.value.splice(kept.index, 0, kept.turn)
          removed.value = null
        }
        showError(asErrorView(news.reason))
        break
      }
      case 'failed': {
        failure.value = asErrorView(news.reason)
        noteFailed(failure.value.message)
        if (row) row.state = 'failed'
        clearTimeout(retry)
        retry = setTimeout(() => void queue.flush(), RETRY)
        break
      }
    }
  }

  /** Shows the archive's turns; the role that speaks next is guessed from the last. */
  function load(views: readonly TurnView[]): void {
    turns.value = views.map(rowOf)
    for (const view of views) queue.know(view.id, view.id, view.record.role, view.record.text)
    const last = turns.value.at(-1)
    if (last && entry.text === '') entry.role = followingRole(last.role, spokenBefore())
  }

  /** Takes over what the archive knows of the turns besides their words. */
  function refresh(views: readonly TurnView[]): void {
    const known = new Map(views.map((view) => [view.id, view]))
    for (const turn of turns.value) turn.cited = known.get(turn.id ?? '')?.cited ?? turn.cited
  }

  /** The last role but notes: whose turn it was when the note was made. */
  function spokenBefore(): Role {
    const spoken = turns.value.filter((turn) => turn.role !== '记').at(-1)
    return spoken ? followingRole(spoken.role, '问') : '问'
  }

  /** Saves the growing turn as it stands; an emptied one is taken out again. */
  function saveEntry(): Promise<boolean> {
    clearTimeout(pause)
    if (entry.text.trim() !== '') return queue.put(entry.key, entry.role, entry.text)
    const known = entry.key
    entry.key = newKey()
    return queue.drop(known)
  }

  /** The entry box holds this now. */
  function type(text: string): void {
    entry.text = text
    clearTimeout(pause)
    pause = setTimeout(() => void saveEntry(), PAUSE)
  }

  /** Somebody else speaks. */
  function speak(role: Role): void {
    entry.role = role
    if (entry.text.trim() !== '') type(entry.text)
  }

  /** Takes the turn in the box and begins the next. */
  function next(now = new Date()): void {
    const text = entry.text.trim()
    if (text === '') return
    clearTimeout(pause)
    const { key, role } = entry
    turns.value.push({
      key,
      id: queue.idOf(key),
      role,
      text,
      time: clockOf(localStamp(now)),
      cited: 0,
      late: false,
      state: 'saving',
    })
    entry.key = newKey()
    entry.role = followingRole(role, spokenBefore())
    entry.text = ''
    void queue.put(key, role, text)
  }

  /** Changes a turn where it stands. */
  function edit(key: string, role: Role, text: string): void {
    const row = turns.value.find((turn) => turn.key === key)
    if (!row || text.trim() === '' || (row.role === role && row.text === text)) return
    row.role = role
    row.text = text
    void queue.put(key, role, text)
  }

  /** Takes a turn out. */
  async function remove(key: string): Promise<void> {
    const index = turns.value.findIndex((turn) => turn.key === key)
    const turn = turns.value[index]
    if (!turn) return
    turns.value.splice(index, 1)
    removed.value = { id: turn.id ?? queue.idOf(key), index, turn }
    await queue.drop(key)
  }

  /** Brings the turn that was taken out last back to its place. */
  async function bringBack(): Promise<void> {
    const last = removed.value
    if (!last?.id) return
    const saved = await call(commands.restore(last.id))
    if (!saved) return
    noteSaved(saved.saved_at)
    removed.value = null
    const turn: TalkTurn = { ...last.turn, key: last.id, id: last.id, state: 'saved' }
    turns.value.splice(last.index, 0, turn)
    queue.know(turn.key, last.id, turn.role, turn.text)
  }

  /** Saves whatever is still only on the screen. */
  async function flush(): Promise<boolean> {
    clearTimeout(pause)
    if (entry.text.trim() !== '') await queue.put(entry.key, entry.role, entry.text)
    return queue.flush()
  }

  /** Turns the text still in the box into a turn, when there is any, and saves all. */
  async function finish(): Promise<boolean> {
    next()
    return flush()
  }

  const unregister = registerUnsaved(flush)
  onBeforeUnmount(() => {
    clearTimeout(pause)
    clearTimeout(retry)
    void flush()
    unregister()
  })

  return {
    turns,
    entry,
    failure,
    removed,
    load,
    refresh,
    type,
    speak,
    next,
    edit,
    remove,
    bringBack,
    flush,
    finish,
    idOf: (key: string) => queue.idOf(key),
  }
}

/** What {@link useTalk} gives. */
export type Talk = ReturnType<typeof useTalk>
