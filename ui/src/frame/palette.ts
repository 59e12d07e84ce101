import { computed, ref, watch } from 'vue'
import type { SearchHit } from '@/bindings'
import { isComposing } from '@/composables/composing'

/** Something the palette offers besides what is found in the archive. */
export type PaletteCommand = { name: string; /** Latin letters it is also found by. */ keys: string; path: string | null; /** What it does, when it leads nowhere. */ act?: 'lock' | 'undo' | 'redo' }

/** The pages, and what is done without one (path null). */
export const COMMANDS: readonly PaletteCommand[] = [
  { name: '工作台', keys: 'gongzuotai gzt', path: '/desk' },
  { name: '巡察谈话', keys: 'xunchatanhua xcth', path: '/tours' },
  { name: '会议记录', keys: 'huiyijilu hyjl', path: '/minutes' },
  { name: '人员与社交圈', keys: 'renyuanyushejiaoquan ryysjq ry', path: '/people' },
  { name: '问题线索', keys: 'wentixiansuo wtxs', path: '/findings' },
  { name: '文书', keys: 'wenshu ws', path: '/papers' },
  { name: '交换与备份', keys: 'jiaohuanyubeifen jhybf', path: '/exchange' },
  { name: '操作记录与回收', keys: 'caozuojiluyuhuishou czjlyhs huishou hs', path: '/journal' },
  { name: '设置', keys: 'shezhi sz', path: '/settings' },
  { name: '撤销上一步（Ctrl Z）', keys: 'chexiao cx', path: null, act: 'undo' },
  { name: '重做（Ctrl Shift Z）', keys: 'chongzuo cz', path: null, act: 'redo' },
  { name: '上锁', keys: 'shangsuo ss', path: null, act: 'lock' },
]

/** One line of the palette. */
export type PaletteLine = { kind: 'hit'; hit: SearchHit } | { kind: 'command'; command: PaletteCommand }

function matching(query: string): PaletteCommand[] {
  const text = query.trim().toLowerCase()
  if (text === '') return [...COMMANDS]
  return COMMANDS.filter((c) => c.name.includes(text) || c.keys.split(' ').some((key) => key.startsWith(text)))
}

/**
 * The state of the search palette: the query, what was found, which line is
 * chosen. `search` asks the program; an answer that comes after a later
 * question is dropped.
 */
export function usePalette(search: (query: string) => Promise<SearchHit[] | undefined>, open: (line: PaletteLine) => void, close: () => void, delay = 120) {
  const query = ref('')
  const hits = ref<SearchHit[]>([])
  const chosen = ref(0)
  const asked = ref('')
  let question = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const lines = computed<PaletteLine[]>(() => [
    ...hits.value.map((hit) => ({ kind: 'hit' as const, hit })),
    ...matching(query.value).map((command) => ({ kind: 'command' as const, command })),
  ])

  async function ask(text: string): Promise<void> {
    const mine = ++question
    const found = text === '' ? [] : await search(text)
    if (mine !== question || !found) return
    hits.value = found
    asked.value = text
    chosen.value = 0
  }

  watch(query, (text) => {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(text.trim()), delay)
    chosen.value = 0
  })

  function onKey(event: KeyboardEvent): void {
    if (isComposing(event)) return
    const count = lines.value.length
    switch (event.key) {
      case 'ArrowDown':
        if (count > 0) chosen.value = (chosen.value + 1) % count
        break
      case 'ArrowUp':
        if (count > 0) chosen.value = (chosen.value + count - 1) % count
        break
      case 'Enter': {
        const line = lines.value[chosen.value]
        if (line) open(line)
        break
      }
      case 'Escape':
        close()
        break
      default:
        return
    }
    event.preventDefault()
  }

  return { query, hits, lines, chosen, asked, onKey }
}
