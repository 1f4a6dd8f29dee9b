// A file before it comes in: what is changed is looked at again at once, without leaving the place.
const form = document.querySelector('[data-look]')
let running = null

const swap = (page) => {
  const here = document.activeElement
  const place = here && here.id ? here.id : null
  const next = page.querySelector('[data-look]')
  if (!next) return false
  for (const part of document.querySelectorAll('[data-look-part]')) {
    const fresh = page.getElementById(part.id)
    if (fresh) part.replaceWith(fresh)
  }
  // The columns change with the subject only; their selects keep what was chosen.
  const subject = (root) => root.querySelector('[name=subject]').value
  if (form.dataset.subject && form.dataset.subject !== subject(page)) return false
  form.dataset.subject = subject(page)
  for (const field of next.querySelectorAll('select[id], input[id]')) {
    const old = document.getElementById(field.id)
    if (old && old !== document.activeElement && old.tagName === field.tagName) old.value = field.value
  }
  if (place) document.getElementById(place)?.focus()
  return true
}

const look = async () => {
  running?.abort()
  running = new AbortController()
  form.setAttribute('aria-busy', 'true')
  try {
    const answer = await fetch(form.action, {
      method: 'POST', body: new URLSearchParams(new FormData(form)), signal: running.signal,
      headers: { Accept: 'text/html' },
    })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (!swap(page)) location.reload()
    form.dataset.looks = Number(form.dataset.looks || 0) + 1
  } catch (problem) {
    if (problem.name !== 'AbortError') location.reload()
    return
  }
  form.removeAttribute('aria-busy')
}

form.dataset.subject = form.querySelector('[name=subject]').value
form.addEventListener('change', look)
form.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return
  event.preventDefault()
  look()
})
