// Turns a chart as the server describes it into options of the chart library. All words come from the server.
// `look` holds the colours of the page, `width` the room there is, `isPicture` whether it is drawn for a file.
const words = (look, size = 12) => ({ color: look.soft, fontSize: size, fontFamily: look.font })
const strong = (look, size = 12.5) => ({ color: look.text, fontSize: size, fontFamily: look.font, fontWeight: 500 })
const outlined = (look, width) => ({ textBorderColor: look.surface, textBorderWidth: width })
const colourOf = (look, run) => look.runs[run.colour - 1]
const faint = (colour, share) => colour.replace(/^rgb\(([^)]+)\)$/, `rgba($1, ${share})`)
const pointer = (run) => (run.marks.some((mark) => mark.link) ? 'pointer' : 'default')
const isNarrow = (width) => width < 480

// Axes

const tickLabel = (axis, value) => {
  const near = axis.ticks.find((tick) => Math.abs(tick.value - value) < axis.step * 1e-6)
  return near ? near.label : ''
}

const measured = (axis, look, extra = {}) => ({
  type: 'value',
  min: axis.low,
  max: axis.high,
  interval: axis.step,
  axisLabel: { ...words(look), hideOverlap: true, formatter: (value) => tickLabel(axis, value) },
  splitLine: { lineStyle: { color: look.grid } },
  axisLine: { show: false },
  axisTick: { show: false },
  ...extra,
})

const measuredAcross = (axis, look) => measured(axis, look, {
  name: axis.title,
  nameLocation: 'middle',
  nameGap: 32,
  nameTextStyle: { ...words(look), fontWeight: 500 },
  splitLine: { show: false },
  axisLine: { show: true, lineStyle: { color: look.line } },
})

const named = (labels, look, extra = {}) => ({
  type: 'category',
  data: labels,
  axisLabel: { ...words(look), hideOverlap: true },
  axisTick: { show: false },
  axisLine: { lineStyle: { color: look.line } },
  ...extra,
})

const lyingNames = (labels, look, room) => named(labels, look, {
  inverse: true,
  axisLine: { show: false },
  axisLabel: { ...strong(look), fontWeight: 400, interval: 0, width: room, overflow: 'truncate' },
})

const hiddenAmounts = (axis, look) => measured(axis, look, { axisLabel: { show: false }, splitLine: { show: false } })

// What the vertical axis measures stands above it, where it is read without turning the head.
const above = (facts, look, isPicture) => (facts.y?.title && !facts.isHorizontal ? [{
  type: 'text',
  silent: true,
  left: isPicture ? 24 : 4,
  top: isPicture ? 76 : 2,
  style: { text: facts.y.title, fill: look.soft, font: `500 12px ${look.font}` },
}] : [])

// What all charts share

const heading = (facts, look, width) => ({
  text: facts.title,
  left: 24,
  top: 20,
  textStyle: { ...strong(look, 20), fontWeight: 600, width: width - 60, overflow: 'break' },
})

const legend = (facts, look) => ({
  bottom: 16,
  left: 24,
  icon: 'roundRect',
  itemWidth: 14,
  data: facts.runs.map((run) => run.name),
  textStyle: { ...strong(look, 14), fontWeight: 400 },
})

const base = (facts, look, width, isPicture) => {
  const hasLegend = isPicture && facts.runs.length > 1
  return {
    animationDuration: 250,
    textStyle: { fontFamily: look.font },
    aria: { enabled: false },
    graphic: above(facts, look, isPicture),
    title: isPicture ? heading(facts, look, width) : undefined,
    legend: hasLegend ? legend(facts, look) : { show: false },
    grid: {
      left: isPicture ? 24 : 4,
      right: 24,
      top: isPicture ? 104 : 36,
      bottom: hasLegend ? 56 : 16,
      containLabel: true,
    },
    tooltip: {
      renderMode: 'richText',
      confine: true,
      backgroundColor: look.surface,
      borderColor: look.line,
      padding: [8, 12],
      textStyle: { color: look.text, fontFamily: look.font, fontSize: 13 },
      axisPointer: { lineStyle: { color: look.line } },
    },
  }
}

const lying = (chart, isPicture) => ({ ...chart.grid, right: 84, top: isPicture ? 104 : 8 })

