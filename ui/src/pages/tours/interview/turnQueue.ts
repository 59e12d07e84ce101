/**
 * Saves turns one after the other, in the order in which they were spoken,
 * without ever keeping the writer waiting and without ever saving one turn
 * twice: a turn that is still growing may be on its way to the archive when
 * it grows again.
 */
import type { Id, Role } from '@/bindings'

/** What the archive answers when it has taken a turn. */
export type Taken = { id: Id; savedAt: string }

/** How the queue reaches the archive. */
export type TurnPort = {
  save(id: Id | null, role: Role, text: string): Promise<Taken>
  remove(id: Id): Promise<void>
}

/** What the queue tells about a turn. */
export type TurnNews =
  | { key: string; state: 'saving' }
  | { key: string; state: 'saved'; taken: Taken }
  | { key: string; state: 'removed' }
  /** It was not taken out: the archive refuses, for example because it is cited. */
  | { key: string; state: 'kept'; reason: unknown }
  | { key: string; state: 'failed'; reason: unknown }

type Slot = { id: Id | null; role: Role; text: string; changed: number; saved: number; gone: boolean }

/** The queue; `key` is the window's own name for a turn, known before its id is. */
export class TurnQueue {
  private readonly slots = new Map<string, Slot>()
  private running: Promise<boolean> | null = null

  constructor(
    private readonly port: TurnPort,
    private readonly tell: (news: TurnNews) => void,
  ) {}

  /** A turn that the archive has already. */
  know(key: string, id: Id, role: Role, text: string): void {
    if (!this.slots.has(key)) {
      this.slots.set(key, { id, role, text, changed: 0, saved: 0, gone: false })
    }
  }

  /** The turn's words as they stand now; the last ones win. */
  put(key: string, role: Role, text: string): Promise<boolean> {
    const slot = this.slots.get(key)
    if (!slot) {
      this.slots.set(key, { id: null, role, text, changed: 1, saved: 0, gone: false })
    } else if (slot.role !== role || slot.text !== text) {
      slot.role = role
      slot.text = text
      slot.changed += 1
    }
    return this.flush()
  }

  /** Takes a turn out, whether or not it was saved yet. */
  drop(key: string): Promise<boolean> {
    const slot = this.slots.get(key)
    if (slot) {
      slot.gone = true
      slot.changed += 1
    }
    return this.flush()
  }

  /** The archive's id of a turn, once it has one. */
  idOf(key: string): Id | null {
    return this.slots.get(key)?.id ?? null
  }

  /** Whether something is still only in the window. */
  get pending(): boolean {
    return [...this.slots.values()].some((slot) => slot.changed !== slot.saved)
  }

  /** Saves what is waiting; tells whether everything is in the archive now. */
  flush(): Promise<boolean> {
    if (!this.pending) return this.running ?? Promise.resolve(true)
    this.running ??= this.run()
    return this.running
  }

  private async run(): Promise<boolean> {
    for (;;) {
      const next = [...this.slots].find(([, slot]) => slot.changed !== slot.saved)
      if (!next) {
        // Cleared here and not after the promise: what is put a moment later
        // must start a run of its own.
        this.running = null
        return true
      }
      const [key, slot] = next
      const version = slot.changed
      this.tell({ key, state: 'saving' })
      try {
        if (slot.gone) {
          if (slot.id !== null) await this.port.remove(slot.id)
          this.slots.delete(key)
          this.tell({ key, state: 'removed' })
        } else {
          const taken = await this.port.save(slot.id, slot.role, slot.text)
          slot.id = taken.id
          slot.saved = version
          this.tell({ key, state: 'saved', taken })
        }
      } catch (reason) {
        if (slot.gone) {
          // A refusal would only be repeated: the turn stays, and is said to.
          slot.gone = false
          slot.saved = version
          this.tell({ key, state: 'kept', reason })
          continue
        }
        // Keep everything and keep the order; the next change or the user's
        // retry tries again from this turn on.
        this.running = null
        this.tell({ key, state: 'failed', reason })
        return false
      }
    }
  }
}
