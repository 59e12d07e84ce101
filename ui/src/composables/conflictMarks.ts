import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { Id } from '@/bindings'

/** The fields of the record on the page that two people changed apart, by the words on their labels. */
type Marks = { id: Id; labels: ReadonlySet<string> }
const KEY: InjectionKey<ComputedRef<Marks | null>> = Symbol('conflict marks')

/** Has every labelled control below mark itself while its field waits for a decision. */
export function markConflicts(
  record: () => { id: Id; conflicts: readonly string[] } | null | undefined,
  labels: Readonly<Record<string, string>>,
): void {
  provide(
    KEY,
    computed(() => {
      const now = record()
      if (!now || now.conflicts.length === 0) return null
      return { id: now.id, labels: new Set(now.conflicts.map((field) => labels[field] ?? '')) }
    }),
  )
}

/** Where the decision on the field with this label is made; null while nothing is open. */
export function conflictOf(label: () => string): ComputedRef<string | null> {
  const marks = inject(KEY, null)
  return computed(() => (marks?.value?.labels.has(label()) ? `/conflicts/${marks.value.id}` : null))
}
