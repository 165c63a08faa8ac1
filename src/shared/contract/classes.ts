/** The categories a person names. Acts on them stand in the annotation log and are undone like any other. */
import { z } from 'zod'
import { AnnotationEntry, ClassRow, Uuid } from '../model'
import { procedure } from './base'

const Name = z.string().trim().min(1).max(200)
const Key = z
  .string()
  .regex(/^[0-9]$/)
  .nullable()

export const classes = {
  list: procedure.output(z.array(ClassRow)),
  create: procedure.input(z.object({ name: Name })).output(ClassRow),
  update: procedure
    .input(z.object({ id: Uuid, name: Name.optional(), color: z.string().max(40).optional(), key: Key.optional() }))
    .output(ClassRow),
  /** Only a class without labels in force. */
  remove: procedure.input(z.object({ id: Uuid })).output(AnnotationEntry),
  /** Labels of `from` become labels of `into` and keep their sources; `from` go away. */
  merge: procedure.input(z.object({ from: z.array(Uuid).min(1).max(1000), into: Uuid })).output(AnnotationEntry),
}
