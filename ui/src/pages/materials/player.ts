/**
 * Plays a recording from samples that the program decodes: a few seconds are
 * asked for at a time and laid end to end on the sound card's own clock, so
 * that hours cost no more memory than seconds and no codec of the system is needed.
 */
import { invoke } from '@tauri-apps/api/core'
import { commands, type Id, type SoundView } from '@/bindings'
import { Stretcher } from './stretcher'

/** Seconds asked for at once, and how far ahead of the ear one asks. */
const BITE = 4
const AHEAD = 8
/** How often it is looked whether more is needed, milliseconds. */
const LOOK = 200

/** What the player tells. */
export type Heard = { playing: boolean; position: number; length: number | null; fault: unknown }

/** Samples as the program gives them, a row a channel, between -1 and 1. */
export function unpack(bytes: ArrayBuffer, channels: number): Float32Array<ArrayBuffer>[] {
  const view = new DataView(bytes)
  const frames = Math.floor(bytes.byteLength / 2 / channels)
  return Array.from({ length: channels }, (_, channel) => Float32Array.from({ length: frames }, (_, i) => view.getInt16((i * channels + channel) * 2, true) / 32768))
}

/** One recording. */
export class Player {
  private context: AudioContext | null = null
  private facts: SoundView | null = null
  private sources = new Set<AudioBufferSourceNode>()
  private timer: ReturnType<typeof setInterval> | undefined
  private stretcher: Stretcher | null = null
  /** Goes up when one jumps: what was asked for before is no longer wanted. */
  private turn = 0
  private asking = false
  /** The next frame to ask for; where on the card's clock its sound belongs. */
  private frame = 0
  private due = 0
  /** The recording's seconds that sounded at `anchor` on the card's clock. */
  private base = 0
  private anchor = 0
  private ended = false
  private speed = 1
  private heard: Heard = { playing: false, position: 0, length: null, fault: null }

  constructor(
    private readonly id: Id,
    private readonly tell: (heard: Heard) => void,
  ) {}

  /** Opens it; throws what the program says when it cannot be played. */
  async open(): Promise<void> {
    this.facts = await commands.openSound(this.id)
    const { frames, rate } = this.facts
    this.say({ length: frames === null ? null : frames / rate })
  }

  /** Seconds now. */
  get position(): number {
    if (!this.heard.playing || !this.context) return this.base
    const now = this.base + Math.max(0, this.context.currentTime - this.anchor) * this.speed
    return this.heard.length === null ? now : Math.min(now, this.heard.length)
  }

  /** The card's clock, to see whether it goes at all; nothing before the first sound. */
  get clock(): number | null {
    return this.context?.currentTime ?? null
  }

  /** Begins to sound. */
  async play(): Promise<void> {
    if (!this.facts || this.heard.playing) return
    this.context ??= new AudioContext()
    const turn = this.turn
    await this.context.resume()
    // Paused, moved or closed while the sound card woke up.
    if (turn !== this.turn || this.heard.playing) return
    if (this.heard.length !== null && this.base >= this.heard.length - 0.05) this.base = 0
    this.begin()
    this.say({ playing: true, fault: null })
    this.timer ??= setInterval(() => void this.look(), LOOK)
    await this.look()
  }

  /** Falls silent where it is. */
  pause(): void {
    this.base = this.position
    this.silence()
    this.say({ playing: false, position: this.base })
  }

  /** Goes to a second of the recording. */
  async seek(seconds: number): Promise<void> {
    const playing = this.heard.playing
    this.base = Math.max(0, Math.min(seconds, this.heard.length ?? seconds))
    if (playing) {
      this.silence()
      this.begin()
      this.timer = setInterval(() => void this.look(), LOOK)
    }
    this.say({ position: this.base })
    if (playing) await this.look()
  }

  /** Changes how fast it sounds, at its own pitch. */
  async setSpeed(speed: number): Promise<void> {
    const at = this.position
    this.speed = speed
    await this.seek(at)
  }

  /** Ends it for good. */
  close(): void {
    this.silence()
    void this.context?.close()
    this.context = null
    this.facts = null
  }

  private begin(): void {
    if (!this.context || !this.facts) return
    this.turn += 1
    this.frame = Math.floor(this.base * this.facts.rate)
    // A little later than now: the first sound is still to be asked for.
    this.anchor = this.context.currentTime + 0.15
    this.due = this.anchor
    this.ended = false
    this.stretcher = this.speed === 1 ? null : new Stretcher(this.speed, this.facts.rate, this.facts.channels)
  }

  private silence(): void {
    this.turn += 1
    clearInterval(this.timer)
    this.timer = undefined
    for (const source of this.sources) source.stop()
    this.sources.clear()
  }

  private async look(): Promise<void> {
    const { context, facts } = this
    if (!context || !facts || !this.heard.playing) return
    this.say({ position: this.position })
    if (this.ended && context.currentTime >= this.due) {
      const end = this.position
      this.silence()
      // Where the file said nothing of its length, it is known now.
      this.base = this.heard.length ?? end
      this.say({ playing: false, position: this.base, length: this.heard.length ?? end })
      return
    }
    if (this.asking || this.ended || this.due - context.currentTime > AHEAD) return
    this.asking = true
    const turn = this.turn
    try {
      const bytes = await invoke<ArrayBuffer>('sound_stretch', { id: this.id, from: this.frame, frames: BITE * facts.rate })
      if (turn === this.turn) this.lay(unpack(bytes, facts.channels), context, facts)
    } catch (thrown) {
      if (turn === this.turn) {
        this.pause()
        this.say({ fault: thrown })
      }
    } finally {
      this.asking = false
    }
  }

  private lay(rows: Float32Array<ArrayBuffer>[], context: AudioContext, facts: SoundView): void {
    const taken = rows[0]?.length ?? 0
    this.frame += taken
    this.ended = taken === 0
    const out = this.stretcher ? this.stretcher.push(rows, this.ended) : rows
    const length = out[0]?.length ?? 0
    if (length === 0) return
    // What came too late moves the rest along, and the shown position with it.
    const late = context.currentTime - this.due
    if (late > 0) {
      this.anchor += late
      this.due += late
    }
    const buffer = context.createBuffer(facts.channels, length, facts.rate)
    out.forEach((row, channel) => buffer.copyToChannel(row, channel))
    const source = context.createBufferSource()
    source.buffer = buffer
    source.connect(context.destination)
    source.onended = () => this.sources.delete(source)
    source.start(this.due)
    this.sources.add(source)
    this.due += length / facts.rate
  }

  private say(news: Partial<Heard>): void {
    this.heard = { ...this.heard, ...news }
    this.tell(this.heard)
  }
}

/** Seconds as a clock shows them: 1:02:03 or 2:03. */
export function clockWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}
