import type { AppState, DeskItem, DueView, FontView, Notice, SearchHit } from '@/bindings'
import { saved, stored, type Answers } from './types'

// ?stage=首次 &size=特大 &theme=深色 in front of the # choose what is looked at.
const asked = new URLSearchParams(location.search)
const app: AppState = {
  stage: (asked.get('stage') as AppState['stage'] | null) ?? '已开',
  archive: { name: '示例市巡察档案', folder: '/home/jia/档案/示例市巡察档案.ducha' },
  recent: [
    { name: '示例市巡察档案', folder: '/home/jia/档案/示例市巡察档案.ducha' },
    { name: '示例档案', folder: '/home/jia/档案/示例档案.ducha' },
  ],
  default_parent: '/home/jia/档案',
  prefs: { text_size: (asked.get('size') ?? '标准') as '标准', theme: (asked.get('theme') ?? '浅色') as '浅色', auto_lock_minutes: 10 },
}

export const due = (words: string, date_words: string, level: DueView['level']): DueView => ({ date: '2026-11-26', words, date_words, level, calendar_known: true, provisional: false })

const items: DeskItem[] = [
  { due: due('逾期2个工作日', '11月19日到期', 'overdue'), title: '丁某', subject: '函询回复未收到', detail: '示组函〔2026〕5号　送达10月29日', action: '登记回复', open: { page: 'papers', id: 'w2', focus: null } },
  { due: due('还有3个工作日', '11月26日到期', 'soon'), title: '王𬱖', subject: '函询回复', detail: '示组函〔2026〕7号　送达11月5日', action: '登记回复', open: { page: 'papers', id: 'w1', focus: null } },
  { due: due('2027年1月8日', '诫勉期满6个月', 'plain'), title: '庚某', subject: '诫勉后了解改正情况', detail: '诫勉书示组诫〔2026〕2号', action: '约谈', open: { page: 'people', id: 'p4', focus: null } },
]

const shipped = (used: FontView['used'], words: string): FontView => ({ used, chosen: null, words, lost: false })
const FONTS: FontView[] = [
  { used: '仿宋', chosen: { path: '/usr/share/fonts/示例/simfang.ttf', index: 0, families: ['仿宋'] }, words: '仿宋，通用规范汉字表的8105字中缺25字，缺的字用随程序附带的字库补上。', lost: false },
  shipped('楷体', '随程序附带的Fandol楷体。'),
  shipped('黑体', '随程序附带的Noto Sans SC。'),
  { used: '小标宋', chosen: { path: '/media/示例盘/方正小标宋.ttf', index: 0, families: [] }, words: '选用的字库文件现在不能用：文件不存在。公文暂用随程序附带的Noto Serif SC（粗体）。把文件放回原处后重新打开这一页就恢复，也可以另选。', lost: true },
  { used: '宋体', chosen: { path: '/usr/share/fonts/示例/simsun.ttc', index: 0, families: ['宋体', '新宋体'] }, words: '宋体，通用规范汉字表的8105字中缺25字，缺的字用随程序附带的字库补上。', lost: false },
  shipped('生僻字', '随程序附带的霞鹜文楷；它也没有的字，可以另指定一个字库来印。'),
]

const hits: SearchHit[] = [
  { id: 'p1', kind: 'person', label: '人员', title: '王𬱖', excerpt: '示例区住房和城乡建设局　局长', ranges: [], open: { page: 'people', id: 'p1', focus: null } },
  { id: 't2', kind: 'turn', label: '谈话内容', title: '与戊某谈话第2条', excerpt: '参加了。那天来的人不多，应到9人，实际到了5个，王书记说时间紧，先定下来。', ranges: [[12, 22]], open: { page: 'interview', id: 'i1', focus: 't2' } },
]

const NOTICES: Notice[] = [{ key: 'device:0', title: '本机档案被退回到旧状态', words: '设备71B2 9F60在2026年11月22日 18:02已见过本机第812条记录，而本档案库只有640条，多半是有人把旧的文件夹拷了回来。请导入对方手中含有这些记录的交换包，或者从最近的备份恢复。', grave: true, place: '交换与备份' }]

