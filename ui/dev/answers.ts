import { caseworkAnswers } from './casework'
import { officeAnswers } from './office'
import { paperAnswers } from './papers'
import type { Answers } from './types'

/** Made-up answers by command: fictional people and places. */
export const answers: Answers = { ...officeAnswers, ...caseworkAnswers, ...paperAnswers }
