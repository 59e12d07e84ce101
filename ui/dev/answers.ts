/** Made-up answers by command (development only): fictional people and places. */
export const answers: Record<string, (args: Record<string, never>) => unknown> = {
  app_state: () => ({ stage: '已开', archive: { name: '示例市巡察档案', folder: '/home/jia/示例市巡察档案.ducha' }, recent: [], default_parent: '/home/jia', prefs: { text_size: '标准', theme: '浅色' } }),
  status: () => ({ archive_name: '示例市巡察档案', supervisor_name: '甲某', appointment_words: '授权至2027年6月30日', appointment_level: 'plain', self_declared: true, entries: 4182, last_saved: '12:03', open_findings: 3, open_papers: 2 }),
}
