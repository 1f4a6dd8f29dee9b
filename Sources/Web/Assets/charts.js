// Draws the charts again with the chart library: hover, click, pictures.
// The server's drawing stays where it cannot run.
const version = new URL(import.meta.url).search
const { option } = await import(`./chart-options.js${version}`)
const figures = [...document.querySelectorAll('[data-chart]')]
  .filter((figure) => figure.querySelector('[data-chart-data]'))
const drawn = new Map()

const library = () => new Promise((resolve, reject) => {
  if (window.echarts) return resolve(window.echarts)
  const script = document.createElement('script')
  script.src = new URL(`./echarts.min.js${version}`, import.meta.url).href
  script.onload = () => resolve(window.echarts)
  script.onerror = reject
  document.head.append(script)
})

// Colours are asked of the page, so that they follow its theme.
const colours = () => {
  const probe = document.createElement('span')
  probe.hidden = true
  document.body.append(probe)
  const ask = (name) => {
    probe.className = name
    return getComputedStyle(probe).color
  }
  const found = {
    runs: [1, 2, 3, 4, 5, 6, 7, 8].map((index) => ask(`vc-ask-c${index}`)),
    shades: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => ask(`vc-ask-h${index}`)),
    text: ask('vc-ask-text'), soft: ask('vc-ask-soft'), grid: ask('vc-ask-grid'), line: ask('vc-ask-line'),
    surface: ask('vc-ask-surface'), rise: ask('vc-ask-rise'), fall: ask('vc-ask-fall'), bad: ask('vc-ask-cut'),
    font: getComputedStyle(document.body).fontFamily.replaceAll('"', ''),
  }
  probe.remove()
  return found
}

const data = (figure) => JSON.parse(figure.querySelector('[data-chart-data]').textContent)

const draw = (echarts, figure) => {
  const canvas = figure.querySelector('[data-chart-canvas]')
  if (!canvas) return
  const facts = data(figure)
  drawn.get(figure)?.dispose()
  if (!drawn.has(figure)) canvas.replaceChildren()
  canvas.classList.add('vc-chart-live')
  canvas.parentElement.removeAttribute('tabindex')
  const chart = echarts.init(canvas, null, { renderer: 'svg' })
  chart.setOption(option(facts, colours(), canvas.clientWidth))
  chart.on('click', ({ data: mark }) => {
    if (typeof mark?.link === 'string' && /^\/(?![/\\])/.test(mark.link)) location.assign(mark.link)
  })
  drawn.set(figure, chart)
}

const save = (name, blob) => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

// A picture is drawn apart, in its own size and with its title, so it can stand in a report.
const picture = async (figure) => {
  const echarts = await library()
  const facts = data(figure)
  const holder = document.createElement('div')
  holder.className = 'vc-chart-holder'
  document.body.append(holder)
  const chart = echarts.init(holder, null, { renderer: 'canvas', width: 1200, height: 640, devicePixelRatio: 2 })
  const look = colours()
  chart.setOption({ ...option(facts, look, 1200, true), animation: false, backgroundColor: look.surface })
  const address = chart.getDataURL({ type: 'png', pixelRatio: 2 })
  chart.dispose()
  holder.remove()
  const bytes = Uint8Array.from(atob(address.split(',')[1]), (letter) => letter.charCodeAt(0))
  save(`${figure.dataset.chart}.png`, new Blob([bytes], { type: 'image/png' }))
}

// Text that a spreadsheet would run as a formula gets an apostrophe in front.
const cell = (text) => {
  const safe = /^[=+\-@\t\r＝＋－＠]/u.test(text) && !/^[+\-−]?[\d.,\s]+%?$/.test(text) ? `'${text}` : text
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const table = (figure) => {
  const rows = [...figure.querySelectorAll('.vc-chart-table tr')]
  const text = rows.map((row) => [...row.cells].map((one) => cell(one.textContent.trim())).join(',')).join('\r\n')
  save(`${figure.dataset.chart}.csv`, new Blob(['\uFEFF', text, '\r\n'], { type: 'text/csv' }))
}

for (const figure of figures) {
  figure.querySelector('[data-chart-png]')?.addEventListener('click', () => picture(figure))
  figure.querySelector('[data-chart-csv]')?.addEventListener('click', () => table(figure))
}

const live = figures.filter((figure) => figure.querySelector('[data-chart-canvas]'))
if (live.length) {
  const echarts = await library().catch(() => null)
  if (echarts) {
    const all = () => live.forEach((figure) => draw(echarts, figure))
    all()
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all)
    let width = innerWidth
    let wait
    addEventListener('resize', () => {
      if (innerWidth === width) return
      width = innerWidth
      clearTimeout(wait)
      wait = setTimeout(all, 120)
    })
  }
}
