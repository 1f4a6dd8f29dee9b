// Moves the slider of the removal test. The server made an answer for every place of it; this shows the one that is due.
// `data-answers` only ever grows; `data-settled` says which place it answered last.
for (const box of document.querySelectorAll('[data-removals]')) {
  const answers = JSON.parse(box.querySelector('[data-removal-data]').textContent)
  const range = box.querySelector('[data-removal-range]')
  const field = box.querySelector('[data-removal-field]')
  const answer = (place) => {
    const words = answers[place]
    if (!words) return
    for (const part of box.querySelectorAll('[data-removal-words] [data-of]')) part.textContent = words[part.dataset.of]
    range.value = place
    range.setAttribute('aria-valuetext', words.removed)
    for (const one of document.querySelectorAll('[data-removal-field]')) one.value = place
    box.dataset.settled = place
    box.dataset.answers = Number(box.dataset.answers) + 1
  }
  range.addEventListener('input', () => answer(Number(range.value)))
  if (field.value !== '') answer(Number(field.value))
  else box.dataset.answers = 1
}
