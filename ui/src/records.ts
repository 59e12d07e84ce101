import type { Organ, Supervisor } from '@/bindings'

/** A supervisor of whom nothing is written yet. */
export function blankSupervisor(): Supervisor {
  return {
    name: '',
    sex: '未填',
    post: '',
    phone: '',
    certificate_no: '',
    receiving_code: '',
    appointment: { issued_by: '', document_no: '', scope: '', from: null, until: null },
  }
}

/** An organ of which nothing is written yet. */
export function blankOrgan(): Organ {
  return { full_name: '', short_name: '', code: '', address: '', contact: '', phone: '', classified_machine: false }
}
