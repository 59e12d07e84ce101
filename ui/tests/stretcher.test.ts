import { describe, expect, it } from 'vitest'
import { clockWords, unpack } from '@/pages/materials/player'
import { exportName, blankMaterial, shortHash } from '@/materials'
import { Stretcher } from '@/pages/materials/stretcher'
import { fitScale, nextScale, turned } from '@/pages/materials/picture'

const RATE = 8000

function tone(seconds: number, pitch: number): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, i) => 0.5 * Math.sin((2 * Math.PI * pitch * i) / RATE))
}
/** How often it rises through zero, a second. */
function pitchOf(sound: Float32Array): number {
  let rises = 0
  for (let i = 1; i < sound.length; i += 1) if ((sound[i - 1] ?? 0) < 0 && (sound[i] ?? 0) >= 0) rises += 1
  return (rises * RATE) / sound.length
}
function through(speed: number, input: Float32Array, bite: number): Float32Array {
  const stretcher = new Stretcher(speed, RATE, 1)
  const out: number[] = []
  for (let at = 0; at < input.length; at += bite) out.push(...(stretcher.push([input.slice(at, at + bite)])[0] ?? []))
  out.push(...(stretcher.push([], true)[0] ?? []))
  return Float32Array.from(out)
}

describe('speech faster and slower', () => {
  it.each([0.75, 1.25, 1.5, 2])('%s times: another length, the same pitch', (speed) => {
    const input = tone(4, 220)
    const out = through(speed, input, 3000)
    expect(Math.abs(out.length / RATE - 4 / speed)).toBeLessThan(0.1)
    expect(Math.abs(pitchOf(out) - 220)).toBeLessThan(6)
    const loud = out.slice(RATE / 2, RATE).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    expect(loud).toBeGreaterThan(0.4)
    expect(loud).toBeLessThan(0.6)
  })

  it('comes out the same in whatever bites it goes in', () => {
    const input = tone(1, 180)
    expect(through(1.5, input, 100)).toEqual(through(1.5, input, 8000))
  })
})

describe('what a viewer reckons', () => {
  it('takes samples apart', () => {
    const bytes = new Uint8Array([0, 0x80, 0xff, 0x7f, 0, 0, 0, 0x40]).buffer
    const [left, right] = unpack(bytes, 2)
    expect([...(left ?? [])]).toEqual([-1, 0])
    expect((right ?? [])[0]).toBeCloseTo(1)
    expect((right ?? [])[1]).toBe(0.5)
  })
  it('shows times as a clock does', () => {
    expect(clockWords(0)).toBe('00:00')
    expect(clockWords(125.9)).toBe('02:05')
    expect(clockWords(3723)).toBe('1:02:03')
  })
  it('fits and steps', () => {
    expect(fitScale({ width: 2000, height: 1000 }, { width: 500, height: 500 })).toBe(0.25)
    expect(fitScale({ width: 20, height: 10 }, { width: 500, height: 500 })).toBe(1)
    expect(turned({ width: 2, height: 3 }, 3)).toEqual({ width: 3, height: 2 })
    expect(nextScale(0.26, 1)).toBe(0.35)
    expect(nextScale(0.26, -1)).toBe(0.25)
    expect(nextScale(8, 1)).toBe(8)
  })
  it('names an exported file by its material and its ending', () => {
    const material = { ...blankMaterial('', null), name: '函询/回复', file: { sha256: '', size: 1, file_name: 'IMG_1.JPG' } }
    expect(exportName(material)).toBe('函询_回复.JPG')
    expect(exportName({ ...material, name: '回复.jpg' })).toBe('回复.jpg')
    expect(shortHash('0123456789abcdef'.repeat(4))).toBe('01234567…89abcdef')
  })
})
