import { describe, expect, it } from 'vitest'
import { blankInterview, clockOf, elapsed, localStamp, namesOf } from './blank'

describe('names', () => {
  it('reads them however they are parted, each once', () => {
    expect(namesOf('甲某、乙某，丙某 甲某')).toEqual(['甲某', '乙某', '丙某'])
    expect(namesOf(' 、')).toEqual([])
  })

  it('proposes two people of the team for a talk', () => {
    const talk = blankInterview('P', 'T', ['甲某', '乙某', '丙某'])
    expect(talk.interviewers).toEqual(['甲某', '乙某'])
    expect(talk.recorder).toBe('乙某')
    expect(blankInterview('P', null, ['甲某']).recorder).toBe('')
  })
})

describe('times', () => {
  const now = new Date(2026, 10, 23, 15, 13, 7)

  it('writes local time', () => {
    expect(localStamp(now)).toBe('2026-11-23T15:13:07')
    expect(clockOf('2026-11-23T15:13:07')).toBe('15:13')
    expect(clockOf(null)).toBe('')
  })

  it('says how long a talk has lasted, never less than nothing', () => {
    expect(elapsed('2026-11-23T14:32:05', now)).toBe('00:41')
    expect(elapsed('2026-11-23T13:12:00', now)).toBe('02:01')
    expect(elapsed('2026-11-23T15:14:00', now)).toBe('00:00')
    expect(elapsed(null, now)).toBe('00:00')
  })
})