const cutLine = (look, data) => ({
  silent: true,
  symbol: 'none',
  label: { show: false },
  lineStyle: { color: look.bad, type: [4, 4], width: 1.5 },
  data,
})

const together = (facts) => (all) => {
  const shown = all.filter((one) => one.data?.words)
  if (!shown.length) return ''
  const lines = shown.map((one) => (facts.runs.length > 1 ? `${one.seriesName}: ${one.data.words}` : one.data.words))
  return [shown[0].name, ...lines].join('\n')
}

const values = (run) => run.marks.map((mark) => ({ value: mark.value[0], words: mark.words, link: mark.link }))

// Share and whale curves

const curve = (facts, look, width, isPicture) => {
  const chart = base(facts, look, width, isPicture)
  const colour = look.runs[0]
  const { cut } = facts
  const toCurve = cut ? [
    [{ coord: [0, cut.value[1]] }, { coord: cut.value }],
    [{ coord: cut.value }, { coord: [cut.value[0], facts.y.low] }],
  ] : []
  const equal = [{ coord: [0, 0], lineStyle: { color: look.line, type: 'solid', width: 1 } }, { coord: [1, 1] }]
  const highlights = (facts.highlights || []).map((mark) => ({ ...mark, colour: look.runs[1] }))
  const dots = [cut && { ...cut, colour }, ...highlights]
  return {
    ...chart,
    grid: { ...chart.grid, bottom: chart.grid.bottom + 20 },
    xAxis: measuredAcross(facts.x, look),
    yAxis: measured(facts.y, look),
    tooltip: {
      ...chart.tooltip,
      trigger: 'axis',
      formatter: (all) => all.find((one) => one.seriesIndex === 0)?.data.words || '',
    },
    series: [
      {
        type: 'line',
        name: facts.runs[0].name,
        data: facts.runs[0].marks.map((mark) => ({ value: mark.value, words: mark.words })),
        showSymbol: false,
        lineStyle: { color: colour, width: 2.5 },
        itemStyle: { color: colour },
        areaStyle: { color: colour, opacity: 0.08 },
        markLine: cutLine(look, [...toCurve, equal]),
      },
      {
        type: 'scatter',
        silent: true,
        z: 5,
        symbolSize: 11,
        data: dots.filter(Boolean).map((mark) => ({
          value: mark.value,
          words: mark.words,
          itemStyle: { color: mark.colour, borderColor: look.surface, borderWidth: 2 },
        })),
        label: {
          ...strong(look, 13),
          ...outlined(look, 3),
          show: true,
          position: [14, 12],
          align: 'left',
          fontWeight: 600,
          lineHeight: 17,
          width: isNarrow(width) ? 150 : undefined,
          overflow: 'break',
          formatter: ({ data }) => data.words,
        },
      },
    ],
  }
}

// Lines

// The band of an interval is two lines on top of each other: the lower one unseen, the upper one filled.
const band = (run, look) => {
  if (!run.low) return []
  const unseen = { type: 'line', stack: `band ${run.name}`, lineStyle: { opacity: 0 }, symbol: 'none', silent: true }
  const height = (high, index) => (high == null || run.low[index] == null ? null : high - run.low[index])
  return [
    { ...unseen, data: run.low },
    { ...unseen, data: run.high.map(height), areaStyle: { color: colourOf(look, run), opacity: 0.16 } },
  ]
}

const shaded = (facts, look) => (facts.shadedFrom == null ? undefined : {
  silent: true,
  itemStyle: { color: look.grid, opacity: 0.45 },
  label: { color: look.soft, fontFamily: look.font, position: 'insideTopLeft' },
  data: [[{ xAxis: facts.shadedFrom, name: facts.shadedWords }, { xAxis: facts.x.labels.length - 1 }]],
})

