// d says that the task at hand is done: the row j and k walk to, else the only one of the page.
const isTyping = (event) => event.target.closest('input:not([type=checkbox]), textarea, select')
let led = -Infinity

document.addEventListener('keydown', (event) => {
  if (event.key === 'g') led = event.timeStamp
  // After g it is the letter of a place.
  if (event.key !== 'd' || event.timeStamp - led < 1200) return
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector('dialog[open]')) return
  const buttons = document.querySelectorAll('[data-done] button')
  const here = document.querySelector('tr.vc-here [data-done] button')
    ?? event.target.closest('tr')?.querySelector('[data-done] button')
    ?? (buttons.length === 1 ? buttons[0] : null)
  here?.click()
})
