/** What can be chosen in a finding, in the order it is offered. */
import type { Aspect, Disposition, Proof } from '@/bindings'

/** The seven aspects of an inquiry (rule `inquiry.aspects`). */
export const ASPECTS: readonly Aspect[] = ['政治思想', '履行职责', '工作作风', '道德品质', '廉政勤政', '组织纪律', '其他']
/** How far something is proved. */
export const PROOFS: readonly Proof[] = ['待核实', '部分印证', '已印证', '查否']
/** The four ways of handling a clue, before them that none is chosen. */
export const DISPOSITIONS: readonly Disposition[] = ['未定', '谈话函询', '初步核实', '暂存待查', '予以了结']

/** The tone of a state of proof: what is not checked stands out. */
export function proofTone(proof: Proof): 'plain' | 'pine' | 'amber' {
  if (proof === '已印证') return 'pine'
  return proof === '待核实' ? 'amber' : 'plain'
}
