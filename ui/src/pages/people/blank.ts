/** Records as they stand before anything is known. */
import type { Circle, Id, Observation, Person, Relation, Unit } from '@/bindings'

/** A person of whom only the name is known. */
export function blankPerson(name: string, unit: Id | null = null): Person {
  return { name, sex: '未填', birth: '', unit, post: '', rank: '', duties: '', is_leader: false, remark: '' }
}

/** A unit of which only the name is known. */
export function blankUnit(name: string): Unit {
  return { name, short_name: '', parent: null, remark: '' }
}

/** A tie that starts from a person; unverified until somebody says otherwise. */
export function blankRelation(from: Id, circle: Circle = '社交圈'): Relation {
  return {
    from,
    to: '',
    kind: '',
    inverse: '',
    circle,
    since: '',
    until: '',
    source: '',
    reliability: '待核',
    remark: '',
  }
}

/** A note on a person's circle; unverified until somebody says otherwise. */
export function blankObservation(person: Id): Observation {
  return {
    person,
    circle: '社交圈',
    date: null,
    place: '',
    others: [],
    what: '',
    source: '',
    duty_basis: '',
    reliability: '待核',
    verified: '未核实',
  }
}
