/** Lists that are read page by page: the program says where the next one begins. */
import { computed, ref, watch, type Ref } from 'vue'

/** What the program answers for one page. */
export type Page = { total: number; next: string | null }

/** Pause in typing after which a changed filter is asked for, in milliseconds. */
const PAUSE = 200

/** A list of pages under a filter. */
export type Paging<P extends Page> = {
  page: Ref<P | null>
  /** Number of the page shown, from 1. */
  number: Ref<number>
  hasNext: Ref<boolean>
  hasPrevious: Ref<boolean>
  next: () => Promise<void>
  previous: () => Promise<void>
  /** Reads the page shown again. */
  again: () => Promise<void>
}

/**
 * Reads pages with `read`; whenever what `filter` gives has changed, from the
 * first page on. An answer that comes after a later question is dropped.
 */
export function usePaging<P extends Page>(filter: () => unknown, read: (after: string | null) => Promise<P | undefined>): Paging<P> {
  const page = ref<P | null>(null) as Ref<P | null>
  /** Where each page up to the shown one begins. */
  const starts = ref<(string | null)[]>([null])
  let asked = 0
  let pause: ReturnType<typeof setTimeout> | undefined

  async function show(wanted: (string | null)[]): Promise<void> {
    const mine = ++asked
    const found = await read(wanted.at(-1) ?? null)
    if (mine !== asked || !found) return
    starts.value = wanted
    page.value = found
  }

  watch(
    () => JSON.stringify(filter()),
    () => {
      clearTimeout(pause)
      pause = setTimeout(() => void show([null]), PAUSE)
    },
  )

  return {
    page,
    number: computed(() => starts.value.length),
    hasNext: computed(() => page.value !== null && page.value.next !== null),
    hasPrevious: computed(() => starts.value.length > 1),
    next: async () => {
      const after = page.value?.next
      if (after) await show([...starts.value, after])
    },
    previous: async () => {
      if (starts.value.length > 1) await show(starts.value.slice(0, -1))
    },
    again: () => show(starts.value),
  }
}
