// Ctrl-Enter saves, files can be dropped, and what was typed survives a sign-out.
const problems = document.querySelector('[data-focus]')
if (problems) problems.focus()

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  const form = event.target.closest('[data-form]')
  if (form) form.requestSubmit()
})

const sized = (bytes) =>
  (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`)

for (const zone of document.querySelectorAll('[data-drop]')) {
  const input = zone.querySelector('input[type=file]')
  const name = zone.querySelector('[data-drop-name]')
  const show = () => {
    const file = input.files[0]
    name.textContent = file ? `${file.name}, ${sized(file.size)}` : ''
  }
  for (const kind of ['dragenter', 'dragover']) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault()
      zone.classList.add('vc-over')
    })
  }
  for (const kind of ['dragleave', 'drop']) zone.addEventListener(kind, () => zone.classList.remove('vc-over'))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files
    show()
  })
  input.addEventListener('change', show)
}

const kept = (form) => [...form.elements].filter((field) =>
  field.name && !['hidden', 'password', 'file', 'submit', 'button'].includes(field.type))
const state = (field) => (['checkbox', 'radio'].includes(field.type) ? field.checked : field.value)
const key = (form) => `draft:${new URL(form.action).pathname}`

const keep = (form, sent) => sessionStorage.setItem(key(form), JSON.stringify({ sent, values: kept(form).map(state) }))

const bringBack = (form, values) => {
  kept(form).forEach((field, index) => {
    if (['checkbox', 'radio'].includes(field.type)) field.checked = values[index]
    else field.value = values[index]
    field.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

const offer = (form, values) => {
  const line = document.createElement('p')
  const back = document.createElement('button')
  line.className = 'vc-draft'
  line.textContent = `${words('What you typed here before is still kept.')} `
  back.type = 'button'
  back.className = 'btn'
  back.textContent = words('Bring it back')
  back.addEventListener('click', () => {
    bringBack(form, values)
    line.remove()
  })
  line.append(back)
  form.prepend(line)
}

const forms = [...document.querySelectorAll('[data-form]')].filter((form) => form.method === 'post')
for (const form of forms) {
  if (form.querySelector('input[type=password]')) continue
  const draft = JSON.parse(sessionStorage.getItem(key(form)) || 'null')
  const now = kept(form).map(state)
  const isOther = draft?.values.length === now.length && JSON.stringify(draft.values) !== JSON.stringify(now)
  if (isOther) offer(form, draft.values)
  form.addEventListener('input', () => keep(form, false))
  form.addEventListener('submit', () => keep(form, true))
}

// A draft that was sent and whose form did not come back has been taken.
if (!document.querySelector('input[type=password]')) {
  const here = new Set(forms.map(key))
  for (const name of Object.keys(sessionStorage)) {
    if (!name.startsWith('draft:') || here.has(name)) continue
    if (JSON.parse(sessionStorage.getItem(name)).sent) sessionStorage.removeItem(name)
  }
}
