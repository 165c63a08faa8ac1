/** Routes from the page registry; the label page has a view per way of asking. */
import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import { settingsPage, steps } from './registry'

export function createAppRouter() {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/projects' },
      ...steps.map(({ id, load, needsProject, needsImages }) => ({
        path: id === 'label' ? '/label/:view(ask|cluster|unknown)?/:cluster?' : `/${id}`,
        name: id,
        component: load,
        meta: { needsProject, needsImages },
      })),
      { path: settingsPage.path, name: 'settings', component: settingsPage.load },
      { path: '/:rest(.*)*', redirect: '/projects' },
    ],
  })
  heedEarly(router)
  return router
}

/** Until its first page is there the router hears no change of the address, and writes over it: what was asked for meanwhile comes then. */
function heedEarly(router: Router) {
  let asked: string | null = null
  const hear = () => (asked = location.hash.slice(1))
  window.addEventListener('hashchange', hear)
  const go = () => {
    window.removeEventListener('hashchange', hear)
    if (asked) void router.replace(asked)
  }
  void router.isReady().then(go, go)
}
