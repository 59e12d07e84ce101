/** What answers in the program's place, by command name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Answers = Record<string, (args: any) => unknown>

/** An answer to something saved. */
export const saved = (id: string | null) => ({ id: id ?? `new-${Math.random().toString(36).slice(2, 8)}`, saved_at: new Date().toTimeString().slice(0, 5) })

/** A record as the program hands it out. */
export const stored = <T>(id: string, record: T) => ({ id, record, changed_at: '2026-11-23T12:03:11', conflicts: [] as string[] })
