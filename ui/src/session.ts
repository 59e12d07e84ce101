import { computed, reactive, readonly } from 'vue'
import { commands, type AppState, type Prefs, type Status } from '@/bindings'
import { attempt, call } from '@/errors'
import { askToLeave } from '@/leaving'
import { clearSaving, flushAll, onSaved } from '@/saving'
import { whileCovered } from '@/waiting'

const SCALES: Record<Prefs['text_size'], number> = { 标准: 1, 大: 1.25, 特大: 1.5 }

const state = reactive<{ app: AppState | null; status: Status | null; dark: boolean }>({
  app: null,
  status: null,
  dark: false,
})

const system = matchMedia('(prefers-color-scheme: dark)')

function applyPrefs(): void {
  const prefs = state.app?.prefs
  const root = document.documentElement
  root.style.setProperty('--scale', String(SCALES[prefs?.text_size ?? '标准'] ?? 1))
  state.dark = prefs?.theme === '深色' || (prefs?.theme !== '浅色' && system.matches)
  root.dataset.theme = state.dark ? 'dark' : 'light'
}
system.addEventListener('change', applyPrefs)

/** Asks the program where it stands; false when it did not answer. */
async function load(): Promise<boolean> {
  const app = await call(commands.appState())
  if (!app) return false
  state.app = app
  applyPrefs()
  if (app.stage === '已开') await refreshStatus()
  else state.status = null
  return true
}

/** Reads the header's and the footer's figures anew. */
async function refreshStatus(): Promise<void> {
  if (state.app?.stage !== '已开') return
  // Figures in the frame are no reason to disturb anyone with a message.
  const end = await attempt(commands.status())
  if (end.ok) state.status = end.value
}

let choices = 0

/** Keeps text size and theme, and shows them at once. */
async function setPrefs(prefs: Prefs): Promise<void> {
  if (!state.app) return
  const before = { ...state.app.prefs }
  const mine = ++choices
  // At once: a second choice made before the first is kept must not undo it.
  state.app.prefs = prefs
  applyPrefs()
  if ((await call(commands.setPrefs(prefs))) !== undefined || mine !== choices || !state.app) return
  state.app.prefs = before
  applyPrefs()
}

/** Locks the archive, unsaved words first; true when it is locked. */
async function lock(): Promise<boolean> {
  if (!(await flushAll()) && !(await askToLeave())) return false
  return whileCovered(
    '正在备份并上锁，请稍候',
    async () => {
      if ((await call(commands.lock())) === undefined) return false
      clearSaving()
      return load()
    },
    true,
  )
}

let pending: ReturnType<typeof setTimeout> | undefined
onSaved(() => {
  clearTimeout(pending)
  pending = setTimeout(() => void refreshStatus(), 400)
})

/** The session: what is open, who works, how it looks. */
export function useSession() {
  return {
    state: readonly(state),
    stage: computed(() => state.app?.stage ?? null),
    status: computed(() => state.status),
    prefs: computed<Prefs>(() => state.app?.prefs ?? { text_size: '标准', theme: '随系统', auto_lock_minutes: 10 }),
    load,
    refreshStatus,
    setPrefs,
    lock,
  }
}
