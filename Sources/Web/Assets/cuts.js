// Lets cut lines be dragged and moved by keys. The server says where a line can stand and behind which of these places
// every customer lies, so the sums made here are the ones it makes when the fields are sent.
// `data-answers` only ever grows: one more for every answer that stands; `data-settled` says where the lines stood then.
const grouped = (digits, mark) => digits.replace(/\B(?=(\d{3})+$)/g, mark)

const writer = (numbers) => ({
  count: (value) => grouped(String(value), numbers.grouping),
  money: (minor) => {
    const units = Math.round(Math.abs(minor) / numbers.minorPerMajor)
    return `${minor < 0 ? numbers.minus : ''}${numbers.before}${grouped(String(units), numbers.grouping)}${numbers.after}`
  },
})

const start = (figure) => {
  const facts = JSON.parse(figure.querySelector('[data-cut-data]').textContent)
  const { axes, lines, panels } = facts
  const points = facts.points.split(';').filter(Boolean).map((text) => text.split(',').map(Number))
  const write = writer(facts.numbers)
  const at = lines.map((line) => line.stop)
  const from = axes.length
  const [left, top, width, height] = facts.plot

  const linesOf = axes.map((_, axis) => lines.map((line, index) => index).filter((index) => lines[index].axis === axis))
  const level = (bin, axis) => linesOf[axis].reduce((sum, index) => sum + (bin >= at[index] ? 1 : 0), 0)

  const sums = () => {
    const found = new Map()
    const add = (key, point) => {
      const sum = found.get(key) || { count: 0, sales: 0, contribution: 0 }
      sum.count += point[from]
      sum.sales += point[from + 1]
      sum.contribution += point[from + 2]
      found.set(key, sum)
    }
    panels.forEach((panel, number) => {
      for (const point of points) {
        if (panel.need != null) {
          const bin = point[lines[panel.need].axis]
          if (bin < 0 || (bin >= at[panel.need]) !== panel.isHigh) continue
        }
        const [x, y] = [point[panel.x], point[panel.y]]
        add(x < 0 || y < 0 ? `${number}-missing` : `${number}-${level(x, panel.x)}-${level(y, panel.y)}`, point)
      }
    })
    return found
  }

  const place = (axis, stop) => {
    const { values } = axes[axis]
    const low = values[0]
    return (values[stop] - low) / ((values.at(-1) - low) || 1)
  }
  const edges = (axis) => [0, ...linesOf[axis].map((index) => place(axis, at[index])).sort((a, b) => a - b), 1]

  const cells = [...figure.querySelectorAll('[data-cell]'), ...document.querySelectorAll('.vc-lead [data-cell]')]
  const handles = [...figure.querySelectorAll('[data-cut-line]')]
  const indexOf = (name) => lines.findIndex((line) => line.name === name)

  const showSums = () => {
    const found = sums()
    for (const cell of cells) {
      const sum = found.get(cell.dataset.cell) || { count: 0, sales: 0, contribution: 0 }
      const kind = cell.dataset.of
      if (kind === 'contribution' && !facts.hasContribution) continue
      const text = kind === 'count' ? write.count(sum.count) : write.money(sum[kind])
      if (cell.textContent !== text) cell.textContent = text
    }
  }

  const showCorners = () => {
    for (const corner of figure.querySelectorAll('[data-cut-corner]')) {
      const [number, column, row] = corner.dataset.cutCorner.split('-').map(Number)
      const [across, up] = [edges(panels[number].x), edges(panels[number].y)]
      const [from, to] = [left + across[column] * width, left + across[column + 1] * width]
      const [above, below] = [top + (1 - up[row + 1]) * height, top + (1 - up[row]) * height]
      const x = column === 0 ? from + 8 : column === across.length - 2 ? to - 8 : (from + to) / 2
      const y = row === up.length - 2 ? above + 18 : row === 0 ? below - 26 : (above + below) / 2 - 4
      corner.setAttribute('transform', `translate(${x.toFixed(2)} ${y.toFixed(2)})`)
      corner.setAttribute('visibility', to - from >= 104 && below - above >= 42 ? 'visible' : 'hidden')
    }
  }

  // Circles change drawings when a line of a third axis passes them.
  const showBubbles = () => {
    panels.forEach((panel, number) => {
      if (panel.need == null) return
      for (const bubble of figure.querySelectorAll(`[data-cut-panel="${number}"] [data-cut-stop]`)) {
        const isHere = (Number(bubble.dataset.cutStop) >= at[panel.need]) === panel.isHigh
        bubble.setAttribute('visibility', isHere ? 'visible' : 'hidden')
      }
    })
  }

  const showLine = (handle) => {
    const index = indexOf(handle.dataset.cutLine)
    const { axis, title } = lines[index]
    const share = place(axis, at[index])
    const isAcross = handle.classList.contains('vc-cut-x')
    const where = isAcross ? `${(left + share * width).toFixed(2)} 0` : `0 ${(top + (1 - share) * height).toFixed(2)}`
    handle.setAttribute('transform', `translate(${where})`)
    handle.querySelector('[data-cut-words]').textContent = axes[axis].words[at[index]]
    handle.setAttribute('aria-label', title)
    handle.setAttribute('aria-valuemin', axes[axis].values[1])
    handle.setAttribute('aria-valuemax', axes[axis].values.at(-1))
    handle.setAttribute('aria-valuenow', axes[axis].values[at[index]])
    handle.setAttribute('aria-valuetext', axes[axis].words[at[index]])
  }

  const show = () => {
    handles.forEach(showLine)
    showCorners()
    showBubbles()
    showSums()
  }

  // Lines of one axis never pass each other.
  const move = (index, stop) => {
    const beside = linesOf[lines[index].axis]
    const spot = beside.indexOf(index)
    const low = spot > 0 ? at[beside[spot - 1]] : 1
    const high = spot < beside.length - 1 ? at[beside[spot + 1]] : axes[lines[index].axis].values.length - 1
    const next = Math.min(high, Math.max(low, stop))
    if (next === at[index]) return
    at[index] = next
    show()
  }

  const settle = () => {
    lines.forEach((line, index) => {
      const text = axes[line.axis].texts[at[index]]
      for (const field of document.querySelectorAll(`[data-cut-field="${line.name}"]`)) field.value = text
      const range = figure.querySelector(`[data-cut-range="${line.name}"]`)
      if (range) {
        range.value = at[index]
        range.setAttribute('aria-valuetext', axes[line.axis].words[at[index]])
      }
    })
    figure.dataset.settled = lines.map((line, index) => `${line.name}=${axes[line.axis].texts[at[index]]}`).join('&')
    figure.dataset.answers = Number(figure.dataset.answers) + 1
  }

  const say = () => {
    const found = sums()
    const words = panels.flatMap((panel, number) => panel.cells.map(([x, y], index) =>
      `${panel.names[index]} ${write.count(found.get(`${number}-${x}-${y}`)?.count || 0)}`))
    figure.querySelector('[data-cut-status]').textContent = words.join(', ')
  }

  const nearest = (axis, share) => {
    let best = 1
    for (let stop = 1; stop < axes[axis].values.length; stop += 1) {
      if (Math.abs(place(axis, stop) - share) < Math.abs(place(axis, best) - share)) best = stop
    }
    return best
  }

  for (const handle of handles) {
    const index = indexOf(handle.dataset.cutLine)
    const { axis } = lines[index]
    handle.setAttribute('role', 'slider')
    handle.setAttribute('tabindex', '0')
    const isAcross = handle.classList.contains('vc-cut-x')
    handle.setAttribute('aria-orientation', isAcross ? 'horizontal' : 'vertical')
    const share = (event) => {
      const matrix = handle.ownerSVGElement.getScreenCTM().inverse()
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix)
      return isAcross ? (point.x - left) / width : 1 - (point.y - top) / height
    }
    handle.addEventListener('pointerdown', (event) => {
      if (event.button > 0) return
      event.preventDefault()
      handle.focus({ preventScroll: true })
      handle.setPointerCapture(event.pointerId)
      const drag = (moved) => move(index, nearest(axis, share(moved)))
      const drop = () => {
        handle.removeEventListener('pointermove', drag)
        settle()
        say()
      }
      handle.addEventListener('pointermove', drag)
      handle.addEventListener('lostpointercapture', drop, { once: true })
    })
    handle.addEventListener('keydown', (event) => {
      const last = axes[axis].values.length - 1
      const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10,
        Home: -last, End: last }[event.key]
      if (!steps || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      event.stopPropagation()
      move(index, at[index] + steps)
      settle()
    })
    handle.addEventListener('blur', say)
  }

  for (const range of figure.querySelectorAll('[data-cut-range]')) {
    const index = indexOf(range.dataset.cutRange)
    range.addEventListener('input', () => {
      move(index, Number(range.value))
      settle()
    })
    range.addEventListener('change', say)
  }

  show()
  settle()
}

for (const figure of document.querySelectorAll('[data-cuts]')) start(figure)
