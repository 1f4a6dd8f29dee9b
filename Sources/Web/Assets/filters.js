// Builds a filter by clicking: groups joined by “and” or “or”, conditions on fields. What it makes is the text of the
// filter; the form that sends it works without this.
const block = document.getElementById('vc-fields')
const fields = block ? JSON.parse(block.textContent) : []
const deepest = 5
let turn = 0
const chosen = fields.some((field) => field.target) ? await import(`./choose.js${new URL(import.meta.url).search}`) : null

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value)
  element.append(...children)
  return element
}

const button = (label, act, icon, classes = 'btn btn-sm') => {
  const made = make('button', { type: 'button', class: classes, 'aria-label': icon ? label : null })
  made.append(icon ? make('i', { class: `ti ti-${icon}`, 'aria-hidden': 'true' }) : label)
  made.addEventListener('click', act)
  return made
}

const select = (label, options, value, act) => {
  const made = make('select', { class: 'form-select form-select-sm', 'aria-label': label })
  for (const [key, word] of options) {
    const option = make('option', { value: key }, word)
    option.selected = key === value
    made.append(option)
  }
  made.addEventListener('change', () => act(made.value))
  return made
}

const quoted = (value) =>
  /^[A-Za-z0-9_.:@+-]+$/.test(value) && !['and', 'or', 'not'].includes(value) ? value : `'${value.replaceAll("'", "''")}'`

const comparisonOf = (node) => {
  const field = fields.find((one) => one.name === node.field) || fields[0]
  return field.comparisons.find((one) => one.name === node.comparison) || field.comparisons[0]
}
// How many values a comparison asks for; one that takes several is content with one.
const needed = ({ least, most }) => most === 0 ? 0 : least === 2 ? 2 : 1

const text = (node, inside = false) => {
  if (node.field) {
    const [count, filled] = [needed(comparisonOf(node)), node.values.filter(Boolean)]
    const values = filled.length >= count ? filled : node.values.slice(0, count)
    return [node.field, node.comparison, values.map(quoted).join(',')].filter(Boolean).join(' ')
  }
  const parts = node.parts.map((part) => text(part, node.parts.length > 1)).filter(Boolean)
  const joined = parts.join(node.any ? ' or ' : ' and ')
  if (!joined) return ''
  if (node.not) return `not (${joined})`
  return inside && parts.length > 1 ? `(${joined})` : joined
}

const group = () => ({ parts: [], any: false, not: false })
const condition = () => {
  const field = fields[0]
  return { field: field.name, comparison: field.comparisons[0].name, values: [''] }
}
const normal = (node) => node.field ? node : { any: false, not: false, ...node, parts: node.parts.map(normal) }

for (const place of document.querySelectorAll('[data-filter-builder]')) {
  if (!fields.length) break
  const area = place.parentElement.querySelector('textarea[name=filter]')
  const told = place.dataset.tree ? normal(JSON.parse(place.dataset.tree)) : group()
  const root = told.field || told.not ? { ...group(), parts: [told] } : told
  if (!root.parts.length && !('optional' in place.dataset)) root.parts.push(condition())

  const sync = () => { area.value = text(root) }
  // Everything is drawn anew; the cursor goes to what was just added.
  const places = new Map()
  const draw = (added) => {
    places.clear()
    place.replaceChildren(groupBox(root, null, 1))
    places.get(added)?.focus()
    sync()
  }
  const add = (node, part) => { node.parts.push(part); draw(part.field ? part : part.parts[0]) }

  const groupBox = (node, above, depth) => {
    const joint = select(words('How the conditions are joined'), [['and', words('all of these')], ['or', words('any of these')]],
      node.any ? 'or' : 'and', (value) => { node.any = value === 'or'; sync() })
    const head = make('div', { class: 'vc-filter-head' }, joint)
    if (above) {
      head.append(
        select(words('Whether they hold'), [['', words('hold')], ['not', words('do not hold')]], node.not ? 'not' : '',
          (value) => { node.not = value === 'not'; sync() }),
        button(words('Remove the group'), () => { above.parts.splice(above.parts.indexOf(node), 1); draw() }, 'x'))
    }
    const lines = node.parts.map((part) => part.field ? line(part, node) : groupBox(part, node, depth + 1))
    const foot = make('div', { class: 'vc-filter-foot' },
      button(words('Add a condition'), () => add(node, condition())))
    if (depth < deepest) {
      foot.append(button(words('Add a group'), () => add(node, { ...group(), parts: [condition()] })))
    }
    return make('fieldset', { class: 'vc-filter-group' }, make('legend', { class: 'visually-hidden' }, words('Conditions')),
      head, ...lines, foot)
  }

  const line = (node, above) => {
    const field = fields.find((one) => one.name === node.field) || fields[0]
    const comparison = comparisonOf(node)
    const which = select(words('Field'), fields.map((one) => [one.name, one.label]), field.name, (name) => {
      const chosen = fields.find((one) => one.name === name)
      Object.assign(node, { field: name, comparison: chosen.comparisons[0].name, values: [''] })
      draw(node)
    })
    places.set(node, which)
    const row = make('div', { class: 'vc-filter-line' }, which,
      select(words('Comparison'), field.comparisons.map((one) => [one.name, one.words]), comparison.name, (name) => {
        const most = field.comparisons.find((one) => one.name === name).most
        Object.assign(node, { comparison: name, values: Array(Math.min(most, most === 2 ? 2 : 1)).fill('') })
        draw(node)
      }))
    const count = needed(comparison)
    if (count === 0) node.values = []
    while (node.values.length < count) node.values.push('')
    for (let index = 0; index < Math.max(count, node.values.length); index += 1) {
      row.append(input(node, index, field, comparison))
      if (index >= count) {
        row.append(button(words('Remove the value'), () => { node.values.splice(index, 1); draw(node) }, 'minus'))
      }
    }
    if (comparison.most > 2 && node.values.length < comparison.most) {
      row.append(button(words('Or another value'), () => { node.values.push(''); draw(node.values) }, 'plus'))
    }
    row.append(button(words('Remove the condition'), () => { above.parts.splice(above.parts.indexOf(node), 1); draw() }, 'x'))
    return row
  }

  const input = (node, index, field, comparison) => {
    const set = (value) => { node.values[index] = value; sync() }
    const choices = field.kind === 'flag' ? [['yes', words('Yes')], ['no', words('No')]]
      : field.choices.map((choice) => [choice.value, choice.word])
    if (choices.length && !['starts', 'last', 'next'].includes(comparison.name)) {
      node.values[index] ||= (choices.find(([value]) => !node.values.includes(value)) || choices[0])[0]
      const list = select(words('Value'), choices, node.values[index], set)
      places.set(node.values, list)
      return list
    }
    const isDay = ['day', 'instant'].includes(field.kind) && !['last', 'next'].includes(comparison.name)
    const made = make('input', { class: 'form-control form-control-sm', 'aria-label': words('Value'), value: node.values[index],
      type: isDay ? 'date' : 'text', id: `vc-filter-value-${turn += 1}`,
      inputmode: ['integer', 'number', 'money', 'instant', 'day'].includes(field.kind) ? 'decimal' : 'text' })
    made.addEventListener('input', () => set(made.value))
    const picker = field.target && chosen ? chosen.chooser(made, field.target, '') : { box: made, shown: made }
    places.set(node.values, picker.shown)
    return picker.box
  }

  area.closest('form').addEventListener('submit', () => { if (!area.dataset.typed) sync() })
  area.addEventListener('input', () => { area.dataset.typed = '1' })
  draw()
}
