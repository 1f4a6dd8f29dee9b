import Kernel

extension Picture {
  func scale(_ bars: Chart.Bars) -> Scale {
    guard bars.isStacked else {
      return scale(bars.series.flatMap(\.values).compactMap { $0 }, bars.unit, fromZero: true)
    }
    let sums = bars.labels.indices.flatMap { place -> [Double] in
      let values = bars.series.compactMap { place < $0.values.count ? $0.values[place] : nil }
      return [values.filter { $0 > 0 }.reduce(0, +), values.filter { $0 < 0 }.reduce(0, +)]
    }
    return scale(sums, bars.unit, fromZero: true)
  }

  func draw(_ bars: Chart.Bars) -> HTML {
    let scale = scale(bars)
    let count = bars.labels.count
    let room = plotWidth / Double(max(1, count))
    let lanes = bars.isStacked ? 1 : max(1, bars.series.count)
    let thick = min(64, room * 0.68 / Double(lanes))
    return """
      \(verticalAxis(scale, title: bars.title))\(names(bars.labels))\
      \(bars.labels.indices.html { place in
        linked(
          spans(bars, place).html { index, from, to in
            let lane = bars.isStacked ? 0 : Double(index) - Double(lanes - 1) / 2
            let x0 = middle(place, of: count) + lane * thick - thick / 2
            let (high, low) = (y(scale.place(max(from, to))), y(scale.place(min(from, to))))
            return rectangle(x0 + 1, high, max(1, thick - 2), low - high, index)
          }, place < bars.links.count ? bars.links[place] : nil)
      })
      """
  }

  /// Where the bars at one place begin and end, with the number of their series.
  private func spans(_ bars: Chart.Bars, _ place: Int) -> [(Int, Double, Double)] {
    var up = 0.0
    var down = 0.0
    return bars.series.enumerated().compactMap { index, series in
      guard place < series.values.count, let value = series.values[place], value.isFinite else { return nil }
      guard bars.isStacked else { return (index, 0, value) }
      let from = value >= 0 ? up : down
      if value >= 0 { up += value } else { down += value }
      return (index, from, from + value)
    }
  }

  private func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ index: Int) -> HTML {
    """
    <rect x="\(coordinate: x)" y="\(coordinate: y)" width="\(coordinate: width)" height="\(coordinate: max(0.5, height))" \
    rx="2" class="vc-bar \(Picture.colour(index))"/>
    """
  }

  func drawHorizontal(_ bars: Chart.Bars) -> HTML {
    let scale = scale(bars)
    let from = 210.0
    let span = width - from - 90
    func place(_ value: Double) -> Double { from + scale.place(value) * span }
    let shown = min(24, bars.labels.count)
    return (0..<shown).html { row in
      let middle = 14 + Double(row) * 34 + 12
      let lanes = bars.isStacked ? 1 : max(1, bars.series.count)
      let thick = 22 / Double(lanes)
      let marks = spans(bars, row).html { index, start, end in
        let lane = bars.isStacked ? 0 : Double(index) - Double(lanes - 1) / 2
        let (low, high) = (place(min(start, end)), place(max(start, end)))
        return rectangle(low, middle + lane * thick - thick / 2, max(1, high - low), thick - 1, index)
      }
      let reach = spans(bars, row).map { max($0.1, $0.2) }.max() ?? 0
      let total = spans(bars, row).map { $0.2 - $0.1 }.reduce(0, +)
      let drawn =
        words(from - 10, middle + 4, bars.labels[row], anchor: "end") + marks
        + words(place(reach) + 8, middle + 4, amount(total, bars.unit), anchor: "start", "vc-mark-text")
      return linked(drawn, row < bars.links.count ? bars.links[row] : nil)
    }
  }

  func scale(_ waterfall: Chart.Waterfall) -> Scale {
    scale(waterfall.spans.flatMap { [$0.from, $0.to] }, waterfall.unit, fromZero: true)
  }

  func draw(_ waterfall: Chart.Waterfall) -> HTML {
    let scale = scale(waterfall)
    let count = waterfall.steps.count
    let thick = min(72, plotWidth / Double(max(1, count)) * 0.68)
    let spans = waterfall.spans
    return """
      \(verticalAxis(scale, title: waterfall.title))\(names(waterfall.steps.map(\.label)))\
      \(zip(waterfall.steps, spans).enumerated().html { index, pair in
        let (step, span) = pair
        let (high, low) = (y(scale.place(max(span.from, span.to))), y(scale.place(min(span.from, span.to))))
        let at = middle(index, of: count)
        let tone: HTML = step.isTotal ? "vc-c1" : step.value < 0 ? "vc-fall" : "vc-rise"
        let text = (step.value > 0 && !step.isTotal ? "+" : "") + amount(step.value, waterfall.unit)
        let mark: HTML = """
          <rect x="\(coordinate: at - thick / 2)" y="\(coordinate: high)" width="\(coordinate: thick)" \
          height="\(coordinate: max(1, low - high))" rx="2" class="vc-bar \(tone)"/>\
          \(words(at, high - 6, text, "vc-mark-text"))
          """
        return linked(mark, step.link) + (index + 1 < count ? joint(at + thick / 2, y(scale.place(span.to)), middle(index + 1, of: count) - thick / 2) : HTML())
      })
      """
  }

  private func joint(_ from: Double, _ y: Double, _ to: Double) -> HTML { line(from, y, to, y, "vc-joint") }
}
