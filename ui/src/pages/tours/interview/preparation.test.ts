import { describe, expect, it } from 'vitest'
import { blankInterview } from '../blank'
import { stillToPrepare } from './preparation'

describe('stillToPrepare', () => {
  const ready = { ...blankInterview('P', null, ['甲某', '乙某']), notices_read: true }

  it('lets a talk begin that two people hold and that was opened properly', () => {
    expect(stillToPrepare(ready, '男')).toEqual([])
  })

  it('asks for two people and for the notices', () => {
    expect(stillToPrepare(blankInterview('P', null, ['甲某']), '男')).toEqual(['谈话人不少于两人', '告知权利和义务'])
  })

  it('asks for a woman present when a woman is talked to', () => {
    expect(stillToPrepare(ready, '女')).toEqual(['有女同志在场'])
    expect(stillToPrepare({ ...ready, woman_present: true }, '女')).toEqual([])
  })

  it('asks why somebody is admonished', () => {
    expect(stillToPrepare({ ...ready, purpose: '诫勉谈话', matter: ' ' }, '男')).toEqual(['写明诫勉事由'])
  })
})
