// Lists of records: a cell is changed where it stands, columns are moved, many records are changed at once, cards of a
// board are dragged. Every one of these has a form that works without this.
const block = document.getElementById('vc-fields')
const fields = block ? JSON.parse(block.textContent) : []
const byName = new Map(fields.map((field) => [field.name, field]))
const chosen = fields.some((field) => field.target) ? await import(`./choose.js${new URL(import.meta.url).search}`) : null

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

const say = (message, tone = 'bad') => {
  let place = document.querySelector('.vc-said')
  if (!place) {
    place = make('div', { class: 'vc-said', role: 'status', 'aria-live': 'polite' })
    document.querySelector('main').prepend(place)
  }
  place.replaceChildren(make('div', { class: `vc-flash vc-tone-${tone}` }, make('span', {}, message)))
}

/** Sends a change of one record. Answers the fields as they are now, or throws the words of the refusal. */
const send = async (path, csrf, record, changes, expected) => {
  const answer = await fetch(`/api/v1${path}/${record}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ ...changes, expected, _csrf: csrf }),
  })
  const body = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Error([body.detail, body.mend].filter(Boolean).join(' ') || words('It could not be saved.'))
  return body
}

// Cells.

const control = (field, held) => {
  const choices = field.kind === 'flag' ? [{ value: 'yes', word: words('Yes') }, { value: 'no', word: words('No') }] : field.choices
  if (choices.length && field.kind !== 'choices') {
    const made = make('select', { class: 'form-select form-select-sm', 'aria-label': field.label })
    made.append(make('option', { value: '' }, ''))
    for (const choice of choices) made.append(make('option', { value: choice.value }, choice.word))
    made.value = held
    return made
  }
  if (field.kind === 'choices' || field.kind === 'lines') {
    const made = make('textarea', { class: 'form-control form-control-sm', rows: '3', 'aria-label': field.label })
    made.value = held
    return made
  }
  const made = make('input', { class: 'form-control form-control-sm', type: field.kind === 'day' ? 'date' : 'text',
    'aria-label': field.label })
  made.value = held
  return made
}

const open = (cell) => {
  const field = byName.get(cell.dataset.cell)
  if (!field || cell.querySelector('input, select, textarea')) return
  const before = [...cell.childNodes]
  const held = cell.dataset.held
  const input = control(field, held)
  const other = field.target && chosen ? chosen.chooser(input, field.target, '') : null
  const typed = other?.shown || input
  let isOver = false
  const close = (nodes) => {
    isOver = true
    cell.replaceChildren(...nodes)
    cell.classList.remove('vc-edit-open')
    cell.focus()
  }
  const keep = async () => {
    if (isOver) return
    if (input.value === held) return close(before)
    isOver = true
    try {
      await send(block.dataset.path, block.dataset.csrf, cell.dataset.record, { [field.name]: input.value },
        { [field.name]: held })
      cell.dataset.held = input.value
      const word = input.tagName === 'SELECT' ? input.selectedOptions[0]?.textContent || '' : typed.value
      const link = before.find((node) => node.tagName === 'A' && node.textContent === cell.dataset.shown)
      if (link) link.textContent = word
      if (link && other?.path) link.href = other.path
      close(link ? before : other?.path ? [make('a', { href: other.path }, word)] : [word])
      cell.classList.add('vc-edit-kept')
    } catch (problem) {
      isOver = false
      typed.setAttribute('aria-invalid', 'true')
      say(problem.message)
      typed.focus()
    }
  }
  cell.dataset.shown = cell.textContent
  cell.classList.add('vc-edit-open')
  cell.replaceChildren(other?.box || input)
  typed.focus()
  typed.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close(before)
    if (event.key === 'Enter' && (input.tagName !== 'TEXTAREA' || event.ctrlKey)) {
      event.preventDefault()
      keep()
    }
  })
  typed.addEventListener('blur', keep)
  if (input.tagName === 'SELECT') input.addEventListener('change', keep)
}

for (const cell of document.querySelectorAll('[data-cell]')) {
  cell.tabIndex = 0
  cell.title = words('Double-click, or Enter, to change it')
  cell.addEventListener('dblclick', (event) => {
    event.preventDefault()
    open(cell)
  })
  cell.addEventListener('keydown', (event) => {
    if (event.target !== cell || (event.key !== 'Enter' && event.key !== 'e')) return
    event.preventDefault()
    event.stopPropagation()
    open(cell)
  })
}

// Columns: moved in their menu, made wider and narrower there and at their edge; the widths stay with this browser.

for (const list of document.querySelectorAll('[data-columns] ul')) {
  list.addEventListener('click', (event) => {
    const pressed = event.target.closest('[data-up], [data-down]')
    const row = pressed?.closest('[data-column]')
    if (!row) return
    const other = pressed.dataset.up === undefined ? row.nextElementSibling : row.previousElementSibling
    if (!other) return
    if (pressed.dataset.up === undefined) other.after(row)
    else other.before(row)
    pressed.focus()
  })
}

const widths = block ? `vc-widths:${block.dataset.path}` : ''
const kept = () => { try { return JSON.parse(localStorage.getItem(widths)) || {} } catch { return {} } }
const sized = new Map()
for (const heading of block ? document.querySelectorAll('[data-list] thead th:not(.vc-tick)') : []) {
  const name = heading.textContent.trim()
  const width = () => heading.getBoundingClientRect().width
  const set = (wanted) => {
    const pixels = `${Math.max(60, Math.round(wanted))}px`
    Object.assign(heading.style, { boxSizing: 'border-box', width: pixels, minWidth: pixels, maxWidth: pixels })
  }
  const keep = () => {
    try {
      localStorage.setItem(widths, JSON.stringify({ ...kept(), [name]: parseInt(heading.style.minWidth, 10) }))
    } catch { /* A browser that keeps nothing shows the usual widths. */ }
  }
  sized.set(name, (step) => { set(width() + step * 24); keep() })
  if (kept()[name]) set(kept()[name])
  const edge = make('span', { class: 'vc-edge', 'aria-hidden': 'true' })
  heading.append(edge)
  edge.addEventListener('pointerdown', (start) => {
    start.preventDefault()
    const from = width()
    const move = (event) => set(from + event.clientX - start.clientX)
    const end = () => {
      document.removeEventListener('pointermove', move)
      keep()
    }
    document.addEventListener('pointermove', move)
    document.addEventListener('pointerup', end, { once: true })
  })
}

for (const button of document.querySelectorAll('[data-size]')) {
  const name = button.closest('[data-column]').querySelector('label').textContent.trim()
  if (sized.has(name)) button.addEventListener('click', () => sized.get(name)(Number(button.dataset.size)))
  else button.remove()
}

// Many at once: the value is typed or chosen as the field wants it.

for (const place of document.querySelectorAll('[data-bulk-edit]')) {
  const choose = place.querySelector('select[name=field]')
  choose.addEventListener('change', () => {
    const field = byName.get(choose.value)
    const old = place.querySelector('[name=value]')
    const made = field ? control(field, '') : make('input', { class: 'form-control' })
    made.classList.remove('form-select-sm', 'form-control-sm')
    made.name = 'value'
    made.id = old.id
    ;(old.closest('.vc-choose') || old).replaceWith(made)
    if (field?.target && chosen) chosen.chooser(made, field.target, '')
  })
}

// The number of all, where it is asked for.

for (const link of document.querySelectorAll('[data-count]')) {
  link.addEventListener('click', async (event) => {
    event.preventDefault()
    const query = new URL(link.href).searchParams
    query.delete('total')
    const answer = await fetch(`/api/v1${block.dataset.path}/count?${query}`, { headers: { accept: 'application/json' } })
    if (!answer.ok) return location.assign(link.href)
    const { total } = await answer.json()
    link.replaceWith(make('strong', { class: 'vc-counted' }, words('{} in all', total.toLocaleString(document.documentElement.lang))))
  })
}

// The board.

for (const board of document.querySelectorAll('[data-board]')) {
  let held = null
  const move = async (card, column) => {
    const from = card.closest('.vc-board-column')
    if (!column || column === from || column.dataset.choice === undefined) return
    const list = column.querySelector('ul')
    const next = card.nextElementSibling
    list.prepend(card)
    try {
      await send(board.dataset.path, board.dataset.csrf, card.dataset.record,
        { [board.dataset.field]: column.dataset.choice }, { [board.dataset.field]: from.dataset.choice })
      for (const [part, step] of [[from, -1], [column, 1]]) {
        const count = part.querySelector('[data-board-count]')
        const number = Number(count.dataset.boardCount) + step
        count.dataset.boardCount = String(number)
        count.textContent = number.toLocaleString(document.documentElement.lang)
        part.querySelector('.vc-hint')?.remove()
      }
      card.focus()
    } catch (problem) {
      from.querySelector('ul').insertBefore(card, next)
      say(problem.message)
    }
  }
  board.addEventListener('dragstart', (event) => { held = event.target.closest('[draggable=true]') })
  board.addEventListener('dragover', (event) => { if (held && event.target.closest('.vc-board-column')) event.preventDefault() })
  board.addEventListener('drop', (event) => {
    event.preventDefault()
    if (held) move(held, event.target.closest('.vc-board-column'))
    held = null
  })
  board.addEventListener('keydown', (event) => {
    const card = event.target.closest('[draggable=true]')
    if (!card || event.target !== card) return
    const column = card.closest('.vc-board-column')
    const step = { ArrowRight: 'nextElementSibling', ArrowLeft: 'previousElementSibling' }[event.key]
    if (event.altKey && step) {
      event.preventDefault()
      move(card, column[step])
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const next = event.key === 'ArrowDown' ? card.nextElementSibling : card.previousElementSibling
      next?.focus()
    } else if (event.key === 'Enter') {
      card.querySelector('a')?.click()
    }
  })
}
