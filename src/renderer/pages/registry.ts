/** Every page in the order of the workflow: one file plus one line here. */
import { BadgeCheck, Download, FolderOpen, Grid3x3, ListChecks, Map, Sparkles, SprayCan, Tags } from '@lucide/vue'
import type { Component } from 'vue'
import { pages as names } from '../strings/pages'

export type StepId = 'projects' | 'images' | 'pretrain' | 'map' | 'label' | 'review' | 'clean' | 'audit' | 'export'

export interface Page {
  id: StepId
  path: string
  title: string
  icon: Component
  needsProject: boolean
  /** Nothing is to be done there before there are any. */
  needsImages: boolean
  load: () => Promise<{ default: Component }>
  /** Keys of this page for the shortcut sheet. */
  shortcuts: { keys: string; what: string }[]
}

const page = (id: StepId, icon: Component, load: Page['load'], needs: 'images' | 'project' | 'nothing' = 'images'): Page => ({
  id,
  path: `/${id}`,
  icon,
  load,
  needsProject: needs !== 'nothing',
  needsImages: needs === 'images',
  ...names[id],
})

export const steps: Page[] = [
  page('projects', FolderOpen, () => import('./projects/ProjectsPage.vue'), 'nothing'),
  page('images', Grid3x3, () => import('./images/ImagesPage.vue'), 'project'),
  page('pretrain', Sparkles, () => import('./pretrain/PretrainPage.vue')),
  page('map', Map, () => import('./map/MapPage.vue')),
  page('label', Tags, () => import('./label/LabelPage.vue')),
  page('review', ListChecks, () => import('./review/ReviewPage.vue')),
  page('clean', SprayCan, () => import('./clean/CleanPage.vue')),
  page('audit', BadgeCheck, () => import('./audit/AuditPage.vue')),
  page('export', Download, () => import('./export/ExportPage.vue')),
]

/** Beside the workflow: no step of it. */
export const settingsPage = { path: '/settings', load: () => import('./settings/SettingsPage.vue') }