const lines = (facts, look, width, isPicture) => {
  const chart = base(facts, look, width, isPicture)
  return {
    ...chart,
    xAxis: named(facts.x.labels, look),
    yAxis: measured(facts.y, look),
    tooltip: { ...chart.tooltip, trigger: 'axis', formatter: together(facts) },
    series: facts.runs.flatMap((run, index) => [
      ...band(run, look),
      {
        type: 'line',
        name: run.name,
        data: values(run),
        showSymbol: facts.x.labels.length <= 24,
        symbol: ['circle', 'diamond', 'rect', 'triangle'][index % 4],
        symbolSize: 6,
        lineStyle: { color: colourOf(look, run), width: 2.25, type: run.isDashed ? [6, 4] : 'solid' },
        itemStyle: { color: colourOf(look, run) },
        cursor: pointer(run),
        markArea: index === 0 ? shaded(facts, look) : undefined,
      },
    ]),
  }
}

// Bars

const bars = (facts, look, width, isPicture) => {
  const chart = base(facts, look, width, isPicture)
  const isLying = facts.isHorizontal
  const hasLabels = !facts.isStacked && facts.runs.length === 1 && (isLying || facts.x.labels.length <= 12)
  const names = isLying ? lyingNames(facts.x.labels, look, Math.min(200, width * 0.34)) : named(facts.x.labels, look)
  const amounts = isLying ? hiddenAmounts(facts.y, look) : measured(facts.y, look)
  const shadow = { type: 'shadow', shadowStyle: { color: look.grid, opacity: 0.35 } }
  return {
    ...chart,
    grid: isLying ? lying(chart, isPicture) : chart.grid,
    xAxis: isLying ? amounts : names,
    yAxis: isLying ? names : amounts,
    tooltip: { ...chart.tooltip, trigger: 'axis', axisPointer: shadow, formatter: together(facts) },
    series: facts.runs.map((run) => ({
      type: 'bar',
      name: run.name,
      data: values(run),
      stack: facts.isStacked ? 'all' : undefined,
      barMaxWidth: isLying ? 22 : 64,
      barGap: '8%',
      itemStyle: {
        color: colourOf(look, run),
        borderRadius: facts.isStacked ? 0 : 3,
        borderColor: look.surface,
        borderWidth: facts.isStacked ? 1 : 0,
      },
      cursor: pointer(run),
      label: {
        ...strong(look),
        show: hasLabels,
        position: isLying ? 'right' : 'top',
        formatter: ({ data }) => data.words,
      },
    })),
  }
}

// Waterfalls lie down where their names would not fit side by side.

const waterfall = (facts, look, width, isPicture) => {
  const { marks } = facts.runs[0]
  const isLying = width / marks.length < 96
  const chart = base({ ...facts, isHorizontal: isLying }, look, width, isPicture)
  const tone = { total: look.runs[0], rise: look.rise, fall: look.fall }
  const spans = marks.map((mark) => ({ low: Math.min(...mark.value), high: Math.max(...mark.value) }))
  const broken = { ...words(look), interval: 0, width: (width - 90) / marks.length - 6, overflow: 'break' }
  const names = isLying
    ? lyingNames(facts.x.labels, look, Math.min(160, width * 0.32)) : named(facts.x.labels, look, { axisLabel: broken })
  const amounts = isLying ? hiddenAmounts(facts.y, look) : measured(facts.y, look)
  // A bar that crosses or lies under zero starts at zero; the others stand on an unseen one.
  const seen = (mark, index) => (spans[index].low < 0 ? mark.value[1] : spans[index].high - spans[index].low)
  const bar = { type: 'bar', stack: 'steps', barMaxWidth: isLying ? 26 : 72 }
  return {
    ...chart,
    grid: isLying ? lying(chart, isPicture) : chart.grid,
    xAxis: isLying ? amounts : names,
    yAxis: isLying ? names : amounts,
    tooltip: { ...chart.tooltip, trigger: 'item', formatter: ({ data }) => `${data.name}\n${data.words}` },
    series: [
      { ...bar, silent: true, itemStyle: { color: 'transparent' }, data: spans.map((span) => Math.max(0, span.low)) },
      {
        ...bar,
        cursor: pointer(facts.runs[0]),
        data: marks.map((mark, index) => ({
          value: seen(mark, index),
          name: mark.name,
          words: mark.words,
          link: mark.link,
          itemStyle: { color: tone[mark.tone], borderRadius: 3 },
        })),
        label: {
          ...strong(look),
          show: true,
          position: isLying ? 'right' : 'top',
          formatter: ({ data }) => data.words,
        },
      },
    ],
  }
}

// Bubbles and portfolio matrices