export const officeAnswers: Answers = {
  app_state: () => app,
  create_archive: ({ name, parentFolder }) => {
    app.stage = '待建档'
    app.archive = { name, folder: `${parentFolder}/${name}.ducha` }
    return { archive: app.archive, recovery_code: '4F7K-92MX-QT3B-8HVR-W6CD-J5NP-YA2E-ZG4S' }
  },
  save_recovery_sheet: () => null,
  judge_passphrase: ({ passphrase }) => ({ level: Math.min(4, Math.floor(passphrase.length / 3)), accepted: passphrase.length > 8, words: passphrase.length > 8 ? '可以用。' : '口令偏短。' }),
  seconds_to_wait: () => 0,
  change_passphrase: () => null,
  reissue_recovery_code: () => '4F7K9-2MXQT-3B8HV-RW6CD-J5NPY-A2EZG-4SAAA',
  open_sample: () => ((app.stage = '已开'), app.archive),
  unlock: ({ passphrase }) => {
    if (passphrase === '错') throw { code: 'V-02', message: '口令不对，档案库没有打开。', guidance: '请核对大小写和输入法后再试；口令忘了可以用恢复码打开。档案没有任何变化。' }
    app.stage = '已开'
    return null
  },
  unlock_with_recovery: () => ((app.stage = '已开'), null),
  lock: () => ((app.stage = '已锁'), null),
  identity: () =>
    app.stage === '待建档'
      ? { supervisor: null, organ: null }
      : {
          supervisor: stored('s1', { name: '甲某', sex: '男', post: '中共示例市委组织部干部监督科', phone: '0000-1234567', certificate_no: '示督2026-018', appointment: { issued_by: '中共示例市委组织部', document_no: '示组通〔2025〕31号', scope: '示例市各区县、市直各单位', from: '2025-07-01', until: '2027-06-30' } }),
          organ: stored('o1', { full_name: '中共示例市委组织部', short_name: '示例市委组织部', code: '示组', address: '示例市示例路1号', contact: '丙某', phone: '0000-1234567', classified_machine: false }),
        },
  save_supervisor: () => saved('s1'),
  save_organ: () => ((app.stage = '已开'), saved('o1')),
  set_prefs: () => null,
  fonts: () => FONTS,
  choose_font: () => FONTS,
  reset_font: () => FONTS,
  status: () => ({ archive_name: '示例市巡察档案', supervisor_name: '甲某', appointment_words: '授权至2027年6月30日', appointment_level: 'plain', self_declared: true, entries: 4182, last_saved: '12:03', open_findings: 3, open_papers: 2 }),
  choose_file: () => '/media/usb/住建局第23次党委会.docx',
  choose_folder: () => '/home/jia/档案',
  choose_save: ({ suggestedName }) => `/media/usb/${suggestedName}`,
  search: ({ query }) => (query.includes('无') ? [] : hits),
  desk: () => ({
    date_words: '11月23日　星期一',
    summary: '本周要办3件，其中逾期1件。示例区住建局的巡察进行到第3天，还有4人未谈。',
    items: asked.has('empty') ? [] : items,
    tours: asked.has('empty') ? [] : [{ id: 'r1', title: '示例区住房和城乡建设局选人用人专项督查', dates: '11月19日至11月27日', team: 2, talked: 7, planned: 11, minutes: 12, minutes_read: 9, passages: 31 }],
    backed_up: '今天08:10',
    unexported: 46, given: [],
    notices: asked.has('notices') ? NOTICES : [],
    calendar_note: '2027年的节假日安排尚未公布，跨年的期限暂按周一至周五计算。',
  }),
  conflicts: () => ({ records: [], numbers: [], twins: [] }),
  exchange: () => ({
    conflicts: 0,
    fingerprint: '8C21 6B0F 55A9 D3E4 71B2 9F60 2C18 E7AA',
    public_key: 'ducha1qyz8h2v7m0k5t3c9x4w6r8n2p5s7d9f0g3j6l8z1x4v7b9n2m5q8w',
    last_export: '2026-11-20T16:42:00',
    last_import: null,
    unexported: 46, given: [],
    backups: [
      { name: '2026-11-23_081000.ducha', path: '/home/jia/档案/示例市巡察档案.ducha/backups/2026-11-23_081000.ducha', when: '2026年11月23日 08:10', bytes: 5242880 },
      { name: '2026-11-20_164000.ducha', path: '/home/jia/档案/示例市巡察档案.ducha/backups/2026-11-20_164000.ducha', when: '2026年11月20日 16:40', bytes: 5120000 },
    ],
    tours: [{ id: 'r1', name: '示例区住建局选人用人专项督查', detail: '11月19日至11月27日' }],
    people: [{ id: 'p1', name: '王𬱖', detail: '示例区住房和城乡建设局　局长' }],
  }),
  leaving: () => ({ scope: '全部记录', people: ['王𬱖', '丁某'], kinds: [{ label: '人员', count: 2, titles: ['王𬱖', '丁某'] }, { label: '谈话内容', count: 5, titles: ['没有逐个说。王书记先讲了意见'] }], records: 7, attachments: 3, bytes: 1843200, masks: [] }),
  export_bundle: ({ path }) => ({ path, scope: '全部记录', bytes: 1843200, entries: 812, records: 146, attachments: 3, straddling: 1 }),
  preview_bundle: () => ({ digest: 'ab',
    sender: '中共示例市委组织部　乙某', scope: '巡察：示例区住建局选人用人专项督查', made_at: '2026-11-20T16:42:00', bytes: 1843200,
    new: [{ kind_label: '谈话内容', title: '没有逐个说。王书记先讲了意见' }, { kind_label: '情况记录', title: '与某公司负责人聚餐' }],
    changed: [{ kind_label: '人员', title: '王𬱖' }], conflicts: [{ kind_label: '问题线索', title: '到会人数和表态方式' }], known: 131,
    missing: [], warnings: ['对方电脑的时间比本机快8分钟，先后次序以记录的依据为准。'],
  }),
  import_bundle: () => ({ new: 2, changed: 1, conflicts: 1, known: 131, backup: '2026-11-23_120300.ducha', receipt_path: '/media/usb/回执.dcr', words: '已导入：新增2条，更新1条，1条两处都改过，已并列保留待您选定。', warnings: [] }),
  read_receipt: () => ({ words: '“乙某”于2026年11月24日 09:10收到本机发出的交换包：812条记录、3个附件，签名无误。', warnings: [] }),
  verify_archive: () => ({ ok: true, cancelled: false, words: '校验无误：4182条记录的签名、顺序和内容完整，3个附件完好。', advice: '', entries: 4182, damages: [], readable: [], touched: [], repairable: false }),
  rebuild_archive: () => '已按4182条账本记录重建显示内容，账本没有改动。',
  stop_work: () => null,
  settle_notice: () => null,
  backups_of: () => [],
  back_up_to: ({ path }) => ({ path, bytes: 5242880 }),
  restore_backup: ({ name, parentFolder }) => ({ name, folder: `${parentFolder}/${name}.ducha` }),
  back_up_now: () => ({ name: '2026-11-23_120300.ducha', path: '/home/jia/档案/示例市巡察档案.ducha/backups/2026-11-23_120300.ducha', when: '2026年11月23日 12:03', bytes: 5242880 }),
}
