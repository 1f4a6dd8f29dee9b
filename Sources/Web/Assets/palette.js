// Ctrl-K goes anywhere; `/` searches; `g` and a letter go to a place; `?` shows the keys.
const block = document.getElementById('vc-places')
const places = block ? JSON.parse(block.textContent) : []
const searchAddress = block?.dataset.search || ''
const searchPage = block?.dataset.page || ''
let palette, input, list, shown = [], selected = 0, asked = 0, moved = false

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

const build = () => {
  input = make('input', { type: 'text', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'vc-palette-list',
    'aria-label': searchAddress ? words('Search or go to') : words('Go to'), autocomplete: 'off', spellcheck: 'false',
    placeholder: searchAddress ? words('Search records, pages, actions…') : words('Go to a page…') })
  list = make('ul', { id: 'vc-palette-list', role: 'listbox', 'aria-label': words('Places') })
  palette = make('dialog', { class: 'vc-dialog vc-palette', 'aria-label': words('Go to') }, input, list)
  document.body.append(palette)
  input.addEventListener('input', refresh)
  palette.addEventListener('keydown', steer)
  palette.addEventListener('click', (event) => {
    if (event.target === palette) palette.close()
    const row = event.target.closest('li')
    if (row) go(Number(row.dataset.index))
  })
}

const draw = () => {
  selected = Math.min(selected, Math.max(0, shown.length - 1))
  list.replaceChildren(...shown.map((place, index) => {
    const icon = make('i', { class: `ti ti-${place.icon || 'arrow-right'}`, 'aria-hidden': 'true' })
    const row = make('li', { role: 'option', id: `vc-place-${index}`, 'data-index': index,
      'aria-selected': String(index === selected) }, icon, make('span', {}, place.title))
    if (place.note) row.append(make('small', {}, place.note))
    if (place.key) row.append(make('kbd', {}, 'g'), make('kbd', {}, place.key))
    return row
  }))
  if (!shown.length) {
    const nothing = { class: 'vc-palette-empty', role: 'option', 'aria-disabled': 'true' }
    list.replaceChildren(make('li', nothing, words('Nothing by that name.')))
  }
  input.setAttribute('aria-activedescendant', shown.length ? `vc-place-${selected}` : '')
  list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
}

const begins = (title, wanted) => fold(title).split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))
const isLocal = (path) => typeof path === 'string' && /^\/(?![/\\])/.test(path)

const refresh = async () => {
  const typed = input.value.trim()
  const wanted = fold(typed)
  const near = wanted ? places.filter((place) => begins(place.title, wanted)) : places
  shown = near
  selected = 0
  moved = false
  draw()
  if (!searchAddress) return
  const turn = ++asked
  const answer = await fetch(`${searchAddress}?q=${encodeURIComponent(typed)}`,
    { headers: { accept: 'application/json' } }).catch(() => null)
  if (!answer?.ok || turn !== asked) return
  const { results = [] } = await answer.json()
  if (turn !== asked) return
  const records = results.filter((found) => found.kind === 'record' && isLocal(found.path))
  const others = results.filter((found) => found.kind !== 'record' && isLocal(found.path)
    && !near.some((place) => place.path === found.path))
  const all = wanted && searchPage
    ? [{ title: words('Everything that meets “{}”', typed), path: `${searchPage}?q=${encodeURIComponent(typed)}`, icon: 'search' }]
    : []
  const chosen = shown[selected]
  shown = wanted ? [...near, ...records, ...others, ...all] : [...records, ...others, ...near]
  selected = moved ? Math.max(0, shown.indexOf(chosen)) : 0
  list.dataset.asked = typed
  draw()
}

const go = (index) => {
  const place = shown[index]
  if (!place) return
  palette.close()
  location.assign(place.path)
}

const steer = (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step) {
    event.preventDefault()
    selected = (selected + step + shown.length) % Math.max(1, shown.length)
    moved = true
    draw()
  } else if (event.key === 'Enter') {
    event.preventDefault()
    go(selected)
  }
}

const open = () => {
  if (!palette) build()
  if (palette.open) return
  input.value = ''
  palette.showModal()
  refresh()
  input.focus()
}

const keys = () => [
  ['Ctrl K', words('Go anywhere')], ['/', words('Search')],
  ...places.filter((place) => place.key).map((place) => [`g ${place.key}`, place.title]),
  ['j  k', words('Next and previous row of a list')], ['x', words('Tick the row')], ['Enter', words('Open the row')],
  ['d', words('The task is done')],
  ['Ctrl Enter', words('Save a form')], ['?', words('These keys')],
]

const help = () => {
  const rows = keys().flatMap(([press, deed]) => [
    make('dt', {}, ...press.split(' ').filter(Boolean).map((key) => make('kbd', {}, key))), make('dd', {}, deed)])
  const close = make('button', { type: 'button', class: 'btn' }, words('Close'))
  const dialog = make('dialog', { class: 'vc-dialog vc-keys', 'aria-labelledby': 'vc-keys-title' },
    make('h2', { id: 'vc-keys-title' }, words('Keys')), make('dl', {}, ...rows),
    make('div', { class: 'vc-dialog-end' }, close))
  close.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

const isTyping = (event) =>
  event.target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]')
let leader = -Infinity

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    open()
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (isTyping(event) || document.querySelector('dialog[open]')) return
  if (event.timeStamp - leader < 1200) {
    leader = -Infinity
    const place = places.find((one) => one.key === event.key)
    if (place) {
      event.preventDefault()
      location.assign(place.path)
      return
    }
  }
  if (event.key === 'g') leader = event.timeStamp
  if (event.key === '?') help()
  if (event.key === '/') {
    event.preventDefault()
    const field = document.querySelector('main input[type=search]')
    if (field) field.focus()
    else open()
  }
})

for (const button of document.querySelectorAll('[data-palette]')) {
  button.addEventListener('click', (event) => {
    event.preventDefault()
    open()
  })
}
