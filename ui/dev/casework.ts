import type { Finding, Interview, MinutesDocument, Observation, Person, PersonCard, Role, Tour, Turn, TurnView } from '@/bindings'
import { saved, stored, type Answers } from './types'

const person = (name: string, post: string, sex: Person['sex'] = '男'): Person => ({ name, sex, birth: '1974-08', unit: 'u1', post, rank: '', duties: '工程招标', is_leader: true, remark: '' })
const people: Record<string, Person> = { p1: person('王𬱖', '局长'), p2: person('丁某', '副局长'), p3: person('戊某', '副局长', '女'), p4: person('庚某', '科长') }
const card = (id: string): PersonCard => ({ id, name: people[id]!.name, sex: people[id]!.sex, birth: '1974年8月', unit_name: '示例区住房和城乡建设局', post: people[id]!.post, duties: people[id]!.duties, is_leader: true, interviews: 1, mentions: 4 })
const named = (id: string) => ({ id, name: people[id]!.name, detail: `示例区住建局　${people[id]!.post}` })

const tour: Tour = { title: '示例区住建局选人用人专项督查', purpose: '了解2025年以来选人用人情况', units: ['u1'], from: '2026-11-19', until: '2026-11-27', team: ['甲某', '乙某'], planned: ['p1', 'p2', 'p3'], state: '进行中' }
const interview: Interview = {
  purpose: '个别谈话', tour: 'r1', person: 'p3', place: '示例区住建局二楼会议室', matter: '选人用人、工程招标', started_at: '2026-11-23T14:32:00', ended_at: null, interviewers: ['甲某', '乙某'], recorder: '乙某', notices_read: true, woman_present: true,
  outline: [{ text: '一、履职情况', done: true }, { text: '二、到会人数和表态', done: false }, { text: '三、会前材料和纪委意见', done: false }],
  state: '进行中', closing: { read_back: false, corrections: '', signed: false, refusal: '' },
}
const says: [Role, string][] = [
  ['问', '去年11月3日研究7名同志任免的党委会，你参加了吗？'],
  ['答', '参加了。那天来的人不多，应到9人，实际到了5个，王书记说时间紧，先定下来。'],
  ['问', '每个人都表态了吗？怎么表决的？'],
  ['答', '没有逐个说。王书记先讲了意见，问大家有没有不同看法，没人吭声，就算通过了。没有投票。'],
  ['记', '出示会议记录第3页复印件，戊某辨认后说“记录上写的全体同意，和当时不一样”。'],
]
const turns: TurnView[] = says.map(([role, text], i) => ({ id: `t${i + 1}`, record: { interview: 'i1', order: `a${i}`, role, text, at: `2026-11-23T15:0${i}:00` } satisfies Turn, number: i + 1, time: `15:0${i}`, cited: i === 1 ? 1 : 0, late: false }))
const interviewRow = { id: 'i1', person: named('p3'), when: '11月23日 14:32', place: '二楼会议室', purpose: '个别谈话', state: '进行中', turns: 5 }
const minutes: MinutesDocument = { title: '第23次党委会会议记录', unit: 'u1', tour: 'r1', meeting_date: '2025-11-03', expected: 9, present: 5, format: 'docx', encoding: null, original: { sha256: 'ab', size: 20480, file_name: '第23次党委会.docx' }, warnings: ['文件里的1张图片没有读入，原件仍完整保存。'], imported_at: '2026-11-20T09:12:00', read: false }
const minutesRow = { id: 'm1', title: minutes.title, date: '2025-11-03', unit_name: '示例区住建局', format: 'docx', paragraphs: 400, passages: 1, read: false }
const lines = ['第23次党委会会议记录', '时间：2025年11月3日上午9时　地点：三楼会议室', '出席：王𬱖、丁某、戊某等5人', '一、研究7名同志的任免事项。', '王𬱖同志主持会议，介绍拟任人选情况。', '经讨论，全体同意。']
const passage = { id: 'x1', record: { document: 'm1', from_paragraph: 'g6', from_char: 0, to_paragraph: 'g6', to_char: 9, quote: '经讨论，全体同意。', page: 3, tags: ['表决'], remark: '与谈话不一致' }, document_title: minutes.title, place: '会议记录第3页', cited: 1 }
const finding: Finding = { title: '第23次党委会到会人数和表态方式', person: 'p1', tour: 'r1', aspect: '组织纪律', facts: '应到9人，实到5人，未逐一表态。', question: '请说明会议是否符合到会人数的要求。', proof: '部分印证', disposition: '谈话函询', disposition_reason: '' }
const findingRow = { id: 'f1', title: finding.title, person: named('p1'), aspect: finding.aspect, proof: finding.proof, disposition: finding.disposition, citations: 2, has_statement: true }
const observation: Observation = { person: 'p1', circle: '社交圈', date: '2025-09-20', place: '示例饭店', others: ['某公司负责人Z'], what: '中秋节前与管理服务对象聚餐', source: '群众反映', duty_basis: '核实廉洁自律情况', reliability: '存疑', verified: '未核实' }

