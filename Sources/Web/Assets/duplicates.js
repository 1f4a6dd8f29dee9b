// While a new customer or contact is typed: the records that may be the same, each with why.
const noun = document.querySelector('form[data-form][method="post"][action="/customers"]') ? 'customer' : 'contact'
const form = document.querySelector('form[data-form][method="post"][action="/customers"], ' +
  'form[data-form][method="post"][action="/contacts"]')
const compared = ['name', 'firstName', 'lastName', 'email', 'phone', 'website', 'street', 'postalCode', 'city', 'birthday']

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

const box = make('div', { class: 'vc-form-hints', role: 'status', 'aria-live': 'polite', hidden: '' })
let asked = 0
let timer = 0

const typed = () => {
  const query = new URLSearchParams({ noun })
  const names = []
  for (const name of compared) {
    const value = form.elements[name]?.value?.trim()
    if (!value) continue
    if (name === 'firstName' || name === 'lastName') names.push(value)
    else query.set(name, value)
  }
  if (names.length) query.set('name', names.join(' '))
  return query
}

const ask = async () => {
  const query = typed()
  const turn = ++asked
  if ([...query.keys()].length < 2) return draw([])
  const answer = await fetch(`/api/v1/duplicates/hints?${query}`, { headers: { accept: 'application/json' } })
    .catch(() => null)
  if (!answer?.ok || turn !== asked) return
  const { rows = [] } = await answer.json()
  if (turn === asked) draw(rows.filter((row) => /^\/(?![/\\])/.test(row.path)))
}

const draw = (rows) => {
  box.hidden = !rows.length
  box.replaceChildren()
  if (!rows.length) return
  const list = make('ul', { class: 'vc-hints' }, ...rows.map((row) => make('li', {},
    make('a', { href: row.path, target: '_blank', rel: 'noopener' }, row.title), make('span', {}, row.words),
    make('span', { class: `vc-badge vc-tone-${row.isLikely ? 'watch' : 'neutral'}` },
      row.isLikely ? words('Very likely') : words('Perhaps')))))
  box.append(make('p', {}, words('This may be here already:')), list)
}

if (form && form.method === 'post' && !form.querySelector('input[name="_method"]')) {
  form.querySelector('.vc-form-end')?.before(box)
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(ask, 250)
  })
  ask()
}