const corners = (facts, look, isPicture) => {
  const top = isPicture ? 112 : 44
  const places = [{ left: 84, top }, { right: 34, top }, { left: 84, bottom: 66 }, { right: 34, bottom: 66 }]
  return (facts.corners || []).map((text, index) => ({
    type: 'text',
    silent: true,
    z: -1,
    ...places[index],
    style: { text, fill: look.soft, font: `500 13px ${look.font}` },
  }))
}

const bubbles = (facts, look, width, isPicture) => {
  const chart = base(facts, look, width, isPicture)
  const cuts = [facts.cutX != null && { xAxis: facts.cutX }, facts.cutY != null && { yAxis: facts.cutY }]
    .filter(Boolean)
  const count = facts.runs.reduce((sum, run) => sum + run.marks.length, 0)
  return {
    ...chart,
    grid: { ...chart.grid, bottom: chart.grid.bottom + 20 },
    xAxis: measuredAcross(facts.x, look),
    yAxis: measured(facts.y, look),
    tooltip: { ...chart.tooltip, trigger: 'item', formatter: ({ data }) => `${data.name}\n${data.words}` },
    graphic: isNarrow(width) ? chart.graphic : [...chart.graphic, ...corners(facts, look, isPicture)],
    series: facts.runs.map((run, index) => ({
      type: 'scatter',
      name: run.name,
      data: run.marks.map((mark) => ({
        value: mark.value,
        name: mark.name,
        words: mark.words,
        link: mark.link,
        symbolSize: Math.max(6, mark.size),
      })),
      itemStyle: { color: faint(colourOf(look, run), 0.72), borderColor: look.surface, borderWidth: 1.5 },
      cursor: pointer(run),
      label: {
        ...strong(look, 12),
        ...outlined(look, 2),
        show: count <= (isNarrow(width) ? 8 : 24),
        position: 'top',
        formatter: ({ data }) => data.name,
      },
      labelLayout: { hideOverlap: true },
      markLine: index === 0 ? cutLine(look, cuts) : undefined,
    })),
  }
}

// What was expected beside what came: the expectation stands at 100 %, whatever its unit.

const dumbbell = (facts, look, hasErrors) => (params, api) => {
  const mark = facts.runs[0].marks[api.value(0)]
  const at = (value) => api.coord([value, api.value(0)])
  const [expected, low, high, came] = mark.value
  const [from, y] = at(expected)
  const known = came != null
  const to = known ? at(came)[0] : from
  const [left, right] = low == null || high == null ? [from, from] : [at(low)[0], at(high)[0]]
  const dot = (x, colour) => ({
    type: 'circle', shape: { cx: x, cy: y, r: 6 }, style: { fill: colour, stroke: look.surface, lineWidth: 2 },
  })
  const line = { x1: from, y1: y, x2: to, y2: y }
  return {
    type: 'group',
    children: [
      {
        type: 'rect',
        shape: { x: left, y: y - 7, width: Math.max(0, right - left), height: 14, r: 7 },
        style: { fill: look.runs[0], opacity: 0.18 },
      },
      { type: 'line', shape: line, style: { stroke: look.runs[1], lineWidth: known ? 2.5 : 0 } },
      dot(from, look.runs[0]),
      ...(known ? [dot(to, look.runs[1])] : []),
      {
        type: 'text',
        x: Math.max(from, to, right) + 12,
        y,
        style: { text: hasErrors ? mark.tone : '', fill: look.text, font: `600 12px ${look.font}`, verticalAlign: 'middle' },
      },
    ],
  }
}

const dumbbells = (facts, look, width, isPicture) => {
  const chart = base({ ...facts, isHorizontal: true }, look, width, isPicture)
  const narrow = isNarrow(width)
  const names = lyingNames(facts.x.labels, look, narrow ? width * 0.42 : Math.min(280, width * 0.34))
  if (narrow) Object.assign(names.axisLabel, { overflow: 'break', fontSize: 11, lineHeight: 13 })
  const hasErrors = !narrow && facts.runs[0].marks.some((mark) => mark.tone)
  return {
    ...chart,
    grid: { ...chart.grid, top: isPicture ? 104 : 8, bottom: chart.grid.bottom + 26, right: hasErrors ? 104 : 24 },
    xAxis: { ...measuredAcross(facts.y, look), splitLine: { show: true, lineStyle: { color: look.grid } } },
    yAxis: names,
    tooltip: { ...chart.tooltip, trigger: 'item', formatter: ({ data }) => `${data.name}\n${data.words}` },
    series: [{
      type: 'custom',
      name: facts.runs[0].name,
      renderItem: dumbbell(facts, look, hasErrors),
      encode: { x: 1, y: 0 },
      cursor: pointer(facts.runs[0]),
      data: facts.runs[0].marks.map((mark, index) => ({
        value: [index, mark.value[0]], name: mark.name, words: mark.words, link: mark.link,
      })),
    }],
  }
}

