// A field that names another record is found by typing its name; without this it takes a number or a whole name.
const search = document.getElementById('vc-places')?.dataset.search || ''
let lists = 0

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

const asked = async (noun, text) => {
  const query = new URLSearchParams({ q: text, noun, size: '8' })
  const answer = await fetch(`${search}?${query}`, { headers: { accept: 'application/json' } }).catch(() => null)
  if (!answer?.ok) return []
  const { results = [] } = await answer.json()
  return results.filter((found) => found.kind === 'record' && found.noun === noun)
}

const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase()

/**
 * Puts a box to search in over an input that holds the number of a record.
 * @param mark what stands before a number that was chosen, so that it is not taken for one of a feed
 * @returns the box, what is typed into, and where the record chosen last stands
 */
export const chooser = (input, noun, mark = '#') => {
  if (!search) return { box: input, shown: input, path: '' }
  const shown = input.cloneNode()
  const list = make('ul', { class: 'dropdown-menu w-100 vc-choose-list', role: 'listbox', id: `vc-choose-${lists += 1}` })
  const box = make('div', { class: 'vc-choose' })
  for (const name of ['name', 'data-choose', 'data-title']) shown.removeAttribute(name)
  for (const [name, value] of Object.entries({ type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
    'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id })) shown.setAttribute(name, value)
  if (input.parentNode) input.before(box)
  box.append(shown, list, input)
  for (const name of ['id', 'required', 'autofocus', 'aria-describedby', 'aria-invalid', 'aria-label']) input.removeAttribute(name)
  for (const [name, value] of Object.entries({ class: 'visually-hidden', tabindex: '-1', 'aria-hidden': 'true' })) {
    input.setAttribute(name, value)
  }
  const made = { box, shown, path: '' }
  let found = [], selected = -1, turn = 0

  const close = () => {
    found = []
    selected = -1
    list.classList.remove('show')
    shown.setAttribute('aria-expanded', 'false')
    shown.removeAttribute('aria-activedescendant')
  }
  const light = () => {
    for (const [index, row] of [...list.children].entries()) {
      row.classList.toggle('active', index === selected)
      row.setAttribute('aria-selected', String(index === selected))
    }
    if (selected >= 0) shown.setAttribute('aria-activedescendant', `${list.id}-${selected}`)
    else shown.removeAttribute('aria-activedescendant')
  }
  const pick = (one) => {
    input.value = `${mark}${one.id}`
    shown.value = one.title
    made.path = one.path
    turn += 1
    close()
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const offer = async () => {
    const mine = ++turn
    const typed = shown.value.trim()
    const rows = await asked(noun, typed)
    if (mine !== turn || document.activeElement !== shown) return
    found = rows
    selected = typed && rows.length ? 0 : -1
    list.replaceChildren(...rows.map((one, index) => make('li', { class: 'dropdown-item', role: 'option',
      id: `${list.id}-${index}`, 'data-index': index }, make('span', {}, one.title), make('small', {}, one.note || ''))))
    if (!rows.length && typed) {
      list.append(make('li', { class: 'dropdown-item disabled', role: 'option', 'aria-disabled': 'true' },
        words('Nothing by that name.')))
    }
    list.classList.toggle('show', list.childElementCount > 0)
    shown.setAttribute('aria-expanded', String(list.childElementCount > 0))
    list.dataset.asked = typed
    light()
  }
  /** Shows the title of the record whose number the input holds. */
  const tell = async () => {
    const number = input.value.replace(/^#/, '')
    if (input.dataset.title) {
      shown.value = input.dataset.title
    } else if (/^\d+$/.test(number)) {
      const one = (await asked(noun, number)).find((other) => String(other.id) === number)
      if (one && input.value.replace(/^#/, '') === number) {
        shown.value = one.title
        made.path = one.path
      }
    } else {
      shown.value = input.value
    }
  }

  shown.addEventListener('input', () => {
    input.value = shown.value
    input.dispatchEvent(new Event('input', { bubbles: true }))
    offer()
  })
  shown.addEventListener('keydown', (event) => {
    const isOpen = list.classList.contains('show')
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!isOpen) return offer()
      const step = event.key === 'ArrowDown' ? 1 : -1
      selected = found.length ? (selected + step + found.length) % found.length : -1
      return light()
    }
    if (!isOpen) return
    if (event.key === 'Enter' && found[selected] && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      event.stopImmediatePropagation()
      pick(found[selected])
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopImmediatePropagation()
      close()
    }
  })
  // The only record of the name that was typed is the one that is meant.
  shown.addEventListener('blur', () => {
    const same = found.filter((one) => fold(one.title) === fold(shown.value))
    if (same.length === 1 && input.value === shown.value) pick(same[0])
    close()
  })
  list.addEventListener('mousedown', (event) => event.preventDefault())
  list.addEventListener('click', (event) => {
    const row = event.target.closest('li[data-index]')
    if (row) pick(found[Number(row.dataset.index)])
  })
  // What was typed before is brought back.
  input.addEventListener('change', () => {
    delete input.dataset.title
    tell()
  })
  if (input.value) tell()
  return made
}

for (const input of document.querySelectorAll('input[data-choose]')) chooser(input, input.dataset.choose)
