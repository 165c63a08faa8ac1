/** Where the window was last: kept in the settings folder, and only used where it can still be seen. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

const integer = z.number().int()
const WindowState = z.object({ x: integer, y: integer, width: integer.min(1), height: integer.min(1), maximized: z.boolean() })
export type WindowState = z.infer<typeof WindowState>

export const smallest = { width: 900, height: 600 }
const usual = { width: 1440, height: 900 }
/** So much of the title bar must be on a screen for a person to grab it, px. */
const grip = { width: 120, height: 32 }

/** Null when there is none, or none that can be read. */
export function readWindowState(path: string): WindowState | null {
  try {
    return WindowState.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, JSON.stringify(state))
  renameSync(`${path}.new`, path)
}

/** The saved place if its title bar is on one of the screens, else the usual size in the middle of the first. */
export function placeWindow(saved: WindowState | null, screens: Rectangle[]): WindowState {
  const first = screens[0] ?? { x: 0, y: 0, ...usual }
  const whole = saved && {
    ...saved,
    width: Math.max(saved.width, smallest.width),
    height: Math.max(saved.height, smallest.height),
  }
  if (whole && screens.some((screen) => canGrip(whole, screen))) return whole
  const width = Math.min(usual.width, first.width)
  const height = Math.min(usual.height, first.height)
  const x = first.x + Math.round((first.width - width) / 2)
  const y = first.y + Math.round((first.height - height) / 2)
  return { x, y, width, height, maximized: saved?.maximized ?? false }
}

function canGrip(window: Rectangle, screen: Rectangle): boolean {
  const across = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x)
  const below = screen.y + screen.height - window.y
  return across >= grip.width && window.y >= screen.y - grip.height / 2 && below >= grip.height
}