// Flows: places before on the left, places after on the right

const flow = (facts, look, width, isPicture) => {
  const chart = base({ ...facts, runs: [] }, look, width, isPicture)
  const [nodes, streams] = facts.runs.map((run) => run.marks)
  const half = nodes.reduce((most, mark) => Math.max(most, mark.value[0]), 0)
  const before = new Set(streams.map((mark) => mark.value[0]))
  const room = Math.min(190, width * 0.3)
  const colour = (mark) => look.runs[mark.value[1]]
  const headings = facts.rows.map((text, side) => ({
    type: 'text',
    silent: true,
    top: isPicture ? 76 : 2,
    ...(side === 0 ? { left: isPicture ? 24 : 4 } : { right: 4 }),
    style: { text, fill: look.soft, font: `500 12px ${look.font}` },
  }))
  return {
    ...chart,
    graphic: headings,
    tooltip: { ...chart.tooltip, trigger: 'item', formatter: ({ data }) => `${data.title}\n${data.words}` },
    series: [{
      type: 'sankey',
      animation: false,
      left: isPicture ? room + 24 : room,
      right: room,
      top: isPicture ? 104 : 30,
      bottom: 12,
      nodeWidth: 12,
      nodeGap: half > 14 ? 8 : 14,
      draggable: false,
      layoutIterations: 0,
      emphasis: { focus: 'adjacency' },
      data: nodes.map((mark) => ({
        name: `${mark.value[0]}`,
        title: mark.name,
        words: mark.words,
        depth: before.has(mark.value[0]) ? 0 : 1,
        itemStyle: { color: colour(mark), borderWidth: 0 },
        label: {
          ...strong(look, 12),
          position: before.has(mark.value[0]) ? 'left' : 'right',
          width: room - 12,
          overflow: 'break',
          formatter: ({ data }) => `${data.title}, ${data.words}`,
        },
      })),
      links: streams.map((mark) => ({
        source: `${mark.value[0]}`,
        target: `${mark.value[1]}`,
        value: mark.value[2],
        title: mark.name,
        words: mark.words,
        link: mark.link,
      })),
      lineStyle: { color: 'source', opacity: 0.32, curveness: 0.5 },
      cursor: pointer(facts.runs[1]),
    }],
  }
}

// A heat map stands on the page as a table; only its picture is drawn here.

const readable = (colour) => {
  const [red, green, blue] = (colour.match(/[\d.]+/g) || [0, 0, 0]).map(Number)
  return red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? '#101828' : '#ffffff'
}

const heat = (facts, look, width, isPicture) => ({
  ...base(facts, look, width, isPicture),
  xAxis: named(facts.x.labels, look, { position: 'top', axisLine: { show: false } }),
  yAxis: named(facts.rows, look, { inverse: true, axisLine: { show: false } }),
  visualMap: { show: false, min: 0, max: 9, inRange: { opacity: 1 }, dimension: 2 },
  series: [{
    type: 'heatmap',
    label: { show: true, fontFamily: look.font, fontSize: 12, formatter: ({ data }) => data.words },
    data: facts.runs[0].marks.map((mark) => {
      const shade = look.shades[mark.value[2]]
      return {
        value: mark.value,
        words: mark.words,
        itemStyle: { color: shade, borderColor: look.surface, borderWidth: 1 },
        label: { color: readable(shade) },
      }
    }),
  }],
})

const kinds = { curve, lines, bars, waterfall, bubbles, dumbbells, flow, heat }

export const option = (facts, look, width, isPicture = false) => kinds[facts.kind](facts, look, width, isPicture)
