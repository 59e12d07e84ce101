import { mockIPC } from '@tauri-apps/api/mocks'
import { answers } from './answers'

/** Lets figures made up here answer in the program's place (development only). */
export function answerInTheProgramsPlace(): void {
  // The program freezes this too (tauri.conf.json); what cannot live with it shows here.
  Object.freeze(Object.prototype)
  mockIPC((command, args) => {
    const answer = answers[command]
    if (!answer) throw { code: 'DEV', message: `没有为 ${command} 准备答复。`, guidance: '' }
    return answer((args ?? {}) as Record<string, never>)
  })
}