export const caseworkAnswers: Answers = {
  tours: () => [{ id: 'r1', title: tour.title, dates: '11月19日至11月27日', state: '进行中', units: '示例区住建局', talked: 7, planned: 11 }],
  tour: () => ({ tour: stored('r1', tour), units: [{ id: 'u1', name: '示例区住房和城乡建设局', detail: '' }], people: [{ person: named('p1'), interview: null }, { person: named('p3'), interview: 'i1' }], interviews: [interviewRow], minutes: [minutesRow] }),
  save_tour: ({ id }) => saved(id),
  save_interview: ({ id, interview: now }) => (Object.assign(interview, now), saved(id ?? 'i1')),
  interview: () => ({ interview: stored('i1', interview), tour: { id: 'r1', name: tour.title, detail: '' }, person: card('p3'), turns, earlier: [{ ...interviewRow, id: 'i0', when: '11月20日 09:00', state: '已结束' }], passages: [passage], checks: [{ level: '必须', code: 'talk.read-back', message: '还没有请本人核对记录。', source: '' }] }),
  save_turn: ({ id, role, text, after }) => {
    const found = turns.find((t) => t.id === id)
    const turn = found ?? { id: `t${turns.length + 1}`, record: { interview: 'i1', order: `b${turns.length}`, role, text, at: '2026-11-23T15:10:00' }, number: turns.length + 1, time: '15:10', cited: 0, late: false }
    turn.record = { ...turn.record, role, text }
    if (!found) turns.splice(after ? turns.findIndex((t) => t.id === after) + 1 : turns.length, 0, turn)
    return { turn, saved_at: saved('').saved_at }
  },
  remove_turn: ({ id }) => (turns.splice(turns.findIndex((t) => t.id === id), 1), saved(id)),
  close_interview: ({ id, closing }) => (Object.assign(interview, { state: '已结束', closing }), saved(id)),
  minutes_list: () => [minutesRow],
  import_minutes: () => saved('m1'),
  minutes_document: () => ({ document: stored('m1', minutes), unit_name: '示例区住建局', paragraphs: Array.from({ length: 400 }, (_, i) => ({ id: `g${i + 1}`, page: Math.floor(i / 8) + 1, kind: i === 0 ? '标题' : '正文', text: lines[i % 6]! })), passages: [passage] }),
  save_minutes: ({ id }) => saved(id),
  find_in_minutes: ({ query }) => Array.from({ length: 400 }, (_, i) => ({ paragraph: `g${i + 1}`, at: lines[i % 6]!.indexOf(query) })).filter((f) => f.at >= 0).map((f) => ({ paragraph: f.paragraph, ranges: [[f.at, f.at + query.length]] })),
  add_passage: () => saved(null),
  remove_passage: ({ id }) => saved(id),
  units: () => [stored('u1', { name: '示例区住房和城乡建设局', short_name: '示例区住建局', parent: null, remark: '' })],
  save_unit: ({ id }) => saved(id),
  people: () => Object.keys(people).map((id) => ({ id, name: people[id]!.name, post: people[id]!.post, unit_name: '示例区住建局', is_leader: true, relations: 2, observations: 1, findings: 1 })),
  person: ({ id }) => ({
    person: stored(id, people[id]), unit_name: '示例区住房和城乡建设局',
    relations: [{ id: 'e1', record: { from: 'p1', to: 'p2', kind: '同学', inverse: '同学', circle: '社交圈', since: '1992', until: '', source: '干部档案', reliability: '可靠', remark: '' }, other: named('p2'), outgoing: true, words: '同学' }],
    observations: [stored('ob1', observation)], interviews: [interviewRow], findings: [findingRow], papers: [], mentions: 4, others: [],
  }),
  save_person: ({ id, person: now }) => {
    const key = id ?? `p${Object.keys(people).length + 1}`
    people[key] = now
    return saved(key)
  },
  save_relation: ({ id }) => saved(id),
  save_observation: ({ id }) => saved(id),
  circle: () => ({
    nodes: Object.keys(people).map((id, i) => ({ id, label: people[id]!.name, detail: people[id]!.post, kind: 'person', depth: Math.min(i, 2), position: null })),
    edges: [{ id: 'e1', from: 'p1', to: 'p2', label: '同学', circle: '社交圈', reliability: '可靠' }, { id: 'e2', from: 'p1', to: 'p3', label: '配偶的同事', circle: '生活圈', reliability: '较可靠' }, { id: 'e3', from: 'p2', to: 'p4', label: '商业往来', circle: '社交圈', reliability: '存疑' }],
  }),
  save_positions: ({ id }) => saved(id),
  retract: ({ id }) => saved(id),
  restore: ({ id }) => saved(id),
  findings: () => [findingRow],
  finding: () => ({
    finding: stored('f1', finding), person: card('p1'),
    citations: [
      { id: 'c1', record: { finding: 'f1', target_kind: '谈话', target: 't2', quote: '应到9人，实际到了5个', place: '与戊某谈话第2条', proof: '部分印证' }, standing: '谈话已核对', hearsay: false, open: { page: 'interview', id: 'i1', focus: 't2' } },
      { id: 'c2', record: { finding: 'f1', target_kind: '情况记录', target: 'ob1', quote: '中秋节前与管理服务对象聚餐', place: '情况记录 2025年9月20日', proof: '待核实' }, standing: '未核实', hearsay: true, open: { page: 'people', id: 'p1', focus: 'ob1' } },
    ],
    statements: [stored('st1', { finding: 'f1', date: '2026-11-21', form: '当面', text: '当天有4人请假，会前电话征求过意见，没有来得及补记。' })], papers: [],
  }),
  save_finding: ({ id }) => saved(id ?? 'f1'),
  citable: () => [{ target_kind: '谈话', target: 't4', place: '与戊某谈话第4条', text: says[3]![1], standing: '谈话进行中' }, { target_kind: '摘录', target: 'x1', place: '会议记录第3页', text: '经讨论，全体同意。', standing: '' }],
  cite: () => saved(null),
  save_citation: ({ id }) => saved(id),
  save_statement: ({ id }) => saved(id),
}
