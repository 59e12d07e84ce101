/** Tours and talks as they stand before anything is written into them. */
import type { Id, Interview, Tour } from '@/bindings'

/** A tour that is being planned. */
export function blankTour(title: string): Tour {
  return { title, purpose: '', units: [], from: null, until: null, team: [], planned: [], state: '计划' }
}

/** A talk that is being prepared; two of the tour's team hold it, as the rule asks. */
export function blankInterview(person: Id, tour: Id | null, team: readonly string[] = []): Interview {
  return {
    purpose: '个别谈话',
    tour,
    person,
    place: '',
    matter: '',
    started_at: null,
    ended_at: null,
    interviewers: team.slice(0, 2),
    recorder: team[1] ?? '',
    notices_read: false,
    woman_present: false,
    outline: [],
    state: '准备',
    closing: { read_back: false, corrections: '', signed: false, refusal: '' },
  }
}

/** Names typed in one line, however they are parted. */
export function namesOf(line: string): string[] {
  const names = line
    .split(/[\s、，,；;]+/u)
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return [...new Set(names)]
}

/** Local time as the program writes it: `2026-11-23T14:32:05`. */
export function localStamp(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  return `${day}T${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`
}

/** Hours and minutes of a local time: `14:32`. */
export function clockOf(stamp: string | null): string {
  return stamp?.slice(11, 16) ?? ''
}

/** How long something has lasted, `00:41`; the clocks of one machine, so never negative. */
export function elapsed(from: string | null, now: Date): string {
  if (!from) return '00:00'
  const minutes = Math.max(0, Math.floor((now.getTime() - new Date(from).getTime()) / 60_000))
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
