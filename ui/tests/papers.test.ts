import { expect, test } from 'vitest'
import type { Paper } from '@/bindings'
import { drawingOrder } from '@/pages/papers/drawingOrder'
import { fileName, wayOf } from '@/pages/papers/kinds'
import { stepsOf } from '@/pages/papers/steps'

const paper = (over: Partial<Paper>): Paper => ({
  kind: '函询通知书', state: '草稿', person: 'p', interview: null, title: '', number: null, date: null, opening: '', items: [], closing: '', reply_days: 15, attachments: [], cc: [],
  contact: '', phone: '', approved_by: '', approved_on: null, issued: null, served_on: null, replied_on: null, reply: '', closed_on: null, outcome: '', ...over,
})
const names = (over: Partial<Paper>) => stepsOf(paper(over)).map((step) => step.name)

test('each state offers the steps that follow it', () => {
  expect(names({ state: '草稿' })).toEqual([])
  expect(names({ state: '已签发' })).toEqual(['登记送达'])
  expect(names({ state: '已送达' })).toEqual(['登记回复', '办结'])
  expect(names({ state: '已回复' })).toEqual(['办结'])
  expect(names({ state: '已办结' })).toEqual([])
})

test('an admonition is not answered, a record of a talk is not served', () => {
  expect(names({ kind: '诫勉书', state: '已送达' })).toEqual(['办结'])
  expect(names({ kind: '诫勉谈话记录', state: '已签发' })).toEqual(['办结'])
})

test('the way names only what has happened', () => {
  expect(wayOf(paper({})).map((w) => w.state)).toEqual(['草稿'])
  const way = wayOf(paper({ state: '已办结', date: '2026-11-05', served_on: '2026-11-06', closed_on: '2026-12-01' }))
  expect(way.map((w) => w.state)).toEqual(['草稿', '已签发', '已送达', '已办结'])
  expect(way.at(-1)?.date).toBe('2026-12-01')
})

test('a suggested file name is one a file system takes', () => {
  expect(fileName('示组函〔2026〕7号', '关于“甲/乙”的函?')).toBe('示组函〔2026〕7号 关于“甲乙”的函')
  expect(fileName('', '函询')).toBe('草稿 函询')
})

test('every page is drawn once, the one looked at first', () => {
  expect(drawingOrder(4, 0)).toEqual([1, 2, 3, 4])
  expect(drawingOrder(4, 2.6)).toEqual([3, 4, 1, 2])
  expect(drawingOrder(2, 9)).toEqual([2, 1])
  expect(drawingOrder(0, 0)).toEqual([])
})
