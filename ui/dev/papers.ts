import type { Paper, PaperRow, PaperView } from '@/bindings'
import { due } from './office'
import { saved, stored, type Answers } from './types'

const blank: Paper = {
  kind: '函询通知书', state: '草稿', person: 'p1', interview: null, title: '关于请王𬱖同志说明有关问题的函询通知书', number: null, date: null, opening: '',
  items: [
    { finding: 'f1', heading: '第23次党委会到会人数和表态方式', text: '2025年11月3日，你主持召开第23次党委会，研究7名同志的任免事项。应到会成员9人，实到会成员5人；其中3人未发表明确意见。请说明会议是否符合到会人数的要求。' },
    { finding: null, heading: '接受宴请的时间、地点和费用', text: '请说明2025年中秋节前后有无接受管理服务对象宴请，费用由谁支付。' },
  ],
  closing: '', reply_days: 15, attachments: ['函询说明真实性承诺书'], cc: [], contact: '丙某', phone: '0000-1234567', approved_by: '', approved_on: null,
  issued: null, served_on: null, replied_on: null, reply: '', closed_on: null, outcome: '',
}
const records: Record<string, Paper> = {
  w1: blank,
  w2: { ...blank, person: 'p2', title: '关于请丁某同志说明有关问题的函询通知书', state: '已送达', number: { code: '示组函', year: 2026, sequence: 5 }, date: '2026-10-28', approved_by: '部领导辛某', approved_on: '2026-10-27', served_on: '2026-10-29', issued: { pdf: { sha256: 'ab', size: 81234, file_name: '示组函〔2026〕5号.pdf' }, pages: 2 } },
  w3: { ...blank, kind: '个别谈话记录', title: '个别谈话记录', interview: 'i1', items: [] },
  w4: { ...blank, kind: '诫勉书', title: '诫勉书', state: '已签发', number: { code: '示组诫', year: 2026, sequence: 2 }, date: '2026-07-08' },
}
const names: Record<string, string> = { p1: '王𬱖', p2: '丁某' }
const rows = (): PaperRow[] =>
  Object.entries(records).map(([id, r]) => ({
    id, kind: r.kind, title: r.title, number: r.number ? `${r.number.code}〔${r.number.year}〕${r.number.sequence}号` : '', person: { id: r.person, name: names[r.person] ?? '', detail: '示例区住建局' },
    state: r.state, date: r.date, due: r.state === '已送达' ? due('逾期2个工作日', '11月19日到期', 'overdue') : null,
  }))
const checks = (paper: Paper) => [
  ...(paper.approved_by ? [] : [{ level: '必须' as const, code: 'inquiry.approval', message: '没有填写批准人和批准日期。', source: '《关于组织人事部门对领导干部进行提醒、函询和诫勉的实施细则》第九条' }]),
  { level: '提醒' as const, code: 'paper.annex', message: '“附件：函询说明真实性承诺书”已列出，请随信附上。', source: '' },
]

export const paperAnswers: Answers = {
  papers: rows,
  paper: ({ id }): PaperView => {
    const r = records[id]!
    return {
      paper: stored(id, r),
      person: { id: r.person, name: names[r.person] ?? '', sex: '男', birth: '1974-08', unit_name: '示例区住房和城乡建设局', post: '局长', duties: '主持全面工作', is_leader: true, interviews: 1, mentions: 4 },
      number: rows().find((row) => row.id === id)!.number, checks: r.state === '草稿' ? checks(r) : [], number_note: null, due: rows().find((row) => row.id === id)!.due,
      findings: [{ id: 'f1', title: '第23次党委会到会人数和表态方式', person: { id: 'p1', name: '王𬱖', detail: '' }, aspect: '组织纪律', proof: '部分印证', disposition: '谈话函询', citations: 3, has_statement: true }],
      statements: [stored('st1', { finding: 'f1', date: '2026-11-21', form: '当面', text: '当天有4人请假，会前电话征求过意见，没有来得及补记。' })],
    }
  },
  draft_paper: ({ kind, person }) => {
    records.w9 = { ...blank, kind, person, title: kind }
    return saved('w9')
  },
  save_paper: ({ id, paper }) => ((records[id] = paper), saved(id)),
  check_paper: ({ paper }) => checks(paper),
  preview_paper: async () => (await fetch('/dev/letter.pdf')).arrayBuffer(),
  suggest_number: ({ date }) => ({ code: '示组函', year: Number(date.slice(0, 4)), sequence: 8 }),
  issue_paper: ({ id, number, date }) => ((records[id] = { ...records[id]!, state: '已签发', number, date, issued: { pdf: { sha256: '', size: 80000, file_name: '' }, pages: 2 } }), saved(id)),
  serve_paper: ({ id, date }) => ((records[id] = { ...records[id]!, state: '已送达', served_on: date }), saved(id)),
  reply_paper: ({ id, date, reply }) => ((records[id] = { ...records[id]!, state: '已回复', replied_on: date, reply }), saved(id)),
  close_paper: ({ id, date, outcome }) => ((records[id] = { ...records[id]!, state: '已办结', closed_on: date, outcome }), saved(id)),
  export_paper: ({ path }) => ({ path, pages: 2, bytes: 81234 }),
}
