/** What must be settled before a talk may begin, in words. */
import type { Interview, Sex } from '@/bindings'

/**
 * What is still missing (rules `talk.two` and `talk.record`: at least two
 * people hold a talk, a woman is talked to with a woman present). The program
 * checks the same again when the talk is closed.
 */
export function stillToPrepare(
  interview: Pick<Interview, 'interviewers' | 'notices_read' | 'woman_present' | 'purpose' | 'matter'>,
  sex: Sex,
): string[] {
  const missing: string[] = []
  if (interview.interviewers.length < 2) missing.push('谈话人不少于两人')
  if (!interview.notices_read) missing.push('告知权利和义务')
  if (sex === '女' && !interview.woman_present) missing.push('有女同志在场')
  if (interview.purpose === '诫勉谈话' && interview.matter.trim() === '') missing.push('写明诫勉事由')
  return missing
}
