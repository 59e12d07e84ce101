import { createRouter, createWebHashHistory, type RouteLocationRaw } from 'vue-router'
import type { OpenTarget } from '@/bindings'
import { askToLeave } from '@/leaving'
import { flushAll } from '@/saving'
import { useSession } from '@/session'

/** Where a search hit, a citation or something due is opened. */
export function routeOf(target: OpenTarget): RouteLocationRaw {
  return { path: `/${target.page}/${target.id}`, query: target.focus ? { focus: target.focus } : {} }
}

/** The addresses of the program; each page is read when it is first opened. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/desk' },
    { path: '/start', component: () => import('@/pages/start/StartPage.vue'), meta: { bare: true, title: '开始使用' } },
    { path: '/unlock', component: () => import('@/pages/unlock/UnlockPage.vue'), meta: { bare: true, title: '打开档案库' } },
    { path: '/restore', component: () => import('@/pages/restore/RestorePage.vue'), meta: { bare: true, title: '从备份恢复' } },
    { path: '/desk', component: () => import('@/pages/desk/DeskPage.vue'), meta: { title: '工作台' } },
    { path: '/tours/:id?', component: () => import('@/pages/tours/ToursPage.vue'), meta: { title: '巡察谈话' } },
    { path: '/interview/:id', component: () => import('@/pages/tours/InterviewPage.vue'), meta: { title: '个别谈话' } },
    { path: '/minutes/:id?', component: () => import('@/pages/minutes/MinutesPage.vue'), meta: { title: '会议记录' } },
    { path: '/people/:id?', component: () => import('@/pages/people/PeoplePage.vue'), meta: { title: '人员与社交圈' } },
    { path: '/findings/:id?', component: () => import('@/pages/findings/FindingsPage.vue'), meta: { title: '问题线索' } },
    { path: '/papers/:id?', component: () => import('@/pages/papers/PapersPage.vue'), meta: { title: '文书' } },
    { path: '/materials/:id', component: () => import('@/pages/materials/MaterialPage.vue'), meta: { title: '材料' } },
    { path: '/exchange', component: () => import('@/pages/exchange/ExchangePage.vue'), meta: { title: '交换与备份' } },
    { path: '/conflicts/:id?', component: () => import('@/pages/conflicts/ConflictsPage.vue'), meta: { title: '冲突' } },
    { path: '/journal', component: () => import('@/pages/journal/JournalPage.vue'), meta: { title: '操作记录与回收' } },
    { path: '/settings', component: () => import('@/pages/settings/SettingsPage.vue'), meta: { title: '设置' } },
    { path: '/:rest(.*)', redirect: '/desk' },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  // Typed words first: nobody leaves a page with something unsaved unawares.
  if (session.stage.value === '已开' && !(await flushAll()) && !(await askToLeave())) return false
  if (!session.stage.value && !(await session.load())) return true
  const bare = to.meta.bare === true
  switch (session.stage.value) {
    case '首次':
      return bare ? true : '/start'
    case '待建档':
      return to.path === '/start' ? true : '/start'
    case '已锁':
      return bare ? true : '/unlock'
    default:
      return bare && to.path === '/unlock' ? '/desk' : true
  }
})

router.afterEach((to) => {
  document.title = `${String(to.meta.title ?? '')}　督查手记`
})
