/** Findings and statements as they stand before anything is written into them. */
import type { Finding, Id, Statement } from '@/bindings'

/** A finding that says nothing yet; to be checked, not decided. */
export function blankFinding(title: string, person: Id, tour: Id | null = null): Finding {
  return {
    title,
    person,
    tour,
    aspect: '履行职责',
    facts: '',
    question: '',
    proof: '待核实',
    disposition: '未定',
    disposition_reason: '',
  }
}

/** A statement of the person concerned, made on this day. */
export function blankStatement(finding: Id, date: string): Statement {
  return { finding, date, form: '书面', text: '' }
}
