/** How option values are read: numbers, lists, `name=value` pairs. */
import { InvalidArgumentError } from 'commander'

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number.')
  return Number(text)
}

export function positiveNumber(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0.')
  return value
}

export function fraction(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('expected a number from 0 to 1.')
  return value
}

/** `10,50,100` */
export function counts(text: string): number[] {
  const values = text.split(',').map((part) => wholeNumber(part.trim()))
  if (values.some((value) => value < 1)) throw new InvalidArgumentError('expected numbers above 0.')
  return values
}

export const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)

/** Repeatable `name=value`; the value is JSON where it can be, otherwise text. */
export function parameter(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('expected name=value.')
  return { ...before, [text.slice(0, at)]: value(text.slice(at + 1)) }
}

function value(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Repeatable text. */
export const collected = (text: string, before: string[] = []) => [...before, text]
