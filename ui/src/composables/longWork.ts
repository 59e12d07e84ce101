import { Channel } from '@tauri-apps/api/core'
import { reactive, readonly } from 'vue'
import { commands, type Progress } from '@/bindings'
import { attempt, call } from '@/errors'

/** A task of the program that takes its time: how far it is, and stopping it. */
export function useLongWork() {
  const state = reactive<{ running: boolean; stopping: boolean; at: Progress | null }>({ running: false, stopping: false, at: null })

  /** Runs the task; a failure goes to the error bar and gives `undefined`. */
  async function run<T>(task: (progress: Channel<Progress>) => Promise<T>): Promise<T | undefined> {
    const progress = new Channel<Progress>()
    progress.onmessage = (at) => {
      state.at = at
    }
    Object.assign(state, { running: true, stopping: false, at: null })
    const done = await call(task(progress))
    state.running = false
    return done
  }

  /** Asks the program to stop; the task ends by itself soon after. */
  async function stop(): Promise<void> {
    state.stopping = true
    if (!(await attempt(commands.stopWork())).ok) state.stopping = false
  }

  return { state: readonly(state), run, stop }
}
