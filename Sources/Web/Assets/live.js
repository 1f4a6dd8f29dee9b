// Follows a job by server-sent events and loads the page again when it is over.
for (const part of document.querySelectorAll('[data-live]')) {
  const bar = part.querySelector('progress')
  const words = part.querySelector('[data-live-words]')
  const note = part.querySelector('[data-live-note]')
  const source = new EventSource(part.dataset.live)
  const follow = (event) => {
    const news = JSON.parse(event.data)
    if (typeof news.share === 'number') bar.value = Math.round(news.share * 100)
    else bar.removeAttribute('value')
    if (news.words) words.textContent = news.words
    note.textContent = news.note || ''
    if (!news.done) return
    source.close()
    location.reload()
  }
  source.addEventListener('message', follow)
  source.addEventListener('progress', follow)
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000)
  })
  addEventListener('pagehide', () => source.close())
}
