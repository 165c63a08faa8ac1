// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { h, ref } from 'vue'
import { z } from 'zod'
import { fieldsOf, initialValues, problemOf, titleOf, type Values } from './schema'
import SchemaForm from './SchemaForm.vue'

const Parameters = z.object({
  patches: z.number().int().min(16).max(800).default(300).meta({ title: 'Patches', description: 'How many.' }),
  shrink: z.number().positive().max(1).default(0.5),
  layout: z.enum(['auto', 'aligned']).default('auto'),
  grey: z.boolean().default(false),
  note: z.string().max(20).default(''),
  seedCount: z.number().int().default(3),
  nested: z.object({ a: z.number() }).optional(),
})
const schema = z.toJSONSchema(Parameters, { io: 'input' }) as Record<string, unknown>

describe('fields of the schema that descriptors send', () => {
  const fields = fieldsOf(schema)

  it('knows numbers, choices, switches and text, and leaves what it cannot draw', () => {
    expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
      ['patches', 'integer'],
      ['shrink', 'number'],
      ['layout', 'choice'],
      ['grey', 'boolean'],
      ['note', 'string'],
      ['seedCount', 'integer'],
    ])
  })

  it('shows bounds that were meant, not the ends of the number range', () => {
    expect(fields[0]).toMatchObject({ minimum: 16, maximum: 800, title: 'Patches', help: 'How many.' })
    expect(fields[5]).toMatchObject({ minimum: null, maximum: null, title: 'Seed count' })
  })

  it('asks for text where some is needed, and only there', () => {
    const texts = z.object({ file: z.string().min(1), output: z.string().default(''), size: z.int().min(16).optional() })
    const [file, output, size] = fieldsOf(z.toJSONSchema(texts))
    expect([problemOf(file!, ''), problemOf(file!, 'a.onnx')]).toEqual(['A value is needed.', null])
    expect([problemOf(output!, ''), problemOf(size!, null)]).toEqual([null, null])
  })

  it('knows which text is a path that can be chosen', () => {
    const texts = z.object({
      file: z.string().meta({ chosen: 'file', extensions: ['onnx'] }),
      folder: z.string().default('').meta({ chosen: 'folder' }),
      name: z.string(),
    })
    const found = fieldsOf(z.toJSONSchema(texts, { io: 'input' })).map(
      (field) => field.kind === 'string' && [field.chosen, field.extensions],
    )
    expect(found).toEqual([['file', ['onnx']], ['folder', []], [null, []]]) // prettier-ignore
  })

  it('starts with values that the schema itself accepts', () => {
    expect(Parameters.parse(initialValues(fields))).toEqual(Parameters.parse({}))
  })

  it('agrees with the schema on what is wrong', () => {
    for (const value of [15, 16, 800, 801, 20.5]) {
      expect(problemOf(fields[0]!, value) === null, String(value)).toBe(Parameters.safeParse({ patches: value }).success)
    }
  })
})

it('makes a title of a name', () => {
  expect(['patchSize', 'learning_rate', 'k'].map(titleOf)).toEqual(['Patch size', 'Learning rate', 'K'])
})

describe('SchemaForm', () => {
  function shown() {
    const values = ref<Values>({})
    const valid = ref(true)
    const wrapper = mount(
      () =>
        h(SchemaForm, {
          modelValue: values.value,
          schema,
          'onUpdate:modelValue': (next: Values) => (values.value = next),
          onValid: (next: boolean) => (valid.value = next),
        }),
      { attachTo: document.body },
    )
    return { values, valid, wrapper }
  }

  it('gives every control its label, and the values back', async () => {
    const { wrapper, values, valid } = shown()
    await wrapper.vm.$nextTick()
    const label = wrapper.findAll('label').find((found) => found.text() === 'Patches')!
    const input = wrapper.find(`#${label.attributes('for')}`)
    expect((input.element as HTMLInputElement).value).toBe('300')
    await input.setValue('400')
    expect(values.value['patches']).toBe(400)
    expect(valid.value).toBe(true)
  })

  it('says what is wrong beside the control', async () => {
    const { wrapper, valid } = shown()
    await wrapper.vm.$nextTick()
    await wrapper.find('input[type=number]').setValue('5')
    expect(wrapper.find('[role=alert]').text()).toBe('At least 16.')
    expect(valid.value).toBe(false)
  })
})
