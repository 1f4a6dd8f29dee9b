// The tags of the company are offered while one is typed.
let number = 0
for (const form of document.querySelectorAll('[data-tags]')) {
  const input = form.querySelector('input[name=tag]')
  const list = document.createElement('datalist')
  list.id = `vc-tags-${number++}`
  input.setAttribute('list', list.id)
  form.append(list)
  let asked = 0
  const offer = async () => {
    const turn = ++asked
    const answer = await fetch(`${form.dataset.tags}?q=${encodeURIComponent(input.value.trim())}`,
      { headers: { accept: 'application/json' } }).catch(() => null)
    if (!answer?.ok || turn !== asked) return
    const { rows = [] } = await answer.json()
    list.replaceChildren(...rows.map((tag) => Object.assign(document.createElement('option'), { value: tag.name })))
  }
  input.addEventListener('focus', offer)
  input.addEventListener('input', offer)
}
