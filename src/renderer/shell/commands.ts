/** What the command palette offers: pages, acts on the project and its labels, appearance, help. */
import type { Component } from 'vue'
import {
  CircleX,
  FolderOpen,
  FolderPlus,
  Keyboard,
  Monitor,
  Moon,
  Redo2,
  RefreshCw,
  Route,
  Settings,
  Sun,
  Undo2,
} from '@lucide/vue'
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import { settingsPage, steps } from '../pages/registry'
import { useLabeling } from '../stores/labeling'
import { useProject } from '../stores/project'
import { useToasts } from '../stores/toasts'
import { shell } from '../strings/shell'
import { useTheme } from './theme'
import { useBegin } from '../pages/projects/new-project'
import { useTour } from './tour'

export interface Command {
  title: string
  icon: Component
  /** As the shortcut sheet writes them. */
  keys?: string
  run: () => unknown
}

export interface CommandGroup {
  title: string
  commands: Command[]
}

/** @param showShortcuts opens the shortcut sheet */
export function useCommands(showShortcuts: () => void) {
  const router = useRouter()
  const project = useProject()
  const labeling = useLabeling()
  const toasts = useToasts()
  const theme = useTheme()
  const tour = useTour()
  const begin = useBegin()
  const t = shell.palette

  const pages = (): Command[] =>
    steps.map(({ title, icon, path, needsProject }, index) => ({
      title,
      icon,
      ...(index < 9 ? { keys: `Alt ${index + 1}` } : {}),
      run: () => router.push(needsProject && !project.state ? '/projects' : path),
    }))

  const acts = (): Command[] => {
    const { state } = project
    const anew = { title: t.begin, icon: FolderPlus, run: begin }
    if (!state) return [anew]
    return [
      ...(state.canUndo ? [{ title: t.undo(state.canUndo), icon: Undo2, keys: 'Ctrl Z', run: labeling.undo }] : []),
      ...(state.canRedo ? [{ title: t.redo(state.canRedo), icon: Redo2, keys: 'Ctrl Shift Z', run: labeling.redo }] : []),
      { title: t.rescan, icon: RefreshCw, run: () => toasts.attempt(() => project.rescan()) },
      anew,
      { title: t.switchProject, icon: FolderOpen, run: () => router.push('/projects') },
      { title: t.close, icon: CircleX, run: () => toasts.attempt(() => project.close().then(() => router.push('/projects'))) },
    ]
  }

  const themes = (): Command[] =>
    (
      [
        ['auto', Monitor],
        ['light', Sun],
        ['dark', Moon],
      ] as const
    ).map(([value, icon]) => ({
      title: t.appearance(shell.themes[value]),
      icon,
      run: () => (theme.value = value),
    }))

  const help = (): Command[] => [
    { title: shell.settings, icon: Settings, run: () => router.push(settingsPage.path) },
    { title: shell.shortcuts, icon: Keyboard, keys: '?', run: showShortcuts },
    { title: t.tour, icon: Route, run: tour.begin },
  ]

  return computed<CommandGroup[]>(() =>
    [
      { title: t.goTo, commands: pages() },
      { title: t.project, commands: acts() },
      { title: shell.theme, commands: themes() },
      { title: t.help, commands: help() },
    ].filter(({ commands }) => commands.length > 0),
  )
}
