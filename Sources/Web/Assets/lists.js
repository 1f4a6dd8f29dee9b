// j and k walk a list, x ticks, Enter opens; the bar of deeds shows while something is ticked.
const isTyping = (event) => event.target.closest('input:not([type=checkbox]), textarea, select')

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (isTyping(event) || document.querySelector('dialog[open]')) return
  const rows = [...document.querySelectorAll('[data-list] tbody tr')]
  const here = rows.findIndex((row) => row.classList.contains('vc-here'))
  const step = { j: 1, k: -1 }[event.key]
  if (step && rows.length) {
    const next = here < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, here + step))
    rows[here]?.classList.remove('vc-here')
    rows[next].classList.add('vc-here')
    rows[next].querySelector('a')?.focus({ preventScroll: true })
    rows[next].scrollIntoView({ block: 'nearest' })
  }
  if (event.key === 'x' && here >= 0) rows[here].querySelector('.vc-tick input')?.click()
  const isOnControl = event.target.closest('a, button, summary')
  if (event.key === 'Enter' && here >= 0 && !isOnControl) rows[here].querySelector('a')?.click()
})

for (const form of document.querySelectorAll('[data-selection]')) {
  const bar = form.querySelector('[data-selection-bar]')
  const line = form.querySelector('[data-selection-count]')
  const boxes = [...form.querySelectorAll('tbody .vc-tick input')]
  const whole = form.querySelector('[data-tick-all]')
  const all = form.querySelector('[data-all]')
  // How many match is asked for when it first matters; without an answer the words stay as they are.
  const count = async () => {
    const label = all.nextElementSibling
    const address = all.dataset.all
    all.dataset.all = ''
    const answer = await fetch(address, { headers: { accept: 'application/json' } }).catch(() => null)
    if (!answer?.ok) return
    const { total } = await answer.json()
    label.textContent = words('All {} that match', total.toLocaleString(document.documentElement.lang))
    update()
  }
  const update = () => {
    const ticked = boxes.filter((box) => box.checked).length
    bar.hidden = ticked === 0 && !all?.checked
    if (!bar.hidden && all?.dataset.all) count()
    if (all?.checked) line.textContent = all.nextElementSibling.textContent
    else line.textContent = ticked === 1 ? words('1 row ticked') : words('{} rows ticked', ticked)
    if (!whole) return
    whole.checked = ticked > 0 && ticked === boxes.length
    whole.indeterminate = ticked > 0 && ticked < boxes.length
  }
  whole?.addEventListener('change', () => { for (const box of boxes) box.checked = whole.checked })
  form.addEventListener('change', update)
  update()
}
