/** What can be chosen in the records on people, in the order it is offered. */
import type { Circle, Reliability, Sex, Verification } from '@/bindings'

/** Circles. */
export const CIRCLES: readonly Circle[] = ['生活圈', '社交圈']
/** How far a source can be relied on, the surest first. */
export const RELIABILITIES: readonly Reliability[] = ['可靠', '较可靠', '待核', '存疑']
/** Whether something was checked. */
export const VERIFICATIONS: readonly Verification[] = ['未核实', '已核实', '查否']
/** Sexes as in the personnel file. */
export const SEXES: readonly Sex[] = ['未填', '男', '女']

/** Ties that are often recorded, with what the first is to the second. */
export const TIES: readonly { kind: string; inverse: string; circle: Circle }[] = [
  { kind: '配偶', inverse: '配偶', circle: '生活圈' },
  { kind: '父母', inverse: '子女', circle: '生活圈' },
  { kind: '子女', inverse: '父母', circle: '生活圈' },
  { kind: '兄弟姐妹', inverse: '兄弟姐妹', circle: '生活圈' },
  { kind: '亲戚', inverse: '亲戚', circle: '生活圈' },
  { kind: '邻居', inverse: '邻居', circle: '生活圈' },
  { kind: '同学', inverse: '同学', circle: '社交圈' },
  { kind: '战友', inverse: '战友', circle: '社交圈' },
  { kind: '同乡', inverse: '同乡', circle: '社交圈' },
  { kind: '同事', inverse: '同事', circle: '社交圈' },
  { kind: '上级', inverse: '下级', circle: '社交圈' },
  { kind: '下级', inverse: '上级', circle: '社交圈' },
  { kind: '秘书', inverse: '服务的领导', circle: '社交圈' },
  { kind: '商业往来', inverse: '商业往来', circle: '社交圈' },
  { kind: '服务对象', inverse: '管理服务人员', circle: '社交圈' },
]

/** Choices whose words are their values. */
export function optionsOf<T extends string>(values: readonly T[]): { value: T; label: T }[] {
  return values.map((value) => ({ value, label: value }))
}
