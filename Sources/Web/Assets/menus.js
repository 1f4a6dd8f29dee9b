// Menus close when one looks elsewhere; dialogs that ask before a deed are made modal.
const menus = () => document.querySelectorAll('details[data-menu][open]')

document.addEventListener('click', (event) => {
  // What a press took off the page was inside when it was pressed.
  if (!event.target.isConnected) return
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false
})

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const menu of menus()) {
    menu.open = false
    menu.querySelector('summary')?.focus()
  }
})

for (const button of document.querySelectorAll('[data-confirm]')) {
  const dialog = document.getElementById(button.dataset.confirm)
  if (!dialog?.showModal) continue
  dialog.removeAttribute('popover')
  button.removeAttribute('popovertarget')
  button.addEventListener('click', () => dialog.showModal())
  const close = dialog.querySelector('[data-close]')
  close?.removeAttribute('popovertarget')
  close?.addEventListener('click', () => dialog.close())
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  })
}
