// What is shown once can be taken with one press.
for (const place of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'btn'
  button.textContent = words('Copy')
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(place.querySelector('code').textContent)
    button.textContent = words('Copied')
  })
  place.append(button)
}
