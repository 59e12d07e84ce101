import { describe, expect, it } from 'vitest'
import { cycleRole, entryAction, followingRole, type KeyPress } from './entryKeys'

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    shiftKey: false,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    isComposing: false,
    keyCode: 0,
    ...more,
  }
}

describe('entryAction', () => {
  it('takes the turn on Enter and breaks the line on Shift Enter', () => {
    expect(entryAction(press('Enter'), '没有投票。')).toBe('next')
    expect(entryAction(press('Enter', { shiftKey: true }), '没有投票。')).toBe('pass')
  })

  it('takes no empty turn', () => {
    expect(entryAction(press('Enter'), '')).toBe('hold')
    expect(entryAction(press('Enter'), ' \n')).toBe('hold')
  })

  it.each([
    ['by the event', press('Enter', { isComposing: true }), false],
    ['by the key code', press('Enter', { keyCode: 229 }), false],
    ['by the box itself', press('Enter'), true],
  ])('leaves every key to the input method while it composes, told %s', (_, event, composing) => {
    expect(entryAction(event, '没有', composing)).toBe('pass')
    expect(entryAction({ ...event, key: 'Tab' }, '没有', composing)).toBe('pass')
    expect(entryAction({ ...event, key: 'ArrowUp' }, '', composing)).toBe('pass')
  })

  it('switches the speaker on Tab and lets Shift Tab leave the box', () => {
    expect(entryAction(press('Tab'), '话')).toBe('role')
    expect(entryAction(press('Tab', { shiftKey: true }), '话')).toBe('pass')
  })

  it('goes back into the last turn only from an empty box', () => {
    expect(entryAction(press('ArrowUp'), '')).toBe('edit-last')
    expect(entryAction(press('ArrowUp'), '话')).toBe('pass')
  })

  it('leaves commands of the program alone', () => {
    expect(entryAction(press('Enter', { ctrlKey: true }), '话')).toBe('pass')
  })
})

describe('roles', () => {
  it('goes round', () => {
    expect(cycleRole('问')).toBe('答')
    expect(cycleRole('答')).toBe('记')
    expect(cycleRole('记')).toBe('问')
  })

  it('follows the talk: question, answer, question; after a note whose turn it was', () => {
    expect(followingRole('问', '问')).toBe('答')
    expect(followingRole('答', '问')).toBe('问')
    expect(followingRole('记', '答')).toBe('答')
    expect(followingRole('记', '记')).toBe('问')
  })
})
