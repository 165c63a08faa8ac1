/** Routes from the page registry; the label page has a view per way of asking. */
import { createRouter, createWebHashHistory } from 'vue-router'
import { settingsPage, steps } from './registry'

export function createAppRouter() {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/projects' },
      ...steps.map(({ id, load, needsProject }) => ({
        path: id === 'label' ? '/label/:view(ask|cluster|unknown)?/:cluster?' : `/${id}`,
        name: id,
        component: load,
        meta: { needsProject },
      })),
      { path: settingsPage.path, name: 'settings', component: settingsPage.load },
      { path: '/:rest(.*)*', redirect: '/projects' },
    ],
  })
}
